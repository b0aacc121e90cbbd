"""Whether so many accounts of a cluster have one thing that chance would not give it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logsumexp
from scipy.stats import binom

from stillwatch.stats.excess import excess_of_subjects, log_tail


def tail(hits: float, draws: float, chance: float) -> float:
    """One tail, as a number."""
    return float(log_tail(np.array([hits]), np.array([draws]), np.array([chance]))[0])


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 300), st.data(), st.floats(1e-4, 0.9))
def test_the_bound_lies_above_the_binomial_tail_and_close_to_it_far_out(
    draws: int, data: st.DataObject, chance: float
) -> None:
    """Never below the true tail; at three times what is expected, within a factor of 1.5."""
    hits = data.draw(st.integers(1, draws))
    # Summed as logarithms: `logsf` takes that of the tail, which has few digits near 1e-308.
    true = float(logsumexp(binom.logpmf(np.arange(hits, draws + 1), draws, chance)))
    found = tail(hits, draws, chance)
    assert found >= true - 1e-4 * abs(true) - 1e-9
    if hits >= 3 * (draws * chance + 1):
        assert found <= true + math.log(1.5)


@pytest.mark.parametrize(
    ("hits", "draws", "chance"), [(5, 100, 0.2), (5, 5, 1.0), (3, 9, 0.0), (9, 5, 0.1), (2, 4, 1.5)]
)
def test_what_is_no_excess_is_no_surprise(hits: int, draws: int, chance: float) -> None:
    """Fewer than expected, a cluster of everyone, and numbers that cannot be, say nothing."""
    assert tail(hits, draws, chance) == 0.0


def test_a_tail_too_small_for_a_float_is_still_a_number() -> None:
    """Ten thousand of ten thousand at one in a thousand is 1e-30000."""
    assert tail(10_000, 10_000, 0.001) == pytest.approx(10_000 * math.log(0.001), rel=1e-6)


def rows(*some: dict[str, Any]) -> pa.Table:
    """Rows of the method's table; what is not said is usual."""
    usual = {
        "subject_id": 1,
        "account_count": 10,
        "holder_count": 10,
        "rival_count": 100,
        "holding_count": 1_000,
        "total_holding_count": 100_000,
        "is_item": False,
    }
    return pa.Table.from_pylist([usual | one for one in some])


def value(*some: dict[str, Any]) -> float:
    """The value of the one subject."""
    found = excess_of_subjects(rows(*some))
    assert len(found) == 1
    return float(found.column("value")[0].as_py())


def test_the_value_counts_the_traits_that_chance_would_show() -> None:
    """Ten of ten at one in a hundred is 1e-20; a hundred such traits make it 1e-18."""
    assert value({}) == pytest.approx(18.0, abs=0.01)
    assert value({"rival_count": 10_000}) == pytest.approx(16.0, abs=0.01)


def test_more_holders_outside_surprise_less_and_more_inside_surprise_more() -> None:
    """What everyone has is no sign of a cluster; neither is a busy cluster's many traits."""
    assert value({"holder_count": 500}) < value({"holder_count": 20}) < value({})
    assert value({"account_count": 30, "holder_count": 30}) > value({})
    assert value({"holding_count": 10_000}) < value({})


def test_the_most_surprising_row_speaks_for_the_subject() -> None:
    """Its value and its holders; order of rows means nothing."""
    weak, strong = {"account_count": 4, "holder_count": 4}, {"account_count": 9, "holder_count": 9}
    for some in ((weak, strong), (strong, weak)):
        found = excess_of_subjects(rows(*some)).to_pylist()
        assert [row["support"] for row in found] == [9]
        assert found[0]["value"] == value(strong)


def test_items_explain_wording() -> None:
    """A class that shares its sheet as widely as its wording has no excess; others keep theirs."""
    item = {"is_item": True}
    assert value({}, item) == 0.0
    half = {"is_item": True, "account_count": 5, "holder_count": 5}
    assert value({}, half) == pytest.approx(value({}) - 8.0, abs=0.02)


def test_items_alone_say_nothing_and_subjects_do_not_mix() -> None:
    """A subject with items only has no row; another subject's items explain nothing."""
    found = excess_of_subjects(rows({"subject_id": 2, "is_item": True}, {"subject_id": 3}))
    assert found.column("subject_id").to_pylist() == [3]
    assert found.column("value")[0].as_py() == value({})


def test_no_row_gives_no_row() -> None:
    """An empty table has the columns and nothing else."""
    found = excess_of_subjects(rows({}).slice(0, 0))
    assert found.column_names == ["subject_id", "value", "support"]
    assert len(found) == 0


def test_with_drawn_accounts_it_keeps_its_promise() -> None:
    """Among clusters whose accounts are drawn from all, values above 2 are at most one in 100."""
    dice = np.random.default_rng(5)
    accounts, traits, size, worlds = 400, 300, 40, 400
    holders = dice.integers(2, 40, traits)
    high = 0
    for _ in range(worlds):
        inside = dice.hypergeometric(size, accounts - size, holders)
        classes = np.frexp(holders.astype(float))[1]
        rivals = np.bincount(classes)[classes]
        some = [
            {
                "account_count": int(k),
                "holder_count": int(m),
                "rival_count": int(r),
                "holding_count": int(inside.sum()),
                "total_holding_count": int(holders.sum()),
            }
            for k, m, r in zip(inside, holders, rivals, strict=True)
            if k >= 2
        ]
        high += value(*some) > 2.0
    classes_met = len(np.unique(np.frexp(holders.astype(float))[1]))
    assert high <= 0.01 * classes_met * worlds + 3
