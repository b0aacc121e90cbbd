"""How evidence adds up on one subject."""

from dataclasses import replace

import pyarrow as pa
import pytest

from fakes import LIMITS, detector_card, level_bits, signals, worth
from stillwatch.model.evidence import Bits, Posterior
from stillwatch.stages.score import beside_crowds, score

CARDS = [
    detector_card("forced_reasoning", family="content"),
    detector_card("rubric_reward", family="content"),
    detector_card("shared_egress", family="egress"),
    detector_card("authorised", family="honest:contract"),
    detector_card("peer_says", family="peers"),
]
BITS = worth(
    level_bits("forced_reasoning", 1, 0.5),
    level_bits("forced_reasoning", 2, 6.0),
    level_bits("rubric_reward", 1, 0.25),
    level_bits("rubric_reward", 2, 0.5),
    level_bits("rubric_reward", 3, 8.0),
    level_bits("shared_egress", 1, 0.75),
    level_bits("shared_egress", 3, 4.5),
    level_bits("authorised", 1, -12.0),
    level_bits("peer_says", 1, 6.0),
    offset=-7.0,
)


def posterior(total: float) -> float:
    """The curve that BITS holds for clusters."""
    return 1 / (1 + 2 ** -(total - 7.0))


def test_signals_add_up_into_the_calibrated_posterior() -> None:
    """6 bits of content and 4.5 of egress are 10.5, and two families of evidence."""
    rows = [("forced_reasoning", 1, 2), ("shared_egress", 1, 3)]
    found = score(signals(rows), CARDS, BITS, LIMITS)
    (row,) = found.subjects.to_pylist()
    assert row["millibits"] == 10_500
    assert row["family_count"] == 2
    assert row["posterior"] == pytest.approx(posterior(10.5), abs=1e-9)


def test_every_signal_counts_and_a_family_is_one() -> None:
    """Two content detectors earn 6 and 8 bits, fitted together; they are one family of evidence."""
    rows = [("forced_reasoning", 1, 2), ("rubric_reward", 1, 3)]
    found = score(signals(rows), CARDS, BITS, LIMITS)
    (row,) = found.subjects.to_pylist()
    assert (row["millibits"], row["family_count"]) == (14_000, 1)
    assert found.weighed.column("millibits").to_pylist() == [6_000, 8_000]


@pytest.mark.parametrize(("level", "families"), [(1, 0), (2, 1)])
def test_a_family_counts_from_one_bit_in_sum_on(level: int, families: int) -> None:
    """Half a bit and a quarter are no family of evidence; half a bit and a half are one."""
    rows = [("forced_reasoning", 1, 1), ("rubric_reward", 1, level)]
    (row,) = score(signals(rows), CARDS, BITS, LIMITS).subjects.to_pylist()
    assert row["family_count"] == families


def test_a_honest_explanation_subtracts_and_is_no_family_of_evidence() -> None:
    """A contract takes 12 bits off."""
    rows = [("rubric_reward", 1, 3), ("shared_egress", 1, 3), ("authorised", 1, 1)]
    (row,) = score(signals(rows), CARDS, BITS, LIMITS).subjects.to_pylist()
    assert (row["millibits"], row["family_count"]) == (500, 2)


def test_silence_weighs_nothing_and_less_than_a_bit_is_no_family() -> None:
    """Level 0 is never fitted; three quarters of a bit count, but not as a family."""
    rows = [("forced_reasoning", 1, 0), ("shared_egress", 1, 1)]
    (row,) = score(signals(rows), CARDS, BITS, LIMITS).subjects.to_pylist()
    assert (row["millibits"], row["family_count"]) == (750, 0)


def test_levels_that_were_never_measured_weigh_nothing() -> None:
    """A detector without measured bits at its level is listed with zero."""
    (row,) = score(signals([("shared_egress", 1, 2)]), CARDS, BITS, LIMITS).subjects.to_pylist()
    assert row["millibits"] == 0


def test_bits_of_clusters_are_not_worth_anything_on_accounts() -> None:
    """What a level is worth was measured on one kind of subject.

    It counts on that kind alone; a kind without a curve stays at posterior 0.
    """
    found = score(signals([("rubric_reward", 1, 3)], kind="account"), CARDS, BITS, LIMITS)
    (row,) = found.subjects.to_pylist()
    assert (row["millibits"], row["posterior"]) == (0, 0.0)


def test_the_posterior_stays_between_0_and_1_however_much_speaks() -> None:
    """A sum far off the curve neither overflows nor warns."""
    heavy = worth(level_bits("rubric_reward", 1, 1e6), level_bits("rubric_reward", 2, -1e6))
    rows = [("rubric_reward", 1, 1), ("rubric_reward", 2, 2)]
    sure = score(signals(rows), CARDS, heavy, LIMITS).subjects.column("posterior").to_pylist()
    assert sure == [1.0, 0.0]


def test_no_signals_make_no_subjects() -> None:
    """An empty table is no fault."""
    assert not len(score(signals([]), CARDS, BITS, LIMITS).subjects)


def in_a_log(
    crowds: int, level: int, curve: Posterior, said: str = "rubric_reward"
) -> tuple[float, Bits]:
    """Cluster 0 has 10.5 bits; so many crowds beside it reach this level of one detector."""
    rows = [("forced_reasoning", 0, 2), ("shared_egress", 0, 3)]
    rows += [(said, one, level) for one in range(1, crowds + 1)]
    bits = replace(BITS, posterior=[curve])
    sizes = [{"subject_id": 0, "account_count": 9, "owner_count": 9}]
    sizes += [
        {"subject_id": one, "account_count": 8, "owner_count": 4} for one in range(1, crowds + 1)
    ]
    # Small clusters and those of few owners are no crowds, whatever they show.
    rows += [("rubric_reward", one, 3) for one in (901, 902)]
    sizes += [{"subject_id": 901, "account_count": 7, "owner_count": 7}]
    sizes += [{"subject_id": 902, "account_count": 99, "owner_count": 3}]
    found = score(signals(rows), CARDS, bits, LIMITS)
    judged, moved = beside_crowds(found, pa.Table.from_pylist(sizes), bits, least_owners=4)
    sure = {row["subject_id"]: row["posterior"] for row in judged.subjects.to_pylist()}
    return sure[0], moved


def test_a_sum_means_less_where_every_crowd_has_much_of_it() -> None:
    """79 crowds of 8 bits where 6 are usual: 1.6 bits off (80 of 100 parts of two)."""
    curve = Posterior(subject="cluster", offset=-7.0, usual=6.0)
    sure, moved = in_a_log(79, 3, curve)
    assert sure == pytest.approx(posterior(10.5 - 1.6), abs=1e-6)
    assert moved.posterior[0].offset == pytest.approx(-8.6)


def test_a_log_like_those_the_curve_was_fitted_on_moves_nothing() -> None:
    """Crowds of half a bit where half a bit is usual."""
    sure, moved = in_a_log(79, 2, Posterior(subject="cluster", offset=-7.0, usual=0.5))
    assert sure == pytest.approx(posterior(10.5), abs=1e-6)
    assert moved.posterior[0].offset == pytest.approx(-7.0)


def test_what_peers_say_of_crowds_hides_nobody() -> None:
    """Six bits on every crowd, where none is usual: a liar's word on crowds moves no level."""
    curve = Posterior(subject="cluster", offset=-7.0, usual=0.0)
    sure, moved = in_a_log(79, 1, curve, said="peer_says")
    assert sure == pytest.approx(posterior(10.5), abs=1e-6)
    assert moved.posterior[0].offset == pytest.approx(-7.0)


def test_nothing_is_moved_where_it_is_not_known_what_is_usual() -> None:
    """Bits that were measured before crowds were looked at say what they said."""
    curve = Posterior(subject="cluster", offset=-7.0)
    sure, moved = in_a_log(79, 3, curve)
    assert sure == pytest.approx(posterior(10.5), abs=1e-6)
    assert moved.posterior == [curve]
