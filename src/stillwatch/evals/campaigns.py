"""Plays campaigns: many accounts work off one list for one operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stillwatch.evals.cast import PATHS, PLANS, Cast, Circumstances, World, enrol, places, software
from stillwatch.evals.honest import people
from stillwatch.evals.hostile import agents, optimisation, reasoning, supervision
from stillwatch.evals.hostile.work import Care, Kind, Work
from stillwatch.evals.network import Choices, draw_addresses
from stillwatch.evals.rhythm import DAY, HOUR, Beats, Rhythm, beats
from stillwatch.evals.scene import Draft, Lines, Scene, Writer, blended
from stillwatch.evals.texts import TextPool
from stillwatch.model.errors import SettingError

Ints = np.ndarray[Any, np.dtype[np.int64]]
Reals = np.ndarray[Any, np.dtype[np.float64]]

KINDS: Mapping[str, Kind] = {
    kind.__name__: kind
    for kind in (
        reasoning.forced_reasoning,
        reasoning.reasoning_reconstruction,
        reasoning.language_coercion,
        reasoning.privilege_spoof,
        reasoning.memory_laundering,
        reasoning.block_replay,
        reasoning.tool_channel_leak,
        reasoning.technique_sweep,
        supervision.rubric_reward,
        supervision.preference_pairs,
        supervision.trace_cleaning,
        supervision.instruction_generation,
        supervision.task_writing,
        supervision.benchmark_sweep,
        supervision.sensitive_rewrite,
        supervision.domain_sweep,
        supervision.language_mirroring,
        agents.vision_harvest,
        agents.agent_trajectories,
        agents.tool_schema_sweep,
        agents.computer_use,
        agents.session_replay,
        agents.environment_rebuild,
        agents.silent_relay,
        agents.harness_identity,
        optimisation.on_policy,
        optimisation.logprob_extraction,
        optimisation.account_farm,
        optimisation.release_pivot,
        optimisation.safeguard_arbitrage,
    )
}
_IN_SESSIONS = frozenset(
    {"agent_trajectories", "harness_identity", "computer_use", "silent_relay", "block_replay"}
)
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
        draft = _campaign(world, pool, plan, number, first_serial, np.random.default_rng(seed))
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
    if plan.kind == "release_pivot":
        start = max(min(plan.start_day, world.release - 2), 0.0)
        plan = replace(plan, start_day=start, days=max(plan.days, world.release + 3 - start))
    cover = plan.cover_share
    if cover is None:
        usual = {"naive": (0.0, 0.05), "careful": (0.1, 0.3), "adaptive": (0.5, 0.9)}
        cover = float(dice.uniform(*usual[plan.care]))
    first, last, events = _waves(plan, world, dice)
    cast = _farmed(
        world,
        plan,
        enrol(
            world, _circumstances(plan, dice), np.zeros(plan.accounts, np.int64), first_serial, dice
        ),
        first,
        dice,
    )
    played = beats(_rhythm(plan, first, last, dice), world.days, world.first_weekday, dice)
    played = _synchronised(plan, played, dice)
    lines = _said(world, pool, plan, cover, cast, played, dice)
    role = {"silent_relay": "relay"}.get(plan.kind, "mixed" if cover >= 0.5 else "distiller")
    return Draft(
        cast=cast,
        beats=played,
        lines=lines,
        label=plan.kind,
        campaign=f"{plan.kind}-{number}",
        role=role,
        is_hostile=True,
        events=events,
    )


def _circumstances(plan: CampaignPlan, dice: np.random.Generator) -> Circumstances:
    """What the provider sees of a farm. Everything here is also seen of honest groups."""
    plans = {
        "api": 0.5,
        "subscription": 0.2,
        "free_trial": 0.2,
        "startup_credit": 0.05,
        "education": 0.05,
    }
    client = "harness" if plan.kind in ("agent_trajectories", "harness_identity") else "sdk"
    path = {"api": 0.8, "aggregator:crossroad": 0.1, "cloud:alto": 0.1}
    if plan.care == "naive":
        sites = ["rack", "tunnel", "cloud", "serverless", "runner", "people"]
        place = str(dice.choice(sites))
        return Circumstances(
            card_of=int(dice.integers(2, 13)),
            cardless=float(dice.uniform(0, 0.5)),
            device_of=int(dice.choice([1, 1, 2, 3, 4])),
            place=place,
            client=client,
            same_client=bool(dice.random() < 0.7),
            same_profile=bool(dice.random() < 0.7),
            clients=1,
            mail=str(dice.choice(["consumer", "throwaway"])),
            plan=plans,
            path=path,
        )
    return Circumstances(
        cardless=float(dice.uniform(0, 0.4)),
        place="people",
        client=client if plan.care == "careful" else "mixed",
        clients=int(dice.integers(1, 3)),
        mail=str(dice.choice(["consumer", "own"])),
        plan=plans,
        path=path,
    )


def _farmed(
    world: World, plan: CampaignPlan, cast: Cast, first: Reals, dice: np.random.Generator
) -> Cast:
    """Sign-up dates, addresses and models of a farm."""
    count = len(cast)
    if plan.care == "naive":
        batch = dice.integers(6, 25)
        lead = dice.exponential(20, count // batch + 1)[np.arange(count) // batch]
        created = (first - lead) * DAY + dice.random(count) * 20 * HOUR - 20 * HOUR
    elif plan.care == "careful":
        created = (first - dice.exponential(80, count) - 1) * DAY
    else:
        created = (first - dice.exponential(150, count) - 1) * DAY
    spots = cast.places
    if plan.care != "naive":
        # residential proxies: mostly lines of one's own, some exits used by several accounts
        pool = draw_addresses(world.net, "home", max(count // 2, 4), dice)
        grid = spots.values.reshape(count, -1).copy()
        grid[:, -1] = np.where(dice.random(count) < 0.5, dice.choice(pool, count), grid[:, -1])
        spots = Choices.grid(grid)
    elif dice.random() < 0.3:
        exits = places(world, "tunnel", np.zeros(max(count // 6, 3), np.int64), dice)
        spots = Choices.grid(dice.choice(exits.values, (count, 8)))
    cast = _seated(world, plan, cast, dice)
    model, moves = cast.model, cast.moves
    if plan.care == "naive" and dice.random() < 0.6:
        model = np.full(count, int(dice.integers(4)))
    if plan.kind == "release_pivot":
        moves = world.release + dice.exponential(0.25, count)
        moves = np.where(dice.random(count) < 0.55, moves, moves + dice.uniform(2, 6, count))
    moved = np.full(count, 0.95) if plan.kind == "release_pivot" else cast.moved
    return replace(
        cast,
        created=(created - 6 * HOUR).astype(np.int64),
        places=spots,
        model=model,
        moves=moves,
        moved=moved,
    )


def _seated(world: World, plan: CampaignPlan, cast: Cast, dice: np.random.Generator) -> Cast:
    """Some accounts are seats of a chat plan, called from browsers or what looks like them."""
    share = float(dice.uniform(0, 0.2 if plan.care == "naive" else 0.7))
    seat = dice.random(len(cast)) < share
    web = software(world, Circumstances(clients=2), cast.group, dice)
    width = int(cast.software.sizes[0])
    grid = cast.software.values.reshape(len(cast), width)
    browsers = web.values.reshape(len(cast), -1)[:, -width:]
    browsers = np.pad(browsers, ((0, 0), (0, width - browsers.shape[1])), mode="edge")
    return replace(
        cast,
        software=Choices.grid(np.where(seat[:, None], browsers, grid)),
        profile=np.where(seat, 0, cast.profile),
        path=np.where(seat, PATHS.index("subscription"), cast.path),
        plan=np.where(seat, PLANS.index("subscription"), cast.plan),
        organization=np.where(dice.random(len(cast)) < 0.2, cast.serial, -1),
    )


def _waves(
    plan: CampaignPlan, world: World, dice: np.random.Generator
) -> tuple[Reals, Reals, list[tuple[int, str, int]]]:
    """First and last day of each account; the banned are followed by others within days."""
    count, end = plan.accounts, plan.start_day + plan.days
    banned = plan.banned_share
    if banned is None:
        usual = {"naive": 0.08, "careful": 0.05, "adaptive": 0.2}
        banned = 0.5 if plan.kind == "account_farm" else usual[plan.care]
    first = plan.start_day + np.abs(dice.normal(0, 0.08 * plan.days, count))
    last = np.full(count, end)
    some = int(banned * count)
    together = plan.start_day + plan.days * dice.uniform(0.3, 0.6)
    apart = plan.start_day + plan.days * dice.uniform(0.15, 0.9, some)
    when = np.full(some, together) if plan.kind == "account_farm" else apart
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


def _rhythm(plan: CampaignPlan, first: Reals, last: Reals, dice: np.random.Generator) -> Rhythm:
    count = plan.accounts
    sigma = {"naive": 0.25, "careful": 0.55, "adaptive": 0.8}[plan.care]
    rate = plan.requests_per_account_day * np.exp(dice.normal(-(sigma**2) / 2, sigma, count))
    if plan.care == "adaptive":
        rate = rate.clip(2, 25)
    turns = float(dice.uniform(1, 5 if plan.care == "adaptive" else 7))
    if plan.kind in _IN_SESSIONS:
        turns = float(dice.uniform(3, 12))
    if plan.care == "naive":
        peak = np.full(count, dice.uniform(0, 24))
        spread = np.full(count, dice.choice([2.0, 5.0, 12.0]))
    else:
        peak = (dice.uniform(0, 24) + 4 * dice.normal(size=count)) % 24
        spread = dice.uniform(3, 8, count)
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


def _synchronised(plan: CampaignPlan, played: Beats, dice: np.random.Generator) -> Beats:
    """A scheduler starts sessions on the tick; who cares adds jitter, which hides it."""
    if plan.care != "naive" and plan.kind != "on_policy":
        return played
    tick = int(dice.choice([5, 10, 15, 30, 60])) * 60_000_000
    if plan.kind == "on_policy":
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
    cover: float,
    cast: Cast,
    played: Beats,
    dice: np.random.Generator,
) -> Lines:
    covers = _covers(played, cover, dice)
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
    said = KINDS[plan.kind](work)
    if said.talks is None:
        said = replace(said, talks=np.full(len(work_rows), plan.care == "adaptive"))
    said = replace(said, hostile=np.ones(len(work_rows), bool))
    if not len(cover_rows):
        return said
    writer = _COVER[int(dice.integers(len(_COVER)))]
    scene = Scene(world=world, pool=pool, cast=cast, beats=played.kept(cover_rows), dice=dice)
    return blended(said, work_rows, writer(scene), cover_rows)


def _covers(played: Beats, cover: float, dice: np.random.Generator) -> np.ndarray[Any, Any]:
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
