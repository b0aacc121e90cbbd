"""Numbers and foreign strings are said so that nobody is misled."""

import doctest
import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.explain import words


def test_the_examples_in_the_docstrings_hold():
    """Every example that a reader of the module sees is true."""
    assert doctest.testmod(words).failed == 0


@given(st.floats(0, 1))
def test_a_probability_never_claims_certainty(posterior):
    """Neither 0 % nor 100 % is ever said of a probability."""
    assert words.percent(posterior) not in {"0 %", "0.0 %", "100 %", "100.0 %"}


@pytest.mark.parametrize(
    ("posterior", "said"),
    [
        (0.5, "1 to 1"),
        (0.9, "9 to 1"),
        (0.1, "1 to 9"),
        (0.997, "330 to 1"),
        (1.0, "over 10,000 to 1"),
    ],
)
def test_odds_are_said_with_two_figures(posterior, said):
    """Odds are rounded to what a reader can use, and cut where they would boast."""
    assert words.odds(posterior) == said


@given(st.floats(-19, 19))
def test_bits_and_probability_are_two_ways_to_say_one_thing(bits):
    """Turning bits into a probability and back gives the same bits."""
    posterior = 2**bits / (1 + 2**bits)
    assert math.isclose(words.bits_of(posterior), bits, abs_tol=1e-6)


def test_bits_of_certainty_are_finite():
    """A posterior of exactly 0 or 1 still has a place on the axis."""
    assert -20 < words.bits_of(0.0) < 0 < words.bits_of(1.0) < 20


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ((2026, 9, 1), (2026, 10, 1), "1 to 30 Sep 2026"),
        ((2026, 9, 1), (2026, 9, 2), "1 Sep 2026"),
        ((2026, 8, 30), (2026, 9, 2), "30 Aug to 1 Sep 2026"),
        ((2025, 12, 30), (2026, 1, 2), "30 Dec 2025 to 1 Jan 2026"),
        ((2026, 9, 1, 5), (2026, 9, 1, 5), "1 Sep 2026"),
    ],
)
def test_a_window_names_its_first_and_last_day(start, end, said):
    """The end of a window is exclusive; the last day named is the last day inside."""
    assert words.window(datetime(*start, tzinfo=UTC), datetime(*end, tzinfo=UTC)) == said


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(days=1, hours=7), "1 day"),
        (timedelta(hours=5), "5 hours"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(seconds=4), "under a minute"),
    ],
)
def test_a_length_of_time_is_said_in_its_largest_unit(length, said):
    """Nobody needs the hours of a matter of days."""
    assert words.lasting(length) == said


@pytest.mark.parametrize(
    ("part", "whole", "said"), [(0, 10, "0 %"), (3, 0, "0 %"), (1, 1000, "0.1 %"), (1, 3, "33 %")]
)
def test_a_share_keeps_the_figures_that_matter(part, whole, said):
    """Small shares keep two figures, large ones none behind the point."""
    assert words.share(part, whole) == said
