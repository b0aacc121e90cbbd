"""Makes each cluster one subject: what its accounts did, added up day by day."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.stats.numbers import numbered, order_of

Ints = npt.NDArray[np.int64]

# Columns that are not added up; the rest are counts.
JOINED = {"hour_mask": np.bitwise_or, "first_at": np.minimum, "last_at": np.maximum}


def pooled_days(subject_day: pa.Table, members: pa.Table) -> pa.Table:
    """`subject_day` of clusters from that of accounts: one row a cluster and day."""
    members = members.sort_by([("account_id", "ascending"), ("cluster_id", "ascending")])
    known = members.column("account_id").to_numpy()
    asked = subject_day.column("subject_id").to_numpy()
    first = np.searchsorted(known, asked, side="left")
    times = np.searchsorted(known, asked, side="right") - first  # clusters are nested
    rows = np.repeat(np.arange(len(asked)), times)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(times) - times, times)
    subject = members.column("cluster_id").to_numpy()[first[rows] + nth]
    day = subject_day.column("day_no").to_numpy()[rows]
    order = order_of(numbered(day.astype(np.int64))[1], len(rows))[0]
    order = order[order_of(numbered(subject)[1][order], len(rows))[0]]
    rows, subject, day = rows[order], subject[order], day[order]
    starts = np.flatnonzero(
        np.r_[True, (subject[1:] != subject[:-1]) | (day[1:] != day[:-1])][: len(rows)]
    )
    made = {"subject_id": pa.array(subject[starts]), "day_no": pa.array(day[starts])}
    for name in subject_day.column_names:
        if name not in made:
            made[name] = _joined(subject_day.column(name), name, rows, starts)
    return pa.table(made).select(subject_day.column_names)


def _joined(column: pa.ChunkedArray, name: str, rows: Ints, starts: Ints) -> pa.Array:
    """One column of the rows, joined from each start to the next; null where all are."""
    if not len(starts):
        return pa.array([], column.type)
    is_time = pa.types.is_timestamp(column.type)
    values = column.cast(pa.int64()) if is_time else column
    values = values.fill_null(0).to_numpy()[rows]
    found = JOINED.get(name, np.add).reduceat(values, starts, dtype=np.int64)
    known = None
    if column.null_count:
        known = np.logical_or.reduceat(column.is_valid().to_numpy()[rows], starts)
    made = pa.array(found, mask=None if known is None else ~known)
    return made.cast(column.type) if is_time else made
