"""Makes the plan: what is asked of whom and how it is judged, fixed before anybody is asked."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import msgspec

from stillwatch.forensics.journal import instant
from stillwatch.model.errors import SettingError, StillwatchError, raise_faults
from stillwatch.verifier import merkle
from stillwatch.verifier.canonical import Damaged, digest, encode
from stillwatch.verifier.exchanges import Evidence, Task, words
from stillwatch.verifier.leaves import Leaf, make_leaf
from stillwatch.verifier.plan import (
    ROLES,
    ChosenTest,
    Condition,
    Plan,
    Respondent,
    read_plan,
    write_plan,
)
from stillwatch.verifier.tests import ANYTIME, FAULTS, TESTS

FIXED, UNTIL = "fixed", "anytime"
MENDED = "mend the plan or its materials; docs/how-to/prove.md shows each test"
# What a request says itself, and what would change its meaning unseen.
TAKEN = frozenset({"model", "messages", "stream", "n"})


class DraftRespondent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model as its plan file names it."""

    name: str
    role: str
    lineage: str = ""
    model: str = ""
    base_url: str | None = None
    key_variable: str | None = None
    asked: bool = True


class DraftCondition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way of asking as its plan file names it."""

    name: str
    system: str | None = None


class DraftTest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A test as its plan file names it."""

    name: str
    parameters: dict[str, Any] = {}


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A plan file (TOML) as a person wrote it."""

    title: str
    question: str
    prepared_by: str
    prompts: str | list[str]
    alpha: float = 0.01
    repeats: int = 1
    seed: int = 0
    stopping: str = FIXED
    hypotheses: list[str] = []
    request: dict[str, Any] = {}
    condition: list[DraftCondition] = []
    respondent: list[DraftRespondent] = []
    test: list[DraftTest] = []
    materials: dict[str, str] = {}
    notes: dict[str, str] = {}


class Prompt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question."""

    id: str
    messages: list[dict[str, str]]


def make_plan(
    draft: Draft,
    prompts: Sequence[Prompt],
    materials: Mapping[str, bytes],
    salts: Sequence[bytes],
    at: datetime,
    where: str,
) -> tuple[Plan, list[Leaf]]:
    """The plan and the leaves of its prompts. All faults of the draft are raised together."""
    raise_faults("plan", [*_faults(draft, where), *_prompt_faults(prompts, where)])
    leaves = [
        make_leaf(salt, {"id": one.id, "messages": list(one.messages)})
        for one, salt in zip(prompts, salts, strict=True)
    ]
    plan = Plan(
        title=draft.title,
        question=draft.question,
        hypotheses=tuple(draft.hypotheses) or _hypotheses(draft),
        prepared_at=instant(at),
        prepared_by=draft.prepared_by,
        alpha=draft.alpha,
        stopping=draft.stopping,
        seed=draft.seed,
        repeats=draft.repeats,
        respondents=tuple(
            Respondent(
                name=one.name,
                role=one.role,
                lineage=one.lineage or one.name,
                model=one.model or one.name,
                base_url=one.base_url,
                key_variable=one.key_variable,
                is_asked=one.asked,
            )
            for one in draft.respondent
        ),
        conditions=tuple(
            Condition(name=one.name, system=one.system)
            for one in draft.condition or [DraftCondition(name="plain")]
        ),
        request=dict(draft.request),
        tests=tuple(ChosenTest(name=one.name, parameters=one.parameters) for one in draft.test),
        prompt_count=len(leaves),
        prompt_root=merkle.root([bytes.fromhex(one.hash) for one in leaves]).hex(),
        materials={name: digest(data) for name, data in materials.items()},
        notes=dict(draft.notes),
    )
    raise_faults("plan", _evidence_faults(plan, prompts, materials, where))
    return read_plan(write_plan(plan)), leaves


def _evidence_faults(
    plan: Plan, prompts: Sequence[Prompt], materials: Mapping[str, bytes], where: str
) -> list[StillwatchError]:
    """What a test would refuse after all were asked, said before anybody is."""
    evidence = Evidence(
        plan=plan,
        prompts={one.id: one.messages for one in prompts},
        answers=(),
        materials=materials,
    )
    found: list[StillwatchError] = []
    for one in plan.tests:
        try:
            faults = FAULTS[one.name](evidence, one.parameters) if one.name in FAULTS else []
        except Damaged as damage:
            faults = [str(damage)]
        found += [SettingError(where, f"test '{one.name}': {fault}", MENDED) for fault in faults]
    return found


def tasks(plan: Plan, prompt_ids: Sequence[str], respondent: str) -> Iterator[Task]:
    """Every question to one respondent, in the order of the plan."""
    if not next(one for one in plan.respondents if one.name == respondent).is_asked:
        return
    for repeat in range(1, plan.repeats + 1):
        for condition in plan.conditions:
            for prompt in prompt_ids:
                yield Task(
                    respondent=respondent, condition=condition.name, prompt=prompt, repeat=repeat
                )


def _hypotheses(draft: Draft) -> tuple[str, ...]:
    names = {role: [o.name for o in draft.respondent if o.role == role] for role in ROLES}
    suspects, teachers = " or ".join(names["suspect"]), " or ".join(names["teacher"])
    return (
        f"H0: {suspects} was not trained on answers of {teachers}.",
        f"H1: {suspects} was trained on answers of {teachers}.",
    )


def _faults(draft: Draft, where: str) -> list[StillwatchError]:
    found: list[StillwatchError] = []

    def fault(what: str, remedy: str) -> None:
        found.append(SettingError(where, what, remedy))

    if not 0 < draft.alpha < 0.5:
        fault(f"alpha is {draft.alpha}", "give a share between 0 and 0.5, such as 0.01")
    if not 1 <= draft.repeats <= 100:
        fault(f"repeats is {draft.repeats}", "give a whole number from 1 to 100")
    if draft.stopping not in (FIXED, UNTIL):
        fault(f"stopping is '{draft.stopping}'", f"give '{FIXED}' or '{UNTIL}'")
    found += _test_faults(draft, where)
    for kind, names in (
        ("respondent", [one.name for one in draft.respondent]),
        ("condition", [one.name for one in draft.condition]),
        ("test", [one.name for one in draft.test]),
    ):
        for name, count in Counter(names).items():
            if count > 1:
                fault(f"{kind} '{name}' stands {count} times", "give each a name of its own")
    for role in ROLES[:2]:
        if all(one.role != role for one in draft.respondent):
            fault(f"no respondent has the role {role}", f"add one with role = '{role}'")
    found += _respondent_faults(draft, where)
    for name in sorted(TAKEN & set(draft.request)):
        fault(f"[request] sets '{name}'", "leave it out; the plan sets it or needs it unset")
    try:
        encode(draft.request)
        encode([one.parameters for one in draft.test])
    except ValueError as error:
        fault(f"a value cannot be written ({error})", "use plain numbers and texts")
    return found


def _test_faults(draft: Draft, where: str) -> list[StillwatchError]:
    found: list[StillwatchError] = []
    if not draft.test:
        found.append(SettingError(where, "names no test", f"add one of {', '.join(TESTS)}"))
    for one in draft.test:
        if one.name not in TESTS:
            near = get_close_matches(one.name, TESTS, 1)
            remedy = f"did you mean '{near[0]}'?" if near else f"use one of {', '.join(TESTS)}"
            found.append(SettingError(where, f"unknown test '{one.name}'", remedy))
        elif draft.stopping == UNTIL and one.name not in ANYTIME:
            what = f"test '{one.name}' does not allow to stop at will"
            found.append(SettingError(where, what, f"use stopping = '{FIXED}'"))
    return found


def _respondent_faults(draft: Draft, where: str) -> list[StillwatchError]:
    """A suspect or teacher that stands in the panel as well makes the panel worthless."""
    found: list[StillwatchError] = []
    panel = [one for one in draft.respondent if one.role == "reference"]
    for one in draft.respondent:
        if one.role not in ROLES:
            what = f"respondent '{one.name}' has the role '{one.role}'"
            found.append(SettingError(where, what, f"use one of {', '.join(ROLES)}"))
        if one.base_url is not None and not one.base_url.startswith(("http://", "https://")):
            what = f"respondent '{one.name}' has the address '{one.base_url}'"
            found.append(SettingError(where, what, "give one that begins with https://"))
        if one.role == "suspect" and not one.asked:
            what = f"suspect '{one.name}' is not asked"
            found.append(SettingError(where, what, "leave out 'asked'"))
        if one.role == "reference":
            continue
        for twin in panel:
            is_same_model = (one.base_url or "", one.model or one.name) == (
                twin.base_url or "",
                twin.model or twin.name,
            )
            if is_same_model or (one.lineage or one.name) == (twin.lineage or twin.name):
                what = f"{one.role} '{one.name}' is in the panel itself, as '{twin.name}'"
                found.append(SettingError(where, what, "take it out of the references"))
    return found


def _prompt_faults(prompts: Sequence[Prompt], where: str) -> list[StillwatchError]:
    found: list[StillwatchError] = []
    if not prompts:
        found.append(SettingError(where, "has no prompts", "name a file with one a line"))
    for name, count in Counter(one.id for one in prompts).items():
        if count > 1:
            what = f"prompt id '{name}' stands {count} times"
            found.append(SettingError(where, what, "give each prompt an id of its own"))
    seen: dict[tuple[str, ...], str] = {}
    for one in prompts:
        if not one.messages:
            found.append(SettingError(where, f"prompt '{one.id}' is empty", "leave it out"))
        text = words(" ".join(message["content"] for message in one.messages))
        if text and text in seen:
            what = f"prompt '{one.id}' asks the same as '{seen[text]}'"
            found.append(SettingError(where, what, "leave one out; a prompt counts once"))
        seen.setdefault(text, one.id)
    return found
