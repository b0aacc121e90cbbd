"""When people and programmes write: calendars, sessions that excite themselves, dispatchers."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from ledgergen.dice import Dice

DAY = 86400.0
SHAPES = {
    "office": "0 0 0 0 0 0 1 3 8 11 11 10 6 9 11 10 9 6 3 2 1 1 0 0",
    "evening": "2 1 0 0 0 0 1 2 3 3 3 4 5 4 3 3 4 5 7 9 11 11 9 5",
    "student": "5 3 2 1 0 0 0 1 3 5 6 6 5 6 7 7 6 5 5 7 9 10 9 8",
    "spread": "2 1 1 1 1 1 2 4 6 7 7 7 7 7 7 7 7 6 6 6 5 5 4 3",
    "always": "4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 4 4",
    "nightly": "0 0 40 12 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
    "owl": "9 8 7 5 3 1 1 1 1 2 2 3 4 4 4 4 4 4 5 6 7 9 10 10",
}
WEEKEND = {"office": 0.07, "student": 0.8, "evening": 1.2, "spread": 0.8, "owl": 1.1}
HOURS = {k: [float(x) for x in v.split()] for k, v in SHAPES.items()}


@dataclass
class Calendar:
    """Hours of a person or firm in its own zone; `zone` is an offset in hours."""

    shape: str
    zone: float
    off: frozenset[int] = field(default_factory=frozenset)

    def day_factor(self, day: int, weekday: int) -> float:
        weekend = WEEKEND.get(self.shape, 1.0) if (weekday + day) % 7 >= 5 else 1.0
        return weekend * (0.2 if day in self.off and self.shape == "office" else 1.0)


def sessions(
    rng: Dice,
    cal: Calendar,
    weekday: int,
    days: float,
    rate: float,
    *,
    excite: float = 0.6,
    pause: float = 70.0,
    start: float = 0.0,
    stop: float = math.inf,
    trend: float = 0.0,
    moody: float = 1.0,
) -> list[list[float]]:
    """Return sessions, each a list of moments in seconds from the start of the window.

    A session is a branching cluster: every request calls forth others with probability
    `excite` after a heavy-tailed pause.
    """
    out: list[list[float]] = []
    weights = HOURS[cal.shape]
    for day in range(-1, math.ceil(days)):
        mood = rng.mood(moody)
        factor = cal.day_factor(day, weekday) * mood * math.exp(trend * day)
        for _ in range(rng.poisson(rate * (1 - excite) * factor)):
            hour = rng.weighted(range(24), weights)
            first = day * DAY + (hour - cal.zone + rng.random()) * 3600
            if not max(start, 0.0) <= first < min(stop, days * DAY):
                continue
            moments, todo = [], [first]
            while todo and len(moments) < 120:
                t = todo.pop()
                moments.append(t)
                for _ in range(rng.poisson(excite)):
                    todo.append(t + 2 + pause * (rng.pareto(1.5) - 0.8))
            moments = sorted(m for m in moments if m < min(stop, days * DAY))
            out.append(moments)
    out.sort()
    return out


def job_run(rng: Dice, start: float, count: int, gap: float) -> list[float]:
    """Return the moments of one run of a programme that works through a list."""
    t, out = start, []
    for _ in range(count):
        out.append(t)
        t += gap * (0.4 + rng.wait(0.63))
    return out
