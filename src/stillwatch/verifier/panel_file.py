"""Reads and writes a panel as one file: models of known lineage with answers, or with counts alone.

The first line names the models and the prompts; each further line is one model, in that order.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from stillwatch.verifier.canonical import Damaged, encode_lines, loose
from stillwatch.verifier.likeness import ROLES, Model
from stillwatch.verifier.openings import Hashes

FORMAT = 1
ANSWERS, COUNTS = "answers", "counts"


@dataclass(frozen=True)
class Panel:
    """Models of known lineage and their answers to the same prompts."""

    models: tuple[Model, ...]
    prompts: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...]  # by model, in the order of the prompts


@dataclass(frozen=True)
class Statistics:
    """What a panel leaves behind without its text: how often models open with which template."""

    models: tuple[Model, ...]
    prompt_ids: tuple[str, ...]
    common: Hashes
    counts: tuple[Mapping[int, int], ...]
    answered: tuple[int, ...]


def prompt_id(prompt: str) -> str:
    """What names a prompt without showing it."""
    return hashlib.sha256(" ".join(prompt.split()).encode()).hexdigest()[:16]


def aligned(panel: Panel, said: Mapping[str, str]) -> tuple[Panel, tuple[str, ...]]:
    """The panel on the prompts that a suspect was asked too, and the suspect's answers."""
    rows = [row for row, prompt in enumerate(panel.prompts) if prompt in said]
    part = Panel(
        panel.models,
        tuple(panel.prompts[row] for row in rows),
        tuple(tuple(each[row] for row in rows) for each in panel.answers),
    )
    return part, tuple(said[prompt] for prompt in part.prompts)


def write_panel(given: Panel | Statistics) -> bytes:
    """The file of a panel; equal panels give equal bytes."""
    head: dict[str, Any] = {
        "format": FORMAT,
        "models": [_listed(asdict(one)) for one in given.models],
    }
    if isinstance(given, Panel):
        head |= {"holds": ANSWERS, "prompts": list(given.prompts)}
        return encode_lines([head, *({"answers": list(each)} for each in given.answers)])
    head |= {
        "holds": COUNTS,
        "prompt_ids": list(given.prompt_ids),
        "common": [f"{value:016x}" for value in given.common.tolist()],
    }
    rows = [
        {"answered": answered, "counts": {f"{value:016x}": n for value, n in counts.items()}}
        for answered, counts in zip(given.answered, given.counts, strict=True)
    ]
    return encode_lines([head, *rows])


def read_panel(data: bytes, where: str) -> Panel | Statistics:
    """The panel in these bytes. Raises Damaged when they hold none."""
    lines = [loose(line, f"{where} line {at}") for at, line in enumerate(data.splitlines(), 1)]
    try:
        head, rows = lines[0], lines[1:]
        if head["format"] != FORMAT or head["holds"] not in (ANSWERS, COUNTS):
            raise Damaged(where, "is no panel of a format that is read here; build it again")
        models = tuple(_model(one, where) for one in head["models"])
        if len(rows) != len(models) or len({one.name for one in models}) != len(models):
            raise Damaged(where, "has not one line for each of its models")
        if head["holds"] == ANSWERS:
            return _answers(models, head["prompts"], rows, where)
        return Statistics(
            models,
            tuple(str(one) for one in head["prompt_ids"]),
            np.array([int(one, 16) for one in head["common"]], np.uint64),
            tuple({int(v, 16): int(n) for v, n in row["counts"].items()} for row in rows),
            tuple(int(row["answered"]) for row in rows),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise Damaged(where, f"is no panel ({error})") from error


def _answers(
    models: tuple[Model, ...], prompts: Sequence[Any], rows: Sequence[Any], where: str
) -> Panel:
    answers = tuple(tuple(row["answers"]) for row in rows)
    texts = [*prompts, *(one for each in answers for one in each)]
    if not all(isinstance(one, str) for one in texts):
        raise Damaged(where, "holds an answer that is no text")
    if any(len(each) != len(prompts) for each in answers):
        raise Damaged(where, "has a model with another number of answers than prompts")
    return Panel(models, tuple(prompts), answers)


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: list(row[name]) for name in ("teachers", "maybe")}


def _model(row: Mapping[str, Any], where: str) -> Model:
    found = Model(**{**row, "teachers": tuple(row["teachers"]), "maybe": tuple(row["maybe"])})
    if found.role not in ROLES:
        raise Damaged(where, f"has a model with the role {found.role!r}")
    return found
