"""Holds what is fixed before a canary is served, and checks a serving log against it.

The plan says which questions have which equally good answers, and who is given the same draws.
A digest of key and plan is published before the first serving, so that neither can be chosen
afterwards; the log of servings is a chain, so that no line can be changed, dropped or moved.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from stillwatch.verifier.canonical import digest, encode

VERSION = "stillwatch canary 1"
LEAST_KEY_BYTES = 32
NO_SERVING = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One of the equally good answers, and what it is recognised by in a reply."""

    marks: tuple[str, ...]
    text: str = ""  # empty for a habit, which is a way to write any answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A question, or a kind of questions, with variants of which each unit is given one."""

    canary_id: str
    prompts: tuple[str, ...]  # what the suspect will be asked
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Accounts that are given the same draws: one account, or a campaign as one."""

    unit_id: str
    account_ids: tuple[str, ...]
    campaign_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is fixed before the first serving."""

    canaries: tuple[Canary, ...]
    units: tuple[Unit, ...]
    replies: int  # to each prompt
    alpha: float
    version: str = VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What is published before the first serving: it binds plan and key and shows neither."""

    plan_digest: str
    digest: str
    committed_at: str  # UTC, ISO 8601, as all times here


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """One line of the serving log; `previous` is the digest of the line before it."""

    number: int
    previous: str
    served_at: str
    account_id: str
    unit_id: str
    canary_id: str
    variant: int
    answer_digest: str


def digest_of(value: Any) -> str:
    """SHA-256 of a value's canonical bytes."""
    return digest(encode(value))


def plan_digest(plan: Plan) -> str:
    """What names the plan for good."""
    return digest_of(asdict(plan))


def commitment_digest(plan: Plan, key: bytes) -> str:
    """Binds key and plan; hides them, since the key has 256 unknown bits."""
    if len(key) < LEAST_KEY_BYTES:
        raise ValueError(f"the canary key has {len(key)} bytes; it needs {LEAST_KEY_BYTES}")
    return digest_of([VERSION, "commitment", key.hex(), plan_digest(plan)])


def draw(plan_id: str, key: bytes, nonce: str, unit_id: str, canary: Canary) -> int:
    """The variant that the key gives a unit: HMAC-SHA-256 modulo the number of variants.

    `nonce` is what a witness added after the commitment, so that nobody could try keys against
    a suspect that was already public. It is empty where there was no witness.
    """
    message = encode([VERSION, "draw", plan_id, nonce, unit_id, canary.canary_id])
    return int.from_bytes(hmac.digest(key, message, "sha256")) % len(canary.variants)


def plan_of(value: Mapping[str, Any]) -> Plan:
    """A plan as it was written to JSON. Raises KeyError or TypeError when it is not one."""
    canaries = [
        Canary(
            canary_id=one["canary_id"],
            prompts=tuple(one["prompts"]),
            variants=tuple(
                Variant(marks=tuple(each["marks"]), text=each["text"]) for each in one["variants"]
            ),
        )
        for one in value["canaries"]
    ]
    units = [Unit(**(one | {"account_ids": tuple(one["account_ids"])})) for one in value["units"]]
    return Plan(**(dict(value) | {"canaries": tuple(canaries), "units": tuple(units)}))


def check_servings(
    plan: Plan,
    key: bytes,
    nonce: str,
    commitment: Commitment,
    servings: Sequence[Serving],
    head: str,
) -> list[str]:
    """Everything that is wrong with a serving log, line by line; nothing when it is whole.

    `head` is the digest of the last line as it was published: without it a log that was cut
    short, or written anew as a whole, could not be told from the real one.
    """
    faults = []
    if plan_digest(plan) != commitment.plan_digest:
        faults.append("the plan is not the one that was committed to")
    if commitment_digest(plan, key) != commitment.digest:
        faults.append("key and plan do not open the commitment")
    canaries = {one.canary_id: one for one in plan.canaries}
    unit_of = {account: unit.unit_id for unit in plan.units for account in unit.account_ids}
    previous, at, plan_id = NO_SERVING, commitment.committed_at, plan_digest(plan)
    for number, line in enumerate(servings):
        where = f"serving {number}"
        if line.number != number or line.previous != previous:
            faults.append(f"{where}: does not follow the line before it")
        if line.served_at < at:
            faults.append(f"{where}: is earlier than the commitment or the line before it")
        if unit_of.get(line.account_id) != line.unit_id:
            faults.append(f"{where}: the plan does not put this account into this unit")
        canary = canaries.get(line.canary_id)
        if canary is None:
            faults.append(f"{where}: the plan has no such canary")
        else:
            faults += _variant_faults(
                where, line, canary, draw(plan_id, key, nonce, line.unit_id, canary)
            )
        previous, at = digest_of(asdict(line)), max(at, line.served_at)
    if previous != head:
        faults.append("the last line is not the one that was published as the log's end")
    return faults


def _variant_faults(where: str, line: Serving, canary: Canary, drawn: int) -> list[str]:
    if line.variant != drawn:
        return [f"{where}: the served variant is not the one that the key gives"]
    text = canary.variants[drawn].text
    if text and hashlib.sha256(text.encode()).hexdigest() != line.answer_digest:
        return [f"{where}: the served answer is not the plan's"]
    return []
