"""Checks a panel of answers and its lineage table, aligns a suspect to it, and takes statistics."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from stillwatch.model.errors import SourceError, raise_faults
from stillwatch.verifier.fitness import in_panel, twins
from stillwatch.verifier.likeness import ROLES, Model, is_null
from stillwatch.verifier.openings import Openings, common_tokens, read, templates
from stillwatch.verifier.panel_file import Panel, Statistics, aligned, prompt_id

VERSION = 1
ANSWERED = 0.9  # of the panel, for a prompt to be used
LEAST_HELD = 2  # models that open with a template, for its count to be kept
LEAST_COUNT = 2  # answers of one model that open so, for its count to be kept

TABLE = ("model", "lineage", "role", "released", "teachers", "maybe", "undisclosed", "source")


def models_of(rows: Sequence[Mapping[str, str]], where: str) -> list[Model]:
    """The lineage table; all its faults are raised together."""
    faults: list[SourceError] = []
    models: list[Model] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, 2):
        at = f"{where} line {number}"
        missing = [name for name in ("model", "lineage", "role") if not row.get(name)]
        if missing:
            faults.append(SourceError(at, f"has no {', '.join(missing)}", "fill it in"))
            continue
        if row["role"] not in ROLES:
            faults.append(
                SourceError(at, f"has the role {row['role']!r}", f"use one of {', '.join(ROLES)}")
            )
        if row["model"] in seen:
            faults.append(SourceError(at, f"names {row['model']} again", "keep one line a model"))
        if row["role"] == "student" and not (row.get("teachers") or row.get("maybe")):
            faults.append(
                SourceError(at, "is a student without a teacher", "fill in teachers or maybe")
            )
        seen.add(row["model"])
        models.append(
            Model(
                name=row["model"],
                lineage=row["lineage"],
                role=row["role"],
                released=row.get("released") or "",
                teachers=_listed(row.get("teachers")),
                maybe=_listed(row.get("maybe")),
                undisclosed=(row.get("undisclosed") or "").lower() in ("1", "yes", "true"),
            )
        )
    raise_faults(f"{where} cannot be used", faults)
    return models


def _listed(cell: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (cell or "").split(";") if part.strip())


def panel_of(models: Sequence[Model], said: Mapping[str, Mapping[str, str]]) -> Panel:
    """Models with answers, on the prompts that enough of them answered."""
    kept = [model for model in models if said.get(model.name)]
    counts: dict[str, int] = {}
    for model in kept:
        for prompt, answer in said[model.name].items():
            counts[prompt] = counts.get(prompt, 0) + bool(answer.strip())
    prompts = sorted(prompt for prompt, n in counts.items() if n >= ANSWERED * len(kept))
    return Panel(
        tuple(kept),
        tuple(prompts),
        tuple(tuple(said[model.name].get(one, "") for one in prompts) for model in kept),
    )


def without(panel: Panel, names: frozenset[str]) -> Panel:
    """The panel without some models, such as a suspect that is in it."""
    rows = [row for row, model in enumerate(panel.models) if model.name not in names]
    return Panel(
        tuple(panel.models[row] for row in rows),
        panel.prompts,
        tuple(panel.answers[row] for row in rows),
    )


def publishable(panel: Panel) -> Panel:
    """What may be shipped: no model is named as another's student.

    Vendors' own models keep their names. All others that may stand among the nulls are numbered,
    and a documented teacher becomes one that they may have learnt from: enough to keep them out
    of that vendor's nulls, and no claim. Such a panel has no likelihood ratio.
    """
    made, answers, lines = [], [], dict[str, str]()
    for model, said in zip(panel.models, panel.answers, strict=True):
        if model.role == "other" or (model.undisclosed and not model.is_column):
            continue
        answers.append(said)
        if model.is_column:
            made.append(model)
            continue
        line = model.lineage
        if "/" not in line:
            line = lines.setdefault(line, f"line-{len(lines) + 1:02d}")
        learnt = tuple(dict.fromkeys((*model.teachers, *model.maybe)))
        made.append(
            replace(
                model, name=f"model-{len(made) + 1:03d}", lineage=line, teachers=(), maybe=learnt
            )
        )
    return Panel(tuple(made), panel.prompts, tuple(answers))


def statistics_of(panel: Panel) -> Statistics:
    """Counts over all prompts; templates that only one model has, or that one has once, go."""
    seen: dict[str, tuple[int, int]] = {}
    openings = [read(each, seen) for each in panel.answers]
    common = common_tokens(
        [one for one, model in zip(openings, panel.models, strict=True) if model.is_background]
    )
    counts = [templates(one, common) for one in openings]
    held: dict[int, int] = {}
    for each in counts:
        for value in each:
            held[value] = held.get(value, 0) + 1
    return Statistics(
        panel.models,
        tuple(prompt_id(prompt) for prompt in panel.prompts),
        common,
        tuple(
            {v: n for v, n in each.items() if held[v] >= LEAST_HELD and n >= LEAST_COUNT}
            for each in counts
        ),
        tuple(int((one.words[:, 0] > 0).sum()) for one in openings),
    )


def packed(given: Statistics) -> bytes:
    """Statistics as bytes: numbers and a lineage table, the same bytes for the same panel."""
    values = [np.array(sorted(each), np.uint64) for each in given.counts]
    head: dict[str, Any] = {
        "version": VERSION,
        "models": [asdict(model) for model in given.models],
        "prompt_ids": list(given.prompt_ids),
    }
    text = json.dumps(head, sort_keys=True, ensure_ascii=False).encode()
    counts = [
        [each[int(v)] for v in value] for each, value in zip(given.counts, values, strict=True)
    ]
    out = io.BytesIO()
    np.savez_compressed(
        out,
        head=np.frombuffer(text, np.uint8),
        common=given.common,
        answered=np.array(given.answered, np.int64),
        sizes=np.array([len(value) for value in values], np.int64),
        values=np.concatenate([*values, np.zeros(0, np.uint64)]),
        counts=np.array([n for each in counts for n in each], np.uint16),
    )
    return out.getvalue()


def unpacked(data: bytes, where: str) -> Statistics:
    """Statistics from bytes; no code is run from them."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            head = json.loads(arrays["head"].tobytes())
            ends = np.cumsum(arrays["sizes"])
            values = np.split(arrays["values"], ends[:-1])
            counts = np.split(arrays["counts"], ends[:-1])
            common, answered = arrays["common"], arrays["answered"]
        if head["version"] != VERSION:
            raise SourceError(where, f"has version {head['version']}", "build the panel again")
        return Statistics(
            tuple(
                Model(**(row | {k: tuple(row[k]) for k in ("teachers", "maybe")}))
                for row in head["models"]
            ),
            tuple(head["prompt_ids"]),
            common,
            tuple(
                dict(zip(v.tolist(), n.tolist(), strict=True))
                for v, n in zip(values, counts, strict=True)
            ),
            tuple(answered.tolist()),
        )
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise SourceError(
            where, f"is no panel's statistics ({error})", "build the panel again"
        ) from error


@dataclass(frozen=True)
class Overview:
    """What a panel can carry, in numbers."""

    models: int
    lineages: int
    prompts: int
    null_lineages: Mapping[str, int]  # for each vendor that may be a teacher
    undisclosed: tuple[str, ...]  # vendors whose columns calibrate nothing
    taught_lineages: int


def overview(models: Sequence[Model], prompts: int) -> Overview:
    """How many independent lineages are unrelated to each vendor of a panel."""
    columns: dict[str, list[Model]] = {}
    for one in models:
        if one.is_column:
            columns.setdefault(one.source, []).append(one)
    return Overview(
        models=len(models),
        lineages=len({one.lineage for one in models}),
        prompts=prompts,
        null_lineages={
            source: len(
                {
                    m.lineage
                    for m in models
                    if any(is_null(m, teacher) for teacher in columns[source])
                }
            )
            for source in sorted(columns)
        },
        undisclosed=tuple(
            source for source in sorted(columns) if all(one.undisclosed for one in columns[source])
        ),
        taught_lineages=len({one.lineage for one in models if one.teachers}),
    )


def checked(panel: Panel, where: str) -> Panel:
    """The panel, unless models of two lineages answer as one or nothing can be compared."""
    faults = [
        SourceError(
            where,
            f"{one} and {other} begin {share:.0%} of their answers alike, in two lineages",
            "give them one lineage, or leave one out with --without",
        )
        for one, other, share in twins(_openings(panel), panel.models)
    ]
    if not panel.models or not panel.prompts:
        what = "has no prompt that nine of ten models answered"
        faults.append(SourceError(where, what, "put the same prompts to every model"))
    raise_faults(f"{where} cannot be a panel", faults)
    return panel


def free_of(panel: Panel, said: Mapping[str, str], where: str) -> None:
    """Raises SourceError when a suspect is a model of the panel under whatever name."""
    part, answers = aligned(panel, said)
    if not part.prompts:
        raise SourceError(where, "answers none of the panel's prompts", "ask those")
    for told in in_panel(read(answers), _openings(part), part.models):
        raise SourceError(where, f"is in the panel: {told.text}", "use --without NAME")


def joined(panel: Panel, more: Panel, where: str) -> Panel:
    """Both panels on the prompts that both were asked. A model of both is a fault."""
    names = {one.name for one in panel.models}
    raise_faults(
        f"{where} cannot be added",
        [
            SourceError(where, f"{one.name} is in the panel already", "leave it out")
            for one in more.models
            if one.name in names
        ],
    )
    place = {prompt: at for at, prompt in enumerate(more.prompts)}
    rows = [(at, place[prompt]) for at, prompt in enumerate(panel.prompts) if prompt in place]
    return Panel(
        (*panel.models, *more.models),
        tuple(panel.prompts[at] for at, _ in rows),
        (
            *(tuple(each[at] for at, _ in rows) for each in panel.answers),
            *(tuple(each[at] for _, at in rows) for each in more.answers),
        ),
    )


def _openings(panel: Panel) -> list[Openings]:
    seen: dict[str, tuple[int, int]] = {}
    return [read(each, seen) for each in panel.answers]
