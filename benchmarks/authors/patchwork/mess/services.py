"""Honest services: products and jobs with one built-in prompt each."""

from collections.abc import Callable, Sequence
from typing import Any

from .accounts import Account
from .classes import Classes, human_rate
from .payloads import cand, diff, docs, items, payload_for, qa, ticket, transcript
from .work import Payload
from .workloads import organic, templated
from .world import World

CLASSES: Classes = {}


def service(
    w: World,
    look: str,
    intent: str,
    payload: Payload,
    persona: Sequence[str] = ("smb", "enterprise", "dev"),
    med: float = 45,
    out: str = "prose",
    rhythm: Sequence[str] = ("service",),
    mode: str = "fixed",
    place: Sequence[str] = ("system", "prefix"),
    *,
    growth: bool = True,
    rate_cap: float = 1500,
    **k: Any,
) -> Account:
    R = w.R
    over = k.pop("over", {})
    a = w.account(R.choice(persona), look, **over)
    if a.path == "subscription":
        a.path = "api"
        a.tel.update(params=True, key=True, blocks=True)
        a.clients = [w.cl.sdk(R)]
    if R.random() < 0.4 and len(a.homes) < 6 and "homes" not in over:
        a.homes += [w.net.address(R, "cloud") for _ in range(R.randint(1, 5))]
    wk = templated(
        w,
        R,
        intent,
        payload,
        mode,
        R.choice(place),
        out,
        rhythm=R.choice(rhythm),
        params=k.pop("params", {})
        or {
            "temperature": R.choice([0.0, 0.0, 0.2, 0.7, 1.0]),
            "max_tokens": R.choice([256, 512, 1024, 2048, 4096, None]),
        },
        turns=k.pop("turns", 1),
        **k,
    )
    w.add(
        a,
        wk,
        min(R.lognormvariate(0, 1.15) * med * 0.65, rate_cap),
        growth=R.choice([-0.3, 0, 0.2, 0.8, 1.5]) if growth else 0,
    )
    if R.random() < 0.35:
        w.add(
            a,
            organic(w, R, w.tx.person(R, None, ["coding", "business"])),
            human_rate(R, 3),
            active=0.5,
        )  # a developer trying things by hand
    return a


def each(name: str, weight: float, f: Callable[[World], Account]) -> None:
    def g(w: World, n: int) -> None:
        for _ in range(n):
            f(w)

    CLASSES[name] = (weight, g)


def usual(w: World, intent: str) -> tuple[str, Payload]:
    """An intent with what usually goes with it."""
    return intent, payload_for(w, intent)


def audited(w: World, domain: str) -> Payload:
    """What a reasoning audit looks at: questions alone, or questions with their answers."""
    return items(w, domain) if w.R.random() < 0.6 else qa(w, domain)


each(
    "one_template_saas",
    2.4,
    lambda w: service(
        w,
        "one_template_saas",
        *usual(
            w,
            w.R.choice(
                [
                    "clean",
                    "expert",
                    "summary",
                    "extract",
                    "reason_tags",
                    "openui",
                    "evol",
                    "translate",
                ]
            ),
        ),
        med=40,
        mode=w.R.choice(["fixed", "fixed", "slots"]),
        out="auto",
        ctx={"domain": w.R.choice(["cooking", "legal", "sales", "fitness", "data"])},
    ),
)

each(
    "rag_support_bot",
    1.4,
    lambda w: service(
        w,
        "rag_support_bot",
        "support",
        lambda R, st: (
            f"Context: {w.tx.doc(R, ('s_biz', 's_sup'), 2, 5)}\nCustomer: {ticket(w)(R, st)}"
        ),
        med=60,
        turns=2.5,
    ),
)

each(
    "batch_labelling",
    0.9,
    lambda w: service(
        w,
        "batch_labelling",
        "label",
        ticket(w),
        med=120,
        out="label",
        rhythm=("burst", "cron", "flat"),
        params={"temperature": 0.0, "max_tokens": w.R.choice([5, 8, 16, None])},
        op=w.R.choice(["batch", "chat"]),
        over={"declared": w.R.choice(["annotation", None])},
    ),
)

each(
    "llm_judge_qa",
    0.9,
    lambda w: service(
        w,
        "llm_judge_qa",
        *w.R.choice([("rubric", cand(w)), ("pref", cand(w, k=2)), ("rubric", cand(w, "supq"))]),
        med=70,
        out="score",
        rhythm=("cron", "office", "service"),
        params={"temperature": 0.0, "max_tokens": w.R.choice([16, 64, 256])},
        over={"declared": w.R.choice(["evaluation", "product", None])},
    ),
)

each(
    "localisation",
    0.6,
    lambda w: service(
        w,
        "localisation",
        "translate",
        docs(w, ("prose", "s_biz"), 1, 3),
        med=60,
        rhythm=("burst", "office", "cron"),
        mode=w.R.choice(["fixed", "slots"]),
    ),
)

each(
    "tutoring_app",
    0.7,
    lambda w: service(
        w,
        "tutoring_app",
        w.R.choice(["tutor", "reason_tags", "tutor"]),
        items(w, w.R.choice(["mathq", "sciq", "codeq"])),
        med=55,
        out="auto",
        turns=w.R.choice([1, 3]),
        over={"declared": w.R.choice(["education", "product", None])},
    ),
)

each(
    "ci_reviewer",
    0.8,
    lambda w: service(
        w,
        "ci_reviewer",
        "review",
        diff(w),
        med=45,
        rhythm=("office",),
        over={
            "homes": [w.net.address(w.R, "cloud") for _ in range(w.R.randint(5, 40))],
            "ip_mode": "row",
        },
    ),
)

each(
    "etl_extraction",
    0.6,
    lambda w: service(
        w,
        "etl_extraction",
        "extract",
        docs(w, ("s_fin", "s_law", "s_biz"), 2, 8),
        med=80,
        out="json",
        rhythm=("cron", "flat"),
        fmt="json_schema",
    ),
)

each(
    "rag_backfill_migration",
    0.4,
    lambda w: service(
        w,
        "rag_backfill_migration",
        w.R.choice(["summary", "clean", "extract"]),
        docs(w, ("s_sci", "s_med", "s_law"), 4, 12),
        med=160,
        rhythm=("burst",),
        op=w.R.choice(["batch", "chat"]),
    ),
)

each(
    "vision_documents",
    0.5,
    lambda w: service(
        w,
        "vision_documents",
        "caption",
        lambda R, _st: ("[image]", {"images": R.choice([1, 1, 2, 4])}),
        med=40,
        out="json",
        model="aria-5-vision",
    ),
)

each(
    "reasoning_auditor",
    0.6,
    lambda w: service(
        w,
        "reasoning_auditor",
        w.R.choice(["reason_tags", "posthoc", "summary", "transform", "debug_leak"]),
        audited(w, w.R.choice(["anyq", "medq", "finq", "mathq"])),
        persona=("research", "enterprise"),
        med=16,
        out="auto",
        mode=w.R.choice(["slots", "fixed", "para"]),
        place=("suffix", "prefix"),
        rhythm=("office", "cron", "human"),
        refusal=0.12,
        over={"declared": w.R.choice(["research", "evaluation", None])},
    ),
)

each(
    "red_team",
    0.6,
    lambda w: service(
        w,
        "red_team",
        w.R.choice(["probe", "probe", "debug_leak", "fake_sys"]),
        lambda R, _st: w.tx.g.rule(R, "sensq") if R.random() < 0.4 else "",
        persona=("research", "enterprise", "dev"),
        med=18,
        mode="para",
        place=("prefix",),
        rhythm=("office", "cron"),
        refusal=0.45,
        over={"declared": w.R.choice(["research", "evaluation", None])},
    ),
)

each(
    "logprob_research",
    0.4,
    lambda w: service(
        w,
        "logprob_research",
        w.R.choice(["label", "oneword", "pref"]),
        w.R.choice([ticket(w), items(w)]),
        persona=("research", "smb"),
        med=45,
        out="label",
        rhythm=("office", "burst", "cron"),
        params={
            "temperature": 0.0,
            "max_tokens": w.R.choice([1, 1, 5]),
            "logprobs": w.R.choice([5, 10, 20]),
            "bias": w.R.choice([None, 2, 3, 20]),
        },
    ),
)

each(
    "ml_engineer_rnd",
    0.6,
    lambda w: service(
        w,
        "ml_engineer_rnd",
        "rnd",
        lambda R, _st: "" if R.random() < 0.6 else R.choice(w.tx.pool["code"]),
        persona=("dev", "research", "smb"),
        med=9,
        mode="para",
        rhythm=("human", "office"),
        turns=4,
        place=("prefix",),
    ),
)

each(
    "user_simulation_testing",
    0.4,
    lambda w: service(
        w,
        "user_simulation_testing",
        w.R.choice(["usersim", "replaychat"]),
        transcript(w),
        med=20,
        rhythm=("cron", "office"),
        place=("prefix",),
    ),
)
