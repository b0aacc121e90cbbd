"""Trains students on a campaign's haul, washed in many ways, and asks each active test of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stillwatch.evals.proof.corpus import Pair, concise, paraphrased, without_opening
from stillwatch.evals.proof.haul import (
    MARKED,
    OTHERS,
    SCHEME,
    Replies,
    Served,
    World,
    ask,
    human,
    p_values,
    serve,
)
from stillwatch.evals.proof.student import Network, Shape, answers, train
from stillwatch.verifier.canary import p_of, stakes, surprise
from stillwatch.verifier.randomisation import exact_p
from stillwatch.verifier.served import coin_tables, twin_table
from stillwatch.verifier.watermark import scored_places

TESTS = ("canaries", "habits", "twin answers", "withheld prompts", "watermark")
PAIRS = 700  # that every student is trained on, whatever their mixture
ALPHAS = (0.05, 0.01)
Wash = Callable[[Pair, np.random.Generator], Pair]


@dataclass(frozen=True, slots=True)
class Condition:
    """How a student uses a haul."""

    name: str
    share: float  # of its training pairs that are the campaign's
    wash: Wash = lambda pair, _: pair
    epochs_after: int = 0  # of further training on other people's text


CONDITIONS = (
    Condition("75 % of the data", 0.75),
    Condition("50 %", 0.5),
    Condition("25 %", 0.25),
    Condition("10 %", 0.1),
    Condition("75 %, openings stripped", 0.75, lambda pair, _: without_opening(pair)),
    Condition("75 %, first sentence only", 0.75, lambda pair, _: concise(pair)),
    Condition("75 %, half the wordings changed", 0.75, lambda pair, d: paraphrased(pair, d, 0.5)),
    Condition("75 %, all wordings changed", 0.75, lambda pair, d: paraphrased(pair, d, 1.0)),
    Condition("75 %, then 4 epochs of other text", 0.75, epochs_after=4),
    Condition("75 %, then 12 epochs of other text", 0.75, epochs_after=12),
)


def student(
    place: World, served: Served, condition: Condition, dice: np.random.Generator
) -> Network:
    """A student, trained from the common base on the washed haul and other people's text."""
    taken = dice.permutation(len(served.pairs))[: round(PAIRS * condition.share)]
    washed = [condition.wash(served.pairs[at], dice) for at in taken.tolist()]
    other = human(place.clean_writer, PAIRS - len(washed), dice)
    trained = train(place.base, [*washed, *other], place.shape, dice)
    if condition.epochs_after:
        after = Shape(epochs=condition.epochs_after, rate=place.shape.rate / 2)
        trained = train(trained, human(place.clean_writer, PAIRS, dice), after, dice)
    return trained


def guilty(
    place: World,
    seed: int,
    hauls: int,
    conditions: Sequence[Condition],
    tell: Callable[[str], None],
) -> tuple[dict[str, dict[str, list[float]]], list[float]]:
    """The p-values by condition and test; and the canary p-values of units that fed nobody."""
    found: dict[str, dict[str, list[float]]] = {
        one.name: {test: [] for test in TESTS} for one in conditions
    }
    wrong: list[float] = []
    for haul in range(hauls):
        dice = np.random.default_rng([seed, 2, haul])
        served = serve(place, dice)
        for condition in conditions:
            replies = ask(place, served, student(place, served, condition, dice), dice)
            for test, p_value in p_values(served, replies).items():
                found[condition.name][test].append(p_value)
            for unit in OTHERS:
                wrong += p_values(served, replies, unit).values()
            tell(f"haul {haul + 1}, {condition.name}")
    return found, wrong


@dataclass(frozen=True, slots=True)
class Innocent:
    """How often innocent students are accused, over fresh keys."""

    students: int
    keys: int
    rejected: Mapping[str, Mapping[float, int]]


def innocents(
    place: World, seed: int, students: int, keys: int, tell: Callable[[str], None]
) -> Innocent:
    """Students without any of the campaign's answers, tried against many fresh keys each.

    Every second one is a hard case: three quarters of its text are the same teacher's answers to
    the very prompts of the campaign, drawn anew, without watermark and in nobody's habits.
    """
    rejected = {test: dict.fromkeys(ALPHAS, 0) for test in TESTS}
    for number in range(students):
        dice = np.random.default_rng([seed, 3, number])
        served = serve(place, dice)
        pairs = human(place.clean_writer, PAIRS, dice)
        if number % 2:
            asks = [*served.twins, *served.coins]
            drawn = map(Pair, asks, answers(place.teacher, asks, dice))
            pairs = [*drawn, *pairs[: PAIRS - len(asks)]]
        replies = ask(place, served, train(place.base, pairs, place.shape, dice), dice)
        for test, p_value in _with_fresh_keys(replies, keys, dice):
            for alpha in ALPHAS:
                rejected[test][alpha] += p_value <= alpha
        tell(f"innocent {number + 1}")
    return Innocent(students, keys, rejected)


def _with_fresh_keys(
    replies: Replies, keys: int, dice: np.random.Generator
) -> list[tuple[str, float]]:
    """The p-values of one suspect if the keys had been others; its replies stay the same."""
    tables: dict[str, Sequence[Sequence[int]]] = {
        "twin answers": [twin_table(one) for one in replies.twins]
    }
    counts = {}
    for test, prefix in (("canaries", "c"), ("habits", "h-")):
        counts[test] = [of for name, of in replies.counts.items() if name.startswith(prefix)]
        tables[test] = [surprise(stakes(one)) for one in counts[test]]
    places, _ = scored_places(SCHEME, replies.free[:MARKED])
    tables["withheld prompts"] = coin_tables(replies.coins)
    found = []
    for _ in range(keys):
        for test, of_test in tables.items():
            drawn = [int(dice.integers(len(one))) for one in of_test]
            doubled = test in counts
            p_value = p_of(counts[test], of_test, drawn) if doubled else exact_p(of_test, drawn)
            found.append((test, p_value))
        key = dice.bytes(32)
        found.append(("watermark", SCHEME.tail([SCHEME.value(key, one) for one in places])))
    return found
