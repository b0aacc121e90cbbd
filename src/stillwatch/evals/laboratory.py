"""Runs the pipeline on traffic whose truth is known, without touching a disk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.catalog.load import Catalog
from stillwatch.evals.traffic import Traffic
from stillwatch.job.gather import remember
from stillwatch.pipeline import Inputs, Run, condense, scan
from stillwatch.stages.fingerprint import fingerprint_batch
from stillwatch.stages.identify import identify, releases
from stillwatch.tables.query import Limits
from stillwatch.text.phrases import compile_phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A run on known traffic, and the truth by account key."""

    run: Run
    inputs: Inputs
    truth: Mapping[int, Mapping[str, object]]  # account key → row of the truth table
    least_owners: int = 1  # of a cluster that may be called


def observe(traffic: Traffic, catalog: Catalog, limits: Limits) -> Observed:
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
    return Observed(
        run=run, inputs=inputs, truth=truth, least_owners=catalog.policies[0].least_owners
    )


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
