"""Numbers equal keys, and sorts by such small numbers, in linear time.

What `np.unique` does by sorting every row is done here by one pass over the rows and a sort of
the distinct keys alone.
"""

import numpy as np
import numpy.typing as npt
from numba import njit

Keys = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]

FIRST_SLOTS = 14  # bits
MOST_STEPS = 16  # a row, on average; keys that were chosen to crowd one part of the table take more


def numbered(keys: Keys) -> tuple[Keys, Numbers]:
    """The distinct keys in order, and for each row the place of its key among them."""
    bits = FIRST_SLOTS
    slots = np.full(1 << bits, -1, np.int32)
    found = np.empty(len(slots) // 2, np.int64)
    number = np.empty(len(keys), np.int32)
    at = used = 0
    budget = MOST_STEPS * (len(keys) + len(slots))
    while True:
        at, used, budget = _number(keys, at, found, used, slots, bits, number, budget)
        if budget < 0:
            distinct, place = np.unique(keys, return_inverse=True)
            return distinct, place.astype(np.int32)
        if at == len(keys):
            break
        bits += 2
        slots = np.full(1 << bits, -1, np.int32)
        found = np.concatenate([found[:used], np.empty(len(slots) // 2 - used, np.int64)])
        budget = _rehash(found, used, slots, bits, budget)
    order = np.argsort(found[:used], kind="stable")
    rank = np.empty(used, np.int32)
    rank[order] = np.arange(used, dtype=np.int32)
    return found[order], rank[number]


@njit(nogil=True, cache=True, inline="always")
def _slot(key, bits):  # type: ignore[no-untyped-def]
    return np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - bits))


@njit(nogil=True, cache=True)
def _number(keys, at, found, used, slots, bits, number, budget):  # type: ignore[no-untyped-def]
    """Number rows from `at` on, until the table is half full or its budget of steps is spent."""
    mask = len(slots) - 1
    while at < len(keys):
        key = keys[at]
        if at > 0 and key == keys[at - 1]:
            number[at] = number[at - 1]
            at += 1
            continue
        slot = _slot(key, bits)
        while slots[slot] >= 0 and found[slots[slot]] != key:
            slot = (slot + 1) & mask
            budget -= 1
        if budget < 0:
            return at, used, budget
        if slots[slot] < 0:
            if used == len(found):
                return at, used, budget
            found[used] = key
            slots[slot] = used
            used += 1
        number[at] = slots[slot]
        at += 1
    return at, used, budget


@njit(nogil=True, cache=True)
def _rehash(found, used, slots, bits, budget):  # type: ignore[no-untyped-def]
    mask = len(slots) - 1
    for i in range(used):
        slot = _slot(found[i], bits)
        while slots[slot] >= 0:
            slot = (slot + 1) & mask
            budget -= 1
            if budget < 0:
                return budget
        slots[slot] = i
    return budget


@njit(nogil=True, cache=True)
def order_of(number, count):  # type: ignore[no-untyped-def]
    """The rows in order of their number, equal ones as they came, and where each number starts."""
    starts = np.zeros(count + 1, np.int64)
    for i in range(len(number)):
        starts[number[i] + 1] += 1
    for n in range(count):
        starts[n + 1] += starts[n]
    place = starts[:-1].copy()
    order = np.empty(len(number), np.int64)
    for i in range(len(number)):
        order[place[number[i]]] = i
        place[number[i]] += 1
    return order, starts
