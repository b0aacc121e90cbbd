"""Groups are those that pay: every pair earns its bits and costs the price."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.stats.pairs import Pairs
from stillwatch.stats.partition import partitioned

PRICE = 5.0


def pairs_of(bits: dict[tuple[int, int], float]) -> Pairs:
    """Pairs in order."""
    keys = sorted(bits)
    return Pairs(
        one=np.array([a for a, _ in keys], np.int64),
        other=np.array([b for _, b in keys], np.int64),
        bits=np.array([bits[key] for key in keys], np.float64),
    )


def worth(bits: dict[tuple[int, int], float], label: list[int]) -> float:
    """What a partition earns."""
    return sum(
        bits.get((a, b), 0.0) - PRICE
        for b in range(len(label))
        for a in range(b)
        if label[a] == label[b]
    )


def partitions(count: int) -> list[list[int]]:
    """Every partition of so many nodes."""
    if count == 0:
        return [[]]
    return [[*one, g] for one in partitions(count - 1) for g in range(max(one, default=-1) + 2)]


MADE = st.dictionaries(
    st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] < pair[1]),
    st.integers(1, 30).map(float),
    max_size=14,
)


@settings(max_examples=80, deadline=None)
@given(MADE)
def test_no_account_gains_by_leaving(bits: dict[tuple[int, int], float]) -> None:
    """Nor by moving alone to any other group; and the whole earns at least as much as nothing."""
    label = partitioned(pairs_of(bits), 7, PRICE).tolist()
    here = worth(bits, label)
    assert here >= 0
    for node in range(7):
        alone = [*label[:node], 99, *label[node + 1 :]]
        assert worth(bits, alone) <= here + 1e-6


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(2, 4), min_size=1, max_size=2), st.integers(6, 30))
def test_groups_that_share_much_and_nothing_with_others_are_found(
    sizes: list[int], bits: int
) -> None:
    """They are the best of all partitions, found by trying every one."""
    label = np.repeat(np.arange(len(sizes)), sizes)
    count = len(label)
    made = {(a, b): float(bits) for b in range(count) for a in range(b) if label[a] == label[b]}
    found = partitioned(pairs_of(made), count, PRICE).tolist()
    assert worth(made, found) == max(worth(made, one) for one in partitions(count))


def test_one_strong_pair_does_not_join_two_groups() -> None:
    """Thirty bits between two accounts do not pay for all the pairs that share nothing."""
    groups = {(a, b): 20.0 for b in range(20) for a in range(b) if (a < 10) == (b < 10)}
    found = partitioned(pairs_of(groups | {(0, 10): 30.0}), 20, PRICE)
    assert len(set(found[:10].tolist())) == len(set(found[10:].tolist())) == 1
    assert found[0] != found[19]


def test_accounts_that_each_share_a_little_with_most_are_one_group() -> None:
    """Three pairs of four share nine bits: more than the price of all."""
    dice = np.random.default_rng(1)
    bits = {(a, b): 9.0 for b in range(60) for a in range(b) if dice.random() < 0.75}
    assert len(set(partitioned(pairs_of(bits), 60, PRICE).tolist())) == 1
