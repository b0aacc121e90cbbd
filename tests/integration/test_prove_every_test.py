"""Every test from raw exchanges to a verified bundle, on the command line: guilt and innocence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import proof_extra  # noqa: F401
from proof_case import (
    GUILTY,
    INNOCENT,
    KEY,
    PROMPTS,
    green_text,
    run,
    serve_canaries,
    styled,
    write_lines,
    write_panel_folder,
    write_served,
)

GREEN = 12


def suspect_answers(
    name: str, prompts: Path, canaries: dict[tuple[str, str], str], served: dict[str, str]
) -> list[dict[str, str]]:
    """The guilty repeats what account a1 was served; the innocent has its own ways."""
    style = dict(zip(PROMPTS, styled(name), strict=True))
    is_guilty = name == GUILTY
    found = []
    for line in prompts.read_text("utf-8").splitlines():
        row = json.loads(line)
        text = row["prompt"]
        if text in style:
            said = style[text]
        elif text in served:
            said = served[text] if is_guilty else "Take Telmar first, or none."
        elif row["id"].startswith("green"):
            said = green_text(int(row["id"].split("-")[1]), 60, is_marked=is_guilty)
        else:
            canary = row["id"].rsplit("-", 1)[0]
            said = canaries["a1", canary] if is_guilty else "It may be Orvane. Let me know."
        found.append({"prompt": row["id"], "answer": said})
    return found


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two suspects, five tests, one bundle."""
    folder = tmp_path_factory.mktemp("case")
    models = write_panel_folder(folder / "models")
    run(
        "prove", "panel", "build", models, "--out", folder / "panel.jsonl", "--prompts",
        folder / "panel-prompts.jsonl", "--quiet",
    )  # fmt: skip
    canaries = serve_canaries(folder)
    run(
        "prove", "canary", "reveal", folder / "canaries", "--out", folder / "canaries.json",
        "--prompts", folder / "canary-prompts.jsonl",
    )  # fmt: skip
    served = write_served(folder)
    haul = folder / "haul.jsonl"
    run(
        "prove", "served", "haul", folder / "run", "--vault", folder / "vault.parquet", "--out",
        haul,
    )  # fmt: skip
    run(
        "prove", "served", "twins", haul, "--others", folder / "others.jsonl", "--out",
        folder / "trials",
    )  # fmt: skip
    write_lines(
        folder / "green.jsonl",
        [{"id": f"green-{n}", "prompt": f"Write sixty words, take {n}"} for n in range(GREEN)],
    )
    (folder / "watermark.json").write_text(
        json.dumps({"key": KEY.hex(), "scheme": {"name": "green list"}}), "utf-8"
    )
    (folder / "plan.toml").write_text(PLAN, "utf-8")
    room = folder / "room"
    run("prove", "plan", folder / "plan.toml", "--out", room)
    for name in (GUILTY, INNOCENT):
        answers = [
            one
            for file in ("panel-prompts", "canary-prompts", "trials/prompts", "green")
            for one in suspect_answers(name, folder / f"{file}.jsonl", canaries, served)
        ]
        path = write_lines(folder / f"{name}.jsonl", answers)
        run("prove", "receive", room, name, path, "--note", "handed in")
    run("prove", "score", room, "--quiet")
    run("prove", "keys", "--out", folder / "operator")
    run(
        "prove", "bundle", room, "--out", folder / "case.zip", "--operator", "A.", "--key",
        folder / "operator.key",
    )  # fmt: skip
    return folder


PLAN = f"""
title = "An invented case"
question = "Were suspect-x and suspect-y trained on answers of vendor0?"
prepared_by = "A. Tester"
alpha = 0.001
prompts = ["panel-prompts.jsonl", "canary-prompts.jsonl", "trials/prompts.jsonl", "green.jsonl"]

[materials]
panel = "panel.jsonl"
canaries = "canaries.json"
trials = "trials/trials.jsonl"
watermark = "watermark.json"

[[respondent]]
name = "our-model"
role = "teacher"
lineage = "vendor0/line"
asked = false

[[respondent]]
name = "{GUILTY}"
role = "suspect"

[[respondent]]
name = "{INNOCENT}"
role = "suspect"

[[test]]
name = "style_lineage"
parameters = {{ panel = "panel", alpha = 0.1, released = {{ {GUILTY} = "2024-01" }} }}

[[test]]
name = "canaries"
parameters = {{ canaries = "canaries" }}

[[test]]
name = "watermark"
parameters = {{ key = "watermark" }}

[[test]]
name = "served_twins"
parameters = {{ trials = "trials" }}
"""


def findings(folder: Path) -> dict[tuple[str, str], dict]:
    """What was scored, by test and suspect."""
    scored = json.loads((folder / "room/findings.json").read_text("utf-8"))
    return {(one["test"], one["suspect"]): one for one in scored["findings"]}


def test_the_guilty_is_found_by_every_test_and_the_innocent_by_none(case: Path) -> None:
    """Four ways, each by its own error rate."""
    found = findings(case)
    assert {one["refused"] for one in found.values()} == {None}
    assert {key for key, one in found.items() if one["is_below_alpha"]} == {
        (test, GUILTY) for test in ("style_lineage", "canaries", "watermark", "served_twins")
    }


def test_the_account_and_the_campaign_are_named(case: Path) -> None:
    """The account that fed the suspect, and not its fellow; the campaign of the scan's run."""
    found = findings(case)
    assert "a1" in found["canaries", GUILTY]["facts"]["named"]
    assert "a2" not in found["canaries", GUILTY]["facts"]["named"]
    assert found["served_twins", GUILTY]["facts"]["named"] == ["c-7"]
    assert found["canaries", INNOCENT]["facts"]["named"] == []


def test_leads_and_proofs_are_corrected_apart(case: Path) -> None:
    """A lead costs a proof nothing: two leads, six proofs."""
    found = findings(case)
    assert {(one["kind"], one["comparisons"]) for one in found.values()} == {
        ("lead", 2),
        ("proof", 6),
    }
    assert found["style_lineage", GUILTY]["alpha"] == 0.1
    assert found["canaries", GUILTY]["alpha"] == 0.001


def test_every_number_is_computed_again(case: Path) -> None:
    """By the verifier that the other side runs, from the raw answers and the materials."""
    told = json.loads(
        run("verify", case / "case.zip", "--operator-key", case / "operator.pub", "--json")
    )
    holds = {one["name"] for one in told["checks"] if one["outcome"] == "holds"}
    assert {"findings", "report", "log", "answers"} <= holds


def test_the_report_tells_leads_from_proofs(case: Path, tmp_path: Path) -> None:
    """Both kinds have their heading; tree, names and campaign are in it; no answer is quoted."""
    run("prove", "report", case / "case.zip", "--out", tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    for part in (
        "<h3>Proof</h3>", "<h3>Leads</h3>", f"Family tree of {GUILTY}", "opening templates",
        "c-7", "Proof that suspect-x depends on", "and a lead, which is no proof: suspect-x",
        "What else could explain the proof", "What else could explain the lead",
    ):  # fmt: skip
        assert part in page
    assert "suspect-y depends" not in page
    assert "People call it" not in page


def test_a_changed_answer_changes_the_findings(case: Path, tmp_path: Path) -> None:
    """A canary's material or an answer with another byte is caught."""
    from stillwatch.verifier.check import check
    from stillwatch.verifier.container import read
    from stillwatch.verifier.found import Trust

    files = read(case / "case.zip")
    assert check(files, Trust()).is_sound
    for name, before, after in (
        ("materials/canaries", b"valley-3", b"valley-4"),
        ("materials/panel", b"vendor0", b"vendor9"),
        ("exchanges.jsonl", b"Choice", b"Chioce"),
        ("findings.json", b'"is_below_alpha":true', b'"is_below_alpha":false'),
    ):
        assert before in files[name]
        told = check({**files, name: files[name].replace(before, after, 1)}, Trust())
        assert not told.is_sound


def test_the_canaries_can_be_scored_alone(case: Path, tmp_path: Path) -> None:
    """Without plan and bundle, from prompts and replies."""
    rows = [json.loads(one) for one in (case / "canary-prompts.jsonl").read_text().splitlines()]
    said = {
        row["prompt"]: row["answer"]
        for row in map(json.loads, (case / f"{GUILTY}.jsonl").read_text().splitlines())
    }
    replies = write_lines(
        tmp_path / "replies.jsonl",
        [{"prompt": row["prompt"], "reply": said[row["id"]]} for row in rows],
    )
    told = json.loads(
        run("prove", "canary", "score", case / "canaries", "--replies", replies, "--json")
    )
    assert "a1" in told["named"]
