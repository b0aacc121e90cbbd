"""Time, models and chance."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

SEC = 1_000_000

HOUR, DAY = 3600 * SEC, 86400 * SEC

NEW, OLD = "orion-5", "orion-3.5"

MODELS = {
    "orion-4.2": 0.42,
    "orion-4.2-mini": 0.24,
    "orion-4.2-think": 0.18,
    "orion-4": 0.10,
    OLD: 0.06,
}

THINKERS = {"orion-4.2-think", "orion-4.2", NEW}

ALPHA = "0123456789abcdefghjkmnpqrstvwxyz"

Plain = random.Random  # for draws beside the main stream
Addresses = Callable[[np.ndarray], list[str]]  # times in, one address for each out
Client = tuple[str | None, str]  # user agent, fingerprint


class Rand(random.Random):
    """random.Random with quicker, equally repeatable draws."""

    def choice(self, seq: Sequence[Any]) -> Any:
        return seq[int(self.random() * len(seq))]

    def randrange(self, a: int, b: int | None = None, step: int = 1) -> int:
        if b is None:
            return int(self.random() * a)
        return a + step * int(self.random() * -((a - b) // step))

    def randint(self, a: int, b: int) -> int:
        return a + int(self.random() * (b - a + 1))
