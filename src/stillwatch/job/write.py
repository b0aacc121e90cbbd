"""Writes what a scan found into its run folder, as the contract says."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch import __version__
from stillwatch.catalog.load import Catalog
from stillwatch.crypto.pseudonym import pseudonym
from stillwatch.explain.report import report
from stillwatch.io.digests import Digests, InputFile
from stillwatch.io.parallel import in_order
from stillwatch.io.rejects import Rejects, RejectSummary
from stillwatch.io.run_folder import RunFolder
from stillwatch.io.spool import Spool
from stillwatch.job.page import page
from stillwatch.job.watch import Stopwatch
from stillwatch.model.findings import Activity, Campaign, Decision, FlaggedExchange, Signal
from stillwatch.pipeline import Inputs, Run
from stillwatch.settings import Settings
from stillwatch.stages.flag import Marked, flag_exchanges, marked
from stillwatch.stages.relate import relate
from stillwatch.stages.trace import traces
from stillwatch.stages.traits import kind_id
from stillwatch.tables.digest import digest
from stillwatch.tables.query import Limits
from stillwatch.tables.schema import rows, schema_of

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a caller is told at the end; the run folder holds everything else."""

    folder: str
    exchange_count: int
    account_count: int
    campaigns: tuple[Campaign, ...]
    candidate_count: int
    flagged_count: int
    rejected: RejectSummary


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one job knows when it comes to writing."""

    files: Sequence[InputFile]
    digests: Digests
    run: Run
    inputs: Inputs
    catalog: Catalog
    settings: Settings
    rejects: Rejects
    spool: Spool
    days: Sequence[int]
    as_of: datetime
    watch: Stopwatch
    limits: Limits
    secret: bytes | None


def write_run(folder: RunFolder, work: Work) -> Outcome:
    """Write every file of the run; run.json comes last and gives the folder its name."""
    with work.watch.stage("explain"):
        flagged = _flagged(work)
        campaigns = _with_suspects(work.run.conclusion.campaigns, flagged)
        tables = {
            "verdicts": work.run.conclusion.verdicts,
            "campaigns": rows(Campaign, list(campaigns)),
            "candidates": rows(Campaign, list(work.run.conclusion.candidates)),
            "exchanges_flagged": flagged,
            "signals": _signals(work),
            "links": relate(
                work.run.pairs,
                work.run.ties,
                work.run.features["kinds"],
                work.catalog.links,
                work.inputs.names["account"],
                work.limits,
            ),
            "decisions": rows(Decision, list(work.run.decisions)),
            "timeline": _activity(work),
            "traces": _traces(work, campaigns),
        }
    with work.watch.stage("wait for digests"):
        for file in work.files:
            work.digests.of(file.path)
    with work.watch.stage("write"):
        for name, table in tables.items():
            folder.table(name, table)
        for name, some in (
            ("campaigns", campaigns),
            ("candidates", work.run.conclusion.candidates),
        ):
            folder.record(f"{name}.json", [asdict(one) for one in some])
        summary = work.rejects.write(str(folder.partial / "rejected.jsonl"))
        record = _record(work, tables, summary)
        folder.text("report.html", report(page(record, tables, work.catalog)))
        folder.drop("spool")
        folder.drop("spill")
    folder.finish(
        {**record, "seconds": work.watch.seconds, "peak_megabytes": work.watch.peak_megabytes}
    )
    return Outcome(
        folder=str(folder.out),
        exchange_count=record["counts"]["exchanges"],
        account_count=len(tables["verdicts"]),
        campaigns=campaigns,
        candidate_count=record["counts"]["candidates"],
        flagged_count=record["counts"]["flagged_accounts"],
        rejected=summary,
    )


def _flagged(work: Work) -> pa.Table:
    verdicts = work.run.conclusion.verdicts
    chosen = verdicts.filter(verdicts.column("flagged"))
    keys = {name: key for key, name in work.inputs.names["account"].items()}
    flagged = {
        keys[name]: campaign
        for name, campaign in zip(
            chosen.column("account_id").to_pylist(),
            chosen.column("campaign_id").to_pylist(),
            strict=True,
        )
    }
    look_for = marked(
        work.run.members,
        work.run.features["trait"],
        work.run.conclusion.cluster_of,
        flagged,
        work.catalog,
        {kind_id(card.id): card for card in work.catalog.links},
        work.limits,
    )
    columns = _columns_read(look_for)
    names = work.inputs.names["account"]

    def of_day(day: int) -> pa.Table:
        return flag_exchanges(work.spool.day(day, columns), look_for, names)

    parts = list(in_order(of_day, work.days if flagged else [], work.limits.threads))
    found = pa.concat_tables([schema_of(FlaggedExchange).empty_table(), *parts])
    if work.secret is not None:
        shown = [
            pseudonym(work.secret, "exchange", id_) for id_ in found["exchange_id"].to_pylist()
        ]
        found = found.set_column(0, "exchange_id", pa.array(shown, pa.string()))
    return found.sort_by([("account_id", "ascending"), ("exchange_id", "ascending")])


def _columns_read(look_for: Marked) -> list[str]:
    markers = {column for columns in look_for.techniques.values() for column in columns}
    return ["exchange_id", "account_id", *look_for.work, *sorted(markers)]


def _with_suspects(campaigns: Sequence[Campaign], flagged: pa.Table) -> tuple[Campaign, ...]:
    counts = pc.value_counts(flagged.column("campaign_id")).to_pylist()
    suspects = {entry["values"]: entry["counts"] for entry in counts}
    return tuple(
        replace(one, suspect_exchange_count=suspects.get(one.campaign_id, 0)) for one in campaigns
    )


def _signals(work: Work) -> pa.Table:
    """Signals with the names of their subjects: an account's id, a campaign's, or a cluster's."""
    found = work.run.signals
    accounts = work.inputs.names["account"]
    clusters = {cluster: id_ for id_, cluster in work.run.conclusion.cluster_of.items()}
    subjects = [
        accounts[key]
        if kind in ("account", "member")
        else clusters.get(key) or f"G-{key & (2**64 - 1):016x}"
        for kind, key in zip(
            found["subject_kind"].to_pylist(), found["subject_id"].to_pylist(), strict=True
        )
    ]
    table = found.set_column(
        found.schema.get_field_index("subject_id"), "subject_id", pa.array(subjects, pa.string())
    ).append_column("bits", pa.array(found.column("millibits").to_numpy() / 1000))
    schema = schema_of(Signal)
    return table.select(schema.names).cast(schema)


def _traces(work: Work, campaigns: Sequence[Campaign]) -> pa.Table:
    """What the accounts of each campaign and listed group share, as keys."""
    keys = {name: key for key, name in work.inputs.names["account"].items()}
    features = work.run.features

    def accounts(some: Sequence[Campaign]) -> dict[str, list[int]]:
        return {one.campaign_id: [keys[name] for name in one.account_ids] for one in some}

    return traces(
        accounts(campaigns),
        accounts(work.run.conclusion.candidates),
        features["trait"],
        features["cluster_trait"],
        features["kinds"],
        work.limits,
    )


def _activity(work: Work) -> pa.Table:
    """Exchanges a day, of everyone and of each campaign."""
    day = work.inputs.days["account_day"]
    cluster = {c: id_ for id_, c in work.run.conclusion.cluster_of.items()}
    members = work.run.members
    of_account = {
        account: cluster[c]
        for account, c in zip(
            members["account_id"].to_pylist(), members["cluster_id"].to_pylist(), strict=True
        )
        if c in cluster
    }
    accounts = pa.array(list(of_account), pa.int64())
    campaign = pa.array(list(of_account.values()), pa.string()).take(
        pc.index_in(day.column("account_id").combine_chunks(), accounts)
    )
    table = pa.table(
        {"campaign_id": campaign, "day_no": day.column("day_no"), "n": day.column("exchange_count")}
    )
    mine = table.filter(pc.is_valid(table.column("campaign_id")))
    entries: list[Activity] = []
    for part, keys in ((table, ["day_no"]), (mine, ["campaign_id", "day_no"])):
        totals = part.group_by(keys).aggregate([("n", "sum")])
        entries += [
            Activity(
                campaign_id=row.get("campaign_id"),
                bucket_at=EPOCH + row["day_no"] * DAY,
                exchange_count=row["n_sum"],
            )
            for row in totals.sort_by([(key, "ascending") for key in keys]).to_pylist()
        ]
    return rows(Activity, entries)


def _record(work: Work, tables: Mapping[str, pa.Table], summary: RejectSummary) -> dict[str, Any]:
    days = work.inputs.days["account_day"]
    first = int(np.min(days.column("day_no").to_numpy()))
    last = int(np.max(days.column("day_no").to_numpy()))
    verdicts = tables["verdicts"]
    return {
        "stillwatch_version": __version__,
        "catalog_digest": work.catalog.digest,
        "bits_measured_on": work.catalog.bits.measured_on,
        "as_of": work.as_of,
        "window": {"start": EPOCH + first * DAY, "end": EPOCH + (last + 1) * DAY},
        "inputs": [
            {
                "role": file.role,
                "path": file.path,
                "bytes": file.byte_count,
                "sha256": work.digests.of(file.path),
            }
            for file in work.files
        ],
        "notes": _notes(work),
        "columns": sorted(work.inputs.columns),
        "counts": {
            "exchanges": pc.sum(days.column("exchange_count")).as_py(),
            "accounts": len(verdicts),
            "campaigns": len(tables["campaigns"]),
            "candidates": len(tables["candidates"]),
            "flagged_accounts": pc.sum(verdicts.column("flagged")).as_py() or 0,
            "rejected_lines": summary.reject_count,
        },
        "rejected": {
            "reasons": summary.reasons,
            "warnings": summary.warnings,
            "skipped": summary.skipped,
        },
        "skipped_detectors": [asdict(one) for one in work.run.silent],
        "settings": asdict(work.settings),
        "table_digests": {name: digest(table) for name, table in tables.items()},
    }


def _notes(work: Work) -> list[str]:
    """What a reader of the run must know beside its numbers."""
    catalog = work.catalog
    read = {
        name
        for cards in (catalog.features, catalog.links, catalog.detectors)
        for card in cards
        for name in card.reads
    }
    unread = sorted(set(work.inputs.side) - read)
    return [f"the table {name} was given, and no card reads it yet" for name in unread]
