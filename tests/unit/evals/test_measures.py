"""Measures: hand-computed examples, and twins that follow the definitions word by word."""

import math
import statistics
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.evals.measures import (
    adjusted_rand,
    b_cubed,
    best_f1,
    brier_score,
    calibration_error,
    confusion,
    haul_gone,
    honest_threshold,
    partitions,
    recall_at_fpr,
    reliability,
    share_of,
    time_to_detect,
    wronged_by_class,
)

SCORES = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.5, 0.9, 1.0])
SCORED = st.lists(st.tuples(SCORES, st.booleans()), min_size=2, max_size=30).filter(
    lambda rows: len({hostile for _, hostile in rows}) == 2
)
RATES = st.sampled_from([0.0, 0.001, 0.1, 0.25, 1 / 3, 0.5, 0.99, 1.0])
GROUPS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=14)
TOLD = st.lists(
    st.tuples(st.sampled_from([0.0, 0.02, 0.3, 0.31, 0.5, 0.97, 1.0]), st.booleans()),
    min_size=1,
    max_size=40,
)


def columns(rows: list) -> tuple[np.ndarray, np.ndarray]:
    """Scores and truth as arrays."""
    return np.array([one for one, _ in rows], float), np.array([two for _, two in rows], bool)


def test_a_share_has_the_interval_that_wilson_gives() -> None:
    """By hand, z = 1.95996: 5 of 50 lies between 4.35 % and 21.36 %."""
    share = share_of(5, 50)
    assert share.value == 0.1
    assert (share.low, share.high) == pytest.approx((0.0434755, 0.2136023), abs=1e-6)
    assert share_of(0, 5000).high == pytest.approx(7.677e-4, rel=1e-3)


def test_of_nobody_nothing_is_known() -> None:
    """No division by zero, and no false certainty."""
    nobody = share_of(0, 0)
    assert (nobody.value, nobody.low, nobody.high) == (0.0, 0.0, 1.0)


@settings(deadline=None)
@given(SCORED, RATES)
def test_the_threshold_wrongs_no_more_than_allowed_and_no_lower_one_would_do(
    rows: list, rate: float
) -> None:
    """Every honest score below the threshold, if it were the threshold, would wrong too many."""
    scores, hostile = columns(rows)
    found = recall_at_fpr(scores, hostile, rate)
    honest = scores[~hostile].tolist()
    allowed = int(Fraction(rate).limit_denominator(1000) * len(honest))
    assert found.wronged.hits == sum(one > found.threshold for one in honest) <= allowed
    for lower in {-math.inf, *honest}:
        if lower < found.threshold:
            assert sum(one > lower for one in honest) > allowed
    assert found.recall.hits == sum(h and s > found.threshold for s, h in rows)


@settings(deadline=None)
@given(SCORED, RATES)
def test_the_threshold_does_not_look_at_hostile_scores(rows: list, rate: float) -> None:
    """Raising every hostile account to the top changes what is found, not the threshold."""
    scores, hostile = columns(rows)
    raised = np.where(hostile, 2.0, scores)
    before, after = (recall_at_fpr(one, hostile, rate) for one in (scores, raised))
    assert before.threshold == after.threshold
    assert after.recall.value == 1.0


def test_equal_honest_scores_are_called_together_or_not_at_all() -> None:
    """One of four may be wronged, but the two at the top are equal: neither is."""
    assert honest_threshold(np.array([0.9, 0.9, 0.2, 0.1]), 0.25) == 0.9
    assert honest_threshold(np.array([0.9, 0.8, 0.2, 0.1]), 0.25) == 0.8


def test_a_rate_below_one_in_all_honest_accounts_allows_none() -> None:
    """With 100 honest accounts 1e-4 and 0 are the same; one per cent allows one."""
    honest = np.arange(100) / 100
    assert honest_threshold(honest, 1e-4) == honest_threshold(honest, 0.0) == 0.99
    assert honest_threshold(honest, 0.01) == 0.98


@settings(deadline=None)
@given(SCORED)
def test_the_best_threshold_is_the_best_of_all(rows: list) -> None:
    """Every possible threshold is tried."""
    scores, hostile = columns(rows)
    tried = []
    for threshold in set(scores.tolist()):
        hits = sum(h and s >= threshold for s, h in rows)
        tried.append(2 * hits / (sum(s >= threshold for s, _ in rows) + hostile.sum()))
    best = best_f1(scores, hostile)
    assert best.f1 == pytest.approx(max(tried))
    assert best.recall == sum(h and s >= best.threshold for s, h in rows) / hostile.sum()


def test_nothing_to_find_is_found_with_nothing() -> None:
    """Without hostile accounts there is no F1, and no division by zero."""
    assert best_f1(np.array([1.0, 2.0]), np.array([False, False])).f1 == 0.0


def test_the_most_wronged_class_stands_first() -> None:
    """Shares, not counts, decide; each has its interval."""
    shares = wronged_by_class(["a", "a", "a", "b", "c"], [True, False, False, True, False])
    assert list(shares) == ["b", "a", "c"]
    assert shares["a"] == share_of(1, 3)


def test_brier_and_calibration_by_hand() -> None:
    """Two said 0.8 and one happened, two said 0.1 and none happened."""
    said, happened = np.array([0.8, 0.8, 0.1, 0.1]), np.array([True, False, False, False])
    assert brier_score(said, happened) == pytest.approx((0.04 + 0.64 + 0.01 + 0.01) / 4)
    points = reliability(said, happened, bins=2)
    assert [one.said for one in points] == pytest.approx([0.1, 0.8])
    assert [one.happened.value for one in points] == [0.0, 0.5]
    assert calibration_error(points) == pytest.approx((0.1 + 0.3) / 2)


@settings(deadline=None)
@given(TOLD, st.integers(1, 15))
def test_equal_widths_are_the_definition_word_by_word(rows: list, bins: int) -> None:
    """Every bin gathers its own accounts; the empty ones count nothing."""
    said, happened = columns(rows)
    error = 0.0
    for one in range(bins):
        mine = [
            (p, h) for p, h in rows if one == min(math.floor(p * bins), bins - 1)
        ]  # 1 belongs to the last
        if mine:
            mean = statistics.fmean(p for p, _ in mine) - statistics.fmean(h for _, h in mine)
            error += abs(mean) * len(mine) / len(rows)
    points = reliability(said, happened, bins, by="width")
    assert calibration_error(points) == pytest.approx(error)


@settings(deadline=None)
@given(TOLD, st.integers(1, 15), st.randoms())
def test_equal_mass_keeps_equals_together_whatever_the_order(rows, bins, dice) -> None:
    """Shuffled rows give the same points; all accounts are in them, in order of probability."""
    points = reliability(*columns(rows), bins)
    dice.shuffle(rows)
    again = reliability(*columns(rows), bins)
    assert [one.happened for one in again] == [one.happened for one in points]
    assert sum(one.happened.count for one in points) == len(rows)
    assert [one.said for one in points] == sorted(one.said for one in points)


@settings(deadline=None)
@given(st.integers(1, 8), st.integers(1, 5))
def test_bins_of_equal_mass_are_equally_full_without_ties(bins: int, each: int) -> None:
    """Different probabilities are dealt out evenly."""
    said = np.linspace(0, 1, bins * each)
    points = reliability(said, said > 2, bins)
    assert [one.happened.count for one in points] == [each] * bins


def test_b_cubed_by_hand() -> None:
    """One campaign of three is found but for one account, with one honest account in it.

    Items a, b, c (hostile) and h (honest, called): called together are a, b, h.
    Precision: a, b 2/3 each, h 1/3, c 1. Recall: a, b 2/3 each, c 1/3, h 1.
    """
    found = b_cubed(*partitions({"a": "k", "b": "k", "c": "k"}, {"a": "C", "b": "C", "h": "C"}))
    assert found.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert found.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert found.f1 == pytest.approx(2 / 3)


def test_accounts_in_no_group_are_alone_even_beside_each_other() -> None:
    """Two honest accounts that were called are not one true group, two that were not no called."""
    true, predicted = partitions({"a": "k", "b": "k"}, {"h": "C", "i": "C"})
    assert len(set(true.tolist())) == 3
    assert len(set(predicted.tolist())) == 3


@settings(deadline=None)
@given(GROUPS)
def test_b_cubed_is_the_definition_item_by_item(rows: list) -> None:
    """For each item, its two groups are written out and intersected."""
    precision, recall = [], []
    for true, said in rows:
        mine = {i for i, (t, _) in enumerate(rows) if t == true}
        called = {i for i, (_, s) in enumerate(rows) if s == said}
        precision.append(len(mine & called) / len(called))
        recall.append(len(mine & called) / len(mine))
    found = b_cubed(*(np.array(one) for one in zip(*rows, strict=True)))
    assert found.precision == pytest.approx(statistics.fmean(precision))
    assert found.recall == pytest.approx(statistics.fmean(recall))


def test_adjusted_rand_by_hand() -> None:
    """Six items: two groups of three, one item in the wrong one. (4 − 2.8) / (6.5 − 2.8)."""
    value = adjusted_rand(np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 1, 1]))
    assert value == pytest.approx((4 - 6 * 7 / 15) / (6.5 - 6 * 7 / 15))


@settings(deadline=None)
@given(GROUPS)
def test_adjusted_rand_is_the_definition_pair_by_pair(rows: list) -> None:
    """Every pair of items is looked at; agreement is set against chance."""
    pairs = list(combinations(rows, 2))
    both = sum(a[0] == b[0] and a[1] == b[1] for a, b in pairs)
    one, two = (sum(a[i] == b[i] for a, b in pairs) for i in (0, 1))
    chance, most = Fraction(one * two, len(pairs)), Fraction(one + two, 2)
    expected = float((both - chance) / (most - chance)) if most != chance else 1.0
    assert adjusted_rand(*(np.array(x) for x in zip(*rows, strict=True))) == pytest.approx(expected)


def test_a_campaign_never_found_counts_as_endless() -> None:
    """Leaving it out would reward missing it."""
    assert time_to_detect([4.0, None, 2.0]).median == 4.0
    assert time_to_detect([4.0, None, None, 2.0]).median is None
    assert time_to_detect([None, 4.0]).median is None
    assert time_to_detect([]).median is None
    assert time_to_detect([3.0, 5.0]).median == 4.0
    assert time_to_detect([4.0, None]).found == 1


def test_what_is_gone_is_what_came_before_detection() -> None:
    """The exchange of the very moment is not gone; nobody who looks too late saves anything."""
    times = np.array([1, 2, 3, 4])
    assert haul_gone(times, 3) == 0.5
    assert haul_gone(times, 100) == haul_gone(times, None) == 1.0
    assert haul_gone(times, 1) == 0.0


def test_roles_are_counted_pair_by_pair() -> None:
    """What was said about the missing is said by None."""
    counts = confusion(["relay", "distiller", "relay"], ["relay", None, "mixed"])
    assert counts == {("distiller", None): 1, ("relay", "mixed"): 1, ("relay", "relay"): 1}
