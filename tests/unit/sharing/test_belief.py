"""Nobody's word counts for more than it proved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sharing_room
from stillwatch.model.sharing import PeerIndicator, PeerOpinion
from stillwatch.sharing.belief import HALF_LIFE_DAYS, Believed, Reputation, believe
from stillwatch.sharing.entry import enter
from stillwatch.sharing.inward import SEEN, rows_of

NOW = sharing_room.NOW + timedelta(hours=1)


def told(member: str, trait: int = 7) -> PeerIndicator:
    """One indicator of a member."""
    data = sharing_room.sent(member, [sharing_room.trace(trait=trait)])
    return rows_of(enter(data, member, NOW).entered, sharing_room.CIRCLE, NOW).indicators[0]


def opinion(member: str, about: PeerIndicator, stance: int) -> PeerOpinion:
    """What a member thinks of an indicator."""
    return PeerOpinion(
        opinion_id=f"opinion of {member}",
        member_id=member,
        is_signed=True,
        about_id=about.indicator_id,
        stance=stance,
        sighting_count=1,
        modified_at=NOW,
        is_revoked=False,
    )


def one(
    indicators: list[PeerIndicator], opinions: tuple[PeerOpinion, ...] = ()
) -> tuple[list[Believed], dict[str, Reputation]]:
    """What is believed, and of whom what is thought."""
    found, worth = believe(indicators, opinions, NOW, ourselves="lab-b")
    return list(found), {each.member_id: each for each in worth}


def test_one_member_alone_is_not_corroborated() -> None:
    """Two are, when they name the same thing by themselves."""
    assert [b.is_corroborated for b in one([told("lab-a")])[0]] == [False]
    found, worth = one([told("lab-a"), told("lab-c")])
    assert [(b.is_corroborated, b.member_count) for b in found] == [(True, 2)]
    assert worth["lab-a"].worth > one([told("lab-a")])[1]["lab-a"].worth


def test_who_thinks_it_likelier_that_he_errs_is_no_voice() -> None:
    """Honest crowds are at every lab, and may be listed at every one."""
    called, guessed = told("lab-a"), replace(told("lab-c"), confidence=40)
    suspected = replace(guessed, confidence=50)
    assert [b.is_corroborated for b in one([called, guessed])[0]] == [False]
    assert [b.is_corroborated for b in one([called, suspected])[0]] == [True]
    seen = (opinion("lab-b", guessed, SEEN),)  # in a campaign of ours
    assert [b.is_corroborated for b in one([guessed], seen)[0]] == [True]


def test_a_sighting_of_ours_corroborates_and_ones_own_does_not() -> None:
    """Nobody confirms himself."""
    first = told("lab-a")
    assert one([first], (opinion("lab-b", first, 2),))[0][0].is_corroborated
    assert not one([first], (opinion("lab-a", first, 2),))[0][0].is_corroborated
    unsigned = replace(opinion("lab-c", first, 2), is_signed=False)
    assert not one([first], (unsigned,))[0][0].is_corroborated


def from_campaign(member: str, trait: int, campaign: str) -> PeerIndicator:
    """An indicator of a member's campaign of that name."""
    row = told(member, trait)
    return replace(row, indicator_id=f"indicator--{member}-{trait}", cluster_id=campaign)


def test_nobody_is_believed_alone_however_often_he_told_the_truth() -> None:
    """We saw three of his campaigns ourselves, and a fourth that he alone tells counts no more."""
    seen = [from_campaign("lab-a", n, f"campaign {n}") for n in (1, 2, 3)]
    fresh = from_campaign("lab-a", 4, "campaign 4")
    ours = tuple(replace(opinion("lab-b", each, 2), opinion_id=each.indicator_id) for each in seen)
    found = {b.token: b.is_corroborated for b in one([*seen, fresh], ours)[0]}
    assert [found[each.token] for each in (*seen, fresh)] == [True, True, True, False]


def test_a_campaign_is_believed_whole_when_half_of_it_counts() -> None:
    """So that a few true tokens among made-up ones do not tie our accounts together."""
    first = from_campaign("lab-a", 1, "one")
    same = replace(first, member_id="lab-c", indicator_id="c", cluster_id="theirs")
    made_up = [from_campaign("lab-a", n, "one") for n in (2, 3)]
    for rows, campaigns in (
        ([first, same, made_up[0]], ("lab-a one", "lab-c theirs")),
        ([first, same, *made_up], ("lab-c theirs",)),
    ):
        found = {b.token: b for b in one(rows)[0]}
        assert found[first.token].campaigns == campaigns


def test_a_dispute_of_ours_ends_belief_and_a_peers_lessens_it() -> None:
    """And both cost the member reputation."""
    first = told("lab-a")
    assert one([first], (opinion("lab-b", first, -1),))[0] == []
    both = [first, told("lab-c", 8)]
    plain, before = one(both)
    less, after = one(both, (opinion("lab-c", first, -1),))
    assert less[0].credence < plain[0].credence or len(less) < len(plain)
    assert after["lab-a"].worth < before["lab-a"].worth


def test_what_expired_was_revoked_or_is_unsigned_counts_for_nothing() -> None:
    """And so does what we said ourselves."""
    first = told("lab-a")
    gone = [
        replace(first, is_revoked=True),
        replace(first, valid_until=NOW),
        replace(first, is_signed=False),
        replace(first, valid_from=NOW + timedelta(days=1)),
        replace(first, member_id="lab-b"),
    ]
    assert [one([each])[0] for each in gone] == [[]] * 5


def test_belief_halves_in_thirty_days() -> None:
    """From when the member last said so."""
    first = told("lab-a")
    old = replace(first, modified_at=first.modified_at - timedelta(days=HALF_LIFE_DAYS))
    fresh, aged = one([first])[0][0].credence, one([old])[0][0].credence
    assert abs(aged / fresh - 0.5) < 0.01


def test_a_flood_earns_no_reputation() -> None:
    """One confirmed campaign is one, however many indicators it is told with."""
    few = one([told("lab-a"), told("lab-c")])[1]["lab-a"].worth
    flood = [
        replace(told("lab-a"), indicator_id=f"indicator--{n}", token=f"t{n}") for n in range(50)
    ]
    many = one([told("lab-a"), told("lab-c"), *flood])[1]["lab-a"].worth
    assert many <= few
