"""Writes what a reader who is no statistician needs, and keeps leads and proofs apart."""

from collections.abc import Sequence

from stillwatch.forensics.phrases import figure
from stillwatch.forensics.sentences import METHODS, TITLES
from stillwatch.model.forensic import LEAD, PROOF, AnswerCount, Finding
from stillwatch.verifier.plan import Plan

Part = tuple[str, tuple[str, ...]]  # a heading with its sentences
ERRS = {
    PROOF: (
        "If no suspect had learnt from a teacher, and nobody had passed on what was drawn in "
        "secret, even one proof would come up in at most {} plans like this one."
    ),
    LEAD: (
        "A lead says where to look; it says neither who learnt from whom, nor by which way. It is "
        "meant to be wrong in at most {} plans. Nobody can compute that rate for a suspect "
        "unlike the reference models: see Limits for how often leads were wrong where the truth "
        "is documented."
    ),
}


def headline(found: Sequence[Finding]) -> str:
    """What came out, in a sentence, with leads and proof apart."""
    judged = [one for one in found if one.refused is None]
    if not judged:
        return "The test could not be carried out, so nothing is said"
    proofs = [one for one in judged if one.is_below_alpha and one.kind == PROOF]
    leads = [one for one in judged if one.is_below_alpha and one.kind == LEAD]
    if not proofs and not leads:
        return "No finding: no comparison falls below the error rate that was fixed beforehand"
    lead = f"lead, which is no proof: {_pairs(leads, '{} resembles {}')}"
    if not proofs:
        return f"A {lead}"
    proof = f"Proof that {_pairs(proofs, '{} depends on answers of {}')}"
    return f"{proof}; and a {lead}" if leads else proof


def _pairs(found: Sequence[Finding], claim: str) -> str:
    """What a finding claims of each pair, and no more than its test can show."""
    return ", ".join(dict.fromkeys(claim.format(one.suspect, one.teacher) for one in found))


def first_page(
    plan: Plan, found: Sequence[Finding], counts: Sequence[AnswerCount]
) -> tuple[Part, ...]:
    """The question, what was done, what came out and how often that errs."""
    asked = sum(one.answered for one in counts)
    done = (
        (
            f"{some(sum(one.planned > 0 for one in counts), 'model')} gave {asked:,} answers to "
            f"{plan.prompt_count:,} prompts. Prompts, models, tests and error rates were fixed and "
            "hashed before the first question."
        ),
        *(f"{title_of(one.name)}. {METHODS.get(one.name, '')}" for one in plan.tests),
    )
    return (
        ("The question", (plan.question,)),
        ("What was done", done),
        *_came(found),
        ("How often this errs", _errs(found)),
    )


def title_of(test: str) -> str:
    """What a test is called in a report."""
    return TITLES.get(test, test)


def _came(found: Sequence[Finding]) -> list[Part]:
    """What stands and what does not; a proof is never in one list with a lead."""
    judged = [one for one in found if one.refused is None]
    standing = [one for one in judged if one.is_below_alpha]
    parts: list[Part] = []
    for heading, mine in (
        ("What is proved", [one for one in standing if one.kind == PROOF]),
        ("What points somewhere, and proves nothing", [o for o in standing if o.kind == LEAD]),
    ):
        if mine:
            parts.append((heading, tuple(f"{title_of(o.test)}. {' '.join(o.brief)}" for o in mine)))
    rest = [one for one in judged if not one.is_below_alpha]
    if rest:
        told = (f"{title_of(one.test)}. {' '.join(one.brief)}" for one in rest)
        parts.append(("What was looked for and not found", tuple(told)))
    refused = [one for one in found if one.refused is not None]
    if refused:
        told = (f"{title_of(one.test)}. {one.brief[0]}" for one in refused)
        parts.append(("What could not be judged", tuple(told)))
    return parts


def families(found: Sequence[Finding]) -> list[tuple[str, float]]:
    """The kinds of finding, each with the largest error rate that its tests were given."""
    return [
        (kind, max(one.alpha for one in found if one.kind == kind))
        for kind in (PROOF, LEAD)
        if any(one.kind == kind for one in found)
    ]


def _errs(found: Sequence[Finding]) -> tuple[str, ...]:
    errs: tuple[str, ...] = tuple(
        ERRS[kind].format(one_in(alpha))
        for kind, alpha in families(found)
        if any(one.is_below_alpha and one.kind == kind for one in found)
    )
    if not errs:
        errs = (
            (
                "That nothing was found does not show that nothing was copied: a test of this size "
                "misses copying that is rare or reworded."
            ),
        )
    return errs


def one_in(alpha: float) -> str:
    """An error rate for who is no statistician."""
    many = 1 / alpha
    is_whole = abs(many - round(many)) < 1e-6
    return f"1 in {round(many):,}" if is_whole else f"{figure(100 * alpha)} in 100"


def some(count: int, noun: str) -> str:
    """A number of things."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
