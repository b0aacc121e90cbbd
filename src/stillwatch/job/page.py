"""Gathers what the report shows a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from stillwatch.catalog.load import Catalog
from stillwatch.explain.page import (
    LookAlike,
    Rate,
    RejectedLines,
    ReportPage,
    RunFacts,
    SkippedDetector,
    TechniqueText,
)


def page(record: Mapping[str, Any], tables: Mapping[str, pa.Table], catalog: Catalog) -> ReportPage:
    """The report's page, from what the run folder holds: run.json, its tables and the catalogue."""
    titles = {card.id: card.title for card in catalog.detectors}
    rates = {
        one.alternative: Rate(
            hit_count=one.flagged, trial_count=one.accounts, low=one.low, high=one.high
        )
        for one in catalog.wronged
    }
    skipped = {one["detector_id"]: one["reason"] for one in record["skipped_detectors"]}
    return ReportPage(
        facts=RunFacts(
            as_of=_instant(record["as_of"]),
            window_start=_instant(record["window"]["start"]),
            window_end=_instant(record["window"]["end"]),
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
        timeline=tables["timeline"],
        candidates=tables["candidates"],
        skipped=tuple(
            SkippedDetector(detector_id=id_, title=titles.get(id_, id_), reason=reason)
            for id_, reason in sorted(skipped.items())
        ),
        rejected=tuple(
            RejectedLines(reason=reason, line_count=count)
            for reason, count in record["rejected"]["reasons"].items()
        ),
        techniques=tuple(
            TechniqueText(technique_id=card.id, title=card.title, why=card.what)
            for card in catalog.techniques
        ),
        look_alikes=tuple(
            LookAlike(
                title=card.title,
                what=card.looks_like,
                tells_apart=card.tells_apart,
                false_positives=rates.get(card.id),
            )
            for card in catalog.alternatives
        ),
    )


def _instant(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
