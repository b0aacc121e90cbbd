"""What two nodes share in bits: the kernel says what the definition says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.stats.graph import Graph
from stillwatch.stats.pairs import (
    LEAST_BOND_BITS,
    LEAST_PAIR_BITS,
    MOST_HOLDERS,
    MOST_PAIR_BITS,
    Pairs,
    paired,
)

NODES = 7
# Traits 0 to 8 belong to three kinds, these to two families, and kind 2 does not bind.
KIND_OF = np.repeat([0, 1, 2], 3)
FAMILY_OF = np.array([0, 0, 1])
BINDS = np.array([True, True, False])


def graph(held: dict[tuple[int, int], float], nodes: int = NODES) -> Graph:
    """Ties from (node, trait) to weight, in the order a graph must have."""
    rows = sorted(held, key=lambda tie: (tie[0], FAMILY_OF[KIND_OF[tie[1]]], KIND_OF[tie[1]], tie))
    trait = np.array([trait for _, trait in rows], np.int64)
    return Graph(
        node=np.array([node for node, _ in rows], np.int64),
        trait=trait,
        kind=KIND_OF[trait],
        family=FAMILY_OF[KIND_OF[trait]],
        weight=np.array([held[row] for row in rows], np.float64),
        binds=BINDS[KIND_OF[trait]],
        node_count=nodes,
        trait_count=9,
    )


def by_definition(held: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """Every pair, one at a time."""
    found = {}
    for one in range(NODES):
        for other in range(one + 1, NODES):
            squares = [0.0, 0.0, 0.0]
            for trait in range(9):
                squares[KIND_OF[trait]] += held.get((one, trait), 0.0) * held.get(
                    (other, trait), 0.0
                )
            kinds = np.sqrt(squares)
            bits = max(kinds[FAMILY_OF == 0]) + max(kinds[FAMILY_OF == 1])
            if max(kinds[BINDS]) >= LEAST_BOND_BITS and bits >= LEAST_PAIR_BITS:
                found[one, other] = min(bits, MOST_PAIR_BITS)
    return found


def as_dict(pairs: Pairs) -> dict[tuple[int, int], float]:
    """Bits by pair; each pair comes once, in order."""
    keys = list(zip(pairs.one.tolist(), pairs.other.tolist(), strict=True))
    assert keys == sorted(set(keys))
    return dict(zip(keys, pairs.bits.tolist(), strict=True))


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, NODES - 1), st.integers(0, 8)), st.integers(1, 40), max_size=40
    ),
    st.integers(1, 3),
)
def test_pairs_are_those_of_the_definition(held: dict[tuple[int, int], int], threads: int) -> None:
    """Sums, the best of a family, the bond and the limit; on any number of threads."""
    weights = {tie: weight / 2 for tie, weight in held.items()}
    found, expected = as_dict(paired(graph(weights), threads)), by_definition(weights)
    assert found.keys() == expected.keys()
    assert all(found[pair] == pytest.approx(expected[pair]) for pair in expected)


def test_of_what_thousands_have_each_meets_a_part() -> None:
    """Nobody is compared with all the others, and everybody with some."""
    count = 3_000
    pairs = paired(graph({(node, 0): 8.0 for node in range(count)}, count), 2)
    met = np.bincount(np.r_[pairs.one, pairs.other], minlength=count)
    assert met.min() > MOST_HOLDERS / 4
    assert met.max() < 2 * MOST_HOLDERS


def test_the_same_accounts_meet_over_every_trait() -> None:
    """Two things that the same thousands have add up in every pair that meets."""
    count = 1_000
    held = {(node, trait): 8.0 for node in range(count) for trait in (0, 3)}
    held |= {(node, 6): 2.0 for node in range(100)}
    pairs = paired(graph(held, count), 1)
    low = pairs.other < 100
    assert set(pairs.bits[low & (pairs.one < 100)].tolist()) == {10.0}
    assert set(pairs.bits[~low].tolist()) == {8.0}


def test_a_crowd_that_does_not_bind_is_not_compared() -> None:
    """Client software that thousands have costs nothing."""
    assert len(paired(graph({(node, 7): 9.0 for node in range(2_000)}, 2_000), 1).one) == 0


def test_what_a_crowd_has_and_is_worth_little_makes_no_pairs() -> None:
    """Two thousand accounts with one common beginning are not two thousand squared pairs."""
    assert len(paired(graph({(node, 0): 6.0 for node in range(2_000)}, 2_000), 1).one) == 0
