"""Reads a folder of models' answers with documented lineage, and halves it without favour."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from stillwatch.model.errors import SourceError
from stillwatch.verifier.likeness import Model, Similarities, similarities
from stillwatch.verifier.manner import Manner, manner
from stillwatch.verifier.openings import Ints, Openings, read

# Codes of the public table for teachers that may be absent from it, as lineages with their source.
_TEACHERS = {
    "D1": "openai/d1",
    "D3": "openai/d3",
    "C35": "openai/35",
    "G4": "openai/4",
    "G4T": "openai/4t",
    "G4O": "openai/4o",
    "CL12": "anthropic/12",
    "CL3": "anthropic/3",
    "L2C": "meta/l2c",
    "L3I": "meta/l3i",
    "GEM": "google/gemini",
    "GMA": "google/gemma",
    "COH": "cohere",
    "MIS": "mistral",
    "QW": "alibaba",
    "YI": "01ai",
    "DS": "deepseek",
}
_ROLES = {"API": "vendor", "STU": "student", "HUM": "human", "DER": "derived"}


@dataclass(frozen=True)
class Corpus:
    """Models, and how each begins its answer to each prompt."""

    models: tuple[Model, ...]
    prompts: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...]
    openings: tuple[Openings, ...]
    manners: tuple[Manner, ...]

    def compared(self, rows: Ints) -> Similarities:
        """Every model against every teacher, on some prompts only."""
        return similarities(
            self.models,
            [one.at(rows) for one in self.openings],
            [one.at(rows) for one in self.manners],
        )


def read_corpus(folder: Path) -> Corpus:
    """`outputs.parquet` (model, prompt_index, prompt, response) beside `lineage.csv`."""
    for name in ("outputs.parquet", "lineage.csv"):
        if not (folder / name).is_file():
            raise SourceError(str(folder / name), "is missing", "name a folder that holds it")
    models = _models(folder / "lineage.csv")
    table = pq.read_table(folder / "outputs.parquet")
    prompts = dict(zip(table["prompt_index"].to_pylist(), table["prompt"].to_pylist(), strict=True))
    order = {index: place for place, index in enumerate(sorted(prompts))}
    said = {model.name: [""] * len(order) for model in models}
    columns = (table[name].to_pylist() for name in ("model", "prompt_index", "response"))
    for name, index, response in zip(*columns, strict=True):
        if name in said:
            said[name][order[index]] = response or ""
    kept = [model for model in models if any(said[model.name])]
    seen: dict[str, tuple[int, int]] = {}
    return Corpus(
        tuple(kept),
        tuple(prompts[index] for index in sorted(prompts)),
        tuple(tuple(said[model.name]) for model in kept),
        tuple(read(said[model.name], seen) for model in kept),
        tuple(manner(said[model.name]) for model in kept),
    )


def _models(path: Path) -> list[Model]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [
        Model(
            name=row["model"],
            lineage=_lineage(row),
            role=_ROLES.get(row["role"], "other"),
            released=row["date"],
            teachers=_teachers(row["teachers"]),
            maybe=_teachers(row["weak_teachers"]),
            undisclosed=row["undisclosed"] == "1",
        )
        for row in rows
    ]


def _lineage(row: dict[str, str]) -> str:
    """A vendor's families share their source: `openai-35` is `openai/35`."""
    is_vendor = row["role"] in ("API", "DER", "VAR")
    return row["family"].replace("-", "/", 1) if is_vendor else row["family"]


def _teachers(codes: str) -> tuple[str, ...]:
    return tuple(_TEACHERS.get(code, code.lower()) for code in codes.split(";") if code)


def halves(corpus: Corpus, seed: int) -> tuple[tuple[frozenset[str], Ints], ...]:
    """Two halves of the lineages, each with its own half of the prompts.

    Lineages are halved among those with a documented teacher and among the rest, by a hash.
    """
    taught = {model.lineage for model in corpus.models if model.teachers}
    every = {model.lineage for model in corpus.models}
    sides: tuple[set[str], set[str]] = (set(), set())
    for group in (sorted(taught), sorted(every - taught)):
        for place, lineage in enumerate(_shuffled(group, seed)):
            sides[place % 2].add(lineage)
    rows = np.random.default_rng(seed).permutation(len(corpus.prompts))
    middle = len(rows) // 2
    return (
        (frozenset(sides[0]), np.sort(rows[:middle])),
        (frozenset(sides[1]), np.sort(rows[middle:])),
    )


def _shuffled(names: Sequence[str], seed: int) -> list[str]:
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed} {name}".encode()).digest())
