"""Label propagation between nodes and the traits they hold, in levels: groups become nodes.

Raghavan et al. 2007, on a bipartite graph as Barber 2007: a trait takes the label that most of
its nodes' weight speaks for, a node the label its traits speak for with the most bits, the best
kind of each family. Every trait begins with a label of its own, both sides move in turn, and ties
go to the smallest label: equal inputs give equal groups, whatever the order of rows or the number
of threads.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

Ints = npt.NDArray[np.int64]

ROUNDS = 20
LEVELS = 4
LEAST_BOND_BITS = 3.5  # a node joins by at least one tie of this weight
LEAST_MERGE_BITS = 4.5  # a group by a heavier one
LEAST_MEAN_BITS = 1.0  # weaker ties of a group are dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Ties of nodes (accounts, then groups) to traits, ordered by node, family and kind."""

    node: Ints
    trait: Ints
    kind: Ints
    family: Ints
    weight: npt.NDArray[np.float64]
    binds: npt.NDArray[np.bool_]
    node_count: int


def levels(graph: Graph) -> list[Ints]:
    """Spread labels, then treat every group as one node and spread again, until nothing joins.

    A card shared by six accounts outweighs a prompt shared by sixty, so accounts first gather
    around the rarest things; the groups then gather around what they have in common. Every
    level is kept: which of nested groups is one operator is for the evidence to say.
    """
    label = np.arange(graph.node_count)
    found_levels = []
    for level in range(LEVELS):
        bond = LEAST_BOND_BITS if level == 0 else LEAST_MERGE_BITS
        by_trait = np.argsort(graph.trait, kind="stable")
        ties = (graph.node, graph.trait, graph.kind, graph.family, graph.weight, graph.binds)
        found = _spread(*ties, by_trait, graph.node_count, bond)
        names, groups = np.unique(found, return_inverse=True)
        if level > 0 and len(names) == graph.node_count:
            break
        label = groups[label]
        found_levels.append(label)
        graph = _contract(graph, groups, len(names))
    return found_levels


def _contract(graph: Graph, groups: Ints, count: int) -> Graph:
    """Groups as nodes; a group's tie weighs the mean over its members, those without it as zero.

    What only one group has is left out: it has done its work and would hold the group to itself.
    """
    size = np.bincount(groups, minlength=count)
    group = groups[graph.node]
    order = np.lexsort((graph.trait, graph.kind, graph.family, group))
    group, trait = group[order], graph.trait[order]
    starts = np.flatnonzero(changes(group) | changes(trait))
    weight = np.add.reduceat(graph.weight[order], starts) / size[group[starts]]
    keep = weight >= LEAST_MEAN_BITS
    held = np.bincount(trait[starts[keep]], minlength=int(trait.max(initial=-1)) + 1)
    keep &= held[trait[starts]] >= 2
    starts = starts[keep]
    return Graph(
        node=group[starts],
        trait=trait[starts],
        kind=graph.kind[order][starts],
        family=graph.family[order][starts],
        weight=weight[keep],
        binds=graph.binds[order][starts],
        node_count=count,
    )


def changes(values: Ints) -> npt.NDArray[np.bool_]:
    """True where a run of equal values begins."""
    return np.asarray(np.r_[True, values[1:] != values[:-1]][: len(values)])


@njit(nogil=True, cache=True)
def _spread(node, trait, kind, family, weight, binds, by_trait, n, bond):  # type: ignore[no-untyped-def]
    """Move labels from nodes to traits and back until nothing changes."""
    label = np.arange(n)
    count = n + trait.max() + 1 if len(trait) else n
    votes = np.zeros(count)
    sums = np.zeros((3, count))
    # Traits speak first: a node between two groups then takes a side instead of joining them.
    of_tie = trait + n
    _nodes_follow((node, kind, family, weight, binds, of_tie), label, votes, sums, bond)
    for _ in range(ROUNDS):
        start = 0
        while start < len(by_trait):
            end = start
            while end < len(by_trait) and trait[by_trait[end]] == trait[by_trait[start]]:
                votes[label[node[by_trait[end]]]] += weight[by_trait[end]]
                end += 1
            best = label[node[by_trait[start]]]
            for i in range(start, end):
                other = label[node[by_trait[i]]]
                if votes[other] > votes[best] or (votes[other] == votes[best] and other < best):
                    best = other
            for i in range(start, end):
                votes[label[node[by_trait[i]]]] = 0.0
            for i in range(start, end):
                of_tie[by_trait[i]] = best
            start = end
        ties = (node, kind, family, weight, binds, of_tie)
        if not _nodes_follow(ties, label, votes, sums, bond):
            break
    return label


@njit(nogil=True, cache=True)
def _nodes_follow(ties, label, votes, sums, bond):  # type: ignore[no-untyped-def]
    """Each node takes the label with the most bits, counting each family's best kind once.

    A label needs one binding kind of at least `bond` bits: many weak things in common, or a
    door that strangers use, are no bond.
    """
    node, kind, family, weight, binds, of_tie = ties
    bonds = sums[2]
    changed = False
    start = 0
    while start < len(node):
        end = start
        while end < len(node) and node[end] == node[start]:
            first = end
            while end < len(node) and node[end] == node[start] and family[end] == family[first]:
                end += 1
            _family_votes(kind, weight, binds, of_tie, first, end, votes, sums)
        best = label[node[start]]
        if bonds[best] < bond:
            votes[best] = 0.0
        for i in range(start, end):
            other = of_tie[i]
            if bonds[other] < bond:
                continue
            if votes[other] > votes[best] or (votes[other] == votes[best] and other < best):
                best = other
        for i in range(start, end):
            votes[of_tie[i]] = 0.0
            bonds[of_tie[i]] = 0.0
        if best != label[node[start]]:
            label[node[start]] = best
            changed = True
        start = end
    return changed


@njit(nogil=True, cache=True)
def _family_votes(kind, weight, binds, of_tie, first, end, votes, sums):  # type: ignore[no-untyped-def]
    """Add one family's best kind for each label.

    Traits of one kind that lead to one label add up as the root of their squares: a weight is
    bits · √share, and the shares of one kind's traits add up to at most one.
    """
    squares, best, bonds = sums[0], sums[1], sums[2]
    i = first
    while i < end:
        j = i
        while j < end and kind[j] == kind[i]:
            squares[of_tie[j]] += weight[j] * weight[j]
            j += 1
        for t in range(i, j):
            worth = np.sqrt(squares[of_tie[t]])
            best[of_tie[t]] = max(best[of_tie[t]], worth)
            if binds[i]:
                bonds[of_tie[t]] = max(bonds[of_tie[t]], worth)
        for t in range(i, j):
            squares[of_tie[t]] = 0.0
        i = j
    for t in range(first, end):
        here = of_tie[t]
        votes[here] += best[here]
        best[here] = 0.0
