"""Lists the programs of the honest population: products, fleets, suites, gateways, labellers."""

from __future__ import annotations

from functools import partial
from typing import Any

from stillwatch.evals.cast import Circumstances
from stillwatch.evals.honest import products
from stillwatch.evals.honest.persona import Habit, Persona
from stillwatch.evals.honest.products import Product, write_product
from stillwatch.evals.rhythm import CLIENT_RATE_SIGMA, GAP_SIGMA

_SERVICE = Habit(
    median=4.5,
    sigma=CLIENT_RATE_SIGMA * 0.65,
    turns=1.7,
    pause=2.5,
    pause_sigma=GAP_SIGMA,
    spread=6,
    weekend=0.75,
)
_BATCH = Habit(median=7, sigma=1.1, turns=14, pause=3, spread=2, even=True, weekend=0.5, noise=1.3)
_PLAN = {"api": 0.72, "cloud": 0.16, "startup_credit": 0.12}
_PATH = {"api": 0.75, "cloud:alto": 0.15, "aggregator:crossroad": 0.07, "partner:vela": 0.03}


def _firm(place: str = "cloud", **changes: Any) -> Circumstances:
    """A firm with a key of its own, or what is told otherwise."""
    facts: dict[str, Any] = {
        "client": "sdk",
        "mail": "own",
        "place": place,
        "plan": _PLAN,
        "path": _PATH,
        "use": {"": 0.6, "product": 0.4},
        "clients": 1,
        "cardless": 0.1,
    }
    return Circumstances(**(facts | changes))


def _team(low: int, high: int, place: str = "cloud", **changes: Any) -> Circumstances:
    """Several accounts of one firm."""
    facts = {
        "group": (low, high),
        "organization": True,
        "card_of": 0,
        "device_of": 3,
        "mail": "group",
    }
    return _firm(place, **(facts | changes))


def _makes(name: str, share: float, facts: Circumstances, habit: Habit, **product: Any) -> Persona:
    return Persona(
        name=name,
        share=share,
        facts=facts,
        habit=habit,
        write=partial(write_product, product=Product(**product)),
    )


_INPUTS = ("ticket", "review_text", "sentences", "notes", "document", "question", "story", "json")

BUSINESSES: tuple[Persona, ...] = (
    _makes(
        "single_template_saas",
        0.03,
        _firm(),
        _SERVICE,
        templates=("saas_template",),
        inputs=_INPUTS,
        whole="saas_whole",
        talking=0.05,
    ),
    _makes(
        "white_label_saas",
        0.03,
        _firm("serverless", group=(22, 48), same_client=True, same_profile=True),
        _SERVICE,
        templates=("saas_template",),
        inputs=_INPUTS,
        variants=1,
    ),
    _makes(
        "rag_product",
        0.025,
        _firm(),
        _SERVICE,
        templates=("rag_template",),
        inputs=("ticket", "know_item", "question"),
        output=150,
    ),
    _makes(
        "batch_labelling",
        0.015,
        _team(1, 14, use={"annotation": 0.7, "": 0.3}),
        _BATCH,
        templates=("label_template",),
        inputs=("ticket", "review_text"),
        role="ticket",
        output=5,
        cold=0.7,
        ceiling=(5, 16, 64),
        dealt=True,
        variants=1,
        batch=0.4,
    ),
    _makes(
        "llm_judge",
        0.018,
        _team(1, 12, use={"evaluation": 0.5, "": 0.5}),
        _BATCH,
        templates=("judge_template", "judge_template", "pair_template"),
        whole="judge_whole",
        inputs=("ticket", "question", "task"),
        output=40,
        cold=0.7,
        variants=2,
        dealt=True,
        repeats=2,
        ceiling=(64, 128, 256, 512),
    ),
    Persona(
        name="nightly_suite",
        share=0.008,
        facts=_team(1, 3, "runner", use={"evaluation": 0.6, "": 0.4}),
        habit=Habit(
            median=22, sigma=0.9, turns=22, pause=2, spread=0.15, even=True, weekend=1.0, noise=0.2
        ),
        write=products.suite,
    ),
    Persona(
        name="release_benchmarker",
        share=0.008,
        facts=_team(1, 2, use={"evaluation": 0.6, "research": 0.4}),
        habit=Habit(median=35, sigma=0.8, turns=30, pause=2, spread=6, even=True, weekend=1.0),
        write=products.suite,
        on_release=True,
    ),
    _makes(
        "authorized_synthetic",
        0.006,
        _team(3, 18, authorized=True, use={"synthetic_data": 1.0}, same_profile=True),
        _BATCH,
        templates=("generate_template", "write_task_template", "reason_template"),
        whole="meta",
        inputs=("task",),
        role="task",
        output=500,
        dealt=True,
        variants=1,
    ),
    Persona(
        name="gateway",
        share=0.004,
        facts=_firm("scattered", client="gateway", clients=30, use={"product": 1.0}),
        habit=Habit(median=28, sigma=0.9, turns=2.6, pause=40, spread=9, weekend=0.8, noise=0.3),
        write=products.tenants,
    ),
    Persona(
        name="reseller",
        share=0.006,
        facts=_firm(
            "tunnel",
            group=(4, 25),
            card_of=5,
            device_of=4,
            clients=6,
            batch_hours=60,
            use={"": 0.7, "reseller": 0.3},
            mail="consumer",
            newcomers=0.5,
            age_days=60,
        ),
        habit=Habit(median=14, sigma=0.7, turns=2.8, pause=40, spread=9, weekend=0.95, noise=0.4),
        write=products.tenants,
        role="reseller",
    ),
    Persona(
        name="branded_assistant",
        share=0.012,
        facts=_firm("serverless"),
        habit=Habit(median=5, sigma=1.1, turns=3, pause=45, spread=5, weekend=0.8),
        write=products.branded,
    ),
    Persona(
        name="coding_fleet",
        share=0.03,
        facts=_team(6, 42, "office", client="harness", clients=2, device_of=1),
        habit=Habit(median=7, sigma=1.1, turns=9, pause=14, spread=5, weekend=0.4, most=300),
        write=products.fleet,
    ),
    Persona(
        name="rebranded_harness",
        share=0.004,
        facts=_team(1, 5, client="harness"),
        habit=Habit(median=7, sigma=1.1, turns=8, pause=14, spread=8, weekend=0.9),
        write=products.rebranded,
    ),
    _makes(
        "ci_reviewer",
        0.02,
        _team(1, 4, "runner"),
        _SERVICE,
        templates=("review_template",),
        inputs=("diff",),
        output=250,
    ),
    _makes(
        "failover_product",
        0.01,
        _firm(path={"aggregator:crossroad": 0.5, "api": 0.5}, client="gateway"),
        Habit(median=4, sigma=1.1, turns=6, pause=3, spread=1.5, noise=2.2),
        templates=("saas_template", "rag_template"),
        inputs=("ticket", "know_item"),
    ),
    _makes(
        "localisation",
        0.012,
        _team(1, 9, "office"),
        _BATCH,
        templates=("local_template", "mirror_template"),
        inputs=("sentences", "clause", "review_text"),
        dealt=True,
        repeats=5,
        variants=6,
        in_system=0.0,
    ),
    _makes(
        "tutoring_app",
        0.012,
        _firm("serverless", use={"education": 0.6, "product": 0.4}),
        _SERVICE,
        templates=("reason_template", "class_template", "rebuild_template"),
        inputs=("math_item", "question"),
        output=420,
        talking=0.1,
    ),
    _makes(
        "vision_product",
        0.008,
        _team(1, 4),
        _SERVICE,
        templates=("vision_template",),
        inputs=("image_note",),
        images=1.0,
        output=180,
    ),
    Persona(
        name="office_robots",
        share=0.006,
        facts=_team(1, 12, "office"),
        habit=Habit(median=8, sigma=1.0, turns=9, pause=9, spread=3, even=True, weekend=0.1),
        write=products.automation,
    ),
    _makes(
        "scored_classifier",
        0.006,
        _firm(),
        _SERVICE,
        templates=("label_template", "logit_template"),
        inputs=("sentence", "review_text"),
        logprobs=5,
        output=1.5,
        ceiling=(1, 1, 5),
        cold=0.9,
    ),
    _makes(
        "support_review",
        0.006,
        _team(1, 6, "office"),
        _BATCH,
        templates=("replay_session_template", "saas_template"),
        inputs=("session_log",),
        output=250,
        dealt=True,
    ),
    _makes(
        "text_cleaner",
        0.006,
        _firm(),
        _SERVICE,
        templates=("clean_template",),
        inputs=("notes", "raw_trace", "paragraph"),
        output=350,
    ),
    _makes(
        "reference_publisher",
        0.005,
        _team(1, 8, "office"),
        _BATCH,
        templates=("domain_template",),
        inputs=("topic_item",),
        output=700,
        dealt=True,
    ),
    _makes(
        "assessment_publisher",
        0.005,
        _team(1, 8, use={"education": 1.0}),
        _BATCH,
        templates=("write_task_template",),
        inputs=("task_topic",),
        output=900,
        dealt=True,
    ),
    _makes(
        "newsroom",
        0.004,
        _team(1, 10, "office"),
        _SERVICE,
        templates=("rewrite_template", "saas_template"),
        inputs=("sensitive_item", "story"),
        output=300,
        refusal=0.05,
    ),
    _makes(
        "grading_platform",
        0.006,
        _firm(use={"education": 1.0}),
        _BATCH,
        templates=("grade_draft_template",),
        inputs=("question",),
        output=200,
    ),
    _makes(
        "agent_platform",
        0.008,
        _team(1, 5),
        _SERVICE,
        templates=("catalogue_template", "tool_template"),
        inputs=("tool_request",),
        role="tool_request",
        output=150,
        json=0.6,
    ),
    _makes(
        "devops_bots",
        0.005,
        _team(1, 5, "runner"),
        _SERVICE,
        templates=("environment_template", "review_template"),
        inputs=("session_log", "trace", "log"),
        output=400,
    ),
)
