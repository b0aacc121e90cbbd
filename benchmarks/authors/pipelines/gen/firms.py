"""Honest firms: several accounts that share mail, payment, addresses or a prompt."""

from collections.abc import Iterator
from typing import Any

from .basics import DAY
from .languages import LANGS
from .programmes import ITEM_OF, SIZE, dev_shape, persona, rate, run_template
from .shapes import Account
from .templates import Template
from .vocabulary import DOMS
from .world import World


def groups(w: World, quota: int, lo: int, hi: int) -> Iterator[int]:
    """Split a quota into group sizes."""
    left = quota
    while left > 0:
        k = min(left, w.r.randint(lo, max(lo, min(hi, quota))))
        yield k
        left -= k


def org_kit(w: World) -> dict[str, Any]:
    """What the accounts of one firm may have in common."""
    r = w.r
    dom = w.company()
    return dict(
        email=dom,
        org=w.ident("org_", 12) if r.random() < 0.6 else None,
        pay="pm_" + w.hex() if r.random() < 0.6 else None,
        egress=w.sticky(["res"] * r.choice([1, 1, 2]) + (["vpn"] if r.random() < 0.3 else [])),
        sip=w.ip("res"),
        client=w.client(),
        tz=r.choice([-8, -5, 0, 1, 2, 5.5, 8, 9]),
        lang=r.choice(["en", "en", "en", *LANGS]),
    )


def member(w: World, kit: dict[str, Any], look: str, **kw: Any) -> Account:
    r = w.r
    d = dict(
        email=kit["email"],
        biz=True,
        ips=kit["egress"] if r.random() < 0.75 else w.person_ips(),
        tz=kit["tz"],
        lang=kit["lang"],
        look=look,
        sip=kit["sip"] if r.random() < 0.6 else w.ip("res"),
    )
    if kit["org"]:
        d["org"] = kit["org"]
    if kit["pay"] and r.random() < 0.85:
        d["pay"] = kit["pay"]
    d.update(kw)
    return w.account(**d)


def office_nat(w: World, q: int) -> None:
    for k in groups(w, q, 10, 80):
        kit = org_kit(w)
        for _ in range(k):
            a = member(
                w,
                {**kit, "pay": None if w.r.random() < 0.7 else kit["pay"]},
                "office_nat",
                plan=w.r.choice(["subscription", "api"]),
            )
            persona(w, a, rate(w.r, 6), w.r.choice(["chat", "chat", "chat", "coder", "app"]))


def firm_prompt(w: World, q: int) -> None:
    r = w.r
    for k in groups(w, q, 12, 70):
        kit, dom = org_kit(w), r.choice(DOMS)
        g = r.choice(
            [
                "reason",
                "judge",
                "expert",
                "clean",
                "summ",
                "review",
                "trans",
                "task",
                "posthoc",
                "extract",
            ]
        )
        tm, cl = Template(r, g, dom), kit["client"]
        for _ in range(k):
            a = member(w, kit, "firm_prompt", client=cl if r.random() < 0.6 else w.client())
            t, _c, _u = w.people(rate(r, 5), "office", a.tz, 2, 0.8)
            run_template(
                w,
                a,
                t,
                tm if r.random() < 0.7 else tm.version(r),
                ITEM_OF[g],
                dev_shape(w, g, out=(SIZE.get(g, 220), 0.6)),
                r.choice([0, 0, 1]),
                dom,
            )
            persona(w, a, rate(r, 3), "chat")


def multi_account(w: World, q: int) -> None:
    """One company, many service accounts behind a queue: items shared out, siblings' reasoning blocks passed on."""
    r = w.r
    for k in groups(w, q, 8, 50):
        kit, dom = org_kit(w), r.choice(DOMS)
        kit["org"] = kit["org"] or w.ident("org_", 12)
        g = r.choice(
            [
                "reason",
                "judge",
                "extract",
                "label",
                "expert",
                "caption",
                "posthoc",
                "instr",
                "clean",
                "toolsys",
                "cont",
            ]
        )
        tm, eg, sh = (
            Template(r, g, dom),
            w.server_ips(),
            dev_shape(w, g, out=(SIZE.get(g, 220), 0.4)),
        )
        base = w.t1 - int(r.random() * 300 * DAY)
        share = r.random() < 0.5
        pool = []
        for _ in range(k):
            a = member(
                w,
                kit,
                "multi_account",
                ips=eg,
                client=kit["client"],
                created=base + int(r.expovariate(1 / 5) * DAY),
                use=r.choice(["product", "annotation", None]),
            )
            t = w.service(
                rate(r, 14, 0.6), r.choice(["flat", "consumer"]), a.tz, 0, r.choice([1, 3])
            )
            pres = [[r.choice(pool)] if share and pool and r.random() < 0.1 else None for _ in t]
            run_template(w, a, t, tm, ITEM_OF[g], sh, 0, dom, presented=pres)
            pool += [b for _, b in a.blocks[:20]]


def agency(w: World, q: int) -> None:
    r = w.r
    for k in groups(w, q, 6, 30):
        kit = org_kit(w)
        kit["pay"], dev = "pm_" + w.hex(), "dv_" + w.hex()
        skel = Template(r, r.choice(["support", "toolsys", "rag", "trans", "persona"]))
        for _ in range(k):
            a = member(
                w,
                kit,
                "agency",
                org=w.ident("org_", 12),
                email=w.company() if r.random() < 0.7 else kit["email"],
                dev=dev if r.random() < 0.6 else "dv_" + w.hex(),
                ips=w.server_ips(),
                client=kit["client"],
            )
            t = w.service(rate(r, 12, 1.0, 300), "consumer", a.tz)
            run_template(
                w,
                a,
                t,
                skel.version(r),
                "chat",
                dev_shape(w, "support", out=(120, 0.6)),
                0,
                r.choice(DOMS),
            )


def seat_team(w: World, q: int) -> None:
    for k in groups(w, q, 5, 40):
        kit = org_kit(w)
        kit["pay"] = "pm_" + w.hex()
        base = w.t1 - int(w.r.random() * 200 * DAY)
        for _ in range(k):
            a = member(
                w,
                kit,
                "seat_team",
                plan="subscription",
                client=w.client("harness web harness"),
                created=base + int(w.r.random() * DAY),
            )
            persona(w, a, rate(w.r, 14, 0.9, 200), w.r.choice(["coder", "coder", "chat"]))


def synth_authorised(w: World, q: int) -> None:
    """Contracted synthetic data: looks like distillation in all but the contract."""
    r = w.r
    for k in groups(w, q, 1, 5):
        kit, g, dom = (
            org_kit(w),
            r.choice(["instr", "reason", "posthoc", "task", "clean", "pair", "judge", "expert"]),
            r.choice(DOMS),
        )
        kit["org"], tm = kit["org"] or w.ident("org_", 12), Template(r, g, dom)
        for _ in range(k):
            a = member(
                w,
                kit,
                "synth_authorised",
                ips=w.server_ips(),
                use="synthetic_data",
                auth=True,
                plan="api",
                verification=r.choice(["business", "identity", "card"]),
            )
            run_template(
                w,
                a,
                w.service(rate(r, 70, 0.8, 800), "flat"),
                tm,
                ITEM_OF[g],
                dev_shape(w, g, out=(SIZE.get(g, 300), 0.4)),
                r.choice([0, 1]),
                dom,
            )
