"""How far an object may go: its marking of TLP 2.0, and what is published and everybody's."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from stillwatch.model.circle import TLP_ORDER, Tlp
from stillwatch.sharing.profile import TLP_OF, public_objects


def rank(level: str) -> int:
    """How strict a level is, from 0."""
    return [str(one) for one in TLP_ORDER].index(level)


def marking_of(value: Mapping[str, Any]) -> Tlp | None:
    """The TLP of an object; None when it has none that we know, or more than one."""
    refs = value.get("object_marking_refs")
    levels = _levels(refs if isinstance(refs, list | tuple) else ())
    return levels[0] if len(levels) == 1 else None


def strictest(value: Mapping[str, Any]) -> Tlp | None:
    """The strictest level of an object and its parts; None when the whole bears no single one."""
    whole, parts = marking_of(value), value.get("granular_markings")
    if whole is None or not isinstance(parts, list):
        return whole
    return max(
        (whole, *_levels(p.get("marking_ref") for p in parts if isinstance(p, dict))), key=rank
    )


def _levels(refs: Any) -> list[Tlp]:
    return [TLP_OF[ref] for ref in refs if isinstance(ref, str) and ref in TLP_OF]


def is_published(value: Mapping[str, Any]) -> bool:
    """Whether an object stands beside shares and is nobody's, exactly as it was published."""
    found = value.get("id")
    return isinstance(found, str) and _published().get(found) == value


@cache
def _published() -> dict[str, Any]:
    """The five markings, the definition of the extension, and who states it."""
    found = (one for tlp in TLP_ORDER for one in public_objects(tlp))
    return {value["id"]: value for value in map(msgspec.to_builtins, found)}
