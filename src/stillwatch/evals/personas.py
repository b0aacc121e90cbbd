"""Plays the honest population: enrols each persona's accounts and lets them write."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from stillwatch.evals.cast import Cast, World, enrol, groups_of
from stillwatch.evals.honest.businesses import BUSINESSES
from stillwatch.evals.honest.communities import gathered, paced
from stillwatch.evals.honest.frameworks import FRAMEWORKS
from stillwatch.evals.honest.look_alikes import LOOK_ALIKES
from stillwatch.evals.honest.persona import Habit, Persona
from stillwatch.evals.honest.population import PEOPLE
from stillwatch.evals.rhythm import DAY, Rhythm, beats
from stillwatch.evals.scene import Draft, Scene
from stillwatch.evals.texts import TextPool

Reals = np.ndarray[Any, np.dtype[np.float64]]


PERSONAS: tuple[Persona, ...] = (*PEOPLE, *BUSINESSES, *LOOK_ALIKES, *FRAMEWORKS)
_ZONES = (0, 1, 1, 2, 3, 5, 8, 8, 9, -3, -5, -5, -6, -8)
SUSPENDED = 0.012
CLOSED = 0.006


def honest_drafts(
    world: World, pool: TextPool, accounts: int, seeds: np.random.SeedSequence
) -> Iterator[Draft]:
    """Each persona's accounts and requests; the personas' shares are of all honest accounts."""
    total = sum(persona.share for persona in PERSONAS)
    first = 0
    for persona, seed in zip(PERSONAS, seeds.spawn(len(PERSONAS)), strict=True):
        dice = np.random.default_rng(seed)
        count = max(round(accounts * persona.share / total), 1)
        groups = groups_of(count, persona.facts.group, dice)
        cast = enrol(world, persona.facts, groups, first, dice)
        yield _draft(world, pool, persona, cast, dice)
        first += count


def _draft(
    world: World, pool: TextPool, persona: Persona, cast: Cast, dice: np.random.Generator
) -> Draft:
    if persona.community is not None:
        cast = gathered(cast, persona.community, world, dice)
    ends, events = _ends(cast, world, dice)
    rhythm = rhythm_of(persona.habit, cast, ends, dice)
    if persona.community is not None:
        rhythm = paced(rhythm, persona.community, persona.habit, cast, world.days, dice)
    if persona.on_release:
        begin = np.maximum(world.release + dice.exponential(0.5, len(cast)), cast.created / DAY)
        stay = dice.exponential(2.0, len(cast)) + 0.5
        rhythm = replace(rhythm, first=begin, last=np.minimum(ends, begin + stay))
        cast = replace(cast, moves=begin)
    played = beats(rhythm, world.days, world.first_weekday, dice)
    scene = Scene(world=world, pool=pool, cast=cast, beats=played, dice=dice)
    return Draft(
        cast=cast,
        beats=played,
        lines=persona.write(scene),
        label=persona.name,
        role=persona.role,
        look_alike=persona.name if persona.look_alike else None,
        events=events,
    )


def rhythm_of(habit: Habit, cast: Cast, ends: Reals, dice: np.random.Generator) -> Rhythm:
    """The rhythm of each account; groups live in one zone."""
    count = len(cast)
    starts = np.searchsorted(cast.group, cast.group)
    zone = dice.choice(np.array(_ZONES), size=count)[starts]
    local = 14 + 3.0 * dice.normal(size=count)
    per_day = habit.median * np.exp(dice.normal(0, habit.sigma, count))
    return Rhythm(
        per_day=np.minimum(per_day, habit.most),
        turns=habit.turns,
        pause=habit.pause,
        pause_sigma=habit.pause_sigma,
        peak=(local - zone) % 24,
        spread=np.full(count, habit.spread),
        weekend=np.full(count, habit.weekend),
        first=(cast.created / DAY).clip(0),
        last=ends,
        even=habit.even,
        noise=habit.noise,
    )


def _ends(
    cast: Cast, world: World, dice: np.random.Generator
) -> tuple[Reals, list[tuple[int, str, int]]]:
    """Honest accounts end too: for fraud or a debt that is not ours to judge, or by choice."""
    chance, when = dice.random(len(cast)), dice.random(len(cast)) * world.days
    ends = np.where(chance < SUSPENDED + CLOSED, when, np.inf)
    events = [
        (int(row), "suspended" if chance[row] < SUSPENDED else "closed", int(when[row] * DAY))
        for row in np.flatnonzero(np.isfinite(ends))
    ]
    return ends, events
