"""Says how many canaries are needed at what uptake, by playing the test itself many times."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from stillwatch.verifier.canary import p_of, stakes, surprise
from stillwatch.verifier.randomisation import Floats, wealth

MOST_CANARIES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One question to the calculator.

    `uptake` is the share of replies ("spread") or of canaries ("learnt") in which the suspect
    repeats the served variant. `taste` is how even its own preferences are: near 0 it knows one
    variant a canary, far above the number of variants all alike. `names` is over how many
    accounts and campaigns Holm's correction runs.
    """

    canaries: int = 40
    variants: int = 16
    replies: int = 5
    uptake: float = 0.1
    how: Literal["spread", "learnt"] = "spread"
    other: float = 0.3  # share of replies that show no variant
    taste: float = 1.5
    names: int = 1
    alpha: float = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """How often the test would find it, with the standard error of the simulation."""

    by_p: float
    by_e: float  # with optional stopping
    simulations: int
    canaries_until_stop: float | None  # median over those that stopped

    @property
    def standard_error(self) -> float:
        """Of `by_p`."""
        return float(np.sqrt(self.by_p * (1 - self.by_p) / self.simulations))


def play(setting: Setting, dice: np.random.Generator) -> tuple[list[tuple[int, ...]], list[int]]:
    """Replies of one made-up suspect: how often each variant was shown, and what was drawn."""
    counts, drawn = [], []
    for _ in range(setting.canaries):
        own = dice.dirichlet(np.full(setting.variants, setting.taste / setting.variants))
        real = int(dice.integers(setting.variants))
        chance = setting.uptake
        if setting.how == "learnt":
            chance = 0.9 if dice.random() < setting.uptake else 0.0
        repeated = int(dice.binomial(setting.replies, chance))
        own_replies = int(dice.binomial(setting.replies - repeated, 1 - setting.other))
        shown = dice.multinomial(own_replies, own)
        shown[real] += repeated
        counts.append(tuple(shown.tolist()))
        drawn.append(real)
    return counts, drawn


def judged(counts: Sequence[tuple[int, ...]], drawn: Sequence[int]) -> tuple[float, Floats]:
    """The p-value and the e-process of one suspect."""
    bets = [stakes(one) for one in counts]
    return p_of(counts, [surprise(one) for one in bets], drawn), wealth(bets, drawn)


def power(setting: Setting, seed: int, simulations: int = 400) -> Power:
    """The share of made-up suspects that the test finds."""
    by_p, stops = 0, []
    for counts, drawn in _suspects(setting, seed, simulations):
        p_value, held = judged(counts, drawn)
        by_p += p_value <= setting.alpha / setting.names
        reached = np.flatnonzero(held >= setting.names / setting.alpha)
        if len(reached):
            stops.append(int(reached[0]) + 1)
    return Power(
        by_p=by_p / simulations,
        by_e=len(stops) / simulations,
        simulations=simulations,
        canaries_until_stop=float(np.median(stops)) if stops else None,
    )


def canaries_needed(
    setting: Setting, wanted: float, seed: int, simulations: int = 200
) -> int | None:
    """The fewest canaries, to about a tenth, with which the test reaches the wanted power."""
    few, many = 0, 8
    while power(replace(setting, canaries=many), seed, simulations).by_p < wanted:
        few, many = many, many * 2
        if many > MOST_CANARIES:
            return None
    while many - few > max(1, many // 10):
        middle = (few + many) // 2
        if power(replace(setting, canaries=middle), seed, simulations).by_p < wanted:
            few = middle
        else:
            many = middle
    return many


def _suspects(
    setting: Setting, seed: int, simulations: int
) -> Iterator[tuple[list[tuple[int, ...]], list[int]]]:
    dice = np.random.default_rng(seed)
    return (play(setting, dice) for _ in range(simulations))
