"""Programmes and people: parameters as developers leave them, and ordinary use of every kind.

Campaigns use the same functions for their cover.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from .basics import Addresses, Client, Rand
from .items import work_item
from .shapes import Account, Shape
from .templates import Template
from .vocabulary import DOMS
from .wording import typo_issue
from .world import World

TEMPS = (None, None, None, 0.0, 0.0, 0.2, 0.3, 0.7, 0.7, 1.0, 1.0, 0.5)

MAXTOK = (None, None, None, 256, 512, 1024, 1024, 2048, 4096, 4096, 8192)

TOOLS = [
    ["read_file", "write_file", "run_command", "search", "apply_patch"],
    ["bash", "edit", "grep", "ls", "todo"],
    ["get_weather", "web_search"],
    ["lookup_order", "create_ticket", "refund_status", "handover"],
    ["sql_query", "plot", "describe_table"],
    ["calendar_list", "calendar_add", "send_mail"],
    ["think", "search_docs"],
    ["browser_click", "browser_type", "screenshot"],
    ["deep_think", "run_python"],
]

# styles of ordinary use in about their honest shares
COVER = ["chat"] * 9 + ["app"] * 8 + ["coder"] * 3

ITEM_OF = {
    "support": "chat",
    "summ": "doc",
    "extract": "doc",
    "label": "doc",
    "trans": "doc",
    "rag": "rag",
    "expert": "q",
    "clean": "doc",
    "reason": "q",
    "judge": "cand",
    "pair": "pair",
    "caption": "shot",
    "task": "q",
    "instr": "seed",
    "safe": "sens",
    "cont": "draft",
    "tutor": "q",
    "persona": "q",
    "toolsys": "chat",
    "review": "diff",
    "posthoc": "qa",
    "think_lang": "mirror",
    "screen": "shot",
    "usersim": "conv",
    "agent": "issue",
    "shadow": "word",
    "debug": "trace",
    "fakesys": "q",
    "transform": "trace",
    "vendor": "chat",
}

SIZE = {
    "judge": 40,
    "pair": 8,
    "label": 4,
    "extract": 70,
    "summ": 90,
    "support": 90,
    "shadow": 3,
    "reason": 620,
    "posthoc": 560,
    "expert": 700,
    "task": 520,
    "instr": 450,
    "clean": 300,
    "agent": 300,
    "screen": 50,
    "caption": 260,
    "think_lang": 500,
    "tutor": 320,
    "transform": 300,
}


def dev_shape(w: World, genre: str = "chat", **kw: Any) -> Shape:
    """A programme's parameters as its developer would have left them."""
    r = w.r
    s = Shape(
        genre=genre,
        temp=TEMPS,
        maxtok=MAXTOK,
        top_p=(None,) * 8 + (1.0, 0.95, 0.9),
        seed=(None,) * 12 + (42, 0, 1234),
        choices=(None,) * 14 + (1, 1),
    )
    return replace(replace(s, **kw).settle(r), cache=r.random() * 0.8)


def rate(r: Rand, med: float, sigma: float = 0.9, cap: float = 6000) -> float:
    return min(cap, med * 2.718 ** r.gauss(0, sigma))


def persona(
    w: World,
    a: Account,
    per_day: float,
    style: str,
    ips: Addresses | None = None,
    client: Client | None = None,
    lo: int | None = None,
    hi: int | None = None,
    *,
    attack: bool = False,
    key: str | None = None,
    tz: float | None = None,
    lang: str | None = None,
    path: str | None = None,
) -> int:
    r = w.r
    tz = a.tz if tz is None else tz
    lang = lang or a.lang
    doms = r.sample(DOMS, r.choice([1, 2, 3, 4]))
    tmpl = None
    if style in ("chat", "coder"):
        t, c, u = w.people(
            per_day,
            r.choice(["office", "consumer", "evening", "evening", "student"])
            if style == "chat"
            else r.choice(["office", "consumer"]),
            tz,
            turns=r.choice([1.5, 2.5, 4]) if style == "chat" else r.choice([5, 9, 16]),
            active=r.choice([0.3, 0.6, 0.8, 0.95]),
            gap=90 if style == "chat" else 25,
        )
    else:
        t, c, u = (
            (
                w.service(
                    per_day,
                    r.choice(["consumer", "office", "flat"]),
                    tz,
                    r.choice([0, 0, 0.1, -0.1]),
                    r.choice([1, 1, 3]),
                ),
                None,
                None,
            )
            if r.random() < 0.75
            else (
                w.cron(per_day, r.randrange(24), r.choice([1, 1, 2]), r.choice([2, 5, 20])),
                None,
                None,
            )
        )
    if lo is not None:
        m = (t >= lo) & (t < (hi or w.t1))
        t, c, u = t[m], (c[m] if c is not None else None), (u[m] if u is not None else None)
    n = len(t)
    if not n:
        return 0
    if style == "chat":
        sysx = (w.pub.role and r.random() < 0.06 and r.choice(w.pub.role)) or None
        shape = Shape(
            stream=0.9,
            think=r.choice([0, 0.2, 0.9]),
            refuse=0.01,
            cache=0.5,
            temp=(r.choice(TEMPS),) if a.plan != "subscription" else (None,),
            maxtok=(r.choice(MAXTOK),),
        )
        prompts = [
            work_item(
                r,
                "chat" if r.random() < 0.93 else r.choice(["doc", "math", "code", "ident"]),
                r.choice(doms),
                lang if r.random() < 0.85 else "en",
                w.pub,
            )
            for _ in range(n)
        ]
    elif style == "coder":
        tmpl = (
            w.tools_harness[r.randrange(len(w.tools_harness))]
            if r.random() < 0.8
            else Template(r, "agent", place="system")
        )
        sysx = tmpl.text(r, 0)
        shape = Shape(
            genre="agent",
            stream=0.95,
            tools=r.choice(TOOLS[:2]),
            toolp=0.75,
            out=(300, 0.9),
            think=r.choice([0, 0.6, 1]),
            cache=0.9,
            temp=(r.choice((None, None, 0.0, 1.0)),),
            maxtok=(r.choice((None, 4096, 8192, 16384)),),
        )
        prompts = [
            work_item(r, "issue")
            if k == 0
            else work_item(r, "tool")
            if r.random() < 0.8
            else typo_issue(r)
            for k in u
        ]
    else:
        genre = r.choice(
            [
                "support",
                "summ",
                "extract",
                "label",
                "trans",
                "rag",
                "expert",
                "clean",
                "reason",
                "judge",
                "caption",
                "task",
                "instr",
                "safe",
                "cont",
                "tutor",
                "persona",
                "persona",
                "toolsys",
            ]
        )
        tmpl = Template(r, genre, doms[0])
        kind = ITEM_OF.get(genre, "q")
        shape = dev_shape(
            w,
            genre,
            out=(SIZE.get(genre, 220), r.uniform(0.3, 0.9)),
            tools=r.choice(TOOLS) if genre == "toolsys" else None,
            toolp=0.6 if genre == "toolsys" else 0,
            images=(1, 1, 2) if genre == "caption" else (0,),
            fmt=r.choice([None, "json_object", "json_schema"])
            if genre in ("extract", "judge", "task")
            else None,
        )
        cut = r.random() if r.random() < 0.25 else 2
        t2 = tmpl.version(r)
        rows = [
            (tmpl if i / n < cut else t2).render(r, work_item(r, kind, doms[0], lang, w.pub), 0)
            for i in range(n)
        ]
        sysx, prompts = [x[0] for x in rows], [x[1] for x in rows]
    w.emit(
        a,
        t,
        prompts,
        shape,
        system=sysx,
        conv=c,
        turn=u,
        ips=ips,
        client=client,
        attack=attack,
        key=key,
        path=path,
    )
    return n


def run_template(
    w: World,
    a: Account,
    t: np.ndarray,
    tmpl: Template,
    kind: str | None,
    shape: Shape,
    level: int = 0,
    dom: str | None = None,
    items: list[str] | None = None,
    **kw: Any,
) -> None:
    """Emit one request per time from a template; the usual case for programmes."""
    r = w.r
    rows = [
        tmpl.render(
            r, items[i] if items else work_item(r, kind, dom, kw.get("lang_", a.lang), w.pub), level
        )
        for i in range(len(t))
    ]
    kw.pop("lang_", None)
    if "conv" not in kw and a.sessions and len(t):
        # programmes that send a session id with every request
        kw.update(conv=np.arange(len(t)), turn=np.zeros(len(t), int))
    w.emit(a, t, [x[1] for x in rows], shape, system=[x[0] for x in rows], **kw)
