"""Measures the scan: rate, memory and parts at three sizes, beside a plain read of the log.

    python benchmarks/bench.py --sizes 1000000,4000000,16000000 --json bench.json

Logs are made once, under `benchmarks/out`. Each scan and each plain read runs in a process of
its own with two threads. A rate is exchanges over the seconds from the start of `run_scan` to
the finished run folder, inside the process; starting Python and importing stands beside it as a
part of its own. The bars are the project's promises on two quiet cores; they are printed as met
or missed and never fail the command.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow.parquet as pq

HERE = Path(__file__).parent
OUT = HERE / "out"
SIZES = (1_000_000, 4_000_000, 16_000_000)
THREADS = 2
LEAST_RATE = 250_000
MOST_MEGABYTES = 6 * 1024
MOST_TIMES_PLAIN = 15.0
MOST_SPREAD = 0.2

PLAIN_READ = """
import sys, time, duckdb
connection = duckdb.connect()
connection.execute("set enable_progress_bar = false")
connection.execute("set threads = " + sys.argv[2])
begun = time.perf_counter()
source = f"read_parquet('{sys.argv[1]}')"
names = [row[0] for row in connection.execute(f"describe select * from {source}").fetchall()]
every = ", ".join(f"max({name})" for name in names if name != "prompt_text")
sql = f"select count(*), bit_xor(hash(prompt_text)), {every} from {source}"
connection.sql(sql).to_arrow_table()
print(time.perf_counter() - begun)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """What one process cost."""

    wall: float
    cpu: float
    megabytes: int
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One size: seconds of the scan by part, beside the plain read."""

    rows: int
    seconds: float  # start of reading the command's inputs to the finished run folder
    cpu_seconds: float  # the whole process
    start_seconds: float  # process start, imports and exit
    parts: dict[str, float]
    megabytes: int
    plain_seconds: float
    plain_cpu_seconds: float
    account_count: int
    campaign_count: int
    hostile_count: int  # accounts of the planted campaigns
    flagged_hostile: int
    flagged_honest: int

    @property
    def rate(self) -> float:
        """Exchanges a second."""
        return self.rows / self.seconds

    @property
    def times_plain(self) -> float:
        """How many plain reads the scan costs."""
        return self.seconds / self.plain_seconds


def data_of(rows: int) -> Path:
    """The folder with the log of so many rows; made when it is not there."""
    folder = OUT / f"data-{rows}"
    if not (folder / "truth.parquet").exists() or len(list(folder.glob("exchanges-*"))) < 16:
        command = [sys.executable, str(HERE / "make_bench.py"), "--rows", str(rows)]
        subprocess.run([*command, "--out", str(folder), "--jobs", str(THREADS)], check=True)
    return folder


def child(command: Sequence[str]) -> Child:
    """Run a process to its end; its own peak memory and CPU."""
    begun = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    return Child(
        wall=perf_counter() - begun,
        cpu=usage.ru_utime + usage.ru_stime,
        megabytes=_megabytes(usage),
        said=said,
    )


def _megabytes(usage: resource.struct_rusage) -> int:
    return usage.ru_maxrss // (1024 * 1024 if sys.platform == "darwin" else 1024)


def measure(rows: int, options: argparse.Namespace) -> Measured:
    """Scan the log of one size once, and read it plainly once."""
    folder = data_of(rows)
    exchanges = str(folder / "exchanges-*.parquet")
    plain = child([sys.executable, "-c", PLAIN_READ, exchanges, str(THREADS)])
    out = OUT / f"run-{rows}"
    command = [str(Path(sys.executable).with_name("stillwatch")), "scan", exchanges]
    command += ["--accounts", str(folder / "accounts.parquet"), "--out", str(out), "--replace"]
    command += ["--threads", str(THREADS), "--memory-limit", options.memory_limit]
    scan = child([*command, "--quiet", "--json"])
    run: dict[str, Any] = json.loads((out / "run.json").read_text("utf-8"))
    seconds = sum(run["seconds"].values())
    truth = pq.read_table(folder / "truth.parquet").to_pylist()
    hostile = {row["account_id"] for row in truth if row["campaign"] is not None}
    verdicts = pq.read_table(out / "verdicts.parquet", columns=["account_id", "flagged"])
    flagged = set(verdicts.filter(verdicts["flagged"])["account_id"].to_pylist())
    return Measured(
        rows=rows,
        seconds=seconds,
        cpu_seconds=scan.cpu,
        start_seconds=scan.wall - seconds,
        parts=run["seconds"],
        megabytes=scan.megabytes,
        plain_seconds=float(plain.said),
        plain_cpu_seconds=plain.cpu,
        account_count=run["counts"]["accounts"],
        campaign_count=run["counts"]["campaigns"],
        hostile_count=len(hostile),
        flagged_hostile=len(flagged & hostile),
        flagged_honest=len(flagged - hostile),
    )


def bars(found: Sequence[Measured]) -> list[dict[str, Any]]:
    """Each promise with what was measured and whether it is met."""
    largest = max(found, key=lambda one: one.rows)
    rates = [one.rate for one in found]
    spread = max(rates) / min(rates) - 1
    size = f"at {largest.rows:,}"
    return [
        _bar(f"exchanges/s {size}", largest.rate, ">=", LEAST_RATE, met=largest.rate >= LEAST_RATE),
        _bar(
            f"peak MB {size}", largest.megabytes, "<=", MOST_MEGABYTES,
            met=largest.megabytes <= MOST_MEGABYTES,
        ),
        _bar(
            f"times the plain read {size}", largest.times_plain, "<=", MOST_TIMES_PLAIN,
            met=largest.times_plain <= MOST_TIMES_PLAIN,
        ),
        _bar("spread between sizes", spread, "<=", MOST_SPREAD, met=spread <= MOST_SPREAD),
    ]  # fmt: skip


def _bar(name: str, value: float, sign: str, limit: float, *, met: bool) -> dict[str, Any]:
    return {"bar": name, "measured": value, "sign": sign, "limit": limit, "met": met}


def in_words(found: Sequence[Measured]) -> str:
    """The table that is printed: sizes side by side."""
    lines = [
        ("exchanges", [f"{one.rows:,}" for one in found]),
        ("exchanges/s, whole", [f"{one.rate:,.0f}" for one in found]),
        ("seconds, whole", [f"{one.seconds:.1f}" for one in found]),
    ]
    for part in found[0].parts:
        shown = [f"{one.parts[part]:.1f} ({one.rows / one.parts[part]:,.0f}/s)" for one in found]
        lines.append((f"  {part}", shown))
    lines += [
        ("process start, imports, exit", [f"{one.start_seconds:.1f}" for one in found]),
        ("CPU seconds", [f"{one.cpu_seconds:.1f}" for one in found]),
        ("peak MB", [f"{one.megabytes:,}" for one in found]),
        ("plain read, seconds", [f"{one.plain_seconds:.2f}" for one in found]),
        ("times the plain read", [f"{one.times_plain:.1f}" for one in found]),
        ("campaigns", [f"{one.campaign_count}" for one in found]),
        (
            "campaign accounts flagged",
            [f"{one.flagged_hostile:,} of {one.hostile_count:,}" for one in found],
        ),
        ("honest accounts flagged", [f"{one.flagged_honest:,}" for one in found]),
    ]
    width = max(len(name) for name, _ in lines)
    table = [f"{name:<{width}}" + "".join(f"{cell:>24}" for cell in cells) for name, cells in lines]
    table.append("")
    for bar in bars(found):
        said = "met" if bar["met"] else "missed"
        table.append(f"{bar['bar']}: {bar['measured']:,.2f} {bar['sign']} {bar['limit']:,} {said}")
    load = os.getloadavg()[0]
    table.append(
        f"Counted from the start of the job to its finished run folder, {THREADS} threads, "
        f"{os.cpu_count()} cores, load now {load:.1f}; on a busy machine compare CPU seconds."
    )
    return "\n".join(table)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, measure and print."""
    parser = argparse.ArgumentParser(description="Measure the speed and memory of a scan.")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="rows, with commas")
    parser.add_argument("--json", type=Path, help="also write what was measured to this file")
    parser.add_argument("--keep", action="store_true", help="keep the run folders")
    parser.add_argument("--memory-limit", default="3GB", help="for the query engine")
    options = parser.parse_args(arguments)
    found = []
    for rows in map(int, options.sizes.split(",")):
        found.append(measure(rows, options))
        if not options.keep:
            shutil.rmtree(OUT / f"run-{rows}")
    print(in_words(found))
    if options.json:
        sizes = [asdict(one) | {"rate": one.rate} for one in found]
        record = {"sizes": sizes, "bars": bars(found), "threads": THREADS}
        options.json.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
