"""Gathers strangers into communities that share a public wording, and keeps them strangers.

Now and then a community is alike in one more respect by chance: one model, a few weeks of
sign-ups, or much the same volume. Campaigns are too, so no such likeness may decide alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from stillwatch.evals.cast import USES, Cast, World
from stillwatch.evals.honest.persona import Community, Habit
from stillwatch.evals.rhythm import DAY, Rhythm

Ints = np.ndarray[Any, np.dtype[np.int64]]

SMALLEST, LARGEST = 15, 120  # accounts of one community
ALIKE = 0.15  # chance of each likeness, for each community


def communities_of(count: int, dice: np.random.Generator) -> Ints:
    """A community for each of `count` accounts: one to three, more where they would be too large.

    None is smaller or larger than the bounds, except that few accounts are one small community.
    """
    low = max(1, -(-count // LARGEST))
    high = max(low, min(low + 2, count // SMALLEST))
    number = int(dice.integers(low, high + 1))
    if number == 1:
        return np.zeros(count, np.int64)
    weights = dice.dirichlet(np.full(number, 1.5))
    sizes = np.full(number, SMALLEST)
    for _ in range(count - SMALLEST * number):
        room = np.where(sizes < LARGEST, weights, 0.0) + 1e-9 * (sizes < LARGEST)
        sizes[int(dice.choice(number, p=room / room.sum()))] += 1
    return np.asarray(dice.permutation(np.repeat(np.arange(number), sizes)), np.int64)


def gathered(cast: Cast, facts: Community, world: World, dice: np.random.Generator) -> Cast:
    """The same accounts as members of communities, some with what came with the wording."""
    count = len(cast)
    community = communities_of(count, dice)
    number = int(community.max()) + 1
    default = world.profiles.draw(number, dice)[community]
    takes = dice.random(count) < facts.own_profile
    declares = cast.use == USES.index("synthetic_data")
    cast = replace(
        cast,
        community=community,
        profile=np.where(takes & (cast.profile > 0), default, cast.profile),
        authorized=declares & (dice.random(count) < facts.authorized),
    )
    cast = _own_client(cast, facts.own_client, world, dice)
    for code in range(number):
        mine = community == code
        if dice.random() < ALIKE:
            cast = _one_model(cast, mine, dice)
        if dice.random() < ALIKE:
            cast = _signed_up_together(cast, mine, world, dice)
    return cast


def _own_client(cast: Cast, share: float, world: World, dice: np.random.Generator) -> Cast:
    """Some call with the client that the wording came with, each in a version of its own."""
    agents = world.clients.agents.to_pylist()
    families = np.array([agent.split("/")[0] for agent in agents])
    takes = dice.random(len(cast)) < share
    width = int(cast.software.sizes[0])
    grid = cast.software.values.reshape(len(cast), width).copy()
    for code in range(int(cast.community.max()) + 1):
        mine = np.flatnonzero(cast.community == code)
        versions = np.flatnonzero(families == families[grid[mine[0], 0]])
        some = mine[takes[mine]]
        grid[some] = dice.choice(versions, size=len(some))[:, None]
    return replace(cast, software=type(cast.software).grid(grid))


def _one_model(cast: Cast, mine: Any, dice: np.random.Generator) -> Cast:
    """The wording came with a model set, and nobody changed it."""
    model = int(dice.integers(4))
    return replace(
        cast,
        model=np.where(mine, model, cast.model),
        other_model=np.where(mine, model, cast.other_model),
        moves=np.where(mine, np.inf, cast.moves),
    )


def _signed_up_together(cast: Cast, mine: Any, world: World, dice: np.random.Generator) -> Cast:
    """Much was written about it for a few weeks, and people came to try it."""
    end = dice.uniform(-40, world.days - 1)
    when = (end - dice.uniform(8, 24) * dice.random(len(cast))) * DAY
    return replace(cast, created=np.where(mine, when.astype(np.int64), cast.created))


def paced(
    rhythm: Rhythm,
    facts: Community,
    habit: Habit,
    cast: Cast,
    days: int,
    dice: np.random.Generator,
) -> Rhythm:
    """Each account's own weeks: begins late, stops early, runs at night, rests at weekends."""
    count = len(cast)
    per_day = rhythm.per_day.copy()
    for code in range(int(cast.community.max()) + 1):
        mine = np.flatnonzero(cast.community == code)
        if dice.random() < ALIKE:
            level = habit.median * dice.uniform(1, 3)
            per_day[mine] = level * np.exp(dice.normal(0, 0.12, len(mine)))
    nightly = dice.random(count) < facts.nightly
    hour = dice.integers(24, size=count) + 0.5 * dice.random(count)
    late = np.where(dice.random(count) < 0.25, dice.random(count) * days, 0.0)
    first = np.maximum(rhythm.first, late)
    stay = np.where(dice.random(count) < 0.2, 0.5 + days * dice.random(count), np.inf)
    return replace(
        rhythm,
        per_day=per_day,
        peak=np.where(nightly, hour, rhythm.peak),
        spread=np.where(nightly, 0.2, rhythm.spread * np.exp(dice.normal(0, 0.4, count))),
        weekend=(rhythm.weekend * np.exp(dice.normal(-0.2, 0.7, count))).clip(0, 1.2),
        first=first,
        last=np.minimum(rhythm.last, first + stay),
    )
