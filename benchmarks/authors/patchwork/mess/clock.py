"""Arrival times. All return (seconds sorted, session numbers)."""

import numpy as np

Arrivals = tuple[np.ndarray, np.ndarray]
DAY = 86400
HUMAN = np.array(
    [2, 1, 0.6, 0.4, 0.4, 0.6, 1.5, 3, 5, 7, 8, 8, 7, 7.5, 8, 8, 7.5, 7, 7, 8, 8.5, 8, 6, 4]
)
OFFICE = np.array(
    [
        0.1,
        0.1,
        0.1,
        0.1,
        0.1,
        0.2,
        0.6,
        2,
        7,
        10,
        10,
        9,
        5,
        8,
        10,
        10,
        9,
        7,
        3,
        1.5,
        1,
        0.8,
        0.5,
        0.2,
    ]
)
NIGHT = np.array([8, 7, 5, 3, 2, 1, 1, 1, 2, 3, 4, 4, 4, 5, 5, 5, 5, 6, 7, 8, 9, 10, 10, 9.0])
FLAT = np.ones(24)
PROFILE = {"human": HUMAN, "office": OFFICE, "night": NIGHT, "service": HUMAN + 2.5, "flat": FLAT}


def times(
    G: np.random.Generator,
    kind: str,
    rate: float,
    t0: float,
    t1: float,
    tz: float,
    weekend: float,
    turns: float,
    growth: float = 0.0,
    active: float = 1.0,
) -> Arrivals:
    """G numpy generator; rate = requests a day; tz seconds; weekend factor; turns = mean requests per session."""
    if t1 <= t0 or rate <= 0:
        return np.empty(0), np.empty(0, int)
    if kind in ("cron", "burst"):
        return _batches(G, kind, rate, t0, t1, tz)
    prof = PROFILE[kind]
    start = int((t0 + tz) // 86400)
    stop = int((t1 + tz) // 86400) + 1
    starts = []
    days = stop - start
    for d in range(start, stop):
        wd = (d + 3) % 7
        f = weekend if wd >= 5 else 1.0
        if G.random() > active:
            continue
        mean = (
            rate
            / turns
            * f
            * (1 + growth * ((d - start) / max(days, 1) - 0.5))
            * G.gamma(4, 0.25)
            / active
        )
        n = G.poisson(mean)
        if n:
            h = G.choice(24, n, p=prof / prof.sum())
            starts.append(d * 86400 - tz + (h + G.random(n)) * 3600)
    if not starts:
        return np.empty(0), np.empty(0, int)
    st = np.sort(np.concatenate(starts))
    if turns <= 1.01:
        t, s = st, np.arange(len(st))
    else:
        k = np.minimum(G.geometric(1 / turns, len(st)), 60)
        s = np.repeat(np.arange(len(st)), k)
        gap = G.lognormal(4.0 if kind != "flat" else 2.6, 1.0, len(s))
        first = np.r_[True, s[1:] != s[:-1]]
        gap[first] = 0
        c = np.cumsum(gap)
        t = st[s] + c - np.maximum.accumulate(np.where(first, c, 0))
    keep = (t >= t0) & (t < t1)
    return t[keep], s[keep]


def _batches(
    G: np.random.Generator, kind: str, rate: float, t0: float, t1: float, tz: float
) -> Arrivals:
    """Scheduled jobs: one run a day at a fixed local hour, or one or two in the whole window."""
    days = (t1 - t0) / 86400
    if kind == "cron":
        hour = G.choice([0, 1, 2, 3, 4, 5, 6, 12, 18, 22]) + G.choice([0, 0.25, 0.5])
        runs = [
            (np.floor((t0 + tz) / 86400) + d) * 86400 - tz + hour * 3600
            for d in range(int(days) + 2)
            if G.random() > 0.06
        ]
        n = [max(1, int(rate * G.lognormal(0, 0.08))) for _ in runs]
    else:
        k = 1 + int(G.random() < 0.4)
        runs = list(t0 + G.random(k) * max(t1 - t0 - 7200, 1))
        n = [max(1, int(rate * days / k))] * k
    out, ses = [], []
    for i, (r, m) in enumerate(zip(runs, n, strict=True)):
        gap = G.exponential(G.uniform(1.5, 25), m)
        out.append(r + np.cumsum(gap))
        ses.append(np.full(m, i))
    if not out:
        return np.empty(0), np.empty(0, int)
    t, s = np.concatenate(out), np.concatenate(ses)
    o = np.argsort(t, kind="stable")
    t, s = t[o], s[o]
    keep = (t >= t0) & (t < t1)
    return t[keep], s[keep]
