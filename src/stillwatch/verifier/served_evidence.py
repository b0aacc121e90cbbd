"""Judges the log-linked tests from a bundle: whether a suspect repeats what a campaign was served.

The material names the campaigns of a scan and, prompt by prompt, what was served and what might
have been. Its hash stands in the plan, so that it was fixed before the suspect was asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from stillwatch.verifier.canary import folded
from stillwatch.verifier.canonical import Damaged, loose, unhex
from stillwatch.verifier.exchanges import Evidence
from stillwatch.verifier.plan import Respondent
from stillwatch.verifier.randomisation import holm
from stillwatch.verifier.reading import (
    Entry,
    Parameters,
    comparisons,
    complete,
    entry,
    listed,
    material,
    question,
    replies_to,
    teacher_of,
)
from stillwatch.verifier.served import (
    LEAST_LINEAGES,
    CoinPrompt,
    ExactResult,
    MatchedPair,
    TwinAnswers,
    coin_test,
    rank_test,
    slot_of,
    twin_test,
)

LEAST_TRIALS = 8
TWINS, WITHHELD, MATCHED = "served_twins", "served_withheld", "served_matched"
SHAPES: dict[str, dict[str, type]] = {
    TWINS: {"campaign": str, "prompt": str, "answers": list, "served": int},
    WITHHELD: {"campaign": str, "prompt": str, "answer": str, "slot": int, "slots": int},
    MATCHED: {
        "campaign": str, "prompt": str, "answer": str, "twin_prompt": str, "twin_answer": str
    },
}  # fmt: skip
Rows = list[dict[str, Any]]
Said = Mapping[str, Sequence[str]]  # replies by folded prompt


def served_faults(test: str, evidence: Evidence, parameters: Parameters) -> list[str]:
    """What makes a log-linked test impossible, before anybody is asked."""
    teacher_of(evidence.plan, parameters, test)
    rows = _rows(test, evidence, parameters)
    asked = [folded(question(one)) for one in evidence.prompts.values()]
    wanted = _prompts(rows)
    missing = sorted(set(wanted) - set(asked))
    faults = []
    if missing:
        faults.append(f"{len(missing)} prompts of the trials are not the plan's: {missing[0]!r}")
    if len(set(wanted)) < len(wanted):
        faults.append("a prompt stands in two trials")
    if evidence.plan.stopping == "anytime" and [one for one in asked if one in wanted] != wanted:
        faults.append("who stops when he likes has to ask in the order of the trials")
    if "draws" in parameters:
        faults += _draw_faults(test, rows, evidence, parameters)
    few = sorted(
        name for name, of_name in _by_campaign(rows).items() if len(of_name) < LEAST_TRIALS
    )
    if few:
        faults.append(
            f"campaign {', '.join(few)}: fewer than {LEAST_TRIALS} trials; leave it out or add some"
        )
    return faults


def _rows(test: str, evidence: Evidence, parameters: Parameters) -> Rows:
    rows = listed(material(evidence, parameters, "trials", test), "trials")
    shape = SHAPES[test]
    for number, row in enumerate(rows, 1):
        is_fit = (
            isinstance(row, dict)
            and set(row) == set(shape)
            and all(type(row[name]) is kind for name, kind in shape.items())
        )
        if not is_fit or not _is_possible(test, row):
            raise Damaged("trials", f"line {number} is no trial of {test}")
    if not rows:
        raise Damaged("trials", "holds no trial")
    return rows


def _is_possible(test: str, row: Mapping[str, Any]) -> bool:
    if test == TWINS:
        texts = row["answers"]
        return (
            len(texts) >= 2
            and all(isinstance(one, str) and folded(one) for one in texts)
            and 0 <= row["served"] < len(texts)
        )
    return test == MATCHED or 0 <= row["slot"] < row["slots"] >= 2


def _prompts(rows: Rows) -> list[str]:
    """Every prompt that has to be asked, in the order of the trials."""
    return [folded(row[name]) for row in rows for name in ("prompt", "twin_prompt") if name in row]


def _by_campaign(rows: Rows) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for row in rows:
        found.setdefault(row["campaign"], []).append(row)
    return found


def _draw_faults(test: str, rows: Rows, evidence: Evidence, parameters: Parameters) -> list[str]:
    """Whether the revealed key gives the draws that the trials claim."""
    value = loose(material(evidence, parameters, "draws", test), "draws")
    if test == MATCHED or not isinstance(value, dict) or "nonce" not in value:
        return ["`draws` holds no key and nonce, or the design draws nothing"]
    key, nonce = unhex(value.get("key"), "draws"), str(value["nonce"])
    wrong = 0
    for row in rows:
        slots, drawn = (
            (len(row["answers"]), row["served"]) if test == TWINS else (row["slots"], row["slot"])
        )
        wrong += slot_of(key, nonce, row["campaign"], row["prompt"], slots) != drawn
    return [f"{wrong} of {len(rows)} draws are not what the key gives"] if wrong else []


def served_twins(evidence: Evidence, parameters: Parameters) -> dict[str, Any]:
    """Which of several answers of the teacher a campaign was served; exact."""
    return _exact(TWINS, evidence, parameters)


def served_withheld(evidence: Evidence, parameters: Parameters) -> dict[str, Any]:
    """Which of a campaign's prompts got a real answer; exact."""
    return _exact(WITHHELD, evidence, parameters)


def _exact(test: str, evidence: Evidence, parameters: Parameters) -> dict[str, Any]:
    teacher = teacher_of(evidence.plan, parameters, test)
    faults = served_faults(test, evidence, parameters)
    rows = [] if faults else _rows(test, evidence, parameters)
    why = f"the trials cannot be used: {'; '.join(faults)}"
    pairs = [
        entry(one, teacher, unit="prompts", refused=why)
        if faults
        else _judged(test, evidence, rows, one, teacher)
        for one in evidence.plan.of_role("suspect")
    ]
    facts = {"drawn_by_key": "draws" in parameters, "trials": len(rows)}
    return {"kind": "proof", "pairs": pairs, "facts": facts}


def _said(evidence: Evidence, name: str, prompts: Sequence[str]) -> dict[str, list[str]]:
    said = replies_to(evidence, name)
    return {folded(question(evidence.prompts[one])): said.get(one, []) for one in prompts}


def _judged(
    test: str, evidence: Evidence, rows: Rows, suspect: Respondent, teacher: Respondent
) -> Entry:
    anytime = evidence.plan.stopping == "anytime"
    usable = complete(evidence, suspect.name) if anytime else list(evidence.prompts)
    mine = _said(evidence, suspect.name, usable)
    others = [
        _said(evidence, one.name, list(evidence.prompts))
        for one in evidence.plan.of_role("reference")
    ]
    results: dict[str, ExactResult] = {}
    for name, of_name in _by_campaign(rows).items():
        kept = [
            row
            for row in of_name
            if any(folded(one) for one in mine.get(folded(row["prompt"]), []))
        ]
        if len(kept) >= LEAST_TRIALS:
            results[name] = (
                twin_test([_twin(row, mine, others) for row in kept])
                if test == TWINS
                else coin_test([_coin(row, mine, others) for row in kept])
            )
    if not results:
        why = f"the suspect answered fewer than {LEAST_TRIALS} prompts of every campaign"
        return entry(suspect, teacher, unit="prompts", refused=why)
    return _entry(evidence, results, suspect, teacher, anytime=anytime)


def _entry(
    evidence: Evidence,
    results: Mapping[str, ExactResult],
    suspect: Respondent,
    teacher: Respondent,
    *,
    anytime: bool,
) -> Entry:
    alpha = evidence.plan.alpha / comparisons(evidence.plan)
    adjusted = holm({name: one.p_value for name, one in results.items()})
    if anytime:
        adjusted = {name: min(1.0, len(results) / one.e_highest) for name, one in results.items()}
    best = min(results, key=lambda name: (adjusted[name], results[name].p_value, name))
    return entry(
        suspect,
        teacher,
        unit="prompts",
        n=results[best].trials,
        statistic=results[best].statistic,
        p_value=adjusted[best],
        facts={
            "named": [name for name in results if adjusted[name] <= alpha],
            "naming_alpha": alpha,
            "best": best,
            "campaigns": {
                name: {**asdict(one), "adjusted_p": adjusted[name]} for name, one in results.items()
            },
            "references": len(evidence.plan.of_role("reference")),
            "is_anytime": anytime,
        },
    )


def _first(said: Said, prompt: str) -> str:
    return next(iter(said.get(folded(prompt), ())), "")


def _twin(row: Mapping[str, Any], mine: Said, others: Sequence[Said]) -> TwinAnswers:
    return TwinAnswers(
        prompt=row["prompt"],
        answers=tuple(row["answers"]),
        served=row["served"],
        replies=tuple(mine[folded(row["prompt"])]),
        reference_replies=tuple(_first(one, row["prompt"]) for one in others),
    )


def _coin(row: Mapping[str, Any], mine: Said, others: Sequence[Said]) -> CoinPrompt:
    return CoinPrompt(
        prompt=row["prompt"],
        answer=row["answer"],
        slot=row["slot"],
        slots=row["slots"],
        replies=tuple(mine[folded(row["prompt"])]),
        reference_replies=tuple(_first(one, row["prompt"]) for one in others),
    )


def served_matched(evidence: Evidence, parameters: Parameters) -> dict[str, Any]:
    """The suspect's rank among reference lineages on served prompts against twins; a lead."""
    teacher = teacher_of(evidence.plan, parameters, MATCHED)
    faults = served_faults(MATCHED, evidence, parameters)
    rows = [] if faults else _rows(MATCHED, evidence, parameters)
    why = f"the trials cannot be used: {'; '.join(faults)}"
    pairs = [
        entry(one, teacher, unit="reference lineages", refused=why)
        if faults
        else _ranked(evidence, rows, one, teacher)
        for one in evidence.plan.of_role("suspect")
    ]
    return {"kind": "lead", "pairs": pairs, "facts": {"trials": len(rows)}}


def _ranked(evidence: Evidence, rows: Rows, suspect: Respondent, teacher: Respondent) -> Entry:
    references = evidence.plan.of_role("reference")
    said = {
        one.name: _said(evidence, one.name, list(evidence.prompts))
        for one in (suspect, *references)
    }
    lineage = {one.name: one.lineage for one in references}
    found = {}
    for name, of_name in _by_campaign(rows).items():
        pairs = [
            MatchedPair(
                answer=row["answer"],
                twin_answer=row["twin_answer"],
                replies={who: _first(of_who, row["prompt"]) for who, of_who in said.items()},
                twin_replies={
                    who: _first(of_who, row["twin_prompt"]) for who, of_who in said.items()
                },
            )
            for row in of_name
        ]
        found[name] = rank_test(pairs, suspect.name, lineage)
    lineages = len(set(lineage.values()))
    if lineages < LEAST_LINEAGES:
        why = f"{lineages} independent reference lineages; {LEAST_LINEAGES} are needed"
        return entry(suspect, teacher, unit="reference lineages", n=lineages, refused=why)
    adjusted = holm({name: one.p_value or 1.0 for name, one in found.items()})
    best = min(found, key=lambda name: (adjusted[name], -found[name].statistic, name))
    return entry(
        suspect,
        teacher,
        unit="reference lineages",
        n=lineages,
        statistic=found[best].statistic,
        p_value=adjusted[best],
        facts={
            "best": best,
            "campaigns": {
                name: {**asdict(one), "adjusted_p": adjusted[name]} for name, one in found.items()
            },
        },
    )
