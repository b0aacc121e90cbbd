"""Reads a panel: a folder of JSONL or Parquet answers beside its lineage table."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pyarrow.parquet as pq

from stillwatch.model.errors import SourceError

TABLE = "lineage.csv"
COLUMNS = ("model", "prompt", "response")


def read_lineage(folder: Path) -> list[dict[str, str]]:
    """The rows of a panel's lineage table."""
    path = folder / TABLE
    if not path.is_file():
        raise SourceError(str(path), "is missing", "write one line a model: see docs")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def read_answers(folder: Path) -> dict[str, dict[str, str]]:
    """Answers by model and prompt; a second answer to the same prompt is not used."""
    said: dict[str, dict[str, str]] = {}
    paths = sorted([*folder.glob("*.jsonl"), *folder.glob("*.parquet")])
    if not paths:
        raise SourceError(str(folder), "holds no .jsonl or .parquet", "put the answers there")
    for path in paths:
        for model, prompt, response in _rows(path):
            said.setdefault(model, {}).setdefault(prompt, response)
    return said


def read_suspect(path: Path) -> dict[str, str]:
    """One model's answers by prompt; the column `model` may be missing."""
    said: dict[str, str] = {}
    for _, prompt, response in _rows(path):
        said.setdefault(prompt, response)
    return said


def _rows(path: Path) -> Iterator[tuple[str, str, str]]:
    if path.suffix == ".parquet":
        names = set(pq.read_schema(path).names)
        if not {"prompt", "response"} <= names:
            raise SourceError(str(path), "lacks prompt or response", "name the columns so")
        table = pq.read_table(path, columns=[name for name in COLUMNS if name in names])
        models = table["model"].to_pylist() if "model" in names else [path.stem] * len(table)
        both = (table[name].to_pylist() for name in COLUMNS[1:])
        for model, prompt, response in zip(models, *both, strict=True):
            yield str(model), str(prompt), response or ""
        return
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                yield str(row.get("model", path.stem)), row["prompt"], row["response"] or ""
            except (ValueError, KeyError, AttributeError) as error:
                raise SourceError(
                    f"{path} line {number}", f"cannot be read ({error})", "write prompt, response"
                ) from error


def default_statistics() -> bytes:
    """The statistics that are shipped: template counts, no text."""
    return resources.files("stillwatch.forensics").joinpath("default_panel.npz").read_bytes()
