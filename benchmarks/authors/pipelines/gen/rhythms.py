"""When requests come. All rhythms return sorted int64 microseconds."""

from collections.abc import Iterable

import numpy as np

from .base import Base
from .basics import DAY, HOUR, SEC

# how active people of a kind are in each hour of their own day
# fmt: off
CURVES = {
    "office": [.1, .1, .1, .1, .1, .2, .5, 1.5, 4, 6, 6.5, 5.5, 4, 5.5, 6.5, 6, 5, 3.5, 1.8, 1.2, 1, .7, .4, .2],
    "evening": [1.2, .6, .3, .2, .1, .2, .5, 1, 1.6, 2, 2, 2.2, 2.4, 2.4, 2.4, 2.6, 3, 3.4, 4, 5, 6, 6.3, 5, 3],
    "consumer": [2, 1.2, .8, .6, .6, .8, 1.6, 2.6, 3.6, 4.4, 4.8, 5, 5.2, 5, 5, 5, 5, 5.2, 5.4, 5.6, 5.6, 5, 4, 3],
    "student": [2, 1, .5, .3, .2, .2, .4, 1, 2.5, 4, 4.5, 4, 3, 4, 5, 5, 4.5, 4, 3.5, 4, 5, 5.5, 5, 3.5],
    "flat": [1] * 24,
}
# fmt: on
CURVES = {k: np.array(v, float) / sum(v) for k, v in CURVES.items()}

WEEK = {
    "office": [1, 1.05, 1.05, 1, 0.85, 0.18, 0.15],
    "evening": [0.9, 0.9, 0.9, 0.9, 1, 1.2, 1.2],
    "consumer": [1, 1, 1, 1, 1, 0.95, 0.95],
    "student": [1, 1.1, 1.1, 1, 0.7, 0.5, 0.8],
    "flat": [1] * 7,
}


class Rhythms(Base):
    """People, services and jobs in time."""

    def _hours(self, curve: str, n: int, tz: float) -> np.ndarray:
        h = self.g.choice(24, n, p=CURVES[curve])
        return ((h - tz) % 24 + self.g.random(n)) * HOUR

    def people(
        self,
        per_day: float,
        curve: str = "consumer",
        tz: float = 0,
        turns: float = 3.0,
        active: float = 0.75,
        gap: float = 75.0,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sessions of a person: (times, session number, turn number)."""
        g = self.g
        ts, cs, us, c = [], [], [], 0
        for d in range(self.days):
            if g.random() > active:
                continue
            lam = per_day / max(active, 0.05) / turns * WEEK[curve][(self.weekday0 + d) % 7]
            k = g.poisson(lam * g.gamma(2, 0.5))
            if not k:
                continue
            start = self.t0 + d * DAY + self._hours(curve, k, tz)
            m = np.minimum(g.geometric(1 / turns, k), 40)
            for s, n in zip(start, m, strict=False):
                gaps = np.exp(g.normal(np.log(gap), 0.9, n)) * SEC
                gaps[0] = 0
                ts.append(s + np.cumsum(gaps))
                cs.append(np.full(n, c))
                us.append(np.arange(n))
                c += 1
        if not ts:
            return np.zeros(0, np.int64), np.zeros(0, int), np.zeros(0, int)
        t, c, u = np.concatenate(ts), np.concatenate(cs), np.concatenate(us)
        o = np.argsort(t, kind="stable")
        return t[o].astype(np.int64), c[o], u[o]

    def service(
        self,
        per_day: float,
        curve: str = "consumer",
        tz: float = 0,
        growth: float = 0.0,
        burst: float = 1.0,
    ) -> np.ndarray:
        """Calls made for end users or by background jobs: noisy days, optional growth, clumps of requests."""
        g, out = self.g, []
        for d in range(self.days):
            lam = (
                per_day
                * WEEK[curve][(self.weekday0 + d) % 7]
                * np.exp(growth * (d - self.days / 2))
                * g.gamma(6, 1 / 6)
            )
            k = g.poisson(lam / burst)
            t = self.t0 + d * DAY + self._hours(curve, k, tz)
            if burst > 1:
                n = g.geometric(1 / burst, k)
                t = np.repeat(t, n) + g.exponential(8 * SEC, n.sum())
            out.append(t)
        return np.sort(np.concatenate(out)).astype(np.int64) if out else np.zeros(0, np.int64)

    def cron(
        self,
        per_run: float,
        hour: float,
        every: int = 1,
        gap: float = 4.0,
        par: int = 1,
        days: Iterable[int] | None = None,
        jitter: float = 120,
    ) -> np.ndarray:
        """A job at a set hour that works through a list with some workers."""
        g, out = self.g, []
        for d in days if days is not None else range(int(g.integers(0, every)), self.days, every):
            n = max(1, int(per_run * g.uniform(0.9, 1.1))) if per_run > 3 else int(per_run)
            lat = g.gamma(2, gap / 2, n)
            t = np.concatenate([np.cumsum(lat[w::par]) for w in range(par)])
            out.append(self.t0 + d * DAY + hour * HOUR + g.exponential(jitter) * SEC + t * SEC)
        return np.sort(np.concatenate(out)).astype(np.int64) if out else np.zeros(0, np.int64)
