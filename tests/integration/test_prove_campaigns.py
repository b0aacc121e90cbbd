"""Withheld and matched prompts, stopping at will, and a laboratory's own watermark, by verbs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import proof_extra  # noqa: F401
from proof_case import GUILTY, INNOCENT, KEY, green_text, run, write_lines
from stillwatch.model.errors import SettingError
from stillwatch.verifier.check import check
from stillwatch.verifier.container import read
from stillwatch.verifier.found import Found, Trust

COUNT = 40
HEAD = """
title = "An invented case"
question = "Was it fed by campaign c-7?"
prepared_by = "A. Tester"
alpha = 0.01
"""
TEACHER = '[[respondent]]\nname = "our-model"\nrole = "teacher"\nasked = false\n'
SCHEME = '''
from stillwatch.verifier.watermark import GreenList


class Words(GreenList):
    """A green list under a name of one's own."""


def __getattr__(name):
    raise AttributeError(name)
'''


def asked(number: int) -> str:
    """What the campaign asked."""
    return f"Which way for task number {number} of the campaign?"


def real(number: int) -> str:
    """What the teacher answers."""
    return f"Take path p{number} past gate g{number * 7} and then bridge b{number * 13}."


def respondent(name: str, role: str = "suspect") -> str:
    """A model whose answers are handed in."""
    return f'[[respondent]]\nname = "{name}"\nrole = "{role}"\n'


def failed(found: Found) -> set[str]:
    """What the verifier says is wrong."""
    return {one.name for one in found.checks if one.outcome == "fails"}


def scored(room: Path) -> dict[tuple[str, str], dict]:
    """Findings by test and suspect."""
    found = json.loads((room / "findings.json").read_text("utf-8"))["findings"]
    return {(one["test"], one["suspect"]): one for one in found}


def bundled(folder: Path) -> Mapping[str, bytes]:
    """The room as a signed bundle."""
    run("prove", "keys", "--out", folder / "operator")
    run(
        "prove", "bundle", folder / "room", "--out", folder / "case.zip", "--operator", "A.",
        "--key", folder / "operator.key",
    )  # fmt: skip
    return read(folder / "case.zip")


def draw(folder: Path) -> list[dict]:
    """Half of the prompts get no real answer, by a key; trials and prompts are written."""
    (folder / "draws.key").write_text(KEY.hex(), "utf-8")
    (folder / "draws.json").write_text(json.dumps({"key": KEY.hex(), "nonce": "4 11"}), "utf-8")
    prompts = write_lines(folder / "c.jsonl", [{"prompt": asked(n)} for n in range(COUNT)])
    run(
        "prove", "served", "draw", "c-7", "--prompts", prompts, "--key", folder / "draws.key",
        "--nonce", "4 11", "--out", folder / "draws.jsonl",
    )  # fmt: skip
    rows = [json.loads(one) for one in (folder / "draws.jsonl").read_text().splitlines()]
    trials = [{**row, "answer": real(n)} for n, row in enumerate(rows)]
    write_lines(folder / "trials.jsonl", trials)
    write_lines(
        folder / "prompts.jsonl", [{"id": f"s{n}", "prompt": asked(n)} for n in range(COUNT)]
    )
    return trials


def replies(trials: list[dict], name: str) -> list[dict[str, str]]:
    """The guilty knows what was served; the innocent says something of its own."""
    return [
        {
            "prompt": f"s{n}",
            "answer": real(n) if name == GUILTY and row["slot"] else f"Ask somebody in town {n}.",
        }
        for n, row in enumerate(trials)
    ]


WITHHELD = """
[[test]]
name = "served_withheld"
parameters = { trials = "trials", draws = "draws" }
"""
MATERIALS = '\n[materials]\ntrials = "trials.jsonl"\ndraws = "draws.json"\n'


def test_withheld_prompts_and_a_laboratorys_own_watermark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both find the guilty alone; who has not installed the scheme is told what he cannot check."""
    lab = tmp_path / "lab"
    (lab / "lab_words-1.dist-info").mkdir(parents=True)
    (lab / "lab_words.py").write_text(SCHEME, "utf-8")
    (lab / "lab_words-1.dist-info/METADATA").write_text("Name: lab_words\nVersion: 1\n", "utf-8")
    (lab / "lab_words-1.dist-info/entry_points.txt").write_text(
        "[stillwatch.watermarks]\nlab words = lab_words:Words\nlab gone = lab_words:Gone\n", "utf-8"
    )
    trials = draw(tmp_path)
    green = [{"id": f"green-{n}", "prompt": f"Write sixty words, take {n}"} for n in range(12)]
    write_lines(tmp_path / "green.jsonl", green)
    key = tmp_path / "watermark.json"
    plan = tmp_path / "plan.toml"
    plan.write_text(
        f'{HEAD}prompts = ["prompts.jsonl", "green.jsonl"]\n{MATERIALS}watermark = "watermark.json"'
        f"\n{TEACHER}{respondent(GUILTY)}{respondent(INNOCENT)}{WITHHELD}"
        '[[test]]\nname = "watermark"\nparameters = { key = "watermark" }\n',
        "utf-8",
    )

    def name_scheme(name: str) -> None:
        key.write_text(json.dumps({"key": KEY.hex(), "scheme": {"name": name}}), "utf-8")

    name_scheme("lab words")
    with pytest.raises(SettingError, match="no package installed here has the scheme 'lab words'"):
        run("prove", "plan", plan, "--out", tmp_path / "room")
    monkeypatch.syspath_prepend(str(lab))
    name_scheme("lab gone")
    with pytest.raises(SettingError, match="'lab gone' cannot be loaded"):
        run("prove", "plan", plan, "--out", tmp_path / "room")
    name_scheme("lab words")
    run("prove", "plan", plan, "--out", tmp_path / "room")
    for name in (GUILTY, INNOCENT):
        said = replies(trials, name) + [
            {"prompt": one["id"], "answer": green_text(n, 60, is_marked=name == GUILTY)}
            for n, one in enumerate(green)
        ]
        file = write_lines(tmp_path / f"{name}.jsonl", said)
        run("prove", "receive", tmp_path / "room", name, file, "--note", "handed in")
    run("prove", "score", tmp_path / "room", "--quiet")
    found = scored(tmp_path / "room")
    assert {at for at, one in found.items() if one["is_below_alpha"]} == {
        ("served_withheld", GUILTY),
        ("watermark", GUILTY),
    }
    assert found["served_withheld", GUILTY]["facts"]["named"] == ["c-7"]
    files = bundled(tmp_path)
    assert not failed(check(files, Trust()))
    assert all(
        one.name != "findings that cannot be computed here" for one in check(files, Trust()).checks
    )

    monkeypatch.undo()
    sys.modules.pop("lab_words", None)
    told = check(files, Trust())
    assert told.is_sound
    assert [
        one.outcome
        for one in told.checks
        if one.name == "findings that cannot be computed here"
        and "no package installed here has the scheme 'lab words'" in one.sentence
    ] == ["not checked"]
    for one in ('"test":"served_withheld"', '"suspect":"suspect-y"'):
        forged = files["findings.json"].replace(one.encode(), one.replace("s", "t", 1).encode(), 1)
        assert forged != files["findings.json"]
        assert "findings" in failed(check({**files, "findings.json": forged}, Trust()))


def test_who_stops_at_will_is_judged_on_what_was_asked(tmp_path: Path) -> None:
    """Thirty of forty prompts in: the same error rate, no answer missing is an error."""
    trials = draw(tmp_path)
    plan = tmp_path / "plan.toml"
    plan.write_text(
        f'{HEAD}stopping = "anytime"\nprompts = "prompts.jsonl"\n{MATERIALS}{TEACHER}'
        f"{respondent(GUILTY)}{respondent(INNOCENT)}{WITHHELD}",
        "utf-8",
    )
    run("prove", "plan", plan, "--out", tmp_path / "room")
    for name in (GUILTY, INNOCENT):
        file = write_lines(tmp_path / f"{name}.jsonl", replies(trials, name)[:30])
        run("prove", "receive", tmp_path / "room", name, file, "--note", "handed in")
    run("prove", "score", tmp_path / "room", "--quiet")
    found = scored(tmp_path / "room")
    assert found["served_withheld", GUILTY]["is_below_alpha"]
    assert not found["served_withheld", INNOCENT]["is_below_alpha"]
    assert found["served_withheld", GUILTY]["facts"]["is_anytime"]
    assert found["served_withheld", GUILTY]["n"] == 30
    assert not failed(check(bundled(tmp_path), Trust()))


def test_matched_prompts_rank_among_lineages_and_stay_a_lead(tmp_path: Path) -> None:
    """Sixteen lineages: the guilty is first, p is 1/17, and it is never called a proof."""
    trials = [
        {
            "campaign": "c-7",
            "prompt": asked(n),
            "answer": real(n),
            "twin_prompt": f"How about matter {n} of the others?",
            "twin_answer": f"Follow road r{n} until mill m{n * 5}.",
        }
        for n in range(COUNT)
    ]
    write_lines(tmp_path / "trials.jsonl", trials)
    texts = [row[name] for row in trials for name in ("prompt", "twin_prompt")]
    write_lines(
        tmp_path / "prompts.jsonl", [{"id": f"s{n}", "prompt": t} for n, t in enumerate(texts)]
    )
    names = [f"free-{n}" for n in range(16)]
    plan = tmp_path / "plan.toml"
    plan.write_text(
        f'{HEAD.replace("0.01", "0.1")}prompts = "prompts.jsonl"\n[materials]\n'
        f'trials = "trials.jsonl"\n{TEACHER}{respondent(GUILTY)}'
        + "".join(respondent(name, "reference") for name in names)
        + '[[test]]\nname = "served_matched"\nparameters = { trials = "trials" }\n',
        "utf-8",
    )
    run("prove", "plan", plan, "--out", tmp_path / "room")
    for at, name in enumerate([GUILTY, *names]):
        said = [
            {
                "prompt": f"s{n}",
                "answer": real(n // 2)
                if name == GUILTY and n % 2 == 0
                else f"Ask in town {n * (at + 3)}.",
            }
            for n in range(len(texts))
        ]
        file = write_lines(tmp_path / f"{name}.jsonl", said)
        run("prove", "receive", tmp_path / "room", name, file, "--note", "handed in")
    run("prove", "score", tmp_path / "room", "--quiet")
    (found,) = scored(tmp_path / "room").values()
    assert (found["kind"], found["n"], found["is_below_alpha"]) == ("lead", 16, True)
    assert found["p_value"] == pytest.approx(1 / 17)
    assert not failed(check(bundled(tmp_path), Trust()))
