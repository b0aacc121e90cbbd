"""Says in sentences what an assessment of style means, and what it cannot mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stillwatch.verifier.leads import Assessment, Lead
from stillwatch.verifier.likeness import Model
from stillwatch.verifier.lineage_evidence import assessed, channel_names
from stillwatch.verifier.panel_file import Panel, Statistics

NO_DIRECTION = (
    "Similarity has no direction: the suspect may have learnt from this vendor, the vendor from "
    "the suspect, or both from a third. Only dates and account logs tell."
)
OTHERWISE = (
    "Other explanations: a third party's published outputs, the same public data set, the same "
    "contractors, or training that converged by itself."
)
NOT_CLEARED = (
    "A low score clears nobody: a student that keeps its own openings, or learnt only from "
    "preferences or reasoning, is missed."
)
MEASURED = (
    "Measured on 126 public models of 2023 and 2024, with 22 unrelated families, each left out in "
    "turn, and unseen prompts: a lead at p 0.05 was wrong for 2.0 % of unrelated pairs by one half "
    "of the prompts and 0.0 % by the other, for up to 5.6 % of the families beside one vendor, and "
    "61 % and 24 % of students were found."
)
SCOPE = (
    "Error rates hold for suspects like the panel's models, asked these prompts once each with "
    "default settings and not edited since: unrelated models whose first sentences were taken off "
    "score higher. Vendors that disclose nothing are never counted as unrelated."
)
COUNTS_ONLY = (
    "The panel was statistics only: words, layout and vocabulary were not compared, and whether "
    "the suspect stands in the panel or answered other prompts could not be checked."
)


@dataclass(frozen=True)
class LineageResult:
    """An assessment with its words; `standing` are the leads above the nominal rate."""

    assessment: Assessment
    nominal: float
    standing: tuple[Lead, ...]
    sentences: tuple[str, ...]
    limits: tuple[str, ...]


def examine(
    panel: Panel, suspect: Model, said: Mapping[str, str], nominal: float = 0.01
) -> LineageResult:
    """A suspect's answers, by prompt, against a panel of texts."""
    return _worded(assessed(panel, suspect, said), nominal, ())


def examine_statistics(
    given: Statistics, suspect: Model, said: Mapping[str, str], nominal: float = 0.01
) -> LineageResult:
    """A suspect's answers, by prompt, against a panel's template counts without any of its text."""
    return _worded(assessed(given, suspect, said), nominal, (COUNTS_ONLY,))


def _worded(made: Assessment, nominal: float, weaker: tuple[str, ...]) -> LineageResult:
    if made.refusals:
        said = tuple(f"No score ({one.reason}): {one.text}." for one in made.refusals)
        return LineageResult(made, nominal, (), said, (*weaker, SCOPE))
    standing = tuple(lead for lead in made.leads if lead.stands_at(nominal))
    sentences = [_sentence(lead, nominal) for lead in standing]
    if not standing:
        sentences = [
            f"No vendor's score exceeds what {made.leads[0].null_lineages} unrelated lineages "
            f"allow at a nominal rate of {nominal:.0%}."
            if made.leads
            else "No teacher in the panel is older than the suspect."
        ]
    limits = [NO_DIRECTION, OTHERWISE, NOT_CLEARED, SCOPE, *weaker]
    if made.impossible_rate is not None:
        limits.append(
            f"At the threshold for {made.leads[0].thresholds[-1][0]:.0%}, "
            f"{made.impossible_rate:.1%} of pairs that dates make impossible would be named "
            f"({made.impossible_lineages} lineages)."
            if made.leads
            else ""
        )
    return LineageResult(made, nominal, standing, tuple(sentences), tuple(filter(None, limits)))


def _sentence(lead: Lead, nominal: float) -> str:
    told = (
        f"{lead.suspect} answers more like {lead.teacher} (nearest: {lead.version}) "
        f"than {1 - nominal:.0%} of the weight of {lead.null_lineages} unrelated lineages: score "
        f"{lead.score:.2f}, conformal p {lead.p_value:.3f}, which cannot fall below "
        f"{1 / (1 + lead.null_lineages):.3f} with N = {lead.null_lineages}"
    )
    if lead.likelihood_ratio is not None:
        told += (
            f"; likelihood ratio {lead.likelihood_ratio:.1f}, never above "
            f"{lead.likelihood_ratio_upper:.1f} with so few lineages"
        )
    if lead.innocents:
        told += f". Nearest innocent: {lead.innocents[0].name} ({lead.innocents[0].score:.2f})"
    if lead.alternatives:
        told += f". Nearest alternative: {lead.alternatives[0].name}"
        told += f" ({lead.alternatives[0].score:.2f})"
    if lead.stress:
        told += f". Unrelated lineages that this vendor would accuse: {', '.join(lead.stress)}"
    return told + "."


def channel_table(lead: Lead) -> list[tuple[str, float]]:
    """Each channel's z; a panel of statistics has channels of templates alone."""
    return list(zip(channel_names(len(lead.channels)), lead.channels, strict=True))
