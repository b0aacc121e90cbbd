"""Measures what a day costs with a month of history, beside the same day alone.

    python benchmarks/incremental.py --rows 1000000 --out incremental.json

Twenty-nine days are scanned into a history once. Then the thirtieth is scanned with a copy of
that history and without any, in turn and each time in a fresh process; medians are compared.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import make_bench
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

CEILING = 1.5
SCAN = [sys.executable, "-c", "from stillwatch.cli import main; main()", "scan", "--quiet"]


def write_days(rows: int, folder: Path) -> list[Path]:
    """The benchmark's log, one file a day."""
    logs = folder / "logs"
    make_bench.main(["--rows", str(rows), "--out", str(logs)])
    exchanges = ds.dataset([str(path) for path in sorted(logs.glob("exchanges-*.parquet"))])
    paths = []
    for number in range(make_bench.DAYS):
        begin = make_bench.START.timestamp() + number * 86_400
        edges = [pa.scalar(int((begin + s) * 1e6), pa.timestamp("us", "UTC")) for s in (0, 86_400)]
        of_day = (pc.field("received_at") >= edges[0]) & (pc.field("received_at") < edges[1])
        paths.append(folder / f"day-{number:02}.parquet")
        pq.write_table(exchanges.to_table(filter=of_day), paths[-1], compression="zstd")
    return paths


def scan(paths: Sequence[Path], folder: Path, threads: int, *more: str) -> dict[str, Any]:
    """Scan in a fresh process; its seconds in all and by stage, and its peak memory."""
    out = folder / "run"
    words = [*map(str, paths), "--accounts", str(folder / "logs" / "accounts.parquet")]
    words += ["--out", str(out), "--replace", "--threads", str(threads), *more]
    begun = perf_counter()
    subprocess.run([*SCAN, *words], check=True, stdout=subprocess.DEVNULL)
    seconds = perf_counter() - begun
    record = json.loads((out / "run.json").read_text("utf-8"))
    return {
        "seconds": seconds,
        "stages": record["seconds"],
        "peak_megabytes": max(record["peak_megabytes"].values()),
        "counts": record["counts"],
    }


def measure(rows: int, repeats: int, threads: int, folder: Path) -> dict[str, Any]:
    """Both scans of the last day, `repeats` times in turn."""
    paths = write_days(rows, folder)
    kept = folder / "kept"
    first = scan(paths[:-1], folder, threads, "--history", str(kept))
    alone, later = [], []
    for _ in range(repeats):
        alone.append(scan(paths[-1:], folder, threads))
        history = folder / "history"
        shutil.rmtree(history, ignore_errors=True)
        shutil.copytree(kept, history)
        later.append(scan(paths[-1:], folder, threads, "--history", str(history)))
    size = sum(path.stat().st_size for path in kept.rglob("*") if path.is_file())
    return {
        "rows": rows,
        "rows_of_the_day": pq.read_metadata(paths[-1]).num_rows,
        "history_bytes_a_day": size // (len(paths) - 1),
        "first_29_days": first,
        "alone": _middle(alone),
        "with_history": _middle(later),
        "ratio": median(one["seconds"] for one in later) / median(o["seconds"] for o in alone),
        "ceiling": CEILING,
    }


def _middle(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return sorted(runs, key=lambda run: run["seconds"])[len(runs) // 2]


def picture(found: dict[str, Any]) -> Table:
    """Seconds by stage, side by side."""
    table = Table(title=f"One day of {found['rows_of_the_day']:,} exchanges, alone and after 29")
    for column in ("seconds", "alone", "with history"):
        table.add_column(column, justify="left" if column == "seconds" else "right")
    alone, later = found["alone"], found["with_history"]
    for stage in alone["stages"]:
        table.add_row(stage, *(f"{run['stages'][stage]:.2f}" for run in (alone, later)))
    table.add_row("the whole command", f"{alone['seconds']:.2f}", f"{later['seconds']:.2f}")
    table.add_row("peak MB", str(alone["peak_megabytes"]), str(later["peak_megabytes"]))
    table.add_row("ratio", "", f"{found['ratio']:.2f}")
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, show, and fail when the ratio is above the ceiling."""
    parser = argparse.ArgumentParser(description="What a day costs with a month of history.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, help="JSON file to write")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="incremental-") as folder:
        found = measure(chosen.rows, chosen.repeats, chosen.threads, Path(folder))
    Console().print(picture(found))
    if chosen.out:
        chosen.out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    if found["ratio"] > CEILING:
        sys.exit(f"the ratio {found['ratio']:.2f} is above {CEILING}")


if __name__ == "__main__":
    main()
