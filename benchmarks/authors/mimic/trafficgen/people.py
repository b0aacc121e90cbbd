"""Plain people and small programs, and what they ask; also the cover traffic of hostile accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .draws import Random, ch
from .families import F
from .works import Person, Tpl

if TYPE_CHECKING:
    from .world import World

ALLF = list(F)

# shares of the honest population, in accounts
PLAIN = {
    "plain_chat": 0.235,
    "plain_student": 0.05,
    "plain_writer": 0.04,
    "plain_developer": 0.08,
    "small_program": 0.08,
    "ide_harness_user": 0.045,
    "reasoning_enthusiast": 0.02,
    "personal_cron": 0.025,
    "prompt_tinkerer": 0.025,
    "academic_relay_user": 0.012,
}


def plain_works(r: Random, w: World, cls: str) -> list[Any]:
    """Works of an individual, also used as hostile cover traffic."""
    if cls in ("plain_chat", "mobile_nat_city", "enterprise_nat"):
        return [Person(r, w)]
    if cls == "plain_student":
        return [
            Person(
                r,
                w,
                doms=r.sample(
                    ["math", "physics", "biology", "history", "education", "coding", "law"], 3
                ),
            )
        ]
    if cls == "plain_writer":
        return [Person(r, w, doms=r.sample(["writing", "marketing", "gaming", "travel", "hr"], 2))]
    if cls in ("plain_developer", "hackathon"):
        return [Person(r, w, coding=0.4 + 0.5 * r.random(), doms=["coding", "devops", "data"])]
    if cls == "ide_harness_user":
        x = Person(r, w, lang="en", coding=0.85, doms=["coding", "devops"])
        t = ch(r, w.tools_sys[:5])
        x.sys = t
        return [x]
    if cls == "reasoning_enthusiast":
        return [
            Tpl(
                r,
                w,
                ch(r, ["cot", "cot", "posthoc", "langcot", "qasum", "draft", "debug"]),
                ch(r, [0, 1, 2]),
            ),
            Person(r, w, doms=["math", "physics"]),
        ]
    if cls == "prompt_tinkerer":
        return [Tpl(r, w, ch(r, ALLF), 2, pub=0.5), Person(r, w)]
    if cls in ("small_program", "personal_cron"):
        x = [Tpl(r, w, ch(r, ALLF), r.choices([0, 1, 2], [55, 25, 20])[0], 0.6)]
        return [*x, Person(r, w)] if r.random() < 0.25 else x
    if cls == "academic_relay_user":
        return [
            Person(r, w, doms=["ml", "math", "writing"]),
            Tpl(r, w, ch(r, ["clean", "mirror", "cot", "bench", "rubric"]), ch(r, [0, 1])),
        ]
    return [Person(r, w)]
