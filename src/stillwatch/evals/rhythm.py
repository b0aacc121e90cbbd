"""Decides when requests arrive: sessions over days and hours, then turns with pauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Ints = np.ndarray[Any, np.dtype[np.int64]]
Reals = np.ndarray[Any, np.dtype[np.float64]]

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
LONGEST_SESSION = 600

# Fitted on the ServeGen client windows (313 language clients, ten-minute windows, Apache-2.0):
# rates of clients are log-normal with sigma 1.76, the coefficient of variation of their gaps is
# log-normal with median 1.80 and sigma 0.84; chat alone (Azure LLM 2023, CC-BY-4.0) has 1.09.
CLIENT_RATE_SIGMA = 1.76
GAP_SIGMA = 1.20  # a log-normal pause of this sigma has a coefficient of variation of 1.80


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How accounts of one kind spread their requests; arrays have one value an account."""

    per_day: Reals  # requests on an ordinary day
    turns: float  # mean requests of a session
    pause: float  # median seconds between two requests of a session
    pause_sigma: float
    peak: Reals  # hour of the day, UTC, around which sessions begin
    spread: Reals  # hours; 12 and more is round the clock
    weekend: Reals  # share of an ordinary day's sessions on Saturday and Sunday
    first: Reals  # first day with traffic, may have a fraction
    last: Reals  # day on which traffic ends
    even: bool = False  # sessions have about the mean length; otherwise most are short
    noise: float = 0.9  # how much days of one account differ (sigma of a log-normal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beats:
    """When each request arrives and which session it belongs to."""

    account: Ints
    at: Ints  # microseconds since the start of the window
    session: Ints
    turn: Ints

    def __len__(self) -> int:
        return len(self.account)

    def kept(self, mask: Any) -> Beats:
        """The beats of a mask or of row numbers."""
        return Beats(
            account=self.account[mask],
            at=self.at[mask],
            session=self.session[mask],
            turn=self.turn[mask],
        )


def joined_beats(parts: Sequence[Beats]) -> Beats:
    """The beats of several plays end to end, each with sessions of its own."""
    tops = np.cumsum([0] + [int(part.session.max(initial=-1)) + 1 for part in parts])
    return Beats(
        account=np.concatenate([part.account for part in parts]),
        at=np.concatenate([part.at for part in parts]),
        session=np.concatenate(
            [part.session + top for part, top in zip(parts, tops, strict=False)]
        ),
        turn=np.concatenate([part.turn for part in parts]),
    )


def beats(rhythm: Rhythm, days: int, first_weekday: int, dice: np.random.Generator) -> Beats:
    """Requests of all accounts over the window, sorted by account and time of the session."""
    count = len(rhythm.per_day)
    day = np.arange(days)
    alive = (day[None, :] + 1 > rhythm.first[:, None]) & (day[None, :] < rhythm.last[:, None])
    weekend = ((day + first_weekday) % 7 >= 5)[None, :]
    mood = np.exp(dice.normal(-(rhythm.noise**2) / 2, rhythm.noise, (count, days)))
    mean = rhythm.per_day[:, None] / rhythm.turns * mood
    mean = np.where(weekend, mean * rhythm.weekend[:, None], mean) * alive
    sessions = dice.poisson(mean)
    cells = np.repeat(np.arange(count * days), sessions.reshape(-1))
    account, on = cells // days, cells % days
    hour = (rhythm.peak[account] + rhythm.spread[account] * dice.normal(size=len(cells))) % 24
    begin = (on * DAY + hour * HOUR).astype(np.int64)
    turns = _turns(rhythm, len(cells), dice)
    return _played(rhythm, account, begin, turns, days, dice)


def _turns(rhythm: Rhythm, count: int, dice: np.random.Generator) -> Ints:
    if rhythm.turns <= 1:
        return np.ones(count, np.int64)
    if rhythm.even:
        return np.maximum(dice.poisson(rhythm.turns, count), 1)
    return np.minimum(dice.geometric(1 / rhythm.turns, count), LONGEST_SESSION)


def _played(
    rhythm: Rhythm, account: Ints, begin: Ints, turns: Ints, days: int, dice: np.random.Generator
) -> Beats:
    session = np.repeat(np.arange(len(turns)), turns)
    starts = np.cumsum(turns) - turns
    turn = np.arange(len(session)) - starts[session]
    pauses = np.exp(dice.normal(np.log(rhythm.pause), rhythm.pause_sigma, len(session)))
    pauses = np.where(turn == 0, 0.0, pauses.clip(0.2, 4 * 3600))
    total = np.cumsum(pauses)
    at = begin[session] + ((total - total[starts][session]) * SECOND).astype(np.int64)
    at += dice.integers(SECOND, size=len(turns))[session]
    who = account[session]
    low, high = rhythm.first[who] * DAY, rhythm.last[who] * DAY
    inside = (at >= low) & (at < high) & (at >= 0) & (at < days * DAY)
    whole = Beats(account=who, at=at, session=session, turn=turn)
    return whole.kept(inside)
