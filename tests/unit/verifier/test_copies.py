"""Word-for-word copies: the numbers against slow twins, the error rate by simulation, refusals."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import proof_extra  # noqa: F401 - skips these tests without the extra
from stillwatch.verifier.copies import exact_copies, upper_bound
from stillwatch.verifier.exchanges import Answer, Evidence, Task
from stillwatch.verifier.plan import ChosenTest, Condition, Plan, Respondent

LONG = "with so many words behind it that two models would not say it alike by chance"
Says = Callable[[str, int], str | None]


def evidence(says: Says, count: int = 60, **more: Any) -> Evidence:
    """Answers of a teacher, a suspect and references; None is no answer."""
    names = [("t", "teacher"), ("s", "suspect"), *((name, "reference") for name in "abc")]
    lineages = more.get("lineages", {})
    plan = Plan(
        title="", question="", hypotheses=(), prepared_at="", prepared_by="", alpha=0.01,
        stopping="fixed", seed=0, repeats=1,
        respondents=tuple(
            Respondent(name=name, role=role, lineage=lineages.get(name, name), model=name,
                       base_url=None, key_variable=None)
            for name, role in names
        ),
        conditions=(Condition(name="plain", system=None),), request={},
        tests=(ChosenTest(name="exact_copies", parameters={}),),
        prompt_count=count, prompt_root="", materials={}, notes={},
    )  # fmt: skip
    answers = [
        Answer(
            task=Task(respondent=name, condition="plain", prompt=str(n), repeat=1),
            text=text, state="whole" if text else "empty", how="asked", sent_at="",
        )
        for name, _ in names
        for n in range(count)
        if (text := says(name, n)) is not None
    ]  # fmt: skip
    asked = more.get("prompts") or {str(n): f"question {n}" for n in range(count)}
    return Evidence(
        plan=plan,
        prompts={name: [{"role": "user", "content": text}] for name, text in asked.items()},
        answers=answers,
        materials={},
    )


def copying(copied: int, every: int = 10**9) -> Says:
    """The suspect copies its first prompts; reference `a` copies every so manieth."""

    def says(name: str, n: int) -> str:
        is_copy = (name == "s" and n < copied) or (name == "a" and n % every == every - 1)
        return f"{'t' if is_copy else name} says {n} {LONG}"

    return says


def pair(found: dict[str, Any]) -> dict[str, Any]:
    """The only comparison."""
    assert len(found["pairs"]) == 1
    return dict(found["pairs"][0])


@given(st.integers(0, 30), st.integers(1, 30), st.sampled_from([0.001, 0.025, 0.2]))
def test_the_upper_bound_is_that_of_clopper_and_pearson(x: int, n: int, error: float) -> None:
    """At the bound, so few successes have exactly the chance that was asked for."""
    if x > n:
        return
    p = upper_bound(x, n, error)
    tail = sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(x + 1))
    assert p == 1.0 if x == n else math.isclose(tail, error, rel_tol=1e-6)


def test_the_p_value_is_the_binomial_tail_at_the_worst_reference() -> None:
    """Added up term by term."""
    entry = pair(exact_copies(evidence(copying(20, every=20)), {}))
    most = upper_bound(3, 60, 0.001 / 3)
    tail = sum(math.comb(60, k) * most**k * (1 - most) ** (60 - k) for k in range(20, 61))
    assert entry["facts"]["copied"] == 20
    assert math.isclose(entry["facts"]["reference_rate_at_most"], most)
    assert math.isclose(entry["p_value"], tail + 0.001)
    assert entry["facts"]["lineage_p"] == 1 / 4
    assert (entry["n"], entry["unit"]) == (3, "reference lineages")


def test_a_suspect_that_copies_as_its_references_do_is_left_alone() -> None:
    """Public texts that everybody repeats accuse nobody."""
    entry = pair(exact_copies(evidence(copying(6, every=10)), {}))
    assert entry["p_value"] == 1.0
    assert entry["facts"]["lineage_p"] == 0.5


def test_innocent_suspects_are_accused_less_often_than_alpha() -> None:
    """Suspects and references draw copies at one rate, unequal from prompt to prompt."""
    dice = np.random.default_rng(11)
    ease = dice.beta(0.3, 3.0, 60)  # a few prompts have answers that everybody gives
    wronged = 0
    for _ in range(300):
        drawn = dice.random((4, 60)) < ease

        def says(name: str, n: int, drawn: Any = drawn) -> str:
            place = {"s": 0, "a": 1, "b": 2, "c": 3}.get(name)
            who = "t" if place is None or drawn[place, n] else name
            return f"{who} says {n} {LONG}"

        wronged += pair(exact_copies(evidence(says), {}))["p_value"] <= 0.01
    assert wronged / 300 <= 0.01 + 3 * math.sqrt(0.01 * 0.99 / 300)


def test_case_spacing_and_punctuation_do_not_hide_a_copy() -> None:
    """The words are compared, not the letters between them."""

    def says(name: str, n: int) -> str:
        text = f"{name if name != 's' else 't'} says {n} {LONG}"
        return text.upper().replace(" ", "\n\t ") + " ..." if name == "s" else text

    assert pair(exact_copies(evidence(says), {}))["statistic"] == 1.0


@pytest.mark.parametrize("name", ["brief", "echo"])
def test_answers_that_anybody_gives_do_not_count(name: str) -> None:
    """Short ones, and ones that stand in the question, are no copies."""
    texts = {
        "brief": {str(n): f"question {n}" for n in range(60)},
        "echo": {str(n): f"Repeat this: all say {n} {LONG}" for n in range(60)},
    }
    tail = "" if name == "brief" else LONG
    found = exact_copies(evidence(lambda _, n: f"all say {n} {tail}", prompts=texts[name]), {})
    assert "only 0 prompts" in pair(found)["refused"]


def test_too_few_prompts_are_refused() -> None:
    """Empty and missing answers do not count as prompts."""
    says = copying(20)

    def short(name: str, n: int) -> str | None:
        gone = None if n % 2 else ""
        return gone if name == "s" and n > 30 else says(name, n)

    assert "only 31 prompts" in pair(exact_copies(evidence(short), {}))["refused"]


def test_too_few_lineages_are_refused() -> None:
    """Three models of one family are one witness."""
    found = exact_copies(evidence(copying(20), lineages={"a": "x", "b": "x", "c": "x"}), {})
    assert "only 1 reference lineages" in pair(found)["refused"]
    assert pair(found)["p_value"] is None


def test_references_that_are_one_model_count_once_and_are_named() -> None:
    """The panel may list a model under two names; nobody gains a witness by it."""
    says = copying(20)
    found = exact_copies(evidence(lambda name, n: says("a" if name == "b" else name, n)), {})
    assert found["facts"]["counted_as_one"] == [["a", "b"]]
    assert "only 2 reference lineages" in pair(found)["refused"]


def test_a_suspect_that_is_in_the_panel_is_told() -> None:
    """Under another name, it would be its own alibi."""
    says = copying(0)
    found = exact_copies(evidence(lambda name, n: says("s" if name == "a" else name, n)), {})
    assert "the suspect answers like a word for word" in pair(found)["refused"]


def test_prompts_that_ask_the_same_count_once() -> None:
    """A panel that lists one question sixty times has asked one question."""
    same = {str(n): "one and the same" for n in range(60)}
    found = exact_copies(evidence(copying(20), prompts=same), {})
    assert "only 1 prompts" in pair(found)["refused"]
