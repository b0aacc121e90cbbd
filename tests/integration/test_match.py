"""Two laboratories match a campaign over folders, and one finds it by the other's sketch."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

pytest.importorskip("private_set_intersection")
pytest.importorskip("rfc8785")
pytest.importorskip("voprf")

from stillwatch.cli import app
from stillwatch.crypto.oprf import public_key
from stillwatch.evals.campaigns import CampaignPlan
from stillwatch.evals.texts import own_texts
from stillwatch.evals.traffic import make_traffic
from stillwatch.evals.worlds import START
from stillwatch.io.exchange import Exchange
from stillwatch.job.reveal import Table, reveal
from stillwatch.model.errors import SharingError

SHARED_CARDS = 24
LABS = ("lab-a", "lab-b")


def run(*words: str, code: int = 0) -> Any:
    """What a verb prints as JSON."""
    result = CliRunner().invoke(app, [*words, "--json"])
    assert result.exit_code == code, result.output + repr(result.exception)
    return json.loads(result.stdout)


def refused(*words: str) -> str:
    """What a verb says that does nothing."""
    result = CliRunner().invoke(app, [*words])
    assert isinstance(result.exception, SharingError), (
        f"{words[-1]!r}: " + result.output + repr(result.exception)
    )
    return str(result.exception)


def in_words(*words: str) -> str:
    """What a verb tells a person."""
    result = CliRunner().invoke(app, [*words])
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.stdout


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


def start_words(labs: Path, lab: str, room: str, *more: str) -> list[str]:
    """The words that start a matching of a laboratory's campaign; later ones count."""
    peer = LABS[1 - LABS.index(lab)]
    folder = labs / lab
    words = ["match", "start", str(folder / "run"), "--history", str(folder / "history")]
    words += ["--accounts", str(folder / "accounts.parquet"), "--campaign", campaign(labs, lab)]
    words += ["--room", str(folder / room), "--me", lab, "--peer", peer, "--epoch", "2026-W12"]
    words += ["--circle-key", str(labs / "circle.key")]
    wire = labs / f"wire-{room}"
    return [*words, "--inbox", str(wire / peer), "--outbox", str(wire / lab), *more]


def start(labs: Path, lab: str, room: str, *more: str) -> Any:
    """Start a matching of a laboratory's campaign."""
    return run(*start_words(labs, lab, room, *more))


def sketch_words(labs: Path, *more: str) -> list[str]:
    """The words that sketch the first laboratory's campaign; later ones count."""
    folder = labs / "lab-a"
    words = ["match", "sketch", str(folder / "run"), "--history", str(folder / "history")]
    words += ["--campaign", campaign(labs, "lab-a"), "--circle", "forum", "--epoch", "2026-W12"]
    words += ["--circle-key", str(labs / "circle.key"), "--own-key", str(folder / "own.key")]
    return [*words, "--out", str(labs / "sketch.json"), *more]


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
    folder, words = labs / "lab-a", sketch_words(labs)
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


FREE_TEXT = "acct_000123 said: hello"
BAD_NAMES = [FREE_TEXT, "../../evil", "a..b", "-a", "a/b", "x" * 64, "", "lab\n", "läb"]
BAD_EPOCHS = ["acct 123 prompt", "2" * 3_000, "2026-W54", "2026-13", "2026-W12 ", "2026-W1", ""]


@pytest.mark.parametrize(
    ("option", "value"),
    [(name, value) for name in ("--me", "--peer") for value in BAD_NAMES]
    + [("--epoch", value) for value in BAD_EPOCHS],
)
def test_no_free_text_leaves_by_a_greeting(labs: Path, option: str, value: str) -> None:
    """Names and epochs are short words of few letters; else no room, folder or frame is made."""
    said = refused(*start_words(labs, "lab-a", "free", option, value))
    assert said.startswith(f"{option}: ")
    assert len(said) < 400
    assert not (labs / "lab-a" / "free").exists()
    assert not (labs / "wire-free").exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [("--circle", value) for value in BAD_NAMES] + [("--epoch", value) for value in BAD_EPOCHS],
)
def test_no_free_text_leaves_by_a_sketch(labs: Path, option: str, value: str) -> None:
    """Neither written nor shown."""
    out = labs / "free.json"
    said = refused(*sketch_words(labs, "--out", str(out), option, value))
    assert said.startswith(f"{option}: ")
    assert not out.exists()


@pytest.mark.parametrize(
    ("option", "value"), [("--me", FREE_TEXT), ("--me", ".."), ("--epoch", "acct 123 prompt")]
)
def test_no_free_text_leaves_by_a_reveal(labs: Path, option: str, value: str) -> None:
    """The name is a folder that all can read, and the epoch goes into what is published."""
    folder = labs / "lab-a"
    words = ["match", "reveal", str(folder / "run"), "--history", str(folder / "history")]
    words += ["--campaign", campaign(labs, "lab-a"), "--me", "lab-a", "--labs", "none.toml"]
    words += ["--secret", str(folder / "own.key"), "--epoch", "2026-W12", "--least", "2"]
    words += ["--place", str(labs / "round"), option, value]
    assert refused(*words).startswith(f"{option}: ")
    assert not (labs / "round").exists()


@pytest.mark.parametrize("epoch", BAD_EPOCHS)
def test_a_key_is_published_for_an_epoch_alone(labs: Path, epoch: str) -> None:
    """What is read aloud names a week or a month."""
    words = ["match", "reveal-key", "--secret", str(labs / "lab-a" / "own.key")]
    assert refused(*words, "--epoch", epoch).startswith("--epoch: ")
    assert run(*words, "--epoch", "2026-03")["epoch"] == "2026-03"


def test_no_identifier_of_our_own_is_a_name(labs: Path) -> None:
    """An account, an organization and a campaign are refused, alone and as a part of a name."""
    traffic = pq.read_table(labs / "lab-a" / "exchanges.parquet")
    account = traffic["account_id"][0].as_py()
    organization = next(one for one in traffic["organization_id"].to_pylist() if one)
    for own in (account, organization, campaign(labs, "lab-a")):
        for name in (own, f"about-{own}"):
            out = labs / "own.json"
            said = refused(*sketch_words(labs, "--out", str(out), "--circle", name))
            assert "--circle" in said
            assert "of this run" in said
            assert not out.exists()
            said = refused(*start_words(labs, "lab-a", "own", "--me", name))
            assert "--me" in said
            assert not (labs / "lab-a" / "own").exists()


@pytest.mark.usefixtures("matched")
def test_folders_of_an_earlier_matching_are_not_used_again(labs: Path) -> None:
    """Its frames would end the new one, and would be written over; nothing is made."""
    wire = labs / "wire-room"
    before = {path: path.read_bytes() for path in wire.glob("*/*")}
    for inbox, outbox in (("lab-b", "lab-a"), ("lab-b", "new"), ("new", "lab-a")):
        folders = ["--inbox", str(wire / inbox), "--outbox", str(wire / outbox)]
        said = refused(*start_words(labs, "lab-a", "again", "--number", "2", *folders))
        assert "new folders" in said
    assert not (labs / "lab-a" / "again").exists()
    assert {path: path.read_bytes() for path in wire.glob("*/*")} == before


@pytest.mark.usefixtures("matched")
def test_a_person_is_told_where_the_items_are_and_whom_we_wait_for(labs: Path) -> None:
    """After the end the way to the items; after a yes, that the peer has not spoken."""
    done = in_words("match", "step", str(labs / "lab-a" / "room"))
    assert f"`stillwatch match step {labs / 'lab-a' / 'room'} --json` prints them" in done
    for lab in LABS:
        start(labs, lab, "fourth", "--number", "4")
    steps(labs, "fourth", "counted")
    room = str(labs / "lab-a" / "fourth")
    assert "decide with" in in_words("match", "step", room)
    assert "waiting for lab-b to decide" in in_words("match", "decide", room, "--yes")
    assert "waiting for lab-b to decide" in in_words("match", "step", room)
    run("match", "decide", str(labs / "lab-b" / "fourth"), "--no")
    steps(labs, "fourth", "done")
    assert "nothing told, since lab-b said no" in in_words("match", "step", room)


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"lab-b": 3}', b'{"lab-b": {"2026-W12": {"x": 1}}}']
)
def test_a_broken_ledger_is_named(labs: Path, tmp_path: Path, data: bytes) -> None:
    """What was spent is not taken for nothing, and the room goes on once the file is mended."""
    ledger, wire = tmp_path / "ledger.json", [str(tmp_path / lab) for lab in LABS]
    for at, lab in enumerate(LABS):
        folders = ["--inbox", wire[1 - at], "--outbox", wire[at]]
        more = ["--room", str(tmp_path / f"room-{lab}"), "--number", "5"]
        run(*start_words(labs, lab, "x", *more, *folders, "--ledger", str(ledger)))
    ledger.write_bytes(data)
    said = refused("match", "step", str(tmp_path / "room-lab-a"))
    assert said.startswith(f"{ledger}: ")
    assert ledger.read_bytes() == data
    ledger.unlink()
    assert run("match", "step", str(tmp_path / "room-lab-a"))["stage"] == "offered"


def test_what_others_made_up_cannot_steer_the_terminal(labs: Path, tmp_path: Path) -> None:
    """Two of three laboratories open a text of theirs, and ours prints it as one tame line."""
    epoch, own = "2026-W12", labs / "lab-a" / "own.key"
    seeds = {"lab-a": own.read_bytes(), "lab-b": b"b" * 32, "lab-c": b"c" * 32}
    keys = {lab: public_key(seed, epoch) for lab, seed in seeds.items()}
    rows = (f"[[lab]]\nname = '{lab}'\nkey = '{key.hex()}'\n" for lab, key in keys.items())
    (tmp_path / "labs.toml").write_text("".join(rows))

    def other(lab: str) -> None:
        table = Table(
            me=lab, keys=keys, seed=seeds[lab], epoch=epoch, least=2, ledger=tmp_path / lab
        )
        reveal(table, [b"\x1b[2Jx\nip 1"], Exchange(tmp_path / "round", lab, 60))

    folder = labs / "lab-a"
    words = ["match", "reveal", str(folder / "run"), "--history", str(folder / "history")]
    words += ["--campaign", campaign(labs, "lab-a"), "--me", "lab-a", "--secret", str(own)]
    words += ["--labs", str(tmp_path / "labs.toml"), "--epoch", epoch, "--least", "2"]
    words += ["--place", str(tmp_path / "round"), "--ledger", str(tmp_path / "ledger.json")]
    with ThreadPoolExecutor(2) as pool:
        others = [pool.submit(other, lab) for lab in ("lab-b", "lab-c")]
        said = in_words(*words, "--minutes", "1")
        for one in others:
            one.result()
    assert "  ⟨U+001B⟩[2Jx⟨U+000A⟩ip 1: lab-b, lab-c" in said
    assert all(line.isprintable() for line in said.splitlines())
    assert len(said.splitlines()) == 2
