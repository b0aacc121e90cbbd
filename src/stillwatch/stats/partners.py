"""Joins groups with the partner they share the most bits with, as Fellegi–Sunter pairs do.

What two groups share is summed pair by pair: traits of one kind as the root of their products,
the best kind of each family, families added. A dozen weak things that all point to one group
count together, which labels that spread trait by trait cannot see.
"""

import numpy as np
from numba import njit

from stillwatch.stats.graph import Graph, Ints
from stillwatch.stats.numbers import order_of

LEAST_PAIR_BITS = 5.5  # two groups join by at least so much
NEARLY = 0.8  # of the partner's own best
MOST_HOLDERS = 64  # what more groups have is no reason to compare them all


def joined(graph: Graph) -> Ints:
    """For each node the smallest node of those it was joined with."""
    by_trait, starts = order_of(graph.trait, graph.trait_count)
    ties = (graph.node, graph.trait, graph.kind, graph.family, graph.weight)
    partner, bits = _partners(*ties, starts, by_trait, graph.node_count)
    return np.asarray(_united(partner, bits))


@njit(nogil=True, cache=True)
def _partners(node, trait, kind, family, weight, starts, by_trait, n):  # type: ignore[no-untyped-def]
    """The node that each node shares the most bits with, of equal ones the smallest; or -1."""
    partner, bits = np.full(n, -1, np.int64), np.zeros(n)
    # Sums by node, and which nodes have one, so that only those are cleared again.
    sums = np.zeros((3, n))
    met = np.empty((3, n), np.int64)
    total = sums[2]
    ties = (node, trait, weight, starts, by_trait)
    i = 0
    while i < len(node):
        here, count = node[i], 0
        while i < len(node) and node[i] == here:
            first, in_family = i, 0
            while i < len(node) and node[i] == here and family[i] == family[first]:
                end = i
                while end < len(node) and node[end] == here and kind[end] == kind[i]:
                    end += 1
                in_family = _best_of_kind(ties, i, end, sums, met, in_family)
                i = end
            count = _moved(sums[1], met[1], in_family, total, met[2], count)
        for other in met[2, :count]:
            if total[other] > bits[here] or (total[other] == bits[here] and other < partner[here]):
                bits[here] = total[other]
                partner[here] = other
            total[other] = 0.0
    return partner, bits


@njit(nogil=True, cache=True)
def _best_of_kind(ties, first, end, sums, met, in_family):  # type: ignore[no-untyped-def]
    """Raise each other node's bits of this family to what the ties of one kind are worth."""
    node, trait, weight, starts, by_trait = ties
    squares, best = sums[0], sums[1]
    count = 0
    for i in range(first, end):
        begin, until = starts[trait[i]], starts[trait[i] + 1]
        if until - begin > MOST_HOLDERS:
            continue
        for row in by_trait[begin:until]:
            other = node[row]
            if other == node[i]:
                continue
            if squares[other] == 0.0:
                met[0, count] = other
                count += 1
            squares[other] += weight[i] * weight[row]
    for other in met[0, :count]:
        if best[other] == 0.0:
            met[1, in_family] = other
            in_family += 1
        best[other] = max(best[other], np.sqrt(squares[other]))
        squares[other] = 0.0
    return in_family


@njit(nogil=True, cache=True)
def _moved(part, met_part, part_count, total, met, count):  # type: ignore[no-untyped-def]
    """Add what one family gave to the totals, and clear it."""
    for other in met_part[:part_count]:
        if total[other] == 0.0:
            met[count] = other
            count += 1
        total[other] += part[other]
        part[other] = 0.0
    return count


@njit(nogil=True, cache=True)
def _united(partner, bits):  # type: ignore[no-untyped-def]
    """Unite each node with its partner where the partner hardly has a better one."""
    root = np.arange(len(partner))
    for node in range(len(partner)):
        other = partner[node]
        if other < 0 or bits[node] < LEAST_PAIR_BITS or bits[node] < NEARLY * bits[other]:
            continue
        one, two = _root(root, node), _root(root, other)
        root[max(one, two)] = min(one, two)
    for node in range(len(root)):
        root[node] = _root(root, node)
    return root


@njit(nogil=True, cache=True)
def _root(root, node):  # type: ignore[no-untyped-def]
    while root[node] != node:
        root[node] = root[root[node]]
        node = root[node]
    return node
