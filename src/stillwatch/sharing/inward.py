"""Turns what peers sent into rows: who said what, whether it is signed, and what is thought of it.

Nobody speaks for somebody else: an object counts as a member's when that member's key sealed the
share it came in, and then it must bear that member's own identity.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from stillwatch.model.circle import Circle
from stillwatch.model.sharing import PeerIndicator, PeerOpinion
from stillwatch.sharing import profile as stix
from stillwatch.sharing.entry import Entered, Refused
from stillwatch.sharing.marking import marking_of
from stillwatch.sharing.seal import event_of, is_sealed_by
from stillwatch.verifier.envelope import key_id

STANCES = {
    "strongly-disagree": -2, "disagree": -1, "neutral": 0, "agree": 1, "strongly-agree": 1,
}  # fmt: skip
SEEN = 2
EVER = datetime(9999, 12, 31, tzinfo=UTC)
OBSERVABLE = "observable"


@dataclass(slots=True)
class Inward:
    """Rows for the tables, and what was refused."""

    indicators: list[PeerIndicator] = field(default_factory=list)
    opinions: list[PeerOpinion] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Sealed:
    """Who sealed an object, in which share, about which campaign."""

    member: str
    share: str
    cluster: str
    technique: str | None


def rows_of(entered: Sequence[Entered], circle: Circle, now: datetime) -> Inward:
    """Indicators, sightings and opinions, as rows."""
    found = Inward()
    sealed = _sealed(entered, circle, found)
    for place, one in enumerate(entered):
        value = one.value
        if isinstance(value, stix.Grouping) and event_of(one.raw):
            continue
        mark = sealed.get((value.id, getattr(value, "modified", "")))
        member = mark.member if mark else str(getattr(value, "created_by_ref", None) or "nobody")
        if isinstance(value, stix.Indicator):
            row = _indicator(value, member, mark, circle, now)
            if isinstance(row, str):
                found.refused.append(Refused(place=place, object_id=value.id, reason=row))
            else:
                found.indicators.append(row)
        elif isinstance(value, stix.Sighting | stix.Opinion):
            found.opinions += _opinions(value, member, is_signed=mark is not None)
    return found


def _sealed(
    entered: Sequence[Entered], circle: Circle, found: Inward
) -> dict[tuple[str, str], _Sealed]:
    """Objects that a member's key sealed, by id and version."""
    by_id: dict[str, list[Entered]] = {}
    for one in entered:
        by_id.setdefault(one.value.id, []).append(one)
    keys = {key_id(member.public_key): member for member in circle.members}
    marks: dict[tuple[str, str], _Sealed] = {}
    for place, one in enumerate(entered):
        event = one.value.extensions.facts if isinstance(one.value, stix.Grouping) else None
        if not isinstance(event, stix.Event) or not isinstance(event.seal, stix.Seal):
            continue
        member = keys.get(event.seal.keyid)
        wrong = None
        others = [_version(by_id.get(ref, ()), one.value.modified) for ref in one.value.object_refs]
        whole = [other for other in others if other is not None]
        if member is None:
            wrong = "is sealed by a key that the circle does not know"
        elif event.circle != circle.id:
            wrong = f"is meant for the circle {event.circle}"
        elif len(whole) < len(others):
            wrong = f"lacks {len(others) - len(whole)} of its objects; ask for them again"
        elif not is_sealed_by(one.raw, [other.raw for other in whole], member.public_key):
            wrong = "is not what was sealed"
        else:
            own = stix.member_identity(event.seal.keyid)
            if any(_author(other.raw) != own for other in (*whole, one)):
                wrong = "holds objects in the name of another member"
        if wrong is not None or member is None:
            found.refused.append(
                Refused(place=place, object_id=one.value.id, reason=wrong or "is not sealed")
            )
            continue
        technique = event.behaviours[0] if event.behaviours else None
        mark = _Sealed(member.id, one.value.id, event.cluster, technique)
        for other in whole:
            marks[other.value.id, getattr(other.value, "modified", "")] = mark
    return marks


def _author(raw: Mapping[str, Any]) -> Any:
    return raw["id"] if raw["type"] == "identity" else raw.get("created_by_ref")


def _version(versions: Iterable[Entered], until: str) -> Entered | None:
    """The version of an object that a share at that time meant."""
    known = [one for one in versions if isinstance(one.value, stix.DATED)]
    known = [one for one in known if one.value.modified <= until]
    return max(known, key=lambda one: one.value.modified, default=None)


def _indicator(
    value: stix.Indicator, member: str, mark: _Sealed | None, circle: Circle, now: datetime
) -> PeerIndicator | str:
    facts = value.extensions.facts
    if isinstance(facts, stix.Trace) and facts.circle != circle.id:
        return f"is a token of the circle {facts.circle}"
    trace = facts if isinstance(facts, stix.Trace) else None
    if trace is None and value.pattern_type != "stix":
        return f"has a pattern of {value.pattern_type}"
    return PeerIndicator(
        indicator_id=value.id,
        member_id=member,
        is_signed=mark is not None,
        circle_id=trace.circle if trace else None,
        kind=trace.kind if trace else OBSERVABLE,
        epoch=trace.epoch if trace else None,
        token=trace.token if trace else value.pattern,
        share_id=mark.share if mark else None,
        cluster_id=mark.cluster if mark else None,
        technique=mark.technique if mark else None,
        confidence=50 if value.confidence is None else value.confidence,
        tlp=marking_of({"object_marking_refs": value.object_marking_refs}) or "red",
        modified_at=moment(value.modified),
        valid_from=moment(value.valid_from),
        valid_until=moment(value.valid_until) if value.valid_until else EVER,
        is_revoked=value.revoked,
        received_at=now,
    )


def _opinions(
    value: stix.Sighting | stix.Opinion, member: str, *, is_signed: bool
) -> list[PeerOpinion]:
    if isinstance(value, stix.Sighting):
        about, stance, count = [value.sighting_of_ref], SEEN, value.count or 1
    else:
        about, stance, count = list(value.object_refs), STANCES[value.opinion], 0
    return [
        PeerOpinion(
            opinion_id=value.id,
            member_id=member,
            is_signed=is_signed,
            about_id=one,
            stance=stance,
            sighting_count=count,
            modified_at=moment(value.modified),
            is_revoked=value.revoked,
        )
        for one in about
        if one.startswith("indicator--")
    ]


def moment(text: str) -> datetime:
    """A time of STIX."""
    return datetime.fromisoformat(text)
