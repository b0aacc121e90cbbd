"""Launders suspects' answers in the ways a careful distiller would, and counts what is still found.

The changed copies stand beside the panel and enter no null, so thresholds are those of the clean
panel. Nulls are changed in the same way: laundering must not make innocents look guilty either.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stillwatch.evals.proof.lineage_data import Corpus
from stillwatch.verifier.calibration import calibration, column, threshold
from stillwatch.verifier.likeness import Model, similarities
from stillwatch.verifier.lineage import Score, by_lineage, vendor_scores
from stillwatch.verifier.manner import manner
from stillwatch.verifier.openings import read

SHARES = (0.1, 0.25, 0.5, 0.75)
SWAPPED = 0.3
MARK = "~"
_FIRST = re.compile(r"^\s*[^\n.!?:]*[\n.!?:]+\s*")
_LEADS = ("Here is what I can say. ", "Let us see. ", "In short: ", "Good point. ", "Well, ")

Change = Callable[[Corpus, int], Sequence[str]]  # a model's answers, changed


@dataclass(frozen=True)
class Washed:
    """What one way of laundering leaves to be found, at nominal 1 % and 5 %."""

    way: str
    tpr: tuple[float, float]
    fpr: tuple[float, float]  # lineages weighing one
    pairs: int


def stripped(answer: str) -> str:
    """Without the first sentence or line, when something is left."""
    rest = _FIRST.sub("", answer, count=1)
    return rest if rest.strip() else answer


def _stripped(corpus: Corpus, row: int) -> Sequence[str]:
    return [stripped(one) for one in corpus.answers[row]]


def _led(corpus: Corpus, row: int) -> Sequence[str]:
    return [
        f"{_LEADS[place % len(_LEADS)]}{one}" if place % 2 else one
        for place, one in enumerate(corpus.answers[row])
    ]


def _paraphrased(corpus: Corpus, row: int) -> Sequence[str]:
    """A stand-in for a paraphraser: some words become those of a human-written line."""
    dice = np.random.default_rng(row)
    made = []
    for own, other in zip(corpus.answers[row], corpus.answers[_neutral(corpus, row)], strict=True):
        words, theirs = own.split(" "), other.split(" ")
        swap = dice.random(len(words)) < SWAPPED
        made.append(
            " ".join(
                theirs[at] if swap[at] and at < len(theirs) else one for at, one in enumerate(words)
            )
        )
    return made


def _mixed(share: float) -> Change:
    def change(corpus: Corpus, row: int) -> Sequence[str]:
        other = corpus.answers[_neutral(corpus, row)]
        keep = np.random.default_rng(row).random(len(other)) < share
        return [
            mine if kept else theirs
            for mine, theirs, kept in zip(corpus.answers[row], other, keep.tolist(), strict=True)
        ]

    return change


def _neutral(corpus: Corpus, row: int) -> int:
    """A model of a human-written line other than the suspect's, chosen by its name."""
    mine = corpus.models[row]
    choices = [
        place
        for place, model in enumerate(corpus.models)
        if model.role == "human" and model.lineage != mine.lineage
    ]
    if not choices:
        return row
    number = int.from_bytes(hashlib.sha256(mine.name.encode()).digest()[:4], "big")
    return choices[number % len(choices)]


WAYS: tuple[tuple[str, Change], ...] = (
    ("as answered", lambda corpus, row: corpus.answers[row]),
    ("first sentence stripped", _stripped),
    ("own lead-in on half", _led),
    ("paraphrase stand-in, 30 % of words", _paraphrased),
    *((f"{share:.0%} from the student, rest human-written", _mixed(share)) for share in SHARES),
)


def washed(corpus: Corpus, way: str, change: Change) -> Washed:
    """Found and wronged by vendor, thresholds from the other lineages' clean answers."""
    rows = [row for row, model in enumerate(corpus.models) if model.is_control]
    copies = [_copy(corpus.models[row]) for row in rows]
    changed = [change(corpus, row) for row in rows]
    seen: dict[str, tuple[int, int]] = {}
    found = similarities(
        [*corpus.models, *copies],
        [*corpus.openings, *(read(each, seen) for each in changed)],
        [*corpus.manners, *(manner(each) for each in changed)],
    )
    scores = vendor_scores(found, by_lineage(found))
    clean = [one for one in scores if not one.suspect.endswith(MARK)]
    truth = {(one.suspect, one.teacher): one for one in clean}
    hits: dict[tuple[bool, str], list[tuple[bool, bool]]] = {}
    for one in scores:
        if not one.suspect.endswith(MARK):
            continue
        told = truth.get((one.suspect.removesuffix(MARK), one.teacher))
        if told is not None and (told.is_taught or told.is_null):
            hits.setdefault((told.is_taught, one.lineage), []).append(_above(one, clean))
    caught = [flag for (is_taught, _), flags in hits.items() if is_taught for flag in flags]
    wronged = [np.mean(flags, axis=0) for (is_taught, _), flags in hits.items() if not is_taught]
    return Washed(way, _two(caught), _two(wronged), len(caught))


def variants(corpus: Corpus) -> list[tuple[str, list[str], list[str]]]:
    """Vendors' models under another system prompt: vendors named wrongly at 1 % and at 5 %."""
    found = corpus.compared(np.arange(len(corpus.prompts)))
    clean = vendor_scores(found, by_lineage(found))
    columns = {model.lineage for model in corpus.models if model.is_column}
    made = []
    for model in corpus.models:
        if model.role == "other" and model.lineage in columns:
            above = [
                (one.teacher, _above(one, clean)) for one in clean if one.suspect == model.name
            ]
            made.append(
                (
                    model.name,
                    [teacher for teacher, (at_1, _) in above if at_1],
                    [teacher for teacher, (_, at_5) in above if at_5],
                )
            )
    return made


def _copy(model: Model) -> Model:
    return replace(model, name=model.name + MARK, role="other")


def _above(one: Score, clean: Sequence[Score]) -> tuple[bool, bool]:
    given, beside = calibration(clean, one.lineage), column(clean, one.teacher, one.lineage)
    return one.score > threshold(given, 0.01, beside), one.score > threshold(given, 0.05, beside)


def _two(flags: Sequence[object]) -> tuple[float, float]:
    mean = np.mean(np.array(flags, float).reshape(-1, 2), axis=0) if flags else np.zeros(2)
    return float(mean[0]), float(mean[1])
