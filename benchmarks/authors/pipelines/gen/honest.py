"""Honest accounts: the shares of all classes, each look-alike included.

Each maker gets (world, quota) and makes about quota accounts with their traffic.
"""

from typing import Any

from .crowds import academic_relay, blog_template, classroom, hackathon, oss_tool
from .firms import agency, firm_prompt, multi_account, office_nat, seat_team, synth_authorised
from .programmes import COVER, persona, rate
from .services import (
    Maker,
    agent_fleet,
    ci_review,
    failover_app,
    gateway,
    job,
    localisation,
    logit_user,
    rag_backfill,
    reseller_plain,
)
from .studies import audit_reasoning, drift_monitor, nightly_eval, red_team, release_bench
from .world import World


def ordinary(look: str, style: str, med: float, sigma: float = 0.9, **kw: Any) -> Maker:
    def f(w: World, q: int) -> None:
        for _ in range(q):
            a = w.account(look=look, **{k: (v(w) if callable(v) else v) for k, v in kw.items()})
            v = rate(w.r, med, sigma, 900)
            if w.r.random() < 0.4:  # people who chat, code and run scripts on one account
                persona(
                    w,
                    a,
                    v * w.r.uniform(0.1, 0.8),
                    w.r.choice(COVER),
                    client=None if w.r.random() < 0.7 else w.client("web harness py node"),
                )
                v *= 0.7
            persona(w, a, v, style)

    return f


# share of honest accounts
CLASSES = [
    (
        "person",
        0.26,
        ordinary("person", "chat", 4, 1.0, client=lambda w: w.client("web web web py node other")),
    ),
    ("hobby_dev", 0.115, ordinary("hobby_dev", "app", 4, 1.0)),
    ("small_app", 0.075, ordinary("small_app", "app", 10, 1.1, biz=True)),
    (
        "coder",
        0.07,
        ordinary("coder", "coder", 11, 0.9, client=lambda w: w.client("harness harness node web")),
    ),
    (
        "mobile_person",
        0.05,
        ordinary(
            "mobile_person",
            "chat",
            3,
            0.9,
            ips=lambda w: w.rotating(w.r.choice([2, 6, 12])),
            client=lambda w: w.client("web web other py"),
        ),
    ),
    ("agent_fleet", 0.006, agent_fleet),
    (
        "saas_template",
        0.012,
        job(
            "saas_template",
            ["support", "summ", "extract", "trans", "reason", "expert", "clean", "rag"],
            hours="consumer",
            med=45,
            sigma=1.1,
        ),
    ),
    (
        "batch_label",
        0.01,
        job(
            "batch_label",
            ["label", "extract", "caption"],
            med=50,
            use="annotation",
            images=(0, 0, 1),
        ),
    ),
    ("judge_qa", 0.01, job("judge_qa", ["judge", "pair"], med=60, use="evaluation")),
    ("nightly_eval", 0.009, nightly_eval),
    ("release_bench", 0.007, release_bench),
    ("drift_monitor", 0.006, drift_monitor),
    ("synth_authorised", 0.005, synth_authorised),
    (
        "synth_small",
        0.006,
        job("synth_small", ["instr", "task", "posthoc", "reason"], med=25, use="synthetic_data"),
    ),
    ("classroom", 0.045, classroom),
    ("office_nat", 0.04, office_nat),
    ("agency", 0.022, agency),
    ("gateway", 0.003, gateway),
    ("reseller_plain", 0.003, reseller_plain),
    ("ci_review", 0.012, ci_review),
    ("failover_app", 0.01, failover_app),
    ("red_team", 0.006, red_team),
    ("localisation", 0.007, localisation),
    ("audit_reasoning", 0.008, audit_reasoning),
    ("tutoring", 0.01, job("tutoring", "tutor", "q", hours="student", med=40, dom="school")),
    (
        "vision_app",
        0.006,
        job("vision_app", ["caption", "screen"], hours="consumer", med=30, images=(1, 1, 2, 4)),
    ),
    (
        "tool_app",
        0.008,
        job(
            "tool_app",
            "toolsys",
            "chat",
            hours="consumer",
            med=30,
            toolp=0.6,
            tools=["lookup_order", "create_ticket", "web_search"],
        ),
    ),
    (
        "course_author",
        0.008,
        job("course_author", ["task", "usersim", "cont"], hours="office", med=12, biz=False),
    ),
    ("moderation", 0.005, job("moderation", ["safe", "label"], "sens", hours="flat", med=40)),
    (
        "ml_engineer",
        0.008,
        job("ml_engineer", "expert", "rnd", hours="office", med=10, biz=False, dom="mlops"),
    ),
    ("blog_template", 0.045, blog_template),
    ("oss_tool", 0.05, oss_tool),
    ("firm_prompt", 0.03, firm_prompt),
    ("hackathon", 0.02, hackathon),
    ("multi_account", 0.025, multi_account),
    ("seat_team", 0.02, seat_team),
    ("rag_backfill", 0.006, rag_backfill),
    ("logit_user", 0.005, logit_user),
    ("academic_relay", 0.01, academic_relay),
]


def build(w: World) -> None:
    total = sum(s for _, s, _ in CLASSES)
    left = w.n
    for _name, share, f in CLASSES[1:]:
        q = max(1, round(w.n * share / total))
        before = len(w.accounts)
        f(w, q)
        left -= len(w.accounts) - before
    CLASSES[0][2](w, max(1, left))
