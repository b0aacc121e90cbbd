"""Texts of the world: public prompt sets when given, a grammar otherwise; questions and answers."""

from __future__ import annotations

import json
import string
from pathlib import Path

import pyarrow.parquet as pq

from ledgergen.dice import Dice
from ledgergen.words import BODY, DOMAINS, FRAMES, OPENERS, STEPS, TONGUES

PUBLIC = {
    "chat": ("arena_hard", "oasst_prompt_reports", "awesome_chatgpt_prompts", "awesome_prompts_zh"),
    "support": ("polyai_banking_restaurant",),
    "tool": ("bfcl_live", "glaive_toolcall_demo"),
    "bench": ("zeroeval", "humaneval", "prometheus_eval"),
    "judge": ("llmbar_judges", "prometheus_eval"),
    "seed": ("gpteacher", "self_instruct_meta", "evol_instruct_meta", "gorilla_apibench"),
    "agent": ("fireact", "reflexion_logs"),
    "risky": ("hh_rlhf_harmless_test",),
    "app": ("p3_templates",),
    "trace": ("marco_o1_cot",),
}
WANTED = {"bench": "benchmark_prompt", "judge": "judge_prompt", "chat": "benign_prompt"}
STRIP = string.punctuation + "“”¿¡"


class Texts:
    """Pools of public texts and the grammar."""

    def __init__(self, folder: Path | None, rng: Dice) -> None:
        self.pools: dict[str, list[str]] = {name: [] for name in PUBLIC}
        if folder is not None and folder.is_dir():
            for name, files in PUBLIC.items():
                for file in files:
                    path = folder / f"{file}.parquet"
                    if path.exists():
                        self.pools[name] += _prompts(path, WANTED.get(name), rng)

    def public(self, rng: Dice, pool: str, domain: str = "home") -> str:
        """Return a public prompt; from the grammar where there is no folder."""
        have = self.pools[pool]
        return have[int(rng.random() * len(have))] if have else question(rng, domain)

    def document(self, rng: Dice, domain: str, sentences: int = 6) -> str:
        """Return a passage as found in files, mails and tickets."""
        topics, aspects, places = DOMAINS[domain]
        head = f"{rng.choice(topics)} {rng.choice(places)}".capitalize() + "."
        rest = (
            rng.choice(BODY).format(
                w=rng.choice(aspects), u=rng.choice(topics), n=rng.randint(2, 95)
            )
            for _ in range(sentences)
        )
        return head + " " + " ".join(rest)


def _prompts(path: Path, kind: str | None, rng: Dice) -> list[str]:
    table = pq.read_table(path, columns=["kind", "prompt"]).to_pydict()
    rows = [
        p[:1400]
        for k, p in zip(table["kind"], table["prompt"], strict=True)
        if p and len(p) > 12 and (kind is None or k == kind)
    ]
    rng.shuffle(rows)
    return sorted(set(rows[:2500]))


def question(rng: Dice, domain: str, topic: str | None = None, tongue: str = "en") -> str:
    """Return one question of a domain in a language."""
    if tongue != "en":
        frames, topics, places = TONGUES[tongue]
        text = rng.choice(frames).format(t=rng.choice(topics), c=rng.choice(places))
        if rng.random() < 0.5:
            text += f" ({rng.choice(topics)}, {rng.randint(2, 60)})"
        return text
    topics, aspects, places = DOMAINS[domain]
    text = rng.choice(FRAMES).format(
        t=topic or rng.choice(topics), a=rng.choice(aspects), c=rng.choice(places)
    )
    if rng.random() < 0.45:
        text += f" Also {rng.choice(aspects)} {rng.choice(places)}."
    if rng.random() < 0.25:
        text += f" We have {rng.randint(2, 400)} so far."
    return text


def _nouns(text: str) -> list[str]:
    words = [w.strip(STRIP) for w in text[-500:].split()]
    return [w for w in words if len(w) > 4][:40] or ["the input", "the rest"]


def prose(rng: Dice, prompt: str, sentences: int, *, steps: bool = False) -> str:
    """Return an answer that takes its subjects from the prompt."""
    nouns = _nouns(prompt)
    pick = rng.choice
    body = STEPS if steps else BODY
    lines = [pick(OPENERS).format(t=pick(nouns), w=pick(nouns))]
    for _ in range(sentences):
        lines.append(pick(body).format(w=pick(nouns), u=pick(nouns), n=rng.randint(2, 95)))
    return " ".join(lines)


def answer(rng: Dice, style: str, prompt: str, sentences: int) -> str:
    """Return the visible answer in the style a job asks for."""
    if style == "word":
        return rng.choice(("positive", "negative", "neutral", "other", "yes", "no", "billing"))
    if style == "letter":
        return rng.choice(("A", "B", "Answer: C", "Answer: D", "B\nWINNER: B", "A, by a margin"))
    if style == "score":
        mark = rng.choice((3, 5, 6, 7, 7, 8, 8, 9))
        return rng.choice((f"SCORE: {mark}", str(mark), f"{prose(rng, prompt, 1)} SCORE: {mark}"))
    if style == "json":
        return json.dumps({"result": rng.choice(_nouns(prompt)), "note": prose(rng, prompt, 1)})
    if style == "code":
        name = rng.choice(_nouns(prompt)).lower()
        return (
            f"```python\ndef {name[:14]}(items):\n    total = 0\n    for item in items:\n"
            f"        if item > {rng.randint(1, 50)}:\n            total += item\n"
            f"    return total\n```\n{prose(rng, prompt, sentences)}"
        )
    if style == "reason":
        return prose(rng, prompt, sentences, steps=True) + f" Final: {rng.randint(2, 999)}"
    return prose(rng, prompt, sentences)
