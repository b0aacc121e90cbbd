"""Finds exchange ids that came before, in the order of the input, at 16 bytes an id or less."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.io.rejects import Rejects
from stillwatch.io.sources import Chunk
from stillwatch.text.jit import compiled
from stillwatch.text.keys import keys

DUPLICATE = "duplicate exchange_id"
_LEAST_SLOTS = 1 << 12
_FULL = 0.7


@compiled
def _admit(slots: Any, ids: Any, is_new: Any) -> int:
    """Put every id into the open table; says how many were not there before."""
    mask = len(slots) - 1
    count = 0
    for row in range(len(ids)):
        wanted = ids[row]
        place = wanted & mask
        while slots[place] != 0 and slots[place] != wanted:
            place = (place + 1) & mask
        if slots[place] == 0:
            slots[place] = wanted
            is_new[row] = True
            count += 1
    return count


@compiled
def _move(slots: Any, ids: Any) -> None:
    """Put ids that differ from each other into an empty table."""
    mask = len(slots) - 1
    for wanted in ids:
        if wanted != 0:
            place = wanted & mask
            while slots[place] != 0:
                place = (place + 1) & mask
            slots[place] = wanted


class Duplicates:
    """Every id met so far, as its 64-bit key. Fed in the order of the input by one caller.

    Two different ids of sixteen million share a key with a chance of about 1 in 140,000.
    """

    def __init__(self, row_estimate: int) -> None:
        least = max(_LEAST_SLOTS, int(row_estimate / _FULL))
        self._slots = np.zeros(1 << (least - 1).bit_length(), dtype=np.int64)
        self._count = 0

    def keep(self, ids: "pa.Array[Any]") -> npt.NDArray[np.bool_]:
        """Which of these ids are new; of equal ones the first."""
        found = keys(ids)
        while self._count + len(found) > _FULL * len(self._slots):
            old, self._slots = self._slots, np.zeros(2 * len(self._slots), dtype=np.int64)
            _move(self._slots, old)
        is_new = np.zeros(len(found), dtype=np.bool_)
        self._count += _admit(self._slots, found, is_new)
        return is_new

    def drop(self, batch: pa.RecordBatch, chunk: Chunk, rejects: Rejects) -> pa.RecordBatch:
        """The batch without rows whose id came before; those are set aside."""
        is_new = self.keep(batch.column("exchange_id"))
        if is_new.all():
            return batch
        numbers = batch.column("row_number").to_numpy()
        for row in np.flatnonzero(~is_new):
            rejects.add(chunk, int(numbers[row]), DUPLICATE)
        return batch.filter(pa.array(is_new))
