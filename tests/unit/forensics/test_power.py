"""The power calculator plays the real test, and gives the same answer twice."""

from __future__ import annotations

from dataclasses import replace

from stillwatch.forensics.power import Setting, canaries_needed, power

SMALL = Setting(canaries=20, variants=8, replies=3, uptake=0.3, alpha=0.01)


def test_more_uptake_more_canaries_and_fewer_names_give_more_power() -> None:
    """In the directions that a person expects."""
    base = power(SMALL, 1, 120).by_p
    assert power(replace(SMALL, uptake=0.05), 1, 120).by_p < base
    assert power(replace(SMALL, canaries=5), 1, 120).by_p < base
    assert power(replace(SMALL, names=10_000), 1, 120).by_p < base
    assert base > 0.8


def test_without_uptake_it_is_the_error_rate() -> None:
    """Nothing is found that is not there, in both ways of learning."""
    for how in ("spread", "learnt"):
        found = power(replace(SMALL, uptake=0.0, how=how), 2, 300)
        assert found.by_p <= 0.03
        assert found.by_e <= 0.03


def test_the_needed_number_reaches_the_wanted_power() -> None:
    """And a number that nobody could serve is not given."""
    needed = canaries_needed(SMALL, 0.8, 3, 60)
    assert needed is not None
    assert power(replace(SMALL, canaries=needed), 3, 60).by_p >= 0.8
    assert canaries_needed(replace(SMALL, uptake=0.0, variants=2, replies=1), 0.9, 3, 1) in (
        None,
        8,
    )


def test_the_same_seed_gives_the_same_answer() -> None:
    """Byte for byte."""
    assert power(SMALL, 5, 20) == power(SMALL, 5, 20)
    assert power(SMALL, 5, 20).standard_error < 0.2
