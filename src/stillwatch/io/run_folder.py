"""Writes a run folder so that it is either whole or not there, and reads one back."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.model.errors import RunError

RUN_FORMAT = 1
PARTIAL = ".partial"
UNFINISHED = "unfinished"  # a file that says whose folder this is until it has its name
CHANGED = "scan again; the run folder was changed"


class RunFolder:
    """A folder under another name until `finish` gives it its own; leaving early removes it."""

    def __init__(self, out: Path, *, replace: bool = False) -> None:
        self.out = out
        self.replace = replace
        self._refuse_existing()
        self.partial = out.with_name(out.name + PARTIAL)

    def _refuse_existing(self) -> None:
        """Nothing but an earlier run may make way, and that only when asked for."""
        if self.out.exists() and not self.replace:
            raise RunError(str(self.out), "already exists", "name another folder, or use --replace")
        if self.out.exists() and not (self.out / "run.json").exists():
            raise RunError(str(self.out), "is not a run folder", "name another folder")

    def __enter__(self) -> "RunFolder":
        if self.partial.exists() and not (self.partial / UNFINISHED).is_file():
            what = "is in the way, and is not what a scan left that was stopped"
            raise RunError(str(self.partial), what, "move it away, or name another folder")
        shutil.rmtree(self.partial, ignore_errors=True)
        try:
            self.partial.mkdir(parents=True)
            (self.partial / UNFINISHED).touch()
        except OSError as error:
            what = f"cannot be made ({error.strerror})"
            raise RunError(str(self.out), what, "name a folder that you may write") from error
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.partial, ignore_errors=True)

    def table(self, name: str, table: pa.Table) -> None:
        """Write `<name>.parquet`; equal tables give equal bytes."""
        pq.write_table(table, self.partial / f"{name}.parquet", compression="zstd")

    def text(self, name: str, text: str) -> None:
        """Write a text file."""
        (self.partial / name).write_text(text, "utf-8")

    def record(self, name: str, value: Any) -> None:
        """Write a JSON file, keys in a fixed order."""
        self.text(name, json.dumps(value, indent=1, sort_keys=True, default=_plain) + "\n")

    def scratch(self, name: str) -> Path:
        """A folder for work that must not stay."""
        path = self.partial / name
        path.mkdir(exist_ok=True)
        return path

    def drop(self, name: str) -> None:
        """Remove a scratch folder."""
        shutil.rmtree(self.partial / name)

    def finish(self, run: Mapping[str, Any]) -> None:
        """Write run.json last and give the folder its name."""
        self.record("run.json", {"run_format": RUN_FORMAT, **run})
        (self.partial / UNFINISHED).unlink()
        self._refuse_existing()  # the folder may have been made while the scan ran
        if self.out.exists():
            shutil.rmtree(self.out)
        os.replace(self.partial, self.out)


def read_run(folder: Path) -> dict[str, Any]:
    """The run's record. Raises RunError when the folder is no finished run of this format."""
    path = folder / "run.json"
    if not path.is_file():
        raise RunError(str(folder), "is not a finished run", "name a folder that `scan` wrote")
    try:
        run: Any = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise RunError(str(path), f"cannot be read ({error})", CHANGED) from error
    made = run.get("run_format") if isinstance(run, dict) else None
    if made != RUN_FORMAT:
        raise RunError(str(path), f"has run format {made}", "scan again")
    return dict(run)


def read_table(folder: Path, name: str) -> pa.Table:
    """One table of a run."""
    path = folder / f"{name}.parquet"
    if not path.is_file():
        raise RunError(str(path), "is missing", CHANGED)
    try:
        return pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise RunError(str(path), f"cannot be read ({error})", CHANGED) from error


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
