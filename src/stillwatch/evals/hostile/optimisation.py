"""Queries a teacher while a student trains; changes accounts and models under pressure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evals.hostile.reasoning import forced_reasoning, privilege_spoof
from stillwatch.evals.hostile.supervision import (
    instruction_generation,
    rubric_reward,
    task_writing,
)
from stillwatch.evals.hostile.work import Work, asked, sized, worded
from stillwatch.evals.scene import Lines


def on_policy(work: Work) -> Lines:
    """A student's drafts come to be graded in step with its training; they get better."""
    better = work.dice.random(work.size) < 0.15 + 0.6 * work.age
    draft = pc.if_else(pa.array(better), work.some("answer"), work.some("weak_answer"))
    return Lines(
        **worded(work, "grade_draft_template", item=work.dealt("question", "task"), answer=draft),
        output=sized(work, float(work.dice.choice([20, 120, 400]))),
    )


def logprob_extraction(work: Work) -> Lines:
    """One token at a time with its probabilities: the last layer through a keyhole."""
    most = int(work.dice.choice([5, 20, 20]))
    return Lines(
        **worded(work, "logit_template", item=work.dealt("sentence")),
        max_tokens=asked(work, 1),
        logprobs=np.full(work.size, most),
        bias=np.where(work.dice.random(work.size) < 0.6, work.dice.integers(20, 300), 0),
        temperature=np.zeros(work.size),
        output=np.ones(work.size),
    )


def taskless_shadow(work: Work) -> Lines:
    """Texts about anything, one word back: behaviour without a task."""
    said = worded(work, "word_template", item=work.dealt("sentences"))
    return Lines(**said, max_tokens=asked(work, 8), output=sized(work, 2.0, 0.3))


def research_use(work: Work) -> Lines:
    """A laboratory lets the teacher build what its student is trained with."""
    return Lines(
        **worded(work, "lab_template", item=work.dealt("lab_item")), output=sized(work, 900)
    )


def account_farm(work: Work) -> Lines:
    """Whatever the list asks for; what marks a farm is that accounts are replaced."""
    kinds = (forced_reasoning, instruction_generation, task_writing, rubric_reward)
    return kinds[int(work.dice.integers(len(kinds)))](work)


def release_pivot(work: Work) -> Lines:
    """A collector who wants the newest model: half of the traffic is there within a day."""
    kinds = (forced_reasoning, task_writing, instruction_generation)
    return kinds[int(work.dice.integers(len(kinds)))](work)


def safeguard_arbitrage(work: Work) -> Lines:
    """Refusals rise on the guarded model; a day later the traffic is on an older one."""
    hardened = work.dice.uniform(0.3, 0.5)
    moved = work.age > hardened + work.dice.uniform(0.05, 0.15)
    lines = privilege_spoof(work)
    stays = work.dice.random(work.size) < 0.12
    refusal = np.where(work.age < hardened, 0.05, np.where(moved & ~stays, 0.05, 0.75))
    return replace(lines, refusal=refusal, model=np.where(moved & ~stays, 3, 0))
