"""Says how often unrelated lineages score as high: conformal p, rate, bounded likelihood ratio.

A rate is the worse of two: of all unrelated lineages, and of those beside the teacher in question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from stillwatch.verifier.lineage import Score
from stillwatch.verifier.openings import Floats

LEAST_TAUGHT = 4  # lineages with a documented teacher, below which no likelihood ratio is given


@dataclass(frozen=True)
class Calibration:
    """Scores of unrelated and of taught lineages, each lineage weighing one."""

    nulls: tuple[tuple[str, float], ...]  # lineage and score, one a suspect and teacher
    taught: tuple[tuple[str, float], ...]

    @property
    def null_lineages(self) -> int:
        """How many independent lineages the error rate stands on."""
        return len({lineage for lineage, _ in self.nulls})

    @property
    def taught_lineages(self) -> int:
        """How many independent lineages with a documented teacher there are."""
        return len({lineage for lineage, _ in self.taught})


NOBODY = Calibration((), ())


def calibration(scores: Sequence[Score], left_out: str = "") -> Calibration:
    """The scores of a panel, without a suspect's own lineage."""
    kept = [one for one in scores if one.lineage != left_out]
    return Calibration(
        tuple((one.lineage, one.score) for one in kept if one.is_null),
        tuple((one.lineage, one.score) for one in kept if one.is_taught),
    )


def weighed(pairs: Sequence[tuple[str, float]]) -> tuple[Floats, Floats]:
    """Scores, and weights that give each lineage one in all."""
    counts: dict[str, int] = {}
    for lineage, _ in pairs:
        counts[lineage] = counts.get(lineage, 0) + 1
    return (
        np.array([score for _, score in pairs], float),
        np.array([1 / counts[lineage] for lineage, _ in pairs], float),
    )


def null_rate(given: Calibration, score: float) -> float:
    """Share of the null lineages' weight at or above a score."""
    values, weights = weighed(given.nulls)
    return float(weights[values >= score].sum() / max(weights.sum(), 1e-9))


def column(scores: Sequence[Score], teacher: str, left_out: str = "") -> Calibration:
    """What is unrelated to this very vendor, each lineage by its model that came nearest.

    A vendor whom several unrelated families resemble would accuse one of them far above the rate
    of all vendors together. A family is not cleared because most of its models lie low.
    """
    source = teacher.split("/", maxsplit=1)[0]
    nearest: dict[str, float] = {}
    for one in scores:
        is_mine = one.is_null and one.teacher.split("/")[0] == source
        if is_mine and one.lineage != left_out:
            nearest[one.lineage] = max(one.score, nearest.get(one.lineage, one.score))
    return Calibration(tuple(nearest.items()), ())


def p_value(given: Calibration, score: float, beside: Calibration = NOBODY) -> float:
    """Conformal: (1 + lineages at or above) / (1 + lineages); never below 1 / (1 + N).

    Where the nulls of the teacher's own column, `beside`, reach the score more often, their share
    counts instead.
    """
    n = given.null_lineages
    share = max(null_rate(given, score), null_rate(beside, score))
    return round((1 + n * share) / (1 + n), 6)


def threshold(given: Calibration, nominal: float, beside: Calibration = NOBODY) -> float:
    """The score that at most this share of the null lineages' weight lies above.

    And at most this share of the lineages of the teacher's own column, `beside`.
    """
    if beside.nulls:
        return max(threshold(given, nominal), threshold(beside, nominal))
    values, weights = weighed(given.nulls)
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order]) / weights.sum()
    place = int(np.searchsorted(below, 1 - nominal - 1e-12))
    return float(values[order][min(place, len(order) - 1)])


@dataclass(frozen=True)
class Ratio:
    """A logistic likelihood ratio, held inside what the number of lineages supports."""

    intercept: float
    slope: float
    lower: float
    upper: float

    def at(self, score: float) -> float:
        """The ratio at a score, inside the bounds."""
        return round(float(np.clip(self.unbounded(score), self.lower, self.upper)), 6)

    def unbounded(self, score: float) -> float:
        """What the fit alone says: more than its lineages support, so that no report has it."""
        return float(np.exp(np.clip(self.intercept + self.slope * score, -20, 20)))


def ratio(given: Calibration) -> Ratio | None:
    """Fitted with equal weight on both sides; None where too few lineages were taught.

    Bounds: with one more misleading lineage on either side, a decision by this ratio must still
    lose less than one that never looks. So the ratio stays under (N + 1) times the share of
    taught lineages that reach it, and above its mirror image.
    """
    if given.taught_lineages < LEAST_TAUGHT or given.null_lineages < LEAST_TAUGHT:
        return None
    null, null_weight = weighed(given.nulls)
    taught, taught_weight = weighed(given.taught)
    null_weight, taught_weight = (
        null_weight / null_weight.sum(),
        taught_weight / taught_weight.sum(),
    )

    def loss(free: Floats) -> float:
        down = np.logaddexp(0, free[0] + free[1] * null) @ null_weight
        up = np.logaddexp(0, -free[0] - free[1] * taught) @ taught_weight
        return float(down + up + 0.01 * free[1] ** 2)  # perfectly parted sides have no finite slope

    fit = minimize(loss, np.array([0.0, 1.0]), method="BFGS")
    intercept, slope = round(float(fit.x[0]), 5), round(max(float(fit.x[1]), 0.0), 5)
    upper = _bound(intercept + slope * taught, taught_weight, given.null_lineages)
    lower = 1 / _bound(-intercept - slope * null, null_weight, given.taught_lineages)
    return Ratio(intercept, slope, round(min(lower, 1.0), 6), round(max(upper, 1.0), 6))


def _bound(logs: Floats, weight: Floats, lineages: int) -> float:
    """The largest u with u <= (N + 1) x share at or above u."""
    order = np.argsort(-logs, kind="stable")
    reached = np.cumsum(weight[order])
    return float(
        np.max(np.minimum((lineages + 1) * reached, np.exp(np.clip(logs[order], -20, 20))))
    )


def log_cost(ratios: Sequence[tuple[bool, str, float]]) -> float:
    """Cllr of likelihood ratios of pairs (taught, lineage, ratio), lineages weighing one."""
    sides = []
    for side in (True, False):
        pairs = [(lineage, ratio) for taught, lineage, ratio in ratios if taught is side]
        values, weights = weighed(pairs)
        costs = np.log2(1 + (1 / values if side else values))
        sides.append(float(costs @ weights / weights.sum()))
    return sum(sides) / 2
