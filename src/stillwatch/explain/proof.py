"""Writes a proof's report.html: what was asked, what came out, and what was not seen."""

from dataclasses import dataclass

from stillwatch.explain.assets import environment, still_assets
from stillwatch.model.forensic import LEAD, PROOF, Finding, ProofReport

KINDS = (
    (PROOF, "Proof", "The error rate of these findings is exact by design."),
    (LEAD, "Leads", "These point somewhere. They rest on the reference models and prove nothing."),
)
WIDEST = 340


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One model's share in the picture of a finding."""

    name: str
    width: int
    label: str
    is_suspect: bool


def proof_page(told: ProofReport) -> str:
    """The whole page as text; equal reports give equal pages."""
    return (
        environment()
        .get_template("proof.html.jinja")
        .render(
            told=told,
            assets=still_assets("templates/proof.css"),
            figures=figures(told),
            kinds=KINDS,
            parts=parts(told),
            bars=bars,
        )
    )


def parts(told: ProofReport) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """The parts after page one, in their order; both forms of the report have them."""
    return (
        ("findings", "Findings", ()),
        ("hypotheses", "Hypotheses", told.hypotheses),
        ("method", "Method", told.method),
        ("data", "Data", told.data),
        ("errors", "Error rates", told.error_rates),
        ("custody", "Custody", ()),
        ("identity", "Identity", ()),
    )


def figures(told: ProofReport) -> tuple[tuple[str, str], ...]:
    """The few numbers of page one."""
    below = sum(one.is_below_alpha for one in told.findings)
    lineages = {one.lineage for one in told.answers if one.role == "reference"}
    alpha = told.findings[0].alpha if told.findings else 0
    return (
        ("Comparisons below the error rate", f"{below} of {len(told.findings)}"),
        ("Error rate fixed beforehand", f"{100 * alpha:g} %"),
        ("Reference lineages", str(len(lineages))),
        ("Answers", f"{sum(one.answered for one in told.answers):,}"),
    )


def bars(one: Finding) -> tuple[Bar, ...]:
    """The suspect among the reference lineages, where a finding compares shares."""
    references = one.facts.get("references")
    if not isinstance(references, dict) or one.statistic is None:
        return ()
    shares = {
        name: (row["copied"], row["prompts"]) for name, row in references.items() if row["prompts"]
    }
    rows = [(one.suspect, one.facts["copied"], one.facts["prompts"], True)]
    rows += [(name, copied, count, False) for name, (copied, count) in shares.items()]
    return tuple(
        Bar(
            name=name,
            width=max(1, round(WIDEST * copied / count)),
            label=f"{copied} of {count}",
            is_suspect=is_suspect,
        )
        for name, copied, count, is_suspect in rows
    )
