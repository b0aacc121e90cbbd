"""Compares how answers begin, are laid out and are worded: every model against every teacher.

Raw likenesses, before anything is known of how alike unrelated models are (`verifier.lineage`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stillwatch.verifier.manner import Manner, vocabulary, word_counts
from stillwatch.verifier.openings import (
    Floats,
    Openings,
    common_tokens,
    templates,
)
from stillwatch.verifier.rare_runs import rare_runs

FLOOR = 0.002  # share added to a template before its logarithm
WORD_FLOOR = 0.01  # and to a common word
FAR = 3.0  # spreads beyond which an answer's layout counts no further
FEWEST = 3  # models that must have a template
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
    """What the raw channels say of every model against every teacher version."""

    models: tuple[Model, ...]
    columns: tuple[int, ...]  # which models are teacher versions
    templates: Floats  # models x columns
    others: tuple[Floats, ...] = ()  # words, layout, vocabulary; none where only counts are known


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


def correlated(left: Floats, right: Floats) -> Floats:
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
    return _profiles_alike(models, share, FLOOR)


def _profiles_alike(models: Sequence[Model], share: Floats, floor: float) -> Floats:
    """Correlation of log ratios of shares to what is common among other sources."""
    found = np.zeros((len(models), len(models)))
    for rows, columns, left_out in _blocks(models):
        groups = background(models, left_out)
        if groups and share.size:
            usual = np.log(np.mean([share[group].mean(0) for group in groups], axis=0) + floor)
            own, other = np.log(share[rows] + floor) - usual, np.log(share[columns] + floor) - usual
            found[np.ix_(rows, columns)] = correlated(own, other)
    return np.round(found, ROUNDED)


def word_similarity(models: Sequence[Model], openings: Sequence[Openings]) -> Floats:
    """Mean over prompts of the cosine of rare runs of words; rare among the other sources."""
    groups = {models[rows[0]].source: rows for rows in background(models, frozenset())}
    return np.round(rare_runs(openings, groups, _blocks(models)), ROUNDED)


def vocabulary_similarity(models: Sequence[Model], manners: Sequence[Manner]) -> Floats:
    """Correlation of log ratios of how many answers hold each common word."""
    known = vocabulary([m for m, model in zip(manners, models, strict=True) if model.is_background])
    answered = [max(int(one.layout.any(1).sum()), 1) for one in manners]
    counts = np.array([word_counts(one, known) for one in manners])
    return _profiles_alike(models, counts / np.array(answered)[:, None], WORD_FLOOR)


def layout_similarity(models: Sequence[Model], manners: Sequence[Manner]) -> Floats:
    """Correlation, over prompts and features, of how answers depart from the usual layout."""
    layout = np.stack([one.layout for one in manners])
    found = np.zeros((len(models), len(models)))
    every = background(models, frozenset())
    if not every:
        return found
    by_source = {models[rows[0]].source: layout[rows].mean(0) for rows in every}
    whole = np.mean(list(by_source.values()), axis=0)
    spread = np.sqrt(np.mean((layout[np.concatenate(every)] - whole) ** 2, axis=(0, 1))) + 1e-6

    def apart(rows: Sequence[int], usual: Floats) -> Floats:
        off = np.clip((layout[rows] - usual) / spread, -FAR, FAR)
        return np.asarray(off.reshape(len(rows), -1))

    for rows, columns, left_out in _blocks(models):
        others = [mean for source, mean in by_source.items() if source not in left_out]
        if others:
            usual = np.mean(others, axis=0)
            found[np.ix_(rows, columns)] = correlated(apart(rows, usual), apart(columns, usual))
    return np.round(found, ROUNDED)


def similarities(
    models: Sequence[Model], openings: Sequence[Openings], manners: Sequence[Manner]
) -> Similarities:
    """All raw channels, from answers to the same prompts."""
    common = common_tokens([o for m, o in zip(models, openings, strict=True) if m.is_background])
    counts = [templates(one, common) for one in openings]
    answers = [int((one.words[:, 0] > 0).sum()) for one in openings]
    columns = [place for place, model in enumerate(models) if model.is_column]
    return Similarities(
        tuple(models),
        tuple(columns),
        template_similarity(models, counts, answers)[:, columns],
        (
            word_similarity(models, openings)[:, columns],
            layout_similarity(models, manners)[:, columns],
            vocabulary_similarity(models, manners)[:, columns],
        ),
    )
