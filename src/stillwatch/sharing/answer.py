"""Answers peers: which of their indicators a campaign of ours shows, and which we dispute.

A sighting says that a trace of one of our campaigns, of a kind that a share may tell of, is what
the peer told of; it names the day and the lower end of a band, and no account. Whoever sends us
tokens of guesses learns nothing by it of kinds that never leave. Unlike a share it may speak of a
trace that most have who are in no campaign: the peer told of it first, and the operator's other
accounts are among them. It leaves by the same door as everything else, and marked no more freely
than what it answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from stillwatch.catalog.load import Catalog
from stillwatch.crypto.tokens import epoch_key, trace_tokens
from stillwatch.model.circle import Circle, Terms
from stillwatch.model.errors import SharingError
from stillwatch.model.findings import Campaign as Found
from stillwatch.model.findings import Trace as Held
from stillwatch.model.sharing import PeerIndicator
from stillwatch.sharing import profile as stix
from stillwatch.sharing.bands import day_start, lower_end
from stillwatch.sharing.disclose import (
    Sender,
    Share,
    Writer,
    member_keys,
    refuse,
    stays,
    why,
)
from stillwatch.sharing.marking import rank


def answer(
    found: Found,
    traces: Sequence[Held],
    told: Iterable[PeerIndicator],
    stances: Mapping[str, str],
    response: str,
    catalog: Catalog,
    circle: Circle,
    terms: Terms,
    sender: Sender,
    now: datetime,
) -> Share | None:
    """Sightings of peers' indicators in this campaign, and opinions; None when there are none.

    `stances` maps ids of indicators to a word of STIX's opinions. Raises SharingError where nothing
    may leave under these terms.
    """
    refuse(circle, terms, sender)
    write = Writer(found, catalog, circle, terms, sender, now)
    us = member_keys(circle)[sender.keyid]
    theirs = [one for one in told if one.is_signed and one.member_id != us and not one.is_revoked]
    sighted = [pair for pair in seen(traces, theirs, circle) if pair[0].indicator_id not in stances]
    _refuse_freer([one for one, _ in sighted], stances, theirs, terms)
    objects: list[Any] = [
        write.made(
            stix.Sighting,
            f"{write.author}/{write.cluster}/{one.indicator_id}",
            sighting_of_ref=one.indicator_id,
            where_sighted_refs=[write.author],
            first_seen=write.first,
            last_seen=stix.stamp(day_start(found.last_seen_at)),
            count=lower_end(held.exchange_count),
        )
        for one, held in sighted
    ]
    known = {one.indicator_id for one in theirs}
    objects += [
        write.made(
            stix.Opinion,
            f"{write.author}/{about}",
            opinion=stance,
            object_refs=[about],
        )
        for about, stance in sorted(stances.items())
        if about in known
    ]
    if not objects:
        return None
    objects.insert(0, stix.member(sender.keyid))
    event = write.event([one.id for one in objects], response, "Answer")
    return Share(
        objects=(*objects, event),
        leaving=tuple(why([*objects, event])),
        withheld=(),
        event=event,
    )


def _refuse_freer(
    sighted: Iterable[PeerIndicator],
    stances: Mapping[str, str],
    theirs: Iterable[PeerIndicator],
    terms: Terms,
) -> None:
    """What a peer marked, an answer to it must not tell to more people."""
    about = {one.indicator_id: one for one in sighted}
    about |= {one.indicator_id: one for one in theirs if one.indicator_id in stances}
    strictest = max((one.tlp for one in about.values()), key=rank, default=terms.tlp)
    if rank(strictest) > rank(terms.tlp):
        what = f"would tell as TLP:{terms.tlp.upper()} of what came as TLP:{strictest.upper()}"
        raise SharingError("the answer", what, f"give --tlp {strictest}")


def seen(
    traces: Sequence[Held], told: Iterable[PeerIndicator], circle: Circle
) -> list[tuple[PeerIndicator, Held]]:
    """Indicators that the campaign shows, each with the trace of ours that shows it."""
    crowd = [one for one in traces if stays(one) is None]
    waiting = [one for one in told if one.epoch is not None]
    ours: dict[tuple[str, int, str], Held] = {}
    for epoch in sorted({one.epoch for one in waiting if one.epoch is not None}):
        key = epoch_key(circle.secret, epoch)
        for held in crowd:
            ours[held.kind, epoch, trace_tokens(key, held.kind, [held.trait_id])[0]] = held
    return [
        (one, ours[one.kind, one.epoch or 0, one.token])
        for one in sorted(waiting, key=lambda i: i.indicator_id)
        if (one.kind, one.epoch or 0, one.token) in ours
    ]
