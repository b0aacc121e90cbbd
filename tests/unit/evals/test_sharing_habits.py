"""An operator keeps his habits from one laboratory to the next, and nothing else."""

import numpy as np

from stillwatch.evals.habits import Habits


def dice(operator: int, place: int) -> Habits:
    """One operator at one laboratory."""
    return Habits(operator, np.random.SeedSequence(place))


def test_single_values_are_the_operators() -> None:
    """Whatever columns of whatever length were drawn in between."""
    one, other = dice(1, 10), dice(1, 11)
    one.random(5)
    other.normal(0, 1, 50)
    for some in (one, other):
        some.exponential(2.0, 3)
    assert one.uniform(2, 5) == other.uniform(2, 5)
    assert one.integers(100) == other.integers(100)
    assert one.choice(list("abcdef")) == other.choice(list("abcdef"))
    assert one.normal(0, 2) == other.normal(0, 2)
    assert one.settled(7) == other.settled(7) != dice(2, 10).settled(7)
    assert dice(1, 10).random() != dice(2, 10).random()


def test_columns_are_the_laboratorys() -> None:
    """Two operators at one laboratory draw the same columns, one operator at two others."""
    one, other, elsewhere = (dice(*pair).random(20).tolist() for pair in ((1, 5), (2, 5), (1, 6)))
    assert one == other
    assert one != elsewhere
    edges = np.zeros(4), np.ones(4)
    assert dice(1, 5).uniform(*edges).tolist() != dice(1, 6).uniform(*edges).tolist()
