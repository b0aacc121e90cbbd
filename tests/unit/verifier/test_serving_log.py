"""A serving log that was touched in any way is caught by the check against the commitment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canary_world import COMMITTED, KEY, NONCE, commit, full_log, log_end, small_plan
from stillwatch.verifier.canary_plan import (
    NO_SERVING,
    Plan,
    Serving,
    check_servings,
    commitment_digest,
    digest_of,
    draw,
    plan_digest,
)

PLAN = small_plan(canaries=6, units=2)
LOG = full_log(PLAN)
COMMITMENT = commit(PLAN, KEY, COMMITTED)


def faults(
    log: list[Serving], made: Plan = PLAN, key: bytes = KEY, nonce: str = NONCE
) -> list[str]:
    """What the check says of a log against what was published."""
    return check_servings(made, key, nonce, COMMITMENT, log, log_end(LOG))


def linked(log: list[Serving]) -> list[Serving]:
    """The log with numbers and links made anew, as a careful forger would."""
    made: list[Serving] = []
    for one in log:
        previous = digest_of(asdict(made[-1])) if made else NO_SERVING
        made.append(replace(one, number=len(made), previous=previous))
    return made


def test_the_real_log_has_no_fault() -> None:
    """Otherwise the other tests would show nothing."""
    assert faults(LOG) == []
    assert check_servings(PLAN, KEY, NONCE, COMMITMENT, [], NO_SERVING) == []


@given(st.integers(0, len(LOG) - 1), st.sampled_from(fields(Serving)), st.integers(1, 9))
def test_any_change_of_any_field_is_caught(place: int, field: object, by: int) -> None:
    """Numbers, links, times, names, variants and digests of answers."""
    old = getattr(LOG[place], field.name)
    new = old + by if isinstance(old, int) else f"{old}{by}"
    log = [*LOG[:place], replace(LOG[place], **{field.name: new}), *LOG[place + 1 :]]
    assert faults(log)
    if field.name not in ("number", "previous"):
        assert faults(linked(log)), "linking the lines anew does not help"


@pytest.mark.parametrize(
    "forge",
    [
        lambda log: log[:-1],
        lambda log: log[1:],
        lambda log: log[:3] + log[4:],
        lambda log: [log[1], log[0], *log[2:]],
        lambda log: [*log, log[-1]],
        lambda log: log[:0],
    ],
    ids=["tail cut", "head cut", "line dropped", "reordered", "line doubled", "emptied"],
)
def test_dropped_moved_and_added_lines_are_caught(
    forge: Callable[[list[Serving]], list[Serving]],
) -> None:
    """Even when the forger links all lines anew, the published end differs."""
    assert faults(forge(LOG))
    assert faults(linked(forge(LOG)))


def test_a_variant_that_the_key_does_not_give_is_caught_by_itself() -> None:
    """Even with a new end: only the key's draw is what could have been served."""
    wrong = (LOG[2].variant + 1) % 8
    log = linked([*LOG[:2], replace(LOG[2], variant=wrong), *LOG[3:]])
    found = check_servings(PLAN, KEY, NONCE, COMMITMENT, log, log_end(log))
    assert found == ["serving 2: the served variant is not the one that the key gives"]


def test_a_serving_before_the_commitment_is_caught() -> None:
    """Back-dating the log breaks the order of time."""
    log = linked([replace(LOG[0], served_at="2026-01-01T00:00:00Z"), *LOG[1:]])
    found = check_servings(PLAN, KEY, NONCE, COMMITMENT, log, log_end(log))
    assert found == ["serving 0: is earlier than the commitment or the line before it"]


def test_another_key_plan_or_nonce_does_not_open_the_commitment() -> None:
    """Neither can be chosen after the suspect was seen."""
    assert "key and plan do not open the commitment" in faults(LOG, key=KEY[::-1])
    other = replace(PLAN, alpha=0.05)
    assert "the plan is not the one that was committed to" in faults(LOG, made=other)
    assert faults(LOG, nonce="another")


def test_a_short_key_is_refused() -> None:
    """It could be found by trying."""
    with pytest.raises(ValueError, match="it needs 32"):
        commitment_digest(PLAN, b"short")


def test_the_commitment_shows_neither_key_nor_draws() -> None:
    """What is published is a digest; the draws of two keys have different ones."""
    assert KEY.hex() not in COMMITMENT.digest
    assert commitment_digest(PLAN, KEY) != commitment_digest(PLAN, KEY[::-1])
    drawn = [draw(plan_digest(PLAN), KEY, NONCE, "u0", one) for one in PLAN.canaries]
    assert [one.variant for one in LOG[:6]] == drawn
