"""Honest lone programmes: services, jobs, gateways and tools in front of the API."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .basics import DAY, HOUR
from .items import work_item
from .languages import LANGS
from .programmes import ITEM_OF, SIZE, TOOLS, dev_shape, persona, rate, run_template
from .templates import Template
from .vocabulary import DOMS
from .wording import doc, foreign, issue, say, sentences, tool_output
from .world import World

Maker = Callable[[World, int], None]  # makes about so many accounts with their traffic


def job(
    look: str,
    genre: str | list[str],
    item: str | None = None,
    *,
    hours: str = "cron",
    med: float = 60,
    sigma: float = 1.0,
    level: int = 0,
    biz: bool = True,
    dom: str | None = None,
    use: str | None = None,
    **shape: Any,
) -> Maker:
    """A class of lone programmes with one template."""

    def f(w: World, q: int) -> None:
        r = w.r
        for _ in range(q):
            a = w.account(
                biz=biz or r.random() < 0.3,
                look=look,
                ips=w.server_ips(),
                plan=r.choice(["api"] * 8 + ["cloud", "startup_credit"]),
                **({"use": r.choice([use, None])} if use else {}),
            )
            d = dom or r.choice(DOMS)
            gs = genre if isinstance(genre, str) else r.choice(genre)
            sh = dev_shape(w, gs, out=(SIZE.get(gs, 220), 0.4), **shape)
            v = rate(r, med, sigma, 1500)
            t = (
                w.cron(
                    v,
                    r.random() * 24,
                    r.choice([1, 1, 1, 2, 3]),
                    r.choice([1, 3, 8]),
                    r.choice([1, 2, 4, 8]),
                )
                if hours == "cron"
                else w.service(v, hours, a.tz, r.choice([0, 0, 0.12]), r.choice([1, 2, 5]))
            )
            tm = Template(r, gs, d)
            if r.random() < 0.3 and len(t) > 10:
                k = int(len(t) * r.uniform(0.2, 0.8))
                run_template(w, a, t[:k], tm, item or ITEM_OF[gs], sh, level, d)
                run_template(w, a, t[k:], tm.version(r), item or ITEM_OF[gs], sh, level, d)
            else:
                run_template(w, a, t, tm, item or ITEM_OF[gs], sh, level, d)
            if r.random() < 0.3:
                persona(w, a, rate(r, 4), "chat", ips=w.person_ips(), client=w.client("web"))

    return f


def agent_fleet(w: World, q: int) -> None:
    r = w.r
    for _ in range(q):
        a = w.account(
            biz=True, look="agent_fleet", ips=w.server_ips(), client=w.client("harness py frame")
        )
        tm, sh = (
            Template(r, "agent", place="system"),
            dev_shape(
                w,
                "agent",
                tools=r.choice(TOOLS[:2]),
                toolp=0.85,
                out=(260, 0.8),
                think=0.7,
                maxtok=(None, 8192, 16384, 32000),
            ),
        )
        t, c, u = w.people(
            rate(r, 150, 0.7, 800), "flat", 0, turns=r.choice([8, 15, 25]), active=1, gap=12
        )
        task = [issue(r) for _ in range(r.choice([1, 3, 40]))]
        pr = [
            (r.choice(task) if r.random() < 0.6 else issue(r)) if k == 0 else tool_output(r)
            for k in u
        ]
        w.emit(a, t, pr, sh, system=tm.text(r, 0), conv=c, turn=u)


def gateway(w: World, q: int, look: str = "gateway", use: str | None = None) -> None:
    """One account, many tenants: LLM gateways and plain resellers."""
    r = w.r
    for _ in range(q):
        a = w.account(
            biz=True,
            look=look,
            ips=w.server_ips(),
            path=r.choice(
                [
                    "api",
                    "aggregator:routehub",
                    "aggregator:modelmix",
                    "partner:deskly",
                    "cloud:aurora",
                ]
            ),
            keys=[w.ident("key_", 14) for _ in range(r.randint(1, 12))],
            **({"use": use} if use else {}),
        )
        strip = r.random() < 0.5
        for _ in range(r.randint(6, 25)):
            persona(
                w,
                a,
                rate(r, 6, 1.0, 120),
                r.choice(["chat", "chat", "app", "coder"]),
                client=a.client if strip else w.client("py node web frame harness"),
                tz=r.choice([-8, -5, 0, 1, 5.5, 8, 9]),
                lang=r.choice(["en", "en", *LANGS]),
                key=r.choice(a.keys),
            )


def reseller_plain(w: World, q: int) -> None:
    gateway(w, q, "reseller_plain", "reseller")


def ci_review(w: World, q: int) -> None:
    r = w.r
    for _ in range(q):
        a = w.account(
            biz=True, look="ci_review", ips=w.rotating(0.15, "dc", 0), keys=[w.ident("key_", 14)]
        )
        tm = Template(r, r.choice(["review", "review", "agent", "task"]))
        t = w.service(rate(r, 32, 0.8, 400), "office", a.tz, 0, 4)
        sh, cut = dev_shape(w, "review", out=(300, 0.7)), sorted([0, r.random(), r.random(), 1])
        for i in range(3):
            s = t[int(cut[i] * len(t)) : int(cut[i + 1] * len(t))]
            run_template(w, a, s, tm, "diff", sh, 0, client=w.client("py node other"))


def failover_app(w: World, q: int) -> None:
    """Takes over whole conversations from another vendor when that one is down."""
    r = w.r
    for _ in range(q):
        a = w.account(biz=True, look="failover_app", ips=w.server_ips())
        tm = Template(
            r,
            r.choice(["support", "vendor", "persona", "toolsys"]),
            r.choice(DOMS),
            place="system",
        )
        t = w.service(rate(r, 30, 0.8, 300), "consumer", a.tz)
        keep = np.zeros(len(t), bool)
        for _ in range(r.randint(2, 8)):
            s = w.t0 + r.random() * w.days * DAY
            keep |= (t > s) & (t < s + r.random() * 14 * HOUR)
        t = t[keep]
        hist = [
            [
                {"role": "user", "content": say(r, a.lang)},
                {"role": "assistant", "content": sentences(r, 2)},
            ]
            * 1
            if r.random() < 0.7
            else None
            for _ in t
        ]
        w.emit(
            a,
            t,
            [work_item(r, "chat", None, a.lang, w.pub) for _ in t],
            dev_shape(w, "support"),
            system=tm.text(r, 0),
            history=hist,
        )
        persona(w, a, rate(r, 5), "app")


def localisation(w: World, q: int) -> None:
    r = w.r
    for _ in range(q):
        a = w.account(biz=True, look="localisation", ips=w.server_ips())
        tms = [
            Template(r, "trans", place=r.choice(["system", "prefix"]))
            for _ in range(r.randint(3, 8))
        ]
        n = max(2, int(rate(r, 11, 0.8, 120)))
        docs = [
            doc(r, "support", 1) if r.random() < 0.6 else foreign(r, r.choice(LANGS))
            for _ in range(n)
        ]
        for d in range(0, w.days, r.choice([1, 2, 3])):
            for tm in tms:
                t = w.cron(n, 9 + r.random() * 9, days=[d], gap=2, par=2)
                run_template(
                    w,
                    a,
                    t,
                    tm,
                    None,
                    dev_shape(w, "trans", out=(120, 0.4)),
                    0,
                    items=[docs[i % n] for i in range(len(t))],
                )
            docs = [doc(r, "support", 1) for _ in range(n)]


def logit_user(w: World, q: int) -> None:
    r = w.r
    for _ in range(q):
        a = w.account(look="logit_user", biz=r.random() < 0.6, ips=w.server_ips())
        tm = Template(r, r.choice(["label", "pair", "shadow"]))
        run_template(
            w,
            a,
            w.service(rate(r, 40, 0.9, 500), r.choice(["flat", "office"]), a.tz, 0, 3),
            tm,
            ITEM_OF[tm.genre],
            dev_shape(
                w,
                "logit",
                logprobs=r.choice([1, 2, 5, 5, 20]),
                bias=r.choice([None, None, 2, 5, 40]),
                maxtok=(1, 1, 2, 5, 16),
                temp=(0.0, 0.0, None, 1.0),
                out=(2, 0.3),
            ),
            0,
        )


def rag_backfill(w: World, q: int) -> None:
    r = w.r
    for _ in range(q):
        a = w.account(biz=True, look="rag_backfill", ips=w.server_ips())
        tm, _g = (
            Template(r, r.choice(["summ", "extract", "clean", "rag"]), r.choice(DOMS)),
            None,
        )
        t = w.cron(
            rate(r, 200, 0.7, 1200), r.random() * 24, gap=2, par=6, days=[r.randrange(w.days)]
        )
        run_template(
            w,
            a,
            t,
            tm,
            ITEM_OF[tm.genre],
            dev_shape(
                w, tm.genre, op=r.choice(["batch", "chat"]), out=(SIZE.get(tm.genre, 90), 0.4)
            ),
        )
        persona(w, a, rate(r, 6), "app")
