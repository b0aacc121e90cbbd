"""Keys of identifiers: 64 bits that are the same for the same string in every run.

The hash is XXH64 with seed 0, a published one with avalanche over all bits, so that another
program can make the same keys. Two of a hundred million different values share a key with a
chance of about 1 in 4,000. A key is no secret: whoever guesses the value can make its key.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.text.buffers import Column, pieces, strings, through_dictionary
from stillwatch.text.jit import compiled

Int64s = npt.NDArray[np.int64]

_P1: Final = np.uint64(0x9E3779B185EBCA87)
_P2: Final = np.uint64(0xC2B2AE3D27D4EB4F)
_P3: Final = np.uint64(0x165667B19E3779F9)
_P4: Final = np.uint64(0x85EBCA77C2B2AE63)
_P5: Final = np.uint64(0x27D4EB2F165667C5)
_P1_AND_P2: Final = np.uint64(0x60EA27EEADC0B5D6)
_P1_NEGATED: Final = np.uint64(0x61C8864E7A143579)
_ONE: Final = np.uint64(1)
_8, _16, _24, _32 = (np.uint64(bits) for bits in (8, 16, 24, 32))
_29, _33, _64 = (np.uint64(bits) for bits in (29, 33, 64))


@compiled
def _word(data: Any, at: int) -> Any:
    low = np.uint64(data[at]) | np.uint64(data[at + 1]) << _8
    return low | np.uint64(data[at + 2]) << _16 | np.uint64(data[at + 3]) << _24


@compiled
def _rotated(value: Any, bits: int) -> Any:
    return (value << np.uint64(bits)) | (value >> (_64 - np.uint64(bits)))


@compiled
def _round(sum_: Any, data: Any, at: int) -> Any:
    lane = _word(data, at) | _word(data, at + 4) << _32
    return _rotated(sum_ + lane * _P2, 31) * _P1


@compiled
def _stripes(data: Any, start: int, end: int) -> Any:
    a, b, c, d = _P1_AND_P2, _P2, np.uint64(0), _P1_NEGATED
    for at in range(start, end - 31, 32):
        a, b = _round(a, data, at), _round(b, data, at + 8)
        c, d = _round(c, data, at + 16), _round(d, data, at + 24)
    result = _rotated(a, 1) + _rotated(b, 7) + _rotated(c, 12) + _rotated(d, 18)
    for lane in (a, b, c, d):
        result = (result ^ (_rotated(lane * _P2, 31) * _P1)) * _P1 + _P4
    return result


@compiled
def _hash(data: Any, start: int, end: int) -> Any:
    """XXH64 of data[start:end]; 1 where it would be 0."""
    size = end - start
    result = (_stripes(data, start, end) if size >= 32 else _P5) + np.uint64(size)
    at = start + size // 32 * 32
    while at + 8 <= end:
        result = _rotated(result ^ _round(np.uint64(0), data, at), 27) * _P1 + _P4
        at += 8
    if at + 4 <= end:
        result = _rotated(result ^ (_word(data, at) * _P1), 23) * _P2 + _P3
        at += 4
    while at < end:
        result = _rotated(result ^ (np.uint64(data[at]) * _P5), 11) * _P1
        at += 1
    result = (result ^ (result >> _33)) * _P2
    result = (result ^ (result >> _29)) * _P3
    return max(result ^ (result >> _32), _ONE)


@compiled
def _hashes(data: Any, offsets: Any, present: Any, out: Any) -> None:
    for row in range(len(present)):
        if present[row]:
            out[row] = _hash(data, offsets[row], offsets[row + 1])


@compiled
def _last_dot(data: Any, start: int, end: int) -> int:
    """Where the last dot of a plainly written IPv4 address stands; -1 for any other text."""
    dots, digits, value, last = 0, 0, 0, -1
    for at in range(start, end):
        byte = int(data[at])
        if byte == 46 and digits > 0:
            dots, digits, value, last = dots + 1, 0, 0, at
        elif 48 <= byte <= 57 and not (digits > 0 and value == 0):
            digits, value = digits + 1, value * 10 + byte - 48
        else:
            return -1
        if value > 255:
            return -1
    return last if dots == 3 and digits > 0 else -1


@compiled
def _quads(data: Any, offsets: Any, present: Any, text: Any, out: Any, is_rest: Any) -> None:
    """The keys of the networks of IPv4 addresses, written into `text` as `_network` writes them."""
    for row in range(len(present)):
        if not present[row]:
            continue
        start = offsets[row]
        last = _last_dot(data, start, offsets[row + 1])
        if last < 0:
            is_rest[row] = True
            continue
        size = last + 1 - start
        for at in range(size):
            text[at] = data[start + at]
        text[size], text[size + 1], text[size + 2], text[size + 3] = 48, 47, 50, 52
        out[row] = _hash(text, 0, size + 4)


def keys(column: Column) -> Int64s:
    """The key of every string of a column; null gives 0 and no string does.

    Strings, large strings and dictionaries of strings are read; of a dictionary only the entries.
    """
    parts = [_keys(piece) for piece in pieces(column)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def key(value: str | bytes) -> int:
    """The key of one value, equal to what `keys` gives it."""
    raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    data = np.frombuffer(raw, dtype=np.uint8)
    return int(np.uint64(_hash(data, 0, len(data))).astype(np.int64))


def combine(*parts: npt.ArrayLike) -> Int64s:
    """One key from several, row by row; their order matters. 0 only where every part is 0."""
    columns = [np.atleast_1d(np.asarray(part)).astype(np.int64) for part in parts]
    result = np.full(1, _P5)
    given = np.zeros(1, dtype=np.bool_)
    for column in columns:
        result = (result ^ column.view(np.uint64)) * _P1
        result = (result ^ (result >> _29)) * _P2
        result = result ^ (result >> _32)
        given = given | (column != 0)
    mixed = np.where(given, np.maximum(result, _ONE), np.uint64(0))
    return mixed.view(np.int64)


def network_keys(addresses: Column) -> Int64s:
    """The key of each address's network: the /24 of an IPv4 address, the /48 of an IPv6 one.

    A text that is no address gives the key of itself.
    """
    parts = []
    for piece in pieces(addresses):
        if isinstance(piece, pa.DictionaryArray):
            parts.append(through_dictionary(piece, _network_keys(piece.dictionary)))
        else:
            parts.append(_network_keys(piece))
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def _network_keys(array: pa.Array[Any]) -> Int64s:
    """Plainly written IPv4 addresses at once; of the rest each distinct text is parsed once."""
    read = strings(array)
    out = np.zeros(len(array), dtype=np.uint64)
    is_rest = np.zeros(len(array), dtype=np.bool_)
    _quads(read.data, read.offsets, read.present, np.zeros(32, np.uint8), out, is_rest)
    found = out.view(np.int64)
    if is_rest.any():
        coded = array.filter(pa.array(is_rest)).dictionary_encode()
        networks = pa.array([_network(text) for text in coded.dictionary.to_pylist()], pa.string())
        found[is_rest] = through_dictionary(coded, _keys(networks))
    return found


@lru_cache(maxsize=1 << 16)
def _network(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    number = int(address)
    if isinstance(address, ipaddress.IPv4Address):
        return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.0/24"
    # The last five groups are 0, so theirs is the longest run of zeros, with those before it.
    groups = f"{number >> 112:x}:{number >> 96 & 0xFFFF:x}:{number >> 80 & 0xFFFF:x}"
    while groups == "0" or groups.endswith(":0"):
        groups = groups[:-2]
    return f"{groups}::/48"


def _keys(array: pa.Array[Any]) -> Int64s:
    if isinstance(array, pa.DictionaryArray):
        return through_dictionary(array, _keys(array.dictionary))
    read = strings(array)
    out = np.zeros(len(array), dtype=np.uint64)
    _hashes(read.data, read.offsets, read.present, out)
    return out.view(np.int64)
