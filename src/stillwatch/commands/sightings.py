"""`stillwatch receive sightings`: tells peers which of their indicators we saw, or dispute."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from stillwatch.io import clock
from stillwatch.io.cards import read_catalog
from stillwatch.io.circles import read_circle, read_secret
from stillwatch.io.inbox import read_inbox
from stillwatch.io.keys import read_public
from stillwatch.io.run_folder import read_run, read_table
from stillwatch.job.leaving import (
    Leave,
    arrived,
    campaign_of,
    counted,
    hand_over,
    identifiers_of,
    let_leave,
    refuse_leaks,
    response_of,
    traces_of,
)
from stillwatch.model.circle import Terms
from stillwatch.model.errors import SharingError
from stillwatch.model.sharing import PeerIndicator
from stillwatch.sharing.answer import answer
from stillwatch.sharing.disclose import Sender
from stillwatch.verifier.envelope import key_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the command says."""

    as_json: Sequence[Mapping[str, Any]]
    in_words: str


def sightings(
    run: Path,
    *,
    peers: Path,
    circle: Path,
    names: Path,
    member: Path,
    disputed: Sequence[str],
    terms: Terms,
    leave: Leave | None,
) -> Told:
    """Show what would be answered, campaign by campaign, or with `leave` let it leave.

    Raises SharingError where nothing may leave.
    """
    record, ring, inbox = read_run(run), read_circle(circle), read_inbox(peers)
    sender = Sender(secret=read_secret(names), keyid=key_id(read_public(member)))
    now = clock.now_to_the_millisecond()
    catalog = read_catalog()
    known = identifiers_of(run, record)
    told_of = {one.indicator_id for one in inbox.indicators}
    for one in disputed:
        if one not in told_of:
            what = f"{peers} holds no indicator '{one}'"
            raise SharingError("--dispute", what, "use an indicator_id of peer_indicators.parquet")
    stances = dict.fromkeys(disputed, "disagree")
    answers: list[dict[str, Any]] = []
    for campaign in read_table(run, "campaigns").column("campaign_id").to_pylist():
        made = answer(
            campaign_of(run, campaign)[0], traces_of(run, campaign), inbox.indicators, stances,
            response_of(run, campaign), catalog, ring, terms, sender, now,
        )  # fmt: skip
        if made is None:
            continue
        stances = {}  # an opinion is given once
        told = {
            "campaign": campaign,
            "left": leave is not None,
            "sightings": sum(one.id.startswith("sighting--") for one in made.objects),
            "kinds": _kinds(made.objects, inbox.indicators),
            "opinions": sum(one.id.startswith("opinion--") for one in made.objects),
        }
        if leave is None:
            refuse_leaks(made.objects, known)
            told["objects"] = [msgspec.to_builtins(one) for one in made.objects]
        else:
            body = {
                "circle": ring.id,
                "tlp": terms.tlp,
                "campaign": campaign,
                "grouping": made.event.id,
                "fields": counted(made.leaving),
            }
            left = let_leave(
                made.objects, sender, terms, leave, known, "answered", body, now, "answer"
            )
            told["file"] = str(left.file)
            told |= hand_over(left, leave)
        answers.append(told)
    lines = [
        f"{one['campaign']}: {one['sightings']} sightings{_spelt(one['kinds'])}, "
        f"{one['opinions']} opinions"
        + (f", {one['file']}" if "file" in one else "")
        + (f". {arrived(one)}" if "sent" in one else "")
        for one in answers
    ]
    if leave is None and answers:
        lines.insert(0, "Nothing has left. These answers would:")
    return Told(as_json=answers, in_words="\n".join(lines) or "No indicator of a peer was seen.")


def _kinds(objects: Sequence[Any], told: Sequence[PeerIndicator]) -> dict[str, int]:
    """Of what kinds of traces something would be said, so that who signs sees it."""
    kind = {one.indicator_id: one.kind for one in told}
    about = (one.sighting_of_ref for one in objects if one.id.startswith("sighting--"))
    return dict(sorted(Counter(kind[one] for one in about).items()))


def _spelt(kinds: Mapping[str, int]) -> str:
    words = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    return f" ({words})" if words else ""
