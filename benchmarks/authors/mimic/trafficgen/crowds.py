"""Honest crowds: strangers who share an address, a prompt, a task, a card or a day for innocent reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .accounts import Queue, add
from .draws import DAY, Random, ch, hexs, num
from .families import PRODS
from .mailboxes import company_domain
from .networks import Net, person_net
from .people import plain_works
from .profiles import base_profile
from .templates import Template
from .units import U
from .works import Person, Tpl

if TYPE_CHECKING:
    from .world import World

CROWD = {
    "mobile_nat_city": 0.05,
    "blog_template_stranger": 0.06,
    "open_source_tool_user": 0.06,
    "quiz_community": 0.025,
    "campus_class": 0.035,
    "enterprise_nat": 0.03,
    "firm_internal_prompt": 0.03,
    "hackathon": 0.015,
    "freelancer_guild": 0.012,
    "support_team": 0.012,
    "multi_account_org": 0.02,
    "agency": 0.012,
}
PUBF = [
    "cot",
    "posthoc",
    "langcot",
    "rubric",
    "selfinst",
    "evolve",
    "domain",
    "clean",
    "persona",
    "thinktool",
    "pair",
    "mirror",
    "sessrep",
    "rltask",
    "saferw",
    "draft",
    "qasum",
    "codegen",
    "ident",
    "rnd",
]
SIZES = {
    "mobile_nat_city": (20, 120),
    "blog_template_stranger": (10, 130),
    "open_source_tool_user": (20, 250),
    "quiz_community": (30, 150),
    "campus_class": (15, 90),
    "enterprise_nat": (10, 70),
    "firm_internal_prompt": (12, 90),
    "hackathon": (15, 80),
    "freelancer_guild": (8, 40),
    "support_team": (6, 40),
    "multi_account_org": (5, 40),
    "agency": (4, 20),
}


def _mobile_nat_city(w: World, r: Random, cls: str, n: int) -> None:
    """People behind the shared addresses of one mobile network."""
    pool = ch(r, w.cgnat)
    for _ in range(n):
        p = base_profile(r, w, sub=True)
        p.net = Net("cgnat", r.sample(pool, min(len(pool), 3)), pool, 0.5, 1)
        add(w, r, p, cls, plain_works(r, w, cls))


def _blog_template_stranger(w: World, r: Random, cls: str, n: int) -> None:
    """A post spreads: copies of one template by strangers, own items, adoption wave."""
    D = w.D * DAY
    T = Template(r, ch(r, PUBF), 0, 0.4)
    t_post = r.random() * 1.3 * D - 0.8 * D
    r.random()  # unused, keeps the draws in step
    for _ in range(n):
        p = base_profile(r, w, sub=r.random() < 0.5)
        ta = t_post + r.expovariate(1 / 2.5) * DAY
        me = T.person(r)
        a = add(w, r, p, cls, [Tpl(r, w, T.fam, tmpl=me, pub=0.2), Person(r, w)])
        k = w.nr.random(a.s.max() + 1 if len(a.s) else 1) < 0.2 + 0.6 * r.random()
        a.w = np.where((a.t > ta) & k[a.s] if len(a.s) else True, 0, 1)


def _open_source_tool_user(w: World, r: Random, cls: str, n: int) -> None:
    """Built-in system prompt; its release changes prompt and client of many at once."""
    D = w.D * DAY
    fam = ch(
        r,
        [
            "review",
            "clean",
            "codegen",
            "agent",
            "ident",
            "mirror",
            "toolsw",
            "cot",
            "rag",
            "support",
            "thinktool",
            "sessrep",
            "rubric",
            "qasum",
        ],
    )
    T = Template(r, fam, 0, 1.0)
    T.insys = True
    T2 = Template(r, fam, 0, 1.0)
    T2.__dict__.update({k: v for k, v in T.__dict__.items() if k != "fixed"})
    T2.fixed = (
        T.fixed
        + " "
        + ch(r, U[ch(r, ["complete", "placeh", "json"])]).replace("{{", "{").replace("}}", "}")
    )
    upd = r.random() * D if r.random() < 0.6 else 9e9
    ua = ch(r, ["%s-tool/%d.%d" % (ch(r, PRODS).lower(), num(r, 0, 3), num(r, 0, 30)), None, None])
    for _ in range(n):
        p = base_profile(r, w, sub=False)
        x = Tpl(r, w, fam, tmpl=T, pub=0.1)
        x.change(upd, T2)
        if ua:
            p.clients = [(0.0, ua, ch(r, w.clients.ja4(ua)))]
        add(
            w,
            r,
            p,
            cls,
            [x] if r.random() < 0.6 else [x, Person(r, w)],
            lag=r.expovariate(1 / 20.0) * 3600,
        )


def _quiz_community(w: World, r: Random, cls: str, n: int) -> None:
    """A forum's puzzle of the day: the same items by everybody."""
    x = Tpl(r, w, ch(r, ["cot", "bench", "codegen", "qasum", "rltask"]), pub=0.5)
    x.ph[0][1].var = 2
    for _ in range(n):
        p = base_profile(r, w, sub=r.random() < 0.6)
        a = add(w, r, p, cls, [x, Person(r, w)])
        c = w.nr.random(len(a.t)) < 0.2 + 0.5 * r.random()
        a.w = np.where(c, 0, 1)
        a.item[c] = (a.t[c] // DAY).astype(int) * 3 + w.nr.integers(0, 3, c.sum())


def _campus_class(w: World, r: Random, cls: str, n: int) -> None:
    """Homework items from one campus, one sign-up day."""
    N = w.nets
    a_ = ch(r, N.k["campus"])
    ips = [N.ip(r, "campus", a_) for _ in range(num(r, 1, 5))]
    x = Tpl(
        r,
        w,
        ch(r, ["tutor", "cot", "codegen", "bench", "clean", "posthoc", "langcot"]),
        ch(r, [0, 1, 2]),
        pub=0.4,
    )
    dom = ch(r, w.edu)
    t_sign = -r.random() * 60 if r.random() < 0.7 else r.random() * w.D * 0.6
    nit = num(r, 6, 30)
    ch(r, w.cgnat)  # unused, keeps the draws in step
    for _ in range(n):
        p = base_profile(r, w, sub=r.random() < 0.75)
        p.plan = "education"
        p.pay = None
        p.mail = dom if r.random() < 0.85 else p.mail
        p.created = t_sign + r.random() * 0.3 if r.random() < 0.7 else p.created
        p.curve = "student"
        p.declared = "education" if r.random() < 0.5 else None
        own = person_net(r, w)
        p.net = Net("campus", ips, own.homes, 0.45, 1)
        a = add(w, r, p, cls, [x, Person(r, w)])
        r.random()  # unused, keeps the draws in step
        c = w.nr.random(len(a.t)) < 0.6
        a.w = np.where(c, 0, 1)
        a.item[c] = (w.nr.random(c.sum()) ** 1.3 * nit).astype(int)


def _office(w: World, r: Random, cls: str, n: int) -> None:
    """People of one office: shared network, tenant, card or prompt, as the class says."""
    N = w.nets
    D = w.D * DAY
    off = ch(r, N.k["office"])
    ips = [N.ip(r, "office", off) for _ in range(num(r, 1, 4))]
    dom = company_domain(r)
    org = "org_" + hexs(r, 14)
    pay = "pm_" + hexs(r, 14)
    onb = w.created(r)
    tz = ch(r, [-8, -5, 0, 1, 1, 2, 5.5, 8, 9])
    fam = ch(
        r,
        [
            "domain",
            "clean",
            "support",
            "mirror",
            "rubric",
            "cot",
            "oneword",
            "codegen",
            "posthoc",
            "rag",
            "review",
            "sessrep",
            "saferw",
            "selfinst",
        ]
        if cls != "support_team"
        else ["support", "sessrep", "oneword"],
    )
    x = Tpl(r, w, fam, ch(r, [0, 0, 1, 2]), pub=0.25)
    loose = r.random() < 0.45  # loose: employees' own accounts, reimbursed, often from home
    q = Queue(1 if r.random() < 0.6 else num(r, 2, 4), num(r, 3, 80))
    roll = r.random() * D * 0.7 if r.random() < 0.4 else -1
    if r.random() < 0.5:
        x.change(r.random() * D, Template(r, fam, x.ph[0][1].var))
    newm = (r.random() * D, ch(r, w.models + [w.new] * 3)) if r.random() < 0.3 else None
    m0 = r.choices(w.models, w.mw)[0]
    for _ in range(n):
        p = base_profile(
            r, w, sub=(cls == "enterprise_nat" and r.random() < 0.7) or r.random() < 0.4
        )
        p.curve = "office"
        p.wk = 0.1 + 0.15 * r.random()
        p.tz = tz
        if p.path == "subscription" and r.random() < 0.8:
            p.plan = "subscription"
        if not (loose and cls == "firm_internal_prompt"):
            p.org = org if cls != "enterprise_nat" or r.random() < 0.5 else p.org
            p.pay = pay if r.random() < 0.7 else p.pay
            p.mail = dom if r.random() < 0.92 else p.mail
            p.created = onb + abs(r.gauss(0, 8)) if r.random() < 0.6 else p.created
            h = person_net(r, w)
            p.net = Net("office", ips, h.homes, 0.1 + 0.5 * r.random(), 1)
        elif r.random() < 0.3:
            p.net = Net("office", ips, p.net.homes, 0.6, 1)
        kw = {}
        if newm and cls != "enterprise_nat":
            kw["models"] = [(-1.0, m0), (newm[0] + r.expovariate(1 / 5.0) * 3600, newm[1])]
        a = add(w, r, p, cls, [x, Person(r, w, doms=None)], **kw)
        sh = {
            "enterprise_nat": 0,
            "multi_account_org": 0.5,
            "firm_internal_prompt": 0.3 + 0.6 * r.random(),
            "support_team": 0.85,
        }[cls]
        c = (w.nr.random(len(a.t)) < sh) & (a.t > roll + r.random() * DAY)
        a.w = np.where(c, 0, 1)
        if cls in ("firm_internal_prompt", "support_team"):
            q.m.append((a, c))
    w.queues.append(q)


def _hackathon(w: World, r: Random, cls: str, n: int) -> None:
    """Many new accounts within an hour or two, similar starter code."""
    N = w.nets
    day = r.random() * w.D * 0.9 if r.random() < 0.6 else -r.random() * 20
    ips = [N.ip(r, ch(r, ["campus", "office", "home"])) for _ in range(num(r, 1, 4))]
    x = Tpl(
        r,
        w,
        ch(r, ["agent", "codegen", "toolsw", "thinktool", "rag", "selfinst", "persona"]),
        1,
    )
    for _ in range(n):
        p = base_profile(r, w, sub=False)
        p.created = day + r.expovariate(1 / 0.04)
        p.plan = ch(r, ["startup_credit", "free_trial", "api"])
        p.rate *= 1.5
        p.net = Net("event", ips, person_net(r, w).homes, 0.4, 1)
        p.mode = "session"
        p.pay = None if r.random() < 0.7 else p.pay
        add(
            w,
            r,
            p,
            cls,
            [x, *plain_works(r, w, cls)],
            t1=max(day, 0) * DAY + 2.5 * DAY if r.random() < 0.5 else 1e18,
        )


def _freelancer_guild(w: World, r: Random, cls: str, n: int) -> None:
    """Unrelated freelancers, one platform's template, partitioned strings, from home."""
    D = w.D * DAY
    fam = ch(
        r,
        [
            "mirror",
            "clean",
            "oneword",
            "rubric",
            "pair",
            "saferw",
            "support",
            "persona",
            "vision",
        ],
    )
    q = Queue(ch(r, [1, 1, 1, 2, 3]), num(r, 2, 40))
    pause = (r.random() * D, r.random() * D)
    x = Tpl(r, w, fam, ch(r, [0, 1, 2]), pub=0.2)
    if r.random() < 0.5:
        x.change(r.random() * D, Template(r, fam, x.ph[0][1].var))
    for _ in range(n):
        p = base_profile(r, w, sub=r.random() < 0.4)
        a = add(w, r, p, cls, [x, Person(r, w)])
        sh = 0.3 + 0.6 * r.random()
        c = (w.nr.random(len(a.t)) < sh) & ~((a.t > pause[0]) & (a.t < pause[0] + DAY * 0.7))
        a.w = np.where(c, 0, 1)
        q.m.append((a, c))
    w.queues.append(q)


def _agency(w: World, r: Random, cls: str, n: int) -> None:
    """One card and office, an account per client, one house style."""
    N = w.nets
    pay = "pm_" + hexs(r, 14)
    dev = "dv_" + hexs(r, 14)
    ips = [N.ip(r, ch(r, ["office", "home"])) for _ in range(2)]
    T = Template(r, ch(r, ["domain", "clean", "mirror", "support", "persona"]), 1)
    dom = company_domain(r)
    for _ in range(n):
        p = base_profile(r, w, sub=False)
        p.pay = pay
        p.dev = dev if r.random() < 0.7 else p.dev
        p.net = Net("office", ips, p.net.homes, 0.2, 1)
        p.mail = dom if r.random() < 0.6 else company_domain(r)
        p.declared = "product"
        p.rate *= 2
        add(
            w,
            r,
            p,
            cls,
            [
                Tpl(r, w, T.fam, tmpl=T if r.random() < 0.6 else None),
                Person(r, w, doms=["marketing", "writing"]),
            ],
        )


MAKERS = {
    "mobile_nat_city": _mobile_nat_city,
    "blog_template_stranger": _blog_template_stranger,
    "open_source_tool_user": _open_source_tool_user,
    "quiz_community": _quiz_community,
    "campus_class": _campus_class,
    "enterprise_nat": _office,
    "multi_account_org": _office,
    "firm_internal_prompt": _office,
    "support_team": _office,
    "hackathon": _hackathon,
    "freelancer_guild": _freelancer_guild,
    "agency": _agency,
}


def group(w: World, r: Random, cls: str, left: int) -> int:
    """One honest crowd; returns its size."""
    size = SIZES[cls]
    n = min(left, int(np.exp(np.log(size[0]) + r.random() * np.log(size[1] / size[0]))))
    n = max(1, n)
    MAKERS[cls](w, r, cls, n)
    return n
