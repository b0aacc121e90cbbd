"""Lays out an internet of carriers, offices, clouds and tunnels, and gives out addresses in it.

Version 4 addresses lie in 240.0.0.0/4 and version 6 ones in 2001:db8::/32, and the autonomous
systems are private-use numbers: nobody's, so no real network can be mistaken for a collector's.
An address is a code: below 2^32 version 4, above it version 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from stillwatch.evals.grammar import joined
from stillwatch.evals.identifiers import ranked

Ints = np.ndarray[Any, np.dtype[np.int64]]

FIRST_V4 = 240 << 24
FIRST_V6 = 1 << 32
FIRST_ASN = 4_200_000_000
V6_SHARE = 0.12

# kind: (how many operators, addresses of each). A carrier puts thousands of people behind a few
# exits; a tunnel's exits serve the private and the hiding alike.
_OPERATORS: dict[str, tuple[int, int]] = {
    "home": (48, 1 << 18),
    "mobile": (14, 1 << 9),
    "office": (60, 1 << 14),
    "campus": (40, 1 << 8),
    "cloud": (14, 1 << 17),
    "serverless": (6, 1 << 10),
    "runner": (3, 1 << 11),
    "tunnel": (16, 1 << 8),
}
# kind of reseller: (whose first operator runs it, addresses it calls from)
_DOORS = {"market": ("cloud", 48), "router": ("serverless", 16)}


@dataclass(frozen=True, slots=True)
class Network:
    """Where each operator's addresses begin, and which operators are of a kind."""

    starts: Ints
    sizes: Ints
    kinds: tuple[str, ...]


def network() -> Network:
    """The one internet that all generated traffic lives in."""
    kinds = [kind for kind, (count, _) in _OPERATORS.items() for _ in range(count)]
    sizes = np.array([_OPERATORS[kind][1] for kind in kinds], np.int64)
    gaps = sizes + (1 << 12)
    starts = FIRST_V4 + np.concatenate([[0], np.cumsum(gaps)[:-1]])
    return Network(starts.astype(np.int64), sizes, tuple(kinds))


def operator_of(net: Network, kind: str, count: int, dice: np.random.Generator) -> Ints:
    """Operators of a kind, the big ones more often."""
    members = np.flatnonzero(np.array(net.kinds) == kind)
    return np.asarray(dice.choice(members, size=count, p=ranked(len(members), 0.7)), np.int64)


def addresses(net: Network, operators: Ints, dice: np.random.Generator) -> Ints:
    """One address at each operator; some home lines have version 6."""
    spots = (dice.random(len(operators)) * net.sizes[operators]).astype(np.int64)
    codes = net.starts[operators] + spots
    homes = (np.array([kind == "home" for kind in net.kinds]))[operators]
    six = homes & (dice.random(len(operators)) < V6_SHARE)
    low = (dice.random(len(operators)) * (1 << 24)).astype(np.int64)
    return np.where(six, FIRST_V6 + (operators << 40) + (spots << 20) + low % (1 << 20), codes)


def draw_addresses(net: Network, kind: str, count: int, dice: np.random.Generator) -> Ints:
    """Addresses anywhere at operators of a kind."""
    return addresses(net, operator_of(net, kind, count, dice), dice)


def site(net: Network, kind: str, size: int, dice: np.random.Generator) -> Ints:
    """Neighbouring addresses of one site: an office's exits, a campus, a rack."""
    operator = int(operator_of(net, kind, 1, dice)[0])
    room = max(int(net.sizes[operator]) - size, 1)
    start = int(net.starts[operator]) + int(dice.integers(room))
    return np.arange(start, start + size, dtype=np.int64)


def door(net: Network, kind: str) -> Ints:
    """The addresses from which a reseller passes on what its customers ask."""
    source, size = _DOORS[kind]
    start = int(net.starts[net.kinds.index(source)])
    return np.arange(start, start + size, dtype=np.int64)


def autonomous_systems(net: Network, codes: Ints) -> Ints:
    """The autonomous system of each address."""
    operators = np.searchsorted(net.starts, codes, side="right") - 1
    operators = np.where(codes >= FIRST_V6, (codes - FIRST_V6) >> 40, operators)
    return FIRST_ASN + operators


def written(codes: Ints) -> pa.StringArray:
    """Addresses as text; a negative code gives null."""
    octet = pa.array([str(number) for number in range(256)])
    low = np.where(codes < FIRST_V6, codes, 0).clip(0)
    parts: list[Any] = []
    for shift in (24, 16, 8, 0):
        parts += [octet.take(pa.array((low >> shift) & 255)), pa.scalar(".")]
    four = joined(parts[:-1], len(codes))
    rows = np.flatnonzero(codes >= FIRST_V6)
    if not len(rows) and not (codes < 0).any():
        return four
    mask = codes >= FIRST_V6
    six = pa.array([_six(int(code) - FIRST_V6) for code in codes[rows]], pa.string())
    whole = pa.compute.replace_with_mask(four, pa.array(mask), six)
    return pa.compute.if_else(pa.array(codes >= 0), whole, pa.scalar(None, pa.string()))


def _six(value: int) -> str:
    return f"2001:db8:{value >> 32 & 0xFFFF:x}:{value >> 16 & 0xFFFF:x}::{value & 0xFFFF:x}"


@dataclass(frozen=True, slots=True)
class Choices:
    """A list of candidates for each of many rows, of uneven length, laid end to end."""

    values: Ints
    sizes: Ints

    @staticmethod
    def of(lists: Sequence[Any]) -> Choices:
        """Candidates from one list a row."""
        sizes = np.array([len(some) for some in lists], np.int64)
        flat = np.concatenate(lists) if len(lists) else np.empty(0)
        return Choices(flat.astype(np.int64), sizes)

    @staticmethod
    def grid(values: Any) -> Choices:
        """Candidates from a matrix, one line a row."""
        values = np.asarray(values, np.int64)
        return Choices(values.reshape(-1), np.full(len(values), values.shape[1], np.int64))

    @staticmethod
    def joined(several: Sequence[Choices]) -> Choices:
        """The rows of several, one after the other."""
        return Choices(
            np.concatenate([some.values for some in several]),
            np.concatenate([some.sizes for some in several]),
        )

    def taken(self, rows: Ints) -> Choices:
        """The candidates of the named rows, in that order."""
        sizes = self.sizes[rows]
        begins = np.cumsum(sizes) - sizes
        within = np.arange(int(sizes.sum())) - np.repeat(begins, sizes)
        starts = (np.cumsum(self.sizes) - self.sizes)[rows]
        return Choices(self.values[np.repeat(starts, sizes) + within], sizes)

    def pick(self, rows: Ints, shares: Any) -> Ints:
        """For each named row the candidate that a share in [0, 1) of its list falls on."""
        starts = np.cumsum(self.sizes) - self.sizes
        spots = (np.asarray(shares) * self.sizes[rows]).astype(np.int64)
        found: Ints = self.values[starts[rows] + np.minimum(spots, self.sizes[rows] - 1)]
        return found
