"""Keeps fingerprinted exchanges by day on disk, so that logs may be larger than memory."""

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.ipc

FLUSH_ROWS = 1 << 19


class Spool:
    """Tables in, day by day out. The order of rows within a day is the order of `add`.

    One thread adds. After that several may read: what came last still waits in memory.
    """

    def __init__(self, folder: Path, flush_rows: int = FLUSH_ROWS) -> None:
        self.folder = folder
        self.flush_rows = flush_rows
        self.row_counts: dict[int, int] = defaultdict(int)  # of each day, since the beginning
        self._waiting: dict[int, list[pa.Table]] = defaultdict(list)
        self._waiting_rows = 0
        self._files = 0
        self._parts: dict[int, list[tuple[int, range]]] = defaultdict(list)  # file, its batches

    def add(self, exchanges: pa.Table) -> None:
        """Take a batch of exchanges, of any days."""
        if not len(exchanges):
            return
        days = exchanges.column("day_no").to_numpy()
        if (days[1:] < days[:-1]).any():
            order = np.argsort(days, kind="stable")
            exchanges, days = exchanges.take(order), days[order]
        starts = [0, *(np.flatnonzero(np.diff(days)) + 1).tolist(), len(days)]
        for start, stop in pairwise(starts):
            day = int(days[start])
            self._waiting[day].append(exchanges.slice(start, stop - start))
            self.row_counts[day] += stop - start
        self._waiting_rows += len(exchanges)
        if self._waiting_rows >= self.flush_rows:
            self._flush()

    def _flush(self) -> None:
        """Write what waits as one file, the batches of each day side by side."""
        tables = {day: _joined(parts) for day, parts in sorted(self._waiting.items())}
        schema = pa.unify_schemas([table.schema for table in tables.values()])
        empty = schema.empty_table()
        with (
            pa.OSFile(str(self._path(self._files)), "wb") as sink,
            pa.ipc.new_file(sink, schema) as writer,
        ):
            count = 0
            for day, table in tables.items():
                batches = _joined([empty, table]).select(schema.names).to_batches()
                for batch in batches:
                    writer.write_batch(batch)
                self._parts[day].append((self._files, range(count, count + len(batches))))
                count += len(batches)
        self._files += 1
        self._waiting.clear()
        self._waiting_rows = 0

    def _path(self, file: int) -> Path:
        return self.folder / f"{file:05d}.arrow"

    def day(self, day: int, columns: list[str] | None = None) -> pa.Table:
        """All exchanges of one day."""
        parts = []
        for file, batches in self._parts.get(day, []):
            with pa.memory_map(str(self._path(file))) as source:
                reader = pa.ipc.open_file(source)
                parts.append(pa.Table.from_batches([reader.get_batch(at) for at in batches]))
        parts += self._waiting.get(day, [])
        if columns:
            parts = [part.select([n for n in columns if n in part.column_names]) for part in parts]
        return _joined(parts)


def _joined(parts: list[pa.Table]) -> pa.Table:
    return pa.concat_tables(parts, promote_options="default")
