"""How evidence adds up on one subject."""

import pytest

from fakes import LIMITS, detector_card, level_bits, signals, worth
from stillwatch.stages.score import score

CARDS = [
    detector_card("forced_reasoning", family="content"),
    detector_card("rubric_reward", family="content"),
    detector_card("shared_egress", family="egress"),
    detector_card("authorised", family="honest:contract"),
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
