"""How busy an account is, and how many accounts go together."""

import math
from collections.abc import Iterator

from .world import World


def rate(w: World, med: float, s: float = 0.9, cap: float = 3000) -> float:
    return min(cap, med * math.exp(w.r.gauss(0, s)))


def groups(w: World, n: int, lo: int, hi: int) -> Iterator[int]:
    """Split n accounts into groups of lo..hi."""
    while n > 0:
        k = min(n, lo + int(w.r.random() ** 1.6 * (hi - lo + 1)))
        n -= k
        if 0 < n < lo:
            k += n
            n = 0
        yield k
