"""Judges unseen lineages on unseen prompts with what other lineages say on other prompts."""

from __future__ import annotations

from collections.abc import Sequence

from stillwatch.evals.proof.lineage_data import Corpus, halves
from stillwatch.evals.proof.lineage_measures import Judged
from stillwatch.verifier.calibration import Calibration, calibration, ratio, threshold
from stillwatch.verifier.lineage import (
    Score,
    Similarities,
    all_scores,
    by_source,
    similarities,
)
from stillwatch.verifier.openings import Ints


def judged(scores: Sequence[Score], given: Calibration) -> list[Judged]:
    """Each score beside thresholds and ratio that its lineage had no part in."""
    at_1, at_5, fitted = threshold(given, 0.01), threshold(given, 0.05), ratio(given)
    return [
        Judged(
            one,
            one.score > at_1,
            one.score > at_5,
            None if fitted is None else fitted.at(one.score),
        )
        for one in scores
    ]


def _level(scores: Sequence[Score], *, vendor: bool) -> Sequence[Score]:
    return by_source(scores) if vendor else scores


def by_halves(
    corpus: Corpus, seed: int, *, vendor: bool = False
) -> tuple[list[Judged], list[Judged]]:
    """Both directions: thresholds from one half of lineages and prompts, rates on the other."""
    one, other = halves(corpus, seed)
    first, second = (similarities(corpus.models, corpus.at(rows)) for _, rows in (one, other))

    def direction(
        known: frozenset[str], unseen: frozenset[str], learnt: Similarities, tested: Similarities
    ) -> list[Judged]:
        given = calibration(_level(all_scores(learnt, unseen, known), vendor=vendor))
        return judged(_level(all_scores(tested, unseen, unseen), vendor=vendor), given)

    return (
        direction(one[0], other[0], first, second),
        direction(other[0], one[0], second, first),
    )


def one_left_out(corpus: Corpus, learn: Ints, test: Ints, *, vendor: bool = False) -> list[Judged]:
    """Each lineage on unseen prompts, with what all other lineages say on the others."""
    learnt = similarities(corpus.models, corpus.at(learn))
    tested = similarities(corpus.models, corpus.at(test))
    control = frozenset(model.lineage for model in corpus.models if model.is_control)
    made = []
    for lineage in sorted(control):
        own = frozenset((lineage,))
        scores = all_scores(tested, own, own)
        if any(one.is_null or one.is_taught for one in scores):
            known = all_scores(learnt, own, control - own)
            given = calibration(_level(known, vendor=vendor))
            made += judged(_level(scores, vendor=vendor), given)
    return made
