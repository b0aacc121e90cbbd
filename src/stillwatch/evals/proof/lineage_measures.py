"""Measures of scores whose unit is the lineage: AUC within a teacher, rates, costs, intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stillwatch.verifier.calibration import log_cost
from stillwatch.verifier.lineage import Score

DRAWS = 200
LEAST_COLUMN = 6  # null lineages below which a vendor's rate is not shown


@dataclass(frozen=True)
class Judged:
    """A score with what the calibration of the other half says of it."""

    score: Score
    at_1: bool = False
    at_5: bool = False
    is_lead: bool = False  # as a report would say it: p at or below a lead's alpha
    ratio: float | None = None
    unbounded: float | None = None  # the ratio before its bounds


@dataclass(frozen=True)
class Estimate:
    """A number with the middle 95 % of redrawn lineages, and how many lineages it stands on."""

    value: float
    low: float
    high: float
    lineages: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] N={self.lineages}"


def within_auc(judged: Sequence[Judged]) -> float:
    """Mean over taught pairs of the share of the same teacher's nulls that score lower."""
    nulls: dict[str, list[float]] = {}
    for one in judged:
        if one.score.is_null:
            nulls.setdefault(one.score.teacher, []).append(one.score.score)
    shares = []
    for one in judged:
        beside = np.array(nulls.get(one.score.teacher, []))
        if one.score.is_taught and len(beside):
            mine = one.score.score
            shares.append(float(np.mean((beside < mine) + 0.5 * (beside == mine))))
    return float(np.mean(shares)) if shares else float("nan")


def weighed_rate(judged: Sequence[Judged], chosen: Callable[[Judged], bool]) -> float:
    """Share of pairs that are chosen, each lineage weighing one."""
    by_lineage: dict[str, list[bool]] = {}
    for one in judged:
        by_lineage.setdefault(one.score.lineage, []).append(chosen(one))
    rates = [float(np.mean(flags)) for flags in by_lineage.values()]
    return float(np.mean(rates)) if rates else float("nan")


def plain_rate(judged: Sequence[Judged], chosen: Callable[[Judged], bool]) -> float:
    """Share of pairs that are chosen."""
    return float(np.mean([chosen(one) for one in judged])) if judged else float("nan")


def nulls(judged: Sequence[Judged], vendor: str = "") -> list[Judged]:
    """Pairs documented unrelated, perhaps of one vendor's columns."""
    return [
        one
        for one in judged
        if one.score.is_null and (not vendor or one.score.teacher.split("/")[0] == vendor)
    ]


def taught(judged: Sequence[Judged]) -> list[Judged]:
    """Pairs with a documented teacher."""
    return [one for one in judged if one.score.is_taught]


def vendors(judged: Sequence[Judged]) -> list[str]:
    """Vendors with enough null lineages for a rate of their own."""
    found = []
    for vendor in sorted({one.score.teacher.split("/")[0] for one in judged}):
        if len({one.score.lineage for one in nulls(judged, vendor)}) >= LEAST_COLUMN:
            found.append(vendor)
    return found


def cost(judged: Sequence[Judged], *, bounded: bool = True) -> float:
    """Cllr; not a number where no ratio was given."""
    told = ((one.score, one.ratio if bounded else one.unbounded) for one in judged)
    sides = [
        (score.is_taught, score.lineage, ratio)
        for score, ratio in told
        if ratio is not None and (score.is_taught or score.is_null)
    ]
    if len({side for side, _, _ in sides}) < 2:
        return float("nan")
    return log_cost(sides)


def estimate(
    judged: Sequence[Judged], measure: Callable[[Sequence[Judged]], float], seed: int
) -> Estimate:
    """A measure, and its spread when lineages are drawn again with replacement."""
    by_lineage: dict[str, list[Judged]] = {}
    for one in judged:
        by_lineage.setdefault(one.score.lineage, []).append(one)
    names = sorted(by_lineage)
    dice = np.random.default_rng(seed)
    drawn = []
    for _ in range(DRAWS if names else 0):
        again: list[Judged] = []
        for place, pick in enumerate(dice.integers(0, len(names), len(names)).tolist()):
            again += _renamed(by_lineage[names[pick]], place)
        value = measure(again)
        if np.isfinite(value):
            drawn.append(value)
    low, high = np.quantile(drawn, [0.025, 0.975]).tolist() if drawn else (np.nan, np.nan)
    return Estimate(measure(judged), low, high, len(names))


def _renamed(pairs: Sequence[Judged], place: int) -> list[Judged]:
    """A lineage that is drawn twice counts as two."""
    return [replace(one, score=replace(one.score, lineage=str(place))) for one in pairs]


def pooled_auc(values: Sequence[float], is_taught: Sequence[bool]) -> float:
    """The number that misleads: over all teachers at once."""
    up = np.array([v for v, t in zip(values, is_taught, strict=True) if t])
    down = np.array([v for v, t in zip(values, is_taught, strict=True) if not t])
    if not len(up) or not len(down):
        return float("nan")
    return float(np.mean((down < up[:, None]) + 0.5 * (down == up[:, None])))


def top(scores: Sequence[Score], values: Sequence[float], most: int) -> float:
    """Share of taught suspects with a true teacher among the highest few."""
    by_suspect: dict[str, list[tuple[float, bool]]] = {}
    for one, value in zip(scores, values, strict=True):
        by_suspect.setdefault(one.suspect, []).append((value, one.is_taught))
    hits = []
    for pairs in by_suspect.values():
        if any(is_taught for _, is_taught in pairs):
            ranked = sorted(pairs, key=lambda pair: (-pair[0], pair[1]))
            hits.append(any(is_taught for _, is_taught in ranked[:most]))
    return float(np.mean(hits)) if hits else float("nan")
