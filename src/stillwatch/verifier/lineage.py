"""Scores a suspect against candidate teachers by how answers begin, relative to a panel.

Three channels compare openings: the profile of opening templates, rare runs of words shared prompt
by prompt, and whether two models have the same friends among third vendors. Each is standardised
per teacher over models documented unrelated to it, every lineage weighing one and the suspect's
own left out; six winsorised z are averaged, so that no single habit can carry an accusation. A
teacher that a model of another vendor beats loses the difference.

Prompts are not replicates: an unrelated model differs from the panel on all prompts at once, so
error rates are taken over lineages, in `verifier.calibration`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stillwatch.verifier.openings import (
    Floats,
    Openings,
    common_tokens,
    templates,
)
from stillwatch.verifier.rare_runs import rare_runs

CHANNELS = (
    "opening templates",
    "opening templates, centred",
    "opening words",
    "opening words, centred",
    "shared friends",
    "shared friends, centred",
)
CAP = 2.0  # z beyond this counts no further
FLOOR = 0.002  # share added to a template before its logarithm
FEWEST = 3  # models that must have a template
PRIOR = 8.0  # lineages that the pooled spread of all columns counts for
ROUNDED = 9  # decimals of a similarity: beyond them machines differ
ROLES = ("vendor", "human", "student", "derived", "other")


@dataclass(frozen=True)
class Model:
    """One row of a lineage table."""

    name: str
    lineage: str  # `source/line`: "openai/gpt-4"; a line of one's own needs no slash
    role: str  # vendor | human | student | derived | other
    released: str = ""  # year and month, "2023-06"; empty where unknown
    teachers: tuple[str, ...] = ()  # lineages documented as teachers
    maybe: tuple[str, ...] = ()  # lineages it may have learnt from: neither guilty nor null
    undisclosed: bool = False  # nobody says what it was trained on: never a null

    @property
    def source(self) -> str:
        """Who made it: the part of the lineage before the slash."""
        return self.lineage.split("/")[0]

    @property
    def relations(self) -> frozenset[str]:
        """Sources that it descends from, or may."""
        return frozenset(one.split("/")[0] for one in (self.lineage, *self.teachers, *self.maybe))

    @property
    def is_column(self) -> bool:
        """Whether others can be scored against it as a teacher."""
        return self.role == "vendor"

    @property
    def is_background(self) -> bool:
        """Whether it says what is common among models that were not taught by others."""
        return self.role in ("vendor", "human")

    @property
    def is_control(self) -> bool:
        """Whether it may stand among the nulls of teachers that it is not related to."""
        return self.role != "other" and not self.undisclosed


def is_null(suspect: Model, teacher: Model) -> bool:
    """Whether the suspect is documented not to descend from the teacher's source."""
    return suspect.is_control and teacher.source not in suspect.relations


def may_have_taught(teacher: Model, suspect: Model) -> bool:
    """Whether the dates allow it; an unknown date allows everything."""
    return not (teacher.released and suspect.released) or teacher.released <= suspect.released


@dataclass(frozen=True)
class Similarities:
    """What two raw channels say of every model against every teacher version."""

    models: tuple[Model, ...]
    columns: tuple[int, ...]  # which models are teacher versions
    templates: Floats  # models x columns
    words: Floats  # models x columns, all zero where only template counts are known


def background(models: Sequence[Model], left_out: frozenset[str]) -> list[list[int]]:
    """Rows of each source that says what is common, except the sources left out."""
    rows: dict[str, list[int]] = {}
    for row, model in enumerate(models):
        if model.is_background and model.source not in left_out:
            rows.setdefault(model.source, []).append(row)
    return [rows[source] for source in sorted(rows)]


def _blocks(models: Sequence[Model]) -> list[tuple[list[int], list[int], frozenset[str]]]:
    """Rows and columns that leave the same two sources out of the background."""
    speaks = {model.source for model in models if model.is_background}
    rows: dict[str, list[int]] = {}
    columns: dict[str, list[int]] = {}
    for place, model in enumerate(models):
        rows.setdefault(model.source if model.source in speaks else "", []).append(place)
        if model.is_column:
            columns.setdefault(model.source, []).append(place)
    return [
        (rows[own], columns[other], frozenset((own, other)))
        for own in sorted(rows)
        for other in sorted(columns)
    ]


def _correlated(left: Floats, right: Floats) -> Floats:
    """Pearson correlation of each row of one matrix with each row of the other."""
    left = left - left.mean(1, keepdims=True)
    right = right - right.mean(1, keepdims=True)
    scale = np.linalg.norm(left, axis=1)[:, None] * np.linalg.norm(right, axis=1)[None, :]
    return np.asarray((left @ right.T) / np.maximum(scale, 1e-12))


def template_similarity(
    models: Sequence[Model], counts: Sequence[Mapping[int, int]], answers: Sequence[int]
) -> Floats:
    """Correlation of log ratios of opening templates to what is common among other sources."""
    holders: dict[int, int] = {}
    for one in counts:
        for value in one:
            holders[value] = holders.get(value, 0) + 1
    place = {v: i for i, v in enumerate(sorted(v for v, n in holders.items() if n >= FEWEST))}
    share = np.zeros((len(models), len(place)))
    for row, one in enumerate(counts):
        for value, count in one.items():
            if value in place:
                share[row, place[value]] = count / max(answers[row], 1)
    found = np.zeros((len(models), len(models)))
    for rows, columns, left_out in _blocks(models):
        groups = background(models, left_out)
        if groups and place:
            usual = np.log(np.mean([share[group].mean(0) for group in groups], axis=0) + FLOOR)
            own, other = np.log(share[rows] + FLOOR) - usual, np.log(share[columns] + FLOOR) - usual
            found[np.ix_(rows, columns)] = _correlated(own, other)
    return np.round(found, ROUNDED)


def word_similarity(models: Sequence[Model], openings: Sequence[Openings]) -> Floats:
    """Mean over prompts of the cosine of rare runs of words; rare among the other sources."""
    groups = {models[rows[0]].source: rows for rows in background(models, frozenset())}
    return np.round(rare_runs(openings, groups, _blocks(models)), ROUNDED)


def similarities(models: Sequence[Model], openings: Sequence[Openings]) -> Similarities:
    """Both raw channels from openings on the same prompts."""
    common = common_tokens([o for m, o in zip(models, openings, strict=True) if m.is_background])
    counts = [templates(one, common) for one in openings]
    answers = [int((one.words[:, 0] > 0).sum()) for one in openings]
    columns = [place for place, model in enumerate(models) if model.is_column]
    return Similarities(
        tuple(models),
        tuple(columns),
        template_similarity(models, counts, answers)[:, columns],
        word_similarity(models, openings)[:, columns],
    )


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


def standardised(values: Floats, weight: Floats) -> Floats:
    """Distance from the nulls' mean in their spread, which leans on that of all columns."""
    n = weight.sum(0)
    mean = (weight * values).sum(0) / np.maximum(n, 1e-9)
    spread = (weight * (values - mean) ** 2).sum(0) / np.maximum(n - 1, 1)
    sure = n >= min(4, n.max(initial=0))
    mean = np.where(n > 0, mean, mean[sure].mean())
    free = np.maximum(n - 1, 0)
    leaning = (PRIOR * spread[sure].mean() + free * spread) / (PRIOR + free)
    return np.asarray((values - mean) / np.sqrt(np.maximum(leaning, 1e-12)))


def centred(values: Floats, weight: Floats, own: Sequence[str], theirs: Sequence[str]) -> Floats:
    """Standardised after taking off what the model has in common with every other source."""
    off = values - (weight * values).sum(0) / np.maximum(weight.sum(0), 1e-9)
    sources = sorted(set(theirs))
    names = np.array(theirs)
    by_source = np.stack([np.median(off[:, names == one], axis=1) for one in sources], axis=1)
    by_source[np.array(own)[:, None] == np.array(sources)[None, :]] = np.nan
    usual = np.zeros_like(off)
    for place, source in enumerate(sources):
        others = np.delete(by_source, place, axis=1)
        empty = np.isnan(others).all(1)
        others[empty] = 0.0
        usual[:, names == source] = np.nanmedian(others, axis=1)[:, None]
    return standardised(off - usual, weight)


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
                found[np.ix_(rows, versions)] = _correlated(z[rows][:, third], teachers)
    return np.round(found, ROUNDED)


def channels(found: Similarities, left_out: frozenset[str]) -> Floats:
    """The six z of every model against every teacher version: channels x models x columns."""
    own = [model.source for model in found.models]
    theirs = [own[column] for column in found.columns]
    weight = null_weights(found.models, found.columns, left_out)
    first = standardised(found.templates, weight)
    second = friends(first, found.columns, own, theirs)
    rows = [first, centred(found.templates, weight, own, theirs)]
    if found.words.any():
        rows += [standardised(found.words, weight), centred(found.words, weight, own, theirs)]
    rows += [standardised(second, weight), centred(second, weight, own, theirs)]
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


def scores_of(found: Similarities, z: Floats, row: int) -> list[Score]:
    """A model's score against every teacher older than it, except its own source."""
    suspect = found.models[row]
    mean = np.clip(z[:, row], -CAP, CAP).mean(0)
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


def all_scores(
    found: Similarities, left_out: frozenset[str] = frozenset(), only: frozenset[str] | None = None
) -> list[Score]:
    """Every model as a suspect, with its own lineage left out of every standardisation.

    `left_out` names lineages that no standardisation may use; `only` those that are scored.
    """
    made = []
    for lineage in sorted({model.lineage for model in found.models}):
        if only is None or lineage in only:
            z = channels(found, left_out | {lineage})
            for row, model in enumerate(found.models):
                if model.lineage == lineage:
                    made += scores_of(found, z, row)
    return made


def by_source(scores: Sequence[Score]) -> list[Score]:
    """The best generation of each vendor: openings tell vendors apart, generations hardly."""
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
