"""Looks in bytes for what must not be there: identifiers as they are, prompts by eight words.

Every place of every byte is looked at: windows of each length that an identifier has are hashed
and compared, and what compares equal is compared again byte by byte.
"""

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

Longs = npt.NDArray[np.uint64]
LEAST = 6  # characters; shorter ones stand in any bytes by chance
WORDS = 8
BASE = np.uint64(0x9E3779B97F4A7C15)
INVERSE = np.uint64(pow(int(BASE), -1, 2**64))
CHUNK = 1 << 22
_WORD = re.compile(rb"[a-z0-9]+")
_ESCAPE = re.compile(rb"\\u[0-9a-fA-F]{4}|\\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needles:
    """What is looked for."""

    identifiers: frozenset[str]
    shingles: Longs  # hashes, in order

    def without(self, other: "Needles") -> "Needles":
        """What is not also another's own."""
        return Needles(
            identifiers=self.identifiers - other.identifiers,
            shingles=np.setdiff1d(self.shingles, other.shingles, assume_unique=True),
        )

    def with_names(self, *names: str) -> "Needles":
        """And these names."""
        return Needles(identifiers=self.identifiers | set(names), shingles=self.shingles)


def needles(identifiers: Iterable[str | None], texts: Iterable[str | None]) -> Needles:
    """Identifiers long enough to be looked for, and every eight words in a row of the texts."""
    kept = frozenset(one for one in identifiers if one and len(one.encode()) >= LEAST)
    found: list[Longs] = []
    known: dict[bytes, int] = {}
    for text in dict.fromkeys(one for one in texts if one):
        found.append(shingles(text.encode(), known))
        if len(found) > 5_000:
            found = [np.unique(np.concatenate(found))]
    return Needles(identifiers=kept, shingles=np.unique(np.concatenate([*found, _NONE])))


_NONE: Longs = np.empty(0, np.uint64)


def shingles(data: bytes, known: dict[bytes, int] | None = None) -> Longs:
    """A hash of every eight words in a row, whatever stands between them and however written."""
    known = {} if known is None else known
    words = _WORD.findall(data.lower())
    if len(words) < WORDS:
        return _NONE
    codes = np.array([known.setdefault(one, _code(one)) for one in words], np.uint64)
    with np.errstate(over="ignore"):
        made = np.zeros(len(codes) - WORDS + 1, np.uint64)
        for at in range(WORDS):
            made = made * BASE + codes[at : at + len(made)]
    return np.unique(made)


def _code(word: bytes) -> int:
    return zlib.crc32(word) << 32 | zlib.adler32(word)


class Search:
    """Needles, made ready to be looked for in many files."""

    def __init__(self, wanted: Needles) -> None:
        self._shingles = wanted.shingles
        by_length: dict[int, list[bytes]] = {}
        for one in wanted.identifiers:
            by_length.setdefault(len(one.encode()), []).append(one.encode())
        self._longest = max(by_length, default=0)
        self._by_length: dict[int, tuple[Longs, frozenset[bytes]]] = {}
        for length, some in sorted(by_length.items()):
            table = np.frombuffer(b"".join(some), np.uint8).reshape(-1, length)
            with np.errstate(over="ignore"):
                codes = (table.astype(np.uint64) + np.uint64(1)) @ _powers(BASE, length)
            self._by_length[length] = np.unique(codes), frozenset(some)

    def found_in(self, data: bytes) -> list[str]:
        """Identifiers that stand anywhere in the bytes, and runs of words that stand in prompts."""
        plain = _ESCAPE.sub(b" ", data)  # a line break of a prompt is two letters in JSON
        count = len(np.intersect1d(shingles(plain), self._shingles, assume_unique=True))
        return [*sorted(self._identifiers(data)), *(["a prompt's words"] * count)]

    def _identifiers(self, data: bytes) -> set[str]:
        found: set[str] = set()
        for begin in range(0, len(data), CHUNK):
            piece = data[begin : begin + CHUNK + self._longest]
            sums = _sums(piece)
            for length, (codes, texts) in self._by_length.items():
                if length > len(piece):
                    break
                made = _windows(len(piece), length, sums)
                near = np.minimum(np.searchsorted(codes, made), len(codes) - 1)
                for at in np.flatnonzero(codes[near] == made).tolist():
                    if piece[at : at + length] in texts:
                        found.add(piece[at : at + length].decode())
        return found


def _sums(data: bytes) -> Longs:
    with np.errstate(over="ignore"):
        values = np.frombuffer(data, np.uint8).astype(np.uint64) + np.uint64(1)
        return np.concatenate(
            [np.zeros(1, np.uint64), np.cumsum(values * _powers(BASE, len(data)))]
        )


def _windows(size: int, length: int, sums: Longs) -> Longs:
    """The hash of every window: a polynomial modulo 2^64, the same wherever the window stands."""
    count = size - length + 1
    with np.errstate(over="ignore"):
        return (sums[length:] - sums[:-length]) * _powers(INVERSE, count)


_TABLES: dict[int, Longs] = {}


def _powers(base: np.uint64, count: int) -> Longs:
    known = _TABLES.get(int(base), _NONE)
    if len(known) < count:
        with np.errstate(over="ignore"):
            known = np.concatenate([np.ones(1, np.uint64), np.full(count, base, np.uint64)])
            known = np.cumprod(known, dtype=np.uint64)
        _TABLES[int(base)] = known
    return known[:count]


def contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file of a folder as it can be read: tables and archives unpacked, all else as it is."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        data = path.read_bytes()
        if path.suffix == ".parquet":
            data = b"\n".join(_column(column) for column in pq.read_table(path).columns)
        elif path.suffix == ".gz":
            data = gzip.decompress(data)
        yield path, data


def _column(column: Any) -> bytes:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
        return b""
    return msgspec.json.encode(column.to_pylist(), enc_hook=str)
