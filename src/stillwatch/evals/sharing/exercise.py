"""One exercise: three labs and a hub in processes of their own, over wires that are recorded.

Every lab has a folder of its own with its logs, keys and what it keeps, and does nothing but what
a person would type: `stillwatch scan`, `share`, `receive`, `withdraw`. A proxy between each lab and
the hub keeps every byte; nothing is encrypted, so that it can be read.
"""

import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from statistics import fmean
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.evals.hostile.work import Care
from stillwatch.evals.sharing.labs import CARES, LABS, make_labs
from stillwatch.evals.sharing.served_hub import RAISED, Desk, run, served
from stillwatch.evals.sharing.tap import Tap
from stillwatch.evals.traffic import Traffic
from stillwatch.io.keys import make_keys
from stillwatch.io.tables import write_parquet
from stillwatch.sharing.disclose import LEAST_ACCOUNTS

CIRCLE = "exercise"
SIDES = ("accounts", "account_events", "model_releases")
DONE = (0, 3)  # complete, or complete with rejected rows


@dataclass(kw_only=True)
class Room:
    """A lab's folder, and when it did what."""

    name: str
    folder: Path
    traffic: Traffic
    person: str
    seconds: dict[str, float] = field(default_factory=dict)

    def said(self, *words: str) -> Any:
        """One verb, typed in the lab's own folder."""
        done = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-m", "stillwatch.cli", *words, "--json"],
            cwd=self.folder, capture_output=True, check=False, env=os.environ.copy(),
        )  # fmt: skip
        if done.returncode not in DONE:
            what = f"{self.name}: stillwatch {' '.join(words)}: {done.stderr.decode()[-2000:]}"
            raise RuntimeError(what)
        return json.loads(done.stdout)

    def scan(self, out: str, *more: str) -> None:
        """Scan the lab's own logs."""
        sides = [word for name in SIDES for word in (f"--{_dashed(name)}", f"logs/{name}.parquet")]
        self.said("scan", "logs/exchanges", *sides, "--out", out, "--replace", "--quiet", *more)

    def leaving(self) -> list[str]:
        """Who lets something leave, and where it goes."""
        return [
            "--circle", "circle.toml", "--names", "names.secret", "--member", "me.pub",
            "--sign", "me.key", "--person", self.person, "--legal-basis", "legitimate-interest",
            "--log", "egress", "--out", "out", "--to", "hub.toml",
        ]  # fmt: skip

    def share(self, campaigns: Sequence[str], out: str = "alone") -> int:
        """Share campaigns; gives how many objects the hub took in."""
        return sum(
            int(self.said("share", out, "--campaign", one, *self.leaving())["sent"]["accepted"])
            for one in campaigns
        )

    def receive(self) -> Any:
        """Take in what has come since the last time."""
        return self.said("receive", "hub.toml", "--circle", "circle.toml", "--into", "peers")

    def answer(self, out: str) -> int:
        """Answer with sightings; gives how many left."""
        words = ("receive", "sightings", out, "--into", "peers", *self.leaving())
        return sum(int(one["sightings"]) for one in self.said(*words))

    def campaigns(self, out: str = "alone") -> list[str]:
        """Campaigns and listed groups that are large enough to be shared."""
        return [
            row["campaign_id"]
            for name in ("campaigns", "candidates")
            for row in pq.read_table(self.folder / out / f"{name}.parquet").to_pylist()
            if row["account_count"] >= LEAST_ACCOUNTS
        ]

    def flagged(self, out: str) -> set[str]:
        """Accounts at or above the alert level."""
        table = pq.read_table(self.folder / out / "verdicts.parquet")
        return set(table.filter(table.column("flagged")).column("account_id").to_pylist())

    def sure(self, out: str, operators: Mapping[str, str]) -> dict[str, datetime]:
        """When the evidence on each account of the operators sufficed."""
        table = pq.read_table(self.folder / out / "campaigns.parquet")
        return {
            account: row["detected_at"]
            for row in table.select(["account_ids", "detected_at"]).to_pylist()
            for account in row["account_ids"]
            if account in operators
        }

    def begun(self, operators: Mapping[str, str]) -> dict[str, datetime]:
        """When each operator's first exchange here was."""
        sent = self.traffic.exchanges.select(["account_id", "received_at"])
        firsts: dict[str, datetime] = {}
        for row in sent.group_by("account_id").aggregate([("received_at", "min")]).to_pylist():
            name = operators.get(row["account_id"])
            if name is not None:
                first = row["received_at_min"]
                firsts[name] = min(firsts.get(name, first), first)
        return firsts

    def operators(self) -> dict[str, str]:
        """Hostile accounts that were active, each with its campaign in truth."""
        active = set(pc.unique(self.traffic.exchanges.column("account_id")).to_pylist())
        return {
            row["account_id"]: row["campaign"]
            for row in self.traffic.truth.to_pylist()
            if row["is_hostile"] and row["account_id"] in active
        }


def _dashed(name: str) -> str:
    return name.replace("_", "-")


@contextmanager
def opened(
    folder: Path,
    seed: int,
    honest: int,
    campaigns: int,
    *,
    is_signed: bool,
    cares: Sequence[Care] = CARES,
) -> Iterator[tuple[list[Room], Path]]:
    """Labs with logs, keys, a circle and a hub that is served; and where the wires are kept."""
    rooms = [
        Room(name=name, folder=folder / name, traffic=traffic, person=f"Person of {name}")
        for name, traffic in make_labs(
            seed, honest_accounts=honest, campaigns=campaigns, labs=LABS, cares=cares
        ).items()
    ]
    for room in rooms:
        _furnish(room)
    for room in rooms:
        for other in rooms:
            (room.folder / f"{other.name}.pub").write_bytes((other.folder / "me.pub").read_bytes())
    keys = _hub(folder / "hub", rooms, is_signed=is_signed)
    wires = folder / "wires"
    with ExitStack() as stack:
        hub = stack.enter_context(
            served(Desk(folder=folder / "hub", name="", key="", environment={}), 1)
        )
        for room in rooms:
            tap = stack.enter_context(Tap(hub.port, wires / room.name))
            (room.folder / "hub.key").write_text(keys[room.name], "utf-8")
            address = f'address = "http://127.0.0.1:{tap.port}/taxii2/"\nkey = "hub.key"\n'
            (room.folder / "hub.toml").write_text(address, "utf-8")
        yield rooms, wires


def _furnish(room: Room) -> None:
    """Logs, keys and secrets of one lab. The circle's secret is the same for all."""
    write_parquet(room.folder / "logs" / "exchanges" / "exchanges.parquet", room.traffic.exchanges)
    for name in SIDES:
        write_parquet(room.folder / "logs" / f"{name}.parquet", getattr(room.traffic, name))
    make_keys(room.folder / "me")
    own = hashlib.sha256(f"names of {room.name}".encode()).digest()
    (room.folder / "names.secret").write_bytes(own)
    (room.folder / "circle.secret").write_bytes(hashlib.sha256(CIRCLE.encode()).digest())
    members = "".join(f'[[member]]\nid = "{one}"\nkey = "{one}.pub"\n' for one in LABS)
    head = f'id = "{CIRCLE}"\ntlp = "amber"\nsecret = "circle.secret"\n'
    (room.folder / "circle.toml").write_text(head + members, "utf-8")


def _hub(folder: Path, rooms: Sequence[Room], *, is_signed: bool) -> dict[str, str]:
    """A hub at which every lab has a seat under a name that says nothing; gives their keys."""
    nothing: dict[str, str] = {}
    run("init", str(folder), environment=nothing)
    settings = folder / "hub.toml"
    text = settings.read_text("utf-8")
    for name, value in RAISED.items():
        text = re.sub(rf"^{name} = .*$", f"{name} = {value}", text, flags=re.MULTILINE)
    settings.write_text(text, "utf-8")
    unsigned = () if is_signed else ("--unsigned",)
    run("circle", "add", str(folder), CIRCLE, "--tlp", "amber", *unsigned, environment=nothing)
    keys = {}
    for seat, room in enumerate(rooms):
        public = room.folder / "me.pub"
        name = f"seat-{seat}"
        words = ("--public-key", str(public))
        told = run("member", "add", str(folder), name, *words, environment=nothing)
        run("circle", "seat", str(folder), CIRCLE, name, environment=nothing)
        keys[room.name] = told["secret"]
    return keys


def play(rooms: Sequence[Room], tell: Callable[[str], None]) -> dict[str, Any]:
    """Scan alone, share, receive, scan with peers, answer, and once more after the answers."""
    first, *others = rooms
    for room in rooms:
        tell(f"{room.name} scans alone")
        room.seconds["scan alone"] = _timed(lambda room=room: room.scan("alone"))  # type: ignore[misc]
    for other in others:
        tell(f"{other.name} shares")
        other.share(other.campaigns())
    begun = time.perf_counter()
    tell(f"{first.name} shares")
    objects = first.share(first.campaigns())
    told = time.perf_counter()
    peers = ("--peers", "peers", "--circle", "circle.toml", "--member", "me.pub")

    def confirm(room: Room) -> int:
        room.receive()
        room.scan("told", *peers)
        count = room.answer("told")
        room.seconds["confirmed"] = time.perf_counter() - told
        return count

    def again(room: Room) -> None:
        room.receive()
        room.scan("agreed", *peers)

    with ThreadPoolExecutor(len(others)) as pool:
        tell(f"{' and '.join(one.name for one in others)} receive, scan again and answer")
        used = _cpu_seconds()
        sightings = list(pool.map(confirm, others))
        used = _cpu_seconds() - used
        tell("both scan once more, with each other's sightings")
        list(pool.map(again, others))
    first.receive()
    return {
        "objects_shared": objects,
        "seconds_to_share": round(told - begun, 1),
        "sightings": sightings,
        "seconds_to_confirm": [round(room.seconds["confirmed"], 1) for room in others],
        # On a busy machine truer than the clock: what both labs' processes used together.
        "cpu_seconds_to_confirm": round(used, 1),
        "seconds_of_a_scan": [round(room.seconds["scan alone"], 1) for room in rooms],
        **_compared(first, others),
    }


def _compared(first: Room, others: Sequence[Room]) -> dict[str, Any]:
    """Accounts of the operators that the first lab found, at the others, by what they knew."""
    known = first.operators()
    found_there = {known[one] for one in first.flagged("alone") if one in known}
    told_at: dict[str, datetime] = {}
    for one, at in first.sure("alone", known).items():
        told_at[known[one]] = min(told_at.get(known[one], at), at)
    counts = dict.fromkeys(("there", "alone", "told", "agreed"), 0)
    waits: dict[str, list[float]] = {"alone": [], "agreed": []}
    raised: set[str] = set()
    for room in others:
        mine = {one: name for one, name in room.operators().items() if name in found_there}
        counts["there"] += len(mine)
        for out in ("alone", "told", "agreed"):
            counts[out] += len(mine.keys() & room.flagged(out))
        alone, agreed = (room.sure(out, mine) for out in ("alone", "agreed"))
        begun = room.begun(mine)
        # Of the same accounts both times: more accounts that come late are not slower.
        for one in sorted(alone.keys() & agreed.keys()):
            name = mine[one]
            waits["alone"].append(_days(begun[name], alone[one]))
            # Whoever told could not know before his own evidence sufficed.
            waits["agreed"].append(_days(begun[name], max(agreed[one], told_at[name])))
        honest = room.flagged("agreed") | room.flagged("told")
        raised |= honest - room.flagged("alone") - set(room.operators())
    return {
        "operators": len(found_there), "accounts": counts, "honest_raised": len(raised),
        "days_to_evidence": {
            name: round(fmean(days), 2) if days else None for name, days in waits.items()
        },
    }  # fmt: skip


def _days(begun: datetime, until: datetime) -> float:
    return (until - begun).total_seconds() / 86_400


def _cpu_seconds() -> float:
    """What every process that ended has used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _timed(what: Callable[[], object]) -> float:
    begun = time.perf_counter()
    what()
    return time.perf_counter() - begun
