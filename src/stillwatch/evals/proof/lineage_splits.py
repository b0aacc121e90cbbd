"""Judges unseen lineages on unseen prompts with what other lineages say on other prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stillwatch.evals.proof.lineage_data import Corpus, halves
from stillwatch.evals.proof.lineage_measures import Judged
from stillwatch.verifier.calibration import (
    NOBODY,
    Calibration,
    Ratio,
    calibration,
    column,
    p_value,
    ratio,
    threshold,
)
from stillwatch.verifier.likeness import Similarities
from stillwatch.verifier.lineage import (
    CHANNELS,
    Score,
    by_lineage,
    by_source,
    channel_weights,
    scores_by,
)
from stillwatch.verifier.lineage_evidence import ALPHA
from stillwatch.verifier.openings import Ints

ALL = range(len(CHANNELS))


def judged(scores: Sequence[Score], known: Sequence[Score], *, beside: bool) -> list[Judged]:
    """Each score beside thresholds, p and ratio that its lineage had no part in.

    `beside`: whether the teacher's own column has a say, as it has in a report.
    """
    given = calibration(known)
    fitted = ratio(given)
    teachers = {one.teacher for one in scores}
    columns = {name: column(known, name) if beside else NOBODY for name in teachers}
    return [_judged(one, given, columns[one.teacher], fitted) for one in scores]


def _judged(one: Score, given: Calibration, beside: Calibration, fitted: Ratio | None) -> Judged:
    return Judged(
        one,
        at_1=one.score > threshold(given, 0.01, beside),
        at_5=one.score > threshold(given, 0.05, beside),
        is_lead=p_value(given, one.score, beside) <= ALPHA,
        ratio=None if fitted is None else fitted.at(one.score),
        unbounded=None if fitted is None else fitted.unbounded(one.score),
    )


@dataclass(frozen=True)
class Trial:
    """Scores to judge, and the scores of other lineages on other prompts to judge them with."""

    known: tuple[Score, ...]
    unseen: tuple[Score, ...]


@dataclass(frozen=True)
class Levels:
    """The same trial against generations of teachers and against vendors."""

    generation: Trial
    vendor: Trial


def judged_all(trials: Sequence[Levels], *, vendor: bool, beside: bool = True) -> list[Judged]:
    """All trials, by generation of teacher or by vendor."""
    made = []
    for both in trials:
        one = both.vendor if vendor else both.generation
        made += judged(one.unseen, one.known, beside=beside)
    return made


def by_halves(
    corpus: Corpus, seed: int, sets: Sequence[Sequence[int]] = (ALL,)
) -> list[tuple[Levels, Levels]]:
    """Both directions for each set of channels: known from one half, unseen from the other."""
    one, other = halves(corpus, seed)
    first, second = corpus.compared(one[1]), corpus.compared(other[1])
    ways = (
        _trials(first, second, one[0], other[0], sets),
        _trials(second, first, other[0], one[0], sets),
    )
    return list(zip(*ways, strict=True))


def one_left_out(corpus: Corpus, learn: Ints, test: Ints) -> list[Levels]:
    """Each lineage on unseen prompts, with what all other lineages say on the others."""
    learnt = corpus.compared(learn)
    tested = corpus.compared(test)
    control = frozenset(model.lineage for model in corpus.models if model.is_control)
    made = []
    for lineage in sorted(control):
        own = frozenset((lineage,))
        made += _trials(learnt, tested, control - own, own, (ALL,))
    return [
        trial
        for trial in made
        if any(one.is_null or one.is_taught for one in trial.generation.unseen)
    ]


def _trials(
    learnt: Similarities,
    tested: Similarities,
    known: frozenset[str],
    unseen: frozenset[str],
    sets: Sequence[Sequence[int]],
) -> list[Levels]:
    """No standardisation on either side uses a lineage that is to be judged."""
    sides = [
        (learnt, by_lineage(learnt, unseen, known)),
        (tested, by_lineage(tested, unseen, unseen)),
    ]
    made = []
    for kept in sets:
        some = [
            (found, {lineage: each[list(kept)] for lineage, each in z.items()})
            for found, z in sides
        ]
        weights = channel_weights(*some[0])  # the unseen have no part in them
        made.append(
            Levels(
                Trial(*(tuple(scores_by(found, z)) for found, z in some)),
                Trial(*(tuple(by_source(scores_by(found, z, weights))) for found, z in some)),
            )
        )
    return made
