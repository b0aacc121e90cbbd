"""How honest classes are registered, and small draws they share."""

from collections.abc import Callable, Iterator

from .dice import Random
from .world import World

Maker = Callable[[World, int], None]
Classes = dict[str, tuple[float, Maker]]


def registrar(classes: Classes) -> Callable[[float], Callable[[Maker], Maker]]:
    """A decorator that files a class under its function's name with a weight."""

    def cls(weight: float) -> Callable[[Maker], Maker]:
        def deco(f: Maker) -> Maker:
            classes[f.__name__] = (weight, f)
            return f

        return deco

    return cls


def human_rate(R: Random, med: float = 5, sig: float = 0.9, cap: float = 70) -> float:
    return min(R.lognormvariate(0, sig) * med, cap)


def days_active(R: Random) -> float:
    return R.choice([0.25, 0.4, 0.6, 0.8, 0.95])


def groups(R: Random, n: int, lo: float, hi: float) -> Iterator[int]:
    while n > 0:
        k = min(n, int(lo * (hi / lo) ** R.random()))
        yield max(k, 1)
        n -= k
