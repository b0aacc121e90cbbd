"""Accounts: their making, their ends and returns, their models and their arrivals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .draws import DAY, Random, ch, hexs
from .profiles import Prof, arrivals

if TYPE_CHECKING:
    from .world import World


class Acc:
    """One account: profile, works with arrays of exchanges, and truth."""

    __slots__ = (
        "atk",
        "blk",
        "camp",
        "care",
        "clients2",
        "cls",
        "ctxedit",
        "dev",
        "events",
        "hostile",
        "id",
        "item",
        "k",
        "keys",
        "kind",
        "lag",
        "mail",
        "models",
        "net2",
        "org",
        "p",
        "par",
        "pay",
        "role",
        "s",
        "signip",
        "t",
        "t0",
        "t1",
        "t_alt",
        "w",
        "works",
        "xgroup",
    )

    def __init__(self, r: Random, p: Prof, cls: str | None, works: list[Any]) -> None:
        self.id = "acct_" + hexs(r, 16)
        self.p = p
        self.cls = cls
        self.works = works
        self.hostile = False
        self.camp = self.kind = self.care = self.role = None
        self.t0, self.t1 = 0.0, 1e18
        self.lag = r.expovariate(1 / 6.0) * 3600 if r.random() < 0.7 else r.random() * 3 * DAY
        self.models = []
        self.t_alt = None
        self.clients2 = self.net2 = None
        self.events = []
        self.par = None
        self.blk = self.xgroup = None
        self.ctxedit = False
        self.org = "org_" + hexs(r, 14) if p.org == "own" else p.org
        self.pay = "pm_" + hexs(r, 14) if p.pay == "own" else p.pay
        self.dev = "dv_" + hexs(r, 14) if p.dev == "own" else p.dev
        self.mail = p.mail
        self.signip = None
        self.keys = None


class Queue:
    """Items handed out over several accounts in time order: each asked rep times, roughly in order."""

    def __init__(
        self, rep: int = 1, jitter: int = 60, start: int = 0, size: int | None = None
    ) -> None:
        self.m, self.rep, self.jit, self.start, self.size = [], rep, jitter, start, size

    def assign(self, nr: np.random.Generator) -> None:
        if not self.m:
            return
        t = np.concatenate([a.t[x] for a, x in self.m])
        n = len(t)
        if n == 0:
            return
        rk = np.empty(n)
        rk[np.argsort(t, kind="stable")] = np.arange(n)
        if self.rep > 1:
            k = int(np.ceil(n / self.rep))
            u = (
                np.argsort(nr.random(n)) % k
                if self.jit > n
                else (rk + nr.normal(0, self.jit * self.rep, n)).clip(0, n - 1) // self.rep
            )
        else:
            u = np.empty(n)
            u[np.argsort(rk + nr.normal(0, self.jit, n), kind="stable")] = np.arange(n)
        u = u.astype(int) + self.start
        if self.size:
            u %= self.size
        i = 0
        for a, x in self.m:
            c = int(np.count_nonzero(x))
            a.item[x] = u[i : i + c]
            i += c


def fill(a: Acc, w: World, scale: float = 1.0) -> None:
    """Draw the arrivals of an account and spread them over its works (by session for multi-turn people)."""
    nr = w.nr
    a.t, a.s, a.k = arrivals(w.r, nr, a.p, w, max(0, a.t0), min(w.D * DAY, a.t1), scale)
    n = len(a.t)
    a.item = np.full(n, -1)
    a.atk = np.zeros(n, bool)
    if len(a.works) > 1 and n:
        sh = nr.random(a.s.max() + 1) ** 1.6
        a.w = (sh[a.s] * len(a.works)).astype(int)
    else:
        a.w = np.zeros(n, int)


def again(
    w: World,
    r: Random,
    p: Prof,
    cls: str,
    works: list[Any],
    a: Acc,
    t: float,
    scale: float,
    kw: dict[str, Any],
) -> None:
    """Some people whose account ended simply sign up again."""
    q = p.copy()
    q.created = t / DAY + r.expovariate(1 / 1.0) * 0.6
    if r.random() < 0.35 and q.created < w.D:
        q.mail = p.mail if r.random() < 0.5 else ch(r, ["gmail.com", "outlook.com", "proton.me"])
        b = Acc(r, q, cls, works)
        b.t0 = q.created * DAY
        b.dev = a.dev if r.random() < 0.6 else b.dev
        b.pay = a.pay if r.random() < 0.4 else b.pay
        b.models = list(kw.get("models", ()))
        models(r, w, b)
        fill(b, w, scale)
        w.accs.append(b)


def add(
    w: World, r: Random, p: Prof, cls: str, works: list[Any], scale: float = 1.0, **kw: Any
) -> Acc:
    """Make an honest account, with its chance of an end, and fill it."""
    a = Acc(r, p, cls, works)
    for k, v in kw.items():
        setattr(a, k, v)
    # a mistaken fraud sweep hits an honest crowd at once
    if w.wave and r.random() < w.wave[1] and p.created < w.wave[0] / DAY:
        t = w.wave[0] + r.expovariate(1 / 2.0) * 3600
        a.events = [("suspended", t)]
        if r.random() < 0.55:
            a.events.append(("reinstated", t + (6 + 60 * r.random()) * 3600))
        else:
            a.t1 = min(a.t1, t + r.random() * 900)
            again(w, r, p, cls, works, a, t, scale, kw)
    if p.created > 0:
        a.t0 = max(a.t0, p.created * DAY)
    u = r.random()
    if u < 0.045 and not a.events:  # churn, payment limits, mistaken suspensions
        t = r.random() * w.D * DAY
        e = r.choices(["closed", "limited", "suspended"], [35, 20, 45])[0]
        if t > a.t0:
            a.events.append((e, t))
            back = t + (2 + 60 * r.random()) * 3600
            if e == "suspended" and r.random() < 0.35:
                a.events.append(("reinstated", back))
            elif e != "limited":
                a.t1 = min(a.t1, t + (r.random() * 1800))
                again(w, r, p, cls, works, a, t, scale, kw)
    if r.random() < 0.03:
        a.events.append(("verified", r.random() * w.D * DAY))
    models(r, w, a)
    fill(a, w, scale)
    w.accs.append(a)
    return a


def models(r: Random, w: World, a: Acc) -> None:
    """Model phases: part of the honest population moves to the new release within days, some at once."""
    if a.models:
        return
    a.models = [(-1.0, a.p.model)]
    u = r.random()
    if u < 0.10:
        a.models.append((w.t_rel + r.expovariate(1 / 8.0) * 3600, w.new))
    elif u < 0.26:
        a.models.append((w.t_rel + r.expovariate(1 / 50.0) * 3600, w.new))
    elif u < 0.30:
        a.models.append((r.random() * w.D * DAY, ch(r, w.models)))
    elif u < 0.33:
        a.models.append((w.t_hard + r.expovariate(1 / 30.0) * 3600, "nova-2-pro"))
