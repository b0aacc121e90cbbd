"""Times the whole of `prove score` for a new suspect against a large panel, family tree and all."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from json import loads
from pathlib import Path

from stillwatch.forensics.journal import following
from stillwatch.forensics.protocol import Draft, DraftRespondent, DraftTest, Prompt, make_plan
from stillwatch.io.room import Room, make_room
from stillwatch.job.asking import World, receive
from stillwatch.job.proof import score_room
from stillwatch.verifier.canonical import digest, encode
from stillwatch.verifier.likeness import Model
from stillwatch.verifier.order import PLANNED
from stillwatch.verifier.panel_file import Panel, write_panel
from stillwatch.verifier.plan import write_plan

SUSPECT, TEACHER = "suspect", "teacher"


@dataclass(frozen=True)
class Timed:
    """How long one scoring took, and what the process held at most."""

    models: int
    lineages: int
    prompts: int
    megabytes: float
    seconds: float  # on the clock: opening the room, scoring, writing the findings
    processor_seconds: float
    gigabytes: float
    refused: str


def timed(
    models: Sequence[Model],
    prompts: Sequence[str],
    answers: Sequence[Sequence[str]],
    teacher: str,
    said: Sequence[str],
) -> Timed:
    """A suspect that said this, against a panel; `teacher` is a lineage with a column."""
    panel = Panel(tuple(models), tuple(prompts), tuple(tuple(each) for each in answers))
    world = World(
        now=lambda: datetime(2026, 9, 1, tzinfo=UTC), salt=lambda: bytes(32), actor="evaluation"
    )
    asked = [
        Prompt(id=f"p{at}", messages=[{"role": "user", "content": one}])
        for at, one in enumerate(prompts)
    ]
    materials = {"panel": write_panel(panel)}
    salts = [world.salt() for _ in asked]
    plan, leaves = make_plan(_draft(teacher), asked, materials, salts, world.now(), "evaluation")
    data = write_plan(plan)
    values = [{"prompt": one.id, "answer": text} for one, text in zip(asked, said, strict=True)]
    lines = [(encode(one), one) for one in values]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "room"
        first = following([], world.now(), world.actor, PLANNED, {"plan": digest(data)})
        make_room(path, data, leaves, materials, first)
        with Room(path) as room:
            receive(room, plan.of_role("suspect")[0], "answers.jsonl", b"", lines, "", world)
        del materials, panel
        clock, processor = time.perf_counter(), time.process_time()
        with Room(path) as room:
            found = score_room(room, world)
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
    (one,) = loads(found)["findings"]
    return Timed(
        len(models),
        len({model.lineage for model in models}),
        len(prompts),
        sum(len(text) for each in answers for text in each) / 1e6,
        clock,
        processor,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
        one["refused"] or "",
    )


def _draft(teacher: str) -> Draft:
    return Draft(
        title="How long scoring takes",
        question="How long does scoring take?",
        prepared_by="evaluation",
        prompts="prompts.jsonl",
        alpha=0.01,
        repeats=1,
        request={"temperature": 0},
        respondent=[
            DraftRespondent(name=TEACHER, role="teacher", lineage=teacher, asked=False),
            DraftRespondent(name=SUSPECT, role="suspect"),
        ],
        test=[DraftTest(name="style_lineage", parameters={"panel": "panel"})],
    )
