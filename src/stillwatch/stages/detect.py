"""Runs detector cards over features: one signal for each subject a card has something to say on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from stillwatch.model.cards import DetectorCard
from stillwatch.tables.query import Limits, Query, run

Method = Callable[[pa.Table], pa.Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """A detector that could not run, and why."""

    detector_id: str
    subject_kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """Findings as a table, and the detectors that could not speak.

    Columns: detector_id, subject_kind, subject_id (key), value, level, support. Rows of level 0
    are kept for clusters alone: there a detector's silence is evidence too.
    """

    table: pa.Table
    silent: tuple[Silent, ...]


def detect(
    features: Mapping[str, pa.Table],
    cards: Sequence[DetectorCard],
    *,
    subject_kind: str,
    columns: frozenset[str],
    methods: Mapping[str, Method],
    limits: Limits,
) -> Signals:
    """All findings on subjects of one kind.

    `columns` are the input columns the log had; a card that needs an absent one is silent and
    says so. Raises QueryError when a card's query fails.
    """
    silent: list[Silent] = []
    running: list[DetectorCard] = []
    for card in cards:
        if subject_kind not in card.subject:
            continue
        absent = [name for name in card.reads if name not in features]
        lacking = [name for name in card.needs if name not in columns]
        if absent or lacking:
            reason = f"the input has no {', '.join([*lacking, *absent])}"
            silent.append(Silent(detector_id=card.id, subject_kind=subject_kind, reason=reason))
            continue
        running.append(card)
    read = {name for card in running for name in card.reads}
    tables = {name: table for name, table in features.items() if name in read}
    queries = [Query(name=card.id, sql=card.query, key=("subject_id",)) for card in running]
    found = run(tables, queries, limits)
    parts = [_signals(card, subject_kind, found[card.id], methods) for card in running]
    return Signals(
        table=pa.concat_tables([signal_schema().empty_table(), *parts]), silent=tuple(silent)
    )


def signal_schema() -> pa.Schema:
    """Columns of the signals inside a scan; subjects are keys until the run is written."""
    return pa.schema(
        [
            ("detector_id", pa.string()),
            ("subject_kind", pa.string()),
            ("subject_id", pa.int64()),
            ("value", pa.float64()),
            ("level", pa.int32()),
            ("support", pa.int64()),
        ]
    )


def _signals(
    card: DetectorCard, subject_kind: str, found: pa.Table, methods: Mapping[str, Method]
) -> pa.Table:
    if card.method is not None:
        found = methods[card.method](found)
    value = found.column("value").cast(pa.float64()).fill_null(float("nan")).to_numpy()
    level = np.searchsorted(np.asarray(card.bands), value, side="right").astype(np.int32)
    keep = ~np.isnan(value)
    if subject_kind != "cluster":
        keep &= level > 0
    count = int(keep.sum())
    kept = found.filter(pa.array(keep))
    return pa.table(
        [
            pa.repeat(card.id, count).cast(pa.string()),
            pa.repeat(subject_kind, count).cast(pa.string()),
            kept.column("subject_id").cast(pa.int64()),
            pa.array(np.round(value[keep], 9)),
            pa.array(level[keep]),
            kept.column("support").cast(pa.int64()),
        ],
        schema=signal_schema(),
    )
