"""How far two samples of prompts are apart."""

import math

import numpy as np
import pyarrow as pa
import pytest

from stillwatch.stats.divergence import LEAST_SAMPLE, mmd_of_subjects, mmd_squared


def prompts(dice: np.random.Generator, count: int, topics: int = 6, world: int = 0) -> np.ndarray:
    """SimHashes of prompts on a few topics: a topic's hash with about four of 64 bits turned."""
    centres = np.random.default_rng(world).integers(-(2**62), 2**62, topics)
    turned = np.zeros(count, np.int64)
    for _ in range(4):
        turned ^= np.int64(1) << dice.integers(0, 63, count)
    return centres[dice.integers(0, topics, count)] ^ turned


def test_the_estimate_is_unbiased() -> None:
    """For two samples of one distribution the mean over many draws is zero within its error.

    It falls below zero about as often as above.
    """
    values = []
    for seed in range(300):
        dice = np.random.default_rng(seed)
        values.append(mmd_squared(prompts(dice, 30), prompts(dice, 40)))
    error = np.std(values) / math.sqrt(len(values))
    assert abs(np.mean(values)) < 3 * error
    assert 0.35 < np.mean(np.array(values) < 0) < 0.75


def test_other_prompts_are_far_apart() -> None:
    """Samples of other topics lie above all that one distribution gives by chance."""
    same, other = [], []
    for seed in range(30):
        dice = np.random.default_rng(seed)
        reference = prompts(dice, 60)
        same.append(mmd_squared(prompts(dice, 60), reference))
        other.append(mmd_squared(prompts(dice, 60, world=1), reference))
    assert min(other) > max(same) + 0.1


def test_one_distribution_narrower_than_the_other_is_seen() -> None:
    """All prompts on one topic of six are not like prompts on all six."""
    dice = np.random.default_rng(1)
    assert mmd_squared(prompts(dice, 60, topics=1), prompts(dice, 60)) > 0.1


def test_it_is_symmetric_and_does_not_mind_order() -> None:
    """Which sample comes first, and how each lies, changes nothing."""
    dice = np.random.default_rng(2)
    x, y = prompts(dice, 20), prompts(dice, 30, world=1)
    assert mmd_squared(x, y) == pytest.approx(mmd_squared(y, dice.permutation(x)))


def test_too_little_gives_no_number() -> None:
    """One prompt has no pair."""
    one, two = np.array([5]), np.array([5, 6])
    assert math.isnan(mmd_squared(one, two))
    assert math.isnan(mmd_squared(two, one))


def sample(subjects: dict[int | None, int]) -> pa.Table:
    """A table of so many prompts a subject; None is the reference."""
    dice = np.random.default_rng(3)
    ids = [subject for subject, count in subjects.items() for _ in range(count)]
    return pa.table(
        {
            "subject_id": pa.array(ids, pa.int64()),
            "simhash": pa.array(prompts(dice, len(ids)), pa.int64()),
            "position": pa.array(range(len(ids)), pa.int64()),
        }
    )


@pytest.mark.parametrize(
    ("subjects", "spoken"),
    [
        ({1: LEAST_SAMPLE, 2: LEAST_SAMPLE - 1, None: 50}, [1]),
        ({-(2**63): LEAST_SAMPLE, 0: LEAST_SAMPLE, None: 50}, [-(2**63), 0]),
        ({1: 100, None: LEAST_SAMPLE - 1}, []),
        ({1: 100}, []),
        ({None: 100}, []),
        ({}, []),
    ],
)
def test_few_prompts_say_nothing(subjects: dict[int | None, int], spoken: list[int]) -> None:
    """A subject of fewer than twenty prompts, or too small a reference, gives no row."""
    found = mmd_of_subjects(sample(subjects))
    assert found.column_names == ["subject_id", "value", "support"]
    assert found.column("subject_id").to_pylist() == spoken
