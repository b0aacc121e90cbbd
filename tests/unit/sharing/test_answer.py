"""An answer says no more than a share may: whoever sends guesses learns nothing by it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sharing_room import CATALOG, CIRCLE, campaign
from stillwatch.crypto.tokens import epoch_key, trace_tokens
from stillwatch.evals.sharing.example import NOW, trace
from stillwatch.evals.sharing.labs import TERMS, received, sender_of
from stillwatch.model.circle import Tlp
from stillwatch.model.errors import SharingError
from stillwatch.model.findings import Trace
from stillwatch.model.sharing import PeerIndicator
from stillwatch.sharing.answer import answer, seen
from stillwatch.sharing.disclose import disclose


def told(*traces: Trace, tlp: Tlp = "amber") -> list[PeerIndicator]:
    """What lab-b receives of a member who tells of anything that he pleases."""
    share = disclose(
        campaign(), [trace()], "alert", CATALOG, CIRCLE, replace(TERMS, tlp=tlp),
        sender_of("lab-a"), NOW,
    ).objects  # fmt: skip
    (honest,) = received(share, "lab-a", CIRCLE, NOW)
    key = epoch_key(CIRCLE.secret, honest.epoch or 0)
    return [
        replace(
            honest,
            indicator_id=f"indicator--{number}",
            kind=one.kind,
            token=trace_tokens(key, one.kind, [one.trait_id])[0],
        )
        for number, one in enumerate(traces)
    ]


def said(mine: list[Trace], peers: list[PeerIndicator], **terms: Any) -> list[str]:
    """The indicators that lab-b says it saw."""
    made = answer(
        campaign(), mine, peers, {}, "alert", CATALOG, CIRCLE, replace(TERMS, **terms),
        sender_of("lab-b"), NOW,
    )  # fmt: skip
    objects = made.objects if made else ()
    return [one.sighting_of_ref for one in objects if one.id.startswith("sighting--")]


def test_what_a_share_might_tell_is_answered() -> None:
    """A wording that accounts of the campaign share, also where more have it who are in none."""
    for mine in (trace(), replace(trace(), holder_count=1_000)):
        assert said([mine], told(mine)) == ["indicator--0"]


@pytest.mark.parametrize(
    "never",
    [
        replace(trace(), kind="email_domain"),
        replace(trace(), kind="payment_fingerprint"),
        replace(trace(), kind="item"),
        replace(trace(), kind="band1"),
        replace(trace(), kind="band2"),
        replace(trace(), account_count=4),
    ],
    ids=["mail", "payment", "item", "guessable", "guessable too", "few"],
)
def test_what_a_share_may_not_tell_is_not_confirmed(never: Trace) -> None:
    """Though the peer's token is the very token of ours."""
    assert said([never], told(never)) == []
    assert seen([never], told(never), CIRCLE) == []


def test_an_answer_is_marked_no_more_freely_than_what_it_answers() -> None:
    """TLP:AMBER is not answered as TLP:CLEAR; a peer's TLP:GREEN may be answered as TLP:AMBER."""
    mine = [trace()]
    with pytest.raises(SharingError, match=r"came as TLP:AMBER.*give --tlp amber"):
        said(mine, told(*mine), tlp="clear")
    assert said(mine, told(*mine, tlp="green")) == ["indicator--0"]
    assert said([], told(*mine), tlp="clear") == []
