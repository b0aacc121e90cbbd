"""Label propagation between nodes and the traits they hold, in levels: groups become nodes.

Raghavan et al. 2007, on a bipartite graph as Barber 2007: a trait takes the label that most of
its nodes' weight speaks for, a node the label its traits speak for with the most bits, the best
kind of each family. Every trait begins with a label of its own, both sides move in turn, and ties
go to the smallest label: equal inputs give equal groups, whatever the order of rows or the number
of threads.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from numba import njit

from stillwatch.stats.numbers import order_of

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
    trait_count: int


def levels(graph: Graph, threads: int = 1) -> list[Ints]:
    """Spread labels, then treat every group as one node and spread again, until nothing joins.

    A card shared by six accounts outweighs a prompt shared by sixty, so accounts first gather
    around the rarest things; the groups then gather around what they have in common. Every
    level is kept: which of nested groups is one operator is for the evidence to say.
    """
    label = np.arange(graph.node_count)
    found_levels = []
    place = _place_of_traits(graph)
    for level in range(LEVELS):
        bond = LEAST_BOND_BITS if level == 0 else LEAST_MERGE_BITS
        by_node = order_of(graph.node, graph.node_count)[1]
        by_trait = order_of(graph.trait, graph.trait_count)
        found = _spread(graph, by_node, by_trait, bond, threads)
        names, groups = np.unique(found, return_inverse=True)
        if level > 0 and len(names) == graph.node_count:
            break
        label = groups[label]
        found_levels.append(label)
        graph = _contract(graph, groups, len(names), place)
    return found_levels


def _place_of_traits(graph: Graph) -> Ints:
    """The place of each trait in order of family, kind and number."""
    family, kind = np.zeros((2, graph.trait_count), np.int64)
    family[graph.trait] = graph.family
    kind[graph.trait] = graph.kind
    place = np.empty(graph.trait_count, np.int64)
    place[np.lexsort((kind, family))] = np.arange(graph.trait_count)
    return place


def _contract(graph: Graph, groups: Ints, count: int, place: Ints) -> Graph:
    """Groups as nodes; a group's tie weighs the mean over its members, those without it as zero.

    What only one group has is left out: it has done its work and would hold the group to itself.
    """
    size = np.bincount(groups, minlength=count)
    group = groups[graph.node]
    order = order_of(place[graph.trait], graph.trait_count)[0]
    order = order[order_of(group[order], count)[0]]
    group, trait = group[order], graph.trait[order]
    starts = np.flatnonzero(changes(group) | changes(trait))
    weight = np.add.reduceat(graph.weight[order], starts) / size[group[starts]]
    keep = weight >= LEAST_MEAN_BITS
    held = np.bincount(trait[starts[keep]], minlength=graph.trait_count)
    keep &= held[trait[starts]] >= 2
    starts = starts[keep]
    tie = order[starts]
    return Graph(
        node=group[starts],
        trait=trait[starts],
        kind=graph.kind[tie],
        family=graph.family[tie],
        weight=weight[keep],
        binds=graph.binds[tie],
        node_count=count,
        trait_count=graph.trait_count,
    )


def changes(values: Ints) -> npt.NDArray[np.bool_]:
    """True where a run of equal values begins."""
    return np.asarray(np.r_[True, values[1:] != values[:-1]][: len(values)])


def _spread(
    graph: Graph, by_node: Ints, by_trait: tuple[Ints, Ints], bond: float, threads: int
) -> Ints:
    """Move labels from nodes to traits and back until nothing changes.

    A trait looks again only when one of its nodes changed, a node only when one of its traits
    did: with nothing new in sight either would say what it said before. Traits read labels of
    nodes alone and nodes those of traits, so each side moves in as many threads as one likes.
    """
    ties = (graph.node, graph.trait, graph.kind, graph.family, graph.weight, graph.binds)
    n, count = graph.node_count, graph.trait_count
    label = np.arange(n)
    # Traits speak first: a node between two groups then takes a side instead of joining them.
    of_trait = np.arange(n, n + count)
    looks = np.ones(n, np.bool_)
    speaks = np.ones(count, np.bool_)
    parts = max(1, threads)
    # For each label its votes, and of one family squares, best and bond, side by side.
    sums = [np.zeros((n + count, 4)) for _ in range(parts)]
    nodes, traits = (_shares(starts, parts) for starts in (by_node, by_trait[1]))

    def follow(part: int) -> bool:
        sides = by_node, of_trait, label, looks, speaks
        return bool(_nodes_follow(ties, sides, sums[part], bond, *nodes[part]))

    def speak(part: int) -> None:
        sides = by_trait, of_trait, label, looks, speaks
        _traits_speak(graph.node, graph.weight, sides, sums[part], *traits[part])

    with ThreadPoolExecutor(max_workers=parts) as pool:
        list(pool.map(follow, range(parts)))
        speaks[:] = True
        for _ in range(ROUNDS):
            list(pool.map(speak, range(parts)))
            if not any(list(pool.map(follow, range(parts)))):
                break
    return label


def _shares(starts: Ints, parts: int) -> list[tuple[int, int]]:
    """Spans with about as many ties each."""
    cuts = np.searchsorted(starts[1:], np.linspace(0, starts[-1], parts + 1)[1:-1])
    return list(pairwise([0, *cuts.tolist(), len(starts) - 1]))


@njit(nogil=True, cache=True)
def _traits_speak(node, weight, sides, sums, first, last):  # type: ignore[no-untyped-def]
    """Each trait takes the label that most of its nodes' weight speaks for."""
    (order, starts), of_trait, label, looks, speaks = sides
    for t in range(first, last):
        start, end = starts[t], starts[t + 1]
        if not speaks[t] or start == end:
            continue
        speaks[t] = False
        for i in range(start, end):
            sums[label[node[order[i]]], 0] += weight[order[i]]
        best = label[node[order[start]]]
        for i in range(start, end):
            other = label[node[order[i]]]
            votes = sums[other, 0]
            if votes > sums[best, 0] or (votes == sums[best, 0] and other < best):
                best = other
        for i in range(start, end):
            sums[label[node[order[i]]], 0] = 0.0
        if best != of_trait[t]:
            of_trait[t] = best
            for i in range(start, end):
                looks[node[order[i]]] = True


@njit(nogil=True, cache=True)
def _nodes_follow(ties, sides, sums, bond, first_node, last_node):  # type: ignore[no-untyped-def]
    """Each node takes the label with the most bits, counting each family's best kind once.

    A label needs one binding kind of at least `bond` bits: many weak things in common, or a
    door that strangers use, are no bond.
    """
    trait, family = ties[1], ties[3]
    by_node, of_trait, label, looks, speaks = sides
    changed = False
    for a in range(first_node, last_node):
        start, end = by_node[a], by_node[a + 1]
        if not looks[a] or start == end:
            continue
        looks[a] = False
        first = start
        while first < end:
            last = first
            while last < end and family[last] == family[first]:
                last += 1
            _family_votes(ties, of_trait, first, last, sums)
            first = last
        best = label[a]
        if sums[best, 3] < bond:
            sums[best, 0] = 0.0
        for i in range(start, end):
            other = of_trait[trait[i]]
            if sums[other, 3] < bond:
                continue
            votes = sums[other, 0]
            if votes > sums[best, 0] or (votes == sums[best, 0] and other < best):
                best = other
        for i in range(start, end):
            sums[of_trait[trait[i]], 0] = 0.0
            sums[of_trait[trait[i]], 3] = 0.0
        if best != label[a]:
            label[a] = best
            changed = True
            for i in range(start, end):
                speaks[trait[i]] = True
    return changed


@njit(nogil=True, cache=True)
def _family_votes(ties, of_trait, first, end, sums):  # type: ignore[no-untyped-def]
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
        for t in range(i, j):
            sums[of_trait[trait[t]], 1] = 0.0
        i = j
    for t in range(first, end):
        here = of_trait[trait[t]]
        sums[here, 0] += sums[here, 2]
        sums[here, 2] = 0.0
