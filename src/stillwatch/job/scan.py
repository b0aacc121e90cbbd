"""Runs one scan from log files to a finished run folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.catalog.check import check
from stillwatch.catalog.load import Catalog
from stillwatch.crypto.pseudonym import pseudonym
from stillwatch.io.batches import LABELS
from stillwatch.io.cards import read_catalog
from stillwatch.io.digests import InputFile, hashing, input_files
from stillwatch.io.history import History, day_of
from stillwatch.io.logs import LogPlan, plan
from stillwatch.io.rejects import Rejects
from stillwatch.io.run_folder import RunFolder
from stillwatch.io.side_tables import read_table
from stillwatch.io.sources import find
from stillwatch.io.spool import Spool
from stillwatch.job.choose_days import choose_days
from stillwatch.job.gather import Gathered, Tell, gather, keep_days, once, remember
from stillwatch.job.watch import Stopwatch
from stillwatch.job.write import Outcome, Work, write_run
from stillwatch.model.cards import PolicyCard
from stillwatch.model.errors import SettingError, SourceError
from stillwatch.model.exchange import NamedKey
from stillwatch.model.inputs import Account, AccountEvent, CompetitorRelease, ModelRelease
from stillwatch.pipeline import Inputs, scan
from stillwatch.settings import Settings
from stillwatch.stages.identify import identify, releases
from stillwatch.tables.query import Limits
from stillwatch.tables.schema import schema_of

SIDES: tuple[tuple[str, type], ...] = (
    ("accounts", Account),
    ("account_events", AccountEvent),
    ("model_releases", ModelRelease),
    ("competitor_releases", CompetitorRelease),
)
CLOCK_AHEAD = "clock ahead: received after the day of the scan; left out"
EARLY = "older than the window: not looked at; raise window_days to look at it"
LATE = "late: received on a day that history holds already; left out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to scan, and where the result goes."""

    exchanges: Sequence[str]
    out: Path
    side: Mapping[str, Path] = field(default_factory=dict)  # by name in SIDES
    format: str | None = None
    joins: Mapping[str, Sequence[str]] = field(default_factory=dict)
    as_of: datetime | None = None
    replace: bool = False
    peers: Path | None = None  # inbox of what peers told us
    circle: Path | None = None
    member: Path | None = None  # our public key in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What is known before the first line of a log is read."""

    catalog: Catalog
    policy: PolicyCard
    secret: bytes | None
    sides: Mapping[str, pa.Table]
    planned: LogPlan
    files: tuple[InputFile, ...]
    history: History
    peers: Any  # of job.peers, whose packages are an extra


def run_scan(request: Request, settings: Settings, tell: Tell) -> Outcome:
    """Scan and write the run folder, or leave nothing behind.

    Raises StillwatchError (alone or as Faults) when the inputs, cards or settings cannot be used.
    """
    watch = Stopwatch()
    limits = Limits(threads=settings.threads, memory=settings.memory_limit)
    with watch.stage("prepare"):
        known = _prepare(request, settings)
    catalog, history = known.catalog, known.history
    with (
        RunFolder(request.out, replace=request.replace) as folder,
        Rejects(known.planned.sources) as rejects,
        hashing(known.files) as digests,
    ):
        spool = Spool(folder.scratch("spool"))
        limits = replace(limits, spill=str(folder.scratch("spill")))
        with watch.stage("read and fingerprint"):
            gathered = gather(known.planned, catalog, rejects, spool, settings.threads, tell)
        if not gathered.exchange_count:
            raise _nothing_read(request, rejects, folder)
        with watch.stage("condense"):
            days = _days(spool, history, rejects, request.as_of, settings.window_days)
            names = _names(gathered, known.secret)
            keep_days(days, spool, gathered, names, catalog, history, limits, tell)
        with watch.stage("scan"):
            inputs = _inputs(known, days, rejects, settings)
            as_of = request.as_of or _last(inputs)
            inputs = _told(inputs, known, as_of)
            run = scan(inputs, catalog, policy=known.policy, as_of=as_of, limits=limits)
        campaigns = run.conclusion.campaigns
        history.stand(as_of, {c.campaign_id: (c.detected_at, c.account_ids) for c in campaigns})
        outcome = write_run(
            folder,
            Work(
                files=known.files,
                digests=digests,
                run=run,
                inputs=inputs,
                catalog=catalog,
                settings=settings,
                rejects=rejects,
                spool=spool,
                days=days,
                as_of=as_of,
                watch=watch,
                limits=limits,
                secret=known.secret,
            ),
        )
        history.commit()
    return outcome


def _prepare(request: Request, settings: Settings) -> Prepared:
    """Everything that can be wrong before a log is read is found wrong here."""
    catalog = read_catalog(_path(settings.cards), bits=_path(settings.bits))
    if settings.cards:
        check(catalog)
    policy = _policy(catalog, settings.policy)
    secret = _secret(settings.pseudonym_key)
    names_as = "" if secret is None else pseudonym(secret, "history", "names")
    history = History(_path(settings.history), names_as=names_as)
    history.refuse_foreign()
    given = [(name, noun) for name, noun in SIDES if name in request.side]
    sides = {name: read_table(request.side[name], noun) for name, noun in given}
    peers = None
    if request.peers is not None:  # what it takes to read them is an extra
        from stillwatch.job.peers import read_peers

        peers = read_peers(request.peers, request.circle, request.member)
    planned = _plan(request, catalog)
    files = input_files("exchanges", planned.sources)
    for name, _ in given:
        files += input_files(name, find([str(request.side[name])]).sources)
    if request.peers is not None:
        files += input_files("peers", find([str(request.peers / "*.parquet")]).sources)
    for name, paths in request.joins.items():
        files += input_files(name, find(paths).sources)
    return Prepared(
        catalog=catalog,
        policy=policy,
        secret=secret,
        sides=sides,
        planned=planned,
        files=tuple(files),
        history=history,
        peers=peers,
    )


def _plan(request: Request, catalog: Catalog) -> LogPlan:
    provider = None
    if request.format is not None:
        found = {card.id: card for card in catalog.providers}
        if request.format not in found:
            raise SettingError(
                "--format", f"unknown format '{request.format}'", f"use one of {', '.join(found)}"
            )
        provider = found[request.format]
    return plan(request.exchanges, provider=provider, joins=request.joins, encode=LABELS)


def _nothing_read(request: Request, rejects: Rejects, folder: RunFolder) -> SourceError:
    summary = rejects.write(str(folder.partial / "rejected.jsonl"))
    why = f": {next(iter(summary.reasons))}" if summary.reasons else ""
    return SourceError(
        ", ".join(request.exchanges),
        f"no exchange could be read (rejected: {summary.reject_count:,}{why})",
        "check --format, or read one line against docs/contract.md",
    )


def _days(
    spool: Spool,
    history: History,
    rejects: Rejects,
    as_of: datetime | None,
    window_days: int,
) -> tuple[int, ...]:
    """The days this scan adds; what it leaves out is counted among the warnings."""
    last = None if as_of is None else day_of(as_of)
    chosen = choose_days(spool.row_counts, history.known(), last)
    if not chosen.days:
        raise SourceError(
            "the log", "has no exchange of a day to look at", "check --as-of and --history"
        )
    history.refuse_known(chosen.days)
    first = max(chosen.days) - window_days + 1
    early_count = sum(spool.row_counts[day] for day in chosen.days if day < first)
    for reason, count in (
        (CLOCK_AHEAD, chosen.ahead_count),
        (LATE, chosen.late_count),
        (EARLY, early_count),
    ):
        if count:
            rejects.warn(reason, count)
    return chosen.days


def _names(gathered: Gathered, secret: bytes | None) -> pa.Table:
    """What each key stood for, as it may be shown and kept; rows of NamedKey."""
    parts = [
        pa.table(
            {
                "column": pa.repeat(kind, len(known)),
                "key": pa.array(list(known), pa.int64()),
                "name": pa.array([_shown(secret, kind, name) for name in known.values()]),
            }
        )
        .cast(schema_of(NamedKey))
        .sort_by("key")
        for kind, known in sorted(gathered.names.items())
    ]
    return pa.concat_tables(parts)


def _shown(secret: bytes | None, kind: str, name: str) -> str:
    return name if secret is None or kind == "model" else pseudonym(secret, kind, name)


def _inputs(known: Prepared, days: Sequence[int], rejects: Rejects, settings: Settings) -> Inputs:
    columns = set(rejects.columns)
    for table in known.sides.values():
        columns |= {c for c in table.column_names if table.column(c).null_count < len(table)}
    last = max(days)
    window = known.history.window(last - settings.window_days + 1, last)
    names: dict[str, dict[int, str]] = {}
    remember(names, once(window.pop("names")))
    return Inputs(
        days=window,
        side=_keyed(known.sides),
        columns=frozenset(columns),
        names=names,
        standing=known.history.standing(),
        detected=known.history.detected(),
    )


def _told(inputs: Inputs, known: Prepared, as_of: datetime) -> Inputs:
    if known.peers is None:
        return inputs
    from stillwatch.job.peers import with_peers

    return with_peers(inputs, known.peers, known.catalog, as_of)


def _keyed(sides: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Side tables by the names and keys that cards know them by."""
    keyed = {}
    for name, table in sides.items():
        if name == "model_releases":
            keyed["releases"] = releases(table, "request_model", "model_id")
        elif name == "competitor_releases":
            keyed[name] = releases(table, "name", "competitor_id")
        else:
            keyed[name] = identify(_whole(table, dict(SIDES)[name]), "account_id")
    return keyed


def _whole(table: pa.Table, noun: type) -> pa.Table:
    """The table with every column of its noun, because cards name them; absent ones are null."""
    lacking = [one for one in schema_of(noun) if one.name not in table.column_names]
    for one in lacking:
        table = table.append_column(one.name, pa.nulls(len(table), one.type))
    return table


def _last(inputs: Inputs) -> datetime:
    """Without --as-of a scan speaks as of its last exchange, so that it can be repeated."""
    latest = pc.max(inputs.days["account_day"].column("last_at")).as_py()
    assert isinstance(latest, datetime)
    return latest.astimezone(UTC)


def _policy(catalog: Catalog, name: str) -> PolicyCard:
    for card in catalog.policies:
        if card.id == name:
            return card
    known = ", ".join(card.id for card in catalog.policies)
    raise SettingError("policy", f"unknown policy '{name}'", f"use one of {known}")


def _path(text: str) -> Path | None:
    return Path(text) if text else None


def _secret(file: str) -> bytes | None:
    if not file:
        return None
    try:
        secret = Path(file).read_bytes().rstrip(b"\r\n")
        pseudonym(secret, "check", "check")
    except (OSError, ValueError) as error:
        raise SettingError(
            "pseudonym_key", str(error), "give a file of 32 random bytes or more"
        ) from error
    return secret
