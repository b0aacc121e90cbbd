"""Names what explain is shown of a run: its tables and the facts about it."""

from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from stillwatch.model.findings import Campaign
from stillwatch.tables.schema import schema_of

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What a run was given and how it went; `run.json` in the shape a reader needs."""

    as_of: datetime
    window_start: datetime
    window_end: datetime  # exclusive
    exchange_count: int
    account_count: int
    detector_count: int  # detectors of the catalogue, run or skipped
    input_names: tuple[str, ...] = ()
    versions: Pairs = ()
    settings: Pairs = ()
    digests: Pairs = ()
    stage_seconds: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedDetector:
    """A detector that could not run."""

    detector_id: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedLines:
    """Input lines that could not be read, for one reason."""

    reason: str
    line_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TechniqueText:
    """A technique of the catalogue, as far as a reader needs it."""

    technique_id: str
    title: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share as measured: how many of how many."""

    hit_count: int
    trial_count: int
    low: float  # ends of the 95 % interval
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlike:
    """A kind of honest traffic that resembles extraction."""

    title: str
    what: str  # what such traffic is
    tells_apart: str  # by what it can be known
    false_positives: Rate | None = None  # accounts wrongly flagged; None where not measured


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """Everything a person is shown of one run.

    Tables have the columns of the noun of the same name in `stillwatch.model.findings`:
    `Campaign`, `Verdict`, `Link` and `Activity`.
    """

    facts: RunFacts
    campaigns: pa.Table
    verdicts: pa.Table
    links: pa.Table
    timeline: pa.Table
    candidates: pa.Table = field(default_factory=schema_of(Campaign).empty_table)  # as campaigns
    skipped: tuple[SkippedDetector, ...] = ()
    rejected: tuple[RejectedLines, ...] = ()
    techniques: tuple[TechniqueText, ...] = ()
    look_alikes: tuple[LookAlike, ...] = ()
