"""Runs one scan from log files to a finished run folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.catalog.load import Catalog
from stillwatch.crypto.pseudonym import pseudonym
from stillwatch.io.cards import read_catalog
from stillwatch.io.history import History
from stillwatch.io.logs import LogPlan, plan
from stillwatch.io.rejects import Rejects
from stillwatch.io.run_folder import RunFolder
from stillwatch.io.side_tables import read_table
from stillwatch.io.batches import LABELS
from stillwatch.io.spool import Spool
from stillwatch.job.gather import Gathered, Tell, gather, keep_days
from stillwatch.job.watch import Stopwatch
from stillwatch.job.write import Outcome, Work, write_run
from stillwatch.model.cards import PolicyCard
from stillwatch.model.errors import SettingError, SourceError
from stillwatch.model.inputs import Account, AccountEvent, ModelRelease
from stillwatch.pipeline import Inputs, scan
from stillwatch.settings import Settings
from stillwatch.stages.identify import identify, releases
from stillwatch.tables.query import Limits

SIDES: tuple[tuple[str, type], ...] = (
    ("accounts", Account),
    ("account_events", AccountEvent),
    ("model_releases", ModelRelease),
)


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


def run_scan(request: Request, settings: Settings, tell: Tell) -> Outcome:
    """Scan and write the run folder, or leave nothing behind.

    Raises StillwatchError (alone or as Faults) when the inputs, cards or settings cannot be used.
    """
    watch = Stopwatch()
    limits = Limits(threads=settings.threads, memory=settings.memory_limit)
    with watch.stage("prepare"):
        catalog = read_catalog(_path(settings.cards), bits=_path(settings.bits))
        policy = _policy(catalog, settings.policy)
        secret = _secret(settings.pseudonym_key)
        sides = {name: read_table(request.side[name], noun) for name, noun in SIDES if name in request.side}
        planned = _plan(request, catalog)
    history = History(_path(settings.history))
    with RunFolder(request.out, replace=request.replace) as folder, Rejects(planned.sources) as rejects:
        spool = Spool(folder.scratch("spool"))
        with watch.stage("read and fingerprint"):
            gathered = gather(planned, catalog, rejects, spool, settings.threads, tell)
        if not gathered.exchange_count:
            summary = rejects.write(str(folder.partial / "rejected.jsonl"))
            raise SourceError(
                ", ".join(request.exchanges),
                f"no exchange could be read ({summary.reject_count} lines rejected"
                + (f": {next(iter(summary.reasons))})" if summary.reasons else ")"),
                "check --format, or read one line against docs/contract.md",
            )
        with watch.stage("condense"):
            days = keep_days(spool, gathered, catalog, history, limits, tell)
        with watch.stage("scan"):
            inputs = _inputs(history, days, sides, rejects, gathered, settings, secret)
            as_of = request.as_of or _last(inputs)
            run = scan(inputs, catalog, policy=policy, as_of=as_of, limits=limits)
        outcome = write_run(
            folder,
            Work(
                sources=request.exchanges,
                run=run,
                inputs=inputs,
                catalog=catalog,
                settings=settings,
                plan=planned,
                rejects=rejects,
                spool=spool,
                days=days,
                as_of=as_of,
                watch=watch,
                limits=limits,
                secret=secret,
            ),
        )
        history.commit()
    return outcome


def _plan(request: Request, catalog: Catalog) -> LogPlan:
    provider = None
    if request.format is not None:
        found = {card.id: card for card in catalog.providers}
        if request.format not in found:
            raise SettingError(
                "--format", f"unknown format '{request.format}'", f"use one of {', '.join(found)}"
            )
        provider = found[request.format]
    return plan(
        request.exchanges,
        provider=provider,
        joins=request.joins,
        encode=LABELS,
        as_of=request.as_of,
    )


def _inputs(
    history: History,
    days: Sequence[int],
    sides: Mapping[str, pa.Table],
    rejects: Rejects,
    gathered: Gathered,
    settings: Settings,
    secret: bytes | None,
) -> Inputs:
    columns = set(rejects.columns)
    keyed = {}
    for name, table in sides.items():
        columns |= {c for c in table.column_names if table.column(c).null_count < len(table)}
        if name == "model_releases":
            keyed["releases"] = releases(table)
        else:
            keyed[name] = identify(table, "account_id")
    last = max(days)
    return Inputs(
        days=history.window(last - settings.window_days + 1, last),
        side=keyed,
        columns=frozenset(columns),
        names={
            kind: {key: _shown(secret, kind, name) for key, name in known.items()}
            for kind, known in gathered.names.items()
        },
        standing={},
    )


def _shown(secret: bytes | None, kind: str, name: str) -> str:
    return name if secret is None or kind == "model" else pseudonym(secret, kind, name)


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
        secret = Path(file).read_bytes().strip()
        pseudonym(secret, "check", "check")
    except (OSError, ValueError) as error:
        raise SettingError("pseudonym_key", str(error), "give a file of 32 random bytes or more") from error
    return secret
