"""Fits what every level of every detector is worth beside all the others, and how sure a sum is.

A level on its own is worth log2(how much commoner it is in attacks than in honest traffic); but
signals depend on each other, and adding up such bits counts the same thing twice. So the levels of
all detectors are fitted together, as the steps of a logistic regression: what one level adds when
the others are known (Hosmer & Lemeshow 2013; steps as in Tibshirani & Suo 2016). A higher level
never speaks less for what its detector speaks for, nothing is worth more than `MOST_STEP`, and
every step is drawn towards nothing, so that rare coincidences of made-up traffic earn little.
Honest clusters weigh nine times as much as attacking ones: what matters is what parts a campaign
from the few crowds that look most like one, and not from all the others. Each author of traffic
weighs alike, however many worlds he wrote: what one of them draws in a way of his own is outvoted.
What the accounts of a cluster ask for earns little too: honest people who ask for the same thing in
the same words are clusters as well, and there are more of them than any made-up traffic shows.
Intervals come from leaving out one group of worlds at a time (the jackknife; Efron 1982).
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import compress

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_array

from stillwatch.model.cards import DetectorCard
from stillwatch.model.evidence import LevelBits, Posterior
from stillwatch.stages.flag import CONTENT
from stillwatch.stages.score import HONEST
from stillwatch.stats.crowds import level_of, moved_by

PULL = 0.001
MOST_STEP = 4.0  # natural units; 5.8 bits
MOST_ASKED = 0.3  # the same, for what a cluster asks for
MOST_ROUNDS = 400
MOST_GROUPS = 20  # of worlds that are left out in turn, for intervals
LEAST_AUTHORS = 3  # from which on each is judged by what the others teach
LEAST_SUBJECTS = 5  # of a kind; fewer show nothing
LEAST_SLOPE, MOST_SLOPE = 0.1, 2.0
ATTACKS = 0.1  # share of clusters that attack, where levels are learnt: most crowds are honest
DECIDES = 0.75  # of honest crowds stay below the part that the curve is fitted on
UNKNOWN = 1000.0  # bits; JSON has no infinity
OWN = "own"  # the author of the worlds that `evals` plays

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Line = np.ndarray[tuple[int], np.dtype[np.float64]]
Steps = list[tuple[str, int]]  # detector and level of each column


@dataclass(slots=True)
class Examples:
    """Subjects of one kind, what detectors said of each, and whether it attacks."""

    levels: list[dict[str, int]] = field(default_factory=list)
    truth: list[bool] = field(default_factory=list)
    world: list[int] = field(default_factory=list)
    author: list[str] = field(default_factory=list)  # whose idea of traffic the world is
    kinds: list[frozenset[str]] = field(default_factory=list)  # of campaign, that it has part in

    def add(
        self,
        levels: dict[str, int],
        *,
        attacks: bool,
        world: int,
        author: str = OWN,
        kinds: frozenset[str] = frozenset(),
    ) -> None:
        """One more subject."""
        self.levels.append(levels)
        self.truth.append(attacks)
        self.world.append(world)
        self.author.append(author)
        self.kinds.append(kinds)

    def without(self, author: str) -> "Examples":
        """Those of all other authors."""
        return self.where([whose != author for whose in self.author])

    def without_kinds(self, kinds: frozenset[str]) -> "Examples":
        """Those that have no part in campaigns of these kinds."""
        return self.where([kinds.isdisjoint(some) for some in self.kinds])

    def where(self, kept: Sequence[bool]) -> "Examples":
        """Those that are kept."""
        return Examples(
            levels=list(compress(self.levels, kept)),
            truth=list(compress(self.truth, kept)),
            world=list(compress(self.world, kept)),
            author=list(compress(self.author, kept)),
            kinds=list(compress(self.kinds, kept)),
        )


@dataclass(frozen=True, slots=True)
class Unseen:
    """Subjects, and levels that were learnt without them."""

    examples: Examples
    level: Sequence[LevelBits]
    said: csr_array  # one row a subject, one column an entry of `steps`
    steps: Mapping[tuple[str, int], int]

    @classmethod
    def of(cls, examples: Examples, level: Sequence[LevelBits]) -> "Unseen":
        """The same, with what was said as a matrix: it is summed many times."""
        # In order, so that sums are made in the same order in every run.
        said = sorted({step for levels in examples.levels for step in levels.items()})
        steps = {step: at for at, step in enumerate(said)}
        rows = [row for row, levels in enumerate(examples.levels) for _ in levels]
        columns = [steps[step] for levels in examples.levels for step in levels.items()]
        shape = len(examples.levels), len(steps)
        return cls(examples, level, csr_array((np.ones(len(rows)), (rows, columns)), shape), steps)

    def times(self, slope: float) -> "Unseen":
        """With every level worth so much of what it says."""
        return replace(self, level=[one.times(slope) for one in self.level])

    def sums(self, kind: str, silent: AbstractSet[str]) -> Floats:
        """The bits of each subject, when these detectors say nothing."""
        worth = np.zeros(len(self.steps))
        for one in self.level:
            at = self.steps.get((one.detector, one.level))
            if at is not None and one.subject == kind and one.detector not in silent:
                worth[at] = one.bits
        return np.asarray(self.said @ worth)


def unseen(kind: str, examples: Examples, cards: Sequence[DetectorCard]) -> list[Unseen]:
    """Every subject beside levels learnt without its like: what a stranger's traffic meets.

    An author's subjects meet what all other authors taught; where there are fewer than three
    authors, one half of the worlds meets what the other half taught.
    """
    part: list[str] = examples.author
    if len(set(part)) < LEAST_AUTHORS:
        part = [str(world % 2) for world in examples.world]
    found = []
    for name in sorted(set(part)):
        mine = [one == name for one in part]
        rest = examples.where([not one for one in mine])
        level = learn_levels(kind, rest, cards, intervals=False)
        found.append(Unseen.of(examples.where(mine), level))
    return found


def learn_levels(
    kind: str, examples: Examples, cards: Sequence[DetectorCard], *, intervals: bool = True
) -> list[LevelBits]:
    """The worth of every level that was seen, ordered by detector and level.

    Without `intervals`, which take a fit for every world, each interval is all numbers.
    """
    truth = np.array(examples.truth, bool)
    if min(truth.sum(), (~truth).sum()) < LEAST_SUBJECTS:
        return []
    steps = _steps(examples.levels, cards)
    most = _most(kind, steps, cards)
    mass = _mass(truth, examples.author)
    if kind == "cluster":
        mass *= np.where(truth, 2 * ATTACKS, 2 * (1 - ATTACKS))
    group = np.array(examples.world) % (MOST_GROUPS if intervals else 1)
    levels, mass, truth, group = _said_alike(examples.levels, mass, truth, group)
    matrix = _matrix(levels, steps, cards)
    worth = _fitted(matrix, truth, mass, most)
    without = [
        _fitted(matrix[rest], truth[rest], mass[rest], most)
        for one in (np.unique(group) if intervals else ())
        for rest in [np.flatnonzero(group != one)]
        if truth[rest].any() and not truth[rest].all()
    ]
    seen: Counter[tuple[str, int, bool]] = Counter(
        (detector, level, attacks)
        for found, attacks in zip(examples.levels, examples.truth, strict=True)
        for detector, level in found.items()
    )
    signs = _signs(steps, cards)
    peaks = {card.id for card in cards if card.peaks}
    found = []
    for at, (detector, level) in enumerate(steps):
        below = [i for i in range(at + 1) if steps[i][0] == detector and detector not in peaks]
        rows = below or [at]
        bits = [float(signs[at] * one[rows].sum() / math.log(2)) for one in (worth, *without)]
        spread = _jackknife(bits[1:])
        found.append(
            LevelBits(
                detector=detector,
                subject=kind,
                level=level,
                bits=round(bits[0], 3),
                low=round(bits[0] - 1.96 * spread, 3) if intervals else -UNKNOWN,
                high=round(bits[0] + 1.96 * spread, 3) if intervals else UNKNOWN,
                attack_count=seen[detector, level, True],
                honest_count=seen[detector, level, False],
            )
        )
    return found


def fit_curve(
    kind: str, parts: Sequence[Unseen], prior_odds: float, silent: AbstractSet[str] = frozenset()
) -> Posterior | None:
    """By how much sums are too sure of themselves, and where the odds are even.

    The slope and offset of Platt (1999), on traffic that the levels were not learnt from; both
    classes weigh alike, and the prior is set, not counted from made-up traffic. Sums of clusters
    are taken beside the crowds of their world (`stats.crowds`), and the curve is fitted where it
    decides: above what three of four honest crowds reach. A campaign's crumbs lie among those, and
    would have a line through everything say too little of sums that no honest crowd comes near.
    """
    truth = np.array([one for part in parts for one in part.examples.truth], bool)
    author = [one for part in parts for one in part.examples.author]
    if min(truth.sum(), (~truth).sum()) < LEAST_SUBJECTS:
        return None
    total = np.concatenate([part.sums(kind, silent) for part in parts])
    mass = _mass(truth, author)
    usual = None
    if kind == "cluster":
        world = np.array([one for part in parts for one in part.examples.world])
        total, usual = _beside_crowds(total, world, author)
        decides = total >= _reached(total[~truth], mass[~truth], DECIDES)
        if len(np.unique(total[decides])) > 1:
            total, mass, truth = total[decides], mass[decides], truth[decides]
    total, mass, sign = _alike(total, mass, truth)

    def loss(line: Line) -> float:
        margin = sign * (line[0] * total + line[1]) * math.log(2)
        return float((mass * np.logaddexp(0.0, -margin)).sum())

    bounds = [(LEAST_SLOPE, MOST_SLOPE), (-60.0, 60.0)]
    slope, offset = minimize(loss, np.array([0.8, -4.0]), method="L-BFGS-B", bounds=bounds).x
    prior = round(float(offset) + math.log2(prior_odds), 3)
    return Posterior(
        subject=kind,
        slope=round(float(slope), 4),
        offset=prior,
        usual=None if usual is None else round(float(slope) * usual, 3),
    )


def _beside_crowds(total: Floats, world: Line, author: Sequence[str]) -> tuple[Floats, float]:
    """Sums less what the crowds of their world add up to more than usual, and what is usual."""
    whose = dict(zip(world.tolist(), author, strict=True))
    level = {one: level_of(total[world == one]) for one in whose}
    means = [np.mean([level[one] for one in whose if whose[one] == a]) for a in sorted(set(author))]
    usual = float(np.mean(means))
    moved = {one: moved_by(total[world == one], usual) for one in whose}
    return total - np.array([moved[one] for one in world.tolist()]), usual


def _said_alike(
    levels: Sequence[dict[str, int]], mass: Floats, truth: Flags, group: Counts
) -> tuple[list[dict[str, int]], Floats, Flags, Counts]:
    """Subjects of whom the same was said as one, in each group: most accounts are silent."""
    place: dict[tuple[frozenset[tuple[str, int]], bool, int], int] = {}
    first, row = [], []
    keys = zip(levels, truth.tolist(), group.tolist(), strict=True)
    for at, (said, attacks, one) in enumerate(keys):
        key = frozenset(said.items()), attacks, one
        if key not in place:
            place[key] = len(place)
            first.append(at)
        row.append(place[key])
    weight = np.bincount(row, mass).astype(np.float64)
    return [levels[at] for at in first], weight, truth[first], group[first]


def _alike(total: Floats, mass: Floats, truth: Flags) -> tuple[Floats, Floats, Floats]:
    """Subjects of equal sums and truth as one: most accounts are silent."""
    sign = np.where(truth, 1.0, -1.0)
    keys = np.rec.fromarrays((total, sign))
    _, first, whose = np.unique(keys, return_index=True, return_inverse=True)
    weight = np.bincount(whose, mass).astype(np.float64)
    return total[first], weight, sign[first]


def _reached(values: Floats, mass: Floats, share: float) -> float:
    """What this share of the mass stays below or at."""
    order = np.argsort(values)
    at = np.searchsorted(np.cumsum(mass[order]), share * mass.sum())
    return float(values[order[min(at, len(order) - 1)]])


def _steps(levels: Iterable[dict[str, int]], cards: Sequence[DetectorCard]) -> Steps:
    seen = {detector for found in levels for detector, level in found.items() if level}
    return [
        (card.id, level)
        for card in sorted(cards, key=lambda one: one.id)
        if card.id in seen
        for level in range(1, len(card.bands) + 1)
    ]


def _signs(steps: Steps, cards: Sequence[DetectorCard]) -> Floats:
    honest = {card.id for card in cards if card.family.startswith(HONEST)}
    return np.array([-1.0 if detector in honest else 1.0 for detector, _ in steps])


def _most(kind: str, steps: Steps, cards: Sequence[DetectorCard]) -> Floats:
    """The most that each step may be worth, in natural units."""
    asked = {card.id for card in cards if kind == "cluster" and card.family == CONTENT}
    return np.array([MOST_ASKED if detector in asked else MOST_STEP for detector, _ in steps])


def _matrix(
    levels: Sequence[dict[str, int]], steps: Steps, cards: Sequence[DetectorCard]
) -> csr_array:
    """One row a subject: the steps it has climbed, or of a card that peaks the one it stands on."""
    column = {step: at for at, step in enumerate(steps)}
    peaks = {card.id for card in cards if card.peaks}
    rows, columns = [], []
    for row, found in enumerate(levels):
        for detector, level in found.items():
            first = level if detector in peaks else 1
            for one in range(max(first, 1), level + 1):
                if (detector, one) in column:
                    rows.append(row)
                    columns.append(column[detector, one])
    signs = _signs(steps, cards)
    shape = len(levels), len(steps)
    return csr_array((signs[columns], (rows, columns)), shape=shape)


def _fitted(matrix: csr_array, truth: Flags, mass: Floats, most: Floats) -> Floats:
    """What each step adds, in natural units, from nothing to the most that it may."""
    sign = np.where(truth, 1.0, -1.0)
    turned = matrix.T.tocsr()

    def margin(given: Line) -> Floats:
        return np.asarray(sign * (matrix @ given[:-1] + given[-1]))

    def loss(given: Line) -> float:
        told = (mass * np.logaddexp(0.0, -margin(given))).sum()
        return float(told + PULL * (given[:-1] ** 2).sum())

    def slope(given: Line) -> Line:
        pulls = -sign * mass / (1.0 + np.exp(np.clip(margin(given), -60.0, 60.0)))
        steps: Line = turned @ pulls + 2 * PULL * given[:-1]
        return np.concatenate((steps, [pulls.sum()]))

    count = matrix.shape[1]
    bounds = [*((0.0, float(one)) for one in most), (-60.0, 60.0)]
    found = minimize(
        loss,
        np.zeros(count + 1),
        jac=slope,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": MOST_ROUNDS},
    ).x
    return np.asarray(found[:count], np.float64)


def _mass(truth: Flags, author: Sequence[str]) -> Floats:
    """Both classes weigh one half, and in each class every author alike."""
    names, whose = np.unique(np.array(author), return_inverse=True)
    mass = np.zeros(len(truth))
    for side in (truth, ~truth):
        count = np.bincount(whose[side], minlength=len(names))
        mass[side] = 0.5 / (np.count_nonzero(count) * count[whose[side]])
    return mass


def _jackknife(values: Sequence[float]) -> float:
    """Standard error from the values without one world each."""
    count = len(values)
    return math.sqrt((count - 1) * float(np.var(values))) if count > 1 else math.inf
