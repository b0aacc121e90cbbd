"""Serves a hub in processes of its own, as a forum would, and gives it something to hold."""

import base64
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from stillwatch.io.taxii import Credentials, TaxiiClient

IDENTITY = f"identity--{uuid.uuid5(uuid.NAMESPACE_OID, 'hub-load')}"
GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
CIRCLE = "load"
# Limits are for members; here one member is a hundred, on purpose.
RAISED = {
    "requests_per_second": 1_000_000,
    "requests_at_once": 1_000_000,
    "objects_per_member": 100_000_000,
    "objects_per_day": 100_000_000,
}
DATABASE = "STILLWATCH_LOAD_DATABASE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A hub's folder, and its one member."""

    folder: Path
    name: str
    key: str
    environment: dict[str, str]

    @property
    def headers(self) -> dict[str, str]:
        """What a member's request carries."""
        word = base64.b64encode(f"{self.name}:{self.key}".encode()).decode()
        media = "application/taxii+json;version=2.1"
        return {"authorization": f"Basic {word}", "accept": media, "content-type": media}


def run(*words: str, environment: dict[str, str]) -> Any:
    """One verb of `stillwatch hub`."""
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "stillwatch.cli", "hub", *words, "--json"],
        capture_output=True, check=True, env=os.environ | environment,
    )  # fmt: skip
    return json.loads(done.stdout)


def make(folder: Path, database: str | None) -> Desk:
    """A hub with one member and one circle."""
    environment = {} if database is None else {DATABASE: database}
    options = [] if database is None else ["--database-variable", DATABASE]
    run("init", str(folder), *options, environment=environment)
    settings = folder / "hub.toml"
    text = settings.read_text("utf-8")
    for name, value in RAISED.items():
        text = re.sub(rf"^{name} = .*$", f"{name} = {value}", text, flags=re.MULTILINE)
    settings.write_text(text, "utf-8")
    run("circle", "add", str(folder), CIRCLE, "--unsigned", environment=environment)
    told = run("member", "add", str(folder), "lab", "--identity", IDENTITY, environment=environment)
    run("circle", "seat", str(folder), CIRCLE, "lab", environment=environment)
    return Desk(folder=folder, name="lab", key=told["secret"], environment=environment)


@dataclass(frozen=True, slots=True)
class Served:
    """A hub that runs."""

    port: int
    process_id: int

    def cpu_seconds(self) -> float:
        """What all its processes have used by now; on a busy machine, truer than the clock."""
        ticks, family = 0, {self.process_id}
        for path in sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda p: int(p.parent.name)):
            with contextlib.suppress(OSError):
                found = path.read_text("utf-8").rpartition(")")[2].split()
                if int(path.parent.name) in family or int(found[1]) in family:
                    family.add(int(path.parent.name))
                    ticks += int(found[11]) + int(found[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def served(desk: Desk, workers: int) -> Iterator[Served]:
    """Serve it. What it logs stands in the folder."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    words = [str(desk.folder), "--port", str(port), "--workers", str(workers), "--quiet"]
    with (desk.folder / "serve.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-m", "stillwatch.cli", "hub", "serve", *words],
            stdout=log, stderr=log, env=os.environ | desk.environment,
        )  # fmt: skip
        try:
            _wait(port, process)
            yield Served(port, process.pid)
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("the hub does not start; see serve.log in its folder")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)


def client(desk: Desk, port: int) -> TaxiiClient:
    """Our own client of it."""
    url = f"http://127.0.0.1:{port}/taxii2/"
    return TaxiiClient(url, Credentials(name=desk.name, key=desk.key))


def indicators(first: int, count: int) -> bytes:
    """An envelope of indicators such as labs share: about 700 bytes each."""
    return msgspec.json.encode({"objects": [_indicator(n) for n in range(first, first + count)]})


def _indicator(number: int) -> dict[str, Any]:
    stamp = "2026-01-01T00:00:00.000Z"
    value = uuid.uuid5(uuid.NAMESPACE_OID, f"hub-load/{number}")
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{value}",
        "created_by_ref": IDENTITY,
        "created": stamp,
        "modified": stamp,
        "name": f"Egress of a pool, number {number}",
        "description": "Address from which many accounts with one template asked for reasoning.",
        "indicator_types": ["anomalous-activity"],
        "pattern": f"[ipv6-addr:value = '2001:db8::{number >> 16:x}:{number & 0xFFFF:x}']",
        "pattern_type": "stix",
        "pattern_version": "2.1",
        "valid_from": stamp,
        "valid_until": "2026-04-01T00:00:00.000Z",
        "confidence": number % 100,
        "labels": ["ad-001", "shared-egress"],
        "object_marking_refs": [GREEN],
    }
