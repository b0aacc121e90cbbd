"""Chance from a numpy generator made from a seed, drawn in blocks so that single draws are cheap."""

from __future__ import annotations

import math
from collections.abc import Sequence
from hashlib import sha256
from itertools import accumulate
from typing import TypeVar

import numpy as np

T = TypeVar("T")
BLOCK = 512


class Dice:
    """A source of chance; equal seeds give equal draws."""

    def __init__(self, seed: str) -> None:
        digest = sha256(seed.encode()).digest()
        self.source = np.random.default_rng(int.from_bytes(digest[:16], "big"))
        self.block: list[float] = []
        self.bells: list[float] = []

    def random(self) -> float:
        if not self.block:
            self.block = self.source.random(BLOCK).tolist()
        return self.block.pop()

    def uniform(self, low: float, high: float) -> float:
        return low + (high - low) * self.random()

    def randint(self, low: int, high: int) -> int:
        return low + int(self.random() * (high - low + 1))

    def choice(self, options: Sequence[T]) -> T:
        return options[int(self.random() * len(options))]

    def weighted(self, options: Sequence[T], weights: Sequence[float]) -> T:
        sums = list(accumulate(weights))
        mark = self.random() * sums[-1]
        return options[next(i for i, s in enumerate(sums) if mark < s)]

    def shuffle(self, items: list[T]) -> None:
        for i in range(len(items) - 1, 0, -1):
            j = int(self.random() * (i + 1))
            items[i], items[j] = items[j], items[i]

    def sample(self, options: Sequence[T], size: int) -> list[T]:
        pool = list(options)
        return [pool.pop(int(self.random() * len(pool))) for _ in range(size)]

    def gauss(self, mean: float, width: float) -> float:
        if not self.bells:
            self.bells = self.source.standard_normal(BLOCK).tolist()
        return mean + width * self.bells.pop()

    def lognormal(self, mean: float, width: float) -> float:
        return math.exp(self.gauss(mean, width))

    def wait(self, mean: float) -> float:
        """Return an exponential waiting time."""
        return -mean * math.log(1.0 - self.random())

    def pareto(self, alpha: float) -> float:
        return (1.0 - self.random()) ** (-1.0 / alpha)

    def mood(self, spread: float) -> float:
        """Return a gamma number of mean one."""
        return float(self.source.gamma(1 / spread, spread)) if spread else 1.0

    def poisson(self, mean: float) -> int:
        if mean > 30:
            return max(0, round(self.gauss(mean, math.sqrt(mean))))
        limit, product, k = math.exp(-max(mean, 0.0)), self.random(), 0
        while product > limit:
            product *= self.random()
            k += 1
        return k

    def hex(self, size: int) -> str:
        return self.source.bytes((size + 1) // 2).hex()[:size]
