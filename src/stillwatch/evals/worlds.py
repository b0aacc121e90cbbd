"""Which worlds evidence is measured on and judged on: never the same seed or source."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from stillwatch.evals.campaigns import KINDS, CampaignPlan
from stillwatch.evals.hostile.work import Care
from stillwatch.evals.texts import Split, TextPool, folder_texts, own_texts
from stillwatch.evals.traffic import Traffic, make_traffic

START = datetime(2026, 3, 2, tzinfo=UTC)
# Disjoint on purpose; a test holds that no seed is ever used for two of these.
LINK_SEEDS = (101, 102, 103, 104)  # what shared traits are worth
LEARN_SEEDS = (*range(201, 233), *range(301, 313))  # what levels are worth, and how sure sums are
# How good it is: five worlds for each care of the operators; nothing is learnt from these.
JUDGE_SEEDS = tuple(range(4001, 4016))
TWIN_SEED = 4098  # honest accounts alone
QUICK_SEEDS = (3691, 3692, 3693, 3696)  # a short look, so that it uses none of the others up
POOLED_SEEDS = (3901, 3902)  # thresholds, power
LANGUAGE_SEED = 3911
# Pairs of laboratories with the same operators: a pair's two seeds stand side by side.
SKETCH_LEARN_SEEDS = tuple(range(1401, 1449))
SKETCH_SEEDS = tuple(range(1841, 1853))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How large a world is and what is hidden in it."""

    honest_accounts: int = 10_000
    days: int = 7
    campaigns: int = 8
    cares: Sequence[Care] = ("naive", "careful", "adaptive")
    kinds: Sequence[str] = tuple(KINDS)


def texts_for(seed: int, part: Split, folder: str | None) -> TextPool:
    """Texts of one half of the real sources for odd seeds, our own grammar otherwise."""
    return (
        own_texts(seed)
        if folder is None or seed % 2 == 0
        else folder_texts(folder, part, seed=seed)
    )


def make_world(seed: int, position: int, world: World, texts: TextPool) -> Traffic:
    """Honest people and a few campaigns, each with a care, a size and a pace of its own.

    `position` is the world's place among its fellows: together they go through all kinds.
    """
    dice = np.random.default_rng(seed)
    first = position * world.campaigns
    kinds = [world.kinds[(first + i) % len(world.kinds)] for i in range(world.campaigns)]
    plans = [
        CampaignPlan(
            kind=kind,
            accounts=int(dice.integers(50, 90)),
            requests_per_account_day=float(dice.uniform(8, 25)),
            start_day=float(dice.uniform(0, 1)),
            days=float(world.days - 1),
            care=world.cares[int(dice.integers(len(world.cares)))],
        )
        for kind in kinds
    ]
    return make_traffic(
        seed=seed,
        honest_accounts=world.honest_accounts,
        days=world.days,
        start=START,
        campaigns=plans,
        texts=texts,
    )


def worlds(
    seeds: Sequence[int], world: World, part: Split, folder: str | None
) -> Iterator[tuple[int, Traffic]]:
    """One world a seed."""
    for position, seed in enumerate(seeds):
        yield seed, make_world(seed, position, world, texts_for(seed, part, folder))
