"""Evidence whose worth is known, because it was thrown with dice."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from fakes import detector_card
from stillwatch.evals.fit import (
    Examples,
    learn_levels,
)
from stillwatch.model.evidence import LevelBits

WORLDS = 6
# How often each level is reached: by attacks, by honest subjects.
Shares = Sequence[tuple[float, float]]
TELLING: Shares = ((0.1, 0.6), (0.1, 0.3), (0.8, 0.1))
EMPTY: Shares = ((0.5, 0.5), (0.25, 0.25), (0.25, 0.25))
TURNED: Shares = ((0.6, 0.1), (0.3, 0.1), (0.1, 0.8))
FALLING: Shares = ((0.2, 0.6), (0.7, 0.1), (0.1, 0.3))  # level 2 speaks less than level 1


def planted(
    shares: Mapping[str, Shares],
    seed: int = 1,
    count: int = 1_200,
    like: Mapping[str, str] | None = None,
) -> Examples:
    """Half attacks, half honest; detectors are independent but for those that are `like` another.

    Silence makes no entry for accounts and level 0 for clusters; both must mean the same.
    """
    dice = np.random.default_rng(seed)
    attacks = np.arange(count) % 2 == 0
    drawn = {}
    for name, share in shares.items():
        both = np.empty(count, np.int64)
        for side, mine in enumerate((attacks, ~attacks)):
            chances = [each[side] for each in share]
            both[mine] = dice.choice(len(chances), size=mine.sum(), p=chances)
        drawn[name] = both.tolist()
    drawn |= {name: drawn[other] for name, other in (like or {}).items()}
    found = Examples()
    for subject in range(count):
        said = {name: levels[subject] for name, levels in drawn.items()}
        if subject % 3:
            said = {name: level for name, level in said.items() if level}
        found.add(said, attacks=subject % 2 == 0, world=(subject + subject // WORLDS) % WORLDS)
    return found


def bits_of(level: Sequence[LevelBits]) -> dict[tuple[str, int], float]:
    """Bits by detector and level."""
    return {(one.detector, one.level): one.bits for one in level}


def learnt(examples: Examples, *names: str, **families: str) -> dict[tuple[str, int], float]:
    """Bits of detectors with two levels, each of a family of its own or of the one named."""
    cards = [detector_card(name, bands=[0.5, 0.8], family=families.get(name, name))
             for name in names]  # fmt: skip
    return bits_of(learn_levels("cluster", examples, cards))


def beside_silence(shares: Shares, level: int) -> float:
    """By how many bits a level speaks more for an attack than silence does."""
    (attack, honest), (silent_attack, silent_honest) = shares[level], shares[0]
    return math.log2(attack / honest) - math.log2(silent_attack / silent_honest)


def by_author(*parts: tuple[str, Examples]) -> Examples:
    """The same subjects, each part written by somebody else."""
    found = Examples()
    for author, part in parts:
        for levels, attacks, world in zip(part.levels, part.truth, part.world, strict=True):
            found.add(levels, attacks=attacks, world=world, author=author)
    return found
