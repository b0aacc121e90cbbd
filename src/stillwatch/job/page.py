"""Gathers what the report shows a person."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from stillwatch.catalog.load import Catalog
from stillwatch.explain.page import (
    LookAlike,
    RejectedLines,
    ReportPage,
    RunFacts,
    SkippedDetector,
    TechniqueText,
)
from stillwatch.io.rejects import RejectSummary
from stillwatch.stages.detect import Silent


def page(
    record: Mapping[str, Any],
    tables: Mapping[str, pa.Table],
    activity: pa.Table,
    silent: Sequence[Silent],
    summary: RejectSummary,
    catalog: Catalog,
) -> ReportPage:
    """The report's page from the run's record and tables."""
    titles = {card.id: card.title for card in catalog.detectors}
    reasons = {one.detector_id: one.reason for one in silent}
    return ReportPage(
        facts=RunFacts(
            as_of=record["as_of"],
            window_start=record["window"]["start"],
            window_end=record["window"]["end"],
            exchange_count=record["counts"]["exchanges"],
            account_count=record["counts"]["accounts"],
            detector_count=len(catalog.detectors),
            input_names=tuple(entry["path"] for entry in record["inputs"]),
            versions=(
                ("Stillwatch", record["stillwatch_version"]),
                ("catalogue", record["catalog_digest"][:12]),
                ("bits measured on", record["bits_measured_on"]),
            ),
            settings=tuple((name, str(value)) for name, value in record["settings"].items()),
            digests=tuple(record["table_digests"].items()),
        ),
        campaigns=tables["campaigns"],
        verdicts=tables["verdicts"],
        links=tables["links"],
        timeline=activity,
        skipped=tuple(
            SkippedDetector(detector_id=id_, title=titles[id_], reason=reason)
            for id_, reason in sorted(reasons.items())
        ),
        rejected=tuple(
            RejectedLines(reason=reason, line_count=count)
            for reason, count in summary.reasons.items()
        ),
        techniques=tuple(
            TechniqueText(technique_id=card.id, title=card.title, why=card.what)
            for card in catalog.techniques
        ),
        look_alikes=tuple(
            LookAlike(title=card.title, what=card.looks_like, confusion=card.tells_apart)
            for card in catalog.alternatives
        ),
    )
