"""What levels are worth beside each other is what was planted."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from thrown import (
    EMPTY,
    FALLING,
    TELLING,
    TURNED,
    Shares,
    beside_silence,
    bits_of,
    by_author,
    learnt,
    planted,
)

from fakes import detector_card
from stillwatch.evals.fit import (
    MOST_ASKED,
    MOST_STEP,
    Examples,
    Unseen,
    fit_curve,
    learn_levels,
)


@pytest.mark.parametrize(
    ("kind", "first", "second"), [("account", 0.25, 0.4), ("cluster", 0.4, 0.6)]
)
def test_planted_ratios_are_recovered_beside_silence(
    kind: str, first: float, second: float
) -> None:
    """A level is worth log2 of how much commoner it is in attacks, less what silence is worth.

    The pull towards nothing takes about a twentieth off the larger one, and more off clusters,
    where attacks weigh less beside it; the slope of the curve gives that back.
    """
    examples = planted({"telling": TELLING}, count=20_000)
    bits = bits_of(learn_levels(kind, examples, [detector_card("telling", bands=[0.5, 0.8])]))
    assert bits["telling", 1] == pytest.approx(beside_silence(TELLING, 1), abs=first)
    assert bits["telling", 2] == pytest.approx(beside_silence(TELLING, 2), abs=second)


def test_independent_detectors_are_worth_what_each_is_alone() -> None:
    """What one says takes nothing from the other: together they are worth both."""
    weak: Shares = ((0.3, 0.6), (0.3, 0.2), (0.4, 0.2))
    both = learnt(planted({"one": weak, "other": weak}, count=6_000), "one", "other")
    for name in ("one", "other"):
        assert both[name, 2] == pytest.approx(beside_silence(weak, 2), abs=0.4)


def test_what_two_detectors_say_twice_counts_once() -> None:
    """A detector and its echo share the bits of one; added up they are worth no more than it."""
    alone = learnt(planted({"one": TELLING}), "one")
    both = learnt(planted({"one": TELLING}, like={"echo": "one"}), "one", "echo")
    for level in (1, 2):
        assert both["one", level] + both["echo", level] == pytest.approx(
            alone["one", level], abs=0.2
        )


@pytest.mark.parametrize("seed", range(5))
def test_a_higher_level_never_speaks_less(seed: int) -> None:
    """Whatever the shares, bits rise with the level; for honest families they fall."""
    dice = np.random.default_rng(seed)
    shares = {
        name: tuple(zip(dice.dirichlet([1] * 4), dice.dirichlet([1] * 4), strict=True))
        for name in ("one", "two", "kind")
    }
    cards = [detector_card(name) for name in ("one", "two")]
    cards.append(detector_card("kind", family="honest:kind"))
    bits = bits_of(learn_levels("cluster", planted(shares, seed), cards))
    for name, sign in (("one", 1), ("two", 1), ("kind", -1)):
        rising = [sign * bits[name, level] for level in (1, 2, 3)]
        assert rising == sorted(rising)
        assert rising[0] >= 0


def test_levels_that_fall_are_worth_the_same_unless_the_card_peaks() -> None:
    """Level 2 adds nothing to level 1; a card whose worth peaks has bits of each level alone."""
    examples = planted({"one": FALLING})
    rises = learnt(examples, "one")
    assert rises["one", 2] == rises["one", 1] > 0
    cards = [detector_card("one", bands=[0.5, 0.8], peaks=True)]
    peak = bits_of(learn_levels("cluster", examples, cards))
    assert peak["one", 1] > rises["one", 1] > peak["one", 2]


@pytest.mark.parametrize(
    ("shares", "family", "sign"),
    [
        (TELLING, "content", 1), (TURNED, "content", 0),
        (TURNED, "honest:contract", -1), (TELLING, "honest:contract", 0),
    ],
)  # fmt: skip
def test_a_detector_speaks_only_for_what_it_was_written_for(
    shares: Shares, family: str, sign: int
) -> None:
    """An honest explanation never speaks for an attack, evidence of attacks never against one."""
    bits = learnt(planted({"one": shares}), "one", one=family)
    assert [np.sign(bits["one", level]) for level in (1, 2)] == [sign, sign]


def test_what_says_nothing_earns_about_nothing() -> None:
    """Beside a detector that tells, one that is thrown by dice earns less than half a bit."""
    bits = learnt(planted({"telling": TELLING, "empty": EMPTY}, count=3_000), "telling", "empty")
    assert bits["empty", 2] < 0.5
    assert bits["telling", 2] > 4


def test_no_step_is_worth_more_than_the_most() -> None:
    """A detector that never errs on the traffic we make stays below what coincidence may earn."""
    bits = learnt(planted({"sure": ((0.0, 1.0), (0.0, 0.0), (1.0, 0.0))}), "sure")
    most = round(MOST_STEP / math.log(2), 3)
    assert 1 < bits["sure", 1] <= most
    assert bits["sure", 2] <= bits["sure", 1] + most


def test_what_a_cluster_asks_for_earns_little_however_well_it_tells() -> None:
    """The same detector is worth more of an account, and of another family, than as content."""
    examples = planted({"sure": ((0.0, 1.0), (0.0, 0.0), (1.0, 0.0))})
    cards = [detector_card("sure", bands=[0.5, 0.8], family="content")]
    asked = bits_of(learn_levels("cluster", examples, cards))
    assert 0 < asked["sure", 2] <= round(2 * MOST_ASKED / math.log(2), 3)
    assert bits_of(learn_levels("account", examples, cards))["sure", 2] > 4 * asked["sure", 2]
    assert learnt(examples, "sure", sure="rhythm")["sure", 2] > 4 * asked["sure", 2]


def test_a_rare_coincidence_earns_little() -> None:
    """One attack in six hundred that alone reaches a level is drawn towards nothing."""
    bits = learnt(planted({"rare": ((0.996, 1.0), (0.004, 0.0), (0.0, 0.0))}), "rare")
    common = learnt(planted({"rare": ((0.5, 1.0), (0.5, 0.0), (0.0, 0.0))}), "rare")
    assert 0 < bits["rare", 1] < 0.6 * common["rare", 1]


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Of forty small sets of worlds the truth lies between the ends in at least thirty-four."""
    truth = beside_silence(((0.3, 0.6), (0.7, 0.4)), 1)
    card = detector_card("one", bands=[0.5])
    inside, widths = 0, []
    for seed in range(40):
        examples = planted({"one": ((0.3, 0.6), (0.7, 0.4))}, seed, 600)
        (entry,) = learn_levels("cluster", examples, [card])
        assert entry.low <= entry.bits <= entry.high
        inside += entry.low <= truth <= entry.high
        widths.append(entry.high - entry.low)
    assert inside >= 34
    assert np.mean(widths) < 2


def test_intervals_narrow_as_there_is_more_to_learn_from() -> None:
    """Sixteen times the subjects, less than half the width."""
    card = detector_card("one", bands=[0.5, 0.8])

    def width(count: int) -> float:
        found = learn_levels("cluster", planted({"one": TELLING}, count=count), [card])
        return sum(one.high - one.low for one in found)

    assert width(8_000) < width(500) / 2


def test_one_world_says_nothing_of_how_sure_it_is() -> None:
    """With nothing to leave out the interval is all numbers."""
    examples = planted({"one": TELLING})
    alone = replace(examples, world=[0] * len(examples.world))
    for entry in learn_levels("cluster", alone, [detector_card("one")]):
        assert (entry.low, entry.high) == (-math.inf, math.inf)


def test_equal_examples_give_equal_bits() -> None:
    """To the last digit, and under another order of cards too; ordered by detector and level."""
    examples = planted({"b": TELLING, "a": EMPTY, "c": FALLING})
    cards = [detector_card(name) for name in ("c", "a", "b")]
    first = learn_levels("cluster", examples, cards)
    assert first == learn_levels("cluster", planted({"b": TELLING, "a": EMPTY, "c": FALLING}),
                                 cards[::-1])  # fmt: skip
    order = [(one.detector, one.level) for one in first]
    assert order == sorted(order)
    assert {one.subject for one in first} == {"cluster"}


def test_counts_are_of_subjects_on_the_level_itself() -> None:
    """Who is on level 2 is not counted on level 1; nobody on level 3 is no reason to leave it out.

    A detector that nobody heard has no entry.
    """
    examples = Examples()
    for number in range(40):
        level = (2, 1, 0, 0)[number % 4]
        examples.add({"one": level}, attacks=number % 8 < 2, world=number % 2)
    found = learn_levels("cluster", examples, [detector_card("one"), detector_card("mute")])
    counts = [(one.detector, one.level, one.attack_count, one.honest_count) for one in found]
    assert counts == [("one", 1, 5, 5), ("one", 2, 5, 5), ("one", 3, 0, 0)]


@pytest.mark.parametrize("attacks", [4, 36])
def test_few_subjects_of_a_side_teach_nothing(attacks: int) -> None:
    """Four attacks, or four honest subjects, have no bits and no curve."""
    examples = Examples()
    for number in range(40):
        examples.add({"one": number % 3}, attacks=number < attacks, world=number % 2)
    assert learn_levels("cluster", examples, [detector_card("one")]) == []
    assert fit_curve("cluster", [Unseen.of(examples, [])], 0.03) is None


def test_an_author_is_not_outvoted_by_another_who_wrote_more() -> None:
    """Ten times the subjects of one author leave the bits nearly where equal shares put them."""
    cards = [detector_card("one", bands=[0.5, 0.8])]
    few, many = planted({"one": TELLING}, 1, 600), planted({"one": TURNED}, 2, 600)
    lots = planted({"one": TURNED}, 2, 6_000)
    alike = bits_of(learn_levels("cluster", by_author(("a", few), ("b", many)), cards))
    uneven = bits_of(learn_levels("cluster", by_author(("a", few), ("b", lots)), cards))
    alone = bits_of(learn_levels("cluster", few, cards))
    for step, bits in alike.items():
        assert abs(uneven[step] - bits) < 0.5
    assert alone["one", 2] > alike["one", 2] + 1


def test_what_only_one_author_draws_is_worth_less_than_what_all_do() -> None:
    """A quirk that gives away one author's attacks earns less than a sign in everybody's."""
    both = {"quirk": TELLING, "sign": TELLING}
    others = {"quirk": EMPTY, "sign": TELLING}
    parts = [("a", planted(both, 1)), ("b", planted(others, 2)), ("c", planted(others, 3))]
    bits = learnt(by_author(*parts), "quirk", "sign")
    assert bits["sign", 2] > 2 * bits["quirk", 2]


def test_an_author_can_be_left_out() -> None:
    """What is left is exactly the others' subjects."""
    first, second = planted({"one": TELLING}, 1, 60), planted({"one": EMPTY}, 2, 60)
    left = by_author(("a", first), ("b", second)).without("a")
    assert (left.levels, left.truth, left.world) == (second.levels, second.truth, second.world)
    assert set(left.author) == {"b"}


def test_subjects_of_whom_the_same_is_said_weigh_what_they_weigh_together() -> None:
    """Everybody three times over: the same bits, counts three times as large."""
    cards = [detector_card(one, bands=[0.5, 0.8]) for one in ("one", "two")]
    once = planted({"one": TELLING, "two": EMPTY}, count=600)
    thrice = by_author(*[("own", once)] * 3)
    single, triple = (learn_levels("account", each, cards) for each in (once, thrice))
    for alone, many in zip(single, triple, strict=True):
        assert many.bits == pytest.approx(alone.bits, abs=0.01)
        assert (many.attack_count, many.honest_count) == (
            3 * alone.attack_count,
            3 * alone.honest_count,
        )
