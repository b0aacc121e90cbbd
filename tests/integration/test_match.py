"""Two laboratories match a campaign over folders, and one finds it by the other's sketch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

pytest.importorskip("private_set_intersection")
pytest.importorskip("rfc8785")

from stillwatch.cli import app
from stillwatch.evals.campaigns import CampaignPlan
from stillwatch.evals.texts import own_texts
from stillwatch.evals.traffic import make_traffic
from stillwatch.evals.worlds import START

SHARED_CARDS = 24
LABS = ("lab-a", "lab-b")


def run(*words: str, code: int = 0) -> Any:
    """What a verb prints as JSON."""
    result = CliRunner().invoke(app, [*words, "--json"])
    assert result.exit_code == code, result.output + repr(result.exception)
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One operator at two laboratories: other accounts and wordings, some cards the same."""
    root = tmp_path_factory.mktemp("labs")
    (root / "circle.key").write_bytes(b"c" * 40)
    for number, lab in enumerate(LABS):
        plan = CampaignPlan(
            kind="forced_reasoning", accounts=60 + 10 * number, days=6.0, operator=11
        )
        traffic = make_traffic(
            seed=51 + number,
            honest_accounts=1_500,
            days=7,
            start=START,
            campaigns=[plan],
            texts=own_texts(51 + number),
        )
        hostile = set(traffic.truth.filter(traffic.truth["is_hostile"])["account_id"].to_pylist())
        accounts = traffic.accounts.to_pylist()
        cards = iter(f"card-{n}" for n in range(SHARED_CARDS))
        for row in accounts:
            if row["account_id"] in hostile:
                row["payment_fingerprint"] = next(cards, row["payment_fingerprint"])
        folder = root / lab
        folder.mkdir()
        (folder / "hostile.json").write_text(json.dumps(sorted(hostile)))
        (folder / "own.key").write_bytes(bytes([65 + number]) * 32)
        pq.write_table(traffic.exchanges, folder / "exchanges.parquet")
        pq.write_table(
            type(traffic.accounts).from_pylist(accounts, traffic.accounts.schema),
            folder / "accounts.parquet",
        )
        words = ["scan", str(folder / "exchanges.parquet"), "--out", str(folder / "run")]
        words += ["--accounts", str(folder / "accounts.parquet")]
        run(*words, "--history", str(folder / "history"), "--quiet")
    return root


def campaign(labs: Path, lab: str) -> str:
    """The campaign that the laboratory's scan found."""
    found = pq.read_table(labs / lab / "run" / "campaigns.parquet").to_pylist()
    return str(max(found, key=lambda one: one["account_count"])["campaign_id"])


def start(labs: Path, lab: str, room: str, *more: str) -> Any:
    """Start a matching of a laboratory's campaign."""
    peer = LABS[1 - LABS.index(lab)]
    folder = labs / lab
    words = ["match", "start", str(folder / "run"), "--history", str(folder / "history")]
    words += ["--accounts", str(folder / "accounts.parquet"), "--campaign", campaign(labs, lab)]
    words += ["--room", str(folder / room), "--me", lab, "--peer", peer, "--epoch", "2026-W12"]
    words += ["--circle-key", str(labs / "circle.key")]
    wire = labs / f"wire-{room}"
    words += ["--inbox", str(wire / peer), "--outbox", str(wire / lab)]
    return run(*words, *more)


def steps(labs: Path, room: str, stage: str) -> list[Any]:
    """Both sides step until they have got as far."""
    for _ in range(8):
        told = [run("match", "step", str(labs / lab / room)) for lab in LABS]
        if all(one["stage"] == stage for one in told):
            return told
    raise AssertionError(told)


@pytest.fixture(scope="module")
def matched(labs: Path) -> tuple[list[Any], list[Any]]:
    """What both sides are told at the count, and after two yeses."""
    for lab in LABS:
        start(labs, lab, "room")
    counted = steps(labs, "room", "counted")
    for lab in LABS:
        run("match", "decide", str(labs / lab / "room"), "--yes")
    return counted, steps(labs, "room", "done")


def test_two_laboratories_find_the_cards_they_share(matched: tuple[list[Any], list[Any]]) -> None:
    """A count first; after two yeses the items, and each side's own accounts that have them."""
    counted, done = matched
    assert counted[0]["count"] == counted[1]["count"] >= 10
    assert all(one["common"] == [] for one in counted)
    for told in done:
        assert len(told["common"]) == told["count"]
        cards = {one["value"] for one in told["common"] if one["kind"] == "payment"}
        assert cards
        assert cards <= {f"card-{n}" for n in range(SHARED_CARDS)}
        assert all(one["accounts"] for one in told["common"])
    assert [one["value"] for one in done[0]["common"]] == [
        one["value"] for one in done[1]["common"]
    ]


@pytest.mark.usefixtures("matched")
def test_no_account_and_no_identifier_is_on_the_wire(labs: Path) -> None:
    """Every byte of every frame is searched for every account, card and device."""
    frames = b"".join(path.read_bytes() for path in labs.glob("wire-room/*/*.frame"))
    assert len(frames) > 50_000
    for lab in LABS:
        rows = pq.read_table(labs / lab / "accounts.parquet").to_pylist()
        names = ("account_id", "payment_fingerprint", "device_fingerprint", "email_domain")
        held = {str(row[name]).encode() for row in rows for name in names if row[name]}
        assert [value for value in held if value in frames] == []


@pytest.mark.usefixtures("matched")
def test_the_audit_is_a_chain_and_the_budget_is_kept(labs: Path) -> None:
    """Every step has its row; a changed row is found; the peer's points are counted."""
    room = labs / "lab-a" / "room"
    rows = [json.loads(line) for line in (room / "log.jsonl").read_text().splitlines()]
    assert [row["action"] for row in rows][:3] == ["match.hello", "match.offer", "match.answer"]
    assert rows[-1]["action"] == "match.items"
    ledger = json.loads((labs / "lab-a" / "match-ledger.json").read_text())
    spent = ledger["lab-b"]["2026-W12"]
    assert spent["sessions"] == 1
    assert spent["asked"] >= 200


def test_a_person_says_no(labs: Path) -> None:
    """Then no item is told, to either side, though the other agreed."""
    for lab in LABS:
        start(labs, lab, "second", "--number", "2")
    steps(labs, "second", "counted")
    run("match", "decide", str(labs / "lab-a" / "second"), "--yes")
    run("match", "decide", str(labs / "lab-b" / "second"), "--no")
    assert all(one["common"] == [] for one in steps(labs, "second", "done"))


def test_a_dry_run_writes_nothing(labs: Path) -> None:
    """It tells how many items of each kind would be compared."""
    told = start(labs, "lab-a", "never", "--dry-run")
    assert told["would_compare"]["payment"] > 0
    assert not (labs / "lab-a" / "never").exists()
    assert not (labs / "wire-never").exists()


def test_a_foreign_frame_ends_the_matching(labs: Path) -> None:
    """Garbage in the inbox is refused with a reason, and nothing is half kept."""
    start(labs, "lab-a", "third", "--number", "3")
    inbox = labs / "wire-third" / "lab-b"
    (inbox / "00-lab-b.frame").write_bytes(b"\x01" + np.random.default_rng(1).bytes(500))
    told = run("match", "step", str(labs / "lab-a" / "third"), code=1)
    assert told["stage"] == "refused"
    assert "not sealed" in told["reason"]


def test_a_sketch_finds_the_operator_at_the_other_laboratory(labs: Path) -> None:
    """Its nearest cluster there is the same operator's, and the sketch holds nobody's name."""
    folder = labs / "lab-a"
    words = ["match", "sketch", str(folder / "run"), "--history", str(folder / "history")]
    words += ["--campaign", campaign(labs, "lab-a"), "--circle", "forum", "--epoch", "2026-W12"]
    words += ["--circle-key", str(labs / "circle.key"), "--own-key", str(folder / "own.key")]
    words += ["--out", str(labs / "sketch.json")]
    run(*words, "--dry-run")
    assert not (labs / "sketch.json").exists()
    made = run(*words)
    assert run(*words) == made
    other = labs / "lab-b"
    theirs = ["match", "compare", str(labs / "sketch.json"), str(other / "run")]
    theirs += ["--history", str(other / "history"), "--circle-key", str(labs / "circle.key")]
    told = run(*theirs, "--accounts", str(other / "accounts.parquet"))
    # How often such a likeness passes the threshold is measured elsewhere, on many operators.
    nearest = told["nearest"][0]
    his = set(json.loads((other / "hostile.json").read_text()))
    assert len(his & set(nearest["accounts"])) >= 0.9 * len(nearest["accounts"])
    assert nearest["likeness"] > 0.3
    near = {one["cluster"]: one["likeness"] for one in told["nearest"]}
    assert near[campaign(labs, "lab-b")] > 0.3
    text = (labs / "sketch.json").read_text()
    rows = pq.read_table(folder / "accounts.parquet").to_pylist()
    assert [row["account_id"] for row in rows if row["account_id"] in text] == []
