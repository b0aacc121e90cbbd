"""Writes what strangers send who took over one public wording, over documents of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evals.grammar import fill, joined, slots_of
from stillwatch.evals.honest.people import talk
from stillwatch.evals.honest.products import Product, write_product
from stillwatch.evals.identifiers import ranked, uniform
from stillwatch.evals.rhythm import DAY
from stillwatch.evals.scene import Lines, Scene, blended, log_normal, per_group, split_templates
from stillwatch.evals.texts import by_rule, draw, items

Ints = np.ndarray[Any, np.dtype[np.int64]]
Reals = np.ndarray[Any, np.dtype[np.float64]]

DOCUMENTS = (
    "ticket", "review_text", "sentences", "notes", "paragraph", "clause", "csv", "json", "story",
    "log", "document", "topic_item",
)  # fmt: skip
MOST_PIECES = 16
PRIMARY = 0.75  # share of its requests in which an account uses the wording it uses most
EDITED = 0.2  # share of accounts that add a line of their own to the wording
KEEPS = 0.65  # share of accounts that leave a setting as the community has it
ACCOUNT_SIGMA = 0.6  # of accounts' median answers
ANSWER_SIGMA = 0.4  # within an account

_PRIVATE = Product(
    templates=("saas_template", "saas_template", "rag_template"),
    inputs=DOCUMENTS,
    talking=0.35,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A public wording: its fixed parts, and what its users do with it."""

    templates: tuple[str, ...]
    systems: tuple[str, ...] = ()  # where given, requests are conversations under one of them
    inputs: tuple[str, ...] = DOCUMENTS
    later: tuple[str, ...] = ("observation",)  # what comes back in later turns
    tool_sets: tuple[tuple[str, ...], ...] = ()
    variety: int = 3  # wordings of one community
    size: float = 1.3  # pieces of the middle account's inputs
    in_system: float = 0.35  # share of wordings whose fixed part is a system prompt
    output: float = 200.0
    cold: float = 0.4  # share of communities at temperature 0
    json: float = 0.0  # share of communities that ask for JSON
    ceiling: tuple[int, ...] = ()
    logprobs: float = 0.0  # share of accounts
    bias: float = 0.0  # share of accounts
    images: float = 0.0
    batch: float = 0.1  # share of accounts


def beside(
    scene: Scene, *, write: Callable[[Scene], Lines], other: float, people: bool = False
) -> Lines:
    """The shared wording in some sessions, an account's own traffic in the others.

    `other` is the mean share of the latter over accounts; with many it is little, with some most.
    """
    own = scene.dice.beta(0.9, 0.9 / other - 0.9, len(scene.cast))
    salt = int(scene.dice.integers(1 << 20))
    mine = uniform(scene.beats.session, salt) < own[scene.beats.account]
    shared, private = (
        replace(scene, beats=scene.beats.kept(np.flatnonzero(rows))) for rows in (~mine, mine)
    )
    if people:
        two = Lines(prompt=talk(private), output=log_normal(private, 280, 0.8))
    else:
        two = write_product(private, _PRIVATE)
    return blended(write(shared), np.flatnonzero(~mine), two, np.flatnonzero(mine))


def documents(scene: Scene, rules: Sequence[str], size: float, sigma: float = 0.8) -> pa.Array[Any]:
    """Inputs: each account has its own kind, its own usual length and often a letterhead."""
    pool, dice, who, accounts = scene.pool, scene.dice, scene.beats.account, len(scene.cast)
    kind = dice.integers(len(rules), size=accounts)
    usual = size * np.exp(dice.normal(0, sigma, accounts))
    pieces = (usual[who] * log_normal(scene, 1.0, 0.35)).round().clip(1, MOST_PIECES)
    pieces = pieces.astype(np.int64)
    texts = by_rule(pool, list(rules), np.repeat(kind[who], pieces), dice)
    ends = pa.array(np.r_[0, np.cumsum(pieces)].astype(np.int32))
    gaps = pa.array(["\n", "\n\n", " "]).take(pa.array(dice.integers(3, size=accounts)[who]))
    whole = pc.binary_join(pa.ListArray.from_arrays(ends, texts), gaps)
    heads = draw(pool, "letterhead", accounts, dice).take(pa.array(who))
    headed = fill("[[@a]]\n[[@b]]", scene.size, a=heads, b=whole)
    return pc.if_else(pa.array((dice.random(accounts) < 0.4)[who]), headed, whole)


def _wordings(scene: Scene, rules: Sequence[str], variety: int) -> tuple[list[str], Ints]:
    """The wordings of all communities and of those who edit them, and each request's code.

    An account has one wording that it uses most; the first of a community is the usual one.
    """
    cast, dice, grammar = scene.cast, scene.dice, scene.pool.grammar
    number = int(cast.community.max()) + 1
    texts: list[str] = []
    for place in range(number * variety):
        one = grammar.one(rules[place % len(rules)], dice)
        for _ in range(20):  # two frameworks do not have the same words
            if one not in texts:
                break
            one = grammar.one(rules[place % len(rules)], dice)
        texts.append(one)
    first = cast.community * variety
    for account in np.flatnonzero(dice.random(len(cast)) < EDITED).tolist():
        begin, line = int(first[account]), grammar.one("house_rule", dice)
        first[account] = len(texts)
        front = bool(dice.random() < 0.5)
        for text in texts[begin : begin + variety]:
            texts.append(f"{line}\n{text}" if front else f"{text}\n{line}")
    primary = dice.choice(variety, size=len(cast), p=ranked(variety, 1.0))[scene.beats.account]
    any_one = dice.integers(variety, size=scene.size)
    chosen = np.where(dice.random(scene.size) < PRIMARY, primary, any_one)
    return texts, first[scene.beats.account] + chosen


def _kept(scene: Scene, values: Any, other: Any, share: float = KEEPS) -> Any:
    """A setting of each community for those accounts that leave it, `other` for the rest."""
    keeps = scene.dice.random(len(scene.cast)) < share
    drawn = np.asarray(values)[scene.cast.community]
    return np.where(keeps, drawn, other)[scene.beats.account]


def _by_account(scene: Scene, share: float, value: Any, other: Any) -> Any:
    return np.where(scene.dice.random(len(scene.cast)) < share, value, other)[scene.beats.account]


def _answers(scene: Scene, median: float) -> Reals:
    usual = median * np.exp(scene.dice.normal(0, ACCOUNT_SIGMA, len(scene.cast)))
    answers: Reals = usual[scene.beats.account] * log_normal(scene, 1.0, ANSWER_SIGMA)
    return answers


def _slots(
    scene: Scene, wording: Wording, texts: Sequence[str], item: pa.Array[Any] | None = None
) -> dict[str, Any]:
    """What fills the wordings: documents of the account, other texts as they come."""
    slots: dict[str, Any] = {}
    rules = {"answer": "answer", "other": "task", "move": "evolve_move", "goal": "screen_goal"}
    for slot in sorted({slot for text in texts for slot in slots_of(text)}):
        if slot == "item":
            slots[slot] = documents(scene, wording.inputs, wording.size) if item is None else item
        elif slot == "context":
            slots[slot] = documents(scene, ("paragraph", "sentences", "document"), 1.6)
        else:
            slots[slot] = draw(scene.pool, rules.get(slot, slot), scene.size, scene.dice)
    return slots


def template(
    scene: Scene, *, wording: Wording, item: Callable[[Scene], pa.Array[Any]] | None = None
) -> Lines:
    """One request at a time in a community's wordings, over an account's own documents."""
    dice, number = scene.dice, int(scene.cast.community.max()) + 1
    texts, code = _wordings(scene, wording.templates, wording.variety)
    slots = _slots(scene, wording, texts, None if item is None else item(scene))
    moved = dice.random(len(texts)) < wording.in_system
    texts, systems, system_of = split_templates(texts, moved)
    ceilings = np.array([-1, *wording.ceiling])
    return Lines(
        prompt=per_group(texts, code, **slots),
        systems=systems,
        system=system_of[code],
        output=_answers(scene, wording.output),
        temperature=_kept(scene, np.where(dice.random(number) < wording.cold, 0.0, np.nan), np.nan),
        format=_kept(scene, np.where(dice.random(number) < wording.json, 2, 0), 0),
        max_tokens=_kept(scene, dice.choice(ceilings, number), -1),
        logprobs=_by_account(scene, wording.logprobs, 5, 0),
        bias=_by_account(scene, wording.bias, 2 + int(dice.integers(8)), 0),
        images=(dice.random(scene.size) < wording.images).astype(np.int64),
        operation=_by_account(scene, wording.batch, 2, 0),
        talks=np.zeros(scene.size, bool),
    )


def conversing(scene: Scene, *, wording: Wording) -> Lines:
    """Conversations under a fixed system prompt: a task, then what the tools gave back."""
    dice, beats = scene.dice, scene.beats
    systems, system = _wordings(scene, wording.systems, wording.variety)
    # a conversation keeps the system prompt that it began with
    begins = np.unique(beats.session, return_index=True, return_inverse=True)
    system = system[begins[1]][begins[2]]
    frames, frame = _wordings(scene, wording.templates, 1)
    slots = _slots(scene, wording, frames)
    later = documents(scene, wording.later, 1.0, 0.5)
    typed = draw(scene.pool, "follow", scene.size, dice)
    chatty = 0.3 * dice.random(len(scene.cast))[beats.account]
    later = pc.if_else(pa.array(dice.random(scene.size) < chatty), typed, later)
    tools = dice.integers(len(wording.tool_sets), size=int(scene.cast.community.max()) + 1)
    extra = [(*some, *_OWN_TOOLS[place % 3]) for place, some in enumerate(wording.tool_sets)]
    calls = dice.beta(5, 2, len(scene.cast))[beats.account]
    return Lines(
        prompt=pc.if_else(pa.array(beats.turn == 0), per_group(frames, frame, **slots), later),
        systems=systems,
        system=system,
        tool_sets=[*wording.tool_sets, *extra],
        tools=_kept(scene, tools, tools[scene.cast.community] + len(extra), 0.8),
        tool_calls=(dice.random(scene.size) < calls).astype(np.int64),
        images=(dice.random(scene.size) < wording.images).astype(np.int64),
        output=_answers(scene, wording.output),
        talks=np.ones(scene.size, bool),
    )


_OWN_TOOLS = (("query_database",), ("browser", "fetch_url"), ("create_ticket", "send_mail"))


def library(scene: Scene, *, patterns: int = 90) -> Lines:
    """A few patterns of a public collection for each account, the popular ones with many."""
    dice, who = scene.dice, scene.beats.account
    number = int(scene.cast.community.max()) + 1
    rows = [items(scene.pool, "fw_pattern", patterns, dice).to_pylist() for _ in range(number)]
    texts = [text for some in rows for text in some]
    kept = 1 + dice.poisson(2.0, len(scene.cast))
    favourite = dice.choice(patterns, size=(len(scene.cast), 8), p=ranked(patterns, 1.1))
    salt = int(dice.integers(1 << 20))
    which = (uniform(scene.beats.session, salt) * np.minimum(kept, 8)[who]).astype(np.int64)
    code = scene.cast.community[who] * patterns + favourite[who, which]
    as_system = (dice.random(len(scene.cast)) < 0.55)[who]
    own = documents(scene, DOCUMENTS, 1.2)
    pasted = joined(
        [pa.array(texts, pa.string()).take(pa.array(code)), pa.scalar("\n\n"), own], scene.size
    )
    first = scene.beats.turn == 0
    prompt = pc.if_else(pa.array(as_system), own, pasted)
    return Lines(
        prompt=pc.if_else(pa.array(first), prompt, talk(scene)),
        systems=texts,
        system=np.where(as_system, code, -1),
        output=_answers(scene, 380),
    )


def benchmark(scene: Scene, *, wording: Wording, problems: int = 160) -> Lines:
    """The same public problems for all, in order: some once, some every night, with repeats."""
    return template(scene, wording=wording, item=lambda here: _problems(here, problems))


def _problems(scene: Scene, problems: int) -> pa.Array[Any]:
    dice, who = scene.dice, scene.beats.account
    number = int(scene.cast.community.max()) + 1
    public = items(scene.pool, "question", number * problems, dice, "benchmark")
    afresh = (dice.random(len(scene.cast)) < 0.5)[who]
    place = np.where(afresh, scene.within(scene.beats.session), scene.within(who))
    repeats = dice.choice([1, 1, 3, 5], len(scene.cast))[who]
    offset = dice.choice([0, 0, 40, 80], len(scene.cast))[who]
    return public.take(
        pa.array(scene.cast.community[who] * problems + (offset + place // repeats) % problems)
    )


def course(scene: Scene, *, wording: Wording, exercises: int = 40, weeks: int = 8) -> Lines:
    """Everybody's exercises are the course's; how far one is, and one's attempts, are one's own."""
    lines = template(scene, wording=wording, item=lambda here: _exercises(here, exercises, weeks))
    first = scene.beats.turn == 0
    asked = talk(scene, subjects=("coding", "homework", "maths"))
    return replace(
        lines,
        prompt=pc.if_else(pa.array(first), lines.prompt, asked),
        talks=np.ones(scene.size, bool),
    )


def _exercises(scene: Scene, exercises: int, weeks: int) -> pa.Array[Any]:
    dice, who = scene.dice, scene.beats.account
    number = int(scene.cast.community.max()) + 1
    sheet = items(scene.pool, "code_item", number * exercises, dice)
    done = dice.random(len(scene.cast))[who] * weeks * 7 + scene.beats.at / DAY
    place = (done / (weeks * 7) * exercises).astype(np.int64) + dice.integers(3, size=scene.size)
    return sheet.take(pa.array(scene.cast.community[who] * exercises + place % exercises))
