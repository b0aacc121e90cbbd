"""Takes out of the evidence what a test reads, and puts together what it returns."""

from collections.abc import Mapping, Sequence
from typing import Any

from stillwatch.verifier.canonical import Damaged, loose
from stillwatch.verifier.exchanges import Answer, Evidence
from stillwatch.verifier.plan import Plan, Respondent

Parameters = Mapping[str, Any]
Entry = dict[str, Any]
PLAN = "plan.json"
WITH_WORDS = ("whole", "truncated")


def question(messages: Sequence[Mapping[str, str]]) -> str:
    """What a prompt asks, as one text."""
    return "\n".join(one["content"] for one in messages)


def answers_of(evidence: Evidence, respondent: str) -> list[Answer]:
    """A model's answers in the order of the plan: by prompt, then by condition and repeat."""
    prompt = {name: at for at, name in enumerate(evidence.prompts)}
    way = {one.name: at for at, one in enumerate(evidence.plan.conditions)}
    mine = [
        one
        for one in evidence.answers
        if one.task.respondent == respondent
        and one.task.prompt in prompt
        and one.task.condition in way
    ]
    return sorted(
        mine,
        key=lambda one: (prompt[one.task.prompt], way[one.task.condition], one.task.repeat),
    )


def text_of(one: Answer) -> str:
    """The words of an answer; nothing for one that was refused, empty or an error."""
    return one.text if one.state in WITH_WORDS else ""


def replies_to(evidence: Evidence, respondent: str) -> dict[str, list[str]]:
    """A model's answers by the id of the prompt, without words where it gave none."""
    found: dict[str, list[str]] = {}
    for one in answers_of(evidence, respondent):
        found.setdefault(one.task.prompt, []).append(text_of(one))
    return found


def material(evidence: Evidence, parameters: Parameters, parameter: str, test: str) -> bytes:
    """The file that a parameter names among the plan's materials."""
    name = parameters.get(parameter)
    if not isinstance(name, str) or name not in evidence.materials:
        known = ", ".join(sorted(evidence.materials)) or "none"
        raise Damaged(
            PLAN, f"{test}: '{parameter}' names no material of the plan (there are: {known})"
        )
    return evidence.materials[name]


def listed(data: bytes, where: str) -> list[Any]:
    """The values of a material, one a line. Its bytes are under the plan's hash as they are."""
    return [
        loose(line, f"{where} line {number}") for number, line in enumerate(data.splitlines(), 1)
    ]


def teacher_of(plan: Plan, parameters: Parameters, test: str) -> Respondent:
    """The teacher that the test is about: the only one, or the one that is named."""
    teachers = plan.of_role("teacher")
    name = parameters.get("teacher", teachers[0].name if len(teachers) == 1 else None)
    found = next((one for one in teachers if one.name == name), None)
    if found is None:
        said = ", ".join(one.name for one in teachers)
        raise Damaged(PLAN, f"{test}: 'teacher' has to name one of {said}")
    return found


def comparisons(plan: Plan) -> int:
    """At most so many comparisons does a plan make; what is named inside one is held to this."""
    return max(1, len(plan.tests) * len(plan.of_role("suspect")) * len(plan.of_role("teacher")))


def complete(evidence: Evidence, respondent: str) -> list[str]:
    """Prompts whose every planned question was answered, up to the first that was not.

    Who stops when he likes may not look at half a prompt: the bet on it would change later.
    """
    plan = evidence.plan
    planned = plan.repeats * len(plan.conditions)
    replies = replies_to(evidence, respondent)
    found = []
    for name in evidence.prompts:
        if len(replies.get(name, [])) < planned:
            break
        found.append(name)
    return found


def entry(
    suspect: Respondent,
    teacher: Respondent,
    *,
    unit: str,
    n: int = 0,
    statistic: float | None = None,
    p_value: float | None = None,
    ratio: float | None = None,
    bound: float | None = None,
    refused: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Entry:
    """One pair of suspect and teacher as findings hold it."""
    return {
        "suspect": suspect.name,
        "teacher": teacher.name,
        "statistic": statistic,
        "p_value": p_value,
        "likelihood_ratio": ratio,
        "likelihood_ratio_bound": bound,
        "n": n,
        "unit": unit,
        "refused": refused,
        "facts": dict(facts or {}),
    }
