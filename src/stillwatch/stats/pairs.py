"""Sums what two nodes share into bits for one operator, as Fellegi–Sunter record linkage does.

Traits of one kind add up as the root of their products' sum, of each family the best kind counts,
and families are added (Fellegi & Sunter 1969). A dozen weak things that all point to one other
account count together, which no look at one trait can see.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from numba import njit

from stillwatch.stats.graph import Graph, Ints
from stillwatch.stats.numbers import order_of

LEAST_BOND_BITS = 2.0  # a pair needs at least one binding kind of this weight
LEAST_PAIR_BITS = 6.5  # what two share by chance in a large population; most pairs are below it
MOST_PAIR_BITS = 30.0  # two accounts that share a thousand things are no surer than that
MOST_HOLDERS = 128  # of what more nodes have, a node is compared with a part of them
LEAST_CROWD_BITS = 7.0  # and with none at all where the thing is worth less: a crowd has it
SCATTER = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: spreads neighbours far apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Pairs of nodes that share enough, each once, ordered by the first and the second node."""

    one: Ints
    other: Ints
    bits: npt.NDArray[np.float64]


def paired(graph: Graph, threads: int) -> Pairs:
    """Every pair of nodes that one binding kind holds together, with all that they share.

    Holders of a trait that more than `MOST_HOLDERS` have are cut into blocks by a hash of the
    node, the same for every trait: who is one operator's still meets many of the others, and the
    work grows with the ties. Kinds that do not bind, and things of little worth, are not compared
    there at all: what a crowd shares by chance makes most of the pairs and none of the groups.
    """
    scattered = np.arange(graph.node_count, dtype=np.uint64) * np.uint64(SCATTER)
    rank = np.empty(graph.node_count, np.int64)
    rank[np.argsort(scattered)] = np.arange(graph.node_count)
    order, _ = order_of(rank[graph.node], graph.node_count)
    by_trait, starts = order_of(graph.trait[order], graph.trait_count)
    rows = order[by_trait]
    begin, end = _spans(graph.node, graph.binds, graph.weight, rows, starts, scattered)
    ties = (graph.node, graph.kind, graph.family, graph.weight, graph.binds)
    # Holders of one trait lie side by side, as they are read: looking each up takes longer.
    holders = (graph.node[rows], graph.weight[rows])

    def of_nodes(span: tuple[int, int]) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
        return _pairs(ties, holders, begin, end, *span, graph.node_count)  # type: ignore[no-any-return]

    with ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        parts = list(pool.map(of_nodes, pairwise(_cuts(graph, begin, end, threads))))
    one, other, bits = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Pairs(one=one, other=other, bits=bits)


def _cuts(graph: Graph, begin: Ints, end: Ints, threads: int) -> list[int]:
    """Rows at which to cut the work into equal parts, each at the start of a node."""
    work = np.cumsum(end - begin)
    if not len(work):
        return [0, 0]
    wanted = np.searchsorted(work, np.linspace(0, work[-1], max(1, threads) + 1)[1:-1])
    first = np.searchsorted(graph.node, graph.node[wanted])
    return [0, *first.tolist(), len(graph.node)]


@njit(nogil=True, cache=True)
def _spans(node, binds, weight, rows, starts, scattered):  # type: ignore[no-untyped-def]
    """For each tie the places of later nodes: of all holders, of its node's block, or none.

    Puts the holders of each block in order of their nodes.
    """
    begin, end = np.zeros(len(node), np.int64), np.zeros(len(node), np.int64)
    for t in range(len(starts) - 1):
        count = starts[t + 1] - starts[t]
        if count < 2:
            continue
        if count > MOST_HOLDERS and not binds[rows[starts[t]]]:
            continue
        if (
            count > MOST_HOLDERS
            and weight[rows[starts[t] : starts[t + 1]]].max() < LEAST_CROWD_BITS
        ):
            continue
        blocks = 0
        while count >> blocks > MOST_HOLDERS:
            blocks += 1
        first = starts[t]
        while first < starts[t + 1]:
            last = first
            # A shift by the whole width is not defined, so one block is a case of its own.
            mine = scattered[node[rows[first]]] >> np.uint64(64 - max(blocks, 1))
            while last < starts[t + 1] and (
                blocks == 0 or scattered[node[rows[last]]] >> np.uint64(64 - max(blocks, 1)) == mine
            ):
                last += 1
            rows[first:last] = np.sort(rows[first:last])  # ties come by node
            for i in range(first, last):
                begin[rows[i]], end[rows[i]] = i + 1, last
            first = last
    return begin, end


@njit(nogil=True, cache=True)
def _pairs(ties, holders, begin, end, first, last, n):  # type: ignore[no-untyped-def]
    """The pairs of the nodes in rows `first` to `last` with nodes of higher number."""
    node, kind, family, _, _ = ties
    one, other = np.empty(1 << 16, np.int64), np.empty(1 << 16, np.int64)
    bits = np.empty(1 << 16)
    # Sums of a kind, a family and all, and the best binding kind; and which nodes have one.
    sums = np.zeros((n, 4))
    met = np.empty((3, n), np.int64)
    used, i = 0, first
    while i < last:
        here, count = node[i], 0
        while i < last and node[i] == here:
            start, in_family = i, 0
            while i < last and node[i] == here and family[i] == family[start]:
                stop = i
                while stop < last and node[stop] == here and kind[stop] == kind[i]:
                    stop += 1
                in_family = _best_of_kind(ties, holders, begin, end, i, stop, sums, met, in_family)
                i = stop
            for m in range(in_family):
                who = met[1, m]
                if sums[who, 2] == 0.0:
                    met[2, count] = who
                    count += 1
                sums[who, 2] += sums[who, 1]
                sums[who, 1] = 0.0
        if used + count > len(one):
            room = 2 * (used + count)
            one, other, bits = _grown(one, room), _grown(other, room), _grown(bits, room)
        for who in np.sort(met[2, :count]):
            if sums[who, 3] >= LEAST_BOND_BITS and sums[who, 2] >= LEAST_PAIR_BITS:
                one[used], other[used] = here, who
                bits[used] = min(sums[who, 2], MOST_PAIR_BITS)
                used += 1
            sums[who, 2] = sums[who, 3] = 0.0
    return one[:used], other[:used], bits[:used]


@njit(nogil=True, cache=True)
def _best_of_kind(ties, holders, begin, end, start, stop, sums, met, in_family):  # type: ignore[no-untyped-def]
    """Raise each other node's bits of this family to what the ties of one kind are worth."""
    _, _, _, weight, binds = ties
    held_by, worth_there = holders
    count = 0
    for i in range(start, stop):
        for at in range(begin[i], end[i]):
            who = held_by[at]
            if sums[who, 0] == 0.0:
                met[0, count] = who
                count += 1
            sums[who, 0] += weight[i] * worth_there[at]
    for who in met[0, :count]:
        worth = np.sqrt(sums[who, 0])
        sums[who, 0] = 0.0
        if sums[who, 1] == 0.0:
            met[1, in_family] = who
            in_family += 1
        sums[who, 1] = max(sums[who, 1], worth)
        if binds[start]:
            sums[who, 3] = max(sums[who, 3], worth)
    return in_family


@njit(nogil=True, cache=True)
def _grown(values, room):  # type: ignore[no-untyped-def]
    more = np.empty(room, values.dtype)
    more[: len(values)] = values
    return more
