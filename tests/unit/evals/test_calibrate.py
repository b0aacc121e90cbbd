"""Calibration finds the worth of evidence that was planted."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from fakes import LIMITS, detector_card, link_card, observed, signals, worth
from stillwatch.evals.calibrate import (
    LEAST_ACCOUNTS,
    PRIOR_ODDS,
    examples_of,
    subject_labels,
    weighed,
)
from stillwatch.evals.calibrate_links import learn_links
from stillwatch.evals.fit import learn_levels
from stillwatch.evals.laboratory import Observed, attacking_groups
from stillwatch.evals.worlds import JUDGE_SEEDS, LEARN_SEEDS, LINK_SEEDS
from stillwatch.stages.score import score
from stillwatch.stages.traits import kind_id

CARDS = [detector_card("telling"), detector_card("empty")]
# How often each level is reached: by attacks, by honest subjects.
TELLING = {0: (0.1, 0.6), 1: (0.1, 0.3), 2: (0.8, 0.1)}
PARTS = ("LINK_SEEDS", "LEARN_SEEDS", "JUDGE_SEEDS")


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
            truth[account] = {"is_hostile": attacks, "class": "judge" if attacks else "person"}
        clusters[subject] = own
    if kind == "account":  # there, silence makes no row
        rows = [row for row in rows if row[2]]
        clusters = {}
    return observed(signals(rows, kind=kind), truth, clusters)


def beside_silence(level: int) -> float:
    """By how many bits a level speaks more for an attack than silence does."""
    (attack, honest), (silent_attack, silent_honest) = TELLING[level], TELLING[0]
    return math.log2(attack / honest) - math.log2(silent_attack / silent_honest)


@pytest.mark.parametrize("kind", ["cluster", "account"])
def test_planted_evidence_becomes_bits_and_a_posterior(kind: str) -> None:
    """Levels, and the curve on worlds that they were not learnt from, give the planted odds.

    Of the other kind of subject nothing was said, and nothing is learnt.
    """
    bits = weighed(worth(), examples_of([seen(one, kind=kind) for one in range(1, 6)]), CARDS)
    (curve,) = (one for one in bits.posterior if one.subject == kind)
    assert {entry.subject for entry in bits.level} == {kind}
    worth_of = {(entry.detector, entry.level): entry.bits for entry in bits.level}
    assert all(abs(worth_of["empty", level]) < 0.4 for level in (1, 2))
    for level, (attack, honest) in TELLING.items():
        odds = math.log2(attack / honest * PRIOR_ODDS[kind])
        near = 0.5 if kind == "account" else 0.7  # the pull is stronger on levels of clusters
        assert worth_of.get(("telling", level), 0.0) + curve.offset == pytest.approx(odds, abs=near)
    table = signals([("telling", level, level) for level in TELLING], kind=kind)
    sure = score(table, CARDS, bits, LIMITS).subjects.column("posterior").to_pylist()
    assert sure == sorted(sure)
    assert len(set(sure)) == len(sure)


def test_what_all_sums_claim_too_much_is_taken_off_every_level() -> None:
    """Where signs of one author mislead on another, bits and their intervals are cut down alike."""
    authors = "abc"
    agreed = [replace(seen(one), author=author) for one, author in enumerate(authors)]
    odd = [agreed[0], agreed[1], replace(turned(seen(2)), author="c")]
    same, less = (weighed(worth(), examples_of(one), CARDS) for one in (agreed, odd))
    raw = learn_levels("cluster", examples_of(odd)["cluster"], CARDS)
    for full, cut, before in zip(same.level, less.level, raw, strict=True):
        assert (full.detector, full.level) == (cut.detector, cut.level)
        if full.detector == "telling":
            assert cut.bits < 0.9 * before.bits
            assert cut.bits < 0.8 * full.bits
            assert cut.high - cut.low < before.high - before.low
            assert (cut.bits - cut.low) == pytest.approx(cut.high - cut.bits, abs=0.01)


def turned(seen: Observed) -> Observed:
    """The same with the signals of a quarter of the attacks and of the honest subjects swapped."""
    place = {0: -1, 7: 1}
    rows = [
        (row["detector_id"], row["subject_id"] + place.get(row["subject_id"] % 8, 0), row["level"])
        for row in seen.run.signals.to_pylist()
    ]
    return replace(seen, run=replace(seen.run, signals=signals(rows)))


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


def test_clusters_of_few_owners_teach_nothing() -> None:
    """What is never called is not learnt from: three owners are too few, unknown ones too."""
    truth = {n: {"is_hostile": True} for n in range(3 * LEAST_ACCOUNTS)}
    clusters = {100 + n: range(n * LEAST_ACCOUNTS, (n + 1) * LEAST_ACCOUNTS) for n in range(3)}
    run = observed(signals([]), truth, clusters, owners={100: 4, 101: 3}, least_owners=4)
    assert [key for key in subject_labels(run) if key[0] == "cluster"] == [("cluster", 100)]


def test_examples_hold_what_was_said_of_every_labelled_subject() -> None:
    """Silent ones too, each with its world; signals of subjects without a label are left out."""
    half = {
        n: {"is_hostile": n < LEAST_ACCOUNTS, "class": "any"} for n in range(2 * LEAST_ACCOUNTS)
    }
    clusters = {100: range(LEAST_ACCOUNTS), 200: range(LEAST_ACCOUNTS, 2 * LEAST_ACCOUNTS)}
    said = signals([("telling", 100, 2), ("empty", 100, 0), ("telling", 999, 2)])
    found = examples_of([observed(said, half, clusters), observed(signals([]), half, clusters)])
    assert found["cluster"].levels == [{"telling": 2, "empty": 0}, {}, {}, {}]
    assert found["cluster"].truth == [True, False, True, False]
    assert found["cluster"].world == [0, 0, 1, 1]
    assert found["account"].levels == [{}] * 4 * LEAST_ACCOUNTS


def test_members_of_attacking_clusters_are_examples_of_belonging() -> None:
    """Each account of the largest such clusters once, silent ones too, by its own truth."""
    size = LEAST_ACCOUNTS
    truth = {n: {"is_hostile": n < size - 2, "class": "any"} for n in range(3 * size)}
    clusters = {
        100: range(size),
        200: range(1, size),  # nested in the first, and too small
        300: range(size, 3 * size),  # honest
    }
    run = observed(signals([]), truth, clusters)
    groups = attacking_groups(run.run, truth, least_owners=1)
    assert groups == [list(range(size))]
    near = signals([("telling", size - 1, 2)], kind="member")
    found = examples_of([replace(run, groups=groups, near=near)])["member"]
    assert found.truth == [True] * (size - 2) + [False] * 2
    assert found.levels == [{}] * (size - 1) + [{"telling": 2}]


def test_what_has_part_in_a_kind_of_campaign_can_be_left_out() -> None:
    """Accounts of these kinds go, and every cluster with even one of them; the rest stays."""
    kinds = ["judge"] * LEAST_ACCOUNTS + ["prober"] * LEAST_ACCOUNTS + ["person"] * LEAST_ACCOUNTS
    truth: dict[int, dict[str, object]] = {
        n: {"is_hostile": kind != "person", "class": kind} for n, kind in enumerate(kinds)
    }
    clusters = {
        100: range(LEAST_ACCOUNTS),
        200: range(LEAST_ACCOUNTS, 2 * LEAST_ACCOUNTS),
        300: [LEAST_ACCOUNTS - 1, *range(LEAST_ACCOUNTS, 2 * LEAST_ACCOUNTS)],
        400: range(2 * LEAST_ACCOUNTS, 3 * LEAST_ACCOUNTS),
    }
    said = signals([("telling", cluster, cluster // 100 % 3) for cluster in clusters])
    run = observed(said, truth, clusters)
    every = examples_of([run])
    without = {name: one.without_kinds(frozenset({"judge"})) for name, one in every.items()}
    assert [one["telling"] for one in every["cluster"].levels] == [1, 2, 0, 1]
    assert [one["telling"] for one in without["cluster"].levels] == [2, 1]
    assert without["cluster"].truth == [True, False]
    assert sum(every["account"].truth) == 2 * LEAST_ACCOUNTS
    assert sum(without["account"].truth) == LEAST_ACCOUNTS
    assert without["account"].truth.count(False) == LEAST_ACCOUNTS


def test_what_was_never_seen_on_both_sides_is_worth_nothing() -> None:
    """Attacks alone, or honest subjects alone, have neither bits nor a curve."""
    both = seen(1)
    for label in (True, False):
        truth = {n: {**row, "is_hostile": label} for n, row in both.truth.items()}
        bits = weighed(worth(), examples_of([replace(both, truth=truth)]), CARDS)
        assert (bits.level, bits.posterior) == ([], [])


def test_worlds_that_teach_and_worlds_that_judge_are_never_the_same() -> None:
    """No seed is used for two of links, levels and judgement, nor twice for one."""
    parts = dict(zip(PARTS, (LINK_SEEDS, LEARN_SEEDS, JUDGE_SEEDS), strict=True))
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


def test_links_of_an_author_with_large_campaigns_do_not_drown_the_others() -> None:
    """Rates are averaged over authors: pairs grow with the square of a campaign."""

    def world(size: int, author: str, *, shared: bool) -> Observed:
        truth = {
            n: {"is_hostile": True, "campaign": "one", "look_alike": None}
            if n < size
            else {"is_hostile": False, "campaign": None, "look_alike": "people"}
            for n in range(2 * size)
        }
        rows = [(n, "network", 9, 20) for n in range(size) if shared]
        rows += [(n, "network", 8, 20) for n in range(size - 4, size + 4)]
        return replace(linked(rows, truth), author=author)

    cards = [link_card("network")]
    small, large = world(20, "a", shared=True), world(100, "b", shared=False)
    (both,) = learn_links([small, large], cards)
    (poured,) = learn_links([replace(small, author="b"), large], cards)
    assert both.same_pairs == poured.same_pairs
    assert both.bits > poured.bits + 0.5


def test_level_bits_are_ordered_so_that_files_can_be_compared() -> None:
    """By subject, detector and level; equal worlds give equal bits."""
    worlds = [seen(1), seen(2, kind="account"), seen(3), seen(4, kind="account")]
    first, second = (weighed(worth(), examples_of(worlds), CARDS) for _ in range(2))
    order = [(entry.subject, entry.detector, entry.level) for entry in first.level]
    assert order == sorted(order)
    assert {subject for subject, _, _ in order} == {"account", "cluster"}
    assert first == second


def both(seed: int) -> Observed:
    """Two detectors that tell attacks apart, one of them from the accounts table."""
    first, second = seen(seed), seen(seed + 50)
    renamed = second.run.signals.set_column(
        second.run.signals.column_names.index("detector_id"),
        "detector_id",
        pa.array(
            [
                {"telling": "plans", "empty": "nothing"}[one]
                for one in second.run.signals.column("detector_id").to_pylist()
            ]
        ),
    )
    run = replace(first.run, signals=pa.concat_tables([first.run.signals, renamed]))
    return replace(first, run=run)


def test_a_log_without_a_source_has_a_curve_of_its_own() -> None:
    """What is left says as much as it would if nothing else had ever been measured.

    With both detectors silent on a subject, the missing one is not counted as an honest silence.
    """
    cards = [detector_card("telling"), detector_card("plans", needs=["plan"])]
    bits = weighed(worth(), examples_of([both(one) for one in range(1, 6)]), cards)
    assert [one.without for one in bits.posterior if one.subject == "cluster"] == [[], ["accounts"]]
    table = signals([("telling", level, level) for level in TELLING], kind="cluster")
    lacking = score(table, cards, bits.heard(frozenset({"accounts"})), LIMITS)
    for row in lacking.subjects.to_pylist():
        attack, honest = TELLING[row["subject_id"]]
        odds = attack / honest * PRIOR_ODDS["cluster"]
        got = row["posterior"] / (1 - row["posterior"])
        assert math.log2(got) == pytest.approx(math.log2(odds), abs=0.7)
    whole = score(table, cards, bits.heard(frozenset()), LIMITS)
    assert whole.subjects.column("posterior").to_pylist()[2] < row["posterior"]


def test_sources_that_no_detector_needs_make_no_curve() -> None:
    """A curve for every gap that nobody would notice would be noise in a file that people read."""
    bits = weighed(worth(), examples_of([seen(1), seen(2)]), CARDS)
    assert all(one.without == [] for one in bits.posterior)
