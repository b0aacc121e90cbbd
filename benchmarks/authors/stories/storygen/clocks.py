"""Clocks: the days of people and the days of machines."""

import math

from .accounts import CUM, Account
from .stage import Stage
from .tables import DAY


class Clocks(Stage):
    """When people and machines are at work."""

    def sessions(
        self,
        a: Account,
        rate: float,
        hours: str | None = None,
        gap: float = 70.0,
        length: float = 3.0,
        grow: float = 0.0,
        weekend: float | None = None,
    ) -> list[list[float]]:
        """Human days: lists of times, one list a sitting."""
        r = self.r
        out = []
        h = hours or a.hours
        wk = weekend if weekend is not None else {"office": 0.25, "student": 0.7}.get(h, 1.1)
        g = math.log(gap)
        for d in range(-1, self.days + 1):
            wd = (self.t0 // DAY + d + 3) % 7
            lam = rate * (wk if wd > 4 else 1) * (1 + grow) ** d * r.gammavariate(1.3, 1 / 1.3)
            n = int(lam + r.random())
            while n > 0:
                k = min(n, 1 + int(r.expovariate(1 / length)))
                n -= k
                t = (
                    d * DAY
                    + (r.choices(range(24), cum_weights=CUM[h])[0] - a.tz + r.random()) * 3600
                )
                s = []
                for _ in range(k):
                    if a.live[0] <= t < a.live[1] and 0 <= t < self.span:
                        s.append(t)
                    t += r.lognormvariate(g, 0.9) + 4
                if s:
                    out.append(s)
        return out

    def ticks(
        self,
        a: Account,
        rate: float,
        rhythm: str = "diurnal",
        grow: float = 0.0,
        hour: float | None = None,
    ) -> list[float]:
        """Machine days: a flat list of times."""
        r = self.r
        out = []
        hour = r.random() * 24 if hour is None else hour
        for d in range(self.days):
            wd = (self.t0 // DAY + d + 3) % 7
            n = int(
                rate
                * (0.45 if wd > 4 and rhythm == "diurnal" else 1)
                * (1 + grow) ** d
                * r.gammavariate(4, 0.25)
                + r.random()
            )
            if rhythm == "cron":
                t = d * DAY + hour * 3600 + r.random() * 20
                for _ in range(n):
                    out.append(t)
                    t += r.expovariate(1 / 6.0) + 0.4
            elif rhythm == "burst":
                t = d * DAY + r.random() * DAY
                for _ in range(n):
                    out.append(t)
                    t += r.expovariate(1 / 9.0) if r.random() > 0.03 else r.random() * 9000
            elif rhythm == "flat":
                out += [d * DAY + r.random() * DAY for _ in range(n)]
            else:
                out += [
                    d * DAY
                    + ((r.choices(range(24), cum_weights=CUM[a.hours])[0] - a.tz) % 24 + r.random())
                    * 3600
                    for _ in range(n)
                ]
        return [t for t in out if a.live[0] <= t < a.live[1] and 0 <= t < self.span]
