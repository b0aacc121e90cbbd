"""Reads a plan: what was fixed, and hashed, before anybody was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stillwatch.verifier.canonical import Damaged, decode, encode

ROLES = ("suspect", "teacher", "reference")
FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Respondent:
    """A model that answers. Without an address its answers come from a file."""

    name: str
    role: str  # suspect, teacher or reference
    lineage: str  # models of one lineage are one witness, not several
    model: str
    base_url: str | None
    key_variable: str | None  # the name of the environment variable; its value is never written
    is_asked: bool = True  # not asked: a teacher that only log, key or panel speak for


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One way in which every prompt is put."""

    name: str
    system: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenTest:
    """A registered test, and the parameters it was fixed to run with."""

    name: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that was decided before the first question."""

    title: str
    question: str
    hypotheses: tuple[str, ...]
    prepared_at: str
    prepared_by: str
    alpha: float
    stopping: str
    seed: int
    repeats: int
    respondents: tuple[Respondent, ...]
    conditions: tuple[Condition, ...]
    request: Mapping[str, Any]  # sampling parameters, sent as they stand
    tests: tuple[ChosenTest, ...]
    prompt_count: int
    prompt_root: str
    materials: Mapping[str, str]  # files the tests read, by SHA-256
    notes: Mapping[str, str]  # terms of service, who chose the prompts, whose account

    def of_role(self, role: str) -> tuple[Respondent, ...]:
        """The respondents of one role, as the plan orders them."""
        return tuple(one for one in self.respondents if one.role == role)


def read_plan(data: bytes) -> Plan:
    """The plan in these bytes. Raises Damaged when they hold none."""
    where = "plan.json"
    value = decode(data, where)
    read = _Reader(value, where)
    if read.whole("format") != FORMAT:
        raise Damaged(where, f"has format {value['format']!r}; this verifier reads {FORMAT}")
    prompts = _Reader(read.mapping("prompts"), f"{where}: prompts")
    plan = Plan(
        title=read.text("title"),
        question=read.text("question"),
        hypotheses=tuple(read.texts("hypotheses")),
        prepared_at=read.text("prepared_at"),
        prepared_by=read.text("prepared_by"),
        alpha=read.number("alpha"),
        stopping=read.text("stopping"),
        seed=read.whole("seed"),
        repeats=read.whole("repeats"),
        respondents=tuple(_respondent(one, where) for one in read.listed("respondents")),
        conditions=tuple(_condition(one, where) for one in read.listed("conditions")),
        request=read.mapping("request"),
        tests=tuple(_test(one, where) for one in read.listed("tests")),
        prompt_count=prompts.whole("count"),
        prompt_root=prompts.text("root"),
        materials=read.text_mapping("materials"),
        notes=read.text_mapping("notes"),
    )
    if write_plan(plan) != data:
        raise Damaged(where, "holds more than a plan does")
    return plan


def write_plan(plan: Plan) -> bytes:
    """The canonical bytes of a plan; their SHA-256 is what the log begins with."""
    return encode(
        {
            "format": FORMAT,
            "title": plan.title,
            "question": plan.question,
            "hypotheses": list(plan.hypotheses),
            "prepared_at": plan.prepared_at,
            "prepared_by": plan.prepared_by,
            "alpha": plan.alpha,
            "stopping": plan.stopping,
            "seed": plan.seed,
            "repeats": plan.repeats,
            "respondents": [
                {
                    "name": one.name,
                    "role": one.role,
                    "lineage": one.lineage,
                    "model": one.model,
                    "base_url": one.base_url,
                    "key_variable": one.key_variable,
                    "is_asked": one.is_asked,
                }
                for one in plan.respondents
            ],
            "conditions": [{"name": one.name, "system": one.system} for one in plan.conditions],
            "request": dict(plan.request),
            "tests": [{"name": one.name, "parameters": dict(one.parameters)} for one in plan.tests],
            "prompts": {"count": plan.prompt_count, "root": plan.prompt_root},
            "materials": dict(plan.materials),
            "notes": dict(plan.notes),
        }
    )


def _respondent(value: Any, where: str) -> Respondent:
    read = _Reader(value, f"{where}: respondent")
    if read.text("role") not in ROLES:
        raise Damaged(where, f"has a respondent with the role {value['role']!r}")
    return Respondent(
        name=read.text("name"),
        role=read.text("role"),
        lineage=read.text("lineage"),
        model=read.text("model"),
        base_url=read.text_or_none("base_url"),
        key_variable=read.text_or_none("key_variable"),
        is_asked=read.truth("is_asked"),
    )


def _condition(value: Any, where: str) -> Condition:
    read = _Reader(value, f"{where}: condition")
    return Condition(name=read.text("name"), system=read.text_or_none("system"))


def _test(value: Any, where: str) -> ChosenTest:
    read = _Reader(value, f"{where}: test")
    return ChosenTest(name=read.text("name"), parameters=read.mapping("parameters"))


class _Reader:
    """Takes fields out of a value from outside, each of the type it must have."""

    def __init__(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            raise Damaged(where, "is no object")
        self.value, self.where = value, where

    def _field(self, name: str, kinds: type | tuple[type, ...]) -> Any:
        found = self.value.get(name)
        if name not in self.value or not isinstance(found, kinds) or isinstance(found, bool):
            raise Damaged(self.where, f"has no fit value for '{name}'")
        return found

    def text(self, name: str) -> str:
        return str(self._field(name, str))

    def text_or_none(self, name: str) -> str | None:
        return None if self.value.get(name) is None else self.text(name)

    def whole(self, name: str) -> int:
        return int(self._field(name, int))

    def truth(self, name: str) -> bool:
        if not isinstance(self.value.get(name), bool):
            raise Damaged(self.where, f"has no fit value for '{name}'")
        return bool(self.value[name])

    def number(self, name: str) -> float:
        return float(self._field(name, (int, float)))

    def mapping(self, name: str) -> dict[str, Any]:
        return dict(self._field(name, dict))

    def listed(self, name: str) -> Sequence[Any]:
        return list(self._field(name, list))

    def texts(self, name: str) -> list[str]:
        found = self.listed(name)
        if not all(isinstance(one, str) for one in found):
            raise Damaged(self.where, f"has no fit value for '{name}'")
        return list(found)

    def text_mapping(self, name: str) -> dict[str, str]:
        found = self.mapping(name)
        if not all(isinstance(one, str) for one in found.values()):
            raise Damaged(self.where, f"has no fit value for '{name}'")
        return found
