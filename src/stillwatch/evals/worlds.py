"""Which worlds evidence is measured on, and which it is judged on: never the same seed or source."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from stillwatch.evals.campaigns import KINDS, CampaignPlan
from stillwatch.evals.texts import TextPool, folder_texts, own_texts
from stillwatch.evals.traffic import Traffic, make_traffic

START = datetime(2026, 3, 2, tzinfo=UTC)
LEARN_SEEDS = (101, 102, 103, 104)
FIT_SEEDS = (201, 202)
JUDGE_SEEDS = (901, 902)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How large a world is and what is hidden in it."""

    honest_accounts: int = 8_000
    days: int = 7
    cares: Sequence[str] = ("naive", "careful")
    kinds: Sequence[str] = tuple(KINDS)


def texts_for(seed: int, part: str, folder: str | None) -> TextPool:
    """Real texts of one half of the sources when there is a folder, our own grammar otherwise."""
    return own_texts(seed) if folder is None else folder_texts(folder, part)


def make_world(seed: int, world: World, texts: TextPool) -> Traffic:
    """Honest people and one campaign of every kind, each with a care, a size and a pace of its own."""
    dice = np.random.default_rng(seed)
    plans = [
        CampaignPlan(
            kind=kind,
            accounts=int(dice.integers(50, 90)),
            requests_per_account_day=float(dice.uniform(8, 25)),
            start_day=float(dice.uniform(0, 1)),
            days=float(world.days - 1),
            care=world.cares[int(dice.integers(len(world.cares)))],
        )
        for kind in world.kinds
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
    seeds: Sequence[int], world: World, part: str, folder: str | None
) -> Iterator[tuple[int, Traffic]]:
    """One world a seed."""
    for seed in seeds:
        yield seed, make_world(seed, world, texts_for(seed, part, folder))
