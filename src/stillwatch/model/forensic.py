"""What a proof finds, and what its report is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LEAD, PROOF = "lead", "proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one test says about one suspect and one teacher."""

    kind: str  # "lead": it points somewhere; "proof": its error rate is exact by design
    test: str
    teacher: str
    suspect: str
    statistic: float | None
    p_value: float | None  # corrected for every comparison of the plan
    likelihood_ratio: float | None
    likelihood_ratio_bound: float | None  # what the number of lineages can support at most
    n: int  # null lineages, or canaries: see `unit`
    unit: str
    alpha: float
    is_below_alpha: bool
    refused: str | None  # why nothing can be said
    title: str  # what the test is called in a report
    text: tuple[str, ...]  # what was found, sentence by sentence
    brief: tuple[str, ...]  # the sentences of them that page one has
    limits: tuple[str, ...]
    facts: Mapping[str, Any]
    shared: Mapping[str, Any]  # what concerns all pairs of the test


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCount:
    """How many answers of one respondent there are, by state."""

    respondent: str
    role: str
    lineage: str
    planned: int
    answered: int
    received: int
    opens_like_refusal: int
    whole: int
    truncated: int
    empty: int
    refused: int
    error: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the custody record."""

    at: str
    actor: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofReport:
    """Everything that the report says; plan, log or a number carries each sentence."""

    title: str
    question: str
    headline: str
    first_page: tuple[tuple[str, tuple[str, ...]], ...]  # headings with their sentences
    hypotheses: tuple[str, ...]
    method: tuple[str, ...]
    data: tuple[str, ...]
    findings: tuple[Finding, ...]
    error_rates: tuple[str, ...]
    limits: tuple[str, ...]
    alternatives: tuple[tuple[str, tuple[str, ...]], ...]  # by what they would explain
    unobserved: tuple[str, ...]
    answers: tuple[AnswerCount, ...]
    custody: tuple[Step, ...]
    identity: Mapping[str, str]  # digests, keys and versions that name this report's bundle
    notes: Mapping[str, str]
    materials: Mapping[str, str]
