"""Judges the test `style_lineage` from a bundle: a panel and the suspect's answers in, leads out.

The panel is a material of the plan. Models that the plan asks besides (teachers, and references
that are believed unrelated) join it with their own answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from stillwatch.verifier.canonical import Damaged
from stillwatch.verifier.exchanges import Evidence
from stillwatch.verifier.fitness import Refusal
from stillwatch.verifier.leads import Assessment, Lead, assess, assess_counts
from stillwatch.verifier.likeness import Model
from stillwatch.verifier.lineage import CHANNELS, COUNTED
from stillwatch.verifier.openings import read
from stillwatch.verifier.panel_file import Panel, Statistics, aligned, prompt_id, read_panel
from stillwatch.verifier.plan import Respondent
from stillwatch.verifier.reading import (
    PLAN,
    Entry,
    Parameters,
    answers_of,
    entry,
    material,
    question,
    text_of,
)
from stillwatch.verifier.tree import as_value, grow

UNIT = "null lineages"
ALPHA = 0.05  # of a lead, unless the plan fixes another; N lineages give no p below 1 / (N + 1)
ASKED = 0.95  # of the prompts that a panel was counted over
MOST_LEAVES = 40
SEED_LIMIT = 2**63

Said = Mapping[str, str]  # answers by what was asked


def assessed(panel: Panel | Statistics, suspect: Model, said: Said) -> Assessment:
    """A suspect's answers, by prompt, against a panel of texts or of counts."""
    if isinstance(panel, Panel):
        part, answers = aligned(panel, said)
        return assess(part.prompts, part.models, part.answers, suspect, answers)
    known = set(panel.prompt_ids)
    answers = tuple(said[prompt] for prompt in sorted(said) if prompt_id(prompt) in known)
    if len(answers) < ASKED * len(known):
        told = Refusal(
            "mismatched prompts",
            f"{len(answers)} of the panel's {len(known)} prompts were answered; counts over all "
            f"prompts need {ASKED:.0%} of them",
        )
        return Assessment(suspect.name, len(answers), (told,), (), (), None, 0)
    return assess_counts(panel.models, panel.counts, panel.answered, panel.common, suspect, answers)


def lineage_faults(evidence: Evidence, parameters: Parameters) -> list[str]:
    """What makes the test impossible, before anybody is asked."""
    return _faults(_panel(evidence, parameters), evidence, parameters)


def _faults(panel: Panel | Statistics, evidence: Evidence, parameters: Parameters) -> list[str]:
    asked = [question(one) for one in evidence.prompts.values()]
    known = (
        len(set(asked) & set(panel.prompts))
        if isinstance(panel, Panel)
        else len({prompt_id(one) for one in asked} & set(panel.prompt_ids))
    )
    faults = []
    if not known:
        faults.append("no prompt of the plan was put to the panel; ask the panel's prompts")
    names = {model.name for model in panel.models}
    for one in evidence.plan.of_role("suspect"):
        if one.name in names:
            faults.append(f"the suspect {one.name} stands in the panel; build one without it")
    sources = {model.source for model in panel.models if model.is_column}
    for one in evidence.plan.of_role("teacher"):
        if isinstance(panel, Statistics) and _source(one) not in sources:
            faults.append(f"the panel has no model of {_source(one)}, the lineage of {one.name}")
    released = parameters.get("released", {})
    if not isinstance(released, dict):
        faults.append("'released' has to name models with year and month")
    return faults


def _source(one: Respondent) -> str:
    return one.lineage.split("/")[0]


def _panel(evidence: Evidence, parameters: Parameters) -> Panel | Statistics:
    return read_panel(material(evidence, parameters, "panel", "style_lineage"), "panel")


def style_lineage(evidence: Evidence, parameters: Parameters) -> dict[str, Any]:
    """One pair a suspect and teacher; a lead stands only if it does in every way of asking."""
    panel = _panel(evidence, parameters)
    faults = _faults(panel, evidence, parameters)
    pairs, trees, seen = [], {}, dict[str, Any]()
    for suspect in evidence.plan.of_role("suspect"):
        if faults:
            made: dict[str, Assessment] = {}
        else:
            made = {
                one.name: assessed(
                    _joined(panel, evidence, parameters, one.name),
                    _model(suspect, parameters, "other"),
                    said_by(evidence, suspect.name, one.name),
                )
                for one in evidence.plan.conditions
            }
        of_suspect = [
            _pair(made, suspect, teacher, faults) for teacher in evidence.plan.of_role("teacher")
        ]
        pairs += of_suspect
        seen[suspect.name] = {
            name: {
                "prompts": one.prompts,
                "impossible_rate": one.impossible_rate,
                "impossible_lineages": one.impossible_lineages,
            }
            for name, one in made.items()
        }
        if isinstance(panel, Panel) and any(one["refused"] is None for one in of_suspect):
            trees[suspect.name] = _tree(panel, evidence, parameters, suspect, of_suspect)
    facts = {
        "panel_models": len(panel.models),
        "panel_lineages": len({model.lineage for model in panel.models}),
        "holds_text": isinstance(panel, Panel),
        "ways": seen,
        "trees": trees,
    }
    return {"kind": "lead", "alpha": _alpha(parameters), "pairs": pairs, "facts": facts}


def _alpha(parameters: Parameters) -> float:
    value = parameters.get("alpha", ALPHA)
    if not isinstance(value, float) or not 0 < value < 0.5:
        raise Damaged(PLAN, "style_lineage: 'alpha' is no share between 0 and 0.5")
    return value


def said_by(evidence: Evidence, respondent: str, condition: str) -> dict[str, str]:
    """A model's first answers under one condition, by what was asked."""
    found: dict[str, str] = {}
    for one in answers_of(evidence, respondent):
        if one.task.condition == condition:
            found.setdefault(question(evidence.prompts[one.task.prompt]), text_of(one))
    return found


def _model(one: Respondent, parameters: Parameters, role: str) -> Model:
    released = parameters.get("released", {})
    date = released.get(one.name, "") if isinstance(released, dict) else ""
    return Model(one.name, one.lineage, role, str(date))


def _joined(
    panel: Panel | Statistics, evidence: Evidence, parameters: Parameters, condition: str
) -> Panel | Statistics:
    """The panel with the teachers and references that the plan asks itself."""
    if isinstance(panel, Statistics):
        return panel
    models, answers = list(panel.models), list(panel.answers)
    names = {model.name for model in models}
    for role, part in (("teacher", "vendor"), ("reference", "derived")):
        for one in evidence.plan.of_role(role):
            said = said_by(evidence, one.name, condition)
            if one.name not in names and any(prompt in said for prompt in panel.prompts):
                models.append(_model(one, parameters, part))
                answers.append(tuple(said.get(prompt, "") for prompt in panel.prompts))
    return Panel(tuple(models), panel.prompts, tuple(answers))


def _pair(
    made: Mapping[str, Assessment],
    suspect: Respondent,
    teacher: Respondent,
    faults: Sequence[str],
) -> Entry:
    refused = list(faults)
    leads: dict[str, Lead] = {}
    for way, one in made.items():
        asked = f" (asked as '{way}')" if len(made) > 1 else ""
        refused += [f"{told.reason}: {told.text}{asked}" for told in one.refusals]
        found = next((lead for lead in one.leads if lead.teacher == _source(teacher)), None)
        if found is not None:
            leads[way] = found
        elif not one.refusals:
            refused.append(
                f"no model of {_source(teacher)} in the panel is older than the suspect{asked}"
            )
    if refused:
        return entry(suspect, teacher, unit=UNIT, refused="; ".join(dict.fromkeys(refused)))
    worst = max(leads, key=lambda way: (leads[way].p_value, -leads[way].score))
    lead = leads[worst]
    generation = [
        one for one in made[worst].generations if one.teacher.split("/")[0] == lead.teacher
    ]
    return entry(
        suspect,
        teacher,
        unit=UNIT,
        n=lead.null_lineages,
        statistic=lead.score,
        p_value=lead.p_value,
        ratio=lead.likelihood_ratio,
        bound=lead.likelihood_ratio_upper,
        facts={
            **_plain(asdict(lead)),
            "channel_names": list(channel_names(len(lead.channels))),
            "channel_weights": list(made[worst].weights),
            "nominal": {f"{rate:g}": lead.score > limit for rate, limit in lead.thresholds},
            "way": worst,
            "ways": {
                way: {"score": one.score, "p_value": one.p_value} for way, one in leads.items()
            },
            "generations": {one.teacher: one.score for one in generation},
            "prompts": made[worst].prompts,
            "impossible_rate": made[worst].impossible_rate,
            "impossible_lineages": made[worst].impossible_lineages,
        },
    )


def channel_names(count: int) -> tuple[str, ...]:
    """The channels of a score; template counts alone have few."""
    return CHANNELS if count == len(CHANNELS) else COUNTED


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.item() if isinstance(value, np.generic) else value


def _tree(
    panel: Panel,
    evidence: Evidence,
    parameters: Parameters,
    suspect: Respondent,
    pairs: Sequence[Entry],
) -> dict[str, Any]:
    """The suspect among teachers, their alternatives, its nearest innocents and outgroups."""
    way = next(one["facts"]["way"] for one in pairs if one["refused"] is None)
    whole = _joined(panel, evidence, parameters, way)
    if not isinstance(whole, Panel):
        return {}
    part, mine = aligned(whole, said_by(evidence, suspect.name, way))
    named = [
        near["name"]
        for one in pairs
        if one["refused"] is None
        for near in (*one["facts"]["alternatives"], *one["facts"]["innocents"])
    ]
    wanted = [_source(one) for one in evidence.plan.of_role("teacher")]
    order = sorted(
        range(len(part.models)),
        key=lambda row: (
            part.models[row].source not in wanted or not part.models[row].is_column,
            part.models[row].name not in named,
            part.models[row].role != "human",
            not part.models[row].is_column,
            part.models[row].name,
        ),
    )
    useful = [
        row
        for row in order
        if part.models[row].role == "human"
        or part.models[row].is_column
        or part.models[row].name in named
    ][: MOST_LEAVES - 1]
    seen: dict[str, tuple[int, int]] = {}
    tree = grow(
        [*(part.models[row] for row in useful), _model(suspect, parameters, "other")],
        [*(read(part.answers[row], seen) for row in useful), read(mine, seen)],
        evidence.plan.seed % SEED_LIMIT,
    )
    return as_value(tree)
