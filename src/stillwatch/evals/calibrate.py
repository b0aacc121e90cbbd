"""Measures what every level of every detector is worth, on traffic whose truth is known.

Bits are log2(share of attacking subjects at a level / share of honest subjects at it), with half
a subject added on each side; intervals are those of a log ratio of two binomial shares. Levels
whose bits would fall where they should rise are taken together (isotonic regression; Barlow et
al. 1972): what made-up traffic shows by chance between two neighbouring levels is no evidence. The
posterior's curve is fitted on other traffic than the bits were learnt from, because summed bits
of dependent detectors are too sure of themselves. Its prior is set by `PRIOR_ODDS`, not by how
many campaigns the traffic happened to hold.
"""

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import isotonic_regression, minimize

from stillwatch.catalog.load import Catalog
from stillwatch.evals.calibrate_links import learn_links
from stillwatch.evals.laboratory import Observed, observe
from stillwatch.evals.worlds import FIT_SEEDS, LEARN_SEEDS, LINK_SEEDS, World, worlds
from stillwatch.model.cards import DetectorCard
from stillwatch.model.evidence import Bits, FamilyWeight, LevelBits, Posterior
from stillwatch.stages.score import HONEST, score
from stillwatch.tables.query import Limits

PRIOR_ODDS = {"cluster": 0.03, "account": 0.0005}
LEAST_HOSTILE_SHARE = 0.5
MOST_HONEST_SHARE = 0.1  # of hostile accounts in a cluster that is called honest
LEAST_SUBJECTS = 5
LEAST_ACCOUNTS = 8
USUAL_WEIGHT = 0.6
PULL = 0.01

Floats = npt.NDArray[np.float64]

Tell = Callable[[str, int, int | None], None]


def subject_labels(seen: Observed) -> dict[tuple[str, int], bool]:
    """Which accounts and clusters attack; a cluster does when half of its accounts do.

    Clusters with fewer attackers, but more than a few, have no label, and neither have those of
    fewer accounts than `LEAST_ACCOUNTS`: mixtures and crumbs show what the linking missed, not
    what a campaign or a crowd looks like.
    """
    labels = {("account", key): bool(row["is_hostile"]) for key, row in seen.truth.items()}
    hostile: Counter[int] = Counter()
    size: Counter[int] = Counter()
    members = seen.run.members
    for cluster, account in zip(
        members.column("cluster_id").to_pylist(),
        members.column("account_id").to_pylist(),
        strict=True,
    ):
        size[cluster] += 1
        hostile[cluster] += bool(seen.truth[account]["is_hostile"])
    for cluster, count in size.items():
        attacks = hostile[cluster] >= LEAST_HOSTILE_SHARE * count
        if count >= LEAST_ACCOUNTS and (attacks or hostile[cluster] <= MOST_HONEST_SHARE * count):
            labels["cluster", cluster] = attacks
    return labels


def learn_bits(observed: Iterable[Observed], cards: Sequence[DetectorCard]) -> list[LevelBits]:
    """The worth of every level that was seen, ordered by subject, detector and level."""
    of = {card.id: card for card in cards}
    counts: Counter[tuple[str, str, int, bool]] = Counter()
    spoken: Counter[tuple[str, str, bool]] = Counter()
    accounts: Counter[bool] = Counter()
    for seen in observed:
        labels = subject_labels(seen)
        accounts.update(label for (kind, _), label in labels.items() if kind == "account")
        signals = seen.run.signals.select(["detector_id", "subject_kind", "subject_id", "level"])
        for row in signals.to_pylist():
            subject = row["subject_kind"], row["subject_id"]
            if subject not in labels:
                continue
            attacks = labels[subject]
            counts[row["subject_kind"], row["detector_id"], row["level"], attacks] += 1
            spoken[row["subject_kind"], row["detector_id"], attacks] += 1
    learnt = []
    for kind, detector in sorted({(kind, detector) for kind, detector, _, _ in counts}):
        # Silence of an account detector is not stored, so its total is every account.
        totals = (
            accounts
            if kind == "account"
            else {attacks: spoken[kind, detector, attacks] for attacks in (True, False)}
        )
        if min(totals[True], totals[False]) < LEAST_SUBJECTS:
            continue
        levels = sorted({level for k, d, level, _ in counts if (k, d) == (kind, detector)})
        pairs = np.array(
            [[counts[kind, detector, one, attacks] for attacks in (True, False)] for one in levels]
        )
        for level, (attack, honest) in zip(levels, _pooled(pairs, of[detector]), strict=True):
            learnt.append(
                _worth(kind, detector, level, attack, totals[True], honest, totals[False])
            )
    return learnt


def _pooled(pairs: npt.NDArray[np.int64], card: DetectorCard) -> list[tuple[int, int]]:
    """For each level the attacking and honest subjects of the levels it is taken together with."""
    if card.peaks:
        return [(int(attack), int(honest)) for attack, honest in pairs]
    count = pairs.sum(axis=1)
    rises = not card.family.startswith(HONEST)
    blocks = isotonic_regression(pairs[:, 0] / count, weights=count, increasing=rises).blocks
    pooled = []
    for start, end in itertools.pairwise(blocks):
        attack, honest = pairs[start:end].sum(axis=0)
        pooled += [(int(attack), int(honest))] * int(end - start)
    return pooled


def _worth(
    kind: str, detector: str, level: int, attack: int, attacks: int, honest: int, honests: int
) -> LevelBits:
    a, h = attack + 0.5, honest + 0.5
    bits = math.log2(a / (attacks + 1)) - math.log2(h / (honests + 1))
    spread = math.sqrt(max(0.0, 1 / a - 1 / (attacks + 1) + 1 / h - 1 / (honests + 1)))
    half = 1.96 * spread / math.log(2)
    return LevelBits(
        detector=detector,
        subject=kind,
        level=level,
        bits=round(bits, 3),
        low=round(bits - half, 3),
        high=round(bits + half, 3),
        attack_count=attack,
        honest_count=honest,
    )


def fit_posterior(
    observed: Iterable[Observed], catalog: Catalog, bits: Bits, limits: Limits
) -> tuple[list[FamilyWeight], list[Posterior]]:
    """How much each family counts beside the others, and the curve of each subject kind.

    A logistic regression of the truth on the families' bits, both classes weighted alike and
    then moved to the prior. Weights lie between nothing and all: evidence is discounted for
    dependence, never turned round. Learnt on traffic that the bits were not learnt from.
    """
    rows: dict[str, list[tuple[dict[str, float], bool]]] = {"cluster": [], "account": []}
    for seen in observed:
        labels = subject_labels(seen)
        raw = seen.run.signals.select(
            ["detector_id", "subject_kind", "subject_id", "value", "level", "support"]
        )
        subjects: dict[tuple[str, int], dict[str, float]] = {}
        for row in score(raw, catalog.detectors, bits, limits).reasons.to_pylist():
            key = row["subject_kind"], row["subject_id"]
            subjects.setdefault(key, {})[row["family"]] = row["millibits"] / 1000
        for key, found in subjects.items():
            if key not in labels:
                continue
            rows[key[0]].append((found, labels[key]))
    weights: list[FamilyWeight] = []
    curves: list[Posterior] = []
    for kind, pairs in rows.items():
        truth = np.array([label for _, label in pairs])
        if not truth.any() or truth.all():
            continue
        families = sorted({family for found, _ in pairs for family in found})
        x = np.array([[found.get(family, 0.0) for family in families] for found, _ in pairs])
        weight, offset = _regression(x, truth)
        weights += [
            FamilyWeight(subject=kind, family=family, weight=round(float(w), 3))
            for family, w in zip(families, weight, strict=True)
        ]
        curves.append(
            Posterior(subject=kind, offset=round(offset + math.log2(PRIOR_ODDS[kind]), 3))
        )
    return weights, curves


def _regression(x: Floats, truth: npt.NDArray[np.bool_]) -> tuple[Floats, float]:
    """Weights in [0, 1] and an offset, in bits; drawn gently towards `USUAL_WEIGHT`."""
    count = x.shape[1]
    mass = np.where(truth, 0.5 / truth.sum(), 0.5 / (~truth).sum())
    sign = np.where(truth, 1.0, -1.0)

    def loss(parameters: Floats) -> float:
        margin = sign * (x @ parameters[:count] + parameters[count]) * math.log(2)
        pull = ((parameters[:count] - USUAL_WEIGHT) ** 2).sum()
        return float((mass * np.logaddexp(0.0, -margin)).sum() + PULL * pull)

    start = np.append(np.full(count, USUAL_WEIGHT), 0.0)
    bounds = [(0.0, 1.0)] * count + [(-60.0, 60.0)]
    found = minimize(loss, start, method="L-BFGS-B", bounds=bounds).x
    return found[:count], float(found[count])


def calibrate(
    catalog: Catalog, world: World, folder: str | None, limits: Limits, tell: Tell
) -> Bits:
    """Links on one set of worlds, levels on a second, the posterior's curve on a third."""
    total = len(LINK_SEEDS) + len(LEARN_SEEDS) + len(FIT_SEEDS)
    done = 0

    def observed(seeds: Sequence[int], bits: Bits) -> Iterator[Observed]:
        nonlocal done
        for _, traffic in worlds(seeds, world, "calibrate", folder):
            yield observe(traffic, replace(catalog, bits=bits), limits)
            done += 1
            tell("calibrate", done, total)

    bits = Bits(
        measured_on="own texts" if folder is None else "own texts and half of the public sources",
        seeds=[*LINK_SEEDS, *LEARN_SEEDS, *FIT_SEEDS],
        sources=[] if folder is None else ["the half named calibrate"],
    )
    bits = replace(bits, link=learn_links(observed(LINK_SEEDS, bits), catalog.links))
    bits = replace(bits, level=learn_bits(observed(LEARN_SEEDS, bits), catalog.detectors))
    families, curves = fit_posterior(observed(FIT_SEEDS, bits), catalog, bits, limits)
    return replace(bits, family=families, posterior=curves)
