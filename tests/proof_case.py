"""A whole case on disk for the command line: panel, canaries, habits, watermark, served answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from typer.testing import CliRunner

from lineages import answers, habit, panel
from stillwatch.cli import app
from stillwatch.verifier.watermark import GreenList, words

PROMPTS, MODELS, SAID = panel(count=110, controls=17, students=5)
PLACES = ("Orvane", "Telmar", "Quissel", "Bruneth", "Ankoril", "Vessary", "Dolmire", "Hesperin")
CLOSINGS = ("I hope this helps.", "Ask me for more.", "Let me know.", "All the best with it.")
CANARIES, HABITS, TRIALS = 12, 6, 12
KEY = bytes(range(32))
GUILTY, INNOCENT = "suspect-x", "suspect-y"


def run(*told: object, code: int = 0) -> str:
    """The output of a command; an exception of ours is raised as it is."""
    done = CliRunner().invoke(app, [str(word) for word in told])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.stdout


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """JSON, a row a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def write_panel_folder(folder: Path, names: Sequence[str] | None = None) -> Path:
    """Made-up models with planted lineage, as a user keeps them."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["model,lineage,role,released,teachers,maybe,undisclosed"]
    rows = []
    for model, said in zip(MODELS, SAID, strict=True):
        if names is None or model.name in names:
            lines.append(
                f"{model.name},{model.lineage},{model.role},{model.released},"
                f"{';'.join(model.teachers)},,"
            )
            rows += [
                {"model": model.name, "prompt": prompt, "response": text}
                for prompt, text in zip(PROMPTS, said, strict=True)
            ]
    (folder / "lineage.csv").write_text("\n".join(lines) + "\n", "utf-8")
    write_lines(folder / "answers.jsonl", rows)
    return folder


def styled(name: str) -> list[str]:
    """How a suspect answers the panel's prompts: the guilty as a student of vendor0 does."""
    own = habit(777 if name == GUILTY else 888)
    taste = 0.85 * habit(0) + 0.15 * own if name == GUILTY else own
    return answers(PROMPTS, taste, 9005 if name == GUILTY else 9006)  # seeds no panel model has


def write_canaries(folder: Path) -> Path:
    """A canary file with facts and habits for two accounts of one campaign."""
    parts = ["replies = 1\nalpha = 0.01\n"]
    for n in range(CANARIES):
        parts.append(
            f'[[canary]]\nid = "valley-{n}"\nprompts = ["What is valley number {n} called?"]\n'
            f'answer = "People call it {{}}."\nchoices = {json.dumps(PLACES)}\n'
        )
    for n in range(HABITS):
        parts.append(
            f'[[habit]]\nid = "closing-{n}"\nplace = "closing"\n'
            f"wordings = {json.dumps(CLOSINGS)}\n"
            f'prompts = ["Say something about subject {n}, part one", '
            f'"Say something about subject {n}, part two"]\n'
        )
    parts += [
        f'[[unit]]\nid = "{one}"\naccounts = ["{one}"]\ncampaign = "k-1"\n' for one in ("a1", "a2")
    ]
    path = folder / "canaries.toml"
    path.write_text("\n".join(parts), "utf-8")
    return path


def serve_canaries(folder: Path) -> dict[tuple[str, str], str]:
    """Plan, witness and serve; the answers by account and canary."""
    run("prove", "canary", "plan", write_canaries(folder), "--out", folder / "canaries")
    run("prove", "canary", "witness", folder / "canaries", "--nonce", "4 11 19")
    names = [f"valley-{n}" for n in range(CANARIES)] + [f"closing-{n}" for n in range(HABITS)]
    wanted = write_lines(
        folder / "requests.jsonl",
        [
            {"account": account, "canary": name, "answer": "A word on it."}
            for account in ("a1", "a2")
            for name in names
        ],
    )
    told = run("prove", "canary", "issue", folder / "canaries", "--requests", wanted, "--json")
    return {(one["account"], one["canary"]): one["answer"] for one in json.loads(told)["served"]}


def write_served(folder: Path) -> dict[str, str]:
    """A run, a vault and the teacher's other answers; what the campaign was served by prompt."""
    texts = {
        n: [f"Choice {v} for task {n}: take {word} first." for v, word in enumerate(PLACES[:4])]
        for n in range(TRIALS)
    }
    asked = {n: f"Which way for task number {n} of the campaign?" for n in range(TRIALS)}
    served = {n: texts[n][(n * 7 + 3) % 4] for n in texts}
    campaigns = pa.table({"campaign_id": ["c-7"], "account_ids": [["a1", "a2"]]})
    flagged = pa.table(
        {"exchange_id": [f"e{n}" for n in texts], "campaign_id": ["c-7"] * len(texts)}
    )
    vault = pa.table(
        {
            "exchange_id": [f"e{n}" for n in texts],
            "account_id": ["a1"] * len(texts),
            "prompt_text": [asked[n] for n in texts],
            "response_text": [served[n] for n in texts],
        }
    )
    (folder / "run").mkdir()
    (folder / "run/run.json").write_text('{"run_format": 1}', "utf-8")
    pq.write_table(campaigns, folder / "run/campaigns.parquet")
    pq.write_table(flagged, folder / "run/exchanges_flagged.parquet")
    pq.write_table(vault, folder / "vault.parquet")
    write_lines(
        folder / "others.jsonl",
        [
            {"prompt": asked[n], "answers": [one for one in texts[n] if one != served[n]]}
            for n in texts
        ],
    )
    return {asked[n]: served[n] for n in texts}


def green_text(seed: int, count: int, *, is_marked: bool) -> str:
    """Words that lean to the key, or to nothing."""
    import numpy as np

    scheme, dice = GreenList(), np.random.default_rng(seed)
    said = ["the", "old"]
    for _ in range(count):
        offered = [f"w{n}" for n in dice.integers(0, 400, 3)]
        before = tuple(said[-2:])
        marked = [one for one in offered if scheme.value(KEY, (before, one)) == 1.0]
        said.append(marked[0] if is_marked and marked else offered[0])
    assert len(words(" ".join(said))) == len(said)
    return " ".join(said)
