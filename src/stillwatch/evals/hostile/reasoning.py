"""Collects reasoning: by order, trick, laundering or replay of sealed blocks (M01 to M11)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evals.hostile.work import Work, adorned, asked, per_session, sized, worded
from stillwatch.evals.scene import Lines
from stillwatch.evals.texts import by_rule, draw


def forced_reasoning(work: Work) -> Lines:
    """One wording that forces inline reasoning around every item of a list."""
    return Lines(
        **worded(work, "reason_template", item=work.dealt("question", "task")),
        output=sized(work, 900),
        max_tokens=asked(work, int(work.dice.choice([4096, 8000, 8192, 16384]))),
    )


def reasoning_reconstruction(work: Work) -> Lines:
    """Question and finished answer go in, the way from one to the other comes out."""
    return Lines(
        **worded(
            work,
            "rebuild_template",
            item=work.dealt("question", "benchmark"),
            answer=work.some("short_answer"),
        ),
        output=sized(work, 650),
    )


def language_coercion(work: Work) -> Lines:
    """Orders about the language of the hidden thinking, over broad topics in many languages."""
    grammar = work.scene.pool.grammar
    tongues = grammar.names("lang.")
    some = work.dice.permutation(len(tongues))[: int(work.dice.integers(3, 9))]
    foreign = by_rule(
        work.scene.pool,
        [tongues[i] for i in some],
        work.dice.integers(len(some), size=work.size),
        work.dice,
    )
    item = pc.if_else(pa.array(work.dice.random(work.size) < 0.7), foreign, work.some("question"))
    return Lines(**worded(work, "coerce_template", item=item), output=sized(work, 700))


def privilege_spoof(work: Work) -> Lines:
    """The user turn claims to be the system and asks for what was thought."""
    return Lines(
        **worded(work, "spoof_template", divisible=False, item=work.dealt("question", "task")),
        output=sized(work, 500),
        refusal=np.full(work.size, work.dice.uniform(0.05, 0.4)),
    )


def memory_laundering(work: Work) -> Lines:
    """The thinking is to be translated or encoded, so that it does not look like thinking."""
    return Lines(
        **worded(work, "launder_template", item=work.dealt("question", "task")),
        output=sized(work, 600),
        refusal=np.full(work.size, work.dice.uniform(0.03, 0.25)),
    )


def block_replay(work: Work) -> Lines:
    """Sealed reasoning issued in one account is presented in another, to be read out."""
    beats = work.scene.beats
    time = np.argsort(beats.at, kind="stable")
    place = np.empty(work.size, np.int64)
    place[time] = np.arange(work.size)
    reads = (work.dice.random(work.size) < work.dice.uniform(0.3, 0.5)) & (place > 20)
    back = (work.dice.random(work.size) * np.minimum(place, 400)).astype(np.int64) + 1
    source = time[(place - back).clip(0)]
    other = reads & (beats.account[source] != beats.account) & ~reads[source]
    plain = work.dealt("question", "task")
    order = draw(work.scene.pool, "replay_order", work.size, work.dice)
    order = adorned(work, order) if work.care == "adaptive" else order
    return Lines(
        prompt=pc.if_else(pa.array(other), order, plain),
        presents=np.where(other, source, -1),
        output=sized(work, 800),
        refusal=np.where(other, 0.2, 0.01),
        model=np.where(work.dice.random(work.size) < 0.8, 0, 2),
        talks=np.ones(work.size, bool),
    )


def context_editing(work: Work) -> Lines:
    """One sealed block of reasoning comes back again and again under other instructions."""
    grammar, session, dice = work.scene.pool.grammar, per_session(work), work.dice
    order = np.lexsort((work.scene.beats.at, session))
    first = order[np.searchsorted(session[order], session)]
    opens = first == np.arange(work.size)
    count = {"naive": 5, "careful": 9, "adaptive": 25}[work.care]
    systems = [grammar.one("edited_system", dice) for _ in range(count)]
    names = [[grammar.one("api_name", dice)] for _ in range(3)]
    again = draw(work.scene.pool, "edit_order", work.size, dice)
    again = adorned(work, again) if work.care == "adaptive" else again
    return Lines(
        prompt=pc.if_else(pa.array(opens), work.dealt("question", "task"), again),
        systems=systems,
        system=np.where(opens, -1, dice.integers(count, size=work.size)),
        tool_sets=names,
        tools=np.where(opens, -1, dice.integers(-3, 3, size=work.size).clip(-1)),
        presents=np.where(opens, -1, first),
        output=sized(work, 700),
        refusal=np.where(opens, 0.01, 0.1),
        model=np.where(dice.random(work.size) < 0.9, 0, 2),
        talks=np.ones(work.size, bool),
    )


def trace_inversion(work: Work) -> Lines:
    """Plain questions, each with its answer and a summary; the rest happens elsewhere."""
    return Lines(
        **worded(work, "invert_template", item=work.dealt("question", "task")),
        output=sized(work, 420),
    )


def tool_channel_leak(work: Work) -> Lines:
    """A tool whose argument invites private thinking takes it out through the side door."""
    grammar = work.scene.pool.grammar
    names = [grammar.one("api_name", work.dice) for _ in range(3)]
    own = f"{grammar.one('tag', work.dice)}_{grammar.one('func', work.dice)}"
    return Lines(
        **worded(work, "tool_template", item=work.dealt("question", "task")),
        tool_sets=[(own,), (own, *names)],
        tools=work.dice.integers(2, size=work.size),
        tool_calls=np.ones(work.size, np.int64),
        output=sized(work, 350),
    )


def technique_sweep(work: Work) -> Lines:
    """Every request another trick, most refused; then one that works is scaled up."""
    sweeps = work.age < work.dice.uniform(0.25, 0.6)
    tricks = work.some("sweep_move")
    target = work.dealt("question", "task")
    form = worded(work, "trick_frame", divisible=False, item=target, move=tricks)["prompt"]
    winner = worded(work, "spoof_template", divisible=False, item=target)["prompt"]
    return Lines(
        prompt=pc.if_else(pa.array(sweeps), form, winner),
        refusal=np.where(sweeps, 0.8, 0.08),
        output=sized(work, 450),
    )
