"""When requests come: conversations as lists of seconds since the window's start."""

from math import cos, pi

from .dice import Dice
from .market import DAY, Market

HUMAN = {  # hour means and spreads, weekend factor, mean turns, hours a group meets
    "human": ([(10, 2.5), (15, 3), (20.5, 2)], 0.9, 2.4),
    "office": ([(10, 1.3), (14.5, 1.6)], 0.12, 2.0),
    "evening": ([(20, 2.0), (22.5, 1.5)], 1.6, 4.5),
    "student": ([(11, 2), (17, 2.5), (22.5, 1.8)], 0.7, 2.6),
    "dev": ([(11, 1.8), (15.5, 2), (21.5, 1.8)], 0.4, 7.0),
    "shift": ([(10.5, 2), (15, 2.5), (19, 1.5)], 0.6, 1.3),
}


def human(
    dice: Dice, market: Market, kind: str, zone: float, rate: float, span: tuple[float, float]
) -> list[list[float]]:
    """Sessions of a person, by local hour, weekday and holiday."""
    hours, weekend, turns = HUMAN[kind]
    talks: list[list[float]] = []
    favourite = dice.pick(hours)
    keen = min(1.0, 0.25 + 0.5 * dice.u() + rate / 40)
    shift, patience = dice.gauss(0, 0.9), dice.around(70, 0.5)
    for day in range(-1, market.days + 1):
        weekday = (market.start // 86400 + 3 + day) % 7
        idle = weekend if weekday > 4 or market.holidays.get(zone) == day else 1.0
        if not dice.chance(min(1.0, keen * (0.3 + 0.7 * idle))):
            continue
        left = dice.poisson(rate * idle / keen)
        while left > 0:
            mean, spread = favourite if dice.chance(0.5) else dice.pick(hours)
            time = (day + (dice.gauss(mean + shift, spread) - zone) / 24) * DAY
            long = min(left, 1 + dice.poisson(turns - 1))
            talk: list[float] = []
            for _ in range(long):
                if span[0] <= time < span[1]:
                    talk.append(time)
                time += 4 + dice.around(patience, 0.9)
            left -= long
            if talk:
                talks.append(talk)
    return talks


def machine(
    dice: Dice, kind: str, zone: float, rate: float, span: tuple[float, float]
) -> list[list[float]]:
    """Runs of a program: cron, batches, a service with end users, a fleet."""
    times: list[float] = []
    begin, end = span
    if kind == "cron":
        period = DAY / dice.pick([1, 1, 2, 4, 24])
        phase = (
            dice.pick([0, 0, 0.5, 0.25, dice.u()]) * 3600 + dice.below(int(period / 3600)) * 3600
        )
        size, gap = max(1.0, rate * period / DAY), dice.around(2.5, 0.8)
        tick = phase
        while tick < end:
            time = tick + dice.between(0, 8)
            for _ in range(dice.poisson(size)):
                time += gap * (0.5 + dice.u())
                times.append(time)
            tick += period
    elif kind == "batch":
        total, gap = dice.poisson(rate * (end - begin) / DAY), dice.around(1.6, 0.8)
        while total > 0:
            time = dice.between(begin, end)
            run = min(total, 20 + dice.poisson(total * dice.u()))
            total -= run
            for _ in range(run):
                time += gap * (0.3 + 1.4 * dice.u())
                times.append(time)
    else:
        swing = {"fleet": 0.15, "service": 0.85}[kind]
        growth = dice.gauss(0, 0.5)
        for _ in range(dice.poisson(rate * (end - begin) / DAY)):
            time = dice.between(begin, end)
            hour = (time / 3600 + zone) % 24
            peak = 0.5 + 0.5 * cos((hour - 15) * pi / 12)
            trend = 1 + growth * (time - begin) / (end - begin + 1)
            if dice.chance((1 - swing + swing * peak) * min(1.0, trend)):
                times.append(time)
    return [[time] for time in times if begin <= time < end]


def lesson(
    dice: Dice, meetings: list[float], rate: float, span: tuple[float, float]
) -> list[list[float]]:
    """A class or an event: everybody in the same hours, some homework after."""
    talks = []
    for start in meetings:
        time = start + dice.between(0, 2400)
        talk: list[float] = []
        for _ in range(dice.poisson(rate)):
            time += 5 + dice.around(110, 0.9)
            if dice.chance(0.25):
                talk = []
            if span[0] <= time < span[1]:
                talks += [talk] * (not talk)
                talk.append(time)
        if dice.chance(0.25):
            later = start + dice.between(3, 30) * 3600
            if span[0] <= later < span[1]:
                talks.append([later])
    return talks


def talks(
    dice: Dice,
    market: Market,
    kind: str,
    zone: float,
    rate: float,
    span: tuple[float, float],
    meetings: list[float] | None = None,
) -> list[list[float]]:
    """Conversations of one account under one rhythm, earliest first."""
    if meetings:
        found = lesson(dice, meetings, rate, span)
    elif kind in HUMAN:
        found = human(dice, market, kind, zone, rate, span)
    else:
        found = machine(dice, kind, zone, rate, span)
    found = [t for t in found if t]
    found.sort(key=lambda t: t[0])
    return found
