"""Decides which objects of a request may enter a circle, and says of each other one why not."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from stillwatch.services.hub.instants import instant, is_finer, micros, written
from stillwatch.services.hub.limits import Limits
from stillwatch.services.hub.people import Circle, Member
from stillwatch.services.hub.refusal import Refusal
from stillwatch.sharing.entry import EntryLimits, fault_of
from stillwatch.sharing.marking import is_published, rank, strictest
from stillwatch.sharing.profile import PROFILE

ID = re.compile(
    r"([a-z0-9][a-z0-9-]{1,60})--[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    re.ASCII,
)
# Facts about the world have no author and no version (STIX 2.1, section 6).
OBSERVABLES = frozenset(
    [
        "artifact",
        "autonomous-system",
        "directory",
        "domain-name",
        "email-addr",
        "email-message",
        "file",
        "ipv4-addr",
        "ipv6-addr",
        "mac-addr",
        "mutex",
        "network-traffic",
        "process",
        "software",
        "url",
        "user-account",
        "windows-registry-key",
        "x509-certificate",
    ]
)
# Times of which STIX says that the second does not come before the first; later, where it must.
SPANS = (
    ("valid_from", "valid_until", True),
    ("start_time", "stop_time", True),
    ("first_observed", "last_observed", False),
    ("first_seen", "last_seen", False),
)
NO_VERSION = "1970-01-01T00:00:00.000Z"  # of an object that has neither `modified` nor `created`
NOBODY = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An object that may enter, unless what is stored already speaks against it."""

    object_id: str
    version: str
    version_us: int
    type: str
    author: str  # identity, or NOBODY
    is_revoked: bool
    digest: bytes
    body: bytes
    shares: tuple[str, ...] = ()  # under whose seals it came; it enters with one of them


@dataclass(frozen=True, slots=True)
class Refused:
    """An object that may not enter."""

    object_id: str
    version: str
    message: str


class Unfit(Exception):
    """What is wrong with an object, and what to do."""


def objects_of(body: bytes, limits: Limits) -> list[Any]:
    """The objects of an envelope. Raises Refusal when it is none."""
    try:
        envelope = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise Refusal(400, "The request is not JSON", what) from error
    found = envelope.get("objects") if isinstance(envelope, dict) else None
    if not isinstance(found, list) or not found:
        what = "send an envelope: an object with a list `objects` of one or more"
        raise Refusal(422, "The request is no envelope", what)
    if len(found) > limits.objects_in_request:
        what = f"send {limits.objects_in_request:,} objects at a time; these are {len(found):,}"
        raise Refusal(413, "The request has too many objects", what)
    return found


def admit(
    value: Any, member: Member, circle: Circle, limits: Limits, now: int
) -> Candidate | Refused:
    """The object in the form in which it is kept, or why it is not."""
    try:
        return _admitted(value, member, circle, limits, now)
    except Unfit as fault:
        held = value if isinstance(value, dict) else {}
        return Refused(_short(held.get("id")), _version(held)[0], str(fault))


def _admitted(value: Any, member: Member, circle: Circle, limits: Limits, now: int) -> Candidate:
    if not isinstance(value, dict):
        raise Unfit("this is no object")
    object_id, type_ = _identified(value)
    if value.get("spec_version", "2.1") != "2.1":
        raise Unfit("this is not STIX 2.1; convert it")
    body = msgspec.json.encode(value)
    if len(body) > limits.object_bytes:
        raise Unfit(f"the object has {len(body):,} bytes; the limit is {limits.object_bytes:,}")
    if is_deeper(value, limits.object_depth):
        raise Unfit(f"the object is nested more than {limits.object_depth} deep")
    version, version_us = _dated(value, type_, limits, now)
    is_everybodys = is_published(value)
    is_nobodys = type_ in OBSERVABLES or is_everybodys
    if not is_everybodys:
        _check_marking(value, circle)
        _check_author(value, type_, member)
        _check_spans(value)
    if not is_nobodys and (circle.is_signed or _is_ours(value)):
        _check_profile(body, limits, now)
    return Candidate(
        object_id=object_id,
        version=version,
        version_us=version_us,
        type=type_,
        author=NOBODY if is_nobodys else member.identity,
        is_revoked=value.get("revoked") is True,
        digest=hashlib.sha256(body).digest(),
        body=body,
    )


def _identified(value: Mapping[str, Any]) -> tuple[str, str]:
    object_id, type_ = value.get("id"), value.get("type")
    found = ID.fullmatch(object_id) if isinstance(object_id, str) else None
    if found is None:
        raise Unfit("`id` is not of the form type--UUID, in small letters")
    if type_ != found[1]:
        raise Unfit("`type` is not that of `id`")
    return found[0], found[1]


def _version(value: Mapping[str, Any]) -> tuple[str, int]:
    """The version as TAXII names it: modified, else created, else a fixed time."""
    for name in ("modified", "created"):
        if isinstance(value.get(name), str):
            try:
                return value[name], micros(value[name])
            except ValueError:
                break
    return NO_VERSION, 0


def _dated(value: Mapping[str, Any], type_: str, limits: Limits, now: int) -> tuple[str, int]:
    if type_ in OBSERVABLES:
        return NO_VERSION, 0
    needed = ("created",) if type_ == "marking-definition" else ("created", "modified")
    times = []
    for name in needed:
        text = value.get(name)
        try:
            times.append(micros(text if isinstance(text, str) else ""))
        except ValueError as error:
            raise Unfit(f"`{name}` is no time such as {written(0)}") from error
        if is_finer(str(text)):
            raise Unfit(f"`{name}` is finer than microseconds, by which versions are told apart")
        if times[-1] > now + limits.seconds_ahead * 1_000_000:
            raise Unfit(f"`{name}` lies in the future; set the clock, or wait")
    if times[-1] < times[0]:
        raise Unfit("`modified` lies before `created`")
    return str(value[needed[-1]]), times[-1]


def _check_marking(value: Mapping[str, Any], circle: Circle) -> None:
    level = strictest(value)
    if level is None:
        raise Unfit("`object_marking_refs` names no single marking of TLP 2.0")
    if rank(level) > rank(circle.tlp):
        raise Unfit(
            f"TLP:{level.upper()} may not enter: the circle goes up to {circle.tlp.upper()}"
        )


def _check_author(value: Mapping[str, Any], type_: str, member: Member) -> None:
    author = value.get("created_by_ref")
    if type_ in OBSERVABLES:
        return
    own = value.get("id") == member.identity and author is None
    if author != member.identity and not own:
        raise Unfit(f"`created_by_ref` is not your identity, {member.identity}")


def _check_spans(value: Mapping[str, Any]) -> None:
    for first, second, is_later in SPANS:
        begins, ends = value.get(first), value.get(second)
        if begins is None or ends is None:
            continue
        try:
            span = micros(str(ends)) - micros(str(begins))
        except ValueError as error:
            raise Unfit(f"`{first}` or `{second}` is no time such as {written(0)}") from error
        if span < is_later:
            raise Unfit(f"`{second}` does not lie after `{first}`")


def _is_ours(value: Mapping[str, Any]) -> bool:
    extensions = value.get("extensions")
    return isinstance(extensions, dict) and PROFILE in extensions


def _check_profile(body: bytes, limits: Limits, now: int) -> None:
    """Whoever receives it reads it so; what he would leave out need not travel."""
    entry = EntryLimits(
        object_bytes=limits.object_bytes,
        clock_skew=timedelta(seconds=limits.seconds_ahead),
        strictest="red",  # the circle's own level is checked for every object
    )
    fault = fault_of(body, instant(now), entry)
    if fault is not None:
        raise Unfit(f"a receiver would refuse it: {fault}")


def is_deeper(value: Any, most: int) -> bool:
    """Whether a value is nested more than so deep."""
    level = [value]
    for _ in range(most + 1):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


def _short(value: Any) -> str:
    return value[:200] if isinstance(value, str) else ""
