"""Lists the honest population: who they are, how often they come, and what they look like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from stillwatch.evals.cast import Cast, Circumstances, World, enrol, groups_of
from stillwatch.evals.honest import people
from stillwatch.evals.rhythm import CLIENT_RATE_SIGMA, DAY, Rhythm, beats
from stillwatch.evals.scene import Draft, Scene, Writer
from stillwatch.evals.texts import TextPool

Reals = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """How often and when accounts of one kind send requests."""

    median: float  # requests a day of the middle account
    sigma: float = 1.1  # of the log-normal over accounts
    most: float = 400.0
    turns: float = 3.0
    pause: float = 55.0
    pause_sigma: float = 1.1
    spread: float = 3.2
    weekend: float = 0.8
    even: bool = False
    noise: float = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One kind of honest account."""

    name: str
    share: float
    facts: Circumstances
    habit: Habit
    write: Writer
    look_alike: bool = True
    role: str = "customer"


_ZONES = (0, 1, 1, 2, 3, 5, 8, 8, 9, -3, -5, -5, -6, -8)
SUSPENDED = 0.012
CLOSED = 0.006

_HOME_PLAN = {"subscription": 0.62, "free_trial": 0.28, "api": 0.1}
_CHAT = Habit(median=0.9, sigma=1.25, most=60)
_SERVICE = Habit(median=9, sigma=CLIENT_RATE_SIGMA * 0.75, turns=1.7, pause=2.5, pause_sigma=1.4, spread=6)
_BATCH = Habit(median=14, sigma=1.2, turns=25, pause=3.0, spread=1.2, even=True, weekend=0.5)

PERSONAS: tuple[Persona, ...] = (
    Persona(
        name="casual_chat",
        share=0.40,
        facts=Circumstances(plan=_HOME_PLAN, path={"subscription": 0.8, "api": 0.2},
                            cardless=0.35, card_of=1),  # fmt: skip
        habit=_CHAT,
        write=people.casual,
        look_alike=False,
    ),
    Persona(
        name="student_class",
        share=0.06,
        facts=Circumstances(group=(22, 60), plan={"education": 0.8, "free_trial": 0.2}, cardless=0.8,
                            place="campus", mail="group", batch_hours=30, newcomers=0.4),  # fmt: skip
        habit=Habit(median=1.6, sigma=0.8, most=40),
        write=people.student,
    ),
    Persona(
        name="enterprise_nat",
        share=0.08,
        facts=Circumstances(group=(90, 260), organization=True, card_of=0, place="office",
                            mail="group", plan={"subscription": 0.7, "cloud": 0.3}),  # fmt: skip
        habit=Habit(median=2.4, sigma=1.0, weekend=0.08, most=80),
        write=people.office,
    ),
)


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
    ends, events = _ends(cast, world, dice)
    rhythm = rhythm_of(persona.habit, cast, ends, dice)
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
