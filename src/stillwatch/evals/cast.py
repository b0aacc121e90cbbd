"""Enrols accounts: who shares a card, a device, an office or a sign-up hour with whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa

from stillwatch.evals.clients import Clients, Profiles
from stillwatch.evals.identifiers import identifiers, ranked, uniform
from stillwatch.evals.network import (
    Choices,
    Network,
    door,
    draw_addresses,
    operator_of,
    site,
    written,
)
from stillwatch.evals.network import addresses as addresses_at
from stillwatch.evals.rhythm import DAY, HOUR
from stillwatch.model.inputs import Account
from stillwatch.tables.schema import TIME, schema_of

Ints = np.ndarray[Any, np.dtype[np.int64]]
Reals = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

PLANS = (
    "api",
    "subscription",
    "free_trial",
    "education",
    "startup_credit",
    "research",
    "cloud",
)
VERIFICATIONS = ("none", "email", "phone", "card", "business", "identity")
USES = (
    "",
    "product",
    "evaluation",
    "synthetic_data",
    "annotation",
    "research",
    "reseller",
    "education",
    "personal",
)
PATHS = ("api", "subscription", "cloud:alto", "aggregator:crossroad", "partner:vela")
CONSUMER_MAIL = 14
THROWAWAY_MAIL = 300
FIRM_PLACES = {"cloud": 0.5, "office": 0.28, "serverless": 0.12, "runner": 0.1}
LEASE_DAYS = 9
HOMES = 4
NO_CLIENT = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What accounts of one kind look like to the provider, and what members of a group share."""

    group: tuple[int, int] = (1, 1)  # accounts of one group, from and to
    organization: bool = False  # one organisation a group
    card_of: int = 1  # accounts on one card; 0 is a card for the whole group
    cardless: float = 0.0
    device_of: int = 1
    # people, firm, office, campus, cloud, serverless, runner, tunnel, scattered; a reseller's own
    # few addresses, the same for all who come through it: market, router
    place: str = "people"
    client: str = "web"  # web, sdk, harness, gateway, mixed
    same_client: bool = False  # one client for the whole group
    same_profile: bool = False
    clients: int = 2  # how many different clients one account uses
    mail: str = "consumer"  # consumer, own, group, throwaway
    plan: Mapping[str, float] | None = None
    use: Mapping[str, float] | None = None
    verified: Mapping[str, float] | None = None
    path: Mapping[str, float] | None = None
    age_days: float = 240.0  # mean age of accounts when the window begins
    newcomers: float = 0.12  # share that signs up within the window
    batch_hours: float = 0.0  # above 0: a group signs up within so many hours
    authorized: bool = False
    tinkering: float = 0.02  # share of accounts that send other parameters with each request
    stripped: bool = False  # whoever passes the requests on keeps the client to itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Accounts as arrays of one value each; codes become identifiers when tables are made."""

    serial: Ints
    group: Ints
    member: Ints
    created: Ints  # microseconds from the start of the window; negative is before
    organization: Ints
    card: Ints
    device: Ints
    mail: Ints
    signup: Ints
    plan: Ints
    verification: Ints
    use: Ints
    path: Ints
    authorized: Flags
    profile: Ints
    parts: Ints  # how many sets of parameters its requests come with, as its program has parts
    wobble: Reals  # by how much temperature and ceiling change from request to request; 0: never
    model: Ints
    other_model: Ints
    moves: Reals  # day on which the account turns to the new model; inf is never
    moved: Reals  # share of its requests that then go there
    community: Ints  # whom it shares a public wording with, all strangers; -1 is none
    homes: Ints  # how many of the first addresses are leases of one home
    places: Choices
    software: Choices

    def __len__(self) -> int:
        return len(self.serial)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What all accounts have in common: the internet, the software, the calendar."""

    seed: int
    days: int
    first_weekday: int
    release: float  # day on which the new model comes out
    net: Network
    clients: Clients
    profiles: Profiles


def joined_casts(casts: Sequence[Cast]) -> Cast:
    """All accounts, in the order of the casts."""
    columns: dict[str, Any] = {}
    for field in fields(Cast):
        parts = [getattr(cast, field.name) for cast in casts]
        whole = Choices.joined(parts) if isinstance(parts[0], Choices) else np.concatenate(parts)
        columns[field.name] = whole
    return Cast(**columns)


def groups_of(count: int, sizes: tuple[int, int], dice: np.random.Generator) -> Ints:
    """A group number for each of `count` accounts; groups have between the two sizes."""
    low, high = sizes
    most = count // low + 1
    lengths = dice.integers(low, high + 1, size=most) if high > low else np.full(most, low)
    return np.repeat(np.arange(most), lengths)[:count]


def enrol(
    world: World,
    facts: Circumstances,
    groups: Ints,
    first_serial: int,
    dice: np.random.Generator,
) -> Cast:
    """Accounts of given groups under given circumstances."""
    count = len(groups)
    serial = first_serial + np.arange(count, dtype=np.int64)
    starts = np.searchsorted(groups, groups)
    member = np.arange(count) - starts
    lead = serial[starts]
    card = _shared(serial, lead, member, facts.card_of)
    card = np.where(dice.random(count) < facts.cardless, -1, card)
    profile = world.profiles.draw(count, dice)
    profile = profile[starts] if facts.same_profile else profile
    author = serial[starts] if facts.same_profile else serial
    parts = np.searchsorted(PARTS, uniform(author, world.seed + 71), side="right") + 1
    tinkers = uniform(serial, world.seed + 72) < facts.tinkering
    programs = np.full(count, facts.client != "web")
    moves = world.release + np.abs(dice.normal(0, 9, count)) + dice.exponential(1.5, count)
    return Cast(
        serial=serial,
        group=groups,
        member=member,
        created=_created(world, facts, groups, dice),
        organization=lead if facts.organization else np.full(count, -1, np.int64),
        card=card,
        device=_shared(serial, lead, member, facts.device_of),
        mail=_mail(facts.mail, serial, lead, dice),
        signup=np.full(count, -1, np.int64),
        plan=_coded(PLANS, facts.plan or {"api": 1.0}, count, dice),
        verification=_coded(VERIFICATIONS, facts.verified or _USUAL_CHECKS, count, dice),
        use=_coded(USES, facts.use or {"": 0.8, "product": 0.2}, count, dice),
        path=_coded(PATHS, facts.path or {"api": 1.0}, count, dice),
        authorized=np.full(count, facts.authorized),
        profile=np.where(programs, profile, 0),
        parts=np.where(programs, parts, 1).astype(np.int64),
        wobble=np.where(programs & tinkers, 0.1 + 0.5 * uniform(serial, world.seed + 73), 0.0),
        model=dice.choice(4, size=count, p=[0.46, 0.22, 0.22, 0.10]).astype(np.int64),
        other_model=dice.choice(4, size=count, p=[0.3, 0.3, 0.2, 0.2]).astype(np.int64),
        moves=np.where(dice.random(count) < 0.55, moves, np.inf),
        moved=dice.beta(4, 2, count),
        community=np.full(count, -1, np.int64),
        homes=np.full(count, HOMES if facts.place == "people" else 0, np.int64),
        places=places(world, facts.place, groups, dice),
        software=software(world, facts, groups, dice),
    )


PARTS = (0.6, 0.8, 0.93)  # of programs have one part, up to two, up to three; others four
_USUAL_CHECKS = {"email": 0.3, "phone": 0.25, "card": 0.35, "business": 0.08, "identity": 0.02}


def _shared(serial: Ints, lead: Ints, member: Ints, size: int) -> Ints:
    """One value for the whole group (0), for `size` members each, or for each account (1)."""
    if size == 1:
        return serial
    return lead if size == 0 else lead + member // size * size


def _coded(
    names: Sequence[str], weights: Mapping[str, float], count: int, dice: np.random.Generator
) -> Ints:
    codes = np.array([names.index(name) for name in weights])
    shares = np.array(list(weights.values()), np.float64)
    return np.asarray(dice.choice(codes, size=count, p=shares / shares.sum()), np.int64)


def _created(world: World, facts: Circumstances, groups: Ints, dice: np.random.Generator) -> Ints:
    count = len(groups)
    old = -dice.exponential(facts.age_days, count) * DAY
    new = dice.random(count) * world.days * DAY
    when = np.where(dice.random(count) < facts.newcomers, new, old)
    if facts.batch_hours > 0:
        starts = np.searchsorted(groups, groups)
        when = when[starts] + dice.random(count) * facts.batch_hours * HOUR
    return when.astype(np.int64)


def _mail(kind: str, serial: Ints, lead: Ints, dice: np.random.Generator) -> Ints:
    """Below the first bound a consumer service, below the second a throw-away one, else own."""
    count = len(serial)
    consumer = dice.choice(CONSUMER_MAIL, size=count, p=ranked(CONSUMER_MAIL, 1.0))
    throwaway = CONSUMER_MAIL + dice.choice(
        THROWAWAY_MAIL, size=count, p=ranked(THROWAWAY_MAIL, 0.6)
    )
    own = CONSUMER_MAIL + THROWAWAY_MAIL
    if kind == "group":
        return np.where(dice.random(count) < 0.9, own + lead, consumer).astype(np.int64)
    if kind == "own":
        return np.where(dice.random(count) < 0.7, own + serial, consumer).astype(np.int64)
    if kind == "throwaway":
        return np.where(dice.random(count) < 0.7, throwaway, consumer).astype(np.int64)
    return np.where(dice.random(count) < 0.03, throwaway, consumer).astype(np.int64)


def places(world: World, kind: str, groups: Ints, dice: np.random.Generator) -> Choices:
    """The addresses each account may be seen at."""
    net, count = world.net, len(groups)
    if kind == "people":
        home = operator_of(net, "home", count, dice)
        grid = [addresses_at(net, home, dice) for _ in range(HOMES)]
        carrier = operator_of(net, "mobile", count, dice)
        grid += [addresses_at(net, carrier, dice) for _ in range(3)]
        # work, a friend's sofa, a café: some people are at other lines too
        for column in (4, 5, 6):
            elsewhere = draw_addresses(net, "home", count, dice)
            grid[column] = np.where(dice.random(count) < 0.3, elsewhere, grid[column])
        return Choices.grid(np.stack(grid, axis=1))
    if kind == "firm":
        parts = [places(world, some, groups, dice) for some in FIRM_PLACES]
        part = dice.choice(len(parts), size=count, p=list(FIRM_PLACES.values()))
        return Choices.joined(parts).taken(part * count + np.arange(count))
    if kind in ("office", "campus"):
        exits = 2 if kind == "office" else 4
        sites = {int(g): site(net, kind, exits, dice) for g in np.unique(groups)}
        home = draw_addresses(net, "home", count, dice)
        rows = [
            [*sites[int(g)], *sites[int(g)], *sites[int(g)], h]
            for g, h in zip(groups, home, strict=True)
        ]
        return Choices.of(rows)
    if kind == "household":
        sites = {int(g): site(net, "home", 2, dice) for g in np.unique(groups)}
        roaming = draw_addresses(net, "mobile", count, dice)
        return Choices.of([[*sites[int(g)], m] for g, m in zip(groups, roaming, strict=True)])
    if kind == "rack":
        sites = {int(g): site(net, "cloud", 3, dice) for g in np.unique(groups)}
        return Choices.of([sites[int(g)] for g in groups])
    if kind in ("market", "router"):
        return Choices.grid(np.tile(door(net, kind), (count, 1)))
    width = {"cloud": 2, "serverless": 12, "runner": 40, "tunnel": 9, "scattered": 60}[kind]
    source = {"scattered": "home"}.get(kind, kind)
    operators = operator_of(net, source, count, dice)
    if kind == "scattered":
        return Choices.grid(draw_addresses(net, source, count * width, dice).reshape(count, width))
    return Choices.grid(
        np.stack([addresses_at(net, operators, dice) for _ in range(width)], axis=1)
    )


def software(
    world: World, facts: Circumstances, groups: Ints, dice: np.random.Generator
) -> Choices:
    """The clients each account calls with, its usual one several times."""
    count = len(groups)
    if facts.stripped:
        return Choices.grid(np.full((count, 1), NO_CLIENT))
    kinds = {"mixed": ("sdk", "web", "harness")}.get(facts.client, (facts.client,))
    columns = []
    for place in range(max(facts.clients, 1)):
        kind = kinds[place % len(kinds)]
        some = world.clients.draw(kind, count, dice)
        columns.append(some[np.searchsorted(groups, groups)] if facts.same_client else some)
    usual = [columns[0]] * (3 if facts.clients <= 3 else 1)
    return Choices.grid(np.stack(usual + columns, axis=1))


def accounts_table(cast: Cast, world: World, start: int) -> pa.Table:
    """The accounts as the provider keeps them; `start` is the window's begin, in microseconds."""
    seed = world.seed
    domains = identifiers("", cast.mail, seed).to_pylist()
    names = [
        f"mail-{code}.example" if code < CONSUMER_MAIL else f"{domain[:10]}.example"
        for code, domain in zip(cast.mail.tolist(), domains, strict=True)
    ]
    columns = {
        "account_id": identifiers("acct-", cast.serial, seed),
        "created_at": pa.array(start + cast.created, TIME),
        "organization_id": identifiers("org-", cast.organization, seed + 1),
        "plan": pa.array(PLANS).take(pa.array(cast.plan)),
        "email_domain": pa.array(names, pa.string()),
        "payment_fingerprint": identifiers("pay-", cast.card, seed + 2),
        "device_fingerprint": identifiers("dev-", cast.device, seed + 3),
        "signup_ip": written(cast.signup),
        "verification": pa.array(VERIFICATIONS).take(pa.array(cast.verification)),
        "declared_use": _declared(cast.use),
        "authorized_distillation": pa.array(cast.authorized),
    }
    return pa.table(columns, schema=schema_of(Account))


def _declared(codes: Ints) -> pa.Array[Any]:
    return pa.array([name or None for name in USES], pa.string()).take(pa.array(codes))
