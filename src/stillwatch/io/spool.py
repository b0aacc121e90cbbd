"""Keeps fingerprinted exchanges by day on disk, so that logs may be larger than memory."""

import threading
from collections import defaultdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.ipc

FLUSH_ROWS = 200_000


class Spool:
    """Tables in, day by day out. The order of rows within a day is the order of `add`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._waiting: dict[int, list[pa.Table]] = defaultdict(list)
        self._rows: dict[int, int] = defaultdict(int)
        self.row_counts: dict[int, int] = defaultdict(int)  # of each day, since the beginning
        self._parts: dict[int, int] = defaultdict(int)
        self._lock = threading.Lock()

    def add(self, exchanges: pa.Table) -> None:
        """Take a batch of exchanges, of any days."""
        if not len(exchanges):
            return
        days = exchanges.column("day_no").to_numpy()
        if days[0] == days[-1] and (days == days[0]).all():
            self._take(int(days[0]), exchanges)
            return
        order = np.argsort(days, kind="stable")
        cuts = np.flatnonzero(np.diff(days[order])) + 1
        for rows in np.split(order, cuts):
            self._take(int(days[rows[0]]), exchanges.take(rows))

    def _take(self, day: int, exchanges: pa.Table) -> None:
        self._waiting[day].append(exchanges)
        self._rows[day] += len(exchanges)
        self.row_counts[day] += len(exchanges)
        if self._rows[day] >= FLUSH_ROWS:
            self._flush(day)

    def _flush(self, day: int) -> None:
        table = pa.concat_tables(self._waiting.pop(day), promote_options="default")
        path = self.folder / f"{day}-{self._parts[day]:05d}.arrow"
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        self._parts[day] += 1
        self._rows[day] = 0

    def days(self) -> list[int]:
        """Days that have exchanges, in order."""
        for day in list(self._waiting):
            self._flush(day)
        return sorted(self._parts)

    def day(self, day: int, columns: list[str] | None = None) -> pa.Table:
        """All exchanges of one day."""
        parts = []
        for part in range(self._parts[day]):
            with pa.memory_map(str(self.folder / f"{day}-{part:05d}.arrow")) as source:
                table = pa.ipc.open_file(source).read_all()
            if columns:
                table = table.select([name for name in columns if name in table.column_names])
            parts.append(table)
        return pa.concat_tables(parts, promote_options="default")
