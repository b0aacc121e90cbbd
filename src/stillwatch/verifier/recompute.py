"""Computes the findings again from the raw text, and compares them byte for byte."""

import importlib.metadata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stillwatch.verifier import merkle
from stillwatch.verifier.canonical import Damaged, Unknown, decode, digest
from stillwatch.verifier.exchanges import (
    ASKED,
    Evidence,
    expected_body,
    read_answer,
    read_prompt,
)
from stillwatch.verifier.found import Found
from stillwatch.verifier.leaves import Leaf, raw_bytes
from stillwatch.verifier.plan import Plan
from stillwatch.verifier.score import METHODS, claimed, score

MATERIALS = "materials/"
COMPUTES = ("numpy", "scipy")


def check_findings(
    plan: Plan,
    prompts: Sequence[Leaf],
    exchanges: Sequence[Leaf],
    files: Mapping[str, bytes],
    versions: Mapping[str, str],
    found: Found,
) -> None:
    """Only from every prompt and every answer can a finding be computed again."""
    hidden = sum(one.data is None for one in (*prompts, *exchanges))
    try:
        evidence = gather(plan, prompts, exchanges, files)
        found.holds("questions", "every question that is shown was put as planned")
        if hidden:
            found.unchecked(
                "findings", f"{hidden:,} prompts or answers are withheld; ask for the whole bundle"
            )
            return
        unknown: list[str] = []

        def claims(test: str, why: Unknown) -> Mapping[str, Any]:
            unknown.append(f"{test} stands as its signers say ({why.what})")
            return claimed(decode(files["findings.json"], "findings.json"), test, plan)

        again = score(evidence, claims=claims)
    except Damaged as damage:
        found.fails("findings", str(damage))
        return
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        found.fails("findings", f"a test could not run on what the plan says ({error})")
        return
    for one in unknown:
        found.unchecked("findings that cannot be computed here", one)
    if again == files["findings.json"] and len(unknown) == len(plan.tests):
        return
    if again == files["findings.json"]:
        rest = "the others, " if unknown else ""
        found.holds(
            "findings", f"{rest}computed again from the raw text, they are the same to the byte"
        )
        return
    hints = "".join(f"; {one}" for one in _hints(files["findings.json"], again, versions))
    found.fails("findings", f"computed again from the raw text, they differ{hints}")


def _hints(data: bytes, again: bytes, versions: Mapping[str, str]) -> Iterator[str]:
    """Where they differ first, and why they may though nobody changed them."""
    try:
        told = decode(data, "findings.json")
        methods = told.get("methods", 1)
        yield f"first in {first_difference(told, decode(again, 'findings.json'))}"
    except (Damaged, AttributeError):
        methods = METHODS
    if methods != METHODS:
        yield f"they say methods {methods}, here are {METHODS}: use a verifier with theirs"
    here = current_versions()
    other = [name for name in COMPUTES if versions.get(name) != here.get(name)]
    if other:
        yield f"here with another {' and '.join(other)}"


def first_difference(told: Any, again: Any, where: str = "") -> str:
    """The first place where two values differ; how they are written, where nowhere."""
    if isinstance(told, dict) and isinstance(again, dict):
        parts = [(f"{where}.{k}".strip("."), k in told and k in again, k) for k in {*told, *again}]
        for path, in_both, key in sorted(parts):
            if not in_both:
                return path
            if told[key] != again[key]:
                return first_difference(told[key], again[key], path)
    if isinstance(told, list) and isinstance(again, list):
        for place, (one, other) in enumerate(zip(told, again, strict=False)):
            if one != other:
                return first_difference(one, other, f"{where}[{place}]")
    return where or "how they are written"


def gather(
    plan: Plan,
    prompts: Sequence[Leaf],
    exchanges: Sequence[Leaf],
    files: Mapping[str, bytes],
) -> Evidence:
    """The evidence that is shown. Raises Damaged where it is not what the plan fixed."""
    top = _root(prompts)
    if (plan.prompt_count, plan.prompt_root) != (len(prompts), top):
        raise Damaged("prompts.jsonl", "holds other prompts than the plan fixed")
    shown = [
        read_prompt(one.data, f"prompts.jsonl line {number}")
        for number, one in enumerate(prompts, 1)
        if one.data is not None
    ]
    asked = dict(shown)
    if len(asked) != len(shown):
        raise Damaged("prompts.jsonl", "names a prompt twice")
    materials = {}
    for name, value in plan.materials.items():
        data = files.get(MATERIALS + name)
        if data is None or digest(data) != value:
            raise Damaged(MATERIALS + name, "is not the material that the plan fixed")
        materials[name] = data
    answers = []
    for number, leaf in enumerate(exchanges, 1):
        if leaf.data is not None:
            where = f"exchanges.jsonl line {number}"
            answer = read_answer(leaf.data, where)
            if answer.how == ASKED:
                _check_question(plan, asked, leaf, where)
            answers.append(answer)
    return Evidence(plan=plan, prompts=asked, answers=answers, materials=materials)


def _root(prompts: Sequence[Leaf]) -> str:
    return merkle.root([bytes.fromhex(one.hash) for one in prompts]).hex()


def _check_question(
    plan: Plan, asked: Mapping[str, Sequence[Mapping[str, str]]], leaf: Leaf, where: str
) -> None:
    """The bytes that were sent are those that the plan allows, sent to where it says."""
    data = leaf.data or {}
    request = data.get("request")
    if not isinstance(request, dict):
        raise Damaged(where, "has no request")
    one = next((one for one in plan.respondents if one.name == data["respondent"]), None)
    condition = next((c for c in plan.conditions if c.name == data["condition"]), None)
    if one is None or condition is None or one.base_url is None:
        raise Damaged(where, "was asked of somebody whom the plan does not name with an address")
    if data["prompt"] not in asked:
        return  # the prompt is withheld, or there is none of this name: the caller counts
    body = expected_body(plan, one, condition, asked[data["prompt"]])
    if raw_bytes(request.get("body"), where) != body:
        raise Damaged(where, "was not asked what the plan says")
    if request.get("url") != address(one.base_url):
        raise Damaged(where, "was asked at another address than the plan says")


def address(base_url: str) -> str:
    """Where chat requests go under a base address."""
    return base_url.rstrip("/") + "/chat/completions"


def current_versions() -> dict[str, str]:
    """Versions of what the findings are computed with, where they are installed."""
    found = {}
    for name in COMPUTES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found
