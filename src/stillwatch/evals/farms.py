"""Says what the provider sees of a campaign's accounts: sign-up, payment, addresses, clients."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from stillwatch.evals.cast import PATHS, PLANS, Cast, Circumstances, World, places, software
from stillwatch.evals.habits import Habits
from stillwatch.evals.hostile.ways import Way
from stillwatch.evals.hostile.work import Care
from stillwatch.evals.identifiers import uniform
from stillwatch.evals.network import Choices, draw_addresses
from stillwatch.evals.rhythm import DAY, HOUR

Ints = np.ndarray[Any, np.dtype[np.int64]]
Reals = np.ndarray[Any, np.dtype[np.float64]]

ROTATING = 0.45  # of the farms that hide


def circumstances(way: Way, care: Care, dice: np.random.Generator) -> Circumstances:
    """What the provider sees of a farm. Everything here is also seen of honest groups."""
    plans = {
        "api": 0.5,
        "subscription": 0.2,
        "free_trial": 0.2,
        "startup_credit": 0.05,
        "education": 0.05,
    }
    path = {"api": 0.8, "aggregator:crossroad": 0.1, "cloud:alto": 0.1}
    if care == "naive":
        sites = ["rack", "tunnel", "cloud", "serverless", "runner", "people"]
        place = str(dice.choice(sites))
        usual = Circumstances(
            card_of=int(dice.integers(2, 13)),
            cardless=float(dice.uniform(0, 0.5)),
            device_of=int(dice.choice([1, 1, 2, 3, 4])),
            place=place,
            client=way.client,
            same_client=bool(dice.random() < 0.7),
            same_profile=bool(dice.random() < 0.7),
            clients=1,
            mail=str(dice.choice(["consumer", "throwaway"])),
            plan=plans,
            path=path,
        )
        return replace(usual, **way.facts)
    usual = Circumstances(
        cardless=float(dice.uniform(0, 0.4)),
        place="people",
        client=way.client if care == "careful" else "mixed",
        clients=int(dice.integers(1, 3)),
        mail=str(dice.choice(["consumer", "own"])),
        plan=plans,
        path=path,
    )
    return replace(usual, **way.facts)


def farmed(
    world: World, way: Way, care: Care, cast: Cast, first: Reals, dice: np.random.Generator
) -> Cast:
    """Sign-up dates, addresses and models of a farm."""
    count = len(cast)
    if way.has_owners:
        return cast
    if care == "naive":
        batch = dice.integers(6, 25)
        lead = dice.exponential(20, count // batch + 1)[np.arange(count) // batch]
        created = (first - lead) * DAY + dice.random(count) * 20 * HOUR - 20 * HOUR
    elif care == "careful":
        created = (first - dice.exponential(80, count) - 1) * DAY
    else:
        created = (first - dice.exponential(150, count) - 1) * DAY
    spots, homes = cast.places, cast.homes
    if "place" not in way.facts:
        spots = _exits(world, care, spots, count, dice)
        if care != "naive" and _settled(world, cast, dice, 79) < ROTATING:
            # Residential proxies that hand every session to another household.
            spots = places(world, "scattered", cast.group, dice)
            homes = np.zeros_like(homes)
    if "plan" not in way.facts:
        cast = _seated(world, care, cast, dice)
    model, moves = cast.model, cast.moves
    if care == "naive" and dice.random() < 0.6:
        model = np.full(count, int(dice.integers(4)))
    if way.on_release:
        moves = world.release + dice.exponential(0.25, count)
        moves = np.where(dice.random(count) < 0.55, moves, moves + dice.uniform(2, 6, count))
    moved = np.full(count, 0.95) if way.on_release else cast.moved
    return replace(
        cast,
        wobble=_wobble(world, care, cast, dice),
        organization=_firms(world, cast),
        created=(created - 6 * HOUR).astype(np.int64),
        places=spots,
        homes=homes,
        model=model,
        moves=moves,
        moved=moved,
    )


def _settled(world: World, cast: Cast, dice: np.random.Generator, salt: int) -> float:
    """A number of the farm's own; an operator who works elsewhere too has it there as well."""
    if isinstance(dice, Habits):
        return dice.settled(salt)
    return float(uniform(cast.serial[:1], world.seed + salt)[0])


def _wobble(world: World, care: Care, cast: Cast, dice: np.random.Generator) -> Reals:
    """Half of those who hide draw parameters anew for each request, all accounts alike."""
    share = {"naive": 0.05, "careful": 0.5, "adaptive": 0.6}[care]
    if _settled(world, cast, dice, 74) >= share:
        return cast.wobble
    return np.full(len(cast), 0.1 + 0.5 * _settled(world, cast, dice, 75))


def _firms(world: World, cast: Cast) -> Ints:
    """A quarter of the farms register as firms, each with a few of the accounts."""
    first = cast.serial[:1]
    if uniform(first, world.seed + 76)[0] >= 0.25:
        return cast.organization
    size = 2 + int(5 * uniform(first, world.seed + 77)[0])
    firm = cast.serial[np.arange(len(cast)) // size * size]
    named = uniform(firm, world.seed + 78) < 0.6
    return np.where(named & (cast.organization < 0), firm, cast.organization)


def _exits(
    world: World, care: Care, spots: Choices, count: int, dice: np.random.Generator
) -> Choices:
    """The addresses of a farm, some of them exits that several accounts use."""
    if care != "naive":
        # residential proxies: mostly lines of one's own, some exits used by several accounts
        pool = draw_addresses(world.net, "home", max(count // 2, 4), dice)
        grid = spots.values.reshape(count, -1).copy()
        grid[:, -1] = np.where(dice.random(count) < 0.5, dice.choice(pool, count), grid[:, -1])
        return Choices.grid(grid)
    if dice.random() < 0.3:
        exits = places(world, "tunnel", np.zeros(max(count // 6, 3), np.int64), dice)
        return Choices.grid(dice.choice(exits.values, (count, 8)))
    return spots


def _seated(world: World, care: Care, cast: Cast, dice: np.random.Generator) -> Cast:
    """Some accounts are seats of a chat plan, called from browsers or what looks like them."""
    share = float(dice.uniform(0, 0.2 if care == "naive" else 0.7))
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
