"""What the crowds of a log say about all sums of that log."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.stats.crowds import HALFWAY, MOST, level_of, moved_by

SUMS = st.lists(st.floats(-40, 40), min_size=1, max_size=200).map(np.array)


def test_a_large_log_whose_crowds_lie_higher_is_moved_by_nearly_that() -> None:
    """Two thousand crowds a bit and a half above what is usual: that, less one in a hundred."""
    dice = np.random.default_rng(1)
    log = dice.normal(1.5, 2.0, 2_000)
    found = moved_by(log, level_of(dice.normal(0.0, 2.0, 2_000)))
    assert found == pytest.approx(1.5, abs=0.2)


def test_campaigns_hardly_move_the_log_they_are_in() -> None:
    """A tenth of the clusters twenty bits above the others: half a bit at the most."""
    dice = np.random.default_rng(2)
    log = dice.normal(0.0, 2.0, 1_000)
    mixed = np.concatenate([log, np.full(100, 20.0)])
    assert 0.0 <= level_of(mixed) - level_of(log) < 0.5


def test_a_log_that_is_mostly_one_campaign_does_not_hide_it() -> None:
    """Twenty pieces of an operator and five honest crowds: two bits at the most are taken off."""
    dice = np.random.default_rng(4)
    mixed = np.concatenate([dice.normal(0.0, 2.0, 5), np.full(20, 12.0)])
    assert 0.0 < moved_by(mixed, 0.0) <= 2.0


def test_few_crowds_are_half_believed_and_none_says_nothing() -> None:
    """As many as HALFWAY move a log by half of what they show."""
    assert moved_by(np.full(HALFWAY, 3.0), 0.0) == pytest.approx(1.5)
    assert moved_by(np.empty(0), 5.0) == 0.0


@given(SUMS, st.floats(-20, 20))
def test_a_log_is_never_moved_far_nor_beyond_what_it_shows(sums: np.ndarray, usual: float) -> None:
    """Between nothing and what its crowds show, and not more than MOST."""
    found, shown = moved_by(sums, usual), level_of(sums) - usual
    assert abs(found) <= min(abs(shown), MOST)
    assert found * shown >= 0.0
