"""Counts in how many exchanges of one day each account showed each marker.

Markers are many and rare, so a pass over each one's few exchanges is far cheaper than a query that
asks every exchange about every marker.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from stillwatch.model.marker import MarkerCard


def count_marks(exchanges: pa.Table, markers: Sequence[MarkerCard]) -> pa.Table:
    """One row an account that sent something, with one `<marker>_count` a marker."""
    account, row_of = np.unique(exchanges.column("account_id").to_numpy(), return_inverse=True)
    days = exchanges.column("day_no").slice(0, 1).to_pylist() or [0]
    columns = {"account_id": account, "day_no": np.full(len(account), days[0], np.int32)}
    for marker in markers:
        shown = np.flatnonzero(exchanges.column(f"is_{marker.id}").to_numpy())
        counts = np.bincount(row_of[shown], minlength=len(account))
        columns[f"{marker.id}_count"] = counts.astype(np.int32)
    return pa.table(columns)
