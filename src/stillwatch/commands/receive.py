"""`stillwatch receive`: peers' objects become a table that the next scan may use as evidence."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from stillwatch.io import clock
from stillwatch.io.circles import read_circle
from stillwatch.io.doors import read_door
from stillwatch.io.inbox import Told as Inbox
from stillwatch.io.inbox import find_received, keep_position, read_position, take_in
from stillwatch.job.sending import collection_of
from stillwatch.model.circle import Circle
from stillwatch.model.errors import SharingError
from stillwatch.model.sharing import PeerIndicator, PeerOpinion
from stillwatch.model.visible import visible
from stillwatch.sharing.entry import Entered, EntryLimits, Envelope, Refused, enter
from stillwatch.sharing.inward import moment, rows_of
from stillwatch.sharing.profile import Grouping
from stillwatch.verifier.canonical import digest, encode
from stillwatch.verifier.envelope import key_id

PAGE = 20_000  # objects taken in at a time
AHEAD = timedelta(days=1)  # that a hub's clock may be ahead of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the command says."""

    as_json: Mapping[str, Any]
    in_words: str


def receive(source: Path, *, circle: Path, into: Path) -> Told:
    """Take in a bundle, or every bundle of a folder."""
    ring, now = read_circle(circle), clock.now()
    limits = EntryLimits(strictest=ring.tlp)
    whole = Envelope()
    for path in _files(source):
        _join(whole, enter(path.read_bytes(), str(path), now, limits))
    return _said([_taken(whole, ring, into, str(source), now)], into)


def receive_from(hub: Path, *, circle: Path, into: Path, again: bool = False) -> Told:
    """Take in what has come to a hub's collection since the last time, or with `again` all of it.

    The place up to which was read is kept after the objects are, so that whoever is interrupted
    goes on where he was and loses nothing.
    """
    ring, door = read_circle(circle), read_door(hub)
    limits = EntryLimits(strictest=ring.tlp)
    parts: list[_Part] = []
    with door.open() as client:
        collection = collection_of(client, door, ring.id)
        place = _place(collection.url, ring)
        after = None if again else read_position(into, place)
        # A seal covers the versions of its own share: a later share must not hide them.
        for page, until in _pages(client.objects(collection, after, version="all")):
            now = clock.now()
            whole = enter(page, collection.url, now, limits)
            parts.append(_taken(whole, ring, into, collection.url, now))
            if until is not None and _is_past(until, now):
                keep_position(into, place, until)
    if not parts:
        parts.append(_taken(Envelope(), ring, into, collection.url, clock.now()))
    return _said(parts, into)


def _place(collection: str, ring: Circle) -> str:
    """What a position is of: who is let in later must be heard from the beginning."""
    keys = sorted(key_id(one.public_key) for one in ring.members)
    about = digest(encode({"circle": ring.id, "keys": keys, "tlp": ring.tlp}))
    return f"{collection} {about[:16]}"


def _is_past(until: str, now: datetime) -> bool:
    """Whether a hub names a time that it can have got to; what comes after any other is lost."""
    try:
        return moment(until) <= now + AHEAD
    except (ValueError, TypeError):
        return False


def _pages(
    objects: Iterable[tuple[Mapping[str, Any], str | None]],
) -> Iterator[tuple[bytes, str | None]]:
    """Objects as envelopes again, so that what comes over a wire is checked as a file is."""
    page: list[Mapping[str, Any]] = []
    until: str | None = None
    for value, until in objects:
        page.append(value)
        if len(page) >= PAGE:
            yield msgspec.json.encode({"objects": page}), until
            page = []
    if page:
        yield msgspec.json.encode({"objects": page}), until


def _files(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    found = sorted(source.glob("*.json")) if source.is_dir() else []
    if not found:
        raise SharingError(str(source), "holds no bundle", "name a bundle, or a folder of them")
    return found


def _join(whole: Envelope, part: Envelope) -> None:
    whole.entered += part.entered
    whole.refused += part.refused
    whole.passed_over += part.passed_over


@dataclass(frozen=True, slots=True)
class _Part:
    """What became of one page or folder."""

    entered: int
    refused: list[Refused]
    passed_over: Counter[str]
    fresh: list[PeerIndicator]
    answers: list[PeerOpinion]
    inbox: Inbox


def _taken(whole: Envelope, ring: Circle, into: Path, where: str, now: datetime) -> _Part:
    fresh = rows_of([*_earlier(whole, into, now), *whole.entered], ring, now)
    refused = [*whole.refused, *fresh.refused]
    inbox = take_in(
        into,
        (one.raw for one in whole.entered),
        fresh.indicators,
        fresh.opinions,
        (
            {"file": where, "line": one.place + 1, "id": one.object_id, "reason": one.reason}
            for one in refused
        ),
    )
    return _Part(
        len(whole.entered), refused, whole.passed_over, fresh.indicators, fresh.opinions, inbox
    )


def _earlier(whole: Envelope, into: Path, now: datetime) -> list[Entered]:
    """What a share speaks of and came before: a hub gives what it has already given only once.

    The identity of a member comes with its first share alone, and a share may begin on one page
    and end on the next.
    """
    lacking = {
        ref
        for one in whole.entered
        if isinstance(one.value, Grouping)
        for ref in one.value.object_refs
    } - {one.value.id for one in whole.entered}
    kept = find_received(into, lacking)
    if not kept:
        return []
    return enter(msgspec.json.encode({"objects": kept}), str(into), now).entered


def _said(parts: Sequence[_Part], into: Path) -> Told:
    entered, refused = sum(one.entered for one in parts), [r for one in parts for r in one.refused]
    fresh, inbox = [row for one in parts for row in one.fresh], parts[-1].inbox
    members = Counter(one.member_id for one in fresh if one.is_signed)
    unsigned = sum(not one.is_signed for one in fresh)
    revoked = sum(one.is_revoked for one in fresh)
    passed = sum((one.passed_over for one in parts), Counter[str]())
    lines = [f"{entered:,} objects taken in, {len(refused):,} refused."]
    lines += [f"  {member}: {count:,} indicators" for member, count in sorted(members.items())]
    if revoked:
        lines.append(f"  {revoked:,} of them were taken back.")
    if unsigned:
        lines.append(f"  {unsigned:,} indicators are not signed; they are kept and never count.")
    answers = Counter(
        (one.member_id, "disputed" if one.stance < 0 else "seen or agreed to")
        for part in parts
        for one in part.answers
        if one.is_signed and not one.is_revoked and one.stance
    )
    lines += [
        f"  {who}: {count:,} indicators {what}" for (who, what), count in sorted(answers.items())
    ]
    lines += [
        f"  refused: {visible(one.reason, 200)} ({visible(one.object_id, 200)})"
        for one in refused[:10]
    ]
    if refused:
        lines.append(
            "  Every one with its reason stands in rejected.jsonl. When the reason is mended, such "
            "as a wrong clock: stillwatch receive … --again"
        )
    lines.append(
        f"{into} holds {len(inbox.indicators):,} indicators. Next: stillwatch scan --peers"
    )
    return Told(
        as_json={
            "entered": entered,
            "refused": [msgspec.to_builtins(one) for one in refused],
            "passed_over": dict(passed),
            "indicators": len(inbox.indicators),
            "opinions": len(inbox.opinions),
            "members": dict(members),
            "unsigned": unsigned,
            "revoked": revoked,
        },
        in_words="\n".join(lines),
    )
