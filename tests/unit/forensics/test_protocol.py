"""A plan is checked before it is fixed: all its faults at once, each with what to do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from proof_room import draft, prompts
from stillwatch.forensics.protocol import (
    DraftRespondent,
    DraftTest,
    Prompt,
    make_plan,
    tasks,
)
from stillwatch.model.errors import Faults, StillwatchError
from stillwatch.verifier.canonical import Damaged
from stillwatch.verifier.plan import Plan, read_plan, write_plan

AT = datetime(2026, 3, 1, tzinfo=UTC)


def asking(text: str) -> Prompt:
    """A prompt of one message."""
    return Prompt(id="x", messages=[{"role": "user", "content": text}])


def planned(asked: list[Prompt] | None = None, **changes: Any) -> Plan:
    """The plan of a draft."""
    given = prompts() if asked is None else asked
    salts = [bytes([n]) * 32 for n in range(len(given))]
    return make_plan(draft(**changes), given, {"a": b"x"}, salts, AT, "plan.toml")[0]


def faults(asked: list[Prompt] | None = None, **changes: Any) -> list[str]:
    """The sentences with which a draft is refused."""
    with pytest.raises((StillwatchError, Faults)) as caught:
        planned(asked, **changes)
    found = caught.value
    return [str(one) for one in (found.exceptions if isinstance(found, Faults) else [found])]


def test_a_plan_comes_back_from_its_bytes() -> None:
    """What is hashed says everything that was decided."""
    plan = planned()
    assert read_plan(write_plan(plan)) == plan
    assert plan.prepared_at == "2026-03-01T00:00:00.000000Z"
    assert plan.hypotheses[0].startswith("H0: suspect was not trained on answers of teacher")


def test_questions_follow_the_plan() -> None:
    """Repeats outside, then ways of asking, then prompts."""
    plan = planned(repeats=2)
    found = list(tasks(plan, ["p0", "p1"], "suspect"))
    assert [(one.prompt, one.repeat) for one in found] == [
        ("p0", 1), ("p1", 1), ("p0", 2), ("p1", 2)
    ]  # fmt: skip


def respondents(**changes: Any) -> list[DraftRespondent]:
    """Those of the draft, with the first reference changed."""
    given = {one.name: one for one in draft().respondent}
    fields = {"name": "first", "role": "reference", "base_url": "http://first.example/v1"}
    return [*(given[n] for n in ("teacher", "suspect")), DraftRespondent(**(fields | changes))]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"alpha": 0.0}, "alpha is 0.0"),
        ({"repeats": 0}, "repeats is 0"),
        ({"stopping": "when it suits"}, "stopping is 'when it suits'"),
        ({"stopping": "anytime"}, "does not allow to stop at will"),
        ({"test": []}, "names no test"),
        ({"test": [DraftTest(name="exact_copy")]}, "did you mean 'exact_copies'?"),
        ({"test": [DraftTest(name="exact_copies")] * 2}, "stands 2 times"),
        ({"request": {"model": "other"}}, "sets 'model'"),
        ({"request": {"temperature": float("nan")}}, "cannot be written"),
        ({"respondent": []}, "no respondent has the role suspect"),
        ({"respondent": respondents(role="victim")}, "has the role 'victim'"),
        ({"respondent": respondents(base_url="file:///etc/passwd")}, "begins with https"),
        ({"respondent": respondents(lineage="suspect")}, "'suspect' is in the panel itself"),
        (
            {"respondent": respondents(model="suspect", base_url="http://suspect.example/v1")},
            "is in the panel itself, as 'first'",
        ),
    ],
)
def test_a_plan_that_cannot_be_is_refused(changes: dict[str, Any], said: str) -> None:
    """With what is wrong, and what to do."""
    assert any(said in one for one in faults(**changes)), faults(**changes)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ([], "has no prompts"),
        ([*prompts(), prompts()[0]], "stands 2 times"),
        (
            [
                *prompts(),
                asking("question NUMBER 3"),
            ],
            "'x' asks the same as 'p3'",
        ),
        ([*prompts(), Prompt(id="x", messages=[])], "'x' is empty"),
    ],
)
def test_prompts_that_count_twice_are_refused(asked: list[Prompt], said: str) -> None:
    """A prompt counts once, however it is spelt."""
    assert any(said in one for one in faults(asked))


def test_all_faults_come_together() -> None:
    """One pass, one list."""
    assert len(faults(alpha=0.9, repeats=0, stopping="no")) == 3


def test_a_plan_with_a_word_more_is_refused() -> None:
    """What the verifier does not know cannot hide in a plan."""
    data = write_plan(planned()).replace(b'{"alpha"', b'{"all":1,"alpha"')
    with pytest.raises(Damaged, match="more than a plan"):
        read_plan(data)
