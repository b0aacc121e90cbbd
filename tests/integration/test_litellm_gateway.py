"""Reads the log of a real LiteLLM proxy, recorded or written just now, and loses no request."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import signal
import subprocess
import sys
import venv
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

import stillwatch.catalog
from stillwatch.catalog.load import load_catalog
from stillwatch.io import logs
from stillwatch.io.duplicates import Duplicates
from stillwatch.io.rejects import Rejects
from stillwatch.stages.normalize import normalize

HERE = Path(__file__).parent
GATEWAY = HERE / "gateway"
FIXTURES = HERE.parent / "fixtures" / "providers"
HOW_TO = HERE.parents[1] / "docs" / "how-to" / "litellm.md"
REQUIREMENTS = GATEWAY / "requirements.txt"
BUILD_SECONDS = 900
RUN_SECONDS = 420
TAG = re.compile(r"note-\d{3}")

Row = dict[str, Any]


def read_lines(path: Path) -> list[Row]:
    """The objects of a JSON lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_log(log: Path, folder: Path) -> list[Row]:
    """The exchanges of a proxy log, read as a scan reads them; nothing may be set aside."""
    name = "providers/litellm.toml"
    text = (Path(stillwatch.catalog.__file__).parent / name).read_text(encoding="utf-8")
    card = load_catalog([(name, text)], "").providers[0]
    plan = logs.plan([str(log)], provider=card)
    seen = Duplicates(plan.row_estimate)
    rows: list[Row] = []
    with Rejects(plan.sources) as rejects:
        for chunk in plan.chunks:
            for batch in logs.read(plan, chunk, rejects, normalize):
                rows += seen.drop(batch, chunk, rejects).to_pylist()
        summary = rejects.write(str(folder / "rejected.jsonl"))
    assert (summary.reasons, summary.skipped, summary.warnings) == ({}, {}, {})
    return rows


def by_tag(rows: list[Row]) -> dict[str, list[Row]]:
    """The rows of each tagged request, in the order of the log."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        tags = TAG.findall(row["prompt_text"] or "") or ["without a tag"]
        found[tags[-1]].append(row)
    return found


def faults_of(sent: Row, rows: list[Row]) -> list[str]:
    """Where the log, as read, says something else than what was sent; all of it at once."""
    if not rows:
        return [f"{sent['tag']} has no row"]
    row = rows[-1]
    wanted: Row = {
        "account_id": sent["account"] or sent["key_hash"],
        "api_key_id": sent["key_hash"],
        "request_model": sent["model"],
        "operation": sent["operation"],
        "conversation_id": sent["session"],
    }
    if sent["status"] != 401:  # a refused key is logged before its parameters are read
        wanted |= {
            "system_text": sent["system"],
            "tool_names": sent["tools"] or None,
            "turn_count": sent["turns"],
            "request_stream": sent["stream"],
        } | sent["parameters"]
    if sent["status"]:  # an answer that breaks off gives the client no error status
        wanted["status_code"] = sent["status"]
    if sent["status"] == 200:
        wanted["response_text"] = sent["answer"]
    if sent["tokens"]:
        wanted["input_tokens"], wanted["output_tokens"] = sent["tokens"]
    faults = [
        f"{sent['tag']} {name} is {row[name]!r}, sent {value!r} ({sent['prompt']})"
        for name, value in wanted.items()
        if (row[name] or None) != (value or None)
    ]
    if not row["prompt_text"].startswith(sent["prompt"]):
        faults.append(f"{sent['tag']} prompt_text is {row['prompt_text']!r}")
    if row["ip"] not in sent["ip"].split(", "):  # several where proxies stand in a row
        faults.append(f"{sent['tag']} ip is {row['ip']!r}")
    if sent["agent"] not in row["user_agent"]:
        faults.append(f"{sent['tag']} user_agent is {row['user_agent']!r}")
    if sent["status"] == 200 and not row["input_tokens"]:
        faults.append(f"{sent['tag']} has no tokens")
    return faults


def assert_nothing_lost(sent: list[Row], rows: list[Row]) -> None:
    """Every request has a row that says what was sent; only a retried one has two."""
    found = by_tag(rows)
    assert [fault for one in sent for fault in faults_of(one, found[one["tag"]])] == []
    assert found.keys() == {one["tag"] for one in sent}
    twice = {tag: len(attempts) for tag, attempts in found.items() if len(attempts) > 1}
    retried = {one["tag"]: 2 for one in sent if "mended by a retry" in one["prompt"]}
    assert twice == retried


def only(sent: list[Row], rows: list[Row], words: str, **facts: Any) -> Row:
    """The one row, as read, of the one request with these words in its prompt."""
    tags = [
        one["tag"]
        for one in sent
        if words in one["prompt"] and all(one[name] == value for name, value in facts.items())
    ]
    assert len(tags) == 1
    return by_tag(rows)[tags[0]][-1]


@pytest.fixture(scope="module")
def recorded_sent() -> list[Row]:
    """What the clients of the recorded log sent."""
    return read_lines(FIXTURES / "litellm_recorded_sent.jsonl")


@pytest.fixture(scope="module")
def recorded_rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    """The recorded log as read."""
    return read_log(FIXTURES / "litellm_recorded.jsonl", tmp_path_factory.mktemp("recorded"))


def test_a_recorded_proxy_log_is_read_whole(
    recorded_sent: list[Row], recorded_rows: list[Row]
) -> None:
    """Each recorded request has its row: whole, streamed, failed, refused or hung up on."""
    assert len(recorded_sent) > 50
    assert_nothing_lost(recorded_sent, recorded_rows)


def test_a_request_bears_the_time_at_which_the_proxy_took_it(recorded_rows: list[Row]) -> None:
    """The proxy's seconds since 1970, with their fractions, become the time of the exchange."""
    log = read_lines(FIXTURES / "litellm_recorded.jsonl")
    started = {row["id"]: row["startTime"] for row in log}
    for row in recorded_rows:
        assert row["received_at"].timestamp() == pytest.approx(
            started[row["exchange_id"]], abs=1e-3
        )


def test_an_answer_that_the_provider_cut_off_in_the_middle_counts_as_an_error(
    recorded_sent: list[Row], recorded_rows: list[Row]
) -> None:
    """The proxy gives such a row no HTTP status; it must not pass for a success."""
    row = only(recorded_sent, recorded_rows, "Cut off by the provider")
    assert row["status_code"] >= 400


def test_refusals_ceilings_tools_and_pictures_are_seen(
    recorded_sent: list[Row], recorded_rows: list[Row]
) -> None:
    """What detectors count is there in both dialects."""

    def row(words: str, model: str) -> Row:
        return only(recorded_sent, recorded_rows, words, model=model, stream=False)

    for model in ("paper-chat", "paper-claude"):
        assert row("[[refuse]]", model)["is_refusal"]
        assert row("[[cut]]", model)["finish_reasons"] == ["length"]
        assert row("[[call]]", model)["tool_call_count"] == 1
    assert row("What is in the picture?", "paper-chat")["image_count"] == 1
    assert row("With odds.", "paper-chat")["request_logit_bias_count"] == 1
    assert row("Twice, please.", "paper-chat")["finish_reasons"] == ["stop", "stop"]


def test_reasoning_is_read_whole_or_streamed(
    recorded_sent: list[Row], recorded_rows: list[Row]
) -> None:
    """Visible reasoning and its tokens are there in both dialects."""
    for words in ("Think first.", "Think first, aloud.", "Think first, streamed."):
        for model in {one["model"] for one in recorded_sent if words in one["prompt"]}:
            row = only(recorded_sent, recorded_rows, words, model=model)
            assert row["reasoning_text"].startswith("First I read")
            assert row["reasoning_tokens"] > 0


def test_a_reasoning_block_that_comes_back_is_known_again(
    recorded_sent: list[Row], recorded_rows: list[Row]
) -> None:
    """A block that one request was given and another sends back has one id in both rows."""
    issued = only(recorded_sent, recorded_rows, "Think first.", model="paper-claude")
    back = only(recorded_sent, recorded_rows, "And there?")
    assert len(issued["reasoning_blocks_issued"]) == 1
    assert back["reasoning_blocks_presented"] == issued["reasoning_blocks_issued"]


def test_the_recorded_log_names_no_machine_and_no_secret() -> None:
    """The fixture holds loopback addresses, hashes of keys, and text made up for it."""
    text = (FIXTURES / "litellm_recorded.jsonl").read_text(encoding="utf-8")
    assert set(re.findall(r"\d+\.\d+\.\d+\.\d+", text)) == {"127.0.0.1"}
    assert set(re.findall(r"https?://[^\s\"):]+", text)) == {
        "http://127.0.0.1",
        "https://example.com",
    }
    assert not re.search(r"sk-\w{8}|/(?:home|root|tmp|work|Users)/|site-packages|[Bb]earer ", text)


def test_the_how_to_shows_the_log_writer_that_is_tested() -> None:
    """The page's Python block is the module that the proxy loads here, letter for letter."""
    page = HOW_TO.read_text(encoding="utf-8")
    shown = page.partition("```python\n")[2].partition("```")[0]
    module = (GATEWAY / "stillwatch_log.py").read_text(encoding="utf-8")
    assert shown == module.partition("# The how-to shows")[0]


@pytest.fixture(scope="module")
def gateway_python() -> Path:
    """The Python of an environment that holds the pinned proxy and clients, built once."""
    named = os.environ.get("STILLWATCH_GATEWAY_ENV")
    if not named:
        pytest.skip("STILLWATCH_GATEWAY_ENV names no folder for LiteLLM's own environment (0.8 GB)")
    if (sys.version_info[:2], sys.platform, platform.machine()) != ((3, 11), "linux", "x86_64"):
        pytest.skip("the pinned wheels of the gateway are for CPython 3.11 on Linux x86_64")
    cache = Path(named).resolve()
    assert not cache.is_relative_to(HERE.parents[1]), "LiteLLM stays out of the repository"
    folder = cache / f"litellm-{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]}"
    python, done = folder / "bin" / "python", folder / "complete"
    if not done.exists():
        venv.create(folder, with_pip=True)
        install = ["install", "--quiet", "--no-deps", "--require-hashes", "--only-binary=:all:"]
        for words in (
            ["uninstall", "--quiet", "--yes", "setuptools"],  # it leaves a .pth file behind
            [*install, "--requirement", str(REQUIREMENTS)],
        ):
            pip = [str(python), "-m", "pip", "--disable-pip-version-check", *words]
            subprocess.run(pip, check=True, timeout=BUILD_SECONDS)
        done.touch()
    # A .pth file runs at every start of Python; a stolen release of the proxy once hid in one.
    assert list(folder.rglob("*.pth")) == []
    return python


@pytest.fixture(scope="module")
def gateway_run(gateway_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one whole run of proxy, provider and clients; all of them have ended."""
    folder = tmp_path_factory.mktemp("gateway")
    command = [str(gateway_python), str(GATEWAY / "run.py"), str(folder)]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        assert process.wait(timeout=RUN_SECONDS) == 0, f"read the .out files in {folder}"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return folder


@pytest.mark.gateway
@pytest.mark.slow
def test_the_log_of_a_running_proxy_is_read_whole(gateway_run: Path, tmp_path: Path) -> None:
    """Each request that real clients sent through a real proxy has its row, and none is lost."""
    sent = read_lines(gateway_run / "sent.jsonl")
    rows = read_log(gateway_run / "log.jsonl", tmp_path)
    assert len(sent) >= 60
    assert {one["status"] for one in sent} >= {200, 400, 401, 429, 499, 500, 503}
    assert_nothing_lost(sent, rows)


@pytest.mark.gateway
@pytest.mark.slow
def test_the_generic_callback_sends_the_same_rows(gateway_run: Path, tmp_path: Path) -> None:
    """What comes over HTTP reads like the file; the proxy may forget a row between batches."""
    rows = {row["exchange_id"]: row for row in read_log(gateway_run / "log.jsonl", tmp_path)}
    taken = read_log(gateway_run / "sink.jsonl", tmp_path)
    for row in [*rows.values(), *taken]:
        del row["row_number"]
    assert all(row == rows[row["exchange_id"]] for row in taken)
    assert len(taken) > 0.8 * len(rows)
