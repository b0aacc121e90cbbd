"""A hub's folder: its settings, its key, and with SQLite its database."""

import base64
import os
import tomllib
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import msgspec

from stillwatch.io import clock
from stillwatch.model.errors import HubError, StillwatchError, raise_faults
from stillwatch.services.hub.database import open_database
from stillwatch.services.hub.hub import Hub
from stillwatch.services.hub.instants import since_epoch
from stillwatch.services.hub.limits import Limits

SETTINGS, KEY, DATABASE = "hub.toml", "hub.key", "hub.sqlite"
TEXTS = ("title", "description", "contact", "address", "database_variable")
MAKE = "make a hub with `stillwatch hub init FOLDER`"


def now_us() -> int:
    """The time in microseconds."""
    return since_epoch(clock.now())


def write_folder(folder: Path, said: dict[str, str]) -> None:
    """Make the folder, its settings with every limit spelt out, and a key that only we may read."""
    if (folder / SETTINGS).exists():
        raise HubError(str(folder), "holds a hub already", "name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{name} = {_quoted(said.get(name, ''))}" for name in TEXTS]
    lines += ["", "[limits]"]
    lines += [f"{name} = {value}" for name, value in asdict(Limits()).items()]
    descriptor = os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(clock.salt()) + b"\n")
    (folder / SETTINGS).write_text("\n".join(lines) + "\n", "utf-8")


def _quoted(text: str) -> str:
    # A JSON string is a TOML string, but for DEL.
    return msgspec.json.encode(text.replace("\x7f", "")).decode()


def open_hub(folder: Path) -> Hub:
    """The hub of a folder, with its database open."""
    texts, limits = _read_settings(folder)
    try:
        key = base64.b64decode((folder / KEY).read_bytes(), validate=False)
    except (OSError, ValueError) as error:
        raise HubError(str(folder / KEY), "cannot be read", MAKE) from error
    if len(key) != 32:
        raise HubError(str(folder / KEY), "is no key of 32 bytes", MAKE)
    return Hub(
        title=texts["title"] or "Stillwatch hub",
        description=texts["description"],
        contact=texts["contact"],
        address=texts["address"].rstrip("/"),
        engine=open_database(_address_of_database(folder, texts["database_variable"])),
        key=key,
        limits=limits,
        clock=now_us,
        entropy=clock.salt,
    )


def _address_of_database(folder: Path, variable: str) -> str:
    if not variable:
        return f"sqlite:///{(folder / DATABASE).resolve()}"
    found = os.environ.get(variable, "")
    if not found:
        what = f"the environment variable {variable} is not set"
        raise HubError(str(folder), what, "set it to the database's URL")
    return found


def _read_settings(folder: Path) -> tuple[dict[str, str], Limits]:
    where = folder / SETTINGS
    try:
        found = tomllib.loads(where.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise HubError(str(where), f"cannot be read ({error})", MAKE) from error
    faults: list[StillwatchError] = []

    def fault(what: str, remedy: str) -> None:
        faults.append(HubError(str(where), what, remedy))

    for name, value in found.items():
        if name != "limits" and name not in TEXTS:
            fault(f"unknown setting {name!r}", f"use one of {', '.join(TEXTS)}")
        elif name != "limits" and not isinstance(value, str):
            fault(f"{name} is {value!r}", "give a text")
    given = found.get("limits", {})
    kinds = {one.name: one.type for one in fields(Limits)}
    for name, value in given.items() if isinstance(given, dict) else [("limits", given)]:
        if name not in kinds:
            fault(f"unknown limit {name!r}", f"use one of {', '.join(kinds)}")
        elif not _is_amount(value, is_whole=kinds[name] is int):
            fault(f"{name} is {value!r}", "give a number above 0")
    raise_faults("the hub's settings", faults)
    return {name: found.get(name, "") for name in TEXTS}, Limits(**given)


def _is_amount(value: Any, *, is_whole: bool) -> bool:
    kinds = (int,) if is_whole else (int, float)
    return isinstance(value, kinds) and not isinstance(value, bool) and 0 < value < 2**53
