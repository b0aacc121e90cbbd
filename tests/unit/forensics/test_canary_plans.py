"""Canary plans are checked whole, issued to named accounts alone, and scored from a whole log."""

from __future__ import annotations

from dataclasses import replace

import pytest

from canary_world import (
    COMMITTED,
    KEY,
    NONCE,
    full_log,
    replies_of,
    small_plan,
)
from stillwatch.forensics.canary import commit, issue, judge, log_end, plan
from stillwatch.model.errors import Faults, SourceError
from stillwatch.verifier.canary_plan import Canary, Serving, Unit, Variant

MADE = small_plan()
LOG = full_log(MADE)
COMMITMENT = commit(MADE, KEY, COMMITTED)


def test_every_fault_of_a_plan_is_told_at_once() -> None:
    """Double names, unreadable variants, missing prompts, impossible numbers."""
    variants = (Variant(marks=("a",), text="a"), Variant(marks=("b",), text="a b"))
    unread = Canary(canary_id="x", prompts=(), variants=variants)
    with pytest.raises(Faults) as caught:
        plan(
            [unread, unread],
            [Unit(unit_id="u", account_ids=("a",)), Unit(unit_id="v", account_ids=("a",))],
            replies=0,
            alpha=2,
        )
    said = " ".join(str(one) for one in caught.value.exceptions)
    for words in (
        "needs 1 to 1000 replies to each prompt",
        "x: is there 2 times among the canaries",
        "a: is there 2 times among the accounts",
        "needs a prompt and two variants",
        "variant 1 is not read back as itself",
    ):
        assert words in said


def test_the_same_question_twice_is_refused() -> None:
    """Two canaries with one prompt would count one answer twice."""
    one = MADE.canaries[0]
    twice = replace(one, canary_id="other", prompts=(one.prompts[0].upper(),))
    with pytest.raises(SourceError, match="is there 2 times among the prompts"):
        plan([one, twice], MADE.units, replies=1, alpha=0.01)


def test_what_is_blank_or_absurd_is_refused() -> None:
    """An id, question or account without letters names nothing; nobody asks a million times."""
    nameless = replace(MADE.canaries[0], canary_id=" ", prompts=("",))
    with pytest.raises(Faults) as caught:
        plan(
            [nameless, *MADE.canaries[1:]],
            [replace(MADE.units[0], unit_id="", account_ids=("a", ""))],
            replies=1_000_000,
            alpha=0.01,
        )
    said = " ".join(str(one) for one in caught.value.exceptions)
    for noun in ("canaries", "prompts", "units", "accounts"):
        assert f"has 1 empty among its {noun}" in said
    assert "needs 1 to 1000 replies" in said


def test_an_empty_plan_is_refused() -> None:
    """No canaries and no accounts are two faults."""
    with pytest.raises(Faults) as caught:
        plan([], [], replies=1, alpha=0.01)
    assert len(caught.value.exceptions) == 2


def test_an_account_gets_the_same_variant_every_time() -> None:
    """And the log grows by one line that follows the last."""
    first = issue(MADE, KEY, NONCE, [], account_id="a1", canary_id="c03", at="2026-03-01")
    again = issue(
        MADE, KEY, NONCE, [first.serving], account_id="a1", canary_id="c03", at="2026-03-02"
    )
    assert first.answer == again.answer
    assert again.serving.number == 1


@pytest.mark.parametrize(
    ("account", "canary", "at", "words"),
    [
        ("honest", "c03", "2026-04-01", "is in no unit of the plan"),
        ("a1", "c99", "2026-04-01", "is no canary of the plan"),
        ("a1", "c03", "2025-01-01", "is earlier than the log's last line"),
    ],
)
def test_what_must_not_be_served_is_refused(account: str, canary: str, at: str, words: str) -> None:
    """Others are never given a variant, and time does not run backwards."""
    with pytest.raises(SourceError, match=words):
        issue(MADE, KEY, NONCE, LOG, account_id=account, canary_id=canary, at=at)


def test_the_judgement_says_who_and_by_how_much() -> None:
    """Numbers in every sentence, and the error bound beside the name."""
    found = judge(MADE, KEY, NONCE, COMMITMENT, LOG, log_end(LOG), replies_of(MADE, "u1"))
    assert found.result.named == ("u1", "campaign k0")
    assert any("u1: 24 of 24 readable replies" in one for one in found.sentences)
    assert "at most 0.01" in found.sentences[-1]
    assert all("witness" not in one for one in found.limits)


def test_a_negative_result_is_no_proof_of_innocence() -> None:
    """It says so, and says what weakened the test."""
    replies = [replace(one, text="") for one in replies_of(MADE, "u1")][:-1]
    log = full_log(MADE)
    found = judge(MADE, KEY, NONCE, COMMITMENT, log, log_end(log), replies)
    assert "no proof of innocence" in found.sentences[-1]
    assert any("1 canaries have another number of replies" in one for one in found.limits)
    assert any("23 of 23 replies show no variant" in one for one in found.limits)


def test_without_a_witness_the_limits_say_so() -> None:
    """The key alone could have been tried against a suspect that was already public."""
    log: list[Serving] = []
    for one in MADE.canaries[:3]:
        issued = issue(
            MADE, KEY, "", log, account_id="a0", canary_id=one.canary_id, at="2026-03-01"
        )
        log.append(issued.serving)
    found = judge(MADE, KEY, "", COMMITMENT, log, log_end(log), replies_of(MADE, None))
    assert any("No witness added a nonce" in one for one in found.limits)


def test_a_log_that_was_touched_is_not_scored() -> None:
    """Whoever scores it gets the faults instead of a number."""
    touched = [*LOG[:5], replace(LOG[5], account_id="a3"), *LOG[6:]]
    with pytest.raises((SourceError, Faults), match="serving log"):
        judge(MADE, KEY, NONCE, COMMITMENT, touched, log_end(LOG), replies_of(MADE, "u1"))
