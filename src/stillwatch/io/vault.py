"""Reads the provider's vault: the prompts and answers themselves, which a scan forgets."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.model.errors import SourceError


def read_vault(path: Path) -> pa.Table:
    """One file, or all Parquet and JSON lines of a folder, with the columns that they share."""
    paths = sorted([*path.glob("*.parquet"), *path.glob("*.jsonl")]) if path.is_dir() else [path]
    if not paths or not all(one.is_file() for one in paths):
        raise SourceError(str(path), "holds no vault", "name Parquet or JSON lines")
    return pa.concat_tables([_table(one) for one in paths], promote_options="default")


def _table(path: Path) -> pa.Table:
    try:
        if path.suffix == ".parquet":
            return pq.read_table(path)
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        return pa.Table.from_pylist(rows)
    except (OSError, ValueError, AttributeError, pa.ArrowException) as error:
        raise SourceError(str(path), f"cannot be read ({error})", "write a row a line") from error
