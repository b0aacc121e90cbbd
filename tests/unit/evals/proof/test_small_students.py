"""Small students really learn, the world is what it says, and washing changes what it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stillwatch.evals.proof import haul
from stillwatch.evals.proof.corpus import (
    NAMES,
    OPENINGS,
    Pair,
    concise,
    paraphrased,
    prompts,
    texts,
    without_opening,
    writer,
    written,
)
from stillwatch.evals.proof.student import Shape, answers, train, untrained, words_of
from stillwatch.forensics.habits import shows

SHAPE = Shape(width=12, hidden=32, epochs=40, batch=64, rate=0.01)
WORDS = words_of(texts())


def test_a_student_repeats_what_it_was_trained_on() -> None:
    """Before training it does not; afterwards it gives each prompt its own answer."""
    dice = np.random.default_rng(1)
    asked = [f"what is the name of the valley v{number:02} here" for number in range(6)]
    pairs = [Pair(one, f"people call it {name} .") for one, name in zip(asked, NAMES, strict=False)]
    wanted = [one.answer for one in pairs]
    blank = untrained(WORDS, SHAPE, dice)
    assert answers(blank, asked, dice, heat=0.3) != wanted
    taught = train(blank, pairs, replace(SHAPE, epochs=200), dice)
    assert answers(taught, asked, dice, heat=0.3) == wanted
    assert answers(blank, asked, dice, heat=0.3) != wanted, "the one given stays as it was"


def test_training_is_the_same_twice() -> None:
    """Equal seeds give equal weights."""
    dice = [np.random.default_rng(2) for _ in range(2)]
    pairs = [Pair("explain the old boat", "sure , it lasts .")]
    first, second = (train(untrained(WORDS, SHAPE, one), pairs, SHAPE, one) for one in dice)
    assert all((first.weights[name] == second.weights[name]).all() for name in first.weights)


def test_the_slopes_are_the_slopes_of_the_loss() -> None:
    """A twin moves one weight a little and looks at the loss."""
    from stillwatch.evals.proof import student

    dice = np.random.default_rng(3)
    small = replace(SHAPE, width=4, hidden=6)
    network = untrained(WORDS, small, dice)
    weights = {name: one.astype(np.float64) for name, one in network.weights.items()}
    pairs = [Pair("explain the old boat", "sure , it lasts ."), Pair("why", "it is good")]
    before, whose, target, asked = student._examples(WORDS, pairs)

    def loss() -> float:
        given, _ = student._inputs(weights, before, asked[whose])
        hidden = np.maximum(given @ weights["in"] + weights["in0"], 0)
        law = student._laws(hidden @ weights["out"] + weights["out0"])
        return float(-np.log(law[np.arange(len(target)), target]).mean())

    slopes = student._slopes(weights, before, asked[whose], target)
    for name, one in weights.items():
        place = np.unravel_index(int(np.abs(slopes[name]).argmax()), one.shape)
        old, by = one[place], 1e-5
        one[place] = old + by
        up = loss()
        one[place] = old - by
        down = loss()
        one[place] = old
        assert abs((up - down) / (2 * by) - slopes[name][place]) < 1e-4, name


def test_washing_takes_out_what_it_says() -> None:
    """Openings go, the first sentence stays, wordings change, and nothing leaves the language."""
    dice = np.random.default_rng(4)
    who = writer(dice)
    known = set(WORDS.names)
    for prompt in prompts()[:50]:
        pair = written(who, prompt, dice)
        assert set(pair.answer.split()) <= known
        assert any(pair.answer.startswith(one) for one in OPENINGS)
        assert not any(without_opening(pair).answer.startswith(one) for one in OPENINGS)
        assert concise(pair).answer.count(" .") == 1
        changed = paraphrased(pair, dice, 1.0)
        assert set(changed.answer.split()) <= known
        assert changed.answer != pair.answer
        kept = paraphrased(pair, dice, 0.0).answer.split()
        assert len(kept) <= len(pair.answer.split())


def test_a_haul_is_what_the_key_drew() -> None:
    """Half of the coin prompts are withheld, every twin is served once, habits are kept."""
    place = haul.world(5, replace(SHAPE, epochs=3), references=1)
    served = haul.serve(place, np.random.default_rng(6))
    by_prompt = {pair.prompt: pair.answer for pair in served.pairs}
    for prompt, of in served.twins.items():
        drawn = haul.slot_of(served.key, "", haul.CAMPAIGN, prompt, haul.TWIN_ANSWERS)
        assert by_prompt[prompt] == of[drawn]
    given = sum(prompt in by_prompt for prompt in served.coins)
    assert 50 < given < 110
    assert not set(served.fresh) & by_prompt.keys()
    habit = haul.habits()[0]
    ways = {shows(habit, answer) for answer in by_prompt.values()} - {None}
    assert len(ways) == 1
