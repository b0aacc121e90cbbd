"""Sets the scan beside the baselines on worlds that none of them has seen."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from stillwatch.evals.baselines import Baseline, baselines
from stillwatch.evals.campaigns import KINDS
from stillwatch.evals.compare import USUAL_FPR, Row, Sample, compare, joined, sample_of, unbeaten
from stillwatch.evals.figures import share
from stillwatch.evals.laboratory import Observed
from stillwatch.evals.traffic import Traffic
from stillwatch.evals.worlds import LEARN_SEEDS, World, worlds

OURS = "stillwatch"
STRICT_FPR = 1e-4
BITS = 1_000.0  # more than any sum of evidence
TRAINING_WORLDS = 3
TRAINING_ACCOUNTS = 2_000

Figures = dict[str, Any]


def trained(folder: str | None) -> tuple[Baseline, ...]:
    """The baselines; those that learn do so from all kinds, on seeds and sources of calibration."""
    each = -(-len(KINDS) // TRAINING_WORLDS)
    world = World(honest_accounts=TRAINING_ACCOUNTS, campaigns=each)
    seeds = LEARN_SEEDS[:TRAINING_WORLDS]
    return baselines([traffic for _, traffic in worlds(seeds, world, "calibrate", folder)])


def rated(traffic: Traffic, seen: Observed, rivals: Sequence[Baseline], care: str) -> Sample:
    """Every method's score of one world's accounts.

    Ours ranks the flagged above all others, and each by probability; bits part what is as good as
    certain.
    """
    verdicts = seen.run.conclusion.verdicts
    flagged, posterior, bits = (
        verdicts[name].to_numpy().astype(np.float64) for name in ("flagged", "posterior", "bits")
    )
    ours = 4 * flagged + 2 * posterior + np.clip(bits, -BITS, BITS) / (100 * BITS)
    scores = {OURS: dict(zip(verdicts["account_id"].to_pylist(), ours.tolist(), strict=True))}
    scores |= {rival.name: dict(rival.score(traffic)) for rival in rivals}
    cares = dict.fromkeys(traffic.truth["campaign"].drop_null().to_pylist(), care)
    return sample_of(traffic, scores, cares)


def rival_figures(samples: Sequence[Sample], rivals: Sequence[Baseline]) -> Figures:
    """One threshold a method over all worlds, at each cost that so many honest accounts resolve."""
    sample = joined(samples)
    honest = int((~sample.hostile).sum())
    titles = {OURS: "this scan"} | {rival.name: rival.title for rival in rivals}
    told = {rival.name for rival in rivals if rival.knows_truth}
    tables = {
        f"{rate:g}": compare(sample, rate) for rate in (USUAL_FPR, STRICT_FPR) if honest * rate >= 1
    }
    return {
        "honest": honest,
        "hostile": int(sample.hostile.sum()),
        "methods": [
            {
                "name": name,
                "title": titles.get(name, name),
                "knows_truth": name in told,
                "at": {rate: _row(rows, name) for rate, rows in tables.items()},
                "best_f1": max(
                    (row.best.f1 for rows in tables.values() for row in rows if row.method == name),
                    default=None,
                ),
            }
            for name in sample.scores
        ],
        "not_beaten": [
            {
                "at": rate,
                "cell": one.cell,
                "rival": one.rival,
                "ours": one.ours,
                "theirs": one.theirs,
            }
            for rate, rows in tables.items()
            for one in unbeaten(rows, OURS)
        ],
    }


def _row(rows: Sequence[Row], name: str) -> Figures:
    row = next(row for row in rows if row.method == name)
    return {
        "recall": share(row.at.recall),
        "fpr": share(row.at.wronged),
        "of_care": {care: share(one) for care, one in row.of_care.items()},
    }
