"""What levels are worth beside each other is what was planted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from fakes import detector_card, level_bits
from stillwatch.evals.fit import (
    LEAST_SLOPE,
    MOST_ASKED,
    MOST_SLOPE,
    MOST_STEP,
    Examples,
    Unseen,
    fit_curve,
    learn_levels,
    unseen,
)
from stillwatch.model.evidence import LevelBits, Posterior

WORLDS = 6
# How often each level is reached: by attacks, by honest subjects.
Shares = Sequence[tuple[float, float]]
TELLING: Shares = ((0.1, 0.6), (0.1, 0.3), (0.8, 0.1))
EMPTY: Shares = ((0.5, 0.5), (0.25, 0.25), (0.25, 0.25))
TURNED: Shares = ((0.6, 0.1), (0.3, 0.1), (0.1, 0.8))
FALLING: Shares = ((0.2, 0.6), (0.7, 0.1), (0.1, 0.3))  # level 2 speaks less than level 1


def planted(
    shares: Mapping[str, Shares],
    seed: int = 1,
    count: int = 1_200,
    like: Mapping[str, str] | None = None,
) -> Examples:
    """Half attacks, half honest; detectors are independent but for those that are `like` another.

    Silence makes no entry for accounts and level 0 for clusters; both must mean the same.
    """
    dice = np.random.default_rng(seed)
    attacks = np.arange(count) % 2 == 0
    drawn = {}
    for name, share in shares.items():
        both = np.empty(count, np.int64)
        for side, mine in enumerate((attacks, ~attacks)):
            chances = [each[side] for each in share]
            both[mine] = dice.choice(len(chances), size=mine.sum(), p=chances)
        drawn[name] = both.tolist()
    drawn |= {name: drawn[other] for name, other in (like or {}).items()}
    found = Examples()
    for subject in range(count):
        said = {name: levels[subject] for name, levels in drawn.items()}
        if subject % 3:
            said = {name: level for name, level in said.items() if level}
        found.add(said, attacks=subject % 2 == 0, world=(subject + subject // WORLDS) % WORLDS)
    return found


def bits_of(level: Sequence[LevelBits]) -> dict[tuple[str, int], float]:
    """Bits by detector and level."""
    return {(one.detector, one.level): one.bits for one in level}


def learnt(examples: Examples, *names: str, **families: str) -> dict[tuple[str, int], float]:
    """Bits of detectors with two levels, each of a family of its own or of the one named."""
    cards = [detector_card(name, bands=[0.5, 0.8], family=families.get(name, name))
             for name in names]  # fmt: skip
    return bits_of(learn_levels("cluster", examples, cards))


def beside_silence(shares: Shares, level: int) -> float:
    """By how many bits a level speaks more for an attack than silence does."""
    (attack, honest), (silent_attack, silent_honest) = shares[level], shares[0]
    return math.log2(attack / honest) - math.log2(silent_attack / silent_honest)


def test_planted_ratios_are_recovered_beside_silence() -> None:
    """A level is worth log2 of how much commoner it is in attacks, less what silence is worth.

    The pull towards nothing takes up to a tenth off, and evens the two steps out a little.
    """
    bits = learnt(planted({"telling": TELLING}, count=20_000), "telling")
    assert bits["telling", 1] == pytest.approx(beside_silence(TELLING, 1), abs=0.4)
    assert bits["telling", 2] == pytest.approx(beside_silence(TELLING, 2), abs=0.6)


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


def by_author(*parts: tuple[str, Examples]) -> Examples:
    """The same subjects, each part written by somebody else."""
    found = Examples()
    for author, part in parts:
        for levels, attacks, world in zip(part.levels, part.truth, part.world, strict=True):
            found.add(levels, attacks=attacks, world=world, author=author)
    return found


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


def test_where_there_are_few_authors_half_of_the_worlds_meet_the_other_half() -> None:
    """Every subject once, none in the half that taught its levels."""
    examples = planted({"one": TELLING})
    found = unseen("cluster", examples, [detector_card("one", bands=[0.5, 0.8])])
    assert [{world % 2 for world in one.examples.world} for one in found] == [{0}, {1}]
    assert sum(len(one.examples.truth) for one in found) == len(examples.truth)


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
