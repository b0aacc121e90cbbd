"""Calibration finds the worth of evidence that was planted."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from fakes import LIMITS, detector_card, link_card, observed, signals, worth
from stillwatch.catalog.load import Catalog
from stillwatch.evals.calibrate import (
    LEAST_ACCOUNTS,
    PRIOR_ODDS,
    fit_posterior,
    learn_bits,
    subject_labels,
)
from stillwatch.evals.calibrate_links import learn_links
from stillwatch.evals.laboratory import Observed
from stillwatch.evals.worlds import FIT_SEEDS, JUDGE_SEEDS, LEARN_SEEDS, LINK_SEEDS
from stillwatch.model.evidence import LevelBits
from stillwatch.stages.score import score
from stillwatch.stages.traits import kind_id

CARDS = [detector_card("telling"), detector_card("empty")]
# How often each level is reached: by attacks, by honest subjects.
TELLING = {0: (0.1, 0.6), 1: (0.1, 0.3), 2: (0.8, 0.1)}
PARTS = ("LINK_SEEDS", "LEARN_SEEDS", "FIT_SEEDS", "JUDGE_SEEDS")


def seen(seed: int, count: int = 2_000, kind: str = "cluster") -> Observed:
    """Half attacks, half honest; one detector tells them apart, the other says nothing."""
    dice = np.random.default_rng(seed)
    rows, truth, clusters = [], {}, {}
    for subject in range(1, count + 1):
        attacks = subject % 2 == 0
        shares = [share[0 if attacks else 1] for share in TELLING.values()]
        level = int(dice.choice(list(TELLING), p=shares))
        rows += [("telling", subject, level), ("empty", subject, int(dice.integers(3)))]
        own = [subject] if kind == "account" else range(16 * subject, 16 * subject + LEAST_ACCOUNTS)
        for account in own:
            truth[account] = {"is_hostile": attacks}
        clusters[subject] = own
    if kind == "account":  # there, silence makes no row
        rows = [row for row in rows if row[2]]
        clusters = {}
    return observed(signals(rows, kind=kind), truth, clusters)


@pytest.mark.parametrize("kind", ["cluster", "account"])
def test_planted_likelihood_ratios_are_recovered(kind: str) -> None:
    """The bits of every level are log2 of how much commoner it is in attacks.

    The interval holds the truth.
    """
    worlds = [seen(1, kind=kind), seen(2, kind=kind)]
    learnt = {(entry.detector, entry.level): entry for entry in learn_bits(worlds, CARDS)}
    for level, (attack, honest) in TELLING.items():
        if (kind, level) == ("account", 0):
            assert ("telling", 0) not in learnt
            continue
        entry = learnt["telling", level]
        assert entry.subject == kind
        assert entry.low < entry.bits < entry.high
        assert entry.low - 0.1 <= math.log2(attack / honest) <= entry.high + 0.1
    assert all(abs(e.bits) < 0.2 for (detector, _), e in learnt.items() if detector == "empty")


def rising_and_falling(detector: str) -> Observed:
    """Level 1 is commoner in attacks; level 2 is as common as in honest traffic."""
    rows, truth, clusters = [], {}, {}
    for subject in range(1, 1_001):
        attacks, turn = subject % 2 == 0, subject // 2 % 10
        level = (0 if turn < 4 else 1 if turn < 8 else 2) if attacks else (0, 1, 2)[turn % 3]
        rows.append((detector, subject, level))
        clusters[subject] = range(16 * subject, 16 * subject + LEAST_ACCOUNTS)
        truth |= {account: {"is_hostile": attacks} for account in clusters[subject]}
    return observed(signals(rows), truth, clusters)


def test_a_higher_level_never_speaks_less_unless_the_card_says_so() -> None:
    """Where the shares fall, levels are taken together; a card whose worth peaks keeps its own."""
    cards = [detector_card("rises"), detector_card("peak", peaks=True)]
    for name, same in (("rises", True), ("peak", False)):
        bits = [entry.bits for entry in learn_bits([rising_and_falling(name)], cards)]
        assert (bits[1] == bits[2]) is same
        assert (bits[2] < bits[1]) is not same


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Of many small worlds about nineteen in twenty have it between the ends."""
    truth = math.log2(0.8 / 0.1)
    inside = 0
    for seed in range(60):
        (entry,) = (
            e
            for e in learn_bits([seen(seed, 200)], CARDS)
            if (e.detector, e.level) == ("telling", 2)
        )
        inside += entry.low <= truth <= entry.high
    assert inside >= 52


def test_few_subjects_teach_nothing() -> None:
    """Four attacks and four honest subjects are too few for any bits."""
    assert learn_bits([seen(1, 8)], CARDS) == []


def test_a_cluster_attacks_when_half_of_its_accounts_do() -> None:
    """Small clusters and mixtures have no label, and labels of accounts are the truth's."""
    half = LEAST_ACCOUNTS // 2
    truth = {n: {"is_hostile": n < half} for n in range(3 * LEAST_ACCOUNTS)}
    clusters = {
        0: range(LEAST_ACCOUNTS),
        100: range(half, half + LEAST_ACCOUNTS),
        200: range(LEAST_ACCOUNTS - 1),
        300: range(1, LEAST_ACCOUNTS + 1),
    }
    labels = subject_labels(observed(signals([]), truth, clusters))
    assert labels["cluster", 0]
    assert not labels["cluster", 100]
    assert ("cluster", 300) not in labels
    assert ("cluster", 200) not in labels
    assert all(labels["account", n] == (n < half) for n in truth)


def test_the_posterior_rises_with_the_evidence_and_stands_on_the_prior() -> None:
    """More bits are never less sure.

    What does not tell stays near the prior; weights lie between nothing and all.
    """
    bits = worth(*learn_bits([seen(1)], CARDS))
    catalog = Catalog(detectors=tuple(CARDS))
    weights, curves = fit_posterior([seen(3)], catalog, bits, LIMITS)
    assert {entry.family for entry in weights} == {"telling", "empty"}
    assert all(0 <= entry.weight <= 1 for entry in weights)
    (curve,) = curves
    assert curve.subject == "cluster"
    table = signals([("telling", level, level) for level in TELLING])
    fitted = worth(*bits.level, offset=curve.offset)
    sure = score(table, CARDS, fitted, LIMITS).subjects.column("posterior").to_pylist()
    assert sure == sorted(sure)
    assert len(set(sure)) == len(sure)
    prior = PRIOR_ODDS["cluster"]
    assert sure[2] == pytest.approx(8 * prior / (1 + 8 * prior), rel=0.5)


def test_what_was_never_seen_on_both_sides_has_no_curve() -> None:
    """Attacks alone, or honest subjects alone, fit nothing."""
    alone = seen(1)
    for label in (True, False):
        truth = {n: {**row, "is_hostile": label} for n, row in alone.truth.items()}
        one_sided = replace(alone, truth=truth)
        catalog = Catalog(detectors=tuple(CARDS))
        assert fit_posterior([one_sided], catalog, worth(), LIMITS) == ([], [])


def test_worlds_that_teach_and_worlds_that_judge_are_never_the_same() -> None:
    """No seed is used for two of links, levels, curve and judgement, nor twice for one."""
    parts = dict(zip(PARTS, (LINK_SEEDS, LEARN_SEEDS, FIT_SEEDS, JUDGE_SEEDS), strict=True))
    for (one, seeds), (other, others) in itertools.combinations(parts.items(), 2):
        assert not set(seeds) & set(others), (one, other)
    assert all(seeds and len(set(seeds)) == len(seeds) for seeds in parts.values())


def linked(rows: list[tuple[int, str, int, int]], truth: dict[int, dict[str, object]]) -> Observed:
    """A run whose ties are (account, kind, trait, holders)."""
    ties = pa.table(
        {
            "account_id": pa.array([a for a, _, _, _ in rows], pa.int64()),
            "kind_id": pa.array([kind_id(k) for _, k, _, _ in rows], pa.int32()),
            "trait_id": pa.array([t for _, _, t, _ in rows], pa.int64()),
            "account_count": pa.array([h for _, _, _, h in rows], pa.int64()),
        }
    )
    return observed(signals([]), truth, {}, ties)


def test_links_are_worth_how_much_commoner_they_are_in_one_campaign() -> None:
    """Two campaigns of twenty.

    All pairs of a campaign share its template, one network is shared by ten of each; the truth
    is reckoned by hand.
    """
    truth = {
        n: {"is_hostile": True, "campaign": "one" if n < 20 else "two", "look_alike": None}
        for n in range(40)
    }
    rows = [(n, "template", n // 20, 20) for n in range(40)]
    rows += [(n, "network", 9, 20) for n in range(40) if n % 20 < 10]
    cards = [link_card("template"), link_card("network")]
    learnt = {entry.kind: entry for entry in learn_links([linked(rows, truth)], cards)}
    assert {e.step for e in learnt.values()} == {2}
    same, other = 2 * 190, 400
    assert (learnt["template"].same_pairs, learnt["template"].other_pairs) == (same, 0)
    assert (learnt["network"].same_pairs, learnt["network"].other_pairs) == (90, 100)
    by_hand = math.log2((90.5 / (same + 1)) / (100.5 / (other + 1)))
    assert learnt["network"].bits == pytest.approx(by_hand, abs=0.001)
    assert learnt["template"].bits > 8


def test_level_bits_are_ordered_so_that_files_can_be_compared() -> None:
    """By subject, detector and level."""
    learnt: list[LevelBits] = learn_bits([seen(1), seen(2, kind="account")], CARDS)
    order = [(entry.subject, entry.detector, entry.level) for entry in learnt]
    assert order == sorted(order)
