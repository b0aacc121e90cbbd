"""Watermark radioactivity: distinct places, exact laws, and any scheme that has a keyed value."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats

from stillwatch.evals.proof.suspects import naive_p, repetitive_text
from stillwatch.verifier.watermark import (
    BitLayers,
    GreenList,
    KeyedScheme,
    Place,
    Race,
    places,
    scored_places,
    uniform,
    watermark_test,
)

KEY = b"k" * 32
TEXT = "the small boat is kept in a dry place and the owner checks it every spring"
SCHEMES = [GreenList(), BitLayers(), Race()]


def marked_text(scheme: KeyedScheme, key: bytes, length: int, choices: int, seed: int) -> str:
    """Words, each the one of a few at random that the key likes best after the ones before."""
    dice = np.random.default_rng(seed)
    said = ["start"] * scheme.width
    for _ in range(length):
        before = tuple(said[-scheme.width :])
        drawn = [f"w{one}" for one in dice.integers(0, 400, choices)]
        said.append(max(drawn, key=lambda word: scheme.value(key, (before, word))))
    return " ".join(said)


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda one: one.name)
def test_marked_text_is_found_and_other_keys_find_nothing(scheme: KeyedScheme) -> None:
    """By the law, by the e-process and by the rank of the key."""
    replies = [("", marked_text(scheme, KEY, 300, 2, 1))]
    fresh = [bytes([number]) * 32 for number in range(99)]
    found = watermark_test(scheme, KEY, replies, fresh_keys=fresh)
    assert found.p_value < 1e-6
    assert found.e_highest > 100
    assert found.p_by_keys == 0.01
    other = watermark_test(scheme, b"o" * 32, replies)
    assert other.p_value > 0.001
    assert other.mean == pytest.approx(scheme.mean, abs=0.1)


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda one: one.name)
def test_the_law_is_what_random_keys_give(scheme: KeyedScheme) -> None:
    """Over many keys, p-values of one text are uniform or above."""
    found = sorted(
        watermark_test(scheme, number.to_bytes(32), [("", TEXT)]).p_value for number in range(600)
    )
    for alpha in (0.01, 0.05, 0.2, 0.5):
        rejected = sum(p <= alpha for p in found)
        assert rejected <= stats.binom.isf(1e-6, 600, alpha)
    assert found[300] < 0.75, "a p that never rejects would pass the line above"


def test_saying_it_again_changes_nothing() -> None:
    """A place counts once, however often it is said and in however many replies."""
    once = watermark_test(GreenList(), KEY, [("", TEXT)])
    again = watermark_test(GreenList(), KEY, [("", TEXT)] * 9)
    assert (again.p_value, again.places) == (once.p_value, once.places)
    assert again.repeats == once.places * 8


def test_without_de_duplication_suspects_that_repeat_themselves_are_accused() -> None:
    """The wrong test rejects many times too often at one percent; ours does not."""
    dice = np.random.default_rng(3)
    texts = [repetitive_text(dice) for _ in range(300)]
    keys = [dice.bytes(32) for _ in texts]
    naive = [naive_p(GreenList(), key, [text]) for key, text in zip(keys, texts, strict=True)]
    right = [
        watermark_test(GreenList(), key, [("", text)]).p_value
        for key, text in zip(keys, texts, strict=True)
    ]
    assert sum(p <= 0.01 for p in naive) > 30
    assert sum(p <= 0.01 for p in right) <= stats.binom.isf(1e-4, 300, 0.01)


def test_what_the_prompt_held_is_not_the_suspects_choice() -> None:
    """Places that stand in the prompt are left out, and those outside served contexts too."""
    scheme = GreenList()
    assert scored_places(scheme, [(TEXT, TEXT)]) == ([], 0)
    served = {("the", "small"), ("in", "a")}
    found, _ = scored_places(scheme, [("", TEXT)], served)
    assert found == [(("the", "small"), "boat"), (("in", "a"), "dry")]


def test_the_binomial_law_is_exact_over_all_colourings() -> None:
    """A twin colours five places in every way and adds up what reaches as high."""
    scheme = GreenList(gamma=0.3)
    for greens in range(6):
        twin = sum(
            0.3 ** sum(one) * 0.7 ** (5 - sum(one))
            for one in itertools.product((0, 1), repeat=5)
            if sum(one) >= greens
        )
        assert scheme.tail([1.0] * greens + [0.0] * (5 - greens)) == pytest.approx(twin)


def test_the_keyed_number_is_even_and_depends_on_everything() -> None:
    """Uniform over places; other keys, contexts, tokens and layers give other numbers."""
    numbers = [uniform(KEY, ((str(one),), "x"), 0) for one in range(4000)]
    assert stats.kstest(numbers, "uniform").pvalue > 1e-4
    base = uniform(KEY, (("a", "b"), "c"), 0)
    others = [
        uniform(KEY, (("a", "c"), "b"), 0),
        uniform(KEY, (("a", "b"), "c"), 1),
        uniform(b"z", (("a", "b"), "c"), 0),
    ]
    assert base not in others


def test_no_text_proves_nothing() -> None:
    """Empty and short replies have no places."""
    for replies in ([], [("", "")], [("", "a b")]):
        found = watermark_test(GreenList(), KEY, replies)
        assert (found.places, found.p_value, found.e_value) == (0, 1.0, 1.0)


@dataclass(frozen=True)
class Letters:
    """A scheme of somebody else: cut by letters, values by the key's first byte."""

    name: str = "letters"
    width: int = 1
    mean: float = 0.5

    def tokens(self, text: str) -> Sequence[str]:
        """Single letters."""
        return list(text)

    def value(self, key: bytes, place: Place) -> float:
        """One of two values."""
        return float(uniform(key, place, 7) < 0.5)

    def tail(self, values: Sequence[float]) -> float:
        """Binomial."""
        return float(stats.binom.sf(sum(values) - 1, len(values), 0.5))


def test_any_keyed_scheme_can_be_plugged_in() -> None:
    """The test needs six names of it and nothing else."""
    scheme: KeyedScheme = Letters()
    found = watermark_test(scheme, KEY, [("", "abcabcabd")])
    assert (found.scheme, found.places, found.repeats) == ("letters", 4, 4)
    assert list(places(scheme, "abc")) == [(("a",), "b"), (("b",), "c")]
