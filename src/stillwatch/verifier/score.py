"""Computes every finding of a plan from the raw answers, with the correction for asking often."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stillwatch.verifier.canonical import Damaged, Unknown, encode, rounded
from stillwatch.verifier.exchanges import STATES, Evidence
from stillwatch.verifier.plan import Plan
from stillwatch.verifier.tests import TESTS

FORMAT = 1
METHODS = 3  # raised when a statistic changes: the same answers then give other findings
KINDS = ("proof", "lead")
Tell = Callable[[str, int, int | None], None]
Claims = Callable[[str, Unknown], Mapping[str, Any]]  # what is taken for a test's own result
OWN = ("test", "kind", "alpha", "comparisons", "adjusted_p_value", "is_below_alpha")


def _none(_: str, unknown: Unknown) -> Mapping[str, Any]:
    raise unknown


def score(evidence: Evidence, tell: Tell = lambda *_: None, claims: Claims = _none) -> bytes:
    """The findings as canonical bytes: equal evidence gives equal bytes.

    `claims` gives what stands for a test that nothing here can compute.
    """
    findings: list[dict[str, Any]] = []
    facts = []
    for number, choice in enumerate(evidence.plan.tests):
        tell(f"test {choice.name}", number, len(evidence.plan.tests))
        test = TESTS.get(choice.name)
        if test is None:
            raise Damaged("plan.json", f"names the test '{choice.name}', which is not known here")
        try:
            result = test(evidence, choice.parameters)
        except Unknown as unknown:
            result = claims(choice.name, unknown)
        alpha = result.get("alpha", evidence.plan.alpha)
        facts.append({"test": choice.name, "facts": result["facts"]})
        findings += [
            # Rounded first, so that the correction follows from the p-values that are told.
            {"test": choice.name, "kind": result["kind"], "alpha": alpha, **rounded(pair)}
            for pair in result["pairs"]
        ]
    for kind in KINDS:
        _correct([one for one in findings if one["kind"] == kind])
    return encode(
        rounded(
            {
                "format": FORMAT,
                "methods": METHODS,
                "alpha": evidence.plan.alpha,
                "comparisons": len(findings),
                "findings": findings,
                "tests": facts,
                "answers": answer_table(evidence),
            }
        )
    )


def claimed(findings: Mapping[str, Any], test: str, plan: Plan) -> dict[str, Any]:
    """What findings say of a test, as the test itself would have returned it."""
    mine = [one for one in findings["findings"] if one["test"] == test]
    if [one["suspect"] for one in mine] != [one.name for one in plan.of_role("suspect")]:
        raise Damaged("findings.json", f"has not one finding of {test} for each suspect")
    return {
        "kind": mine[0]["kind"],
        "pairs": [{name: one[name] for name in one if name not in OWN} for one in mine],
        "facts": next(one["facts"] for one in findings["tests"] if one["test"] == test),
    }


def _correct(family: Sequence[dict[str, Any]]) -> None:
    """Leads and proofs are two families: a lead never costs a proof anything, nor lends to it."""
    for finding, corrected in zip(family, holm([one["p_value"] for one in family]), strict=True):
        finding["comparisons"] = len(family)
        finding["adjusted_p_value"] = corrected
        finding["is_below_alpha"] = corrected is not None and corrected <= finding["alpha"]


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
                "planned": planned if one.is_asked else 0,
                "answered": len(mine),
                "received": sum(answer.how == "received" for answer in mine),
                "opens_like_refusal": sum(answer.opens_like_refusal for answer in mine),
                **{state: states[state] for state in STATES},
            }
        )
    return rows
