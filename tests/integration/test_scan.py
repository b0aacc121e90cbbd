"""The whole scan through the command line: small traffic in, the contract's files out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from fakes import level_bits
from stillwatch.commands.demo import write_traffic
from stillwatch.evals.campaigns import CampaignPlan
from stillwatch.evals.laboratory import observe
from stillwatch.evals.texts import own_texts
from stillwatch.evals.traffic import Traffic, make_traffic
from stillwatch.io.cards import read_catalog
from stillwatch.model.evidence import Bits, LinkBits, Posterior
from stillwatch.model.findings import (
    Activity,
    Campaign,
    Decision,
    FlaggedExchange,
    Link,
    Signal,
    Trace,
    Verdict,
)
from stillwatch.stages.link import HOLDER_STEPS
from stillwatch.tables.digest import digest
from stillwatch.tables.query import Limits
from stillwatch.tables.schema import schema_of
from stillwatch.text.keys import key

pytestmark = pytest.mark.slow  # each scan is a process of its own and takes seconds

START = datetime(2026, 3, 2, tzinfo=UTC)
SECRET_SENTENCE = "The zanzibar heron counts violet umbrellas at dusk"
TABLES = {
    "verdicts": Verdict,
    "campaigns": Campaign,
    "candidates": Campaign,
    "exchanges_flagged": FlaggedExchange,
    "signals": Signal,
    "links": Link,
    "decisions": Decision,
    "timeline": Activity,
    "traces": Trace,
}
OTHER_FILES = {"campaigns.json", "candidates.json", "run.json", "report.html", "rejected.jsonl"}


@dataclass(frozen=True, kw_only=True)
class World:
    """Traffic on disk, and bits that let a campaign be found."""

    folder: Path
    traffic: Traffic

    @property
    def parquet(self) -> Path:
        """The log as Parquet."""
        return self.folder / "exchanges"

    def sides(self) -> list[str]:
        """Options that name the side tables."""
        names = ("accounts", "account_events", "model_releases")
        pairs = [(f"--{n.replace('_', '-')}", str(self.folder / f"{n}.parquet")) for n in names]
        return [word for pair in pairs for word in pair]


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How the command ended."""

    code: int
    out: str
    err: str


def _environment(world: World) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("STILLWATCH_")}
    return own | {"STILLWATCH_BITS": str(world.folder / "bits.json")}


def _command(*words: object) -> list[str]:
    return [sys.executable, "-c", "from stillwatch.cli import main; main()", *map(str, words)]


def stillwatch(world: World, *words: object) -> Ended:
    """Run the command line as a user does."""
    done = subprocess.run(
        _command(*words), capture_output=True, text=True, env=_environment(world),
        cwd=world.folder, timeout=120, check=False,
    )  # fmt: skip
    return Ended(code=done.returncode, out=done.stdout, err=done.stderr)


def planted_bits() -> Bits:
    """Bits by hand: what accounts ask ties them, what they ask for and how evenly convicts them."""
    catalog = read_catalog()
    level = [
        level_bits(card.id, step, 4.0 * step)
        for card in catalog.detectors
        if card.family in ("content", "partition", "structure")
        for step in range(1, len(card.bands) + 1)
    ]
    link = [
        LinkBits(kind=card.id, step=step, bits=bits, same_pairs=100, other_pairs=10)
        for card in catalog.links
        for step in range(HOLDER_STEPS)
        if (bits := 6.0 if card.family == "content" else 1.0)
    ]
    curve = Posterior(subject="cluster", offset=-7.0)
    return Bits(measured_on="a test", level=level, link=link, posterior=[curve])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Eight hundred honest accounts and one campaign of twenty over three days."""
    folder = tmp_path_factory.mktemp("world")
    plan = CampaignPlan(
        kind="forced_reasoning", accounts=20, requests_per_account_day=15, days=3, care="naive"
    )
    traffic = make_traffic(
        seed=11, honest_accounts=800, days=3, start=START, campaigns=[plan], texts=own_texts(11)
    )
    write_traffic(traffic, folder)
    (folder / "bits.json").write_bytes(msgspec.json.encode(planted_bits()))
    return World(folder=folder, traffic=traffic)


@pytest.fixture(scope="module")
def run(world: World) -> Path:
    """One scan of the world, with one thread."""
    ended = stillwatch(
        world, "scan", world.parquet, *world.sides(), "--out", "run", "--threads", 1, "--quiet"
    )
    assert ended.code == 0, ended.err
    assert ended.err == ""
    return world.folder / "run"


def verdicts(run: Path) -> pa.Table:
    """The verdicts of a run."""
    return pq.read_table(run / "verdicts.parquet")


def test_a_run_folder_has_the_contracts_files(run: Path) -> None:
    """These and no others: no scratch, no part."""
    files = {path.relative_to(run).as_posix() for path in run.rglob("*")}
    assert files == {f"{name}.parquet" for name in TABLES} | OTHER_FILES


@pytest.mark.parametrize("name", TABLES)
def test_tables_have_the_columns_and_types_of_their_nouns(run: Path, name: str) -> None:
    """In order, with types and nullability as the noun says."""
    table = pq.read_table(run / f"{name}.parquet")
    assert table.schema.equals(schema_of(TABLES[name]))
    table.validate(full=True)


def test_the_campaign_is_found_without_an_honest_account_in_it(world: World, run: Path) -> None:
    """A third at least of so small a campaign, and nobody else; every account has one verdict."""
    found = verdicts(run)
    seen = pc.unique(world.traffic.exchanges["account_id"])
    assert found.column("account_id").to_pylist() == sorted(seen.to_pylist())
    hostile = set(
        world.traffic.truth.filter(world.traffic.truth["is_hostile"])["account_id"].to_pylist()
    )
    mine = found.filter(pc.is_in(found["account_id"], pa.array(sorted(hostile))))
    campaigns = mine["campaign_id"].drop_null().value_counts().to_pylist()
    main = max(campaigns, key=lambda entry: entry["counts"])
    assert main["counts"] >= len(hostile) / 3
    members = found.filter(pc.equal(found["campaign_id"], main["values"]))
    assert set(members["account_id"].to_pylist()) <= hostile
    assert pc.all(members["flagged"]).as_py()
    assert pc.min(members["posterior"]).as_py() >= 0.9


def test_the_files_of_a_run_tell_one_story(run: Path) -> None:
    """Campaigns, verdicts, links, flagged exchanges and the record agree on who and how many."""
    campaigns = pq.read_table(run / "campaigns.parquet").to_pylist()
    told = json.loads((run / "campaigns.json").read_text())
    record = json.loads((run / "run.json").read_text())
    assert campaigns
    assert [c["campaign_id"] for c in told] == [c["campaign_id"] for c in campaigns]
    flagged = pq.read_table(run / "exchanges_flagged.parquet")
    found = verdicts(run)
    cluster_of = dict(
        zip(found["account_id"].to_pylist(), found["campaign_id"].to_pylist(), strict=True)
    )
    for one in campaigns:
        accounts = one["account_ids"]
        assert accounts == sorted(a for a, c in cluster_of.items() if c == one["campaign_id"])
        assert one["account_count"] == len(accounts)
        suspects = pc.sum(pc.equal(flagged["campaign_id"], one["campaign_id"])).as_py()
        assert one["suspect_exchange_count"] == suspects <= one["exchange_count"]
        assert one["first_seen_at"] <= one["detected_at"] <= one["last_seen_at"]
        assert len(one["families"]) >= 2
        assert len(one["alternatives"]) == len(read_catalog().alternatives)
        assert len(one["factors"]) == 4
    assert record["counts"]["campaigns"] == len(campaigns)
    assert record["counts"]["accounts"] == len(found)
    assert record["counts"]["flagged_accounts"] == pc.sum(found["flagged"]).as_py()
    for name, expected in record["table_digests"].items():
        table = pq.read_table(run / f"{name}.parquet")
        assert digest(table) == expected, name
    links = pq.read_table(run / "links.parquet")
    assert len(links)
    assert all(row["account_a"] < row["account_b"] for row in links.to_pylist())
    for row in verdicts(run).filter(found["flagged"]).to_pylist():
        assert row["reasons"]


def test_a_laboratory_sees_what_a_scan_sees(world: World, run: Path) -> None:
    """Evidence is measured on the same verdicts that the command line gives."""
    catalog = read_catalog(bits=world.folder / "bits.json")
    seen = observe(world.traffic, catalog, Limits(threads=1, memory="1GB"))
    assert digest(seen.run.conclusion.verdicts) == digest(verdicts(run))


def _compared(run: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in sorted(run.iterdir())
        if path.suffix in (".parquet", ".json", ".jsonl") and path.name != "run.json"
    }


def test_two_threads_write_the_same_bytes_as_one(world: World, run: Path) -> None:
    """And so does a second scan: the same Parquet and JSON, byte for byte.

    The record differs in time, memory and settings alone.
    """
    ended = stillwatch(
        world, "scan", world.parquet, *world.sides(), "--out", "again", "--threads", 2, "--json"
    )
    assert ended.code == 0, ended.err
    assert _compared(world.folder / "again") == _compared(run)
    records = [
        json.loads((path / "run.json").read_text()) for path in (run, world.folder / "again")
    ]
    for record in records:
        for name in ("seconds", "peak_megabytes", "settings"):
            record.pop(name)
    assert records[0] == records[1]
    said = json.loads(ended.out)
    assert said["account_count"] == len(verdicts(run))
    assert said["rejected_line_count"] == 0
    assert {c["campaign_id"] for c in said["campaigns"]} == set(
        pq.read_table(run / "campaigns.parquet")["campaign_id"].to_pylist()
    )


def _json_lines(world: World, path: Path, *more: str) -> Path:
    """The log as JSON lines, with other lines before its last row."""
    rows = []
    for row in world.traffic.exchanges.to_pylist():
        kept = {name: value for name, value in row.items() if value is not None}
        rows.append(json.dumps(kept | {"received_at": kept["received_at"].isoformat()}))
    path.write_text("\n".join([*rows[:-1], *more, rows[-1]]) + "\n", "utf-8")
    return path


def test_json_lines_and_parquet_give_the_same_verdicts(world: World, run: Path) -> None:
    """The format is no evidence; two bad lines are set aside, and the exit code says so."""
    log = _json_lines(world, world.folder / "log.jsonl", "{not json", '{"exchange_id": "x-0"}')
    ended = stillwatch(world, "scan", log, *world.sides(), "--out", "lines", "--quiet")
    assert ended.code == 3, ended.err
    assert digest(verdicts(world.folder / "lines")) == digest(verdicts(run))
    rejected = [
        json.loads(line)
        for line in (world.folder / "lines" / "rejected.jsonl").read_text().splitlines()
    ]
    count = len(world.traffic.exchanges)
    assert [entry["line"] for entry in rejected] == [count, count + 1]
    assert all(entry["reason"] and entry["file"].endswith("log.jsonl") for entry in rejected)
    assert "2 lines could not be read" in ended.out


MISTAKES: dict[str, tuple[list[str], int, str]] = {
    "missing file": (["absent.parquet", "--out", "none"], 1, "absent.parquet"),
    "missing side table": (["{log}", "--out", "none", "--accounts", "absent.csv"], 1, "absent.csv"),
    "existing folder": (["{log}", "--out", "exchanges"], 1, "already exists"),
    "working folder": (["{log}", "--out", "."], 1, "already exists"),
    "unknown format": (["{log}", "--out", "none", "--format", "nobodys"], 1, "nobodys"),
    "unknown policy": (["{log}", "--out", "none", "--policy", "harsh"], 1, "harsh"),
    "impossible memory": (["{log}", "--out", "none", "--memory-limit", "lots"], 1, "memory_limit"),
    "no log": (["truth.parquet", "--out", "none"], 1, "exchange_id"),
    "short key": (["{log}", "--out", "none", "--pseudonym-key", "short.key"], 1, "needs 32"),
    "wrong option": (["{log}", "--out", "none", "--fast"], 2, "--fast"),
    "no folder named": (["{log}"], 2, "--out"),
    "wrong time": (["{log}", "--out", "none", "--as-of", "yesterday"], 2, "--as-of"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_in_a_sentence(world: World, mistake: str) -> None:
    """With the right exit code, without a stack trace, and without leaving a folder."""
    words, code, expected = MISTAKES[mistake]
    (world.folder / "short.key").write_bytes(b"short")
    log = str(world.parquet)
    ended = stillwatch(world, "scan", *(word.format(log=log) for word in words), "--quiet")
    assert ended.code == code, ended.err
    assert expected in ended.err
    assert "Traceback" not in ended.err
    assert not list(world.folder.glob("none*"))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_a_stopped_scan_leaves_nothing_that_looks_finished(
    world: World, tmp_path: Path, how: signal.Signals
) -> None:
    """Whenever it is stopped there is no folder of the run's name, and the next scan succeeds."""
    out = tmp_path / "run"
    words = ("scan", world.parquet, "--out", out, "--quiet")
    process = subprocess.Popen(
        _command(*words), env=_environment(world), stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 60
    while not out.with_name("run.partial").exists() and time.monotonic() < until:
        time.sleep(0.002)
    process.send_signal(how)
    _, said = process.communicate(timeout=60)
    assert process.returncode != 0
    assert not out.exists()
    if how == signal.SIGINT:
        assert process.returncode in (130, -signal.SIGINT)
        assert "Traceback" not in said
        assert list(tmp_path.iterdir()) == []
    assert stillwatch(world, *words).code == 0
    assert (out / "run.json").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def _days(world: World, folder: Path) -> list[Path]:
    """The log, one file a day."""
    exchanges = world.traffic.exchanges
    day = pc.day(exchanges["received_at"])
    paths = []
    for number in (2, 3, 4):
        paths.append(folder / f"day{number}.parquet")
        pq.write_table(exchanges.filter(pc.equal(day, number)), paths[-1])
    return paths


def test_days_scanned_one_by_one_lose_nothing(world: World, run: Path, tmp_path: Path) -> None:
    """The last day's scan with history says of all three days what one scan of them says."""
    for path in _days(world, tmp_path):
        ended = stillwatch(
            world, "scan", path, *world.sides(), "--out", tmp_path / path.stem,
            "--history", tmp_path / "history", "--quiet",
        )  # fmt: skip
        assert ended.code == 0, ended.err
    # A campaign keeps the id under which an earlier day found it; all else is equal.
    found, whole = verdicts(tmp_path / "day4"), verdicts(run)
    first, second = (table.drop_columns(["campaign_id"]) for table in (found, whole))
    assert digest(first) == digest(second)
    together = pa.table([found["campaign_id"], whole["campaign_id"]], names=["here", "there"])
    pairs = together.group_by(["here", "there"]).aggregate([])
    for side in ("here", "there"):
        assert pairs[side].null_count == 1
        assert len(pc.unique(pairs[side])) == len(pairs)
    before = set(verdicts(tmp_path / "day3")["campaign_id"].drop_null().to_pylist())
    assert before & set(found["campaign_id"].to_pylist())


def test_a_day_cannot_be_scanned_twice_into_one_history(world: World, tmp_path: Path) -> None:
    """The second time is refused, names the day, and leaves no folder."""
    path = _days(world, tmp_path)[0]
    words = ("scan", path, "--history", tmp_path / "history", "--quiet", "--out")
    assert stillwatch(world, *words, tmp_path / "one").code == 0
    ended = stillwatch(world, *words, tmp_path / "two")
    assert ended.code == 1
    assert "already holds 2026-03-02" in ended.err
    assert not (tmp_path / "two").exists()


def _planted(world: World, path: Path) -> None:
    """The log with one sentence in every prompt, system prompt, answer and message."""
    exchanges = world.traffic.exchanges
    for name in ("prompt_text", "system_text", "response_text"):
        at = exchanges.schema.get_field_index(name)
        text = pc.binary_join_element_wise(
            exchanges[name].cast(pa.string()).fill_null(""), SECRET_SENTENCE, " "
        )
        exchanges = exchanges.set_column(at, name, text)
    pq.write_table(exchanges, path)


def test_no_text_and_no_identifier_leaves(world: World, tmp_path: Path) -> None:
    """No file holds a word of a prompt or an answer, though the campaign is found.

    With a key, no file of the run holds an identifier of an account, an exchange or a client, nor
    the unkeyed key of an account; and history holds no account.
    """
    _planted(world, tmp_path / "log.parquet")
    (tmp_path / "secret.key").write_bytes(bytes(range(33, 73)))
    ended = stillwatch(
        world, "scan", tmp_path / "log.parquet", *world.sides(), "--out", tmp_path / "run",
        "--pseudonym-key", tmp_path / "secret.key", "--history", tmp_path / "history", "--json",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["campaigns"]
    accounts, others = _identifiers(world)
    assert len(accounts) > 1000
    told = {"stdout": ended.out.encode(), "stderr": ended.err.encode()}
    for path in (*(tmp_path / "run").rglob("*"), *(tmp_path / "history").rglob("*")):
        if path.is_file():
            told[path.relative_to(tmp_path).as_posix()] = _readable(path)
    for name, body in told.items():
        assert SECRET_SENTENCE.encode() not in body, name
        assert b"zanzibar" not in body.lower(), name
        forbidden = accounts if name.startswith("history") else accounts + others
        shown = next((one for one in forbidden if one in body), None)
        assert shown is None, (name, shown)


def _identifiers(world: World) -> tuple[list[bytes], list[bytes]]:
    """Accounts with their keys as a run would write them, and some of everything else."""
    exchanges = world.traffic.exchanges
    accounts = pc.unique(exchanges["account_id"]).to_pylist()
    keys = [f"{key(account) & (2**64 - 1):016x}" for account in accounts]
    others: list[str] = []
    for name in ("organization_id", "exchange_id", "api_key_id", "conversation_id", "ip"):
        found = pc.unique(exchanges[name].drop_null()).cast(pa.string()).to_pylist()
        others += found[:: max(1, len(found) // 500)]
    return [one.encode() for one in accounts + keys], [one.encode() for one in others]


def _readable(path: Path) -> bytes:
    """A file's bytes, and for Parquet, which packs them, what a reader would see."""
    if path.suffix != ".parquet":
        return path.read_bytes()
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return path.read_bytes() + json.dumps(rows, default=str, ensure_ascii=False).encode()


def test_the_commands_that_read_the_catalogue_work(world: World) -> None:
    """Each in words and as JSON."""
    for words in (["techniques"], ["techniques", "show", "AD-001"], ["formats"], ["settings"]):
        in_words, as_json = (stillwatch(world, *words, *flag) for flag in ([], ["--json"]))
        assert (in_words.code, as_json.code) == (0, 0), in_words.err + as_json.err
        assert in_words.out.strip()
        assert json.loads(as_json.out)
    told = json.loads(stillwatch(world, "settings", "--json").out)
    assert told["bits"]["origin"] == "environment"
    assert stillwatch(world, "techniques", "show", "AD-999").code == 1
