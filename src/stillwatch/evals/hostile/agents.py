"""Collects what agents do: pictures, trajectories, tool calls, sessions, relays (M21 to M29)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evals.grammar import joined
from stillwatch.evals.honest.people import talk
from stillwatch.evals.hostile.work import Work, per_session, sized, worded
from stillwatch.evals.identifiers import uniform
from stillwatch.evals.scene import Lines

HARNESS_TOOLS = ("read_file", "edit_file", "run_command", "search", "list_files", "apply_patch")


def vision_harvest(work: Work) -> Lines:
    """Picture after picture with one structured caption order."""
    return Lines(
        **worded(work, "vision_template", item=work.dealt("image_note")),
        images=np.ones(work.size, np.int64),
        output=sized(work, 260),
        format=work.dice.choice([0, 2], size=1).repeat(work.size),
    )


def agent_trajectories(work: Work) -> Lines:
    """Coding-agent sessions on made-up repositories, each task tried several times."""
    return _agent(work, "harness_system", 1 + int(work.dice.integers(1, 6)))


def harness_identity(work: Work) -> Lines:
    """Agent sessions in which the model is told that it is somebody else's product."""
    return _agent(work, "assumed_system", 1)


def _agent(work: Work, rule: str, attempts: int) -> Lines:
    grammar, session = work.scene.pool.grammar, per_session(work)
    count = int(session.max(initial=0)) + 1
    issues = work.scene.pool.grammar.sample("issue", -(-count // attempts), work.dice)
    item = issues.take(pa.array(session // attempts))
    first = worded(work, "harness_first", divisible=False, item=item)["prompt"]
    later = work.some("observation", "observation")
    systems = [grammar.one(rule, work.dice) for _ in range(1 if work.care == "naive" else 4)]
    keep = int(work.dice.integers(3, len(HARNESS_TOOLS) + 1))
    return Lines(
        prompt=pc.if_else(pa.array(work.scene.beats.turn == 0), first, later),
        systems=systems,
        system=work.scene.beats.account % len(systems),
        tool_sets=[HARNESS_TOOLS[:keep]],
        tools=np.zeros(work.size, np.int64),
        tool_calls=(work.dice.random(work.size) < 0.85).astype(np.int64),
        output=sized(work, 180, 0.9),
        talks=np.ones(work.size, bool),
    )


def tool_schema_sweep(work: Work) -> Lines:
    """Generated catalogues of functions, each with a request that needs a few of them."""
    signatures = [work.some("api", "tool_task") for _ in range(int(work.dice.integers(2, 7)))]
    parts = [part for one in signatures for part in (one, pa.scalar("\n"))]
    return Lines(
        **worded(
            work,
            "catalogue_template",
            tools=joined(parts[:-1], work.size),
            item=work.dealt("tool_request"),
        ),
        output=sized(work, 220),
        format=work.dice.choice([0, 2, 3], size=1).repeat(work.size),
    )


def computer_use(work: Work) -> Lines:
    """Screens of templated programs in, next actions out."""
    session = per_session(work)
    count = int(session.max(initial=0)) + 1
    goal = work.scene.pool.grammar.sample("screen_goal", count, work.dice)
    return Lines(
        **worded(
            work, "screen_template", goal=goal.take(pa.array(session)), item=work.some("screen")
        ),
        images=(work.dice.random(work.size) < 0.8).astype(np.int64),
        tool_sets=[("computer",), ("click", "type_text", "scroll", "screenshot")],
        tools=np.full(work.size, int(work.dice.integers(2))),
        tool_calls=np.ones(work.size, np.int64),
        output=sized(work, 70),
        talks=np.ones(work.size, bool),
    )


def session_replay(work: Work) -> Lines:
    """Past sessions of another product are pasted in, to be answered anew."""
    return Lines(
        **worded(work, "replay_session_template", item=work.dealt("session_log")),
        output=sized(work, 380),
    )


def environment_rebuild(work: Work) -> Lines:
    """A developer's session goes in; his repository, tests or a simulated user comes out."""
    return Lines(
        **worded(work, "environment_template", item=work.dealt("session_log")),
        output=sized(work, 1100),
    )


def silent_relay(work: Work) -> Lines:
    """Another product's users, live: organic prompts in many languages behind few accounts."""
    grammar, session = work.scene.pool.grammar, work.scene.beats.session
    brand = grammar.one("brand", work.dice)
    systems = [grammar.one("assistant_system", work.dice) for _ in range(2)]
    systems.append(f"You are {brand}. {grammar.one('sentence', work.dice)}")
    systems.append(grammar.one("harness_system", work.dice))
    prompt = talk(work.scene, speakers=session + 7_000_000)
    asks = work.dice.random(work.size) < 0.015
    question = work.some("identity")
    pick = uniform(session, 41)
    system = np.select([pick < 0.45, pick < 0.6, pick < 0.75], [2, 3, 0], -1)
    return Lines(
        prompt=pc.if_else(pa.array(asks), question, prompt),
        systems=systems,
        system=system,
        tool_sets=[HARNESS_TOOLS],
        tools=np.where(system == 3, 0, -1),
        output=sized(work, 320, 0.9),
        talks=np.ones(work.size, bool),
    )
