"""Makes a world of honest people and of campaigns, as logs, with the truth kept beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from stillwatch.evals.assembly import days_of, staged
from stillwatch.evals.campaigns import CampaignPlan, campaign_drafts
from stillwatch.evals.cast import Cast, World, accounts_table, joined_casts
from stillwatch.evals.clients import MODELS, NEW_MODEL, RELEASE_DAYS, clients, profiles
from stillwatch.evals.identifiers import identifiers
from stillwatch.evals.network import network
from stillwatch.evals.personas import honest_drafts
from stillwatch.evals.scene import Draft
from stillwatch.evals.texts import TextPool
from stillwatch.model.inputs import AccountEvent, ModelRelease
from stillwatch.tables.schema import schema_of

__all__ = ["TRUTH", "TRUTH_EXCHANGES", "CampaignPlan", "Traffic", "make_traffic"]

TRUTH = pa.schema(
    [
        ("account_id", pa.string()),
        ("class", pa.string()),
        ("campaign", pa.string()),
        ("role", pa.string()),
        ("is_hostile", pa.bool_()),
        ("look_alike", pa.string()),
    ]
)
TRUTH_EXCHANGES = pa.schema([("exchange_id", pa.string()), ("is_hostile", pa.bool_())])


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Logs as a provider has them, and what is true about them."""

    exchanges: pa.Table  # a chunk a day, in order of time
    accounts: pa.Table
    account_events: pa.Table
    model_releases: pa.Table
    truth: pa.Table  # one row an account
    truth_exchanges: pa.Table  # one row an exchange, in the order of `exchanges`


def make_traffic(
    *,
    seed: int,
    honest_accounts: int,
    days: int,
    start: datetime,
    campaigns: Sequence[CampaignPlan],
    texts: TextPool,
) -> Traffic:
    """Honest traffic of so many accounts and the planned campaigns; equal inputs, equal traffic."""
    honest, hostile, calendar = np.random.SeedSequence(seed).spawn(3)
    world = World(
        seed=seed,
        days=days,
        first_weekday=start.weekday(),
        release=float(np.random.default_rng(calendar).uniform(0.3, 0.6) * days),
        net=network(),
        clients=clients(),
        profiles=profiles(),
    )
    drafts = list(honest_drafts(world, texts, honest_accounts, honest))
    taken = sum(len(draft.cast) for draft in drafts)
    drafts += campaign_drafts(world, texts, campaigns, taken, hostile)
    cast = joined_casts([draft.cast for draft in drafts])
    stage = staged(drafts, cast)
    begin = int(start.timestamp() * 1_000_000)
    exchanges = pa.concat_tables(days_of(stage, texts, world, begin))
    order = np.argsort(stage.at, kind="stable")
    return Traffic(
        exchanges=exchanges,
        accounts=accounts_table(cast, world, begin).sort_by("account_id"),
        account_events=_events(drafts, cast, seed, start),
        model_releases=_releases(world, start),
        truth=_truth(drafts, seed),
        truth_exchanges=pa.table(
            {
                "exchange_id": identifiers("x-", order, seed + 21),
                "is_hostile": pa.array(stage.numbers["hostile"][order] > 0),
            },
            schema=TRUTH_EXCHANGES,
        ),
    )


def _releases(world: World, start: datetime) -> pa.Table:
    days = [*RELEASE_DAYS, 0.0]
    days[NEW_MODEL] = world.release
    rows = [
        {"request_model": model, "released_at": start + timedelta(days=day)}
        for model, day in zip(MODELS, days, strict=True)
    ]
    return pa.Table.from_pylist(rows, schema=schema_of(ModelRelease))


def _events(drafts: Sequence[Draft], cast: Cast, seed: int, start: datetime) -> pa.Table:
    rows, offset = [], 0
    ids = identifiers("acct-", cast.serial, seed)
    for draft in drafts:
        for account, event, at in draft.events:
            rows.append(
                {
                    "account_id": ids[offset + account].as_py(),
                    "event": event,
                    "occurred_at": start + timedelta(microseconds=int(at)),
                }
            )
        offset += len(draft.cast)
    rows.sort(key=lambda row: (row["occurred_at"], row["account_id"]))
    return pa.Table.from_pylist(rows, schema=schema_of(AccountEvent))


def _truth(drafts: Sequence[Draft], seed: int) -> pa.Table:
    parts: Iterator[pa.Table] = (
        pa.table(
            {
                "account_id": identifiers("acct-", draft.cast.serial, seed),
                "class": [draft.label] * len(draft.cast),
                "campaign": [draft.campaign] * len(draft.cast),
                "role": [draft.roles.get(row, draft.role) for row in range(len(draft.cast))],
                "is_hostile": [draft.is_hostile] * len(draft.cast),
                "look_alike": [draft.look_alike] * len(draft.cast),
            },
            schema=TRUTH,
        )
        for draft in drafts
    )
    whole = pa.concat_tables(parts).combine_chunks()
    return whole.sort_by("account_id")
