"""Reads the filters of a request: `match[...]`, `added_after`, `limit` and `next`."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from stillwatch.services.hub.instants import micros
from stillwatch.services.hub.refusal import Refusal

MOST_VALUES = 100
MOST_LENGTH = 300
WORDS = ("first", "last", "all")
Given = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which objects are asked for; None is every one."""

    ids: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    versions: tuple[str | int, ...] = ("last",)
    is_held: bool = True  # whether any specification version asked for is one that is held

    @property
    def digest(self) -> bytes:
        """Names the filter, so that a `next` of another one is not taken."""
        return hashlib.sha256(
            repr((self.ids, self.types, self.versions, self.is_held)).encode()
        ).digest()


def read_filter(given: Given, *names: str, versions: tuple[str, ...] = ("last",)) -> Filter:
    """The filter of a request that may use these fields. Raises Refusal when it cannot be read."""
    found: dict[str, tuple[str, ...]] = {}
    for key, value in given:
        if not key.startswith("match["):
            continue
        name = key.removeprefix("match[").removesuffix("]")
        if name not in names:
            raise _bad(f"{key[:40]} cannot be asked for here")
        if name in found:
            raise _bad(f"{key} stands twice; give its values with commas")
        parts = tuple(part.strip() for part in value.split(","))
        if len(parts) > MOST_VALUES or any(not 0 < len(part) <= MOST_LENGTH for part in parts):
            raise _bad(f"{key} needs 1 to {MOST_VALUES} values of up to {MOST_LENGTH} letters")
        if any(not part.isprintable() for part in parts):
            raise _bad(f"{key} holds what cannot be printed")
        found[name] = parts
    spec = found.get("spec_version")
    return Filter(
        ids=found.get("id"),
        types=found.get("type"),
        versions=tuple(_version(one) for one in found.get("version", versions)),
        is_held=spec is None or "2.1" in spec,
    )


def _version(text: str) -> str | int:
    if text in WORDS:
        return text
    try:
        return micros(text)
    except ValueError as error:
        raise _bad(f"match[version]: {error}; or one of {', '.join(WORDS)}") from error


def read_added_after(text: str | None) -> int | None:
    """The time after which objects were added."""
    if text is None:
        return None
    try:
        return micros(text)
    except ValueError as error:
        raise _bad(f"added_after: {error}") from error


def read_limit(text: str | None, most: int) -> int:
    """How many objects at most, and never more than the hub gives."""
    if text is None:
        return most
    if not (text.isascii() and text.isdigit()) or len(text) > 18 or int(text) < 1:
        raise _bad("limit is a whole number from 1 on")
    return min(int(text), most)


def _bad(what: str) -> Refusal:
    return Refusal(400, "A filter cannot be read", what)
