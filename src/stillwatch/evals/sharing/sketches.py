"""How well sketches find the same operator at another laboratory, and what attacks on them get.

python -m stillwatch.evals.sharing.sketches            judge on fresh worlds
python -m stillwatch.evals.sharing.sketches --learn F  learn the reference anew, into a file
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from stillwatch.catalog.load import Catalog
from stillwatch.evals.measures import share_of
from stillwatch.evals.sharing.attacks import attacks
from stillwatch.evals.sharing.pairs import Group, Lab, care_of, pairs
from stillwatch.evals.worlds import SKETCH_LEARN_SEEDS, SKETCH_SEEDS
from stillwatch.io.cards import read_catalog
from stillwatch.io.sketches import reference_file
from stillwatch.sharing.behaviour import coordinates
from stillwatch.sharing.sketch import (
    LEAST_ACCOUNTS,
    STEP,
    Reference,
    read_reference,
    sketch,
    turned,
)
from stillwatch.sharing.sketch_match import likenesses
from stillwatch.tables.query import Limits

Floats = npt.NDArray[np.float64]

FALSE_POSITIVES = 1e-3
RECALL_BAR = 0.9
LEARNT_AT = 7.5e-4  # below the bar, since other worlds have other look-alikes
SLACK = 0.02
CROWDS_KEPT = 300  # honest groups that ship with the reference
CIRCLE = {"circle": "evaluation", "epoch": "2026-W10", "circle_key": b"c" * 32}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One operator, sketched at one laboratory and looked for at the other."""

    operator: str
    care: str
    sketched: bool  # the scan called it a campaign of enough accounts
    clustered: bool  # the other scan linked at least eight of its accounts
    likeness: float  # of its best cluster there
    honest: Floats  # of all honest clusters of both laboratories


def learn(catalog: Catalog, limits: Limits) -> Reference:
    """How honest clusters spread, and the threshold that so few of them pass."""
    labs = list(pairs(SKETCH_LEARN_SEEDS, catalog, limits))
    means = [lab.rows[g.places].mean(axis=0) for two in labs for lab in two for g in _honest(lab)]
    table = np.stack(means)
    spread = np.cov(table.T)
    reference = Reference(
        measured_on=f"{len(means)} honest clusters of worlds {SKETCH_LEARN_SEEDS[0]} to "
        f"{SKETCH_LEARN_SEEDS[-1]}",
        coordinates=coordinates([card.id for card in catalog.markers]),
        mean=_short(table.mean(axis=0)),
        spread=tuple(_short(row[: place + 1]) for place, row in enumerate(spread)),
        slack=SLACK,
        crowds=(),
        threshold=1.0,
    )
    reference = msgspec.structs.replace(reference, crowds=_crowds(labs, reference))
    tried = [
        one
        for number, two in enumerate(labs)
        for one in _tried(two, number, reference, SKETCH_LEARN_SEEDS)
    ]
    return msgspec.structs.replace(reference, threshold=round(_threshold(tried), 3))


def _crowds(labs: Sequence[tuple[Lab, Lab]], reference: Reference) -> tuple[tuple[int, ...], ...]:
    """Some honest groups as averages of turned rows, evenly over all worlds."""
    means = []
    for lab in (one for two in labs for one in two):
        inner = turned(lab.rows, reference)
        means += [inner[group.places].mean(axis=0) for group in _honest(lab)]
    kept = np.stack(means)[:: max(1, len(means) // CROWDS_KEPT)]
    return tuple(tuple(row) for row in np.rint(kept / STEP).astype(int).tolist())


def judge(
    reference: Reference, catalog: Catalog, limits: Limits, seeds: Sequence[int] = SKETCH_SEEDS
) -> dict[str, Any]:
    """Recall and false positives on worlds that nothing was learnt from."""
    labs = list(pairs(seeds, catalog, limits))
    tried = [
        one for number, two in enumerate(labs) for one in _tried(two, number, reference, seeds)
    ]
    fit = [one for one in tried if one.sketched and one.clustered]
    held = _held_out(tried)
    honest = np.concatenate([one.honest for one in fit])
    return {
        "reference": reference.measured_on,
        "threshold": reference.threshold,
        "operators": len(tried) // 2,
        "tried": len(tried),  # each operator at both laboratories
        "sketched": sum(one.sketched for one in tried),
        "honest_clusters": sum(len(_honest(lab)) for two in labs for lab in two),
        "recall_where_sketched_and_linked": _share(
            [one.likeness >= reference.threshold for one in fit]
        ),
        "recall_end_to_end": _share(
            [one.sketched and one.likeness >= reference.threshold for one in tried]
        ),
        "false_positives": _share((honest >= reference.threshold).tolist()),
        "recall_with_its_kind_held_out": _share([hit for hit, _ in held]),
        "false_positives_with_its_kind_held_out": _share([h for _, some in held for h in some]),
        "by_care": {
            care: _share([one.likeness >= reference.threshold for one in fit if one.care == care])
            for care in ("naive", "careful", "adaptive")
        },
        "missed": dict(Counter(one.operator for one in fit if one.likeness < reference.threshold)),
        "attacks": attacks([lab for two in labs for lab in two], reference),
    }


def _tried(
    two: tuple[Lab, Lab], number: int, reference: Reference, seeds: Sequence[int]
) -> list[Tried]:
    """Every operator, both ways."""
    inner = [turned(lab.rows, reference) for lab in two]
    out = []
    for side in (0, 1):
        here, there = two[side], two[1 - side]
        for operator in here.operators:
            place = int(operator.rsplit("-", 1)[1])
            care = care_of(seeds, number, place)
            mine = _largest(here.called, operator)
            if mine is None or len(mine.places) < LEAST_ACCOUNTS:
                nothing = np.zeros(0)
                out.append(
                    Tried(
                        operator=operator,
                        care=care,
                        sketched=False,
                        clustered=False,
                        likeness=-1.0,
                        honest=nothing,
                    )
                )
                continue
            made = sketch(
                here.rows[mine.places],
                [here.votes[at] for at in mine.places],
                reference,
                secret=seeds[2 * number + side].to_bytes(32),
                campaign_id=operator,
                **CIRCLE,  # type: ignore[arg-type]
            )
            found_there = [*there.clusters, *there.called]
            theirs = [g.places for g in found_there if g.operator == operator]
            honest = [
                likenesses(made, reference, inner[at], [g.places for g in _honest(two[at])])
                for at in (0, 1)
            ]
            found = likenesses(made, reference, inner[1 - side], theirs)
            out.append(
                Tried(
                    operator=operator,
                    care=care,
                    sketched=True,
                    clustered=bool(theirs),
                    likeness=float(found.max(initial=-1.0)),
                    honest=np.concatenate(honest),
                )
            )
    return out


def _held_out(tried: Sequence[Tried]) -> list[tuple[bool, list[bool]]]:
    """Each kind judged with the threshold that the sketches of all other kinds give."""
    out = []
    for kind in sorted({_kind(one) for one in tried}):
        threshold = _threshold([one for one in tried if _kind(one) != kind])
        for one in tried:
            if _kind(one) == kind and one.sketched and one.clustered:
                out.append((one.likeness >= threshold, (one.honest >= threshold).tolist()))
    return out


def _threshold(tried: Sequence[Tried]) -> float:
    honest = np.concatenate([one.honest for one in tried])
    return float(np.quantile(honest, 1 - LEARNT_AT))


def _kind(one: Tried) -> str:
    return one.operator.rsplit("-", 1)[0]


def _honest(lab: Lab) -> list[Group]:
    return [group for group in (*lab.clusters, *lab.called) if not group.operator]


def _largest(groups: Sequence[Group], operator: str) -> Group | None:
    mine = [group for group in groups if group.operator == operator]
    return max(mine, key=lambda group: len(group.places), default=None)


def _short(values: Floats) -> tuple[float, ...]:
    return tuple(float(f"{value:.4g}") for value in values.tolist())


def _share(hits: Sequence[bool]) -> dict[str, float | int]:
    found = share_of(sum(hits), len(hits))
    numbers = {"share": found.value, "low": found.low, "high": found.high}
    return {"of": len(hits), **{name: round(value, 6) for name, value in numbers.items()}}


def main(words: Sequence[str] | None = None) -> int:
    """Learn or judge; 0 where the bars hold."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--learn", type=Path, help="write the reference to this file")
    asked.add_argument(
        "--pairs", type=int, default=len(SKETCH_SEEDS) // 2, help="judge so many of the pairs"
    )
    asked.add_argument("--threads", type=int, default=2)
    given = asked.parse_args(words)
    catalog, limits = read_catalog(), Limits(threads=given.threads)
    if given.learn is not None:
        found = learn(catalog, limits)
        given.learn.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=0) + b"\n")
        return 0
    seeds = SKETCH_SEEDS[: 2 * given.pairs]
    judged: Mapping[str, Any] = judge(read_reference(reference_file()), catalog, limits, seeds)
    sys.stdout.write(json.dumps(judged, indent=1) + "\n")
    recall = judged["recall_where_sketched_and_linked"]["share"]
    false = judged["false_positives"]["share"]
    bounded = all(one["within_bound"] for one in judged["attacks"].values())
    holds = recall >= RECALL_BAR and false <= FALSE_POSITIVES and bounded
    sys.stdout.write(
        f"recall {recall:.3f} (bar {RECALL_BAR}), false positives {false:.2e} "
        f"(bar {FALSE_POSITIVES}), attacks {'within' if bounded else 'ABOVE'} their bounds\n"
    )
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
