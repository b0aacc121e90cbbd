"""Computes every finding of a plan from the raw answers, with the correction for asking often."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from stillwatch.verifier.canonical import Damaged, encode, rounded
from stillwatch.verifier.exchanges import STATES, Evidence
from stillwatch.verifier.tests import TESTS

FORMAT = 1


def score(evidence: Evidence) -> bytes:
    """The findings as canonical bytes: equal evidence gives equal bytes."""
    findings: list[dict[str, Any]] = []
    facts = []
    for choice in evidence.plan.tests:
        test = TESTS.get(choice.name)
        if test is None:
            raise Damaged("plan.json", f"names the test '{choice.name}', which is not known here")
        result = test(evidence, choice.parameters)
        facts.append({"test": choice.name, "facts": result["facts"]})
        findings += [
            {"test": choice.name, "kind": result["kind"], **pair} for pair in result["pairs"]
        ]
    for finding, corrected in zip(
        findings, holm([one["p_value"] for one in findings]), strict=True
    ):
        finding["adjusted_p_value"] = corrected
        finding["is_below_alpha"] = corrected is not None and corrected <= evidence.plan.alpha
    return encode(
        rounded(
            {
                "format": FORMAT,
                "alpha": evidence.plan.alpha,
                "comparisons": len(findings),
                "findings": findings,
                "tests": facts,
                "answers": answer_table(evidence),
            }
        )
    )


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down: the chance of even one wrong finding stays below alpha.

    A comparison that was planned and refused still counts as asked.
    """
    order = sorted((value, place) for place, value in enumerate(p_values) if value is not None)
    found: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (value, place) in enumerate(order):
        largest = max(largest, min(1.0, value * (len(p_values) - rank)))
        found[place] = largest
    return found


def answer_table(evidence: Evidence) -> list[dict[str, Any]]:
    """How many answers each respondent gave, and in which state."""
    plan = evidence.plan
    planned = plan.prompt_count * plan.repeats * len(plan.conditions)
    rows = []
    for one in plan.respondents:
        mine = [answer for answer in evidence.answers if answer.task.respondent == one.name]
        states = Counter(answer.state for answer in mine)
        rows.append(
            {
                "respondent": one.name,
                "role": one.role,
                "lineage": one.lineage,
                "planned": planned,
                "answered": len(mine),
                "received": sum(answer.how == "received" for answer in mine),
                "opens_like_refusal": sum(answer.opens_like_refusal for answer in mine),
                **{state: states[state] for state in STATES},
            }
        )
    return rows
