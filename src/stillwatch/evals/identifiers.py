"""Makes identifiers out of numbers: the same number gives the same sixteen digits everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

Ints = np.ndarray[Any, np.dtype[np.int64]]
Words = np.ndarray[Any, np.dtype[np.uint64]]

_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)


def mixed(values: Any, salt: int) -> Words:
    """SplitMix64 of each value and a salt: 64 well-stirred bits."""
    word = np.asarray(values).astype(np.int64).view(np.uint64)
    with np.errstate(over="ignore"):
        word = word + np.uint64((salt * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) % 2**64)
        word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


def uniform(values: Any, salt: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A number in [0, 1) that belongs to each value: dice that need no order of throwing."""
    return (mixed(values, salt) >> np.uint64(11)).astype(np.float64) / 2.0**53


def identifiers(prefix: str, values: Any, salt: int) -> pa.StringArray:
    """`prefix` and sixteen hexadecimal digits for each value; a negative value gives null."""
    values = np.asarray(values, np.int64)
    words = mixed(values, salt)
    shifts = np.arange(60, -4, -4, dtype=np.uint64)
    digits = _DIGITS[((words[:, None] >> shifts) & np.uint64(15)).astype(np.intp)]
    head = np.frombuffer(prefix.encode(), np.uint8)
    width = len(head) + 16
    letters = np.empty((len(values), width), np.uint8)
    letters[:, : len(head)] = head
    letters[:, len(head) :] = digits
    offsets = np.arange(0, (len(values) + 1) * width, width, dtype=np.int32)
    array = pa.StringArray.from_buffers(
        len(values), pa.py_buffer(offsets.tobytes()), pa.py_buffer(letters.tobytes())
    )
    if (values < 0).any():
        return pa.compute.if_else(pa.array(values >= 0), array, pa.scalar(None, pa.string()))
    return array


def ranked(count: int, power: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Probabilities that fall with rank: a few things are common and most are rare."""
    weights = 1.0 / np.arange(1, count + 1) ** power
    return np.asarray(weights / weights.sum())
