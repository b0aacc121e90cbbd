"""Dice of one operator at one laboratory: what he decides once, and what differs everywhere.

An operator who works at two laboratories keeps his method, pace, sizes and schedule. His accounts,
their addresses and days, and the wording of his prompts are others. A single number drawn is a
decision of his; numbers drawn by the column, one an account or a request, are the laboratory's.
So are texts, since a wording is drawn as a column of one.
"""

from typing import Any

import numpy as np


class Habits(np.random.Generator):
    """Single values come from the operator's seed, columns from the laboratory's."""

    def __init__(self, operator: int, place: np.random.SeedSequence) -> None:
        super().__init__(np.random.PCG64(place))
        self._operator = operator
        self._own = np.random.default_rng(operator)

    def settled(self, salt: int) -> float:
        """A number that the operator settled once, whatever else was drawn before."""
        return float(np.random.default_rng([self._operator, salt]).random())

    def random(self, size: Any = None, *rest: Any, **more: Any) -> Any:
        """Uniform on [0, 1)."""
        return self._own.random() if size is None else super().random(size, *rest, **more)

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        """Uniform between two bounds."""
        alone = size is None and np.ndim(low) == 0 and np.ndim(high) == 0
        return self._own.uniform(low, high) if alone else super().uniform(low, high, size)

    def integers(self, low: Any, high: Any = None, size: Any = None, **more: Any) -> Any:  # type: ignore[override]
        """Whole numbers from a range."""
        return (
            self._own.integers(low, high, **more)
            if size is None
            else super().integers(low, high, size, **more)
        )

    def choice(self, a: Any, size: Any = None, *rest: Any, **more: Any) -> Any:
        """One of several, or a column of such."""
        return (
            self._own.choice(a, None, *rest, **more)
            if size is None
            else super().choice(a, size, *rest, **more)
        )

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        """Normal."""
        alone = size is None and np.ndim(loc) == 0 and np.ndim(scale) == 0
        return self._own.normal(loc, scale) if alone else super().normal(loc, scale, size)
