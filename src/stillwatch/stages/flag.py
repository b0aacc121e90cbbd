"""Finds the exchanges that carry evidence themselves, among those of flagged accounts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.catalog.load import Catalog
from stillwatch.model.cards import DetectorCard, LinkCard
from stillwatch.model.findings import FlaggedExchange
from stillwatch.tables.query import Limits, Query, run
from stillwatch.tables.schema import schema_of

CONTENT = "content"
LEAST_SHARE_OF_MEMBERS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What to look for in the exchanges of each flagged account."""

    accounts: pa.Table  # account_id (key), campaign (position, -1 for none)
    campaigns: tuple[str, ...]  # campaign ids by position
    techniques: Mapping[str, tuple[str, ...]]  # technique → marker columns that speak for it
    bits: Mapping[str, float]  # technique → what a marked exchange is worth
    work: Mapping[str, pa.Array]  # key column → traits that campaigns share


def markers_of(card: DetectorCard, markers: Sequence[str]) -> tuple[str, ...]:
    """The marker columns whose counts a detector's query reads."""
    read = set(re.findall(r"\b(\w+)_count\b", card.query))
    return tuple(f"is_{marker}" for marker in markers if marker in read)


def marked(
    members: pa.Table,
    trait: pa.Table,
    cluster_of: Mapping[str, int],
    flagged: Mapping[int, str | None],
    catalog: Catalog,
    kinds: Mapping[int, LinkCard],
    limits: Limits,
) -> Marked:
    """Prepare the search: campaigns' shared templates, and the markers of each technique.

    `flagged` maps account keys to their campaign id or None.
    """
    campaigns = tuple(cluster_of)
    position = {id_: at for at, id_ in enumerate(campaigns)}
    ids = [marker.id for marker in catalog.markers]
    techniques: dict[str, tuple[str, ...]] = {}
    for card in catalog.detectors:
        if card.family == CONTENT and (columns := markers_of(card, ids)):
            techniques[card.technique] = tuple(
                dict.fromkeys((*techniques.get(card.technique, ()), *columns))
            )
    worth = {
        entry.detector: entry.bits for entry in catalog.bits.level if entry.subject == "exchange"
    }
    bits = {card.technique: worth[card.id] for card in catalog.detectors if card.id in worth}
    return Marked(
        accounts=pa.table(
            {
                "account_id": pa.array(list(flagged), pa.int64()),
                "campaign": pa.array(
                    [position.get(c, -1) if c else -1 for c in flagged.values()], pa.int32()
                ),
            }
        ),
        campaigns=campaigns,
        techniques=techniques,
        bits=bits,
        work=_work(members, trait, cluster_of, kinds, limits),
    )


def _work(
    members: pa.Table,
    trait: pa.Table,
    cluster_of: Mapping[str, int],
    kinds: Mapping[int, LinkCard],
    limits: Limits,
) -> dict[str, pa.Array]:
    """Traits of content kinds that a fair share of a campaign's accounts have."""
    wanted = pa.table({"cluster_id": pa.array(list(cluster_of.values()), pa.int64())})
    content = pa.table(
        {
            "kind_id": pa.array(
                [k for k, c in kinds.items() if c.column and c.family == CONTENT], pa.int32()
            )
        }
    )
    query = Query(
        name="work",
        key=("kind_id", "trait_id"),
        sql=f"""
        with size as (
            select m.cluster_id, count(*) as account_count
            from members m join wanted w on w.cluster_id = m.cluster_id group by m.cluster_id
        )
        select distinct kind_id, trait_id from (
            select s.cluster_id, t.kind_id, t.trait_id
            from trait t
            join content c on c.kind_id = t.kind_id
            join members m on m.account_id = t.account_id
            join size s on s.cluster_id = m.cluster_id
            group by s.cluster_id, s.account_count, t.kind_id, t.trait_id
            having count(*) >= greatest(3, {LEAST_SHARE_OF_MEMBERS} * s.account_count)
        )
        """,
    )
    tables = {"members": members, "trait": trait, "wanted": wanted, "content": content}
    found = run(tables, [query], limits)["work"]
    work = {}
    for kind in found.column("kind_id").unique().to_pylist():
        chosen = found.filter(pc.equal(found.column("kind_id"), kind))
        work[str(kinds[kind].column)] = chosen.column("trait_id").combine_chunks()
    return work


def flag_exchanges(exchanges: pa.Table, look_for: Marked, names: Mapping[int, str]) -> pa.Table:
    """The exchanges of one day that carry evidence: a marker, or a template of their campaign."""
    account = exchanges.column("account_id")
    exchanges = exchanges.filter(pc.is_in(account, look_for.accounts.column("account_id")))
    count = len(exchanges)
    where = pc.index_in(exchanges.column("account_id"), look_for.accounts.column("account_id"))
    campaign = look_for.accounts.column("campaign").take(where).to_numpy()
    evident = np.zeros(count, np.bool_)
    for column, traits in look_for.work.items():
        if column in exchanges.column_names:
            hit = pc.is_in(exchanges.column(column), traits).to_numpy()
            evident |= hit & (campaign >= 0)
    said: list[list[str]] = [[] for _ in range(count)]
    bits = np.zeros(count)
    for technique, columns in look_for.techniques.items():
        hit = np.zeros(count, np.bool_)
        for column in columns:
            hit |= exchanges.column(column).to_numpy()
        evident |= hit
        bits = np.maximum(bits, np.where(hit, look_for.bits.get(technique, 0.0), 0.0))
        for row in np.flatnonzero(hit).tolist():
            said[row].append(technique)
    keep = np.flatnonzero(evident)
    kept = exchanges.take(keep)
    return pa.table(
        {
            "exchange_id": kept.column("exchange_id").cast(pa.string()),
            "account_id": [names[key] for key in kept.column("account_id").to_pylist()],
            "campaign_id": [
                look_for.campaigns[at] if at >= 0 else None for at in campaign[keep].tolist()
            ],
            "techniques": pa.array([said[row] for row in keep.tolist()], pa.list_(pa.string())),
            "bits": np.round(bits[keep], 3),
        },
        schema=schema_of(FlaggedExchange),
    )
