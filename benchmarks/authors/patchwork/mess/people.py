"""Honest people on their own: chat, study, hobby code, coding harnesses, popular tools."""

from typing import Any

from .accounts import Account
from .classes import Classes, days_active, human_rate, registrar
from .clients import HARNESS
from .clock import DAY
from .payloads import diff, docs, payload_for
from .texts import Person
from .wording import Template
from .workloads import harness, organic, templated
from .world import World

CLASSES: Classes = {}
cls = registrar(CLASSES)


def person_account(
    w: World,
    look: str,
    persona: str,
    tastes: list[str] | None = None,
    med: float = 5,
    lang: str | None = None,
    **over: Any,
) -> tuple[Account, Person]:
    R = w.R
    a = w.account(persona, look, **over)
    p = w.tx.person(R, lang, tastes)
    # arrives, or churns, inside the window
    start = w.t0 + R.random() * w.days * DAY * 0.6 if R.random() < 0.16 else None
    end = w.t0 + R.random() * w.days * DAY if R.random() < 0.08 else None
    if start and end and end < start:
        start, end = end, start
    w.add(
        a,
        organic(w, R, p, rhythm=R.choices(["human", "night", "office"], [7, 2, 1])[0]),
        human_rate(R, med),
        start,
        end,
        active=days_active(R),
    )
    if R.random() < 0.12:  # people try what they read somewhere
        intent, t = R.choice(w.commons)
        w.add(
            a,
            templated(w, R, intent, payload_for(w, intent, p), template=t, out="auto", turns=1.6),
            human_rate(R, 1.5, cap=12),
            active=0.5,
        )
    if R.random() < 0.05:  # a binge day
        w.add(a, organic(w, R, p, turns=1.2), human_rate(R, 14, cap=120), active=0.15)
    return a, p


def simple(
    name: str,
    weight: float,
    persona: str | list[str],
    tastes: list[str] | None = None,
    med: float = 5,
    **over: Any,
) -> None:
    def f(w: World, n: int) -> None:
        for _ in range(n):
            o = {k: (v(w) if callable(v) else v) for k, v in over.items()}
            person_account(
                w, name, persona if type(persona) is str else w.R.choice(persona), tastes, med, **o
            )

    CLASSES[name] = (weight, f)


simple("consumer_chat", 14, "consumer", None, 4)

simple("subscription_power_user", 5, "consumer", None, 16, plan="subscription")

simple("student_alone", 5, "student", ["study", "writing"], 5)

simple("mobile_carrier_nat", 5, "consumer", None, 4, net="mobile")

simple("vpn_privacy_user", 4, ["consumer", "dev"], None, 6, net="vpn")

simple("roleplay_writer", 3, "consumer", ["creative"], 12)

simple("freelance_writer", 3, ["smb", "consumer"], ["writing"], 7)

simple("hobby_developer", 7, "dev", ["coding"], 5)

simple(
    "free_trial_tryout",
    4,
    ["consumer", "dev"],
    None,
    3,
    plan="free_trial",
    created=lambda w: w.t0 + (w.R.random() * 1.1 - 0.3) * w.days * DAY,
)

simple("small_business", 4, "smb", ["business", "writing"], 6)

simple("researcher_alone", 2, "research", ["study", "coding"], 6)


@cls(3)
def language_learner(w: World, n: int) -> None:
    R = w.R
    for _ in range(n):
        a, p = person_account(w, "language_learner", "consumer", ["writing"], 4)
        w.add(
            a,
            templated(
                w, R, "translate", lambda R, _st, p=p: w.tx.ask(R, p)[:300], "slots", turns=3
            ),
            human_rate(R, 3),
            active=0.7,
        )


@cls(5)
def harness_individual(w: World, n: int) -> None:
    R = w.R
    for _ in range(n):
        name = R.choices(list(HARNESS), [5, 4, 3, 2, 3])[0]
        a = w.account("dev", "harness_individual")
        if a.path == "api":
            a.clients = [w.cl.harness(R, name)]
        w.add(a, harness(w, R, name), human_rate(R, 14, 1.0, 220), active=days_active(R))
        if R.random() < 0.4:
            w.add(a, organic(w, R, w.tx.person(R, None, ["coding"])), human_rate(R, 2), active=0.5)


@cls(4)
def oss_tool_users(w: World, n: int) -> None:
    """A few popular tools with a built-in prompt; hundreds of unrelated users each."""
    R = w.R
    tools = [
        (i, Template(w.tx.g, R, i, "fixed"), w.cl.sdk(R))
        for i in (
            "openui",
            "openui",
            "commit",
            "subtitle",
            "extract",
            "reason_tags",
            "tutor",
            "translate",
        )
    ]
    tools = [t for t in tools for _ in range(R.choice([1, 2, 5]))]
    for _ in range(n):
        i, t, c = R.choice(tools)
        a = w.account(R.choice(["dev", "dev", "student", "consumer"]), "oss_tool_users")
        if a.path == "api" and R.random() < 0.7:
            a.clients = [c]
        kinds = {"commit": diff(w), "subtitle": docs(w, ("prose",), 2, 5)}
        w.add(
            a,
            templated(
                w,
                R,
                i,
                kinds.get(i) or payload_for(w, i),
                place="system" if R.random() < 0.8 else "prefix",
                template=t,
                out={"commit": "short", "extract": "json"}.get(i, "auto"),
                turns=R.choice([1, 1.5, 3]),
                params={"temperature": 0.3} if i == "commit" else {},
            ),
            human_rate(R, 7, 1.1, 150),
            active=days_active(R),
        )
