"""Finds a value in a nested record by the dotted paths of provider cards."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

TEXT_LIMIT = 64 << 20


def pick(record: Any, paths: Sequence[str]) -> Any:
    """The first value that one of the paths leads to; None when none does.

    A part of a path is a key, a number is a place in a list, `*` is any key, `.` is the record
    itself. Keys may hold dots themselves. A text that holds JSON is entered as if it were not
    a text.
    """
    for path in paths:
        found = record if path == "." else walk(record, _parts(path))
        if found is not None and found != "":
            return found
    return None


@cache
def _parts(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


@cache
def _branches(parts: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every key that the path may go on with, and what is left of the path behind it."""
    counts = range(1, len(parts) + 1)
    return tuple((".".join(parts[:count]), parts[count:]) for count in counts)


def walk(value: Any, parts: tuple[str, ...]) -> Any:
    """The value that lies at the end of a path, or None."""
    if not parts:
        return value
    if isinstance(value, str):
        value = opened(value)
    if isinstance(value, dict):
        if parts[0] == "*":
            found = (walk(inner, parts[1:]) for inner in value.values())
            return next((one for one in found if one is not None), None)
        for key, rest in _branches(parts):
            if key in value and (one := walk(value[key], rest)) is not None:
                return one
    elif isinstance(value, list) and parts[0].isdecimal() and int(parts[0]) < len(value):
        return walk(value[int(parts[0])], parts[1:])
    return None


def opened(value: Any) -> Any:
    """The object or list that a text of JSON holds; anything else as it is."""
    if isinstance(value, str) and value[:64].lstrip()[:1] in ("{", "[") and len(value) < TEXT_LIMIT:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value
