"""Keeps the tables of each day and the campaigns found, so that a day is read once.

Tables are kept as Arrow files: a month of small ones is read several times faster than Parquet.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import feather

from stillwatch.io.parallel import in_order
from stillwatch.model.errors import SourceError

HISTORY_FORMAT = 5
STANDING_FORMAT = 2
STANDING_TIME = timedelta(days=90)  # so long a campaign that is not found any more keeps its id
DATES = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"  # not what a killed run left half-written
EPOCH = date(1970, 1, 1)
READERS = 4  # days are small files: waiting for the disk is what takes time

Standing = dict[str, dict[str, Any]]  # campaign id → found_at, detected_at, accounts
Found = Mapping[str, tuple[datetime, Sequence[str]]]  # campaign id → detected_at, accounts


class History:
    """Day tables in a folder, or in memory when there is none.

    A day is written once. Giving the same log again is refused: its counts would double.
    `names_as` tells apart histories whose identifiers were written in different ways.
    """

    def __init__(self, folder: Path | None, *, names_as: str = "") -> None:
        self.folder = folder
        self.names_as = names_as
        self._fresh: dict[int, Mapping[str, pa.Table]] = {}
        self._found: tuple[datetime, Found] | None = None

    def known(self) -> list[int]:
        """Days that were kept by earlier runs."""
        if self.folder is None or not self.folder.is_dir():
            return []
        return sorted(
            (date.fromisoformat(path.parent.name) - EPOCH).days
            for path in self.folder.glob(f"{DATES}/day.json")
        )

    def refuse_foreign(self) -> None:
        """Raise SourceError when a day was kept by another version or under other names."""
        for day in self.known():
            path = self._at(_name(day)) / "day.json"
            record = _read_json(path)
            if record.get("history_format") != HISTORY_FORMAT:
                raise SourceError(
                    str(path),
                    f"has history format {record.get('history_format')}, not {HISTORY_FORMAT}",
                    "start a new history folder and scan these days again",
                )
            if record.get("names_as") != self.names_as:
                raise SourceError(
                    str(path),
                    "was kept with another pseudonym key, or with none",
                    "give the same key, or another history folder",
                )

    def refuse_known(self, days: Sequence[int]) -> None:
        """Raise SourceError when any of the days is kept already."""
        again = sorted(set(days) & set(self.known()))
        if again:
            more = f" and {len(again) - 1} more days" if again[1:] else ""
            raise SourceError(
                str(self.folder),
                f"already holds {_name(again[0])}{more}",
                "scan only new days with this history, or delete those days from it",
            )

    def put(self, day: int, tables: Mapping[str, pa.Table]) -> None:
        """Keep the tables of one day; on disk only when `commit` is called."""
        self._fresh[day] = tables

    def stand(self, as_of: datetime, campaigns: Found) -> None:
        """Keep each campaign's accounts and when it was detected; on disk only by `commit`."""
        self._found = as_of, campaigns

    def standing(self) -> dict[str, frozenset[str]]:
        """The accounts of each campaign that earlier runs found, by its id."""
        return {id_: frozenset(one["accounts"]) for id_, one in self._standing()[1].items()}

    def detected(self) -> dict[str, datetime]:
        """When the evidence on each campaign that earlier runs found first sufficed, by its id."""
        return {
            id_: datetime.fromisoformat(one["detected_at"])
            for id_, one in self._standing()[1].items()
        }

    def commit(self) -> None:
        """Write fresh days, each whole or not at all, then the campaigns."""
        if self.folder is None:
            return
        for day, tables in sorted(self._fresh.items()):
            partial = self.folder / f"{_name(day)}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            for name, table in tables.items():
                feather.write_feather(table, str(partial / f"{name}.arrow"), compression="zstd")
            record = {
                "history_format": HISTORY_FORMAT,
                "names_as": self.names_as,
                "rows": {name: len(table) for name, table in tables.items()},
            }
            _write_json(partial / "day.json", record)
            os.replace(partial, self.folder / _name(day))
        if self._found is not None:
            self._commit_standing(*self._found)

    def _commit_standing(self, as_of: datetime, campaigns: Found) -> None:
        """A run about an earlier time says nothing new; it leaves what stands."""
        spoken_at, known = self._standing()
        if spoken_at is not None and spoken_at > as_of:
            return
        kept = {
            id_: one
            for id_, one in known.items()
            if as_of - datetime.fromisoformat(one["found_at"]) <= STANDING_TIME
        }
        for id_, (detected_at, accounts) in campaigns.items():
            kept[id_] = {
                "found_at": as_of.isoformat(),
                "detected_at": detected_at.isoformat(),
                "accounts": sorted(accounts),
            }
        path = self._at("standing.json")
        partial = path.with_suffix(".partial")
        partial.parent.mkdir(parents=True, exist_ok=True)
        record = {"standing_format": STANDING_FORMAT, "as_of": as_of.isoformat(), "campaigns": kept}
        _write_json(partial, record)
        os.replace(partial, path)

    def _standing(self) -> tuple[datetime | None, Standing]:
        if self.folder is None or not self._at("standing.json").is_file():
            return None, {}
        path = self._at("standing.json")
        record = _read_json(path)
        if record.get("standing_format") != STANDING_FORMAT:
            raise SourceError(
                str(path),
                f"has standing format {record.get('standing_format')}, not {STANDING_FORMAT}",
                "delete it; campaigns then get new ids",
            )
        return datetime.fromisoformat(record["as_of"]), record["campaigns"]

    def window(self, first: int, last: int) -> dict[str, pa.Table]:
        """Each table over the days from first to last, in day order."""
        parts: dict[str, list[pa.Table]] = {}
        days = sorted(d for d in {*self._fresh, *self.known()} if first <= d <= last)
        for tables in in_order(self._read, days, READERS):
            for name, table in tables.items():
                parts.setdefault(name, []).append(table)
        return {
            name: pa.concat_tables(tables, promote_options="default")
            for name, tables in parts.items()
        }

    def _read(self, day: int) -> Mapping[str, pa.Table]:
        if day in self._fresh:
            return self._fresh[day]
        files = sorted(self._at(_name(day)).glob("*.arrow"))
        return {
            path.stem: feather.read_table(str(path), memory_map=False, use_threads=False)
            for path in files
        }

    def _at(self, name: str) -> Path:
        assert self.folder is not None
        return self.folder / name


def _read_json(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError(str(path), f"cannot be read: {error}", "delete it") from error
    return record if isinstance(record, dict) else {}


def _write_json(path: Path, record: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(record, sort_keys=True), "utf-8")


def _name(day: int) -> str:
    return (EPOCH + timedelta(days=day)).isoformat()


def day_of(moment: datetime) -> int:
    """Days since 1970-01-01 UTC."""
    return (moment.astimezone(UTC).date() - EPOCH).days
