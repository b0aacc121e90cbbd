"""Reads what a peer sent, and refuses what is wrong with it: every object by itself, all at once.

An envelope is hostile until it was read: its size, its depth and the number of its objects have
limits, every text has one too, and no pattern of a peer is ever run. An object that is wrong is
left out with its reason and costs no other object anything.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from stillwatch.model.circle import Tlp
from stillwatch.model.errors import SharingError
from stillwatch.sharing import profile as stix
from stillwatch.sharing.marking import marking_of, rank

TYPES = frozenset(one.__struct_config__.tag for one in stix.SharedObject.__args__)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLimits:
    """How much one envelope may hold."""

    bytes: int = 64 * 2**20
    objects: int = 100_000
    object_bytes: int = 2**20  # the grouping of the largest share names 10,000 objects
    clock_skew: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(days=400)  # that an indicator may hold
    strictest: Tlp = "amber+strict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """One object as it came, and as it was understood."""

    value: Any
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One object that was left out, and why."""

    place: int
    object_id: str
    reason: str


@dataclass(slots=True)
class Envelope:
    """What came in: objects that are sound, those that are not, and types that are not ours."""

    entered: list[Entered] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


class _Envelope(msgspec.Struct):
    objects: list[msgspec.Raw] = []


class _Head(msgspec.Struct):
    type: str = ""
    id: str = ""


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_HEAD = msgspec.json.Decoder(_Head)
_OBJECT = msgspec.json.Decoder(stix.SharedObject)
_PLAIN = msgspec.json.Decoder()


def enter(data: bytes, where: str, now: datetime, limits: EntryLimits | None = None) -> Envelope:
    """The sound objects of a bundle or a TAXII envelope.

    Raises SharingError when there is no envelope to read at all.
    """
    limits = limits or EntryLimits()
    if len(data) > limits.bytes:
        what = f"has {len(data):,} bytes; the limit is {limits.bytes:,}"
        raise SharingError(where, what, "ask the peer for smaller pages")
    try:
        parts = _ENVELOPE.decode(data).objects
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        remedy = "give a STIX 2.1 bundle or a TAXII envelope"
        raise SharingError(where, f"is no envelope ({error})", remedy) from error
    if len(parts) > limits.objects:
        what = f"has {len(parts):,} objects; the limit is {limits.objects:,}"
        raise SharingError(where, what, "ask the peer for smaller pages")
    found = Envelope()
    seen: dict[tuple[str, str], bytes] = {}
    latest = stix.stamp(now + limits.clock_skew)
    for place, part in enumerate(parts):
        try:
            _take(bytes(part), found, seen, latest, limits)
        except _Wrong as wrong:
            found.refused.append(
                Refused(place=place, object_id=_id_of(bytes(part)), reason=str(wrong))
            )
    return found


class _Wrong(Exception):
    """Why one object is left out."""


def _take(
    part: bytes,
    found: Envelope,
    seen: dict[tuple[str, str], bytes],
    latest: str,
    limits: EntryLimits,
) -> None:
    value = _read(part, latest, limits)
    if isinstance(value, str):
        found.passed_over[value] += 1
        return
    if isinstance(value, stix.DATED):
        key = value.id, value.modified
        known = seen.setdefault(key, part)
        if known is not part:
            if known != part:
                raise _Wrong("says two things under one id and one time")
            return
    try:
        found.entered.append(Entered(value=value, raw=_PLAIN.decode(part)))
    except (msgspec.MsgspecError, RecursionError) as error:
        raise _Wrong(str(error)) from error


def fault_of(part: bytes, now: datetime, limits: EntryLimits) -> str | None:
    """Why a receiver would leave this one object out; None when he would take it in."""
    try:
        value = _read(part, stix.stamp(now + limits.clock_skew), limits)
    except _Wrong as wrong:
        return str(wrong)
    return (
        f"is of the type {value}, which is none of the profile" if isinstance(value, str) else None
    )


def _read(part: bytes, latest: str, limits: EntryLimits) -> Any:
    """The object as the profile understands it, or the name of a type that is not the profile's."""
    if len(part) > limits.object_bytes:
        raise _Wrong(f"has {len(part):,} bytes; the limit is {limits.object_bytes:,}")
    try:
        value = _OBJECT.decode(part)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        kind = _type_of(part)
        if kind is not None and kind not in TYPES:
            return kind
        raise _Wrong(str(error)) from error
    if not value.id.startswith(f"{value.__struct_config__.tag}--"):
        raise _Wrong("bears the id of another type")
    if isinstance(value, stix.DATED):
        _check_dated(value, latest, limits)
    return value


def _check_dated(value: Any, latest: str, limits: EntryLimits) -> None:
    for moment in (value.created, value.modified):
        _moment(moment)
    if value.created > value.modified:
        raise _Wrong("was changed before it was made")
    if value.modified > latest:
        raise _Wrong(f"is dated {value.modified}, in the future")
    mark = marking_of({"object_marking_refs": value.object_marking_refs})
    if mark is None:
        raise _Wrong("bears no single TLP 2.0 marking")
    if rank(mark) > rank(limits.strictest):
        raise _Wrong(f"is TLP:{mark.upper()}, which may not be sent to this circle")
    if isinstance(value, stix.Indicator):
        _check_indicator(value, limits)
    elif isinstance(value, stix.Grouping) and isinstance(value.extensions.facts, stix.Event):
        event = value.extensions.facts
        if not _moment(event.window_start) < _moment(event.window_end):
            raise _Wrong("tells of a window that ends before it begins")
        _moment(event.expires_at)


def _check_indicator(value: stix.Indicator, limits: EntryLimits) -> None:
    start = _moment(value.valid_from)
    if value.valid_until is not None:
        end = _moment(value.valid_until)
        if end <= start:
            raise _Wrong("expires before it begins")
        if end - _moment(value.modified) > limits.longest:
            raise _Wrong(f"would hold for more than {limits.longest.days} days")
    facts = value.extensions.facts
    if value.pattern_type == stix.TOKEN_PATTERN:
        if not isinstance(facts, stix.Trace) or value.pattern != stix.token_pattern(facts):
            raise _Wrong("has a pattern that is not the token of its extension")
        if value.valid_until is None:
            raise _Wrong("is a token that never expires")
    elif facts is not None:
        raise _Wrong("has a token beside another kind of pattern")


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise _Wrong(f"names a time that there is not: {text}") from error


def _type_of(part: bytes) -> str | None:
    try:
        return _HEAD.decode(part).type
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None


def _id_of(part: bytes) -> str:
    try:
        return _HEAD.decode(part).id[:100]
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return ""
