"""Honest companies: many accounts behind one address, card, prompt or proxy."""

from .asks import chat, role, templ
from .clients import Client
from .draws import pick
from .grammar import DOMS
from .sizes import groups, rate
from .templates import Wording
from .workloads import blocks, coding, enduser
from .world import World


def nat(w: World, n: int) -> None:
    """Thousands of desks behind two addresses; nothing else in common."""
    for k in groups(w, n, 12, 80):
        ips = [w.addr("ent") for _ in range(2)]
        tz = pick(w.r, (-5, 0, 1, 5, 8, 9))
        for _ in range(k):
            a = w.person(
                "enterprise_nat",
                tz=tz,
                hours="office",
                client="web" if w.r.random() < 0.75 else None,
            )
            a.ips = ips
            w.human(a, chat(w, pick(w.r, DOMS)), rate(w, 5, 0.9, 70))


def agency(w: World, n: int) -> None:
    """An agency runs a dozen client accounts with its own card, its own laptop and its own house prompt."""
    for k in groups(w, n, 4, 15):
        cl = Client(w.r)
        accs = [w.person("agency", client=cl, hours="office") for _ in range(k)]
        w.share(accs, pay=True, device=6, ips=[w.addr("ent")])
        house = templ(w, pick(w.r, ("market", "expert", "loc", "reply")), "slots", "biz")
        for a in accs:
            w.human(a, [(3, house), (1, chat(w, "biz"))], rate(w, 9, 0.9, 150))


def gateways(w: World, n: int) -> None:
    """A LiteLLM proxy for hundreds of tenants: every style at once, headers stripped."""
    for _ in range(n):
        a = w.person(
            "gateway_tenants",
            plan="api",
            client="litellm",
            path=pick(w.r, ("aggregator:routehub", "aggregator:manyllm", "api")),
            declared=pick(w.r, (None, "reseller", "product")),
            net="dc",
            verif="business",
        )
        tenants = [
            (
                w.r.paretovariate(1.1),
                pick(
                    w.r,
                    (
                        chat(w),
                        chat(w, "code"),
                        templ(w, "label"),
                        templ(w, "summ"),
                        templ(w, "cot", "slots"),
                        coding(w),
                        templ(w, "grade"),
                        templ(w, "reply"),
                    ),
                ),
            )
            for _ in range(8)
        ]
        w.machine(a, tenants, rate(w, 140, 0.9, 2500), "diurnal")


def resellers(w: World, n: int) -> None:
    """Buys seats in bulk and sells access; strangers' traffic, no plan of its own."""
    for k in groups(w, n, 3, 9):
        accs = [
            w.person(
                "reseller_only",
                plan=pick(w.r, ("subscription", "api")),
                client=pick(w.r, ("go", "litellm", "axios")),
                declared=pick(w.r, ("reseller", None)),
                net=pick(w.r, ("dc", "vpn")),
            )
            for _ in range(k)
        ]
        w.share(accs, pay=w.r.random() < 0.6, device=4)
        c = [
            (4, enduser(w, "Nova", ["en", "zh", "es", "ru", "en"])),
            (1, chat(w, "code")),
            (1, role(w, None)),
            (1, templ(w, "loc", "free", kind="para")),
        ]
        for a in accs:
            w.agent(a, c, rate(w, 11, 0.8, 200), "diurnal", steps=3)


def firm(w: World, n: int) -> None:
    """One firm, one house prompt on the intranet; own accounts, own cards, home office."""
    for k in groups(w, n, 8, 50):
        dom = w.domain()
        nm = pick(w.r, ("expert", "review", "summ", "cot", "draft", "clean", "market", "grade"))
        base = Wording(w.r, nm, "verbatim")
        d = pick(w.r, DOMS)
        tz = pick(w.r, (-8, -5, 0, 1, 5, 8))
        accs = [
            w.person(
                "internal_prompt",
                tz=tz if w.r.random() < 0.8 else None,
                hours="office",
                client="web" if w.r.random() < 0.6 else None,
            )
            for _ in range(k)
        ]
        w.share(accs, org=w.r.random() < 0.4, email=dom if w.r.random() < 0.75 else None)
        for a in accs:
            w.human(
                a,
                [
                    (
                        2,
                        templ(
                            w,
                            nm,
                            dom=d,
                            insys=False,
                            wording=base if w.r.random() < 0.6 else base.own_copy(w.r),
                        ),
                    ),
                    (1, chat(w, d)),
                ],
                rate(w, 7, 0.8, 90),
            )


def bigorg(w: World, n: int) -> None:
    """Procurement pays, two hundred projects use it: same card, same org, unrelated work."""
    for k in groups(w, n, 15, 90):
        accs = [w.person("big_org", plan="api", verif="business") for _ in range(k)]
        w.share(
            accs,
            org=True,
            pay=True,
            email=w.domain(),
            ips=[w.addr("ent"), w.addr("dc")] if w.r.random() < 0.5 else None,
        )
        pool = []
        seen = chat(w, "code")
        for a in accs:
            c = pick(
                w.r,
                (
                    chat(w),
                    coding(w),
                    templ(
                        w,
                        pick(
                            w.r, ("extract", "summ", "review", "cot", "grade", "label", "taskwrite")
                        ),
                        "verbatim",
                    ),
                ),
            )
            if w.r.random() < 0.1:
                w.human(
                    a, blocks(w, seen, pool, 0.06), rate(w, 8), length=6
                )  # a colleague's session is resumed from a common store
            elif w.r.random() < 0.5:
                w.human(a, c, rate(w, 8, 1.0, 200))
            else:
                w.machine(a, c, rate(w, 20, 1.0, 400))


def explain(w: World, n: int) -> None:
    """A regulated firm stores a justification for each automatic decision."""
    for _ in range(n):
        a = w.person("explainability", plan="api", verif="business")
        w.machine(
            a,
            templ(
                w,
                pick(w.r, ("posthoc", "cot")),
                "verbatim",
                pick(w.r, ("finance", "law", "med")),
                insys=w.r.random() < 0.6,
            ),
            rate(w, 60, 0.8, 600),
            "diurnal",
        )
