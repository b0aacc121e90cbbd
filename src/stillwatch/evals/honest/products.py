"""Writes what programs send: one template over many inputs, in the ways products differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evals.grammar import joined, scatter, slots_of
from stillwatch.evals.honest.people import talk
from stillwatch.evals.identifiers import mixed, ranked, uniform
from stillwatch.evals.scene import Lines, Scene, log_normal, per_group, split_templates
from stillwatch.evals.texts import by_rule, draw, items

Ints = np.ndarray[Any, np.dtype[np.int64]]

# Answer lengths of services differ more between clients than within one (ServeGen: sigma of the
# clients' medians 1.77, within a client 0.76); products here draw their own median in that spirit.
BETWEEN_SIGMA = 0.7
WITHIN_SIGMA = 0.76


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A program: its wordings, what it is fed with and how it asks."""

    templates: tuple[str, ...]
    inputs: tuple[str, ...]
    role: str = ""  # what public texts stand in for its inputs
    whole: str = ""  # what public texts stand in for its whole requests, in some groups
    output: float = 200.0
    variants: int = 2  # templates of one group at most
    dealt: bool = False  # inputs come from one list, each once
    repeats: int = 1  # how often each input of the list comes
    in_system: float = 0.35  # share of groups that keep the fixed part in the system prompt
    json: float = 0.3  # share of groups that ask for JSON
    cold: float = 0.3  # share of groups at temperature 0
    ceiling: tuple[int, ...] = ()
    logprobs: int = 0
    images: float = 0.0
    refusal: float = 0.004
    batch: float = 0.1  # share of groups that use the batch door
    talking: float = 0.0  # share of rows that are people trying things out


def write_product(scene: Scene, product: Product) -> Lines:
    """Requests of many programs of one kind, a group one program."""
    dice, groups = scene.dice, scene.group_count
    count = dice.integers(1, product.variants + 1, size=groups)
    grammar = scene.pool.grammar
    templates = [
        grammar.one(product.templates[i % len(product.templates)], dice)
        for i in range(int(count.sum()))
    ]
    begins = np.cumsum(count) - count
    pick = mixed(np.arange(scene.size), int(dice.integers(1 << 20))) % np.uint64(1 << 20)
    which = begins[scene.group] + pick.astype(np.int64) % count[scene.group]
    moved = (dice.random(groups) < product.in_system)[np.repeat(np.arange(groups), count)]
    templates, systems, system_of = split_templates(templates, moved)
    prompt = per_group(templates, which, **_slots(scene, product, templates))
    prompt = _public(scene, product, prompt)
    middle = product.output * np.exp(dice.normal(0, BETWEEN_SIGMA, groups))
    lines = Lines(
        prompt=prompt,
        systems=systems,
        system=system_of[which],
        output=middle[scene.group] * log_normal(scene, 1.0, WITHIN_SIGMA / 2),
        format=_some(scene, product.json, 2 + int(dice.integers(2)), 0),
        temperature=_some(scene, product.cold, 0.0, np.nan),
        max_tokens=_ceilings(scene, product.ceiling),
        logprobs=_some(scene, 0.8, product.logprobs, 0) if product.logprobs else None,
        images=(dice.random(scene.size) < product.images).astype(np.int64),
        refusal=np.full(scene.size, product.refusal),
        operation=_some(scene, product.batch, 2, 0),
        talks=np.zeros(scene.size, bool),
    )
    return _tried_out(scene, lines, product.talking)


def _public(scene: Scene, product: Product, prompt: pa.StringArray) -> pa.StringArray:
    """Two groups in five send public requests as they are, no text more than three times."""
    public = scene.pool.real.get(product.whole)
    if public is None:
        return prompt
    mine = np.flatnonzero(_some(scene, 0.4, 1, 0))
    rows = mine[scene.dice.permutation(len(mine))[: 3 * len(public)]]
    chosen = np.zeros(scene.size, bool)
    chosen[rows] = True
    texts = public.take(pa.array(scene.dice.permutation(3 * len(public))[: len(rows)] // 3))
    return pc.replace_with_mask(prompt, pa.array(chosen), texts)


def _some(scene: Scene, share: float, value: Any, other: Any) -> Any:
    """One value for a share of the groups, another for the rest."""
    return np.where(scene.dice.random(scene.group_count) < share, value, other)[scene.group]


def _ceilings(scene: Scene, ceilings: Sequence[int]) -> Ints | None:
    if not ceilings:
        return None
    return scene.dice.choice(np.array([-1, *ceilings]), scene.group_count)[scene.group]


def _slots(scene: Scene, product: Product, templates: Sequence[str]) -> dict[str, pa.StringArray]:
    pool, size, dice = scene.pool, scene.size, scene.dice
    needed = {slot for template in templates for slot in slots_of(template)}
    slots: dict[str, pa.StringArray] = {}
    for slot in sorted(needed):
        if slot == "item":
            slots[slot] = _inputs(scene, product)
        elif slot == "context":
            parts = [draw(pool, "paragraph", size, dice) for _ in range(3)]
            slots[slot] = joined(
                [parts[0], pa.scalar("\n\n"), parts[1], pa.scalar("\n\n"), parts[2]], size
            )
        elif slot == "tools":
            slots[slot] = _catalogues(scene)
        else:
            slots[slot] = draw(pool, _FILLS[slot], size, dice)
    return slots


_FILLS = {
    "answer": "answer",
    "other": "weak_answer",
    "move": "evolve_move",
    "goal": "screen_goal",
    "domain": "domain",
}


def _inputs(scene: Scene, product: Product) -> pa.StringArray:
    """Inputs of the kind each group works on, from a list of its own where it has one."""
    code = scene.dice.integers(len(product.inputs), size=scene.group_count)[scene.group]
    if not product.dealt:
        return by_rule(scene.pool, list(product.inputs), code, scene.dice, product.role)
    order = np.argsort(code, kind="stable")
    pieces = []
    for rule, rows in zip(
        product.inputs,
        np.split(order, np.searchsorted(code[order], range(1, len(product.inputs)))),
        strict=True,
    ):
        pieces.append(_worked_off(scene, product, rule, rows))
    return scatter(pieces, order)


def _worked_off(scene: Scene, product: Product, rule: str, rows: Ints) -> pa.StringArray:
    """A list for each group of these rows, laid end to end in one long list of different items."""
    group = np.unique(scene.group[rows], return_inverse=True)[1]
    place = scene.within(scene.group)[rows] // product.repeats
    sizes = np.bincount(group) // product.repeats + 1
    begins = np.cumsum(sizes) - sizes
    listed = items(scene.pool, rule, int(sizes.sum()), scene.dice, product.role)
    return listed.take(pa.array(begins[group] + place))


def _catalogues(scene: Scene) -> pa.StringArray:
    """The functions each group offers, the same in all its requests."""
    grammar = scene.pool.grammar
    each = [
        "\n".join(grammar.sample("api", int(n), scene.dice).to_pylist())
        for n in scene.dice.integers(3, 9, size=scene.group_count)
    ]
    return pa.array(each, pa.string()).take(pa.array(scene.group))


def _tried_out(scene: Scene, lines: Lines, share: float) -> Lines:
    """Some requests of a program's account are its makers typing."""
    if share <= 0:
        return lines
    types = uniform(scene.beats.session, 77) < share
    own = talk(scene, subjects=("coding", "chat", "data", "email"))
    prompt = pc.if_else(pa.array(types), own, lines.prompt)
    return replace(lines, prompt=prompt, talks=types)


def suite(scene: Scene) -> Lines:
    """Nightly evaluation: the same public problems every night, coldly, with a few samples."""
    problems = 80
    shared = draw(scene.pool, "question", 400, scene.dice, "benchmark")
    grammar, groups = scene.pool.grammar, scene.group_count
    templates = [grammar.one("suite_template", scene.dice) for _ in range(groups)]
    offset = scene.dice.integers(0, 400 - problems, size=groups)[scene.group]
    which = offset + scene.within(scene.beats.session) % problems
    cold = scene.dice.random(groups) < 0.7
    return Lines(
        prompt=per_group(templates, scene.group, item=shared.take(pa.array(which))),
        temperature=np.where(cold, 0.0, 0.8)[scene.group],
        output=log_normal(scene, 450, 0.6),
        talks=np.zeros(scene.size, bool),
    )


def tenants(scene: Scene) -> Lines:
    """A gateway, a reseller or an assistant product: many people behind one account."""
    dice, groups = scene.dice, scene.group_count
    grammar, session = scene.pool.grammar, scene.beats.session
    people = 3 + (200 * dice.random(groups) ** 2).astype(np.int64)
    speaker = scene.group * 1000 + (uniform(session, 51) * people[scene.group]).astype(np.int64)
    systems = [grammar.one("assistant_system", dice) for _ in range(groups * 4)]
    systems += [grammar.one("harness_system", dice) for _ in range(12)]
    pick = uniform(speaker, 52)
    own = scene.group * 4 + (uniform(speaker, 53) * 4).astype(np.int64)
    harness = groups * 4 + (uniform(speaker, 54) * 12).astype(np.int64)
    system = np.select([pick < 0.45, pick < 0.55], [own, harness], -1)
    prompt = talk(scene, speakers=speaker + 3_000_000)
    saas = [grammar.one("saas_template", dice) for _ in range(groups * 3)]
    which = scene.group * 3 + (uniform(speaker, 55) * 3).astype(np.int64)
    work = per_group(saas, which, item=draw(scene.pool, "ticket", scene.size, dice))
    prompt = pc.if_else(pa.array(pick > 0.85), work, prompt)
    asks = dice.random(scene.size) < 0.01
    return Lines(
        prompt=pc.if_else(pa.array(asks), draw(scene.pool, "identity", scene.size, dice), prompt),
        systems=systems,
        system=system,
        output=log_normal(scene, 280, 0.9),
        talks=pick <= 0.85,
    )


def branded(scene: Scene) -> Lines:
    """Chat products with a name of their own: one system prompt, many end users, no template."""
    dice, groups = scene.dice, scene.group_count
    grammar = scene.pool.grammar
    systems = [grammar.one("assistant_system", dice) for _ in range(groups)]
    people = 20 + (300 * dice.random(groups)).astype(np.int64)
    speaker = (uniform(scene.beats.session, 61) * people[scene.group]).astype(np.int64)
    asks = dice.random(scene.size) < 0.012
    prompt = talk(scene, speakers=scene.group * 1000 + speaker + 9_000_000)
    return Lines(
        prompt=pc.if_else(pa.array(asks), draw(scene.pool, "identity", scene.size, dice), prompt),
        systems=systems,
        system=scene.group,
        output=log_normal(scene, 220, 0.7),
        max_tokens=_ceilings(scene, (300, 500, 800)),
    )


def fleet(scene: Scene) -> Lines:
    """Coding agents of one organisation: harness prompts, tools, sessions round the clock."""
    return _fleet(scene, "harness_system", 6)


def rebranded(scene: Scene) -> Lines:
    """Coding products sold under another name; the system prompt says so."""
    return _fleet(scene, "assumed_system", 1)


_TOOL_SETS = (
    ("read_file", "edit_file", "run_command", "search", "list_files", "apply_patch"),
    ("Bash", "Edit", "Glob", "Grep", "Read", "Write"),
    ("read_file", "edit_file", "run_command"),
    ("read_file", "edit_file", "run_command", "search"),
    ("shell", "think", "apply_patch"),
    ("computer",),
    ("click", "type_text", "scroll", "screenshot"),
)


def _fleet(scene: Scene, rule: str, versions: int) -> Lines:
    dice, groups = scene.dice, scene.group_count
    grammar, beats = scene.pool.grammar, scene.beats
    # the makers of harnesses are few: unrelated organisations send the same system prompts
    systems = [grammar.one(rule, dice) for _ in range(versions if versions > 1 else groups)]
    system = dice.choice(len(systems), groups) if versions > 1 else np.arange(groups)
    session = np.unique(beats.session, return_inverse=True)[1]
    issues = draw(scene.pool, "issue", int(session.max(initial=0)) + 1, dice)
    templates = [grammar.one("harness_first", dice) for _ in range(groups)]
    first = per_group(templates, scene.group, item=issues.take(pa.array(session)))
    later = draw(scene.pool, "observation", scene.size, dice)
    typed = draw(scene.pool, "follow", scene.size, dice)
    later = pc.if_else(pa.array(dice.random(scene.size) < 0.12), typed, later)
    return Lines(
        prompt=pc.if_else(pa.array(beats.turn == 0), first, later),
        systems=systems,
        system=system[scene.group],
        tool_sets=_TOOL_SETS,
        tools=dice.choice(5, groups, p=ranked(5, 0.8))[scene.group],
        tool_calls=(dice.random(scene.size) < 0.8).astype(np.int64),
        output=log_normal(scene, 170, 0.9),
        presents=_handed_over(scene),
        talks=np.ones(scene.size, bool),
    )


def _handed_over(scene: Scene) -> Ints:
    """Now and then a fleet hands a session to another of its own accounts, sealed block and all."""
    order = np.lexsort((scene.beats.at, scene.group))
    group = scene.group[order]
    back = scene.dice.integers(1, 30, size=scene.size)
    source = (np.arange(scene.size) - back).clip(0)
    same = (group[source] == group) & (source < np.arange(scene.size))
    chosen = same & (scene.dice.random(scene.size) < 0.015)
    presents = np.full(scene.size, -2, np.int64)
    presents[order] = np.where(chosen, order[source], -2)
    return presents


def automation(scene: Scene) -> Lines:
    """Office robots that click through the same programs every day."""
    lines = write_product(
        scene,
        Product(
            templates=("screen_template",), inputs=("screen",), output=60, images=0.7, in_system=0.5
        ),
    )
    return replace(
        lines,
        tool_sets=_TOOL_SETS,
        tools=5 + scene.group % 2,
        tool_calls=np.ones(scene.size, np.int64),
        talks=np.ones(scene.size, bool),
    )
