"""Label propagation between nodes and the traits they hold.

Raghavan et al. 2007, on a bipartite graph as Barber 2007: a trait takes the label that most of
its nodes' weight speaks for, a node the label its traits speak for with the most bits, the best
kind of each family. Traits begin with labels of their own, both sides move in turn, and ties go
to the smallest label: equal inputs give equal groups, whatever the order of rows or the number
of threads.
"""

import numpy as np
from numba import njit

from stillwatch.stats.graph import Graph, Ints, bundles

ROUNDS = 20
LEAST_BOND_BITS = 3.5  # a node joins by at least one binding kind of this weight


def spread(graph: Graph) -> Ints:
    """For each node the label it ends with."""
    by_trait = np.argsort(graph.trait, kind="stable")
    ties = (graph.node, graph.trait, graph.kind, graph.family, graph.weight, graph.binds)
    return np.asarray(_spread(*ties, by_trait, bundles(graph, by_trait), graph.node_count))


@njit(nogil=True, cache=True)
def _spread(node, trait, kind, family, weight, binds, by_trait, bundle, n):  # type: ignore[no-untyped-def]
    """Move labels from traits to nodes and back until nothing changes."""
    label = np.arange(n)
    count = n + bundle.max() + 1 if len(bundle) else n
    votes = np.zeros(count)
    sums = np.zeros((3, count))
    # Traits speak first: a node between two groups then takes a side instead of joining them.
    of_tie = bundle + n
    _nodes_follow((node, kind, family, weight, binds, of_tie), label, votes, sums)
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
        if not _nodes_follow(ties, label, votes, sums):
            break
    return label


@njit(nogil=True, cache=True)
def _nodes_follow(ties, label, votes, sums):  # type: ignore[no-untyped-def]
    """Each node takes the label with the most bits, counting each family's best kind once.

    A label needs one binding kind of at least `LEAST_BOND_BITS`: many weak things in common, or a
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
        if bonds[best] < LEAST_BOND_BITS:
            votes[best] = 0.0
        for i in range(start, end):
            other = of_tie[i]
            if bonds[other] < LEAST_BOND_BITS:
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
