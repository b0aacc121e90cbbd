"""A hub's folder: its settings, its key, and with SQLite its database."""

import base64
import contextlib
import os
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic.util import CommandError

from stillwatch.io import clock
from stillwatch.model.errors import HubError, StillwatchError, raise_faults
from stillwatch.services.hub.database import open_database
from stillwatch.services.hub.hub import Hub
from stillwatch.services.hub.instants import since_epoch
from stillwatch.services.hub.limits import Limits

SETTINGS, KEY, DATABASE = "hub.toml", "hub.key", "hub.sqlite"
FILES = (SETTINGS, KEY, DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm")
TEXTS = ("title", "description", "contact", "address", "database_variable")
MAKE = "make a hub with `stillwatch hub init FOLDER`"


def now_us() -> int:
    """The time in microseconds."""
    return since_epoch(clock.now())


@contextlib.contextmanager
def new_hub(folder: Path, said: dict[str, str]) -> Iterator[Hub]:
    """A hub in a folder of its own, open; whatever fails, all that was made of it is removed."""
    for name in FILES:
        if os.path.lexists(folder / name):
            what = "holds a hub already" if name == SETTINGS else f"holds {name} already"
            raise HubError(str(folder), what, "name another folder")
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    with contextlib.ExitStack() as undo:
        for one in reversed(missing):
            one.mkdir(exist_ok=True)
            undo.callback(_remove_folder, one)
        descriptor = os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        # None of these was there, and whoever else makes a hub here now fails at its key.
        for name in FILES:
            undo.callback((folder / name).unlink, missing_ok=True)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(clock.salt()) + b"\n")
        (folder / SETTINGS).write_text(_settings(said), "utf-8")
        with closing(open_hub(folder)) as hub:
            yield hub
        undo.pop_all()


def _remove_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # somebody may have put something there meanwhile
        folder.rmdir()


def _settings(said: dict[str, str]) -> str:
    """Every limit is spelt out, to be found and changed."""
    lines = [f"{name} = {_quoted(said.get(name, ''))}" for name in TEXTS]
    lines += ["", "[limits]"]
    lines += [f"{name} = {value}" for name, value in asdict(Limits()).items()]
    return "\n".join(lines) + "\n"


@contextlib.contextmanager
def closing(hub: Hub) -> Iterator[Hub]:
    """Close the hub afterwards, and say what its database refuses as a fault to mend."""
    try:
        yield hub
    except (sa.exc.DBAPIError, sa.exc.TimeoutError) as error:
        told = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
        what = f"cannot be used ({told.splitlines()[0]})"
        raise HubError("database", what, "see that it runs, has room and lets us in") from error
    except CommandError as error:
        what = f"is of a form that we do not know ({error})"
        raise HubError("database", what, "install the newer version that wrote it") from error
    finally:
        hub.engine.dispose()


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
        engine=_open_database(folder, texts["database_variable"]),
        key=key,
        limits=limits,
        clock=now_us,
        entropy=clock.salt,
    )


def _open_database(folder: Path, variable: str) -> sa.Engine:
    if not variable:
        file = (folder / DATABASE).resolve()
        if not file.exists():
            file.touch(0o600)  # the driver would let everybody read it, and its companions
        return open_database(f"sqlite:///{file}")
    found = os.environ.get(variable, "")
    if not found:
        what = f"the environment variable {variable} is not set"
        raise HubError(str(folder), what, "set it to the database's URL")
    try:
        return open_database(found)
    except ImportError as error:
        what = "its driver, the package psycopg, cannot be loaded"
        remedy = "install the extra `postgres`, as docs/how-to/run-a-hub.md shows"
        raise HubError("database", what, remedy) from error
    except ValueError as error:  # its words may hold a piece of the password
        what = f"what {variable} holds is no address of a database"
        raise HubError("database", what, "give its URL, with a number as port") from error


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
