"""Honest crowds: strangers who share a classroom, a post, a tool, an event or a relay."""

import numpy as np

from .basics import DAY, HOUR, SEC
from .firms import groups
from .identities import FREE
from .items import work_item
from .programmes import ITEM_OF, SIZE, TOOLS, dev_shape, persona, rate, run_template
from .templates import Template
from .vocabulary import CITIES, DOMS
from .world import World


def classroom(w: World, q: int) -> None:
    r = w.r
    for k in groups(w, q, 12, 60):
        campus, dom, sip = (
            w.sticky(["res"] * r.choice([1, 2])),
            r.choice(["school", "maths", "science", "software", "law"]),
            w.ip("res"),
        )
        tms = [Template(r, r.choice(["tutor", "reason", "expert", "task"]), dom) for _ in range(2)]
        base, lesson, plan = (
            w.t1 - int(r.random() * 120 * DAY),
            [(d, r.choice([9, 10, 13, 14])) for d in range(w.days) if r.random() < 0.5]
            or [(0, 10)],
            r.choice(["education", "education", "free_trial", "api"]),
        )
        tz, mail, items = (
            r.choice([-5, 0, 1, 8, 9]),
            r.choice(CITIES).lower().replace("ó", "o") + ".edu",
            [work_item(r, "q", dom) for _ in range(r.randint(10, 40))],
        )
        for _ in range(k):
            a = w.account(
                email=mail if r.random() < 0.8 else r.choice(FREE),
                plan=plan,
                created=base + int(r.expovariate(1) * 3 * HOUR),
                look="classroom",
                tz=tz,
                use=r.choice(["education", None]),
                sip=sip if r.random() < 0.8 else w.ip("res"),
                ips=campus,
            )
            sh = dev_shape(w, tms[0].genre, out=(350, 0.6))
            for d, h in lesson:
                n = int(w.g.poisson(5))
                t = np.sort(
                    w.t0
                    + d * DAY
                    + int((h - tz) % 24 * HOUR)
                    + (w.g.random(n) * 80 * 60 * SEC).astype(np.int64)
                )
                run_template(
                    w,
                    a,
                    t,
                    r.choice(tms),
                    "q",
                    sh,
                    r.choice([0, 0, 1]),
                    dom,
                    items=[r.choice(items) for _ in range(n)],
                )
            persona(w, a, rate(r, 2), "chat", ips=w.person_ips())


def blog_template(w: World, q: int) -> None:
    """Strangers who copied the same prompt from a post; each adapts it a little or not at all."""
    r = w.r
    for k in groups(w, q, 15, 90):
        dom, g = (
            r.choice(DOMS),
            r.choice(
                [
                    "reason",
                    "persona",
                    "expert",
                    "clean",
                    "instr",
                    "posthoc",
                    "tutor",
                    "judge",
                    "task",
                    "think_lang",
                    "vendor",
                ]
            ),
        )
        tm, post = Template(r, g, dom), w.t0 + int((r.random() * 1.2 - 0.4) * w.days * DAY)
        for _ in range(k):
            a = w.account(
                look="blog_template",
                **(
                    {"created": post + int(r.expovariate(1 / 2) * DAY)}
                    if r.random() < 0.25 and post > w.t0
                    else {}
                ),
            )
            a.created = min(a.created, w.t1 - HOUR)
            t, c, u = w.people(
                rate(r, 4), r.choice(["consumer", "evening", "office"]), a.tz, 2, 0.6
            )
            m = t > post
            run_template(
                w,
                a,
                t[m],
                r.choice([tm, tm, tm.version(r)]),
                ITEM_OF[g],
                dev_shape(w, g, out=(SIZE.get(g, 220), 0.7)),
                r.choice([0, 0, 0, 1, 2]),
                r.choice([dom, None]),
                conv=c[m],
                turn=u[m] * 0,
            )
            persona(w, a, rate(r, 4), r.choice(["chat", "app", "chat"]))


def oss_tool(w: World, q: int) -> None:
    """Users of open-source tools with a built-in system prompt, in a few released versions."""
    r = w.r
    for k in groups(w, q, max(15, q // 4), max(40, q // 2)):
        g = r.choice(
            [
                "agent",
                "review",
                "summ",
                "clean",
                "reason",
                "toolsys",
                "trans",
                "judge",
                "extract",
                "usersim",
            ]
        )
        v = [Template(r, g, r.choice(DOMS), place="system")]
        v += [v[0].version(r), v[0].version(r)]
        cls, base = (
            [w.client("py node other harness frame") for _ in range(3)],
            dev_shape(
                w,
                g,
                tools=TOOLS[r.randrange(len(TOOLS))] if g in ("agent", "toolsys") else None,
                toolp=0.7 if g in ("agent", "toolsys") else 0,
                out=(SIZE.get(g, 220), 0.7),
            ),
        )
        for _ in range(k):
            a = w.account(look="oss_tool", client=r.choice(cls))
            sh = (
                base
                if r.random() < 0.7
                else dev_shape(w, g, tools=base.tools, toolp=base.toolp, out=base.out)
            )
            if g in ("agent", "usersim", "toolsys"):
                t, c, u = w.people(
                    rate(r, 10), r.choice(["office", "evening", "consumer"]), a.tz, 6, 0.6, 25
                )
                s = r.choice(v).text(r, 0)
                w.emit(
                    a,
                    t,
                    [
                        work_item(
                            r,
                            ITEM_OF[g] if k2 == 0 or g != "agent" else "tool",
                            None,
                            a.lang,
                            w.pub,
                        )
                        for k2 in u
                    ],
                    sh,
                    system=s,
                    conv=c,
                    turn=u,
                )
            else:
                run_template(
                    w,
                    a,
                    w.people(rate(r, 8), r.choice(["office", "evening"]), a.tz, 2.5, 0.7)[0]
                    if r.random() < 0.6
                    else w.cron(rate(r, 8), r.random() * 24),
                    r.choice(v),
                    ITEM_OF[g],
                    sh,
                    0,
                )
            if r.random() < 0.4:
                persona(w, a, rate(r, 3), "chat", client=w.client("web"))


def hackathon(w: World, q: int) -> None:
    r = w.r
    for k in groups(w, q, 15, 70):
        start, venue = (
            w.t0 + int(r.random() * max(0.5, w.days - 1.5) * DAY),
            w.sticky(["res", "res"]),
        )
        starter, plan, tz = (
            Template(r, r.choice(["toolsys", "persona", "agent", "rag", "judge", "reason"])),
            r.choice(["free_trial", "startup_credit", "api"]),
            r.choice([-8, -5, 1, 5.5, 8]),
        )
        cl = [w.client("py node") for _ in range(3)]
        for _ in range(k):
            a = w.account(
                created=start + int(r.random() * HOUR),
                plan=plan,
                look="hackathon",
                ips=venue if r.random() < 0.8 else w.person_ips(),
                tz=tz,
                client=r.choice(cl),
                model=r.choice(["orion-4.2", "orion-4.2-mini"]),
            )
            n = int(w.g.poisson(rate(r, 30, 0.8, 250)))
            t = np.sort(start + HOUR // 2 + (w.g.beta(1.2, 1.6, n) * 30 * HOUR).astype(np.int64))
            tm = (
                starter
                if r.random() < 0.4
                else starter.version(r)
                if r.random() < 0.5
                else Template(r, r.choice(["persona", "support", "rag", "extract"]))
            )
            run_template(
                w,
                a,
                t,
                tm,
                ITEM_OF.get(tm.genre, "q"),
                dev_shape(w, tm.genre),
                r.choice([0, 0, 1]),
                r.choice(DOMS),
            )


def academic_relay(w: World, q: int) -> None:
    """Researchers who reach the service through someone's relay account path."""
    r = w.r
    for k in groups(w, q, 5, 25):
        eg, path = w.sticky(["dc", "vpn"]), r.choice(["aggregator:routehub", "aggregator:modelmix"])
        for _ in range(k):
            a = w.account(
                look="academic_relay",
                ips=eg if r.random() < 0.7 else w.person_ips(),
                path=path,
                use=r.choice(["research", None]),
                client=w.client("py frame"),
            )
            g = r.choice(["reason", "judge", "label", "extract", "instr", "persona"])
            run_template(
                w,
                a,
                w.cron(rate(r, 20, 1), r.random() * 24, r.choice([1, 2, 4]), 5),
                Template(r, g),
                r.choice(["bench", ITEM_OF[g]]),
                dev_shape(w, g, out=(SIZE.get(g, 200), 0.6)),
            )
            persona(w, a, rate(r, 2), "chat")
