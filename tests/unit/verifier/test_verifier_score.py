"""Corrections, answer states and what is counted, each against a hand-made case."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import proof_extra  # noqa: F401 - skips these tests without the extra
from stillwatch.verifier.exchanges import read_answer
from stillwatch.verifier.leaves import raw
from stillwatch.verifier.score import holm


def twin(values: list[float | None]) -> list[float | None]:
    """Holm by its definition: p counts as the largest of all corrected ones up to it."""
    known = sorted(value for value in values if value is not None)

    def corrected(value: float) -> float:
        upto = [one for one in known if one <= value]
        steps = [min(1.0, one * (len(values) - known.index(one))) for one in upto]
        return max(steps)

    return [None if value is None else corrected(value) for value in values]


@given(st.lists(st.none() | st.sampled_from([0.001, 0.01, 0.02, 0.03, 0.2, 0.9]), max_size=8))
def test_holm_is_its_definition(values: list[float | None]) -> None:
    """Ties, and comparisons that were refused, included."""
    for ours, theirs in zip(holm(values), twin(values), strict=True):
        assert (ours is None) == (theirs is None)
        assert ours is None or ours == pytest.approx(theirs)


def test_a_refused_comparison_still_counts_as_asked() -> None:
    """Otherwise planning many and refusing most would look like having asked one."""
    assert holm([0.01, None]) == [0.02, None]


def asked(status: int, body: object) -> dict[str, object]:
    """An exchange over the wire."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return {
        "respondent": "r", "condition": "c", "prompt": "p", "repeat": 1, "how": "asked",
        "sent_at": "2026-03-01T00:00:00.000000Z",
        "response": {"status": status, "headers": [], "body": raw(data)},
    }  # fmt: skip


def choice(message: object, reason: str = "stop") -> dict[str, object]:
    """A chat response."""
    return {"choices": [{"message": message, "finish_reason": reason}]}


@pytest.mark.parametrize(
    ("exchange", "state", "text"),
    [
        (asked(200, choice({"content": "hello"})), "whole", "hello"),
        (asked(200, choice({"content": "hel"}, "length")), "truncated", "hel"),
        (asked(200, choice({"content": "  \n"})), "empty", ""),
        (asked(200, choice({"content": None})), "empty", ""),
        (asked(200, choice({"content": None, "refusal": "no"})), "refused", ""),
        (asked(200, choice({"content": "x"}, "content_filter")), "refused", "x"),
        (asked(200, choice({"content": [{"text": "a"}, {"text": "b"}]})), "whole", "ab"),
        (asked(200, {"choices": [{"text": "old"}]}), "whole", "old"),
        (asked(400, {"error": "no"}), "error", ""),
        (asked(200, {"choices": []}), "error", ""),
        (asked(200, {"choices": [{"message": {"content": 7}}]}), "error", ""),
        (asked(200, b"\xff\xfe"), "error", ""),
        (asked(200, b"[" * 100_000), "error", ""),
        (asked(200, [1]), "error", ""),
        (asked(200, {"choices": [7]}), "error", ""),
    ],
)
def test_an_answer_is_read_from_the_raw_bytes(
    exchange: dict[str, object], state: str, text: str
) -> None:
    """Whatever an endpoint sends, it has a state and never a traceback."""
    found = read_answer(exchange, "here")
    assert (found.state, found.text) == (state, text)


@pytest.mark.parametrize("text", ["I'm sorry, but no.", "I cannot help", "As an AI, I can't"])
def test_answers_that_open_like_a_refusal_are_counted(text: str) -> None:
    """The report says how many there were."""
    assert read_answer(asked(200, choice({"content": text})), "here").opens_like_refusal


def test_an_ordinary_answer_is_not() -> None:
    """Being sorry further on is no refusal."""
    text = "The bread rises. I'm sorry, but that takes an hour."
    assert not read_answer(asked(200, choice({"content": text})), "here").opens_like_refusal
