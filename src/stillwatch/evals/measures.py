"""How good scores, probabilities, campaigns and detection times are, measured against the truth.

Every function is pure. What the field has a name for has its source beside it.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Name = TypeVar("Name", bound=str | None)

ALMOST = 1e-9  # so that 0.001 of 5,000 allows five, whatever binary fractions make of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many, and where the true share lies with 95 % confidence."""

    hits: int
    count: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share itself; of nobody it is 0."""
        return self.hits / self.count if self.count else 0.0


def share_of(hits: int, count: int) -> Share:
    """A share with the interval of Wilson 1927; of nobody nothing is known, so it is 0 to 1."""
    if count == 0:
        return Share(hits=0, count=0, low=0.0, high=1.0)
    interval = binomtest(hits, count).proportion_ci(method="wilson")
    return Share(hits=hits, count=count, low=float(interval.low), high=float(interval.high))


@dataclass(frozen=True, slots=True, kw_only=True)
class AtFpr:
    """What a score finds when it may wrong at most a given share of the honest."""

    threshold: float  # accounts strictly above it are called
    wronged: Share  # of the honest
    recall: Share  # of the hostile


def honest_threshold(honest: Floats, most_fpr: float) -> float:
    """The lowest threshold above which at most `most_fpr` of the honest scores lie.

    Only honest scores are looked at. Equal scores are called together or not at all, and where
    calling them would wrong too many, none of them is called. A rate below one in the number of
    honest accounts allows none: the threshold is then the highest honest score.
    """
    allowed = math.floor(most_fpr * len(honest) + ALMOST)
    if allowed >= len(honest):
        return -math.inf
    return float(np.partition(honest, len(honest) - 1 - allowed)[len(honest) - 1 - allowed])


def recall_at_fpr(scores: Floats, hostile: Flags, most_fpr: float) -> AtFpr:
    """Share of hostile accounts above the threshold that the honest scores alone have set."""
    threshold = honest_threshold(scores[~hostile], most_fpr)
    called = scores > threshold
    return AtFpr(
        threshold=threshold,
        wronged=share_of(int((called & ~hostile).sum()), int((~hostile).sum())),
        recall=share_of(int((called & hostile).sum()), int(hostile.sum())),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BestF1:
    """The best threshold there is, chosen on the very accounts it is judged on."""

    threshold: float  # accounts at or above it are called
    f1: float
    precision: float
    recall: float


def best_f1(scores: Floats, hostile: Flags) -> BestF1:
    """An upper bound: nobody knows this threshold without the truth. Equal scores stay together."""
    if not hostile.any():
        return BestF1(threshold=math.inf, f1=0.0, precision=0.0, recall=0.0)
    order = np.argsort(-scores, kind="stable")
    ranked, truth = scores[order], hostile[order]
    hits, called = np.cumsum(truth), np.arange(1, len(truth) + 1)
    last = np.flatnonzero(np.r_[ranked[1:] != ranked[:-1], True])
    f1 = 2 * hits[last] / (called[last] + truth.sum())
    at = last[int(np.argmax(f1))]
    return BestF1(
        threshold=float(ranked[at]),
        f1=float(f1.max()),
        precision=float(hits[at] / called[at]),
        recall=float(hits[at] / truth.sum()),
    )


def wronged_by_class(classes: Iterable[str], called: Iterable[bool]) -> dict[str, Share]:
    """Of each class of honest accounts, the share that was called; the most wronged first."""
    pairs = list(zip(classes, called, strict=True))
    count = Counter(name for name, _ in pairs)
    wronged = Counter(name for name, is_called in pairs if is_called)
    shares = {name: share_of(wronged[name], count[name]) for name in count}
    return dict(sorted(shares.items(), key=lambda one: (-one[1].value, one[0])))


def brier_score(probability: Floats, outcome: Flags) -> float:
    """Mean squared distance of probability and outcome (Brier 1950); 0 is best."""
    return float(np.mean((probability - outcome) ** 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityPoint:
    """Accounts that were told about the same probability, and how many were hostile."""

    said: float  # mean probability
    happened: Share


def reliability(
    probability: Floats, outcome: Flags, bins: int = 15, by: Literal["mass", "width"] = "mass"
) -> tuple[ReliabilityPoint, ...]:
    """Points of the reliability diagram; bins without accounts give none.

    Bins of equal mass hold about as many accounts each; equal probabilities stay in one bin, so
    the order of rows does not matter. Bins of equal width cut [0, 1] into equal pieces.
    """
    if by == "mass":
        _, place, count = np.unique(probability, return_inverse=True, return_counts=True)
        middle = np.cumsum(count) - count / 2
        which = np.floor(middle / max(len(probability), 1) * bins)[place]
    else:
        which = np.minimum(np.floor(probability * bins), bins - 1)
    return tuple(
        ReliabilityPoint(
            said=float(probability[which == one].mean()),
            happened=share_of(int(outcome[which == one].sum()), int((which == one).sum())),
        )
        for one in np.unique(which)
    )


def calibration_error(points: Sequence[ReliabilityPoint]) -> float:
    """Expected calibration error: mean distance of said and happened over all accounts.

    Naeini et al. 2015 with bins of equal width; Nguyen and O'Connor 2015 with equal mass, which
    does not drown the few high probabilities in the many low ones.
    """
    whole = sum(one.happened.count for one in points)
    far = sum(abs(one.said - one.happened.value) * one.happened.count for one in points)
    return far / whole if whole else 0.0


def partitions(hostile: Mapping[str, str], called: Mapping[str, str]) -> tuple[Ints, Ints]:
    """True and predicted groups of the accounts that matter, as numbers.

    `hostile` is each hostile account's true campaign, `called` each called account's predicted
    one. The items are all accounts in either: counting the honest that nobody called would make
    any result look good. An account in no campaign is a group of its own, so an honest account
    that was called costs purity and a hostile one that was not costs completeness.
    """
    items = sorted(hostile.keys() | called.keys())
    return _numbered(items, hostile), _numbered(items, called)


def _numbered(items: Sequence[str], group: Mapping[str, str]) -> Ints:
    number = {name: place for place, name in enumerate(sorted(set(group.values())))}
    alone = range(len(number), len(number) + len(items))
    numbers = [
        number[group[item]] if item in group else own
        for item, own in zip(items, alone, strict=True)
    ]
    return np.array(numbers, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class BCubed:
    """How pure and how whole predicted groups are, seen from each item."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def b_cubed(true: Ints, predicted: Ints) -> BCubed:
    """Bagga and Baldwin 1998; chosen for the reasons in Amigó et al. 2009.

    For each item: the share of its predicted group that belongs to its true group (precision),
    and the share of its true group that it is together with (recall); then the mean over items.
    """
    if len(true) == 0:
        return BCubed(precision=1.0, recall=1.0)
    cells, of_true, of_predicted = _contingency(true, predicted)
    return BCubed(
        precision=float((cells**2 / of_predicted).sum() / len(true)),
        recall=float((cells**2 / of_true).sum() / len(true)),
    )


def adjusted_rand(true: Ints, predicted: Ints) -> float:
    """Hubert and Arabie 1985: agreement on pairs, 0 where chance alone would do, at most 1.

    Where no division can do better than chance (all alone, or all together, in both), it is 1.
    """
    cells, _, _ = _contingency(true, predicted)
    together = float(_pairs(cells))
    mine, theirs = (
        float(_pairs(np.unique(one, return_counts=True)[1])) for one in (true, predicted)
    )
    all_pairs = len(true) * (len(true) - 1) / 2
    by_chance = mine * theirs / all_pairs if all_pairs else 0.0
    most = (mine + theirs) / 2
    return (together - by_chance) / (most - by_chance) if most != by_chance else 1.0


def _pairs(counts: Ints) -> int:
    return int((counts * (counts - 1) // 2).sum())


def _contingency(true: Ints, predicted: Ints) -> tuple[Ints, Ints, Ints]:
    """Sizes of the non-empty cells, each with the size of its true and its predicted group."""
    _, row, of_row = np.unique(true, return_inverse=True, return_counts=True)
    _, column, of_column = np.unique(predicted, return_inverse=True, return_counts=True)
    keys, cells = np.unique(row * np.int64(len(of_column)) + column, return_counts=True)
    return cells, of_row[keys // len(of_column)], of_column[keys % len(of_column)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeToDetect:
    """How long campaigns ran before they were found."""

    found: int
    count: int
    median: float | None  # None: half of the campaigns or more were never found


def time_to_detect(times: Sequence[float | None]) -> TimeToDetect:
    """The median over all campaigns, those never found (None) counted as endless.

    A median over the found alone would get better whenever a slow campaign is missed altogether.
    """
    endless = [math.inf if time is None else time for time in times]
    median = float(np.median(endless)) if endless else math.inf
    return TimeToDetect(
        found=sum(time is not None for time in times),
        count=len(times),
        median=None if math.isinf(median) else median,
    )


def haul_gone(times: Ints, detected_at: int | None) -> float:
    """Share of a campaign's exchanges that were over before it was detected; 1 if it never was."""
    if detected_at is None or len(times) == 0:
        return 1.0
    return float((times < detected_at).mean())


def confusion(true: Iterable[Name], said: Iterable[Name]) -> dict[tuple[Name, Name], int]:
    """How often each (true, said) pair of roles occurs, in the order of their names."""
    counts = Counter(zip(true, said, strict=True))
    return dict(sorted(counts.items(), key=lambda one: [str(name) for name in one[0]]))
