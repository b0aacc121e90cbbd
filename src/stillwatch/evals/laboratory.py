"""Runs the pipeline on traffic whose truth is known, without touching a disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.catalog.load import Catalog
from stillwatch.evals.fit import OWN
from stillwatch.evals.traffic import Traffic
from stillwatch.job.gather import remember
from stillwatch.pipeline import Inputs, Run, belonging, condense, scan
from stillwatch.stages.fingerprint import fingerprint_batch
from stillwatch.stages.identify import identify, releases
from stillwatch.stats.crowds import LEAST_ACCOUNTS
from stillwatch.tables.query import Limits
from stillwatch.text.phrases import compile_phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A run on known traffic, and the truth by account key."""

    run: Run
    inputs: Inputs
    truth: Mapping[int, Mapping[str, object]]  # account key → row of the truth table
    least_owners: int = 1  # of a cluster that may be called
    near: pa.Table | None = None  # signals on accounts as members of `groups`
    groups: Sequence[Sequence[int]] = ()  # disjoint clusters most of whose accounts attack
    author: str = OWN  # whose idea of traffic it is


def observe(traffic: Traffic, catalog: Catalog, limits: Limits, *, author: str = OWN) -> Observed:
    """Fingerprint, condense and scan all of the traffic."""
    inputs = read_traffic(traffic, catalog, limits)
    run = scan(
        inputs,
        catalog,
        policy=catalog.policies[0],
        as_of=last_exchange(inputs),
        limits=limits,
    )
    keys = {name: key for key, name in inputs.names["account"].items()}
    truth = {
        keys[row["account_id"]]: row
        for row in traffic.truth.to_pylist()
        if row["account_id"] in keys
    }
    return replace(known(run, inputs, truth, catalog, limits), author=author)


def known(
    run: Run,
    inputs: Inputs,
    truth: Mapping[int, Mapping[str, object]],
    catalog: Catalog,
    limits: Limits,
) -> Observed:
    """The run beside the truth, and what detectors say of members where campaigns are known."""
    least_owners = catalog.policies[0].least_owners
    groups = attacking_groups(run, truth, least_owners)
    return Observed(
        run=run,
        inputs=inputs,
        truth=truth,
        least_owners=least_owners,
        near=belonging(groups, run.features, inputs, catalog, limits)[1].table,
        groups=groups,
    )


def attacking_groups(
    run: Run, truth: Mapping[int, Mapping[str, object]], least_owners: int
) -> list[list[int]]:
    """Clusters that could be called and should be, the largest first, each account in one."""
    members: dict[int, list[int]] = {}
    clusters, accounts = (run.members.column(n).to_pylist() for n in ("cluster_id", "account_id"))
    for cluster, account in zip(clusters, accounts, strict=True):
        members.setdefault(cluster, []).append(account)
    owned = run.features["cluster_account"].select(["subject_id", "owner_count"]).to_pylist()
    owners = {row["subject_id"]: row["owner_count"] for row in owned}
    groups: list[list[int]] = []
    taken: set[int] = set()
    for cluster, mine in sorted(members.items(), key=lambda item: (-len(item[1]), item[0])):
        attackers = sum(bool(truth[account]["is_hostile"]) for account in mine)
        is_campaign = len(mine) >= LEAST_ACCOUNTS and 2 * attackers >= len(mine)
        if is_campaign and owners.get(cluster, 0) >= least_owners and taken.isdisjoint(mine):
            groups.append(mine)
            taken.update(mine)
    return groups


def read_traffic(traffic: Traffic, catalog: Catalog, limits: Limits) -> Inputs:
    """What a scan would know of this traffic."""
    phrases = compile_phrases(catalog.markers)
    names: dict[str, dict[int, str]] = {}
    parts, blocks = [], []
    for batch in traffic.exchanges.to_batches(max_chunksize=65_536):
        prints = fingerprint_batch(batch, catalog.markers, phrases)
        remember(names, prints.names)
        parts.append(prints.exchanges)
        blocks.append(prints.blocks)
    exchanges = pa.concat_tables(parts, promote_options="default")
    block = pa.concat_tables(blocks)
    block_day = block.column("received_at").cast(pa.int64()).to_numpy() // 86_400_000_000
    day_no = exchanges.column("day_no")
    kept: dict[str, list[pa.Table]] = {}
    for day in np.unique(day_no.to_numpy()).tolist():
        mine = exchanges.filter(pc.equal(day_no, day))
        made = condense(mine, block.filter(pa.array(block_day == day)), catalog, limits)
        for name, table in made.items():
            kept.setdefault(name, []).append(table)
    columns = {c for c in traffic.exchanges.column_names if _has_values(traffic.exchanges, c)}
    side = {
        "accounts": identify(traffic.accounts, "account_id"),
        "account_events": identify(traffic.account_events, "account_id"),
        "releases": releases(traffic.model_releases, "request_model", "model_id"),
    }
    for table in (traffic.accounts, traffic.account_events, traffic.model_releases):
        columns |= {c for c in table.column_names if _has_values(table, c)}
    return Inputs(
        days={name: pa.concat_tables(tables) for name, tables in kept.items()},
        side=side,
        columns=frozenset(columns),
        names=names,
        standing={},
    )


def last_exchange(inputs: Inputs) -> datetime:
    """The time of the last exchange."""
    latest: datetime = pc.max(inputs.days["account_day"].column("last_at")).as_py()
    return latest.astimezone(UTC)


def _has_values(table: pa.Table, name: str) -> bool:
    column = table.column(name)
    return bool(column.null_count < len(column))
