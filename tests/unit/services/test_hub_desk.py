"""A hub is made whole or not at all, its files are its own, and a fault is said in a sentence."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub_room import Room, free_port, indicator
from stillwatch.cli import app
from stillwatch.model.errors import HubError
from stillwatch.services.hub import desk, keeping
from stillwatch.services.hub.backup import read_backup, write_backup
from stillwatch.services.hub.database import migrate, open_database, writing

ROOT = Path(__file__).parents[3]
VARIABLE = "HUB_TEST_ADDRESS"
SAID = {"database_variable": VARIABLE}
STRAY = ("hub.sqlite", "hub.sqlite-wal", "hub.sqlite-shm", "hub.key")
Setting = Callable[[str], None]


@pytest.fixture
def open_mask() -> Iterator[None]:
    """Files that nobody shuts are readable by everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Setting:
    """Sets the variable with the database's URL."""
    return lambda url: monkeypatch.setenv(VARIABLE, url)


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def modes(folder: Path) -> dict[str, str]:
    """Who may do what with each file of a folder."""
    return {one.name: oct(one.stat().st_mode & 0o777) for one in folder.iterdir()}


@pytest.mark.parametrize("name", STRAY)
def test_what_lies_in_the_folder_is_neither_adopted_nor_deleted(
    small: Room, tmp_path: Path, name: str
) -> None:
    """A database or a key that we did not make: refused before anything is written."""
    good = tmp_path / "good.gz"
    write_backup(small.hub.engine, good)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / name).write_bytes(b"somebody's")
    for make in (
        lambda: desk.init(mine, {}),
        lambda: keeping.restore(mine, good, {}),
        lambda: keeping.restore(mine, tmp_path / "none.gz", {}),
    ):
        with pytest.raises(HubError, match=f"holds {name} already"):
            make()
        assert content(mine) == {name: b"somebody's"}


def test_a_failed_restore_takes_away_the_folders_that_it_made(tmp_path: Path) -> None:
    """Also those above, but none that was there."""
    there = tmp_path / "there"
    there.mkdir()
    with pytest.raises(HubError, match=r"none\.gz"):
        keeping.restore(there / "a" / "b", tmp_path / "none.gz", {})
    assert list(there.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://somebody:hidden@127.0.0.1:PORT/hub", "cannot be used.*refused"),
        ("postgresql://somebody:hidden@127.0.0.1:abc/hub", "is no address of a database"),
        ("postgresql://somebody:hidden@127.0.0.1:99999/hub", "cannot be used"),
        ("postgresql://somebody:hidden@127.0.0.1:PORT/hub?x=y", "cannot be used"),
        ("no address", "is no address of a database"),
        ("mysql://somebody:hidden@127.0.0.1/hub", "not a database that the hub can use"),
        ("", f"the environment variable {VARIABLE} is not set"),
    ],
)
def test_a_database_that_is_not_there_is_a_sentence(
    tmp_path: Path, address: Setting, url: str, said: str
) -> None:
    """Making, migrating and opening say what to mend, no secret, and leave nothing half made."""
    pytest.importorskip("psycopg", reason="the driver for PostgreSQL is not installed")
    bad = url.replace("PORT", str(free_port()))
    address(bad)
    for _ in range(2):
        with pytest.raises(HubError, match=said) as caught:
            desk.init(tmp_path / "new", SAID)
        assert "hidden" not in str(caught.value)
        assert "\n" not in str(caught.value)
        assert not (tmp_path / "new").exists()
    address(f"sqlite:///{tmp_path / 'elsewhere.sqlite'}")
    desk.init(tmp_path / "hub", SAID)
    address(bad)
    with pytest.raises(HubError, match=said):
        desk.upgrade(tmp_path / "hub")
    with pytest.raises(HubError):
        desk.list_members(tmp_path / "hub")


def test_a_missing_driver_is_a_sentence(
    tmp_path: Path, address: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the extra to install, and no folder is left."""
    address("postgresql://127.0.0.1/hub")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(HubError, match=r"psycopg.*extra `postgres`"):
        desk.init(tmp_path / "new", SAID)
    assert not (tmp_path / "new").exists()


def test_a_database_that_cannot_be_read_or_is_newer_is_a_sentence(tmp_path: Path) -> None:
    """Neither a file that is none nor one of a later version ends in a traceback."""
    desk.init(tmp_path / "hub", {})
    file = tmp_path / "hub" / "hub.sqlite"
    engine = open_database(f"sqlite:///{file}")
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(HubError, match=r"9999.*newer"):
        desk.upgrade(tmp_path / "hub")
    file.write_bytes(b"no database" * 100)
    with pytest.raises(HubError, match=r"cannot be used.*not a database"):
        desk.upgrade(tmp_path / "hub")


def test_a_database_that_goes_away_at_work_is_a_sentence(tmp_path: Path) -> None:
    """What the driver says comes out as one line."""
    desk.init(tmp_path / "hub", {})
    engine = open_database(f"sqlite:///{tmp_path / 'hub' / 'hub.sqlite'}")
    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TABLE circles")
    engine.dispose()
    with pytest.raises(HubError, match=r"cannot be used.*no such table"):
        desk.list_circles(tmp_path / "hub")


@pytest.mark.usefixtures("open_mask")
def test_files_with_what_members_shared_are_the_owners_alone(tmp_path: Path) -> None:
    """The database with its companions, a backup, and what is restored from it."""
    hub, again, kept = tmp_path / "hub", tmp_path / "again", tmp_path / "kept"
    desk.init(hub, {})
    shut = dict.fromkeys(("hub.key", "hub.sqlite", "hub.sqlite-wal", "hub.sqlite-shm"), "0o600")
    with desk.opened(hub) as found, writing(found.engine) as connection:
        connection.exec_driver_sql("UPDATE hub SET last_us = last_us")
        assert modes(hub) == shut | {"hub.toml": "0o644"}
    kept.mkdir()
    (kept / "hub.gz.partial").write_bytes(b"left by one that was killed")
    keeping.backup(hub, kept / "hub.gz")
    assert modes(kept) == {"hub.gz": "0o600"}
    keeping.restore(again, kept / "hub.gz", {})
    assert modes(again)["hub.sqlite"] == "0o600"
    (hub / "hub.sqlite").unlink()
    desk.upgrade(hub)
    assert modes(hub)["hub.sqlite"] == "0o600"


def test_a_damaged_backup_is_never_a_traceback(small: Room, tmp_path: Path) -> None:
    """A stretch of what is packed, or one bit of what it packs."""
    small.post(*[indicator(n) for n in range(20)])
    write_backup(small.hub.engine, tmp_path / "good.gz")
    raw = (tmp_path / "good.gz").read_bytes()
    plain = gzip.decompress(raw)
    engine = open_database(f"sqlite:///{tmp_path / 'again.sqlite'}")
    migrate(engine)
    bad = tmp_path / "bad.gz"
    for number in range(60):
        packed, inner = bytearray(raw), bytearray(plain)
        at = 10 + number * (len(raw) - 40) // 60
        packed[at : at + 20] = bytes(255 - one for one in packed[at : at + 20])
        inner[number * len(plain) // 60] ^= 1 << number % 8
        for damaged in (bytes(packed), gzip.compress(inner, 1)):
            bad.write_bytes(damaged)
            with pytest.raises(HubError):
                read_backup(engine, bad)
    engine.dispose()


def test_what_a_backup_leaves_out_is_said(tmp_path: Path) -> None:
    """The settings stand beside the database: the help, the answer and the page name them."""
    desk.init(tmp_path / "hub", {})
    assert "hub.toml" in keeping.backup(tmp_path / "hub", tmp_path / "hub.gz")[1]
    told = CliRunner().invoke(app, ["hub", "backup", "--help"], env={"COLUMNS": "200"})
    assert "hub.toml" in told.output
    page = (ROOT / "docs/how-to/run-a-hub.md").read_text("utf-8").split("## Keep it")[1]
    assert "whole hub" not in page
    assert "`hub.toml`" in page


def test_the_example_of_a_proxy_names_the_client_itself() -> None:
    """A header that the client made up never reaches the hub, which believes the proxy."""
    page = (ROOT / "docs/how-to/run-a-hub.md").read_text("utf-8")
    example = page.split("```\nserver {")[1].split("```")[0]
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in example
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in example
