"""Writes what people type themselves: chat, homework, office work, private matters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evals.grammar import fill
from stillwatch.evals.identifiers import ranked, uniform
from stillwatch.evals.scene import Lines, Scene, log_normal, per_group
from stillwatch.evals.texts import by_rule, draw, mistyped

Ints = np.ndarray[Any, np.dtype[np.int64]]

ENGLISH_SHARE = 0.66
FAVOURITES = 3


def talk(
    scene: Scene,
    *,
    subjects: tuple[str, ...] = (),
    english: float = ENGLISH_SHARE,
    sloppy: float = 0.12,
    speakers: Ints | None = None,
) -> pa.StringArray:
    """Conversations: each speaker has a language and favourite subjects; later turns follow up.

    A speaker is an account unless told otherwise, as where one account serves many people.
    """
    grammar = scene.pool.grammar
    own = [f"talk.{name}" for name in subjects] or grammar.names("talk.")
    foreign = grammar.names("lang.")
    rules = [*own, *foreign, "follow"]
    who = scene.cast.serial[scene.beats.account] if speakers is None else speakers
    session = scene.beats.session
    seed = int(scene.dice.integers(1 << 30))
    favourite = (uniform(who * 8 + session % FAVOURITES, seed) * len(own)).astype(np.int64)
    any_one = (uniform(session, seed + 1) * len(own)).astype(np.int64)
    code = np.where(uniform(session, seed + 2) < 0.7, favourite, any_one)
    tongue = np.searchsorted(np.cumsum(ranked(len(foreign), 0.6)), uniform(who, seed + 3))
    speaks = uniform(who, seed + 4) >= english
    abroad = speaks & (uniform(session, seed + 5) < 0.9)
    code = np.where(abroad, len(own) + tongue.clip(0, len(foreign) - 1), code)
    later = (scene.beats.turn > 0) & ~abroad & (scene.dice.random(scene.size) < 0.6)
    code = np.where(later, len(rules) - 1, code)
    texts = by_rule(scene.pool, rules, code.astype(np.int64), scene.dice, "talk")
    more = [f"{rule.removeprefix('lang.')}_sentence" for rule in foreign]
    context = by_rule(
        scene.pool,
        ["sentences", *more],
        np.where(abroad, tongue.clip(0, len(more) - 1) + 1, 0),
        scene.dice,
    )
    texts = _elaborated(scene, texts, context, code != len(rules) - 1)
    return mistyped(texts, sloppy, scene.dice)


def _elaborated(
    scene: Scene, texts: pa.StringArray, context: pa.StringArray, mask: Any
) -> pa.StringArray:
    """Some turns say more: what it is about, before or after the question."""
    chance = scene.dice.random(scene.size)
    after = fill("[[@a]] [[@b]]", scene.size, a=texts, b=context)
    before = fill("[[@b]]\n[[@a]]", scene.size, a=texts, b=context)
    longer = pc.if_else(pa.array(chance < 0.35), after, before)
    return pc.if_else(pa.array(mask & (chance < 0.5)), longer, texts)


def casual(scene: Scene) -> Lines:
    """People at home: every subject, many languages, typing errors, follow-ups."""
    return Lines(prompt=talk(scene), output=log_normal(scene, 240, 0.8))


def office(scene: Scene) -> Lines:
    """Different jobs behind one address: mail, meetings, data, code, documents."""
    subjects = ("email", "meeting", "data", "coding", "hr", "law", "long", "translate", "finance")
    return Lines(
        prompt=talk(scene, subjects=subjects, sloppy=0.05), output=log_normal(scene, 300, 0.8)
    )


def developer(scene: Scene) -> Lines:
    """Hobby programmers with a key of their own."""
    subjects = ("coding", "coding", "data", "maths", "chat", "hobby")
    return Lines(
        prompt=talk(scene, subjects=subjects),
        systems=["You are a helpful assistant.", "Be concise."],
        system=np.where(
            uniform(scene.cast.serial[scene.beats.account], 3) < 0.4, (scene.beats.account % 2), -1
        ),
        output=log_normal(scene, 420, 0.8),
    )


def student(scene: Scene) -> Lines:
    """A class works on the same sheet, with the same wording that the teacher gave, and chats."""
    sheets, work = [], []
    for _ in range(scene.group_count):
        sheets.append(draw(scene.pool, "question", 14, scene.dice).to_pylist())
        work.append(scene.pool.grammar.one("class_template", scene.dice))
    sheet = pa.array([text for sheet in sheets for text in sheet])
    which = scene.group * 14 + (uniform(scene.beats.session, 5) ** 1.5 * 14).astype(np.int64)
    exercise = per_group(work, scene.group, item=sheet.take(pa.array(which)))
    own = talk(scene, subjects=("homework", "maths", "writing", "long", "chat"))
    sits = (scene.beats.turn == 0) & (uniform(scene.beats.session, 6) < 0.55)
    return Lines(
        prompt=pc.if_else(pa.array(sits), exercise, own), output=log_normal(scene, 320, 0.7)
    )


def agency(scene: Scene) -> Lines:
    """Staff of an agency work from the same client prompts."""
    templates = [
        scene.pool.grammar.one("saas_template", scene.dice) for _ in range(scene.group_count * 5)
    ]
    which = scene.group * 5 + (uniform(scene.beats.session, 7) * 5).astype(np.int64)
    facts = draw(scene.pool, "sentences", scene.size, scene.dice)
    client = per_group(templates, which, item=facts)
    own = talk(scene, subjects=("writing", "email", "meeting", "translate", "shopping"))
    uses = (scene.beats.turn == 0) & (uniform(scene.beats.session, 8) < 0.6)
    return Lines(prompt=pc.if_else(pa.array(uses), client, own), output=log_normal(scene, 350, 0.6))


def gallery(scene: Scene) -> Lines:
    """Hundreds of unrelated people paste the popular prompts of a public collection."""
    popular = draw(scene.pool, "gallery", 160, scene.dice)
    rank = scene.dice.choice(160, size=scene.size, p=ranked(160, 1.0))
    pasted = popular.take(pa.array(rank))
    ending = draw(scene.pool, "sentence", scene.size, scene.dice)
    edited = fill("[[@a]] [[@b]]", scene.size, a=pasted, b=ending)
    pasted = pc.if_else(pa.array(scene.dice.random(scene.size) < 0.4), edited, pasted)
    first = (scene.beats.turn == 0) & (uniform(scene.beats.session, 9) < 0.5)
    return Lines(
        prompt=pc.if_else(pa.array(first), pasted, talk(scene)), output=log_normal(scene, 420, 0.7)
    )


def auditor(scene: Scene) -> Lines:
    """Researchers who study reasoning ask for it outright, on public problems."""
    return _studied(scene, ("reason_template", "coerce_template", "rebuild_template"), 0.75)


def red_team(scene: Scene) -> Lines:
    """Safety researchers try one trick after the other and are mostly refused."""
    tricks = by_rule(
        scene.pool,
        ["attack_probe", "sweep_move", "spoof_template", "launder_template"],
        scene.dice.integers(4, size=scene.size),
        scene.dice,
    )
    target = draw(scene.pool, "question", scene.size, scene.dice)
    tricks = pc.replace_substring(tricks, "[[@item]]", "the case below")
    whole = fill("[[@a]]\n[[@b]]", scene.size, a=tricks, b=target)
    probes = scene.dice.random(scene.size) < 0.8
    return Lines(
        prompt=pc.if_else(pa.array(probes), whole, talk(scene)),
        refusal=np.where(probes, 0.55, 0.01),
        output=log_normal(scene, 180, 0.9),
    )


def hobbyist(scene: Scene) -> Lines:
    """Hobbyists make small instruction sets for themselves and talk about them."""
    return _studied(scene, ("generate_template", "write_task_template", "reason_template"), 0.5)


def _studied(scene: Scene, rules: tuple[str, ...], share: float) -> Lines:
    templates = [
        scene.pool.grammar.one(rules[i % len(rules)], scene.dice) for i in range(scene.group_count)
    ]
    size = scene.size
    work = per_group(
        templates,
        scene.group,
        item=draw(scene.pool, "question", size, scene.dice),
        answer=draw(scene.pool, "answer", size, scene.dice),
        other=draw(scene.pool, "task", size, scene.dice),
        move=draw(scene.pool, "evolve_move", size, scene.dice),
    )
    does = uniform(scene.beats.session, 10) < share
    own = talk(scene, subjects=("coding", "maths", "data", "homework", "chat"))
    return Lines(
        prompt=pc.if_else(pa.array(does), work, own),
        output=np.where(does, log_normal(scene, 700, 0.6), log_normal(scene, 250, 0.8)),
        talks=~does,
    )


def starters(scene: Scene) -> Lines:
    """People who build something: a starter template that many copied, changes to it, questions."""
    grammar, dice = scene.pool.grammar, scene.dice
    starter = [grammar.one("saas_template", dice) for _ in range(12)]
    who = scene.beats.account
    which = (uniform(who, 11) ** 2 * 12).astype(np.int64)
    copied = per_group(starter, which, item=draw(scene.pool, "ticket", scene.size, dice))
    uses = uniform(scene.beats.session, 12) < 0.5
    own = talk(scene, subjects=("coding", "data", "chat", "email", "finance", "shopping"))
    return Lines(
        prompt=pc.if_else(pa.array(uses), copied, own),
        output=log_normal(scene, 320, 0.8),
        talks=~uses,
    )
