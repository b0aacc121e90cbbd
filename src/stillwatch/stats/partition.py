"""Cuts nodes into groups so that what pairs share pays for putting them together.

Correlation clustering (Bansal, Blum & Chawla 2004): every pair inside a group earns its bits and
costs a price, and the best partition earns the most. With bits that are log-odds and a price that
is the prior odds against two accounts being one operator's, that is the most probable partition.
Nodes move one by one to the group that gains most, then groups move as nodes (Blondel et al.
2008, with the constant price of Traag et al. 2011), until nothing gains; at last nodes once more,
because one may have joined early what it now pays to leave. Nodes are visited in order and ties
go to the smallest group: equal inputs give equal groups.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

from stillwatch.stats.graph import Ints, changes
from stillwatch.stats.numbers import order_of
from stillwatch.stats.pairs import Pairs

LEVELS = 6
ROUNDS = 30
LEAST_GAIN = 1e-9

Floats = npt.NDArray[np.float64]


def partitioned(pairs: Pairs, count: int, price: float) -> Ints:
    """For each of `count` nodes the number of its group, when a pair costs `price` bits."""
    label = np.arange(count)
    size = np.ones(count)
    between = pairs
    for _ in range(LEVELS):
        names, group = _settled(between, np.arange(len(size)), size, price)
        if names == len(size):
            break
        label = group[label]
        size = np.bincount(group, size).astype(np.float64)
        between = _between(between, group, names)
    return _settled(pairs, label, np.ones(count), price)[1]


def _settled(pairs: Pairs, label: Ints, size: Floats, price: float) -> tuple[int, Ints]:
    """How many groups there are, and each node's, after moving nodes one by one."""
    by_node, starts = order_of(np.concatenate([pairs.one, pairs.other]), len(label))
    neighbour = np.concatenate([pairs.other, pairs.one])[by_node]
    bits = np.concatenate([pairs.bits, pairs.bits])[by_node]
    moved = _moved(starts, neighbour, bits, label, size, price)
    names, group = np.unique(moved, return_inverse=True)
    return len(names), group


def _between(pairs: Pairs, group: Ints, count: int) -> Pairs:
    """Pairs of different groups, what they share summed."""
    one, other = group[pairs.one], group[pairs.other]
    apart = np.flatnonzero(one != other)
    low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
    order = order_of(high, count)[0]
    order = order[order_of(low[order], count)[0]]
    low, high = low[order], high[order]
    starts = np.flatnonzero(changes(low) | changes(high))
    summed = np.add.reduceat(pairs.bits[apart][order], starts) if len(starts) else np.zeros(0)
    return Pairs(one=low[starts], other=high[starts], bits=summed)


@njit(nogil=True, cache=True)
def _moved(starts, neighbour, bits, begun, size, price):  # type: ignore[no-untyped-def]
    """The group of each node once no node gains by moving alone; `begun` is the group before.

    Group `count + node` is kept for the node that wants to be alone.
    """
    count = len(size)
    label = begun.copy()
    total, earned = np.zeros(2 * count), np.zeros(2 * count)
    for node in range(count):
        total[label[node]] += size[node]
    met = np.empty(count, np.int64)
    looks = np.ones(count, np.bool_)
    for _ in range(ROUNDS):
        changed = False
        for node in range(count):
            if not looks[node]:
                continue
            looks[node] = False
            own = label[node]
            total[own] -= size[node]
            around = slice(starts[node], starts[node + 1])
            toll = price * size[node]
            best = _best(
                node, own, label[neighbour[around]], bits[around], earned, met, total, toll
            )
            total[best] += size[node]
            if best != own:
                label[node] = best
                changed = True
                for other in neighbour[around]:
                    if label[other] != best:
                        looks[other] = True
        if not changed:
            break
    return label


@njit(nogil=True, cache=True)
def _best(node, own, groups, bits, earned, met, total, toll):  # type: ignore[no-untyped-def]
    """The group that gains most, of equal ones its own, then the smallest; or to be alone."""
    used = 0
    for i in range(len(groups)):
        if earned[groups[i]] == 0.0:
            met[used] = groups[i]
            used += 1
        earned[groups[i]] += bits[i]
    best, gain = own, earned[own] - toll * total[own]
    for group in met[:used]:
        here = earned[group] - toll * total[group]
        if here > gain + LEAST_GAIN or (here > gain - LEAST_GAIN and group < best != own):
            best, gain = group, here
        earned[group] = 0.0
    # Alone nothing is earned and nothing paid.
    return len(total) // 2 + node if gain < -LEAST_GAIN else best
