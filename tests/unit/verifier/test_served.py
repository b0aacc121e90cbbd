"""What a campaign was served: twin answers and withheld prompts exactly, matched twins by rank."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from stillwatch.verifier.served import (
    CoinPrompt,
    MatchedPair,
    TwinAnswers,
    agreement,
    coin_test,
    rank_test,
    resemblances,
    slot_of,
    twin_table,
    twin_test,
)

WORDS = [f"w{number}" for number in range(60)]


def sentence(dice: np.random.Generator, length: int = 12) -> str:
    """Words without meaning."""
    return " ".join(dice.choice(WORDS, length))


def trials(count: int, seed: int, copied: float) -> list[TwinAnswers]:
    """A suspect that repeats the served answer sometimes and otherwise one of any."""
    dice, made = np.random.default_rng(seed), []
    for number in range(count):
        answers = tuple(sentence(dice) for _ in range(4))
        served = int(dice.integers(4))
        said = served if dice.random() < copied else int(dice.integers(4))
        made.append(
            TwinAnswers(
                prompt=f"p{number}",
                answers=answers,
                served=served,
                replies=(answers[said], sentence(dice)),
                reference_replies=(sentence(dice),),
            )
        )
    return made


def test_a_suspect_that_repeats_what_was_served_is_found() -> None:
    """A third of the answers is plenty; none is nothing."""
    found = twin_test(trials(60, 1, 0.33))
    assert found.p_value < 1e-4
    assert found.e_highest > 100
    assert found.statistic > 0
    assert twin_test(trials(60, 2, 0.0)).p_value > 0.01


def test_p_is_valid_over_every_draw_of_what_was_served() -> None:
    """With the texts fixed, each way to have served is equally likely: p <= alpha at most alpha."""
    fixed = trials(4, 3, 1.0)
    found = sorted(
        twin_test(
            [replace(one, served=draw) for one, draw in zip(fixed, draws, strict=True)]
        ).p_value
        for draws in itertools.product(range(4), repeat=4)
    )
    for alpha in (1 / 256, 0.01, 0.05, 0.3):
        assert sum(p <= alpha for p in found) <= alpha * len(found)
    assert found[0] == pytest.approx(1 / 256)


def test_the_table_does_not_know_what_was_served() -> None:
    """Resemblance is computed alike for every answer."""
    one = trials(1, 4, 1.0)[0]
    assert twin_table(one) == twin_table(replace(one, served=(one.served + 1) % 4))


def test_what_every_model_says_is_taken_out() -> None:
    """A reply that resembles an answer no more than the references' replies tells nothing."""
    one = trials(1, 5, 1.0)[0]
    same = replace(one, replies=(one.answers[0],), reference_replies=(one.answers[0],))
    assert twin_table(same) == [0, 0, 0, 0]
    assert twin_test([same]).telling == 0


def test_only_what_sets_answers_apart_counts() -> None:
    """Shared words weigh nothing when all share them; equal answers cannot be told apart."""
    assert resemblances("a b c d", ["a b c d", "a b x y"])[0] == 1
    assert resemblances("a b", ["a b c", "a b d"])[0] == resemblances("a b", ["a b c", "a b d"])[1]
    assert resemblances("a b", ["a b", "a b"]) == [0, 0]
    assert resemblances("", ["a b", "c d"]) == [0, 0]
    assert agreement("a b c", "") == 0
    assert agreement("the red boat", "the red boat") == 1


def coins(count: int, seed: int, knows: bool) -> list[CoinPrompt]:
    """Prompts of which half were withheld; a suspect that learnt repeats the served ones."""
    dice, key, made = np.random.default_rng(seed), bytes([seed]) * 32, []
    for number in range(count):
        prompt, answer = f"p{number}", sentence(dice)
        slot = slot_of(key, "", "X", prompt, 2)
        said = answer if slot and knows and dice.random() < 0.4 else sentence(dice)
        made.append(CoinPrompt(prompt=prompt, answer=answer, slot=slot, slots=2, replies=(said,)))
    return made


def test_withheld_prompts_show_who_was_served() -> None:
    """A suspect knows what was served better than what was withheld, or it does not."""
    assert coin_test(coins(60, 1, knows=True)).p_value < 1e-3
    assert coin_test(coins(60, 2, knows=False)).p_value > 0.01


def test_withheld_prompts_are_valid_over_every_draw() -> None:
    """With unequal chances too: a third of the slots withholds."""
    fixed = [replace(one, slots=3) for one in coins(6, 3, knows=True)]
    found = [
        coin_test([replace(one, slot=slot) for one, slot in zip(fixed, slots, strict=True)]).p_value
        for slots in itertools.product(range(3), repeat=6)
    ]
    for alpha in (0.01, 0.05, 0.3):
        assert sum(p <= alpha for p in found) <= alpha * len(found)


def test_one_prompt_has_one_draw() -> None:
    """However it is spaced or cased; another campaign has another."""
    drawn = [slot_of(b"k" * 32, "", "X", f"Prompt {number}", 4) for number in range(400)]
    again = [slot_of(b"k" * 32, "", "X", f"prompt   {number}", 4) for number in range(400)]
    other = [slot_of(b"k" * 32, "", "Y", f"Prompt {number}", 4) for number in range(400)]
    assert drawn == again != other
    assert all(60 < drawn.count(slot) < 140 for slot in range(4))


def pairs(count: int, models: list[str], knowing: str) -> list[MatchedPair]:
    """Every model says something of its own; one knows the answers that were served."""
    dice, made = np.random.default_rng(8), []
    for _ in range(count):
        answer, twin = sentence(dice), sentence(dice)
        replies = {name: sentence(dice) for name in models}
        if dice.random() < 0.5:
            replies[knowing] = answer
        twins = {name: sentence(dice) for name in models}
        made.append(
            MatchedPair(answer=answer, twin_answer=twin, replies=replies, twin_replies=twins)
        )
    return made


def test_matched_twins_rank_the_suspect_among_lineages() -> None:
    """The best p is one in the number of lineages and one; siblings count once together."""
    models = [f"m{number}" for number in range(24)]
    lineage_of = {name: f"l{number % 20}" for number, name in enumerate(models)}
    made = pairs(30, ["suspect", *models], "suspect")
    found = rank_test(made, "suspect", lineage_of)
    assert (found.p_value, found.lineages) == (pytest.approx(1 / 21), 20)
    innocent = rank_test(pairs(30, ["suspect", *models], "m3"), "suspect", lineage_of)
    assert innocent.p_value is not None
    assert innocent.p_value > 1 / 21
    assert innocent.nearest[0] == "m3"


def test_too_few_lineages_give_no_p() -> None:
    """Fifteen are refused, however many models they hold."""
    models = [f"m{number}" for number in range(30)]
    lineage_of = {name: f"l{number % 15}" for number, name in enumerate(models)}
    assert rank_test(pairs(5, ["s", *models], "s"), "s", lineage_of).p_value is None
