"""Honest study of models: evaluations, monitors, red teams and audits."""

import numpy as np

from .basics import DAY, HOUR, NEW
from .items import work_item
from .languages import LANGS
from .programmes import ITEM_OF, SIZE, dev_shape, persona, rate, run_template
from .templates import Template
from .vocabulary import CITIES
from .world import World


def nightly_eval(w: World, q: int, look: str = "nightly_eval", *, release: bool = False) -> None:
    r = w.r
    for _ in range(q):
        a = w.account(
            biz=r.random() < 0.7,
            look=look,
            ips=w.server_ips(),
            use=r.choice(["evaluation", "product", None]),
        )
        g = r.choice(["reason", "judge", "task", "persona", "label", "extract", "pair"])
        tm, n = Template(r, g, "maths"), int(rate(r, 50, 0.8, 300))
        items = [
            work_item(
                r,
                r.choice(["bench", "math", "q"]) if g not in ("judge", "pair") else ITEM_OF[g],
                None,
                "en",
                w.pub,
            )
            for _ in range(n)
        ]
        sh, rep = (
            dev_shape(
                w,
                g,
                out=(SIZE.get(g, 300), 0.6),
                temp=(0.0, 0.0, 0.7, 1.0, None),
                seed=(None, 42, -1),
                choices=(None, None, 4),
            ),
            r.choice([1, 1, 1, 4]),
        )
        hour = r.random() * 24
        days = (
            [int((w.release - w.t0) // DAY) + k for k in range(r.choice([1, 2]))]
            if release
            else range(w.days)
        )
        days = [d for d in days if d < w.days]
        for d in days:
            t = w.cron(
                n * rep,
                ((w.release - w.t0) % DAY / HOUR + r.random() * 9)
                if release and d == days[0]
                else hour,
                days=[d],
                gap=r.choice([1, 3]),
                par=r.choice([2, 4, 8]),
            )
            run_template(
                w,
                a,
                t,
                tm,
                None,
                sh,
                0,
                items=[items[i % n] for i in range(len(t))],
                model=NEW if release and r.random() < 0.8 else None,
            )
        persona(w, a, rate(r, 3), "chat")


def release_bench(w: World, q: int) -> None:
    nightly_eval(w, q, "release_bench", release=True)


def drift_monitor(w: World, q: int) -> None:
    r = w.r
    for _ in range(q):
        a = w.account(
            biz=True,
            look="drift_monitor",
            ips=w.server_ips(),
            use=r.choice(["evaluation", "product", None]),
        )
        items = [
            work_item(r, r.choice(["q", "math", "ident", "red", "sens"]), pub=w.pub)
            for _ in range(r.randint(5, 25))
        ]
        t = np.sort(
            np.concatenate(
                [
                    w.cron(len(items), h, gap=2)
                    for h in range(r.randrange(4), 24, r.choice([4, 6, 8]))
                ]
            )
        )
        run_template(
            w,
            a,
            t,
            Template(r, r.choice(["persona", "reason", "vendor"])),
            None,
            dev_shape(w, "chat", temp=(0.0,), refuse=0.02),
            0,
            items=[items[i % len(items)] for i in range(len(t))],
        )


def red_team(w: World, q: int) -> None:
    r = w.r
    for _ in range(q):
        a = w.account(
            biz=r.random() < 0.6,
            look="red_team",
            plan=r.choice(["api", "research", "api"]),
            use=r.choice(["research", "evaluation", None]),
        )
        goal = work_item(r, "sens")
        t = w.people(rate(r, 35, 0.9, 300), "office", a.tz, 8, 0.6, 40)[0]
        pr = []
        for _ in t:
            x = r.random()
            tm = Template(
                r, r.choice(["debug", "fakesys", "transform", "safe", "reason", "usersim"])
            )
            pr.append(
                work_item(r, "red", pub=w.pub)
                if x < 0.5
                else tm.render(r, goal if x < 0.75 else work_item(r, "trace"), 1)[1]
            )
        w.emit(a, t, pr, dev_shape(w, "chat", refuse=0.35, temp=(None, 0.7, 1.0)))


def audit_reasoning(w: World, q: int) -> None:
    r = w.r
    for _ in range(q):
        a = w.account(
            look="audit_reasoning",
            plan=r.choice(["research", "api", "education"]),
            use=r.choice(["research", "evaluation", None]),
            email=r.choice(
                ["gmail.com", r.choice(CITIES).lower().replace("ó", "o") + ".edu", w.company()]
            ),
            model="orion-4.2-think",
        )
        g = r.choice(["reason", "posthoc", "think_lang", "debug", "transform"])
        tm, lang = Template(r, g, lang=r.choice(LANGS)), r.choice(LANGS)
        t, c, u = w.people(rate(r, 30, 0.8, 300), r.choice(["office", "evening"]), a.tz, 6, 0.7, 30)
        run_template(
            w,
            a,
            t,
            tm,
            {"debug": "trace", "transform": "trace"}.get(
                g, r.choice(["math", "bench", "q", "mirror"])
            ),
            dev_shape(w, g, think=1.0, out=(600, 0.6), refuse=0.04),
            r.choice([0, 1, 2]),
            lang_=lang,
            conv=c,
            turn=u,
        )
