"""Assesses one suspect against every teacher of a panel, from raw text or from template counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stillwatch.verifier.calibration import (
    Calibration,
    Ratio,
    calibration,
    column,
    null_rate,
    p_value,
    ratio,
    threshold,
)
from stillwatch.verifier.fitness import (
    Refusal,
    answer_refusals,
    form_refusals,
    language_refusals,
    panel_refusals,
    prompt_refusals,
    suspect_refusals,
)
from stillwatch.verifier.likeness import (
    Model,
    Similarities,
    is_null,
    similarities,
    template_similarity,
)
from stillwatch.verifier.lineage import (
    CAP,
    Score,
    by_lineage,
    by_source,
    channel_weights,
    channels,
    scores_by,
    scores_of,
)
from stillwatch.verifier.manner import manner
from stillwatch.verifier.openings import Floats, Hashes, read, templates

NOMINAL = (0.01, 0.05)
SHOWN = 3  # alternatives and innocents that are named


@dataclass(frozen=True)
class Near:
    """A model by name and how high it scored."""

    name: str
    lineage: str
    score: float


@dataclass(frozen=True)
class Lead:
    """What the openings say of one suspect and one teacher. It points; it does not prove."""

    suspect: str
    teacher: str
    version: str
    score: float
    p_value: float  # conformal, by the larger of the two rates below; never below 1 / (1 + N)
    null_rate: float  # share of null lineages' weight at or above the score
    null_lineages: int  # N
    column_rate: float  # share of the lineages unrelated to this vendor, each by its nearest model
    column_p_value: float  # conformal over these alone
    column_null_lineages: int
    likelihood_ratio: float | None
    likelihood_ratio_lower: float | None
    likelihood_ratio_upper: float | None
    thresholds: tuple[tuple[float, float], ...]  # nominal rate, score that it takes
    channels: tuple[float, ...]  # z of the named version
    alternatives: tuple[Near, ...]  # nearest models of other sources
    innocents: tuple[Near, ...]  # unrelated models that came nearest to this teacher
    stress: tuple[str, ...]  # unrelated lineages above the last nominal of all vendors together

    def stands_at(self, nominal: float) -> bool:
        """Whether the score exceeds what the nulls allow at a nominal rate."""
        return self.score > dict(self.thresholds)[nominal]


@dataclass(frozen=True)
class Assessment:
    """Leads by vendor and by generation, best first; or why there are none."""

    suspect: str
    prompts: int
    refusals: tuple[Refusal, ...]
    leads: tuple[Lead, ...]  # by vendor: what may be reported
    generations: tuple[Lead, ...]  # by teacher lineage: which generation comes nearest
    impossible_rate: float | None  # models scoring at the last nominal for a teacher made later
    impossible_lineages: int
    weights: tuple[float, ...] = ()  # of the channels, in leads by vendor


def assess(
    prompts: Sequence[str],
    models: Sequence[Model],
    answers: Sequence[Sequence[str]],
    suspect: Model,
    suspect_answers: Sequence[str],
) -> Assessment:
    """One suspect against a panel that answered the same prompts, in the same order."""
    seen: dict[str, tuple[int, int]] = {}
    panel = [read(each, seen) for each in answers]
    mine = read(suspect_answers, seen)
    refused = [*prompt_refusals(prompts)]
    if not prompts or not any(model.is_background for model in models):
        return _refused(suspect, len(prompts), [*refused, *panel_refusals(models, [], 0)])
    refused += suspect_refusals(prompts, suspect_answers, mine, answers, panel, models)
    manners = [manner(each) for each in (*answers, suspect_answers)]
    found = similarities([*models, suspect], [*panel, mine], manners)
    z = by_lineage(found, only=_panel_lineages(models))
    scores = scores_by(found, z)
    given = calibration(_without(scores, suspect), suspect.lineage)
    refused += panel_refusals(models, panel, given.null_lineages)
    if refused:
        return _refused(suspect, len(prompts), refused)
    return _assessed(found, suspect, z, len(prompts))


def assess_counts(
    models: Sequence[Model],
    counts: Sequence[Mapping[int, int]],
    answered: Sequence[int],
    common: Hashes,
    suspect: Model,
    suspect_answers: Sequence[str],
) -> Assessment:
    """The same from a panel's template counts alone: words are not compared."""
    mine = read(suspect_answers)
    refused = answer_refusals(suspect_answers) + form_refusals(mine)
    refused += language_refusals(mine, common)
    every = [*models, suspect]
    columns = [place for place, model in enumerate(every) if model.is_column]
    known = template_similarity(
        every,
        [*counts, templates(mine, common)],
        [*answered, int((mine.words[:, 0] > 0).sum())],
    )[:, columns]
    found = Similarities(tuple(every), tuple(columns), known)
    z = by_lineage(found, only=_panel_lineages(models))
    scores = scores_by(found, z)
    given = calibration(_without(scores, suspect), suspect.lineage)
    refused += panel_refusals(models, [], given.null_lineages)
    if refused:
        return _refused(suspect, len(suspect_answers), refused)
    return _assessed(found, suspect, z, len(suspect_answers))


def _panel_lineages(models: Sequence[Model]) -> frozenset[str]:
    return frozenset(model.lineage for model in models)


def _without(scores: Sequence[Score], suspect: Model) -> list[Score]:
    return [one for one in scores if one.suspect != suspect.name]


def _refused(suspect: Model, prompts: int, refused: Sequence[Refusal]) -> Assessment:
    return Assessment(suspect.name, prompts, tuple(refused), (), (), None, 0)


def _assessed(
    found: Similarities, suspect: Model, z: Mapping[str, Floats], prompts: int
) -> Assessment:
    row = len(found.models) - 1
    of_suspect = z.get(suspect.lineage)
    if of_suspect is None:
        of_suspect = channels(found, frozenset((suspect.lineage,)))
    panel = {lineage: one for lineage, one in z.items() if lineage != suspect.lineage}
    weights, plain = channel_weights(found, panel), scores_by(found, panel)
    rate, lineages = impossible_rate(found, z, last_limits(found, plain))
    return Assessment(
        suspect=suspect.name,
        prompts=prompts,
        refusals=(),
        leads=_leads(
            by_source(scores_of(found, of_suspect, row, weights)),
            by_source(scores_by(found, panel, weights)),
        ),
        generations=_leads(scores_of(found, of_suspect, row), plain),
        impossible_rate=rate,
        impossible_lineages=lineages,
        weights=tuple(weights.tolist()),
    )


def last_limits(found: Similarities, panel: Sequence[Score]) -> dict[str, float]:
    """The score that each teacher's lineage takes at the last nominal rate."""
    given = calibration(panel)
    names = {found.models[place].lineage for place in found.columns}
    return {name: threshold(given, NOMINAL[-1], column(panel, name)) for name in sorted(names)}


def _limits(given: Calibration) -> tuple[tuple[float, float], ...]:
    return tuple((nominal, round(threshold(given, nominal), 6)) for nominal in NOMINAL)


def _leads(mine: Sequence[Score], panel: Sequence[Score]) -> tuple[Lead, ...]:
    given = calibration(panel)
    fitted, limits = ratio(given), _limits(given)
    made = [_lead(one, mine, panel, given, fitted, limits) for one in mine]
    return tuple(sorted(made, key=lambda lead: (-lead.score, lead.teacher)))


def _lead(
    one: Score,
    mine: Sequence[Score],
    panel: Sequence[Score],
    given: Calibration,
    fitted: Ratio | None,
    limits: tuple[tuple[float, float], ...],
) -> Lead:
    source = one.teacher.split("/")[0]
    others = [s for s in mine if s.teacher.split("/")[0] != source]
    nulls = [s for s in panel if s.teacher == one.teacher and s.is_null]
    beside = column(panel, one.teacher)
    return Lead(
        suspect=one.suspect,
        teacher=one.teacher,
        version=one.version,
        score=one.score,
        p_value=p_value(given, one.score, beside),
        null_rate=round(null_rate(given, one.score), 6),
        null_lineages=given.null_lineages,
        column_rate=round(null_rate(beside, one.score), 6),
        column_p_value=p_value(beside, one.score),
        column_null_lineages=beside.null_lineages,
        likelihood_ratio=fitted.at(one.score) if fitted else None,
        likelihood_ratio_lower=fitted.lower if fitted else None,
        likelihood_ratio_upper=fitted.upper if fitted else None,
        thresholds=tuple(
            (nominal, round(threshold(given, nominal, beside), 6)) for nominal, _ in limits
        ),
        channels=one.z,
        alternatives=tuple(
            Near(s.version, s.teacher, s.raw)
            for s in sorted(others, key=lambda s: (-s.raw, s.version))[:SHOWN]
        ),
        innocents=tuple(
            Near(s.suspect, s.lineage, s.score)
            for s in sorted(nulls, key=lambda s: (-s.score, s.suspect))[:SHOWN]
        ),
        stress=tuple(sorted({s.lineage for s in nulls if s.score > limits[-1][1]})),
    )


def impossible_rate(
    found: Similarities, z: Mapping[str, Floats], limits: Mapping[str, float]
) -> tuple[float | None, int]:
    """Share of lineages' weight that scores above the limit of a teacher released later.

    Nobody can have learnt from what did not exist, so these are the only certain nulls. Later
    models of a source that the suspect may descend from are not counted.
    """
    made: dict[str, list[bool]] = {}
    for lineage, of_lineage in z.items():
        later = [
            (row, place)
            for row, model in enumerate(found.models)
            if model.lineage == lineage and model.released and model.is_control
            for place, column in enumerate(found.columns)
            if found.models[column].released > model.released
            and is_null(model, found.models[column])
            and not found.models[column].undisclosed
        ]
        if later:
            mean = np.clip(of_lineage, -CAP, CAP).mean(0)
            made[lineage] = [
                bool(mean[row, place] > limits[found.models[found.columns[place]].lineage])
                for row, place in later
            ]
    rates = [float(np.mean(flags)) for flags in made.values()]
    return (round(float(np.mean(rates)), 6) if rates else None), len(rates)
