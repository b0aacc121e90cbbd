"""The accounts of a crew: each a copy of a randomly chosen honest individual."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .accounts import Acc, fill, models
from .draws import DAY, ch, lognorm, num
from .mailboxes import MAIL, company_domain
from .networks import Net, person_net
from .people import PLAIN, plain_works
from .profiles import Prof

if TYPE_CHECKING:
    from .crews import Crew


def add_member(crew: Crew, i: int) -> None:
    """Draw account number i of the crew and put it into the world."""
    r = crew.w.r
    standby = i >= crew.size - crew.nstand
    d = ch(r, crew.typed)
    p = d.p.copy()
    p.err = d.p.err
    _reshape(crew, d, p)
    a = _account(crew, d, p, standby=standby)
    ready = _lifetime(crew, d, a, standby=standby)
    _assign(crew, a, ready)


def _reshape(crew: Crew, d: Acc, p: Prof) -> None:
    """Change what the crew shares or cannot copy: mail, network, client, sign-up day."""
    w, r = crew.w, crew.w.r
    if p.org not in (None, "own"):
        p.org = "own"
    if p.mail != "gmail.com":
        p.mail = (
            ch(r, w.edu)
            if p.mail in w.edu
            else p.mail
            if p.mail in MAIL
            else ch(r, w.disp)
            if p.mail in w.dispset
            else company_domain(r)
        )
    if crew.kind in ("M07", "M09") or (
        crew.kind in ("M08", "M23", "M24", "M25", "M29", "M27") and r.random() < 0.7
    ):
        p.mode, p.slen, p.conv, p.gap = "session", 4 + 9 * r.random(), True, max(8, p.gap)
    if p.path[:5] == "cloud" and crew.kind == "M39":
        p.noip = r.random() < 0.85
    if crew.care == "naive":
        p.net = Net(
            "pool", r.sample(crew.ipool, min(len(crew.ipool), num(r, 1, 5))), crew.ipool, 0.4, 1
        )
        p.mode = ch(r, ["batch", "service", "batch"])
        p.curve = "flat"
        p.act = 1.0
        p.wk = 1.0
        p.rate = lognorm(r, 120, 0.3, 60, 300) if crew.heavy_naive else lognorm(r, 12, 0.5, 2, 30)
        p.gap = 4 + 10 * r.random()
        p.created = ch(r, crew.days) + r.random() * 0.1
        p.mail = ch(r, crew.doms) if r.random() < 0.6 else p.mail
        p.clients = ch(r, crew.cl).clients if r.random() < 0.9 else p.clients
        if p.path == "subscription" and crew.kind != "M36" and r.random() < 0.6:
            p.path, p.plan = "api", "api"
    else:
        if p.path == "subscription":
            pass  # keeps the donor's browser or app
        elif r.random() < (0.7 if crew.care == "careful" else 0.25):
            c_ = ch(r, crew.cl)
            p.clients = c_.clients if c_.path != "subscription" else p.clients
        if r.random() < (0.9 if crew.care == "careful" else 0.7) and p.net.kind in (
            "home",
            "proxy",
            "dc",
            "vpn",
        ):
            bk = crew.bya[int(len(crew.bya) * r.random())]
            own = r.sample(
                bk, min(len(bk), num(r, 2, 7) if crew.care == "careful" else num(r, 1, 4))
            )
            mob = ch(r, w.cgnat)  # addresses of one provider, like a home line
            if p.net.kind == "dc" and r.random() < 0.6:
                p.net = person_net(r, w, api=True)
            elif crew.care == "careful" and r.random() < 0.65:
                p.net = (
                    Net("home", own[:1], own, 0.2 + 0.6 * r.random(), 1)
                    if r.random() < 0.6
                    else Net("home", own, lease=1)
                )
            else:
                p.net = (
                    Net(
                        "home",
                        own[:1] if r.random() < 0.6 else own,
                        mob[:4],
                        0.4 * r.random(),
                        ch(r, [1, 2, 99]),
                    )
                    if r.random() < 0.4
                    else Net("home", own[:1] if r.random() < 0.6 else own, lease=ch(r, [1, 2, 3]))
                )
        else:
            p.net = (
                d.p.net if p.net.kind == "cgnat" else person_net(r, w, api=p.path != "subscription")
            )
        if r.random() < (0.55 if crew.care == "careful" else 0.25):
            p.created = ch(r, crew.days) + r.random()
    if crew.kind == "M36" and r.random() < 0.6:
        p.act = 1.0
        p.wk = 1.0
        p.curve = ch(r, ["flat", "product", "office"])
        p.mode = "session"
    if crew.kind in ("M35", "M41") or (crew.kind == "M28" and r.random() < 0.3):
        p.keys = num(r, 1, 5)
        p.rate = min(60, p.rate * (2.5 if crew.care != "adaptive" else 1.3))
        p.act = max(p.act, 0.8)


def _account(crew: Crew, d: Acc, p: Prof, *, standby: bool) -> Acc:
    """The account with its cards, devices and works."""
    w, r = crew.w, crew.w.r
    a = Acc(r, p, None, [])
    a.hostile, a.camp, a.kind, a.care, a.role = True, crew.cid, crew.kind, crew.care, crew.role
    a.lag = (
        r.expovariate(1 / (1.5 if crew.care == "naive" else 6 if crew.care == "careful" else 12))
        * 3600
    )
    if crew.care == "naive":
        a.pay = ch(r, crew.cards) if a.pay else None
        a.dev = ch(r, crew.devs) if r.random() < 0.8 else a.dev
        a.par = crew.ex_par if p.path != "subscription" else None
    elif crew.care == "careful" and p.path != "subscription" and r.random() < 0.5:
        a.par = dict(
            request_max_tokens=ch(r, [crew.ex_par["request_max_tokens"], 4096, 2048, None])
        )
    if crew.care == "careful" and standby and crew.pool and r.random() < 0.06:
        a.dev = ch(r, crew.pool).dev
    # cover work of its own
    cover = (
        [crew.customers]
        if crew.customers is not None and (crew.role != "distiller")
        else plain_works(r, w, d.cls if d.cls in PLAIN else "plain_chat")
    )
    a.works = crew.works + cover if crew.role != "relay" else [crew.customers]
    return a


def _lifetime(crew: Crew, d: Acc, a: Acc, *, standby: bool) -> float:
    """When the account lives, is banned and moves between models; returns when its work begins."""
    p = a.p
    w, r = crew.w, crew.w.r
    D = crew.w.D * DAY
    a.t0 = 0.0
    fresh = p.created > 0
    if fresh:
        a.t0 = p.created * DAY
    ready = crew.start + (
        r.expovariate(1 / (2.0 if crew.care == "naive" else 14)) * 3600 if crew.start > 0 else 0
    )
    if standby:
        tb = ch(r, crew.ban)[0]
        ready = max(
            ready, tb + (0.5 + r.expovariate(1 / (5.0 if crew.care == "naive" else 20.0))) * 3600
        )
        if r.random() < 0.4:
            p.created = (
                (ready / DAY) - r.random() * (0.1 if crew.care == "naive" else 1.5)
                if crew.care != "naive" or r.random() < 0.7
                else p.created
            )
            a.t0 = max(a.t0, p.created * DAY)
    if crew.care == "naive" or (crew.care == "careful" and crew.share > 0.6 and r.random() < 0.7):
        a.t0 = max(a.t0, ready)
    if p.created * DAY > a.t0:
        a.t0 = p.created * DAY
    if not standby and crew.ban and r.random() < 1 - np.prod([1 - f for _, f in crew.ban]):
        tb = ch(r, crew.ban)[0] + r.expovariate(1 / 3.0) * 3600
        if tb < D and tb > a.t0:
            a.events.append(("suspended", tb))
            a.t1 = tb + r.random() * 900
    if crew.onemodel:
        a.models = [(-1.0, crew.m0 if crew.care != "adaptive" or r.random() < 0.8 else p.model)]
        if crew.move and r.random() < crew.move[3]:
            a.models.append((crew.move[0] + r.expovariate(1 / crew.move[2]) * 3600, crew.move[1]))
    elif crew.move and r.random() < crew.move[3]:
        a.models = [
            (-1.0, p.model),
            (crew.move[0] + r.expovariate(1 / crew.move[2]) * 3600, crew.move[1]),
        ]
    models(r, w, a)
    if crew.kind == "M38":  # an honest key that leaks; the owner's own traffic goes on
        a.t_alt = (0.15 + 0.7 * r.random()) * D if crew.start < 0 else ready
        a.clients2 = ch(r, crew.cl).clients
        a.net2 = Net("home", r.sample(crew.ipool, min(len(crew.ipool), 4)), lease=1)
        a.p.net = (
            d.p.net if d.p.net.kind == "cgnat" else person_net(r, w, api=p.path != "subscription")
        )
        ready = a.t_alt
        a.works = crew.works + plain_works(r, w, d.cls if d.cls in PLAIN else "plain_chat")
    return ready


def _assign(crew: Crew, a: Acc, ready: float) -> None:
    """Draw the arrivals and decide which of them carry the crew's work."""
    nr = crew.w.nr
    w, r = crew.w, crew.w.r
    fill(a, w, 1.0)
    n = len(a.t)
    nw = len(crew.works)
    if n:
        if crew.role == "relay":
            a.atk[:] = True
            a.w[:] = 0
        else:
            # thin tasks sit inside sessions; whole sessions for half of the careful pool
            sh = crew.share if crew.kind != "M38" else 0.6
            u = (
                nr.random(n)
                if (crew.care == "adaptive" or r.random() < 0.5)
                else nr.random(a.s.max() + 1)[a.s]
            )
            atk = (u < sh) & (a.t >= ready) & (a.t < crew.stop)
            for p0, p1 in crew.pauses:
                jit = r.expovariate(1 / 1.0) * 1800
                atk &= ~((a.t > p0 + jit) & (a.t < p1 + jit))
            late = np.flatnonzero(a.t >= ready)
            if not atk.any() and len(late):  # every working account has at least one item
                atk[late[int(r.random() * len(late))]] = True
            # little cover of its own: attack slots in a pause simply vanish
            if sh > 0.6 and crew.care != "adaptive":
                keep = atk | (
                    nr.random(n) < (0.0 if crew.care == "naive" else 0.25) + 0.75 * (u >= sh)
                )
                a.t, a.s, a.k, a.item, atk = (
                    a.t[keep],
                    a.s[keep],
                    a.k[keep],
                    a.item[keep],
                    atk[keep],
                )
                n = len(a.t)
            a.atk = atk
            k = (
                nr.integers(0, max(1, nw), n)
                if crew.seqshift is None
                else (a.t - a.lag > crew.seqshift).astype(int) % max(1, nw)
            )
            nc = len(a.works) - nw
            a.w = np.where(atk, k if nw else 0, nw + nr.integers(0, max(1, nc), n))
            crew.q.m.append((a, atk))
    if crew.kind == "M07" or "replaycot" in crew.fams:
        a.xgroup = crew.cid
    a.ctxedit = crew.kind == "M09" or "ctxedit" in crew.fams
    crew.pool.append(a)
    w.accs.append(a)
