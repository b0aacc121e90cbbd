"""What every part of the world shares."""

from typing import Any

import numpy as np

from .basics import ALPHA, Rand
from .public import Public
from .shapes import Account


class Base:
    """What the parts of a world have in common."""

    seed: int
    n: int
    days: int
    care: str
    out: str
    r: Rand
    g: np.random.Generator
    t0: int
    t1: int
    weekday0: int
    release: int
    pub: Public
    accounts: list[Account]
    events: list[tuple[str, str, int]]
    cols: dict[str, list]
    days_parts: dict[int, list[Any]]
    nbuf: int
    rows: int

    def hex(self, n: int = 16) -> str:
        return f"{self.r.getrandbits(4 * n):0{n}x}"

    def ident(self, prefix: str, n: int = 16) -> str:
        return prefix + "".join(self.r.choices(ALPHA, k=n))
