"""Groups join the partner they share most with, and the kernel says what the definition says."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.stats.graph import Graph
from stillwatch.stats.partners import LEAST_PAIR_BITS, NEARLY, joined

NODES = 7
# Traits 0 to 8 belong to three kinds, and these to two families.
KIND_OF = np.repeat([0, 1, 2], 3)
FAMILY_OF = np.array([0, 0, 1])


def graph(held: dict[tuple[int, int], float]) -> Graph:
    """Ties from (node, trait) to weight, in the order a graph must have."""
    rows = sorted(held, key=lambda tie: (tie[0], FAMILY_OF[KIND_OF[tie[1]]], KIND_OF[tie[1]], tie))
    trait = np.array([trait for _, trait in rows], np.int64)
    return Graph(
        node=np.array([node for node, _ in rows], np.int64),
        trait=trait,
        kind=KIND_OF[trait],
        family=FAMILY_OF[KIND_OF[trait]],
        weight=np.array([held[row] for row in rows]),
        binds=np.ones(len(rows), bool),
        node_count=NODES,
        trait_count=9,
    )


def pair_bits(graph: Graph, one: int, other: int) -> float:
    """What two nodes share, in bits; the definition, one pair at a time."""
    best: dict[int, float] = {}
    rows = [np.flatnonzero(graph.node == node) for node in (one, other)]
    squares: dict[tuple[int, int], float] = {}
    theirs = {int(graph.trait[r]): float(graph.weight[r]) for r in rows[1]}
    for r in rows[0]:
        shared = float(graph.weight[r]) * theirs.get(int(graph.trait[r]), 0.0)
        key = int(graph.family[r]), int(graph.kind[r])
        squares[key] = squares.get(key, 0.0) + shared
    for (family, _), square in squares.items():
        best[family] = max(best.get(family, 0.0), square**0.5)
    return sum(best.values())


def by_definition(made: Graph) -> list[int]:
    """Every pair compared, and the nearly best ones united."""
    bits = [[pair_bits(made, a, b) if a != b else 0.0 for b in range(NODES)] for a in range(NODES)]
    best = [max(row) for row in bits]
    root = list(range(NODES))
    for a in range(NODES):
        b = bits[a].index(best[a])
        if best[a] >= LEAST_PAIR_BITS and best[a] >= NEARLY * best[b]:
            old, new = max(root[a], root[b]), min(root[a], root[b])
            root = [new if one == old else one for one in root]
    return root


@settings(deadline=None)  # the first call compiles
@given(
    st.dictionaries(
        st.tuples(st.integers(0, NODES - 1), st.integers(0, 8)),
        st.sampled_from([1.0, 2.0, 3.0, 4.0, 6.0, 9.0]),
        min_size=1,
        max_size=40,
    )
)
def test_the_kernel_joins_whom_the_definition_joins(held: dict[tuple[int, int], float]) -> None:
    """A brute-force twin over all pairs gives the same groups."""
    made = graph(held)
    assert joined(made).tolist() == by_definition(made)


def test_kinds_of_one_family_do_not_add_up_but_families_do() -> None:
    """Two kinds of four bits in one family are four bits; in two families they are eight."""
    one_family = graph({(node, trait): 4.0 for node in (0, 1) for trait in (0, 3)})
    two_families = graph({(node, trait): 4.0 for node in (0, 1) for trait in (0, 6)})
    assert pair_bits(one_family, 0, 1) == 4.0
    assert pair_bits(two_families, 0, 1) == 8.0
    assert joined(one_family).tolist() == list(range(NODES))
    assert joined(two_families).tolist() == [0, 0, *range(2, NODES)]


def test_a_dozen_light_ties_to_one_group_count_together() -> None:
    """Three traits of one kind at 3.5 bits each are 6.1 bits, as the root of their squares."""
    assert round(pair_bits(graph({(n, t): 3.5 for n in (0, 1) for t in range(3)}), 0, 1), 1) == 6.1


def test_nobody_is_joined_to_a_partner_who_has_a_far_better_one() -> None:
    """Node 2 shares six bits with node 1, which shares fifteen with node 0."""
    made = graph({(0, 0): 15.0, (1, 0): 15.0, (1, 6): 6.0, (2, 6): 6.0})
    assert joined(made).tolist() == [0, 0, *range(2, NODES)]
