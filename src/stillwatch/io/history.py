"""Keeps the tables of each day, so that tomorrow's scan reads today once."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.model.errors import SourceError

HISTORY_FORMAT = 1
EPOCH = date(1970, 1, 1)


class History:
    """Day tables in a folder, or in memory when there is none.

    A day is written once. Giving the same log again is refused: its counts would double.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._fresh: dict[int, Mapping[str, pa.Table]] = {}

    def known(self) -> list[int]:
        """Days that were kept by earlier runs."""
        if self.folder is None or not self.folder.is_dir():
            return []
        return sorted(
            (date.fromisoformat(path.name) - EPOCH).days
            for path in self.folder.iterdir()
            if path.is_dir() and (path / "day.json").is_file()
        )

    def refuse_known(self, days: Sequence[int]) -> None:
        """Raise SourceError when any of the days is kept already."""
        again = sorted(set(days) & set(self.known()))
        if again:
            raise SourceError(
                str(self.folder),
                f"already holds {_name(again[0])}" + (f" and {len(again) - 1} more days" if again[1:] else ""),
                "scan only new days with this history, or delete those days from it",
            )

    def put(self, day: int, tables: Mapping[str, pa.Table]) -> None:
        """Keep the tables of one day; on disk only when `commit` is called."""
        self._fresh[day] = tables

    def commit(self) -> None:
        """Write fresh days, each whole or not at all."""
        if self.folder is None:
            return
        for day, tables in sorted(self._fresh.items()):
            partial = self.folder / f"{_name(day)}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            for name, table in tables.items():
                pq.write_table(table, partial / f"{name}.parquet", compression="zstd")
            record = {"history_format": HISTORY_FORMAT, "rows": {n: len(t) for n, t in tables.items()}}
            (partial / "day.json").write_text(json.dumps(record, sort_keys=True), "utf-8")
            os.replace(partial, self.folder / _name(day))

    def window(self, first: int, last: int) -> dict[str, pa.Table]:
        """Each table over the days from first to last, in day order."""
        parts: dict[str, list[pa.Table]] = {}
        fresh = {d: t for d, t in self._fresh.items() if first <= d <= last}
        for day in sorted(set(fresh) | {d for d in self.known() if first <= d <= last}):
            tables = fresh[day] if day in fresh else self._read(day)
            for name, table in tables.items():
                parts.setdefault(name, []).append(table)
        return {
            name: pa.concat_tables(tables, promote_options="default")
            for name, tables in parts.items()
        }

    def _read(self, day: int) -> dict[str, pa.Table]:
        assert self.folder is not None
        folder = self.folder / _name(day)
        return {path.stem: pq.read_table(path) for path in sorted(folder.glob("*.parquet"))}


def _name(day: int) -> str:
    return (EPOCH + timedelta(days=day)).isoformat()


def day_of(moment: datetime) -> int:
    """Days since 1970-01-01 UTC."""
    return (moment.astimezone(UTC).date() - EPOCH).days
