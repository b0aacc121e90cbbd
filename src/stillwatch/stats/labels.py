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
from stillwatch.stats.numbers import order_of

ROUNDS = 20
LEAST_BOND_BITS = 3.5  # a node joins by at least one binding kind of this weight
CROWD = 64  # times as many as have the trait: from there on every doubling asks for one more bit


def spread(graph: Graph) -> Ints:
    """For each node the label it ends with."""
    by_node = order_of(graph.node, graph.node_count)[1]
    by_trait = order_of(graph.trait, graph.trait_count)
    ties = (graph.node, graph.trait, graph.kind, graph.family, graph.weight, graph.binds)
    return np.asarray(_spread(ties, by_node, by_trait, bundles(graph, by_trait)))


@njit(nogil=True, cache=True)
def _spread(ties, by_node, by_trait, bundle):  # type: ignore[no-untyped-def]
    """Move labels from traits to nodes and back until nothing changes.

    A trait looks again only when one of its nodes changed, a node only when one of its traits
    did: with nothing new in sight either would say what it said before.
    """
    node, weight = ties[0], ties[4]
    order, trait_starts = by_trait
    n, count = len(by_node) - 1, len(trait_starts) - 1
    label = np.arange(n)
    # Traits speak first: a node between two groups then takes a side instead of joining them.
    of_trait = bundle + n
    looks = np.ones(n, np.bool_)
    speaks = np.zeros(count, np.bool_)
    # For each label its votes, of one family squares, best and bond, and how many have a trait.
    sums = np.zeros((n + count, 5))
    size = np.zeros(n + count, np.int64)
    size[:n] = 1
    held = np.diff(trait_starts)  # how many nodes of its label have each trait
    _nodes_follow(ties, by_node, of_trait, held, label, sums, size, looks, speaks)
    if n:
        speaks[:] = True
    votes = sums[:, 0]
    for _ in range(ROUNDS):
        for t in range(count):
            start, end = trait_starts[t], trait_starts[t + 1]
            if not speaks[t] or start == end:
                continue
            speaks[t] = False
            for i in range(start, end):
                votes[label[node[order[i]]]] += weight[order[i]]
            best = label[node[order[start]]]
            for i in range(start, end):
                other = label[node[order[i]]]
                if votes[other] > votes[best] or (votes[other] == votes[best] and other < best):
                    best = other
            held[t] = 0
            for i in range(start, end):
                votes[label[node[order[i]]]] = 0.0
                held[t] += label[node[order[i]]] == best
            if best != of_trait[t]:
                of_trait[t] = best
                for i in range(start, end):
                    looks[node[order[i]]] = True
        if not _nodes_follow(ties, by_node, of_trait, held, label, sums, size, looks, speaks):
            break
    return label


@njit(nogil=True, cache=True)
def _nodes_follow(ties, by_node, of_trait, held, label, sums, size, looks, speaks):  # type: ignore[no-untyped-def]
    """Each node takes the label with the most bits, counting each family's best kind once.

    A label needs one binding kind of at least `LEAST_BOND_BITS`: many weak things in common, or a
    door that strangers use, are no bond. What few of a crowd have needs to weigh more: somebody in
    a crowd shares something with everyone, twice as many of them in twice the crowd.
    """
    trait, family = ties[1], ties[3]
    changed = False
    for a in range(len(by_node) - 1):
        start, end = by_node[a], by_node[a + 1]
        if not looks[a] or start == end:
            continue
        looks[a] = False
        first = start
        while first < end:
            last = first
            while last < end and family[last] == family[first]:
                last += 1
            _family_votes(ties, of_trait, held, first, last, sums)
            first = last
        best = label[a]
        if sums[best, 3] < _price(size[best], sums[best, 4]):
            sums[best, 0] = 0.0
        for i in range(start, end):
            other = of_trait[trait[i]]
            if sums[other, 3] < _price(size[other], sums[other, 4]):
                continue
            votes = sums[other, 0]
            if votes > sums[best, 0] or (votes == sums[best, 0] and other < best):
                best = other
        for i in range(start, end):
            sums[of_trait[trait[i]], 0] = 0.0
            sums[of_trait[trait[i]], 3:] = 0.0
        if best != label[a]:
            size[label[a]] -= 1
            size[best] += 1
            label[a] = best
            changed = True
            for i in range(start, end):
                speaks[trait[i]] = True
    return changed


@njit(nogil=True, cache=True)
def _price(size, holders):  # type: ignore[no-untyped-def]
    """Bits that a binding kind must weigh before a node joins a label of so many nodes."""
    few = CROWD * max(holders, 1.0)
    return LEAST_BOND_BITS + (np.log2(size / few) if size > few else 0.0)


@njit(nogil=True, cache=True)
def _family_votes(ties, of_trait, held, first, end, sums):  # type: ignore[no-untyped-def]
    """Add one family's best kind for each label.

    Traits of one kind that lead to one label add up as the root of their squares: a weight is
    bits · √share, and the shares of one kind's traits add up to at most one.
    """
    _, trait, kind, _, weight, binds = ties
    i = first
    while i < end:
        j = i
        while j < end and kind[j] == kind[i]:
            sums[of_trait[trait[j]], 1] += weight[j] * weight[j]
            j += 1
        for t in range(i, j):
            here = of_trait[trait[t]]
            worth = np.sqrt(sums[here, 1])
            sums[here, 2] = max(sums[here, 2], worth)
            if binds[i]:
                sums[here, 3] = max(sums[here, 3], worth)
                sums[here, 4] = max(sums[here, 4], held[trait[t]])
        for t in range(i, j):
            sums[of_trait[trait[t]], 1] = 0.0
        i = j
    for t in range(first, end):
        here = of_trait[trait[t]]
        sums[here, 0] += sums[here, 2]
        sums[here, 2] = 0.0
