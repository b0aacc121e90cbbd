"""Plays campaigns: many accounts work off one list for one operator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stillwatch.evals.cast import Cast, World, enrol
from stillwatch.evals.farms import circumstances, farmed
from stillwatch.evals.habits import Habits
from stillwatch.evals.honest import people
from stillwatch.evals.hostile.ways import KINDS, Way
from stillwatch.evals.hostile.work import Care, Work
from stillwatch.evals.rhythm import DAY, HOUR, Beats, Rhythm, beats, joined_beats
from stillwatch.evals.scene import Draft, Lines, Scene, Writer, blended
from stillwatch.evals.texts import TextPool
from stillwatch.model.errors import SettingError

Ints = np.ndarray[Any, np.dtype[np.int64]]
Reals = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

__all__ = ["KINDS", "CampaignPlan", "campaign_drafts"]

_COVER: tuple[Writer, ...] = (people.casual, people.developer, people.gallery, people.agency)


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignPlan:
    """What one operator is about to do."""

    kind: str
    accounts: int = 60
    requests_per_account_day: float = 20.0
    start_day: float = 0.0
    days: float = 10.0
    care: Care = "naive"
    cover_share: float | None = None  # of requests that are ordinary; None: usual for the care
    banned_share: float | None = None  # of accounts suspended midway and replaced
    operator: int | None = None  # seed of his habits, the same at every laboratory; None: drawn


def campaign_drafts(
    world: World,
    pool: TextPool,
    plans: Sequence[CampaignPlan],
    first_serial: int,
    seeds: np.random.SeedSequence,
) -> list[Draft]:
    """Accounts and requests of each plan; no two campaigns share a wording, a rate or a habit."""
    drafts = []
    for number, (plan, seed) in enumerate(zip(plans, seeds.spawn(len(plans)), strict=True)):
        if plan.kind not in KINDS:
            raise SettingError(
                f"campaign {number}", f"no kind '{plan.kind}'", f"use one of {', '.join(KINDS)}"
            )
        dice = np.random.default_rng(seed) if plan.operator is None else Habits(plan.operator, seed)
        draft = _campaign(world, pool, plan, number, first_serial, dice)
        first_serial += len(draft.cast)
        drafts.append(draft)
    return drafts


def _campaign(
    world: World,
    pool: TextPool,
    plan: CampaignPlan,
    number: int,
    first_serial: int,
    dice: np.random.Generator,
) -> Draft:
    way = KINDS[plan.kind]
    if way.on_release:
        start = max(min(plan.start_day, world.release - 2), 0.0)
        plan = replace(plan, start_day=start, days=max(plan.days, world.release + 3 - start))
    cover = plan.cover_share
    if cover is None:
        usual = {"naive": (0.0, 0.05), "careful": (0.1, 0.3), "adaptive": (0.5, 0.9)}
        cover = float(dice.uniform(*(way.cover_share or usual[plan.care])))
    first, last, events = _waves(way, plan, world, dice)
    facts = circumstances(way, plan.care, dice)
    cast = enrol(world, facts, np.zeros(plan.accounts, np.int64), first_serial, dice)
    cast = farmed(world, way, plan.care, cast, first, dice)
    if way.has_owners:
        played, covers = _beside_owners(way, plan, cover, last, world, dice)
    else:
        played = beats(_rhythm(way, plan, first, last, dice), world.days, world.first_weekday, dice)
        played = _synchronised(way, plan, played, dice)
        covers = _covers(played, cover, dice)
    lines = _said(world, pool, plan, covers, cast, played, dice)
    return Draft(
        cast=cast,
        beats=played,
        lines=lines,
        label=plan.kind,
        campaign=f"{plan.kind}-{number}",
        role=way.role or ("mixed" if cover >= 0.5 else "distiller"),
        is_hostile=True,
        events=events,
    )


def _beside_owners(
    way: Way,
    plan: CampaignPlan,
    cover: float,
    last: Reals,
    world: World,
    dice: np.random.Generator,
) -> tuple[Beats, Flags]:
    """Work that sets in midway, beside what the accounts' owners go on doing all the time.

    Which requests are the owners' comes second. A key that is not used is not seen to be stolen,
    so accounts without work send nothing at all.
    """
    count = plan.accounts
    taken = plan.start_day + plan.days * dice.uniform(0.3, 0.55)
    first = taken + np.abs(dice.normal(0, 0.04 * plan.days, count))
    work = _rhythm(way, plan, first, last, dice)
    busy = work.per_day * (last - first).clip(0) / last.clip(1)
    theirs = Rhythm(
        per_day=cover / (1 - cover) * busy,
        turns=3.0,
        pause=50.0,
        pause_sigma=1.1,
        peak=dice.uniform(0, 24, count),
        spread=np.full(count, 3.5),
        weekend=np.full(count, 0.7),
        first=np.zeros(count),
        last=last,
    )
    played = _synchronised(way, plan, beats(work, world.days, world.first_weekday, dice), dice)
    own = beats(theirs, world.days, world.first_weekday, dice)
    own = own.kept(np.isin(own.account, played.account))
    return joined_beats([played, own]), np.arange(len(played) + len(own)) >= len(played)


def _waves(
    way: Way, plan: CampaignPlan, world: World, dice: np.random.Generator
) -> tuple[Reals, Reals, list[tuple[int, str, int]]]:
    """First and last day of each account; the banned are followed by others within days."""
    count, end = plan.accounts, plan.start_day + plan.days
    banned = plan.banned_share
    if banned is None:
        usual = {"naive": 0.08, "careful": 0.05, "adaptive": 0.2}
        banned = usual[plan.care] if way.banned_share is None else way.banned_share
    first = plan.start_day + np.abs(dice.normal(0, 0.08 * plan.days, count))
    last = np.full(count, end)
    some = int(banned * count)
    together = plan.start_day + plan.days * dice.uniform(0.3, 0.6)
    apart = plan.start_day + plan.days * dice.uniform(0.15, 0.9, some)
    when = np.full(some, together) if way.banned_together else apart
    last[:some] = when + dice.uniform(0, 0.2, some)
    heirs = slice(count - some, count)
    if some:
        first[heirs] = last[:some] + dice.exponential(0.6, some)
    events = [
        (row, "suspended", int(last[row] * DAY))
        for row in range(some)
        if last[row] < min(world.days, end)
    ]
    return first, last, events


def _rhythm(
    way: Way, plan: CampaignPlan, first: Reals, last: Reals, dice: np.random.Generator
) -> Rhythm:
    count = plan.accounts
    sigma = {"naive": 0.25, "careful": 0.55, "adaptive": 0.8}[plan.care]
    usual = plan.requests_per_account_day * way.pace
    rate = usual * np.exp(dice.normal(-(sigma**2) / 2, sigma, count))
    if plan.care == "adaptive":
        rate = rate.clip(2, 25 * way.pace)
    turns = float(dice.uniform(1, 5 if plan.care == "adaptive" else 7))
    if way.in_sessions:
        turns = float(dice.uniform(3, 12))
    if plan.care == "naive":
        peak = np.full(count, dice.uniform(0, 24))
        spread = np.full(count, dice.choice([2.0, 5.0, 12.0]))
    else:
        peak = (dice.uniform(0, 24) + 4 * dice.normal(size=count)) % 24
        spread = dice.uniform(3, 8, count)
    if way.round_the_clock:
        turns, spread = 1.5, np.full(count, 14.0)
    return Rhythm(
        per_day=rate,
        turns=turns,
        pause=float(dice.uniform(4, 40)),
        pause_sigma=float(dice.uniform(0.5, 1.3)),
        peak=peak,
        spread=spread,
        weekend=np.full(count, dice.uniform(0.6, 1.0)),
        first=first,
        last=last,
        even=bool(dice.random() < 0.4),
        noise=0.35 if plan.care == "naive" else 0.7,
    )


def _synchronised(way: Way, plan: CampaignPlan, played: Beats, dice: np.random.Generator) -> Beats:
    """A scheduler starts sessions on the tick; who cares adds jitter, which hides it."""
    if plan.care != "naive" and not way.in_step:
        return played
    tick = int(dice.choice([5, 10, 15, 30, 60])) * 60_000_000
    if way.in_step:
        tick = int(dice.uniform(2, 6) * HOUR)
    begins = (
        played.at[np.flatnonzero(np.r_[True, played.session[1:] != played.session[:-1]])]
        if len(played)
        else played.at
    )
    which = np.unique(played.session, return_inverse=True)[1]
    late = np.minimum(dice.integers(0, 40_000_000, len(begins)), begins % tick)
    shift = (late - begins % tick)[which]
    return replace(played, at=np.maximum(played.at + shift, 0))


def _said(
    world: World,
    pool: TextPool,
    plan: CampaignPlan,
    covers: Flags,
    cast: Cast,
    played: Beats,
    dice: np.random.Generator,
) -> Lines:
    way = KINDS[plan.kind]
    work_rows, cover_rows = np.flatnonzero(~covers), np.flatnonzero(covers)
    scene = Scene(world=world, pool=pool, cast=cast, beats=played.kept(work_rows), dice=dice)
    order = np.argsort(np.argsort(scene.beats.at, kind="stable"), kind="stable")
    work = Work(
        scene=scene,
        care=plan.care,
        order=order.astype(np.int64),
        start=plan.start_day,
        days=plan.days,
    )
    said = way.write(work)
    if said.talks is None:
        said = replace(said, talks=np.full(len(work_rows), plan.care == "adaptive"))
    said = replace(said, hostile=np.ones(len(work_rows), bool))
    if not len(cover_rows):
        return said
    writer = way.cover or _COVER[int(dice.integers(len(_COVER)))]
    scene = Scene(world=world, pool=pool, cast=cast, beats=played.kept(cover_rows), dice=dice)
    return blended(said, work_rows, writer(scene), cover_rows)


def _covers(played: Beats, cover: float, dice: np.random.Generator) -> Flags:
    """Which requests are cover: whole sessions, and never all of an account's."""
    session, first, row = np.unique(played.session, return_index=True, return_inverse=True)
    account = played.account[first]
    order = np.lexsort((dice.random(len(session)), account))
    begins = np.searchsorted(account[order], account[order])
    place = np.empty(len(session), np.int64)
    place[order] = np.arange(len(session)) - begins
    count = np.bincount(account, minlength=int(account.max(initial=0)) + 1)
    wanted = (1 - cover) * count
    works = np.maximum(np.floor(wanted + dice.random(len(count))), 1)
    return np.asarray((place >= works[account])[row])
