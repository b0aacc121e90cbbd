"""How much more the hours in which a group is active vary than days and nights explain.

The number of active accounts is counted hour by hour. If every account kept its own time, a day
would show the group's usual hours, more of them on a busy day and fewer on a slow one; the counts
of a day and hour then spread about that product as counts do. The statistic is Pearson's
chi-square of the table of days by hours over its degrees of freedom, the index of dispersion
(Fisher 1925): 1 by chance when accounts are many, more when they start and pause together.
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.stats.numbers import numbered

HOURS = 24
LEAST_ACCOUNTS = 5
LEAST_EXPECTED = 0.25  # cells that expect less would each weigh as much as a busy hour

Reals = npt.NDArray[np.float64]


def dispersion(table: Reals) -> float:
    """Chi-square over degrees of freedom of counts by day (rows) and hour (columns).

    nan for fewer than two days, which say nothing about pauses.
    """
    table = table[table.sum(1) > 0]
    if len(table) < 2:
        return float("nan")
    expected = np.outer(table.sum(1), table.sum(0)) / table.sum()
    excess = (table - expected) ** 2 / np.maximum(expected, LEAST_EXPECTED)
    return float(excess.sum() / ((len(table) - 1) * (table.shape[1] - 1)))


def synchrony_of_subjects(table: pa.Table, threads: int = 1) -> pa.Table:
    """Method `synchrony`: each subject's dispersion of active accounts over days and hours.

    Takes subject_id, account_id, day_no and hour_mask, one row an account and day; returns
    subject_id, value and support (its accounts). Fewer than five accounts or two days give no row.
    """
    del threads  # a pass over the rows
    subjects, subject = numbered(table.column("subject_id").to_numpy())
    accounts, account = numbered(table.column("account_id").to_numpy())
    days, day = numbered(table.column("day_no").to_numpy().astype(np.int64))
    mask = table.column("hour_mask").to_numpy().astype(np.int64)
    # Rows in order of subject and day, so that each day of a subject is one run.
    order = np.lexsort((day, subject))
    subject, day, account, mask = (one[order] for one in (subject, day, account, mask))
    cell = subject.astype(np.int64) * max(len(days), 1) + day
    starts = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]][: len(cell)])
    active = np.stack([mask >> hour & 1 for hour in range(HOURS)], axis=1)
    counts = (
        np.add.reduceat(active, starts, axis=0) if len(starts) else np.empty((0, HOURS), np.int64)
    )
    owner = subject[starts]
    bounds = np.searchsorted(owner, np.arange(len(subjects) + 1))
    pairs = np.unique(subject.astype(np.int64) * max(len(accounts), 1) + account)
    support = np.bincount(pairs // max(len(accounts), 1), minlength=len(subjects))
    spans = pairwise(bounds.tolist())
    value = np.array(
        [
            dispersion(counts[first:last].astype(np.float64)) if many else np.nan
            for (first, last), many in zip(spans, support >= LEAST_ACCOUNTS, strict=True)
        ]
    )
    kept = np.flatnonzero(~np.isnan(value))
    return pa.table(
        {
            "subject_id": pa.array(subjects[kept], pa.int64()),
            "value": pa.array(value[kept], pa.float64()),
            "support": pa.array(support[kept].astype(np.int64), pa.int64()),
        }
    )
