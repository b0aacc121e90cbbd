"""The whole way on the command line: plan, ask a real server, score, seal, sign and verify."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from proof_room import Authority, make_authority, voice
from stillwatch.cli import app
from stillwatch.model.errors import EndpointError, Faults, ProofError, SettingError

ROOT = Path(__file__).parents[2]
KEY = "sk-test-0123456789"
PROMPTS = 12


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A time authority made with openssl."""
    made = make_authority(tmp_path_factory.mktemp("authority"))
    if made is None:
        pytest.skip("no openssl here to make a time authority with")
    return made


@pytest.fixture(scope="module")
def address(authority: Authority) -> Iterator[str]:
    """Models and the time authority on one server; models answer who sends the key."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status, content = 200, b""
            if self.path == "/tsa":
                content = authority.answer(body)
            elif self.headers["authorization"] != f"Bearer {KEY}":
                status = 401
            else:
                asked = json.loads(body)
                number = int(asked["messages"][-1]["content"].split()[-1])
                message = {"role": "assistant", "content": voice(asked["model"], number)}
                choice = {"index": 0, "message": message, "finish_reason": "stop"}
                content = json.dumps({"choices": [choice]}).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def run(*words: object, code: int = 0) -> str:
    """The output of a command; an exception of ours is raised as it is."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.output


def write_plan(folder: Path, address: str) -> Path:
    """A plan file and its prompts."""
    lines = [
        json.dumps({"id": f"p{n}", "prompt": f"Tell me about thing number {n}"})
        for n in range(PROMPTS)
    ]
    (folder / "prompts.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "answers.jsonl").write_text(
        "".join(
            json.dumps({"prompt": f"p{n}", "answer": voice("teacher", n)}) + "\n"
            for n in range(PROMPTS)
        ),
        "utf-8",
    )
    models = "".join(
        f'[[respondent]]\nname = "{name}"\nrole = "{role}"\nbase_url = "{address}/v1"\n'
        'key_variable = "TEST_PROOF_KEY"\n'
        for name, role in (
            ("suspect", "suspect"), ("first", "reference"), ("second", "reference"),
            ("third", "reference"),
        )
    )  # fmt: skip
    plan = folder / "plan.toml"
    plan.write_text(
        'title = "A case"\nquestion = "Does it copy?"\nprepared_by = "A. Tester"\n'
        'prompts = "prompts.jsonl"\n[request]\ntemperature = 0.0\n'
        '[[respondent]]\nname = "teacher"\nrole = "teacher"\n' + models + "[[test]]\n"
        'name = "exact_copies"\nparameters = { least_prompts = 10 }\n',
        "utf-8",
    )
    return plan


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory, address: str) -> Path:
    """A folder with a sealed, signed and stamped bundle, made as the how-to says."""
    folder = tmp_path_factory.mktemp("case")
    os.environ["TEST_PROOF_KEY"] = KEY
    try:
        plan = write_plan(folder, address)
        room, bundle = folder / "room", folder / "case.zip"
        run("prove", "plan", plan, "--out", room, "--authority", f"{address}/tsa")
        run("prove", "ask", room, "--per-minute", 1e6, "--quiet")
        run("prove", "receive", room, "teacher", folder / "answers.jsonl", "--note", "our log")
        run("prove", "hand-over", room, "--from", "A.", "--to", "B.", "--reason", "scoring")
        run("prove", "score", room)
        for name in ("operator", "witness"):
            run("prove", "keys", "--out", folder / name)
        run(
            "prove", "bundle", room, "--out", bundle, "--operator", "A.", "--key",
            folder / "operator.key", "--witness", "B.", "--witness-key", folder / "witness.pub",
            "--authority", f"{address}/tsa",
        )  # fmt: skip
    finally:
        del os.environ["TEST_PROOF_KEY"]
    return folder


def test_the_whole_way(case: Path, authority: Authority) -> None:
    """Not sound before its witness signed; then nothing fails that the reader can check."""
    bundle = case / "case.zip"
    told = json.loads(run("verify", bundle, "--json", code=1))
    assert [c["name"] for c in told["checks"] if c["outcome"] == "fails"] == [
        "signature of the witness"
    ]
    run("prove", "sign", bundle, "--key", case / "witness.key")
    (case / "tsa.pem").write_bytes(authority.certificates)
    said = run(
        "verify", bundle, "--operator-key", case / "operator.pub", "--witness-key",
        case / "witness.pub", "--authority", case / "tsa.pem", "--json",
    )  # fmt: skip
    checks = json.loads(said)["checks"]
    assert {c["name"] for c in checks if c["outcome"] == "not checked"} == {"source of the answers"}
    assert "report" in {c["name"] for c in checks if c["outcome"] == "holds"}
    assert KEY.encode() not in bundle.read_bytes()
    assert all(KEY.encode() not in path.read_bytes() for path in (case / "room").rglob("*.jsonl"))


def test_the_verifier_needs_nothing_else_of_ours(case: Path, tmp_path: Path) -> None:
    """Its folder alone, copied elsewhere, says the same of the bundle."""
    source = ROOT / "src/stillwatch"
    (tmp_path / "stillwatch").mkdir()
    (tmp_path / "stillwatch/__init__.py").write_text("", "utf-8")
    shutil.copytree(source / "verifier", tmp_path / "stillwatch/verifier")
    done = subprocess.run(
        [sys.executable, "-m", "stillwatch.verifier", case / "case.zip", "--json"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        cwd=tmp_path,
    )
    assert done.stderr == b""
    told = json.loads(done.stdout)
    assert "computed again from the raw text" in json.dumps(told)
    assert done.returncode == (0 if told["is_sound"] else 1)


def test_answers_can_be_shown_alone(case: Path, tmp_path: Path) -> None:
    """As a bundle with the others withheld, and as one answer with its proof."""
    bundle = case / "case.zip"
    run("prove", "sign", bundle, "--key", case / "witness.key")
    lines = (case / "room/journal.jsonl").read_text("utf-8").splitlines()
    leaf = next(
        found["leaf"]["leaf"] for line in lines if (found := json.loads(line))["leaf"] is not None
    )
    run("prove", "disclose", bundle, "--answer", leaf, "--out", tmp_path / "some.zip")
    told = json.loads(run("verify", tmp_path / "some.zip", "--json"))
    assert told["is_sound"]
    assert "withheld" in json.dumps(told)
    run("prove", "disclose", bundle, "--answer", leaf, "--out", tmp_path / "one.json")
    assert json.loads(run("verify", tmp_path / "one.json", "--json"))["is_sound"]
    one = (tmp_path / "one.json").read_bytes()
    assert one.count(b"speaks about") == 1
    (tmp_path / "one.json").write_bytes(one.replace(b"speaks about", b"speaks abuot"))
    assert not json.loads(run("verify", tmp_path / "one.json", "--json", code=1))["is_sound"]
    with pytest.raises(ProofError, match="shows no answer"):
        run("prove", "disclose", bundle, "--answer", "00", "--out", tmp_path / "none.zip")


def test_reports_are_written_again(case: Path, tmp_path: Path) -> None:
    """As a page and as PDF, the bytes that were sealed."""
    import zipfile

    with zipfile.ZipFile(case / "case.zip") as packed:
        for name in ("report.html", "report.pdf"):
            run("prove", "report", case / "case.zip", "--out", tmp_path / name)
            assert (tmp_path / name).read_bytes() == packed.read(name)
    with pytest.raises(ProofError, match="ending"):
        run("prove", "report", case / "case.zip", "--out", tmp_path / "report.doc")


def test_a_wrong_key_stops_with_a_sentence(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost, and the room can be asked again."""
    room = tmp_path / "room"
    run("prove", "plan", write_plan(tmp_path, address), "--out", room)
    with pytest.raises(SettingError, match="TEST_PROOF_KEY"):
        run("prove", "ask", room, "--quiet")
    monkeypatch.setenv("TEST_PROOF_KEY", "wrong")
    with pytest.raises(EndpointError, match="status 401"):
        run("prove", "ask", room, "--quiet")
    with pytest.raises(ProofError, match="lacks 60 planned answers"):
        run("prove", "score", room)
    run("prove", "keys", "--out", tmp_path / "o")
    with pytest.raises(ProofError, match="was not scored"):
        run(
            "prove", "bundle", room, "--out", tmp_path / "b.zip", "--operator", "A.", "--key",
            tmp_path / "o.key",
        )  # fmt: skip


def test_answers_after_scoring_must_be_scored(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bundle never holds answers that its findings do not know."""
    monkeypatch.setenv("TEST_PROOF_KEY", KEY)
    room = tmp_path / "room"
    run("prove", "plan", write_plan(tmp_path, address), "--out", room)
    run("prove", "score", room, "--incomplete")
    run("prove", "ask", room, "--only", "suspect", "--per-minute", 1e6, "--quiet")
    run("prove", "keys", "--out", tmp_path / "o")
    with pytest.raises(ProofError, match="not scored; score again"):
        run(
            "prove", "bundle", room, "--out", tmp_path / "b.zip", "--operator", "A.", "--key",
            tmp_path / "o.key",
        )  # fmt: skip


def test_faults_of_a_plan_file_are_told(tmp_path: Path, address: str) -> None:
    """Unknown words, and what the plan itself cannot be."""
    plan = write_plan(tmp_path, address)
    good = plan.read_text("utf-8")
    plan.write_text("alfa = 0.01\n" + good, "utf-8")
    with pytest.raises(SettingError, match="unknown field `alfa`"):
        run("prove", "plan", plan, "--out", tmp_path / "room")
    plan.write_text("alpha = 2.0\nrepeats = 0\n" + good, "utf-8")
    with pytest.raises(Faults):
        run("prove", "plan", plan, "--out", tmp_path / "room")
    plan.write_text(good, "utf-8")
    (tmp_path / "prompts.jsonl").write_text('{"id": "p1", "text": "?"}\n', "utf-8")
    with pytest.raises(SettingError, match=r"prompts.jsonl line 1"):
        run("prove", "plan", plan, "--out", tmp_path / "room")
    assert not (tmp_path / "room").exists()


def test_what_is_no_bundle_is_not_sound(tmp_path: Path) -> None:
    """A missing file, an empty one and a picture end in a sentence, not in a traceback."""
    (tmp_path / "empty.zip").write_bytes(b"")
    (tmp_path / "picture.zip").write_bytes(b"\x89PNG" * 100)
    (tmp_path / "odd.json").write_bytes(b'{"seal": 1}')
    for name in ("none.zip", "empty.zip", "picture.zip", "odd.json"):
        assert "NOT SOUND" in run("verify", tmp_path / name, code=1)
