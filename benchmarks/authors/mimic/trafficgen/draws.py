"""Small draws shared by every module: one element, one number, one identifier."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

import numpy as np

T = TypeVar("T")
DAY = 86400.0

__all__ = ["DAY", "Random", "ch", "hexs", "lognorm", "num", "words"]


def words(line: str) -> list[str]:
    """The entries of a line separated by bars."""
    return line.split("|")


def ch(r: Random, xs: Sequence[T]) -> T:
    return xs[int(r.random() * len(xs))]


def num(r: Random, a: int = 2, b: int = 60) -> int:
    return a + int(r.random() * (b - a))


def hexs(r: Random, n: int) -> str:
    return "%0*x" % (n, r.getrandbits(4 * n))


def lognorm(r: Random, med: float, sig: float, lo: float, hi: float) -> float:
    return min(hi, max(lo, med * np.exp(r.gauss(0, sig))))
