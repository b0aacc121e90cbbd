"""How sure sums of bits may be, on traffic that they were not learnt from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from thrown import (
    EMPTY,
    TELLING,
    WORLDS,
    beside_silence,
    bits_of,
    by_author,
    planted,
)

from fakes import detector_card, level_bits
from stillwatch.evals.fit import (
    LEAST_SLOPE,
    MOST_SLOPE,
    Examples,
    Unseen,
    fit_curve,
    unseen,
)
from stillwatch.model.evidence import LevelBits, Posterior


def curve(examples: Examples, level: Sequence[LevelBits], prior: float = 0.03) -> Posterior | None:
    """The curve of clusters on traffic that these levels were not learnt from."""
    return fit_curve("cluster", [Unseen.of(examples, level)], prior)


TRUE = [level_bits("telling", level, beside_silence(TELLING, level)) for level in (1, 2)]


@pytest.mark.parametrize(("claims", "slope"), [(1.0, 1.0), (2.0, 0.5), (4.0, 0.25)])
def test_sums_that_claim_too_much_are_cut_down(claims: float, slope: float) -> None:
    """Bits twice or four times as many as the truth are worth a half or a quarter."""
    level = [replace(one, bits=claims * one.bits) for one in TRUE]
    found = curve(planted({"telling": TELLING}, 7, 6_000), level)
    assert found is not None
    assert found.slope == pytest.approx(slope, rel=0.1)


@pytest.mark.parametrize("prior", [0.03, 0.0005])
def test_the_posterior_is_the_planted_odds_times_the_prior(prior: float) -> None:
    """Who reaches level 2 attacks eight times as often as not, at even odds."""
    found = curve(planted({"telling": TELLING}, 7, 6_000), TRUE, prior)
    assert found is not None
    assert found.subject == "cluster"
    for level, (attack, honest) in enumerate(TELLING):
        total = found.slope * sum(one.bits for one in TRUE if one.level == level)
        odds = math.log2(attack / honest * prior)
        assert total + found.offset == pytest.approx(odds, abs=0.4)


def test_bits_that_say_the_contrary_are_hardly_worth_anything() -> None:
    """The slope never turns evidence around, and never makes more of it than it claimed."""
    examples = planted({"telling": TELLING}, 7)
    for by, slope in ((-1.0, LEAST_SLOPE), (0.2, MOST_SLOPE)):
        turned = [replace(one, bits=by * one.bits) for one in TRUE]
        found = curve(examples, turned)
        assert found is not None
        assert found.slope == pytest.approx(slope)


def test_worlds_that_make_every_crowd_suspicious_are_levelled() -> None:
    """Half of the worlds show a sign on everybody; the curve is as steep as without it."""
    examples = planted({"telling": TELLING}, 7, 6_000)
    plain = curve(examples, TRUE)
    for levels, world in zip(examples.levels, examples.world, strict=True):
        if world % 2:
            levels["everywhere"] = 1
    found = curve(examples, [*TRUE, level_bits("everywhere", 1, 4.0)])
    assert plain is not None
    assert found is not None
    assert plain.usual is not None
    assert found.usual == pytest.approx(plain.usual + 2.0 * found.slope, abs=0.2)
    assert found.slope == pytest.approx(plain.slope, rel=0.1)


def test_crumbs_of_campaigns_do_not_flatten_the_curve_where_it_decides() -> None:
    """A third of the attacking clusters look like any crowd; those that do not are nearly as sure.

    A line through everything would ask for five bits more than without them.
    """
    dice = np.random.default_rng(3)
    with_crumbs, without = Examples(), Examples()
    level = [level_bits("telling", one, 1.0 * one) for one in range(1, 31)]
    for number in range(6_000):
        attacks = number % 2 == 0
        crumb = attacks and number % 3 == 0
        bits = int(np.clip(dice.normal(18 if attacks and not crumb else 9, 2.5), 1, 30))
        with_crumbs.add({"telling": bits}, attacks=attacks, world=number // 6 % WORLDS)
        if not crumb:
            without.add({"telling": bits}, attacks=attacks, world=number // 6 % WORLDS)
    crumbs, clean = (curve(one, level) for one in (with_crumbs, without))
    assert crumbs is not None
    assert clean is not None
    need = [(3.2 - one.offset) / one.slope for one in (crumbs, clean)]
    assert need[0] == pytest.approx(need[1], abs=3.0)


def test_bits_of_another_kind_of_subject_do_not_count() -> None:
    """The curve of clusters stands on bits of clusters alone."""
    examples = planted({"telling": TELLING}, 7)
    others = [level_bits("telling", level, 9.0, subject="account") for level in (1, 2)]
    assert curve(examples, [*TRUE, *others]) == curve(examples, TRUE)


def test_where_there_are_few_authors_half_of_the_worlds_meet_the_other_half() -> None:
    """Every subject once, none in the half that taught its levels."""
    examples = planted({"one": TELLING})
    found = unseen("cluster", examples, [detector_card("one", bands=[0.5, 0.8])])
    assert [{world % 2 for world in one.examples.world} for one in found] == [{0}, {1}]
    assert sum(len(one.examples.truth) for one in found) == len(examples.truth)


def test_each_author_meets_what_the_others_taught() -> None:
    """A quirk of one author's attacks is worth nothing on his own traffic, and misleads nobody."""
    both, others = {"quirk": TELLING, "sign": TELLING}, {"quirk": EMPTY, "sign": TELLING}
    parts = [("a", planted(both, 1)), ("b", planted(others, 2)), ("c", planted(others, 3))]
    cards = [detector_card(one, bands=[0.5, 0.8]) for one in ("quirk", "sign")]
    found = unseen("cluster", by_author(*parts), cards)
    assert [set(one.examples.author) for one in found] == [{"a"}, {"b"}, {"c"}]
    worth = [bits_of(list(one.level)) for one in found]
    assert worth[0].get(("quirk", 2), 0.0) < 0.3 < 0.5 < worth[1]["quirk", 2]
    assert all(one["sign", 2] > 3 for one in worth)


@pytest.mark.parametrize("silent", [frozenset(), frozenset({"one"})])
def test_sums_are_those_of_adding_up_one_by_one(silent: frozenset[str]) -> None:
    """The matrix says what a loop over levels says, detectors that are silent left out."""
    examples = planted({"one": TELLING, "two": EMPTY}, count=200)
    level = [level_bits("one", 1, 1.5), level_bits("one", 2, 4.0), level_bits("two", 1, -2.0)]
    level += [level_bits("two", 2, 9.0, subject="account")]
    worth = {("one", 1): 1.5, ("one", 2): 4.0, ("two", 1): -2.0}
    slow = [
        sum(worth.get(step, 0.0) for step in said.items() if step[0] not in silent)
        for said in examples.levels
    ]
    assert Unseen.of(examples, level).sums("cluster", silent).tolist() == pytest.approx(slow)
