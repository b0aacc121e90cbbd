"""Writes report.html: one self-contained page on what a run found and what it could not see."""

from collections.abc import Mapping
from typing import Any

import pyarrow.compute as pc

from stillwatch.explain import words
from stillwatch.explain.assets import assets, embedded, environment
from stillwatch.explain.campaigns import CampaignView, accounts_listed, campaign_views
from stillwatch.explain.candidates import candidate_views
from stillwatch.explain.findings_in_words import alone_count, statement
from stillwatch.explain.page import ReportPage, TechniqueText
from stillwatch.explain.timeline import Timeline, rows, timeline

ALONE_LISTED = 200


def report(page: ReportPage) -> str:
    """The whole page as text; it needs no network, and no script to be read."""
    line = timeline(page.timeline, page.facts.window_start, page.facts.window_end)
    views = campaign_views(page, line)
    template = environment().get_template("report.html.jinja")
    return template.render(
        page=page,
        facts=page.facts,
        assets=assets(),
        statement=statement(page),
        window=words.window(page.facts.window_start, page.facts.window_end),
        campaigns=views,
        candidates=candidate_views(page),
        totals=_totals(page),
        alone=_alone(page),
        alone_count=alone_count(page),
        techniques=_techniques(page, views),
        days=rows(line, line.everyone),
        lines_rejected=sum(entry.line_count for entry in page.rejected),
        data=embedded(_time_data(line)),
    )


def _totals(page: ReportPage) -> dict[str, int]:
    """Sums over all campaigns, shown or not."""
    names = ("account_count", "exchange_count", "suspect_exchange_count", "output_tokens")
    return {name: pc.sum(page.campaigns.column(name)).as_py() or 0 for name in names}


def _alone(page: ReportPage) -> list[Mapping[str, Any]]:
    """The strongest accounts that are flagged and belong to no campaign."""
    verdicts = page.verdicts
    alone = verdicts.filter(
        pc.and_(verdicts.column("flagged"), pc.is_null(verdicts.column("campaign_id")))
    )
    ordered = alone.sort_by([("bits", "descending"), ("account_id", "ascending")])
    return accounts_listed(ordered.slice(0, ALONE_LISTED))


def _techniques(page: ReportPage, views: list[CampaignView]) -> list[tuple[TechniqueText, int]]:
    """Every technique with the number of campaigns that show it; those found come first."""
    known = {technique.technique_id: technique for technique in page.techniques}
    found: dict[str, int] = {}
    for view in views:
        for technique in view.techniques:
            known.setdefault(technique.technique_id, technique)
            found[technique.technique_id] = found.get(technique.technique_id, 0) + 1
    return sorted(
        ((technique, found.get(name, 0)) for name, technique in known.items()),
        key=lambda entry: (-entry[1], entry[0].technique_id),
    )


def _time_data(line: Timeline) -> dict[str, Any]:
    return {
        "starts": [int(start.timestamp()) for start in line.starts],
        "everyone": list(line.everyone),
        "width": int(line.width.total_seconds()),
    }
