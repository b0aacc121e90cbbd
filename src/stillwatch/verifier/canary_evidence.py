"""Judges the tests `canaries` and `habits` from a bundle: log, key and replies in, one pair each.

The material holds what was published before the first serving, the log, and the key, which is
revealed with the bundle. Its hash stands in the plan of the proof, so that servings, key and
canaries were fixed before the suspect was asked.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from stillwatch.verifier.canary import CanaryResult, NameResult, Reply, folded, score
from stillwatch.verifier.canary_plan import Commitment, Plan, Serving, check_servings, plan_of
from stillwatch.verifier.canonical import Damaged, loose, unhex
from stillwatch.verifier.exchanges import Evidence
from stillwatch.verifier.plan import Respondent
from stillwatch.verifier.reading import (
    Entry,
    Parameters,
    comparisons,
    complete,
    entry,
    material,
    question,
    replies_to,
    teacher_of,
)

SHOWN = 5  # names whose numbers stand in the findings
UNIT = "canaries"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revealed:
    """A canary plan with everything that was kept secret or logged."""

    plan: Plan
    key: bytes
    nonce: str
    commitment: Commitment
    servings: tuple[Serving, ...]
    head: str


def revealed(data: bytes, where: str) -> Revealed:
    """What `prove canary reveal` wrote. Raises Damaged when it is something else."""
    value = loose(data, where)
    try:
        return Revealed(
            plan=plan_of(value["plan"]),
            key=unhex(value["key"], where),
            nonce=str(value["nonce"]),
            commitment=Commitment(**value["commitment"]),
            servings=tuple(Serving(**one) for one in value["servings"]),
            head=str(value["head"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise Damaged(where, f"is no revealed canary plan ({error})") from error


def canary_faults(evidence: Evidence, parameters: Parameters) -> list[str]:
    """What makes the test impossible, before anybody is asked."""
    teacher_of(evidence.plan, parameters, UNIT)
    made = revealed(material(evidence, parameters, "canaries", UNIT), "canaries")
    faults = check_servings(
        made.plan, made.key, made.nonce, made.commitment, made.servings, made.head
    )
    if not made.servings:
        faults.append("no canary was served to anybody")
    if made.servings and made.servings[-1].served_at > evidence.plan.prepared_at:
        faults.append("a canary was served after this plan was made")
    return [*faults, *_prompt_faults(evidence, made.plan)]


def _prompt_faults(evidence: Evidence, plan: Plan) -> list[str]:
    asked = [folded(question(one)) for one in evidence.prompts.values()]
    wanted = [folded(prompt) for one in plan.canaries for prompt in one.prompts]
    missing = sorted(set(wanted) - set(asked))
    if missing:
        return [f"{len(missing)} prompts of the canaries are not the plan's: {missing[0]!r}, ..."]
    if evidence.plan.stopping == "anytime" and [one for one in asked if one in wanted] != wanted:
        return ["who stops when he likes has to ask in the order of the canaries"]
    return []


def canaries(evidence: Evidence, parameters: Parameters) -> dict[str, Any]:
    """One pair a suspect; the p-value says whether any account's or campaign's draws fit."""
    teacher = teacher_of(evidence.plan, parameters, UNIT)
    made = revealed(material(evidence, parameters, "canaries", UNIT), "canaries")
    faults = canary_faults(evidence, parameters)
    pairs = [
        entry(
            one, teacher, unit=UNIT, refused=f"the serving log cannot be used: {'; '.join(faults)}"
        )
        if faults
        else _judged(evidence, made, one, teacher)
        for one in evidence.plan.of_role("suspect")
    ]
    return {
        "kind": "proof",
        "pairs": pairs,
        "facts": {
            "canaries": len(made.plan.canaries),
            "units": len(made.plan.units),
            "servings": len(made.servings),
            "committed_at": made.commitment.committed_at,
            "commitment": made.commitment.digest,
            "has_nonce": bool(made.nonce),
            "log_end": made.head,
        },
    }


def _judged(evidence: Evidence, made: Revealed, suspect: Respondent, teacher: Respondent) -> Entry:
    anytime = evidence.plan.stopping == "anytime"
    usable = complete(evidence, suspect.name) if anytime else list(evidence.prompts)
    named = {folded(question(evidence.prompts[name])): name for name in usable}
    said = replies_to(evidence, suspect.name)
    replies = [
        Reply(canary_id=one.canary_id, text=text)
        for one in made.plan.canaries
        if all(folded(prompt) in named for prompt in one.prompts)
        for prompt in one.prompts
        for text in said.get(named[folded(prompt)], [])
    ]
    found = score(made.plan, made.key, made.nonce, made.servings, replies)
    if not found.names:
        said_why = f"none of {found.replies} replies shows any variant of a canary"
        return entry(suspect, teacher, unit=UNIT, refused=said_why)
    return _entry(evidence, found, suspect, teacher, anytime=anytime)


def _entry(
    evidence: Evidence,
    found: CanaryResult,
    suspect: Respondent,
    teacher: Respondent,
    *,
    anytime: bool,
) -> Entry:
    alpha = evidence.plan.alpha / comparisons(evidence.plan)
    best = _best(found.names, anytime=anytime)
    if anytime:
        p_value = min(1.0, len(found.names) / best[0].e_highest)
        named = [one.name for one in found.names if one.e_highest >= len(found.names) / alpha]
    else:
        p_value = min(one.adjusted_p for one in found.names)
        named = [one.name for one in found.names if one.adjusted_p <= alpha]
    return entry(
        suspect,
        teacher,
        unit=UNIT,
        n=best[0].canaries,
        statistic=best[0].agreeing / best[0].readable,
        p_value=p_value,
        facts={
            "named": named,
            "names": len(found.names),
            "naming_alpha": alpha,
            "best": [asdict(one) for one in best[:SHOWN]],
            "replies": found.replies,
            "unread": found.unread,
            "e_highest": best[0].e_highest,
            "is_anytime": anytime,
        },
    )


def _best(names: Sequence[NameResult], *, anytime: bool) -> list[NameResult]:
    if anytime:
        return sorted(names, key=lambda one: (-one.e_highest, one.name))
    return sorted(names, key=lambda one: (one.p_value, one.name))
