"""Honest agencies, gateways, resellers, and products with tools."""

from collections.abc import Sequence
from typing import Any

from .classes import Classes, groups, registrar
from .clock import DAY
from .dice import Random
from .payloads import cand, payload_for, trace
from .services import service
from .work import Extra, Payload, State, Work
from .workloads import organic, screens, templated, tenants, toolnames
from .world import World

CLASSES: Classes = {}
cls = registrar(CLASSES)


@cls(0.7)
def agency(w: World, n: int) -> None:
    R = w.R
    for _ in range(n):
        a = w.account("smb", "agency")
        clients = []
        for _ in range(R.randint(3, 12)):
            i = R.choice(["support", "translate", "expert", "extract", "openui", "clean"])
            clients.append(
                templated(
                    w,
                    R,
                    i,
                    payload_for(w, i),
                    place=R.choice(["system", "prefix"]),
                    ctx={"domain": R.choice(["travel", "legal", "retail"])},
                    turns=1.5,
                )
            )
        w.add(
            a,
            Work(
                None,
                tenants=[*clients, organic(w, R)],
                turns=2,
                rhythm=R.choice(["office", "service"]),
            ),
            min(R.lognormvariate(0, 0.9) * 45, 700),
        )


def tenant_service(
    name: str,
    weight: float,
    persona: Sequence[str],
    med: float,
    lo: int,
    hi: int,
    declared: Sequence[str | None],
    many: int = 1,
    **over: Any,
) -> None:
    def f(w: World, n: int) -> None:
        R = w.R
        for k in groups(R, n, 1, many):
            pool = tenants(w, R, R.randint(lo, hi))
            shared = {"mail": w.mail.company(R), "org": w.hex(12, "org_")} if k > 1 else {}
            for _ in range(k):
                a = w.account(
                    R.choice(persona), name, declared=R.choice(declared), **shared, **over
                )
                if a.path == "subscription":
                    a.clients.append(w.cl.sdk(R))
                a.homes += [
                    w.net.address(R, R.choice(["cloud", "isp"])) for _ in range(R.choice([0, 1, 4]))
                ]
                w.add(
                    a,
                    Work(
                        None,
                        tenants=R.sample(pool, max(1, len(pool) * 2 // 3)),
                        turns=3,
                        rhythm=R.choice(["service", "human"]),
                    ),
                    min(R.lognormvariate(0, 0.9) * med * 0.7, 900),
                )

    CLASSES[name] = (weight, f)


tenant_service(
    "gateway_many_tenants", 0.7, ("smb", "enterprise"), 90, 10, 60, ["reseller", "product", None], 4
)

tenant_service(
    "reseller_only", 0.9, ("smb", "dev", "consumer"), 40, 5, 40, ["reseller", "reseller", None], 12
)

tenant_service(
    "restricted_region_academic",
    0.9,
    ("research", "student", "dev"),
    9,
    1,
    4,
    ["research", None],
    3,
    net="vpn",
)


@cls(0.6)
def multi_provider_failover(w: World, n: int) -> None:
    """Comes in waves when the other provider fails; 429 and 5xx; nothing in between."""
    R = w.R
    for _ in range(n):
        i = R.choice(["support", "rag", "extract", "reason_tags"])
        a = service(w, "multi_provider_failover", i, payload_for(w, i), med=5)
        a.errors = R.uniform(0.03, 0.15)
        for _ in range(R.randint(1, 4)):
            t = w.t0 + R.random() * w.days * DAY
            w.add(
                a,
                a.streams[0].work,
                R.uniform(100, 900),
                t,
                t + R.uniform(0.5, 5) * 3600,
                rhythm="flat",
            )


def with_catalogues(big: list[list[str]], base: Payload, tools: list[str]) -> Payload:
    """A payload whose requests each carry one of many tool catalogues."""

    def pay(R: Random, st: State) -> tuple[Any, Extra]:
        return base(R, st), {"tools": R.choice(big) + tools[:1]}

    return pay


@cls(1.3)
def function_calling_app(w: World, n: int) -> None:
    """Products with own tools (some with a think or plan tool, as public guides advise)."""
    R = w.R
    for _ in range(n):
        tools = toolnames(w, R) + (
            [R.choice(["think", "plan", "reflect", "scratchpad", "deep_think"])]
            if R.random() < 0.25
            else []
        )
        pay = (
            (lambda R, _st: R.choice(w.tx.pub["app"])[1])
            if w.tx.pub["app"] and R.random() < 0.5
            else payload_for(w, "x", w.tx.person(R))
        )
        # tool servers attached per request, catalogues that differ all the time
        if R.random() < 0.35:
            big, base = [toolnames(w, R) for _ in range(R.randint(4, 30))], pay
            pay = with_catalogues(big, base, tools)
        service(
            w,
            "function_calling_app",
            R.choice(["support", "openui", "toolsim", "expert"]),
            pay,
            med=25,
            out="action",
            turns=R.choice([1, 3]),
            tools=tools,
            slot=lambda R, _st: {"seed": w.tx.g.rule(R, "seed")} if R.random() < 0.3 else None,
        )


@cls(0.4)
def rpa_computer_use(w: World, n: int) -> None:
    R = w.R
    for _ in range(n):
        a = w.account(R.choice(["smb", "enterprise"]), "rpa_computer_use")
        w.add(
            a,
            screens(
                w,
                R=R,
                goals=R.sample(
                    [
                        "export the invoice list",
                        "approve leave request <n4>",
                        "find order <n4>",
                        "update price of <n4>",
                    ],
                    2,
                ),
                rhythm=R.choice(["office", "cron"]),
                model="aria-5-vision",
            ),
            min(R.lognormvariate(0, 1) * 40, 500),
        )


@cls(0.5)
def moved_or_rekeyed_company(w: World, n: int) -> None:
    """Same key, suddenly another country, client and use: a takeover, a migration, an outsourced team."""
    R = w.R
    for _ in range(n):
        i, j = (
            R.choice(["support", "extract", "rag"]),
            R.choice(["summary", "expert", "reason_tags", "clean"]),
        )
        a = service(w, "moved_or_rekeyed_company", i, payload_for(w, i), med=20)
        cut = w.t0 + R.uniform(0.2, 0.8) * w.days * DAY
        a.streams[0].t1 = cut
        w.add(
            a,
            templated(
                w, R, j, payload_for(w, j), out="auto", ctx={"domain": "claims"}, rhythm="office"
            ),
            R.lognormvariate(0, 0.8) * 30,
            cut,
            net=[w.net.address(R, "cloud")],
            client=[w.cl.sdk(R)],
        )


@cls(0.5)
def trace_tools_vendor(w: World, n: int) -> None:
    """Observability products that clean and score customers' own agent logs."""
    for _ in range(n):
        i = w.R.choice(["clean", "rubric", "continue"])
        service(
            w,
            "trace_tools_vendor",
            i,
            trace(w) if i != "rubric" else cand(w),
            ("smb", "enterprise"),
            40,
            "prose",
            ("service", "cron"),
            place=("system", "prefix"),
        )
