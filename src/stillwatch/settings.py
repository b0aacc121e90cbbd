"""Every setting, its default, and where its value came from."""

import dataclasses
import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stillwatch.model.errors import SettingError, StillwatchError, raise_faults

PREFIX = "STILLWATCH_"


def _setting(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Command line over environment (STILLWATCH_<NAME>) over file over default."""

    threads: int = _setting(os.cpu_count() or 1, "worker threads")
    memory_limit: str = _setting("4GB", "memory for the query engine, such as 3GB")
    window_days: int = _setting(30, "days of history that one scan looks at")
    policy: str = _setting("default", "policy card that turns verdicts into decisions")
    cards: str = _setting("", "folder with your own cards, added to the catalogue")
    bits: str = _setting("", "file with measured bits, in place of the package's")
    history: str = _setting("", "folder that keeps day tables from run to run; empty keeps none")
    pseudonym_key: str = _setting("", "file with a secret key; identifiers leave as pseudonyms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """Settings, and for each one who set it: default, file, environment or command line."""

    settings: Settings
    origin: Mapping[str, str]


def resolve(
    file: Path | None, environment: Mapping[str, str], given: Mapping[str, Any]
) -> Resolved:
    """Settle every setting. Unknown names and impossible values are reported together."""
    layers: list[tuple[str, Mapping[str, Any]]] = []
    if file is not None:
        layers.append((str(file), _read(file)))
    layers.append(
        (
            "environment",
            {
                name.removeprefix(PREFIX).lower(): value
                for name, value in environment.items()
                if name.startswith(PREFIX) and name.removeprefix(PREFIX).lower() in _KINDS
            },
        )
    )
    layers.append(("command line", {k: v for k, v in given.items() if v is not None}))
    values: dict[str, Any] = {}
    origin = dict.fromkeys(_KINDS, "default")
    faults: list[StillwatchError] = []
    for source, layer in layers:
        for name, value in layer.items():
            try:
                values[name] = _cast(source, name, value)
                origin[name] = source
            except SettingError as error:
                faults.append(error)
    raise_faults("settings", faults)
    return Resolved(settings=Settings(**values), origin=origin)


MOST_THREADS = 256  # more than that cost their own upkeep and gain nothing
_KINDS = {entry.name: entry.type for entry in dataclasses.fields(Settings)}


def _cast(source: str, name: str, value: Any) -> Any:
    if name not in _KINDS:
        near = difflib.get_close_matches(name, _KINDS, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"use one of {', '.join(_KINDS)}"
        raise SettingError(source, f"unknown setting '{name}'", hint)
    if _KINDS[name] in (int, "int"):
        # A file may hold 2.5, true or a list: none of them is a whole number.
        number = int(value) if re.fullmatch(r"[0-9]{1,9}", str(value)) else 0
        if number < 1:
            raise SettingError(source, f"{name} is {value!r}", "give a whole number from 1 on")
        if name == "threads" and number > MOST_THREADS:
            remedy = f"give a whole number from 1 to {MOST_THREADS}"
            raise SettingError(source, f"threads is {number}", remedy)
        return number
    if not isinstance(value, str):
        raise SettingError(source, f"{name} is {value!r}", "give a text")
    if name == "memory_limit" and not re.fullmatch(r"[1-9]\d*(\.\d+)? ?[KMGT]i?B", value):
        raise SettingError(source, f"{name} is {value!r}", "give a size such as 3GB")
    return value


def _read(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingError(str(file), str(error), "give a readable TOML file") from error
