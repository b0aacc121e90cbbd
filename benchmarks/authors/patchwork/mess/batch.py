"""Honest fleets and scheduled work: agents, evaluations, benchmarks, own data."""

from collections.abc import Sequence
from typing import Any

from .classes import Classes, groups, registrar
from .clients import HARNESS
from .clock import DAY
from .payloads import listed, payload_for, ticket
from .services import service
from .workloads import harness
from .world import World

CLASSES: Classes = {}
cls = registrar(CLASSES)


@cls(1.3)
def agent_fleet(w: World, n: int) -> None:
    """Coding agents of one firm around the clock, several worker accounts, cache heavy, sub-agents fork conversations."""
    R = w.R
    for k in groups(R, n, 1, 9):
        dom, org, pay, eg, name, shared = (
            w.mail.company(R),
            w.hex(12, "org_"),
            w.hex(16, "pm_"),
            [w.net.address(R, "cloud") for _ in range(5)],
            R.choice(list(HARNESS)),
            [],
        )
        cl = [w.cl.harness(R, name)]
        for _ in range(k):
            a = w.account(
                "enterprise",
                "agent_fleet",
                mail=dom,
                org=org,
                pay=pay,
                homes=eg,
                clients=cl,
                model=R.choice([w.models.reason, w.models.best]),
            )
            w.add(
                a,
                harness(w, R, name, turns=25, rhythm="flat", blocks=shared),
                min(R.lognormvariate(0, 0.8) * 75, 1200),
            )


def scheduled(
    w: World,
    look: str,
    n: int,
    intents: list[str],
    rhythm: str,
    med: float,
    pool: list[str] | None,
    persona: Sequence[str] = ("dev", "smb", "enterprise"),
    declared: Sequence[str | None] = ("evaluation", None),
    **k: Any,
) -> None:
    R = w.R
    for _ in range(n):
        fixed = (
            R.sample(pool, min(len(pool), R.randint(20, 150)))
            if pool
            else [w.tx.item(R) for _ in range(60)]
        )
        i = R.choice(intents)
        service(
            w,
            look,
            i,
            listed(fixed),
            persona,
            med,
            out="auto",
            params={
                "temperature": R.choice([0.0, 0.7, 1.0]),
                "max_tokens": R.choice([2048, 4096, 16384, 32000]),
                "n": R.choice([None, None, 1, 4, 8, 16]),
            },
            rhythm=(rhythm,),
            growth=False,
            place=("suffix", "prefix"),
            over={"declared": R.choice(declared)},
            **k,
        )


@cls(0.8)
def nightly_eval(w: World, n: int) -> None:
    scheduled(
        w,
        "nightly_eval",
        n,
        ["summary", "reason_tags", "tutor"],
        "cron",
        70,
        [x[1] for x in w.tx.pub["bench"]],
    )


@cls(0.5)
def drift_monitor(w: World, n: int) -> None:
    scheduled(
        w,
        "drift_monitor",
        n,
        ["summary", "reason_tags", "oneword"],
        "flat",
        20,
        [w.tx.item(w.R) for _ in range(25)],
    )


@cls(0.8)
def release_day_benchmarker(w: World, n: int) -> None:
    R, m = w.R, w.models
    for _ in range(n):
        a = service(
            w,
            "release_day_benchmarker",
            R.choice(["reason_tags", "summary"]),
            listed(
                R.sample([x[1] for x in w.tx.pub["bench"]], 200)
                if len(w.tx.pub["bench"]) > 200
                else [w.tx.item(R) for _ in range(90)]
            ),
            ("dev", "research"),
            6,
            "auto",
            ("office",),
            place=("suffix",),
            over={"declared": R.choice(["evaluation", "research", None])},
        )
        s = a.streams[0]
        a.pivot, a.newlag = (m.released + R.random() * 6 * 3600, m.new, 1.0), None
        w.add(
            a,
            s.work,
            R.lognormvariate(0, 0.8) * 90,
            m.released + R.random() * 5 * 3600,
            m.released + R.uniform(0.5, 2) * DAY,
            rhythm="flat",
        )


@cls(0.6)
def authorised_synthetic_data(w: World, n: int) -> None:
    R = w.R
    for k in groups(R, n, 1, 6):
        dom, org, pay = w.mail.company(R), w.hex(12, "org_"), w.hex(16, "pm_")
        i = R.choice(["selfinst", "rltask", "reason_tags", "evol", "usersim", "pref"])
        for _ in range(k):
            service(
                w,
                "authorised_synthetic_data",
                i,
                payload_for(w, i),
                ("enterprise",),
                90,
                "auto",
                ("flat", "service", "burst"),
                mode=R.choice(["slots", "para"]),
                place=("prefix",),
                slot=lambda R, _st: {"seed": w.tx.g.rule(R, "subject")},
                over={
                    "declared": "synthetic_data",
                    "auth": True,
                    "mail": dom,
                    "org": org,
                    "pay": pay,
                },
            )


@cls(0.5)
def small_model_inhouse(w: World, n: int) -> None:
    """Labels and short answers for a firm's own small classifier, as its terms allow.

    Declared or not, but not authorised explicitly.
    """
    for _ in range(n):
        R = w.R
        i = R.choice(["label", "selfinst", "extract", "support"])
        shop = R.choice(["a <gadget> shop", "parcel delivery", "dental bookings"])
        service(
            w,
            "small_model_inhouse",
            i,
            ticket(w) if i != "selfinst" else payload_for(w, i),
            ("smb", "enterprise"),
            55,
            "auto" if i == "selfinst" else "label",
            ("office", "burst"),
            mode="slots",
            place=("prefix",),
            slot=lambda _R, _st, s=shop: {"seed": s},
            over={"declared": R.choice(["synthetic_data", "product", None])},
        )
