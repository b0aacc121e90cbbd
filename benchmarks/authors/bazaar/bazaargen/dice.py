"""Cheap seeded chance: one numpy generator, drawn in blocks."""

import zlib
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate
from math import exp
from typing import TypeVar

import numpy as np

T = TypeVar("T")
BLOCK = 4096


class Dice:
    """Draws of one named stream of one seed."""

    def __init__(self, seed: int, name: str) -> None:
        self.rng = np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode())]))
        self._uniform: list[float] = []
        self._normal: list[float] = []

    def u(self) -> float:
        """A number in [0, 1)."""
        if not self._uniform:
            self._uniform = self.rng.random(BLOCK).tolist()
        return self._uniform.pop()

    def gauss(self, mean: float = 0.0, spread: float = 1.0) -> float:
        """A normal number."""
        if not self._normal:
            self._normal = self.rng.standard_normal(BLOCK).tolist()
        return mean + spread * self._normal.pop()

    def chance(self, p: float) -> bool:
        """True with probability p."""
        return self.u() < p

    def below(self, n: int) -> int:
        """An integer in [0, n)."""
        return int(self.u() * n)

    def between(self, low: float, high: float) -> float:
        """A number between two bounds."""
        return low + (high - low) * self.u()

    def pick(self, seq: Sequence[T]) -> T:
        """One of a sequence, each alike."""
        return seq[int(self.u() * len(seq))]

    def skewed(self, seq: Sequence[T], power: float = 2.0) -> T:
        """One of a sequence, early ones much more often."""
        return seq[int(self.u() ** power * len(seq))]

    def weighted(self, table: dict[T, float]) -> T:
        """A key with a chance in proportion to its weight."""
        sums = list(accumulate(table.values()))
        return list(table)[min(bisect(sums, self.u() * sums[-1]), len(sums) - 1)]

    def around(self, median: float, sigma: float) -> float:
        """A log-normal number."""
        return median * exp(sigma * self.gauss())

    def poisson(self, mean: float) -> int:
        """A Poisson count."""
        return int(self.rng.poisson(max(mean, 0.0)))

    def some(self, seq: Sequence[T], count: int) -> list[T]:
        """Several different members of a sequence, in random order."""
        count = min(count, len(seq))
        return [seq[i] for i in self.rng.permutation(len(seq))[:count].tolist()]

    def mixed(self, seq: Sequence[T]) -> list[T]:
        """The whole sequence in random order."""
        return self.some(seq, len(seq))

    def code(self, prefix: str, size: int = 16) -> str:
        """An opaque identifier."""
        return prefix + self.rng.bytes(size // 2).hex()
