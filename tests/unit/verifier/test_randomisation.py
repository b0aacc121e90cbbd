"""The exact p, the e-process and Holm's correction against twins that try everything."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.verifier.randomisation import exact_p, holm, total, wealth

TABLES = st.lists(st.lists(st.integers(-7, 7), min_size=2, max_size=4), min_size=1, max_size=5)


def every_draw(tables: list[list[int]]) -> list[tuple[int, ...]]:
    """All that the key could have drawn, equally likely."""
    return list(itertools.product(*(range(len(one)) for one in tables)))


@given(TABLES, st.data())
def test_the_exact_p_is_the_share_of_all_draws_that_reach_as_high(
    tables: list[list[int]], data: st.DataObject
) -> None:
    """A twin counts every combination of draws, in fractions."""
    draws = every_draw(tables)
    drawn = data.draw(st.sampled_from(draws))
    reached = total(tables, drawn)
    twin = Fraction(sum(total(tables, one) >= reached for one in draws), len(draws))
    assert exact_p(tables, drawn) == pytest.approx(float(twin), rel=1e-12)


@given(TABLES)
def test_no_table_makes_the_p_reject_too_often(tables: list[list[int]]) -> None:
    """Whatever the replies, at most a share alpha of all draws has a p of at most alpha."""
    found = sorted(exact_p(tables, one) for one in every_draw(tables))
    assert all(p >= (rank + 1) / len(found) - 1e-12 or found[rank + 1] == p
               for rank, p in enumerate(found[:-1]))  # fmt: skip
    assert found[-1] == pytest.approx(1)


def test_a_very_small_p_keeps_its_digits() -> None:
    """Two hundred hits of one in sixteen are 16^-200, not zero and not a rounding error."""
    tables = [[1] + [0] * 15] * 200
    assert exact_p(tables, [0] * 200) == pytest.approx(16.0**-200, rel=1e-9)
    assert exact_p([[1, 0]] * 2000, [0] * 2000) == 1e-300


def test_tables_that_tell_nothing_apart_prove_nothing() -> None:
    """Equal scores everywhere give a p of one."""
    assert exact_p([[3, 3], [0, 0, 0]], [0, 2]) == 1.0


BETS = st.lists(
    st.integers(2, 3).flatmap(
        lambda m: st.lists(
            st.lists(st.floats(0.05, 20), min_size=m, max_size=m), min_size=2, max_size=2
        )
    ),
    min_size=1,
    max_size=5,
)


@given(BETS)
def test_the_e_process_is_a_martingale_under_the_null(bets: list[list[list[float]]]) -> None:
    """After every unit, the mean over all draws that lead there is what was held before."""
    arrays = [np.array(one) for one in bets]
    sizes = [one.shape[1] for one in arrays]
    for units in range(1, len(arrays) + 1):
        for past in itertools.product(*(range(size) for size in sizes[: units - 1])):
            before = wealth(arrays[: units - 1], past)[-1] if past else 1.0
            after = [wealth(arrays[:units], (*past, last))[-1] for last in range(sizes[units - 1])]
            assert np.mean(after) == pytest.approx(before, rel=1e-9)


@given(BETS, st.sampled_from([0.5, 0.2, 0.05]))
def test_stopping_when_one_likes_does_not_raise_the_error(
    bets: list[list[list[float]]], alpha: float
) -> None:
    """Over all draws, the share whose money ever reaches 1/alpha is at most alpha."""
    arrays = [np.array(one) for one in bets]
    draws = list(itertools.product(*(range(one.shape[1]) for one in arrays)))
    reached = sum(wealth(arrays, one).max() >= 1 / alpha * (1 + 1e-9) for one in draws)
    assert reached <= alpha * len(draws)


def test_money_that_is_lost_is_lost() -> None:
    """A stake of nothing on the real draw ends a strategy, and not the others."""
    bets = [np.array([[0.0, 1.0], [1.0, 1.0]])] * 2
    assert wealth(bets, [0, 1]).tolist() == [0.5, 0.5]
    assert wealth([bets[0][:1]], [0]).tolist() == [0.0]
    assert len(wealth([], [])) == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_holm_rejects_what_the_step_down_procedure_rejects(p_values: list[float]) -> None:
    """A twin walks down the sorted p-values and stops at the first that is too large."""
    names = {f"n{place}": p for place, p in enumerate(p_values)}
    for alpha in (0.01, 0.05, 0.5):
        ordered = sorted(names, key=lambda name: names[name])
        twin = set()
        for rank, name in enumerate(ordered):
            if names[name] * (len(ordered) - rank) > alpha:
                break
            twin.add(name)
        assert {name for name, p in holm(names).items() if p <= alpha} == twin


def test_holm_of_nothing_is_nothing() -> None:
    """No hypothesis, no p-value; and no p above one."""
    assert holm({}) == {}
    assert holm({"a": 0.9, "b": 0.8}) == {"b": 1.0, "a": 1.0}
    assert math.isclose(holm({"a": 0.01, "b": 0.5})["a"], 0.02)
