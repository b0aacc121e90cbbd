"""The page on sharing between two labs does what it says, each command run as written."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest

import hub_extra  # noqa: F401 - skips these tests without the extra
from hub_room import free_port
from stillwatch.evals.sharing.labs import make_labs
from stillwatch.io.inbox import read_inbox
from stillwatch.io.tables import write_parquet
from stillwatch.sharing.disclose import LEAST_ACCOUNTS

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "share.md"


def section(title: str) -> list[str]:
    """The indented lines under a heading."""
    text = PAGE.read_text("utf-8").split(f"## {title}\n")[1].split("\n## ")[0]
    return [line[4:] for line in text.splitlines() if line.startswith("    ")]


def commands(title: str) -> list[str]:
    """Those of them that are typed."""
    return [line for line in section(title) if line.startswith(("stillwatch ", "head "))]


def typed(line: str, folder: Path, campaign: str = "", *, code: int = 0) -> str:
    """Type a command in a folder; gives what is printed, or what an error says."""
    line = line.replace("C-01", campaign)
    if line.startswith("stillwatch "):
        words = [sys.executable, "-m", "stillwatch.cli", *shlex.split(line)[1:]]
    else:
        words = ["sh", "-c", line]
    done = subprocess.run(words, cwd=folder, capture_output=True, check=False)
    assert done.returncode == code, f"{line}\n{done.stderr.decode()}"
    return (done.stderr if code else done.stdout).decode()


@contextmanager
def hub(line: str, folder: Path, port: int) -> Iterator[None]:
    """The hub, served as the page says, on a port that is free."""
    words = [sys.executable, "-m", "stillwatch.cli", *shlex.split(line)[1:], "--port", str(port)]
    process = subprocess.Popen(words, cwd=folder, stderr=subprocess.DEVNULL)
    try:
        for _ in range(400):
            assert process.poll() is None
            try:
                if httpx.get(f"http://127.0.0.1:{port}/ready", timeout=5).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def test_two_labs_do_what_the_page_says(tmp_path: Path) -> None:
    """From nothing to a share, a sighting that comes back, and a withdrawal."""
    names = ("lab-a", "lab-b")
    first, second = (tmp_path / name for name in names)
    desk = tmp_path / "desk"
    for folder in (first, second, desk):
        folder.mkdir()
    # Three naive operators: whether the page is true is tested here, not how much a scan finds.
    parts = make_labs(857, honest_accounts=900, campaigns=3)
    for name in names:
        traffic = parts[name]
        write_parquet(tmp_path / name / "logs" / "exchanges.parquet", traffic.exchanges)
        write_parquet(tmp_path / name / "accounts.parquet", traffic.accounts)
    keys, names_secret, circle_secret = commands("Keys and a circle")
    typed(circle_secret, first)
    for folder in (first, second):
        typed(keys.replace("lab-a", folder.name), folder)
        typed(names_secret, folder)
    for folder in (first, second, desk):
        for name in names:
            public = (tmp_path / name / f"{name}.pub").read_bytes()
            (folder / f"{name}.pub").write_bytes(public)
    for folder in (first, second):
        (folder / "circle.secret").write_bytes((first / "circle.secret").read_bytes())
        typed_there = commands("Keys and a circle")
        toml = [line for line in section("Keys and a circle") if line not in typed_there]
        (folder / "circle.toml").write_text("\n".join(toml))
    *made, serve = commands("A hub")
    port = free_port()
    for line in made:
        said = typed(line, desk)
        if "member add" in line:
            key = next(one.strip() for one in said.splitlines() if one.startswith("    "))
            folder = tmp_path / shlex.split(line)[5]
            (folder / "hub.key").write_text(key)
            door = [one for one in section("A hub") if not one.startswith("stillwatch ")]
            text = "\n".join(door).replace("8460", str(port))
            (folder / "hub.toml").write_text(text)
    with hub(serve, desk, port):
        _play(first, second)


def _play(first: Path, second: Path) -> None:
    scan, look, share, *rest = commands("Share")
    typed(scan, first)
    rows = pq.read_table(first / "run" / "campaigns.parquet").to_pylist()
    # Not every campaign has something in common that may leave; take one that has.
    known = [row["campaign_id"] for row in rows if row["account_count"] >= LEAST_ACCOUNTS]
    shown = {one: typed(look, first, one) for one in known}
    campaign = max(shown, key=lambda one: _indicators(shown[one]))
    assert "Nothing has left" in typed(look, first, campaign)
    assert "took in" in typed(share, first, campaign)
    for line in rest:
        typed(line, first)
    receive, scan, look, answer, members = commands("Receive, look again, answer")
    assert "lab-a" in typed(receive, second)
    typed(scan, second)
    assert "Nothing has left" in typed(look, second)
    assert "took in" in typed(answer, second)
    typed(receive, second)
    assert "1 confirmed by others" in typed(members, second)
    receipt = typed(receive, first)
    opinions = read_inbox(first / "peers").opinions
    assert opinions
    assert {(one.member_id, one.stance, one.is_signed) for one in opinions} == {("lab-b", 2, True)}
    assert "indicators seen or agreed to" in receipt
    look, withdraw = commands("Take it back")
    assert "Nothing has left" in typed(look, first)
    assert "took in" in typed(withdraw, first)
    assert "taken back for good" in typed(share, first, campaign, code=1)
    typed(receive, second)
    theirs = [one for one in read_inbox(second / "peers").indicators if one.member_id == "lab-a"]
    assert theirs
    assert all(one.is_revoked for one in theirs)
    assert json.loads(typed(f"{receive} --json", second))["entered"] == 0


def _indicators(text: str) -> int:
    """How many indicators a dry run shows."""
    found = re.search(r"^(\d+) of type indicator$", text, re.MULTILINE)
    return int(found[1]) if found else 0
