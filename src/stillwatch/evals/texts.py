"""Holds the texts that traffic is written with: our own, or also public ones of a folder."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.evals.grammar import Grammar, grammar_of, joined, scatter
from stillwatch.model.errors import SourceError

Ints = np.ndarray[Any, np.dtype[np.int64]]
Split = Literal["calibrate", "evaluate", "all"]

WORDINGS = ("english", "artefacts", "languages", "services", "harvest", "frameworks")
KEPT = 0.85  # share of each long rule that one seed uses
LONGEST = 12_000  # characters; about 2,000 words
ANSWER_POOL = 12_000
_SETTLED = {
    "sentence": 9000,
    "sentences": 9000,
    "paragraph": 9000,
    "snippet": 5000,
    "trace": 5000,
    "log": 3000,
    "csv": 3000,
    "json": 4000,
    "diff": 5000,
    "notes": 3000,
    "story": 1500,
}

# What each public source can stand in for, and the half of the sources it belongs to. Sources,
# not rows, are divided: a text score learnt on one source says little about the next.
_ROLES: Mapping[tuple[str, str], str] = {
    ("arena_hard", "benign_prompt"): "talk",
    ("oasst_prompt_reports", "benign_prompt"): "talk",
    ("hh_rlhf_harmless_test", "benign_prompt"): "talk",
    ("awesome_chatgpt_prompts", "benign_prompt"): "gallery",
    ("awesome_prompts_zh", "benign_prompt"): "gallery",
    ("polyai_banking_restaurant", "benign_prompt"): "ticket",
    ("p3_templates", "benign_prompt"): "saas_whole",
    ("bfcl_live", "benign_prompt"): "tool_request",
    ("glaive_toolcall_demo", "distill_prompt"): "tool_task",
    ("gorilla_apibench", "distill_prompt"): "tool_task",
    ("gpteacher", "distill_prompt"): "task",
    ("self_instruct_meta", "distill_prompt"): "meta",
    ("evol_instruct_meta", "distill_prompt"): "meta",
    ("marco_o1_cot", "distill_prompt"): "question",
    ("llmbar_judges", "judge_prompt"): "judge_whole",
    ("prometheus_eval", "judge_prompt"): "judge_whole",
    ("prometheus_eval", "benchmark_prompt"): "benchmark",
    ("humaneval", "benchmark_prompt"): "benchmark",
    ("zeroeval", "benchmark_prompt"): "benchmark",
    ("fireact", "agent_traj"): "observation",
    ("reflexion_logs", "agent_traj"): "observation",
}
_CALIBRATE = frozenset(
    {
        "arena_hard",
        "awesome_chatgpt_prompts",
        "evol_instruct_meta",
        "fireact",
        "gpteacher",
        "humaneval",
        "hh_rlhf_harmless_test",
        "llmbar_judges",
        "marco_o1_cot",
        "p3_templates",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPool:
    """A grammar, public texts by what they stand in for (none: our own only), and answers."""

    name: str
    grammar: Grammar
    real: Mapping[str, pa.StringArray]
    answers: pa.StringArray
    answer_chars: Ints


def own_texts(seed: int) -> TextPool:
    """Our own texts alone, so that anyone can run the evaluation without a download."""
    return _pool(f"own-{seed}", seed, {})


def folder_texts(
    path: str,
    split: Split,
    *,
    seed: int = 0,
    only: Collection[str] | None = None,
    without: Collection[str] = (),
) -> TextPool:
    """Our own texts and those of the Parquet files of a folder, from one half of its sources.

    `only` and `without` name sources, to hold one out. A role that no source is left for is
    written with our own texts.
    """
    found: dict[str, list[pa.StringArray]] = {}
    for source in sorted({source for source, _ in _ROLES}):
        wanted = split == "all" or (source in _CALIBRATE) == (split == "calibrate")
        if wanted and (only is None or source in only) and source not in without:
            for role, texts in _read_source(path, source).items():
                found.setdefault(role, []).append(texts)
    real = {role: pa.concat_arrays(texts) for role, texts in found.items()}
    return _pool(f"{split}-{seed}", seed, real)


def _read_source(path: str, source: str) -> dict[str, pa.StringArray]:
    try:
        table = pq.read_table(f"{path}/{source}.parquet", columns=["source", "kind", "prompt"])
    except (OSError, pa.ArrowInvalid) as error:
        raise SourceError(
            f"{path}/{source}.parquet", str(error), "name a folder with the public texts"
        ) from error
    texts: dict[str, pa.StringArray] = {}
    for (name, kind), role in _ROLES.items():
        if name == source:
            prompts = table.filter(pc.field("kind") == kind)["prompt"].drop_null()
            prompts = pc.unique(pc.utf8_slice_codeunits(prompts.cast(pa.string()), 0, LONGEST))
            texts[role] = prompts.filter(pc.greater(pc.utf8_length(prompts), 4))
    return texts


def _pool(name: str, seed: int, real: Mapping[str, pa.StringArray]) -> TextPool:
    folder = resources.files("stillwatch.evals.wording")
    sources = [
        tomllib.loads(folder.joinpath(f"{wording}.toml").read_text("utf-8")) for wording in WORDINGS
    ]
    dice = np.random.default_rng([seed, 7])
    grammar = grammar_of(sources, KEPT, seed)
    sentences = {rule: 2000 for rule in grammar.names("") if rule.endswith("_sentence")}
    grammar = grammar.settled(sentences | _SETTLED, dice)
    answers = _answers(grammar, dice)
    chars = pc.utf8_length(answers).to_numpy().astype(np.int64)
    order = np.argsort(chars, kind="stable")
    return TextPool(
        name=name,
        grammar=grammar,
        real=real,
        answers=answers.take(pa.array(order)),
        answer_chars=chars[order],
    )


def _answers(grammar: Grammar, dice: np.random.Generator) -> pa.StringArray:
    short = grammar.sample("short_answer", ANSWER_POOL // 6, dice)
    middle = grammar.sample("answer", ANSWER_POOL // 2, dice)
    count = ANSWER_POOL // 3
    long = joined(
        [
            grammar.sample("answer", count, dice),
            pa.scalar("\n\n"),
            grammar.sample("paragraph", count, dice),
            pa.scalar("\n\n"),
            grammar.sample("paragraph", count, dice),
        ],
        count,
    )
    return pc.utf8_slice_codeunits(pa.concat_arrays([short, middle, long]), 0, 1200)


def draw(
    pool: TextPool, rule: str, count: int, dice: np.random.Generator, role: str = ""
) -> pa.StringArray:
    """`count` texts of a rule; where public texts play the role, up to half are taken from them.

    One public text is used at most three times a call, since a log in which thousands of people
    send the same words would be another world.
    """
    public = pool.real.get(role or rule)
    if public is None or count == 0:
        return pool.grammar.sample(rule, count, dice)
    some = min(count // 2, 3 * len(public))
    rows = dice.permutation(np.tile(np.arange(len(public)), 1 + some // len(public)))[:some]
    own = pool.grammar.sample(rule, count - some, dice)
    return scatter([public.take(pa.array(rows)), own], dice.permutation(count))


def items(
    pool: TextPool, rule: str, count: int, dice: np.random.Generator, role: str = ""
) -> pa.StringArray:
    """A list of `count` different items to be worked off: public ones first, then our own.

    Where a rule has too few texts, a sentence more makes them different.
    """
    public = pool.real.get(role or rule)
    listed = pa.array([], pa.string()) if public is None else public
    listed = listed.take(pa.array(dice.permutation(len(listed))[:count]))
    for attempt in range(50):
        if len(listed) >= count:
            break
        missing = count - len(listed)
        more = pool.grammar.sample(rule, missing + missing // 4 + 8, dice)
        if attempt:
            more = joined(
                [more, pa.scalar(" "), pool.grammar.sample("sentence", len(more), dice)], len(more)
            )
        listed = pc.unique(pa.concat_arrays([listed, more]))
    listed = listed.slice(0, count)
    return listed.take(pa.array(dice.permutation(len(listed))))


def by_rule(
    pool: TextPool, rules: list[str], codes: Ints, dice: np.random.Generator, role: str = ""
) -> pa.StringArray:
    """One text a row, each of the rule that its code names."""
    order = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes, minlength=len(rules))
    pieces = [
        draw(pool, rule, int(size), dice, role)
        for rule, size in zip(rules, sizes, strict=True)
        if size
    ]
    return scatter(pieces, order)


def mistyped(texts: pa.StringArray, share: float, dice: np.random.Generator) -> pa.StringArray:
    """The same texts, some of them in lower case or with two letters swapped, as people type."""
    chosen = dice.random(len(texts))
    lowered = pc.if_else(pa.array(chosen < share), pc.utf8_lower(texts), texts)
    rows = np.flatnonzero((chosen > 1 - share) | (chosen < share / 4))
    spots = dice.random(len(rows))
    edited = []
    for text, spot in zip(lowered.take(pa.array(rows)).to_pylist(), spots, strict=True):
        at = int(spot * max(len(text) - 2, 1))
        edited.append(text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :])
    mask = np.zeros(len(texts), bool)
    mask[rows] = True
    return pc.replace_with_mask(lowered, pa.array(mask), pa.array(edited, pa.string()))
