"""Canaries from raw text: what a reply shows, who is named, and that tastes do not matter."""

from __future__ import annotations

import itertools
from dataclasses import asdict, replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canary_world import KEY, NAMES, NONCE, full_log, replies_of, small_plan
from stillwatch.verifier.canary import (
    Reply,
    count_variants,
    p_of,
    read_variant,
    score,
    stakes,
    surprise,
)
from stillwatch.verifier.canary_plan import Variant, draw, plan_digest, plan_of

COUNTS = st.integers(2, 4).flatmap(
    lambda m: st.lists(
        st.lists(st.integers(0, 4), min_size=m, max_size=m).map(tuple), min_size=1, max_size=4
    )
)


@settings(max_examples=60)
@given(COUNTS)
def test_no_taste_makes_the_test_reject_too_often(counts: list[tuple[int, ...]]) -> None:
    """For any replies at all: over every draw of the key, p <= alpha at most a share alpha."""
    surprises = [surprise(stakes(one)) for one in counts]
    draws = list(itertools.product(*(range(len(one)) for one in counts)))
    found = [p_of(counts, surprises, one) for one in draws]
    for alpha in {*found, 0.05, 0.01}:
        rejected = sum(p <= alpha for p in found)
        assert Fraction(rejected, len(draws)) <= alpha * (1 + 1e-9)


@given(st.lists(st.integers(0, 200), min_size=2, max_size=16))
def test_bets_have_mean_one_whatever_was_said(counts: list[int]) -> None:
    """Each strategy's stakes average to one over the variants, so that luck is all it can have."""
    bets = stakes(counts)
    assert bets.mean(axis=1) == pytest.approx(1, rel=1e-9)
    assert (bets >= 0).all()


def test_a_trace_counts_for_more_than_a_favourite() -> None:
    """One reply of five may be an answer that was served; four of five look like a taste."""
    assert surprise(stakes((1, 4, 0, 0)))[0] > surprise(stakes((1, 4, 0, 0)))[1]
    assert surprise(stakes((1, 4, 0, 0)))[2] < 0


def test_both_ways_of_learning_are_found() -> None:
    """Few canaries learnt whole, and traces in many: each p sees one, and the joint p sees both."""
    whole = [(5, 0, 0, 0, 0, 0, 0, 0)] * 8 + [(0, 5, 0, 0, 0, 0, 0, 0)] * 12
    traces = [(1, 4, 0, 0, 0, 0, 0, 0)] * 12 + [(0, 5, 0, 0, 0, 0, 0, 0)] * 8
    for counts in (whole, traces):
        surprises = [surprise(stakes(one)) for one in counts]
        assert p_of(counts, surprises, [0] * 20) < 0.01


MARKS = tuple(Variant(marks=(name,)) for name in ("for example", "for instance", "Orvane", "Or"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It is ORVANE, I think.", 2),
        ("For  example: yes", 0),
        ("or Orvane", 3),  # the first one counts
        ("Orvane or", 2),
        ("foreground, Orvanes", None),
        ("", None),
        ("I cannot help with that.", None),
        ("ｆｏｒ ｉｎｓｔａｎｃｅ", 1),
    ],
)
def test_the_first_mark_says_what_a_reply_shows(text: str, shown: int | None) -> None:
    """Whole words, any case or width; refusals and empty replies show nothing."""
    assert read_variant(text, MARKS) == shown


def test_the_account_whose_answers_were_learnt_is_named_and_no_other() -> None:
    """Its campaign is named with it, since its draws are the campaign's too."""
    made = small_plan()
    result = score(made, KEY, NONCE, full_log(made), replies_of(made, "u1", wrong=8))
    assert result.named == ("u1", "campaign k0")
    assert "u1" in result.named_by_e
    row = next(one for one in result.names if one.name == "u1")
    assert (row.agreeing, row.readable, row.expected) == (16, 24, 3.0)


def test_a_suspect_that_knows_no_draw_names_nobody() -> None:
    """Always the first variant: a strong taste, and no evidence."""
    made = small_plan()
    result = score(made, KEY, NONCE, full_log(made), replies_of(made, None))
    assert result.named == result.named_by_e == ()
    assert all(one.p_value > 0.001 for one in result.names)


def test_only_served_canaries_speak() -> None:
    """What an account was never served cannot be held against it."""
    made = small_plan()
    log = [one for one in full_log(made) if one.unit_id != "u1" or one.canary_id < "c05"]
    result = score(made, KEY, NONCE, log, replies_of(made, "u1"))
    assert next(one for one in result.names if one.name == "u1").canaries == 5
    assert score(made, KEY, NONCE, [], replies_of(made, "u1")).names == ()


def test_replies_that_show_nothing_are_counted_and_do_not_speak() -> None:
    """Refusals and empty replies weaken the test and are said."""
    made = small_plan()
    replies = [replace(one, text="") for one in replies_of(made, "u1")]
    result = score(made, KEY, NONCE, full_log(made), replies)
    assert (result.replies, result.unread, result.names) == (24, 24, ())


def test_the_path_can_be_stopped_anywhere() -> None:
    """It has one value a canary and ends where the mean of the units ends."""
    made = small_plan()
    result = score(made, KEY, NONCE, full_log(made), replies_of(made, "u1"))
    units = [one.e_value for one in result.names if not one.name.startswith("campaign")]
    assert len(result.e_path) == 24
    assert result.e_path[-1] == pytest.approx(sum(units) / 4)


def test_a_reply_to_no_canary_is_an_error() -> None:
    """It would otherwise be lost in silence."""
    with pytest.raises(ValueError, match="which the plan has not"):
        count_variants(small_plan(), [Reply(canary_id="x", text="Orvane")])


def test_draws_are_even_and_differ_by_unit_nonce_and_key() -> None:
    """Sixteen thousand draws fall evenly; other inputs give other draws."""
    made = small_plan()
    plan_id, one = plan_digest(made), made.canaries[0]
    drawn = [draw(plan_id, KEY, "", f"u{unit}", one) for unit in range(16000)]
    counts = [drawn.count(variant) for variant in range(len(NAMES))]
    assert max(abs(count - 2000) for count in counts) < 5 * 42
    for other in (
        [draw(plan_id, KEY, "n", f"u{unit}", one) for unit in range(200)],
        [draw(plan_id, KEY[::-1], "", f"u{unit}", one) for unit in range(200)],
        [draw("other", KEY, "", f"u{unit}", one) for unit in range(200)],
    ):
        assert sum(a == b for a, b in zip(other, drawn, strict=False)) < 60


def test_a_plan_reads_back_from_json_as_it_was() -> None:
    """What the other side reads has the digest that was committed to."""
    made = small_plan()
    assert plan_of(asdict(made)) == made
