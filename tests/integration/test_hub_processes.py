"""A hub in processes of its own: stock clients drive it, and a kill loses nothing."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import hub_extra  # noqa: F401 - skips these tests without the extra
from hub_room import (
    IDENTITIES,
    MEDIA,
    Served,
    database,
    envelope,
    indicator,
    postgres,
    served,
    word,
)
from stillwatch.io.taxii import Credentials, Limits, TaxiiClient

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """One PostgreSQL for this file."""
    with postgres() as uri:
        yield uri


@pytest.fixture(params=["sqlite", "postgresql"])
def environment(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Where the hub's database is; nothing for SQLite in the folder."""
    if request.param == "sqlite":
        yield {}
        return
    with database(request.getfixturevalue("server")) as url:
        yield {"HUB_TEST_DATABASE": url}


def make(folder: Path, environment: dict[str, str]) -> str:
    """A hub with one circle and one member; gives the key."""
    options = ["--database-variable", "HUB_TEST_DATABASE"] if environment else []
    word("init", str(folder), *options, **environment)
    word("circle", "add", str(folder), "open", "--unsigned", **environment)
    told = word("member", "add", str(folder), "lab-a", "--identity", IDENTITIES["a"], **environment)
    word("circle", "seat", str(folder), "open", "lab-a", **environment)
    return str(told["secret"])


def test_the_stock_client_drives_every_endpoint(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    """taxii2-client discovers, adds, pages, filters, reads versions and statuses, and deletes."""
    client = pytest.importorskip("taxii2client.v21", reason="taxii2-client is not installed")
    folder = tmp_path / "hub"
    key = make(folder, environment)
    with served(folder, "--workers", "2", **environment) as hub:
        found = client.Server(f"{hub.address}/taxii2/", user="lab-a", password=key)
        assert found.default.url == f"{hub.address}/api/"
        collection = found.default.collections[0]
        assert (collection.title, collection.can_read, collection.can_write) == ("open", True, True)
        sent = [indicator(n) for n in range(12)]
        status = collection.add_objects({"objects": sent})
        assert (status.status, status.success_count, status.failures) == ("complete", 12, [])
        assert found.default.get_status(status.id).total_count == 12
        pages = list(client.as_pages(collection.get_objects, per_request=5))
        assert [one for page in pages for one in page["objects"]] == sent
        records = list(client.as_pages(collection.get_manifest, per_request=5))
        assert sum(len(page["objects"]) for page in records) == 12
        later = indicator(3, modified="2026-02-01T00:00:00.000Z")
        collection.add_objects({"objects": [later]})
        assert collection.get_object(later["id"])["objects"] == [later]
        assert len(collection.object_versions(later["id"])["versions"]) == 2
        assert collection.get_objects(type="malware") == {}
        collection.delete_object(later["id"])
        assert collection.get_object(later["id"])["objects"] == [indicator(3)]
    assert word("audit", str(folder), **environment)["entry_count"] == 7


def test_a_kill_under_load_loses_nothing_that_was_acknowledged(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    """Four writers, SIGKILL to every process, a new start: each object told of is there once."""
    folder = tmp_path / "hub"
    key = make(folder, environment)
    acknowledged: list[str] = []
    lock = threading.Lock()

    def write(hub: Served, lane: int) -> None:
        number = lane * 1_000_000
        with httpx.Client(auth=("lab-a", key), headers={"content-type": MEDIA}) as client:
            while True:
                sent = [indicator(number + n) for n in range(20)]
                try:
                    told = client.post(
                        f"{hub.address}/api/collections/open/objects/", content=envelope(*sent)
                    )
                except httpx.HTTPError:
                    return
                if told.status_code == 202:
                    with lock:
                        acknowledged.extend(one["id"] for one in sent)
                number += 20

    for _ in range(2):
        begun = len(acknowledged)
        with served(folder, "--workers", "2", **environment) as hub:
            writers = [
                threading.Thread(target=write, args=(hub, lane + begun)) for lane in range(4)
            ]
            for one in writers:
                one.start()
            until = time.monotonic() + 60
            while len(acknowledged) < begun + 200 and time.monotonic() < until:
                time.sleep(0.05)
            os.killpg(hub.process.pid, signal.SIGKILL)
            for one in writers:
                one.join(30)
            hub.process.wait(10)
    assert len(acknowledged) >= 400
    with served(folder, **environment) as hub, taxii(hub, key) as client:
        held = [one["id"] for one, _ in client.objects(client.collection("open"))]
    assert set(acknowledged) - set(held) == set()
    assert len(held) == len(set(held))
    assert len(held) % 20 == 0  # a request is there whole or not at all
    word("audit", str(folder), **environment)


def taxii(hub: Served, key: str) -> TaxiiClient:
    """Our own client over a wire, with a token that it buys."""
    credentials = Credentials(name="lab-a", key=key, token_url="/oauth2/token")  # noqa: S106 - an address
    return TaxiiClient(f"{hub.address}/taxii2/", credentials, Limits(page_objects=100))


def test_a_request_that_stops_half_way_stores_nothing(tmp_path: Path) -> None:
    """A body that breaks off, one that never ends, and heads that are no HTTP."""
    folder = tmp_path / "hub"
    key = make(folder, {})
    settings = folder / "hub.toml"
    settings.write_text(settings.read_text().replace("body_seconds = 30", "body_seconds = 1"))
    with served(folder) as hub:
        body = envelope(*[indicator(n) for n in range(50)])
        head = httpx.Request(
            "POST", f"{hub.address}/api/collections/open/objects/", content=body,
            headers={"content-type": MEDIA, **_basic(key)},
        )  # fmt: skip
        lines = b"".join(name + b": " + value + b"\r\n" for name, value in head.headers.raw)
        start = b"POST /api/collections/open/objects/ HTTP/1.1\r\n" + lines + b"\r\n"
        for cut in (start + body[: len(body) // 2], start[:-2], start):
            _send(hub, cut, wait=False)
        assert b" 408 " in _send(hub, start + body[:100], wait=True)
        assert b" 400 " in _send(hub, b"GET \x00\x01 nonsense\r\n\r\n", wait=True)
        with taxii(hub, key) as client:
            collection = client.collection("open")
            assert list(client.objects(collection)) == []
            assert client.add(collection, body).success_count == 50


def _basic(key: str) -> dict[str, str]:
    request = httpx.Request("GET", "http://localhost")
    next(httpx.BasicAuth("lab-a", key).auth_flow(request))
    return {"authorization": request.headers["authorization"]}


def _send(hub: Served, content: bytes, *, wait: bool) -> bytes:
    host, _, port = hub.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), 20) as opened:
        opened.sendall(content)
        return opened.recv(4096) if wait else b""


def test_a_hub_is_run_by_its_words(tmp_path: Path) -> None:
    """Members, keys, circles, backups and restoring, as the command line says them."""
    folder, again = tmp_path / "hub", tmp_path / "again"
    make(folder, {})
    members: Any = word("member", "list", str(folder))
    assert [one["member"] for one in members] == ["lab-a"]
    second = word("member", "key", str(folder), "lab-a")
    word("member", "end-key", str(folder), members[0]["keys"][0])
    assert word("member", "list", str(folder))[0]["keys"] == [second["key"]]
    word("circle", "seat", str(folder), "open", "lab-a", "--no-write")
    assert word("circle", "list", str(folder))[0]["seats"] == [
        {"member": "lab-a", "can_read": True, "can_write": False}
    ]
    word("backup", str(folder), "--out", str(tmp_path / "hub.gz"))
    word("restore", str(again), str(tmp_path / "hub.gz"))
    assert word("member", "list", str(again)) == word("member", "list", str(folder))
    assert word("migrate", str(again))["revision"] == word("migrate", str(folder))["newest"]
    word("member", "remove", str(again), "lab-a")
    assert word("member", "list", str(again)) == []
