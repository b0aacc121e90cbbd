"""An Arrow column of strings as the plain arrays that compiled loops read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strings:
    """Some strings: string i is data[offsets[i]:offsets[i + 1]] where present[i]."""

    data: npt.NDArray[np.uint8]
    offsets: npt.NDArray[np.int64]
    present: npt.NDArray[np.bool_]


def pieces(column: Column) -> Iterator[pa.Array[Any]]:
    """The contiguous arrays of a column."""
    if isinstance(column, pa.ChunkedArray):
        yield from column.chunks
    else:
        yield column


def strings(array: pa.Array[Any]) -> Strings:
    """The buffers of one array of strings; slices are honoured, only offsets are copied."""
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        array = array.cast(pa.large_string())
    wide = pa.types.is_large_string(array.type)
    _, places, data = array.buffers()
    offsets = np.zeros(1, dtype=np.int64)
    if places is not None and len(array) > 0:
        every = np.frombuffer(memoryview(places), dtype="<i8" if wide else "<i4")
        offsets = every[array.offset : array.offset + len(array) + 1].astype(np.int64)
    read = np.frombuffer(memoryview(data) if data else b"", dtype=np.uint8)
    present = np.asarray(array.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)
    for values in (offsets, read, present):
        values.flags.writeable = False  # one kind of array, so one compiled form
    return Strings(data=read, offsets=offsets, present=present)


def through_dictionary(
    array: pa.DictionaryArray[Any, Any], values: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    """For each row of a dictionary array the value of its entry; zero where the row is null."""
    indices = array.indices
    filled = np.asarray(indices.fill_null(0).to_numpy(zero_copy_only=False))
    if len(values) == 0:
        return np.zeros((len(array), *values.shape[1:]), dtype=values.dtype)
    taken: npt.NDArray[Any] = values[filled]
    taken[~np.asarray(indices.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)] = 0
    return taken
