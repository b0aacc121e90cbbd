"""Profiles: everything about an account that is a marginal, and its arrival times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .clients import APPS_
from .draws import DAY, Random, ch, lognorm
from .mailboxes import mail
from .networks import person_net

if TYPE_CHECKING:
    from .world import World


def curve(kind: str) -> np.ndarray:
    h = np.arange(24)

    def g_(m: float, s: float) -> np.ndarray:
        return np.exp(-0.5 * (((h - m + 12) % 24 - 12) / s) ** 2)

    c = {
        "evening": g_(20, 3) + 0.5 * g_(13, 4),
        "office": g_(10.5, 2) + g_(15, 2),
        "student": g_(16, 3) + 0.9 * g_(22, 2.5),
        "night": g_(0, 3) + 0.3 * g_(15, 4),
        "flat": np.ones(24),
        "morning": g_(8, 2.5) + 0.4 * g_(18, 3),
        "product": 0.35 + g_(14, 5),
    }[kind] + 0.02
    return np.cumsum(c / c.sum())


CURVES = {
    k: curve(k) for k in ("evening", "office", "student", "night", "flat", "morning", "product")
}
TZ = [-8, -7, -6, -5, -5, -4, -3, -3, 0, 0, 1, 1, 1, 2, 2, 3, 3, 5.5, 5.5, 7, 8, 8, 8, 9, 9, 10]


class Prof:
    """Everything about an account that is a marginal. Copying it copies the honest population's joint distribution."""

    F = (
        "tz",
        "curve",
        "wk",
        "rate",
        "act",
        "mode",
        "slen",
        "gap",
        "clients",
        "net",
        "plan",
        "path",
        "model",
        "model2",
        "pm2",
        "temp",
        "top_p",
        "maxtok",
        "stream",
        "ver",
        "mail",
        "created",
        "org",
        "keys",
        "declared",
        "auth",
        "pay",
        "dev",
        "signip",
        "asize",
        "conv",
        "err",
        "logmsg",
        "growth",
        "noip",
        "nofp",
        "fmt",
        "batch",
    )
    __slots__ = F

    def copy(self) -> Prof:
        p = Prof()
        for f in self.F:
            setattr(p, f, getattr(self, f))
        return p


def base_profile(r: Random, w: World, *, sub: bool) -> Prof:
    """An ordinary individual, subscription or API."""
    p = Prof()
    p.tz = ch(r, TZ)
    p.growth = r.gauss(0, 0.05)
    p.declared = None
    p.auth = False
    p.noip = False
    p.nofp = r.random() < 0.04
    p.batch = False
    p.rate = lognorm(r, 7, 0.85, 1, 40)
    p.act = 0.35 + 0.65 * r.random() ** 0.7
    p.wk = 0.35 + 0.9 * r.random()
    p.fmt = "text"
    p.created = w.created(r)
    p.keys = 1
    p.err = 0.004 + 0.03 * r.random() ** 3
    p.logmsg = r.random() < 0.04
    p.model = r.choices(w.models, w.mw)[0]
    p.model2 = r.choices(w.models, w.mw)[0]
    p.pm2 = ch(r, [0, 0, 0.1, 0.3])
    p.asize = lognorm(r, 5, 0.45, 1, 13)
    p.org = None if r.random() < 0.35 else "own"
    p.mail = mail(r, w)
    p.dev = None if r.random() < 0.15 else "own"
    p.signip = True
    p.top_p = None
    p.temp = None
    p.maxtok = None
    if sub:
        p.curve = ch(r, ["evening", "evening", "office", "student", "night", "morning"])
        p.mode = "session"
        p.slen = 1.5 + 4 * r.random()
        p.gap = 40 + 120 * r.random()
        p.clients = (
            w.clients.browser(r) if r.random() < 0.6 else w.clients.phases(r, w, ch(r, APPS_))
        )
        p.path = "subscription"
        p.plan = r.choices(["subscription", "free_trial", "education"], [70, 25, 5])[0]
        p.stream = True
        p.ver = r.choices(["none", "email", "phone", "card", "identity"], [5, 40, 25, 28, 2])[0]
        p.conv = True
        p.pay = "own" if p.plan == "subscription" else None
        p.net = person_net(r, w)
    else:
        p.curve = ch(r, ["office", "office", "evening", "flat", "flat", "product", "night"])
        p.mode = r.choices(["session", "service", "cron", "batch"], [45, 30, 15, 10])[0]
        p.slen = 1 + 5 * r.random()
        p.gap = lognorm(r, 25, 0.8, 3, 200)
        p.clients = w.clients.sdk(r, w)
        p.path = r.choices(
            ["api", "cloud:aws", "cloud:gcp", "aggregator:openroute", "aggregator:polyrelay"],
            [80, 4, 3, 10, 3],
        )[0]
        p.plan = (
            "cloud"
            if p.path[:5] == "cloud"
            else r.choices(["api", "free_trial", "startup_credit", "research"], [76, 16, 5, 3])[0]
        )
        p.stream = r.random() < 0.4
        p.ver = r.choices(["none", "email", "phone", "card", "business"], [4, 36, 20, 34, 6])[0]
        p.conv = r.random() < 0.55
        p.pay = "own" if p.plan == "api" or r.random() < 0.3 else None
        p.net = person_net(r, w, api=True)
        p.temp = ch(r, [None, None, None, 0.0, 0.2, 0.7, 0.7, 1.0, round(r.random(), 1)])
        p.top_p = ch(r, [None] * 6 + [0.9, 0.95, 1.0])
        p.maxtok = ch(
            r, [None, None, 256, 512, 1000, 1024, 1024, 2048, 2000, 4096, 4096, 8192, 16000]
        )
        p.fmt = r.choices(["text", "json_object", "json_schema"], [85, 9, 6])[0]
        p.noip = p.path[:5] in ("cloud", "aggre") and r.random() < 0.7
        p.nofp = p.nofp or p.noip
        p.declared = r.choices(
            [None, "product", "evaluation", "research", "education", "annotation"],
            [62, 25, 3, 5, 3, 2],
        )[0]
        p.batch = p.mode == "batch" and r.random() < 0.5
    return p


def arrivals(
    r: Random,
    nr: np.random.Generator,
    p: Prof,
    w: World,
    t0: float,
    t1: float,
    scale: float = 1.0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times (s from world start), session number and turn for one account inside [t0, t1)."""
    times, sessions, turns = [], [], []
    sn = 0
    cv = CURVES[p.curve]
    for d in range(int(max(0, t0) // DAY), int(min(t1, w.D * DAY - 1) // DAY) + 1):
        wd = (w.dow + d) % 7
        lam = p.rate * scale * (p.wk if wd >= 5 else 1.0) * max(0.2, 1 + p.growth * d)
        if d == w.holiday and abs(p.tz - w.holtz) <= 3:
            lam *= 0.35
        if p.act < 1:
            if r.random() > p.act:
                continue
            lam /= 0.5 + 0.5 * p.act
        n = int(nr.poisson(lam * nr.gamma(2.5, 0.4)))
        if n == 0:
            continue
        if p.mode == "session":
            k = max(1, int(n / p.slen + r.random()))
            cut = np.sort(nr.integers(0, k, n))
            st = np.sort((np.searchsorted(cv, nr.random(k)) + nr.random(k)) * 3600)
            gaps = nr.lognormal(np.log(p.gap), 0.8, n)
            first = np.r_[True, cut[1:] != cut[:-1]]
            gaps[first] = 0
            c = np.cumsum(gaps)
            i0 = np.flatnonzero(first)
            b = np.repeat(i0, np.diff(np.r_[i0, n]))
            t = st[cut] + c - c[b]
            times.append(t + (d * 24 - p.tz) * 3600)
            sessions.append(cut + sn)
            turns.append(np.arange(n) - b)
            sn += k
        else:
            if p.mode == "service":
                t = (np.searchsorted(cv, nr.random(n)) + nr.random(n)) * 3600
                if n > 4:
                    j = nr.random(n) < 0.3
                    src = nr.integers(0, n, n)
                    t = np.where(j, t[src] + nr.exponential(p.gap, n), t)
            elif p.mode == "cron":
                hh = hash((round(p.gap, 3), int(p.slen * 100))) % 24
                t = hh * 3600 + 120 + np.cumsum(nr.exponential(min(p.gap, 30000 / n), n))
            else:
                hh = np.searchsorted(cv, r.random())
                t = (hh + r.random()) * 3600 + np.cumsum(
                    nr.exponential(min(p.gap / 4, 20000 / n), n)
                )
            t = np.sort(t)
            times.append(t + (d * 24 - p.tz) * 3600)
            sessions.append(np.arange(n) + sn)
            turns.append(np.zeros(n, int))
            sn += n
    if not times:
        return np.empty(0), np.empty(0, int), np.empty(0, int)
    times, sessions, turns = np.concatenate(times), np.concatenate(sessions), np.concatenate(turns)
    times = np.where(times < 0, times + w.D * DAY, times) if t0 <= 0 and t1 >= w.D * DAY else times
    times = np.where((times >= w.D * DAY) & (t0 <= 0), times - w.D * DAY, times)
    m = (times >= t0) & (times < t1)
    o = np.argsort(times[m], kind="stable")
    return times[m][o], sessions[m][o], turns[m][o]
