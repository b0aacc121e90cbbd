"""Buys judgement, preferences, cleaning, tasks and coverage by the thousand (M12 to M22)."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evals.hostile.work import Work, asked, sized, steady, with_public, worded
from stillwatch.evals.scene import Lines
from stillwatch.evals.texts import by_rule


def rubric_reward(work: Work) -> Lines:
    """One rubric over several candidate answers of each prompt: a reward model by the call."""
    candidates = int(work.dice.choice([1, 2, 4, 8]))
    rules = ["answer", "weak_answer"]
    answer = by_rule(work.scene.pool, rules, work.dice.integers(2, size=work.size), work.dice)
    item = work.dealt("question", "task", candidates)
    said = worded(work, "judge_template", item=item, answer=answer)
    return Lines(
        **with_public(work, "judge_whole", said),
        output=sized(work, float(work.dice.choice([4, 12, 30, 90])), 0.2),
        temperature=np.zeros(work.size) if steady(work) else None,
        max_tokens=asked(work, int(work.dice.choice([64, 128, 256, 512]))),
        format=work.dice.choice([0, 2], size=1).repeat(work.size),
    )


def third_party_judge(work: Work) -> Lines:
    """What another laboratory's model wrote is graded, item by item."""
    rules = ["answer", "weak_answer"]
    answer = by_rule(work.scene.pool, rules, work.dice.integers(2, size=work.size), work.dice)
    item = work.dealt("question", "task", int(work.dice.choice([1, 2, 4])))
    return Lines(
        **worded(work, "third_judge_template", item=item, answer=answer),
        output=sized(work, float(work.dice.choice([12, 40, 120])), 0.3),
        temperature=np.zeros(work.size) if steady(work) else None,
        format=work.dice.choice([0, 2], size=1).repeat(work.size),
    )


def preference_pairs(work: Work) -> Lines:
    """Two answers side by side, and the same two the other way round a little later."""
    question = work.dealt("task", "task", 2)
    left, right = work.dealt("answer", "answer", 2), work.dealt("weak_answer", "answer", 2)
    swapped = pa.array(work.order % 2 == 1)
    return Lines(
        **worded(
            work,
            "pair_template",
            item=question,
            answer=pc.if_else(swapped, right, left),
            other=pc.if_else(swapped, left, right),
        ),
        output=sized(work, float(work.dice.choice([2, 8, 60])), 0.2),
        temperature=np.zeros(work.size) if steady(work) else None,
    )


def trace_cleaning(work: Work) -> Lines:
    """Captured traces come back to be made presentable."""
    return Lines(
        **worded(work, "clean_template", item=work.dealt("raw_trace")),
        output=sized(work, 500),
    )


def instruction_generation(work: Work) -> Lines:
    """Seeds times operators: instructions bred from instructions."""
    said = worded(
        work,
        "generate_template",
        item=work.dealt("task", "task"),
        other=work.some("task", "task"),
        move=work.some("evolve_move"),
    )
    return Lines(**with_public(work, "meta", said), output=sized(work, 300))


def task_writing(work: Work) -> Lines:
    """Unique tasks with solutions, tests and graded difficulty, for training by reward."""
    return Lines(
        **worded(
            work, "write_task_template", item=work.dealt("task_topic"), move=work.some("digit")
        ),
        output=sized(work, 1300),
        max_tokens=asked(work, int(work.dice.choice([4096, 8192, 16384]))),
    )


def benchmark_sweep(work: Work) -> Lines:
    """Known problems, several samples each at different temperatures."""
    samples = int(work.dice.choice([2, 4, 8]))
    heat = np.array([0.2, 0.6, 0.7, 0.8, 1.0])[work.dice.integers(5, size=work.size)]
    return Lines(
        **worded(work, "suite_template", item=work.dealt("question", "benchmark", samples)),
        temperature=heat,
        output=sized(work, 600),
    )


def sensitive_rewrite(work: Work) -> Lines:
    """Delicate questions with an order to rewrite them: how the model says no."""
    return Lines(
        **worded(
            work, "rewrite_template", item=work.dealt("sensitive_item"), move=work.some("tone")
        ),
        output=sized(work, 300),
        refusal=np.full(work.size, work.dice.uniform(0.02, 0.15)),
    )


def domain_sweep(work: Work) -> Lines:
    """One trade, from the first heading of its handbook to the last."""
    domain = work.scene.pool.grammar.one("domain", work.dice)
    return Lines(
        **worded(
            work,
            "domain_template",
            domain=pa.array([domain] * work.size, pa.string()),
            item=work.dealt("topic_item"),
            move=work.some("facet"),
        ),
        output=sized(work, 900),
    )


def language_mirroring(work: Work) -> Lines:
    """The same items in many languages, answer by answer."""
    grammar = work.scene.pool.grammar
    tongues = sorted({grammar.one("tongue", work.dice) for _ in range(8)})
    tongue = pa.array(tongues).take(pa.array(work.order % len(tongues)))
    return Lines(
        **worded(
            work, "mirror_template", item=work.dealt("question", "task", len(tongues)), move=tongue
        ),
        output=sized(work, 450),
    )
