"""Prints the bars of the passive lineage test: unseen lineages on unseen prompts, with intervals.

Run by `just prove-eval`; the folder of answers stands in STILLWATCH_LINEAGE or comes as argument.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from os import environ
from pathlib import Path

import numpy as np

from stillwatch.evals.proof import lineage_measures as measures
from stillwatch.evals.proof.lineage_data import Corpus, halves, read_corpus
from stillwatch.evals.proof.lineage_laundering import WAYS, variants, washed
from stillwatch.evals.proof.lineage_measures import Judged
from stillwatch.evals.proof.lineage_splits import ALL, Levels, by_halves, judged_all, one_left_out
from stillwatch.evals.proof.score_speed import timed
from stillwatch.verifier.leads import impossible_rate, last_limits
from stillwatch.verifier.likeness import Model
from stillwatch.verifier.lineage import CHANNELS, all_scores, by_lineage, scores_by, vendor_scores
from stillwatch.verifier.lineage_evidence import ALPHA

VARIABLE = "STILLWATCH_LINEAGE"
SPLITS = 24
BIG_MODELS, BIG_PROMPTS, TEACHER = 225, 805, "openai/35"
LEAST_AUC, LEAST_AUC_EACH, LEAST_AUC_100 = 0.93, 0.90, 0.92
MOST_FPR, MOST_COLUMN_FPR = (0.025, 0.08), (0.05, 0.12)
LEAST_TPR, MOST_COST = 0.75, 0.40
MOST_SECONDS, MOST_GB = 60.0, 4.0

_OPENINGS = [at for at, name in enumerate(CHANNELS) if "words" in name or "templates" in name]
SETS = (
    ("all channels", ALL),
    ("openings, friends by templates (all there was before)", (0, 1, 2, 3, 4, 5)),
    ("openings, friends by templates and words", _OPENINGS),
    ("friends alone", range(4, len(CHANNELS))),
)

Measure = Callable[[Sequence[Judged]], float]


def at_1(one: Judged) -> bool:
    """Above the threshold of nominal 1 %."""
    return one.at_1


def at_5(one: Judged) -> bool:
    """Above the threshold of nominal 5 %."""
    return one.at_5


def is_lead(one: Judged) -> bool:
    """As a report says it: p at or below the alpha of a lead."""
    return one.is_lead


def bar(name: str, value: float, limit: float, *, least: bool) -> str:
    """One line: the bar, what was measured, and whether it is met."""
    is_met = value >= limit if least else value <= limit
    sign = ">=" if least else "<="
    told = "not measured" if np.isnan(value) else "met" if is_met else "MISSED"
    return f"  {name}: {value:.3f} ({sign} {limit:g}) {told}"


def said_leads(false: float, true: float) -> str:
    """What a report would say, rather than a threshold."""
    return f"  leads of a report, p <= {ALPHA:g}: false {false:.3f}, true {true:.3f}"


def rates(found: Sequence[Judged], title: str) -> Iterator[str]:
    """Bars 1 and 2 of one set of judged pairs, each with its interval over lineages."""
    yield title
    parts: list[tuple[str, Measure, Sequence[Judged], float, bool]] = [
        ("AUC within teacher", measures.within_auc, found, LEAST_AUC, True),
        ("FPR at 1 %", _wronged(at_1), measures.nulls(found), MOST_FPR[0], False),
        ("FPR at 5 %", _wronged(at_5), measures.nulls(found), MOST_FPR[1], False),
        ("TPR at 1 %", _caught(at_1), measures.taught(found), LEAST_TPR, True),
        ("Cllr", measures.cost, found, MOST_COST, False),
    ]
    for name, measure, pairs, limit, least in parts:
        told = measures.estimate(pairs, measure, 7)
        yield f"{bar(name, told.value, limit, least=least)}   {told}"
    for vendor in measures.vendors(found):
        column = measures.nulls(found, vendor)
        for chosen, limit, nominal in zip((at_1, at_5), MOST_COLUMN_FPR, ("1", "5"), strict=True):
            told = measures.estimate(column, _wronged(chosen), 7)
            name = f"FPR at {nominal} % in {vendor}'s columns"
            yield f"{bar(name, told.value, limit, least=False)}   {told}"
    named = (_wronged(is_lead)(found), _caught(is_lead)(found))
    yield said_leads(*named)
    yield f"  Cllr if the ratio had no bounds: {measures.cost(found, bounded=False):.3f}"
    ratios = [one.ratio for one in found if one.ratio is not None]
    yield f"  largest likelihood ratio given: {max(ratios, default=float('nan')):.1f}"


def _wronged(chosen: Callable[[Judged], bool]) -> Measure:
    return lambda pairs: measures.weighed_rate(measures.nulls(pairs), chosen)


def _caught(chosen: Callable[[Judged], bool]) -> Measure:
    return lambda pairs: measures.plain_rate(measures.taught(pairs), chosen)


def parts(split: Sequence[Sequence[tuple[Levels, Levels]]], *, vendor: bool) -> Iterator[str]:
    """What some of the channels do alone, on the same halves; and without the second error rate."""
    yield "Some channels alone, same halves: AUC, false at 1 % / 5 %, found at 1 %, Cllr"
    rows = [(name, place, True) for place, (name, _) in enumerate(SETS)]
    for name, place, beside in [*rows, ("all, the teacher's own column not looked at", 0, False)]:
        each = [_five(both[place], vendor=vendor, beside=beside) for both in split]
        told = np.nanmean(each, axis=0)
        yield (
            f"  {name}: {told[0]:.3f}, {told[1]:.1%} / {told[2]:.1%}, {told[3]:.2f}, {told[4]:.2f}"
        )


FIVE: tuple[Measure, ...] = (
    measures.within_auc,
    _wronged(at_1),
    _wronged(at_5),
    _caught(at_1),
    measures.cost,
)


def _five(both: Sequence[Levels], *, vendor: bool, beside: bool = True) -> list[float]:
    """The measures of both directions, averaged."""
    sides = [judged_all([side], vendor=vendor, beside=beside) for side in both]
    return [float(np.nanmean([one(side) for side in sides])) for one in FIVE]


def counts_alone(corpus: Corpus, *, vendor: bool) -> Iterator[str]:
    """What a panel of template counts can tell, and one of answers, on all prompts."""
    whole = corpus.compared(np.arange(len(corpus.prompts)))
    told = []
    for found in (replace(whole, others=()), whole):
        kept = vendor_scores(found, by_lineage(found)) if vendor else all_scores(found)
        pairs = [Judged(one) for one in kept]
        told.append(f"{measures.within_auc(pairs):.3f}")
    yield f"  AUC on all prompts, template counts alone / everything: {' / '.join(told)}"


def impossible(corpus: Corpus) -> Iterator[str]:
    """How often teachers are named that are younger than the suspect: the only certain nulls."""
    found = corpus.compared(np.arange(len(corpus.prompts)))
    z = by_lineage(found)
    rate, lineages = impossible_rate(found, z, last_limits(found, scores_by(found, z)))
    yield f"Named at 5 % though dates make it impossible: {rate or 0:.3f} of {lineages} lineages"


def directions(found: Sequence[Sequence[Sequence[Judged]]]) -> Iterator[str]:
    """Thresholds from one half of the lineages and prompts, rates on the other, both ways."""
    chosen = (*FIVE, _wronged(is_lead), _caught(is_lead), _unbounded)
    table = np.array([[[one(side) for one in chosen] for side in both] for both in found])
    means, lowest = np.nanmean(table, axis=(0, 1)), np.nanmin(np.nanmean(table, axis=0)[:, 0])
    yield f"Halves of lineages and prompts, both ways, mean of {SPLITS} random halvings"
    yield bar("AUC within teacher", float(means[0]), LEAST_AUC, least=True)
    yield bar("AUC, worse direction on average", float(lowest), LEAST_AUC_EACH, least=True)
    yield f"  AUC over all {2 * SPLITS}: {table[..., 0].min():.3f} to {table[..., 0].max():.3f}"
    yield bar("FPR at 1 %", float(means[1]), MOST_FPR[0], least=False)
    yield bar("FPR at 5 %", float(means[2]), MOST_FPR[1], least=False)
    yield bar("TPR at 1 %", float(means[3]), LEAST_TPR, least=True)
    yield bar("Cllr", float(means[4]), MOST_COST, least=False)
    yield said_leads(float(means[5]), float(means[6]))
    yield f"  Cllr if the ratio had no bounds: {means[7]:.3f}"


def _unbounded(found: Sequence[Judged]) -> float:
    return measures.cost(found, bounded=False)


def ignorant(found: Sequence[Judged]) -> Iterator[str]:
    """Pooled numbers of the method and of a scorer that never reads: they must stand together."""
    told = [one for one in found if one.score.is_taught or one.score.is_null]
    students: dict[str, int] = {}
    for one in measures.taught(found):
        students[one.score.teacher] = students.get(one.score.teacher, 0) + 1
    scores = [one.score for one in told]
    truth = [one.is_taught for one in scores]
    prior = [replace(one.score, score=float(students.get(one.score.teacher, 0))) for one in told]
    yield "Pooled numbers, which mislead, beside a scorer that ignores the text"
    for name, kept in (("style", scores), ("ignores the text", prior)):
        values = [one.score for one in kept]
        within = measures.within_auc([Judged(s) for s in kept])
        yield (
            f"  {name}: pooled AUC {measures.pooled_auc(values, truth):.3f}, top-1 "
            f"{measures.top(kept, values, 1):.2f}, top-3 {measures.top(kept, values, 3):.2f}, "
            f"within teacher {within:.3f}"
        )


def hundred(corpus: Corpus, *, vendor: bool) -> Iterator[str]:
    """The AUC with a hundred prompts, each lineage left out of its own standardisation."""
    found = []
    for seed in range(SPLITS):
        rows = np.random.default_rng(100 + seed).permutation(len(corpus.prompts))[:100]
        some = corpus.compared(np.sort(rows))
        kept = vendor_scores(some, by_lineage(some)) if vendor else all_scores(some)
        found.append(measures.within_auc([Judged(s) for s in kept]))
    yield bar("AUC with 100 prompts, mean", float(np.mean(found)), LEAST_AUC_100, least=True)
    yield f"  over {SPLITS} draws: {min(found):.3f} to {max(found):.3f}"


def laundering(corpus: Corpus) -> Iterator[str]:
    """What is still found after laundering, by vendor, at nominal 1 % / 5 %; losses included."""
    yield "Laundered suspects, vendor leads at nominal 1 % / 5 %"
    for way, change in WAYS:
        one = washed(corpus, way, change)
        yield (
            f"  {way}: found {one.tpr[0]:.2f} / {one.tpr[1]:.2f} of {one.pairs}, "
            f"wronged {one.fpr[0]:.3f} / {one.fpr[1]:.3f}"
        )
    yield "Vendors' own models under another system prompt, named for another vendor at 1 % / 5 %"
    for name, at_one, at_five in variants(corpus):
        yield f"  {name}: {', '.join(at_one) or 'none'} / {', '.join(at_five) or 'none'}"


def speed(corpus: Corpus) -> Iterator[str]:
    """The whole of `prove score` for a new suspect, the panel grown to 225 models, 805 prompts."""
    models, prompts, answers = grown(corpus)
    one = timed(models[:-1], prompts, answers[:-1], TEACHER, answers[-1])
    yield (
        f"`prove score` for a new suspect: {one.prompts} prompts, {one.models} models of "
        f"{one.lineages} lineages, {one.megabytes:.0f} MB of answers, "
        f"{one.refused or 'none refused'}"
    )
    yield bar("seconds", one.seconds, MOST_SECONDS, least=False)
    yield f"  seconds of processor time: {one.processor_seconds:.1f}"
    yield bar("GB, of the whole evaluation", one.gigabytes, MOST_GB, least=False)


def grown(corpus: Corpus) -> tuple[list[Model], list[str], list[list[str]]]:
    """More models and prompts than there are: copies that begin with other words."""
    base = len(corpus.prompts)
    first = ("Now", "So", "Yes", "First", "Today", "Often", "Maybe", "Still", "Thus", "Also")
    prompts = [
        corpus.prompts[place % base] + " again" * (place // base) for place in range(BIG_PROMPTS)
    ]
    models, answers = [], []
    for place in range(BIG_MODELS + 1):
        model = corpus.models[place % len(corpus.models)]
        turn = place // len(corpus.models)
        models.append(
            replace(model, name=f"{model.name}#{turn}", lineage=model.lineage + "+" * turn)
        )
        said = corpus.answers[place % len(corpus.models)]
        answers.append(
            [
                said[at % base]
                if not turn and at < base
                else f"{first[(at * 7 + turn * 3) % 10]} {said[at % base]}"
                for at in range(BIG_PROMPTS)
            ]
        )
    return models, prompts, answers


def lines(corpus: Corpus) -> Iterator[str]:
    """The whole evaluation, line by line as it is made."""
    (_, learn), (_, test) = halves(corpus, 0)
    split = [by_halves(corpus, seed, [kept for _, kept in SETS]) for seed in range(SPLITS)]
    left_out = one_left_out(corpus, learn, test), one_left_out(corpus, test, learn)
    for vendor in (False, True):
        yield f"== by {'vendor' if vendor else 'generation of teacher'} =="
        yield from directions(
            [[judged_all([side], vendor=vendor) for side in both[0]] for both in split]
        )
        found = [judged_all(trials, vendor=vendor) for trials in left_out]
        for one, way in zip(found, ("one way", "the other way"), strict=True):
            yield from rates(one, f"One lineage left out, unseen prompts, {way}")
        yield from ignorant(found[0])
        yield from hundred(corpus, vendor=vendor)
        yield from parts(split, vendor=vendor)
        yield from counts_alone(corpus, vendor=vendor)
    yield from impossible(corpus)
    yield from laundering(corpus)
    yield from speed(corpus)


def main(words: Sequence[str]) -> int:
    """Prints the bars, or says why it does not."""
    folder = words[0] if words else environ.get(VARIABLE, "")
    if not folder:
        sys.stdout.write(f"Lineage bars skipped: {VARIABLE} names no folder of answers.\n")
        return 0
    for line in lines(read_corpus(Path(folder))):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
