"""Sets the scan beside the baselines on worlds that none of them has seen."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow.compute as pc

from stillwatch.evals.baselines import Baseline, baselines
from stillwatch.evals.campaigns import KINDS
from stillwatch.evals.compare import USUAL_FPR, Row, Sample, compare, joined, sample_of, unbeaten
from stillwatch.evals.figures import share
from stillwatch.evals.laboratory import Observed
from stillwatch.evals.traffic import Traffic
from stillwatch.evals.worlds import LEARN_SEEDS, World, worlds

OURS = "stillwatch"
STRICT_FPR = 1e-4
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

    Ours ranks the flagged above all others, and each by probability; the campaign's bits part
    what is as good as certain, and an account's own bits those of one campaign.
    """
    verdicts = seen.run.conclusion.verdicts
    flagged, posterior, bits = (
        verdicts[name].to_numpy().astype(np.float64) for name in ("flagged", "posterior", "bits")
    )
    own = _own_bits(seen)
    keys = {name: key for key, name in seen.inputs.names["account"].items()}
    mine = np.array([own.get(keys[name], 0) for name in verdicts["account_id"].to_pylist()])
    order = np.lexsort((mine, bits, posterior, flagged))
    ranked = np.stack((mine, bits, posterior, flagged))[:, order]
    ours = np.empty(len(order))
    ours[order] = np.cumsum(np.r_[False, (ranked[:, 1:] != ranked[:, :-1]).any(axis=0)])
    scores = {OURS: dict(zip(verdicts["account_id"].to_pylist(), ours.tolist(), strict=True))}
    scores |= {rival.name: dict(rival.score(traffic)) for rival in rivals}
    cares = dict.fromkeys(traffic.truth["campaign"].drop_null().to_pylist(), care)
    return sample_of(traffic, scores, cares)


def _own_bits(seen: Observed) -> dict[int, int]:
    """Thousandths of a bit on each account by itself, whatever campaign it is in."""
    signals = seen.run.signals
    mine = signals.filter(pc.equal(signals["subject_kind"], "account"))
    sums = mine.group_by("subject_id").aggregate([("millibits", "sum")])
    return dict(zip(sums["subject_id"].to_pylist(), sums["millibits_sum"].to_pylist(), strict=True))


def rival_figures(
    samples: Sequence[Sample], rivals: Sequence[Baseline], flagged_honest: int
) -> Figures:
    """One threshold a method over all worlds, at each cost that so many honest accounts resolve.

    The cost of our own flags, `flagged_honest` in these worlds, is the last one.
    """
    sample = joined(samples)
    honest = int((~sample.hostile).sum())
    titles = {OURS: "this scan"} | {rival.name: rival.title for rival in rivals}
    told = {rival.name for rival in rivals if rival.knows_truth}
    rates = [rate for rate in (USUAL_FPR, STRICT_FPR) if honest * rate >= 1]
    tables = {f"{rate:g}": compare(sample, rate) for rate in rates}
    tables["our flags' rate"] = compare(sample, flagged_honest / honest)
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
