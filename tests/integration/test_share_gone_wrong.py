"""Sharing when something goes wrong: nothing is lost, nothing wrong leaves, and the words help."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

import hub_extra  # noqa: F401 - skips these tests without the extra
import sharing_room
from hub_room import Room, opened
from sharing_run import LISTED, Lab, labs, run_folder
from stillwatch.cli import app
from stillwatch.io import doors
from stillwatch.io.egress import read_log
from stillwatch.io.inbox import RECEIVED, read_inbox
from stillwatch.io.keys import read_public
from stillwatch.io.taxii import TaxiiClient
from stillwatch.model.errors import SharingError

CAMPAIGN = "C-0123456789ab"
LAST = "X-TAXII-Date-Added-Last"


class Carried(httpx.BaseTransport):
    """Carries to the hub, and changes the header that a test names."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.last: str | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask the hub."""
        found = self._inner.handle_request(request)
        if self.last is not None and LAST in found.headers:
            found.headers[LAST] = self.last
        return found


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """A hub in this process, to which every door leads."""
    with opened(f"sqlite:///{tmp_path / 'hub.db'}") as found:
        found.transport = Carried(found.transport)
        carried = partial(TaxiiClient, transport=found.transport)
        monkeypatch.setattr(doors, "TaxiiClient", carried)
        yield found


def words(*given: str) -> str:
    """What a verb prints."""
    done = CliRunner().invoke(app, list(given), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def said(*given: str) -> Any:
    """The same as values."""
    return json.loads(words(*given, "--json"))


def sharing(lab: Lab, run: Path, campaign: str, *more: str, **person: str) -> list[str]:
    """How a lab shares a campaign."""
    names = ["--names", str(lab.folder / "names.secret"), "--legal-basis", "contract"]
    return ["share", str(run), "--campaign", campaign, *names, *lab.words(*more, **person)]


def receiving(lab: Lab, source: Path | None = None) -> list[str]:
    """How it receives."""
    into = ["--circle", str(lab.folder / "circle.toml"), "--into", str(lab.folder / "peers")]
    return ["receive", str(source or lab.folder / "hub.toml"), *into]


def logged(lab: Lab) -> int:
    """How much left, as the log says."""
    if not (lab.folder / "egress" / "log.jsonl").exists():
        return 0
    return len(read_log(lab.folder / "egress", read_public(lab.folder / "me.pub")))


def test_who_is_let_in_later_is_heard_from_the_beginning(room: Room, tmp_path: Path) -> None:
    """What came before the circle's file knew its member is read again, and counts."""
    first, second = labs(room, tmp_path)
    third = second.folder / "circle.toml"
    whole = third.read_text()
    others = whole.replace(str(first.folder / "me.pub"), str(tmp_path / "other.pub"))
    subprocess.run(
        [sys.executable, "-m", "stillwatch.cli", "prove", "keys", "--out", str(tmp_path / "other")],
        check=True, capture_output=True,
    )  # fmt: skip
    words(*sharing(first, run_folder(tmp_path / "run"), CAMPAIGN))
    third.write_text(others)
    assert said(*receiving(second))["unsigned"] == 1
    third.write_text(whole)
    got = said(*receiving(second))
    assert (got["members"], got["unsigned"]) == ({"share-x": 1}, 0)
    assert said(*receiving(second))["entered"] == 0


@pytest.mark.parametrize("last", ["9999-12-31T00:00:00.000000Z", "tomorrow", ""])
def test_a_hub_that_names_an_impossible_time_loses_us_nothing(
    room: Room, tmp_path: Path, last: str
) -> None:
    """It is not taken as the place to go on from."""
    first, second = labs(room, tmp_path)
    run = run_folder(tmp_path / "run")
    words(*sharing(first, run, CAMPAIGN))
    assert isinstance(room.transport, Carried)
    room.transport.last = last
    assert said(*receiving(second))["indicators"] == 1
    room.transport.last = None
    words(*sharing(first, run, LISTED))
    assert said(*receiving(second))["indicators"] == 2


def test_what_was_refused_is_told_with_the_way_to_have_it(tmp_path: Path, room: Room) -> None:
    """In one line each, whatever a peer wrote into it."""
    _, second = labs(room, tmp_path)
    value = json.loads(sharing_room.sent())
    (indicator,) = [one for one in value["objects"] if one["type"] == "indicator"]
    indicator["id"] = "indicator--\x1b[2J\nshare-x: 9,999 indicators"
    bundle = tmp_path / "bundle.json"
    bundle.write_text(json.dumps(value))
    told = words(*receiving(second, bundle))
    assert "\x1b" not in told
    assert "\nshare-x" not in told
    assert "rejected.jsonl" in told
    assert "--again" in told


def test_a_half_written_line_of_what_came_costs_nothing_else(room: Room, tmp_path: Path) -> None:
    """A power cut while objects were kept; what comes later is taken in and found again."""
    first, second = labs(room, tmp_path)
    run = run_folder(tmp_path / "run")
    words(*sharing(first, run, CAMPAIGN))
    words(*receiving(second))
    with (second.folder / "peers" / RECEIVED).open("ab") as file:
        file.write(b'{"type":"indica')
    words(*sharing(first, run, LISTED))
    assert said(*receiving(second))["members"] == {"share-x": 1}
    words(*sharing(first, run_folder(tmp_path / "run-2"), CAMPAIGN))
    assert said(*receiving(second))["members"] == {"share-x": 1}
    assert len(read_inbox(second.folder / "peers").indicators) == 2


def test_what_was_withdrawn_is_not_sent_again(room: Room, tmp_path: Path) -> None:
    """The file of the share is refused; the file of the withdrawal may be sent again."""
    first, _ = labs(room, tmp_path)
    words(*sharing(first, run_folder(tmp_path / "run"), CAMPAIGN))
    taken = said("withdraw", str(first.shared), *first.words())
    rest = ["--log", str(first.folder / "egress"), "--member", str(first.folder / "me.pub")]
    rest += ["--to", str(first.folder / "hub.toml")]
    with pytest.raises(SharingError, match="taken back for good"):
        words("send", str(first.shared), *rest)
    words("send", taken["file"], *rest)


def test_what_no_receiver_takes_in_is_not_logged_as_left(room: Room, tmp_path: Path) -> None:
    """A run folder that was given words by hand, a person who is none, a hub file that is not."""
    first, _ = labs(room, tmp_path)
    spoilt = run_folder(tmp_path / "spoilt", families=("customer Acme paid 12,345",))
    with pytest.raises(SharingError, match="families that no detector has: customer Acme"):
        words(*sharing(first, spoilt, CAMPAIGN))
    decided = ("suspend Acme Corp, 12,345 exchanges", datetime(2026, 3, 9, tzinfo=UTC))
    spoilt = run_folder(tmp_path / "decided", decided=decided)
    with pytest.raises(SharingError, match="would not be taken in by a receiver"):
        words(*sharing(first, spoilt, CAMPAIGN))
    run = run_folder(tmp_path / "run")
    with pytest.raises(SharingError, match="--person: holds signs that cannot be printed"):
        words(*sharing(first, run, CAMPAIGN, person="Hale\n1  withdrew"))
    with pytest.raises(SharingError, match=r"nowhere.toml"):
        words(*sharing(first, run, CAMPAIGN, "--to", str(tmp_path / "nowhere.toml")))
    assert logged(first) == 0
    assert not first.shared.exists()


def test_a_permitted_use_that_is_given_twice_is_said_once(room: Room, tmp_path: Path) -> None:
    """However often: repetitions say nothing, and nothing may be said with them."""
    first, _ = labs(room, tmp_path)
    uses = [word for _ in range(5) for word in ("--permitted-use", "detect")]
    words(*sharing(first, run_folder(tmp_path / "run"), CAMPAIGN, *uses))
    objects = json.loads(first.shared.read_text())["objects"]
    (event,) = [one for one in objects if one["type"] == "grouping"]
    (facts,) = event["extensions"].values()
    assert facts["permitted_use"] == ["detect"]


def test_two_shares_in_one_second_are_two(room: Room, tmp_path: Path) -> None:
    """Times are told to the millisecond, so that the second replaces the first."""
    first, second = labs(room, tmp_path)
    run = run_folder(tmp_path / "run")
    for _ in range(3):
        words(*sharing(first, run, CAMPAIGN))
    assert logged(first) == 3
    assert said(*receiving(second))["refused"] == []


def test_a_withdrawal_that_cannot_be_says_why(room: Room, tmp_path: Path) -> None:
    """A circle that takes less than the share told is named as the reason."""
    first, _ = labs(room, tmp_path)
    words(*sharing(first, run_folder(tmp_path / "run"), CAMPAIGN))
    circle = first.folder / "circle.toml"
    circle.write_text(circle.read_text().replace('tlp = "amber"', 'tlp = "green"'))
    with pytest.raises(SharingError, match="takes nothing stricter than TLP:GREEN"):
        words("withdraw", str(first.shared), *first.words())


def test_who_stops_it_is_told_that_it_stopped(room: Room, tmp_path: Path) -> None:
    """Ctrl-C while a hub says nothing: a sentence, and the exit code of a stop."""
    first, _ = labs(room, tmp_path)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        hub = f'address = "http://127.0.0.1:{port}/taxii2/"\nkey = "hub.key"\n'
        (first.folder / "hub.toml").write_text(hub)
        process = subprocess.Popen(
            [sys.executable, "-m", "stillwatch.cli", *receiving(first)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        asked, _ = silent.accept()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
        asked.close()
    assert process.returncode == 130
    assert told == "stopped; nothing half-written was left behind\n"
