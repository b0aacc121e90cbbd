"""Scores a suspect against candidate teachers by how answers begin, relative to a panel.

Two channels compare openings directly: the profile of opening templates, and rare runs of words
shared prompt by prompt. Four ask whether two models have the same friends among third vendors: by
templates, by words, by layout and by vocabulary of whole answers. Each is standardised per teacher
over models documented unrelated to it, every lineage weighing one and the suspect's own left out;
twelve winsorised z are averaged, so that no single habit can carry an accusation; for vendors,
channels that say the same of the unrelated share their weight. A teacher that a model of another
vendor beats loses the difference.

Prompts are not replicates: an unrelated model differs from the panel on all prompts at once, so
error rates are taken over lineages, in `verifier.calibration`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stillwatch.verifier.likeness import (
    ROUNDED,
    Model,
    Similarities,
    correlated,
    is_null,
    may_have_taught,
)
from stillwatch.verifier.openings import Floats
from stillwatch.verifier.standardise import centred, shares, standardised

DIRECT = ("opening templates", "opening words")
FRIENDS = tuple(f"friends by {part}" for part in ("templates", "words", "layout", "vocabulary"))
CHANNELS = tuple(name for part in (*DIRECT, *FRIENDS) for name in (part, f"{part}, centred"))
COUNTED = CHANNELS[:2] + CHANNELS[4:6]  # what template counts alone can tell
CAP = 2.0  # z beyond this counts no further


def null_weights(
    models: Sequence[Model], columns: Sequence[int], left_out: frozenset[str]
) -> Floats:
    """Weight of each model among the nulls of each teacher: a lineage weighs one in all."""
    sources = [models[column].source for column in columns]
    weight = np.zeros((len(models), len(columns)))
    for row, model in enumerate(models):
        if model.is_control and model.lineage not in left_out:
            related = model.relations
            weight[row] = [source not in related for source in sources]
    lineages = np.array([model.lineage for model in models])
    for lineage in np.unique(lineages):
        rows = lineages == lineage
        weight[rows] /= np.maximum(weight[rows].sum(0), 1)
    return weight


def friends(z: Floats, columns: Sequence[int], own: Sequence[str], theirs: Sequence[str]) -> Floats:
    """Whether suspect and teacher resemble the same models of third sources."""
    found = np.zeros_like(z)
    names = np.array(theirs)
    taught_by = z[np.array(columns)]
    # A source without a teacher version leaves none out, so that all of those are one block.
    mine = np.array([source if source in theirs else "" for source in own])
    for source in sorted(set(mine.tolist())):
        rows = np.flatnonzero(mine == source)
        for other in sorted(set(theirs)):
            third = (names != source) & (names != other)
            if third.sum() >= 3:
                versions = np.flatnonzero(names == other)
                teachers = taught_by[versions][:, third]
                found[np.ix_(rows, versions)] = correlated(z[rows][:, third], teachers)
    return np.round(found, ROUNDED)


def channels(found: Similarities, left_out: frozenset[str]) -> Floats:
    """The z of every model against every teacher version: channels x models x columns."""
    own = [model.source for model in found.models]
    theirs = [own[column] for column in found.columns]
    weight = null_weights(found.models, found.columns, left_out)
    raw = [found.templates, *found.others]
    plain = [standardised(one, weight) for one in raw]
    direct = raw[: len(DIRECT)]
    by_friends = [friends(one, found.columns, own, theirs) for one in plain]
    rows = []
    for one in (*direct, *by_friends):
        rows += [standardised(one, weight), centred(one, weight, own, theirs)]
    return np.stack(rows)


@dataclass(frozen=True)
class Score:
    """One suspect against one candidate teacher, the best of its versions."""

    suspect: str
    lineage: str  # the suspect's
    teacher: str  # a lineage
    version: str
    score: float
    raw: float  # before an alternative that is nearer took its share
    alternative: str  # the nearest version of another source
    alternative_score: float
    z: tuple[float, ...]  # by channel
    is_null: bool
    is_taught: bool


def scores_of(
    found: Similarities, z: Floats, row: int, weights: Floats | None = None
) -> list[Score]:
    """A model's score against every teacher older than it, except its own source.

    `weights`: of the channels, one in all; alike unless given.
    """
    suspect = found.models[row]
    cut = np.clip(z[:, row], -CAP, CAP)
    mean = cut.mean(0) if weights is None else weights @ cut
    best: dict[str, tuple[float, int]] = {}
    for place, column in enumerate(found.columns):
        teacher = found.models[column]
        if teacher.source != suspect.source and may_have_taught(teacher, suspect):
            had = best.get(teacher.lineage)
            if had is None or mean[place] > had[0]:
                best[teacher.lineage] = float(mean[place]), place
    return [_score(found, z, row, best, teacher) for teacher in sorted(best)]


def _score(
    found: Similarities, z: Floats, row: int, best: Mapping[str, tuple[float, int]], name: str
) -> Score:
    suspect = found.models[row]
    raw, place = best[name]
    teacher = found.models[found.columns[place]]
    others = [
        (value, found.models[found.columns[at]].name)
        for value, at in best.values()
        if found.models[found.columns[at]].source != teacher.source
        and not found.models[found.columns[at]].undisclosed
    ]
    rival, who = max(others, default=(-CAP, ""))
    return Score(
        suspect=suspect.name,
        lineage=suspect.lineage,
        teacher=name,
        version=teacher.name,
        score=round(raw - max(0.0, rival - raw), 6),
        raw=round(raw, 6),
        alternative=who,
        alternative_score=round(rival, 6),
        z=tuple(round(float(value), 6) for value in z[:, row, place]),
        is_null=is_null(suspect, teacher) and not teacher.undisclosed,
        is_taught=name in suspect.teachers,
    )


def by_lineage(
    found: Similarities, left_out: frozenset[str] = frozenset(), only: frozenset[str] | None = None
) -> dict[str, Floats]:
    """The channels of each lineage, itself and `left_out` left out of every standardisation."""
    return {
        lineage: channels(found, left_out | {lineage})
        for lineage in sorted({model.lineage for model in found.models})
        if only is None or lineage in only
    }


def channel_weights(found: Similarities, z: Mapping[str, Floats]) -> Floats:
    """The shares of the channels, over unrelated pairs of these lineages; dates do not matter."""
    cut, weight = [], []
    for lineage, of_lineage in z.items():
        mine = [
            of_lineage[:, row, place]
            for row, model in enumerate(found.models)
            if model.lineage == lineage
            for place, column in enumerate(found.columns)
            if is_null(model, found.models[column]) and not found.models[column].undisclosed
        ]
        cut += mine
        weight += [1 / max(len(mine), 1)] * len(mine)
    told = np.array(cut).T if cut else np.zeros((len(next(iter(z.values()))), 0))
    return shares(np.clip(told, -CAP, CAP), np.array(weight))


def scores_by(
    found: Similarities, z: Mapping[str, Floats], weights: Floats | None = None
) -> list[Score]:
    """Every model of these lineages as a suspect."""
    return [
        one
        for lineage, of_lineage in z.items()
        for row, model in enumerate(found.models)
        if model.lineage == lineage
        for one in scores_of(found, of_lineage, row, weights)
    ]


def all_scores(
    found: Similarities, left_out: frozenset[str] = frozenset(), only: frozenset[str] | None = None
) -> list[Score]:
    """Every model as a suspect, with its own lineage left out of every standardisation.

    `left_out` names lineages that no standardisation may use; `only` those that are scored.
    """
    return scores_by(found, by_lineage(found, left_out, only))


def by_source(scores: Sequence[Score]) -> list[Score]:
    """The best generation of each vendor: answers tell vendors apart, generations hardly."""
    best: dict[tuple[str, str], Score] = {}
    for one in scores:
        source = one.teacher.split("/")[0]
        had = best.get((one.suspect, source), one)
        best[one.suspect, source] = replace(
            one if one.score >= had.score else had,
            teacher=source,
            is_null=one.is_null or had.is_null,
            is_taught=one.is_taught or had.is_taught,
        )
    return list(best.values())


def vendor_scores(found: Similarities, z: Mapping[str, Floats]) -> list[Score]:
    """Every model of these lineages against vendors, channels weighed by their shares."""
    return by_source(scores_by(found, z, channel_weights(found, z)))
