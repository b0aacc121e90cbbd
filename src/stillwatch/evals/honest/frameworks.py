"""Lists strangers who send the same words: users of frameworks, recipes, collections and courses.

Sharing a rare wording is no sign of acting together where the wording is public, so every kind
here is a crowd of accounts that have that wording in common and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from stillwatch.evals.cast import Circumstances
from stillwatch.evals.honest import adopted
from stillwatch.evals.honest.adopted import Wording, beside, conversing, template
from stillwatch.evals.honest.persona import Community, Habit, Persona
from stillwatch.evals.rhythm import GAP_SIGMA
from stillwatch.evals.scene import Lines, Scene

_CHECKED = {"card": 0.5, "business": 0.33, "email": 0.09, "phone": 0.06, "identity": 0.02}


def _firm(use: dict[str, float] | None = None, **changes: Any) -> Circumstances:
    """A firm of its own: organisation, card, domain, network."""
    facts: dict[str, Any] = {
        "organization": True,
        "client": "sdk",
        "clients": 1,
        "mail": "own",
        "place": "firm",
        "plan": {"api": 0.74, "cloud": 0.16, "startup_credit": 0.1},
        "path": {
            "api": 0.76,
            "cloud:alto": 0.15,
            "aggregator:crossroad": 0.06,
            "partner:vela": 0.03,
        },
        "use": {"": 0.65, "product": 0.35} if use is None else use,
        "verified": _CHECKED,
        "cardless": 0.06,
        "newcomers": 0.15,
    }
    return Circumstances(**(facts | changes))


def _person(**changes: Any) -> Circumstances:
    """Somebody at home, with a consumer address."""
    facts: dict[str, Any] = {
        "cardless": 0.15,
        "newcomers": 0.2,
        "use": {"": 0.85, "personal": 0.15},
    }
    return Circumstances(**(facts | changes))


def _habit(median: float, **changes: Any) -> Habit:
    """Volumes of strangers have a heavy tail."""
    facts: dict[str, Any] = {"median": median, "sigma": 1.3, "spread": 5, "pause_sigma": GAP_SIGMA}
    return Habit(**(facts | changes))


_SERVED = _habit(4.5, sigma=1.4, turns=2, pause=4, spread=6, weekend=0.7)
_RUNS = _habit(6, sigma=1.35, turns=14, pause=3, spread=3, even=True, weekend=0.6, noise=1.2)


def _adopter(
    name: str,
    share: float,
    facts: Circumstances,
    habit: Habit,
    write: Callable[..., Lines],
    *,
    other: float = 0.3,
    people: bool = False,
    community: Community | None = None,
    **wording: Any,
) -> Persona:
    """A kind of account that took over one public wording and has a life beside it."""
    shared: Callable[[Scene], Lines] = (
        partial(write, wording=Wording(**wording)) if wording else write
    )
    return Persona(
        name=name,
        share=share,
        facts=facts,
        habit=habit,
        write=partial(beside, write=shared, other=other, people=people),
        community=community or Community(),
    )


_AGENT_TOOLS = (
    ("search_web", "calculator", "final_answer"),
    ("retrieve", "python_interpreter", "finish"),
    ("delegate", "search_web", "read_document", "write_file"),
)
_HARNESS_TOOLS = (
    ("Bash", "Edit", "Glob", "Grep", "Read", "Write"),
    ("shell", "apply_patch", "update_plan"),
    ("read_file", "write_to_file", "execute_command", "list_files", "attempt_completion"),
)

FRAMEWORKS: tuple[Persona, ...] = (
    _adopter(
        "framework_judge",
        0.0135,
        _firm({"": 0.6, "evaluation": 0.3, "product": 0.1}),
        _RUNS,
        template,
        other=0.25,
        community=Community(nightly=0.45),
        templates=("fw_judge",),
        variety=4,
        output=70,
        cold=0.7,
        json=0.4,
        ceiling=(256, 512, 1024),
        in_system=0.3,
    ),
    _adopter(
        "framework_rag",
        0.0175,
        _firm(),
        _SERVED,
        template,
        templates=("fw_rag",),
        inputs=("ticket", "know_item", "question", "topic_item", "clause"),
        size=0.8,
        variety=2,
        output=150,
        ceiling=(512, 1024),
    ),
    _adopter(
        "framework_labeller",
        0.011,
        _firm({"": 0.6, "annotation": 0.3, "product": 0.1}),
        _RUNS,
        template,
        other=0.2,
        community=Community(nightly=0.2),
        templates=("fw_label",),
        variety=3,
        size=0.9,
        output=6,
        cold=0.8,
        json=0.2,
        ceiling=(8, 16, 64),
        logprobs=0.25,
        bias=0.15,
        batch=0.3,
    ),
    _adopter(
        "framework_agent",
        0.016,
        _firm(),
        _habit(6, sigma=1.4, turns=6, pause=9, weekend=0.7),
        conversing,
        other=0.25,
        templates=("fw_agent_first",),
        systems=("fw_agent_system",),
        inputs=("tool_request", "ticket", "know_item", "topic_item"),
        later=("fw_agent_result",),
        tool_sets=_AGENT_TOOLS,
        variety=2,
        size=0.8,
        output=160,
    ),
    _adopter(
        "harness_user",
        0.022,
        _person(client="harness", clients=2, plan={"api": 0.5, "subscription": 0.5}),
        _habit(5, sigma=1.6, turns=8, pause=16, spread=4, weekend=0.7),
        conversing,
        other=0.15,
        people=True,
        community=Community(own_client=0.92, own_profile=0.9),
        templates=("harness_first",),
        systems=("fw_harness_system",),
        inputs=("issue", "code_item", "diff"),
        tool_sets=_HARNESS_TOOLS,
        variety=3,
        size=0.8,
        output=180,
    ),
    _adopter(
        "prompt_library_user",
        0.0185,
        _person(
            client="mixed", clients=3, plan={"api": 0.45, "subscription": 0.45, "free_trial": 0.1}
        ),
        _habit(2, turns=3, pause=50, weekend=0.8),
        adopted.library,
        other=0.5,
        people=True,
        community=Community(own_client=0.1),
    ),
    _adopter(
        "benchmark_runner",
        0.0085,
        _firm(
            {"": 0.5, "research": 0.3, "evaluation": 0.2},
            plan={"api": 0.6, "research": 0.3, "education": 0.1},
            verified={"email": 0.3, "card": 0.4, "business": 0.2, "phone": 0.1},
        ),
        _habit(10, turns=24, pause=2, even=True, weekend=0.9, noise=1.3),
        adopted.benchmark,
        other=0.15,
        community=Community(nightly=0.4, own_client=0.6, own_profile=0.6),
        templates=("fw_bench",),
        variety=2,
        in_system=0.1,
        output=420,
        cold=0.7,
        ceiling=(1024, 2048),
    ),
    _adopter(
        "synthetic_data_team",
        0.0075,
        _firm({"": 0.45, "synthetic_data": 0.4, "product": 0.1, "research": 0.05}),
        _RUNS,
        template,
        other=0.3,
        community=Community(authorized=0.4),
        templates=("fw_recipe", "fw_recipe", "generate_template"),
        inputs=("task", "know_item", "code_item", "topic_item"),
        size=0.9,
        variety=3,
        output=450,
        cold=0.1,
        batch=0.25,
    ),
    _adopter(
        "caption_user",
        0.0085,
        _firm(place="cloud", client="sdk"),
        _habit(4, turns=5, pause=4, weekend=0.8, noise=1.4),
        template,
        other=0.2,
        templates=("fw_caption",),
        inputs=("image_note", "product", "review_text"),
        size=0.8,
        images=0.95,
        output=90,
        json=0.4,
        ceiling=(150, 300),
    ),
    _adopter(
        "screen_automation",
        0.0055,
        _firm(place="office"),
        _habit(6, turns=9, pause=8, spread=3, even=True, weekend=0.15),
        conversing,
        other=0.15,
        community=Community(nightly=0.3),
        templates=("fw_screen_first",),
        systems=("fw_screen_system",),
        inputs=("screen",),
        later=("screen",),
        tool_sets=(("computer",), ("click", "type_text", "scroll", "screenshot", "report")),
        variety=2,
        size=0.9,
        images=0.8,
        output=60,
    ),
    _adopter(
        "reasoning_capture",
        0.0075,
        _firm(),
        _SERVED,
        template,
        other=0.3,
        templates=("fw_capture", "fw_capture", "reason_template"),
        inputs=("clause", "ticket", "notes", "question", "csv", "topic_item"),
        output=520,
        ceiling=(2048, 4096),
    ),
    _adopter(
        "course_user",
        0.012,
        _person(
            client="mixed",
            plan={"free_trial": 0.35, "subscription": 0.35, "api": 0.3},
            use={"": 0.75, "education": 0.25},
            cardless=0.4,
            newcomers=0.3,
        ),
        _habit(2.5, turns=3, pause=70, weekend=1.3),
        adopted.course,
        other=0.45,
        people=True,
        community=Community(own_client=0.2),
        templates=("fw_course",),
        variety=2,
        in_system=0.2,
        output=380,
        cold=0.1,
        batch=0.0,
    ),
)
