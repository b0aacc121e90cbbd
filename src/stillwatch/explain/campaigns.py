"""Turns each campaign's rows into what its part of the page says, and the data its charts draw."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from stillwatch.explain import words
from stillwatch.explain.assets import embedded
from stillwatch.explain.chart_data import REASONED_IN_ALL, chart_data
from stillwatch.explain.network import Drawing, drawing, links_by_campaign
from stillwatch.explain.next_steps import next_steps
from stillwatch.explain.page import ReportPage, TechniqueText
from stillwatch.explain.timeline import Timeline, rows, spark
from stillwatch.explain.waterfall import Waterfall, campaign_pieces, waterfall
from stillwatch.model.visible import visible

CAMPAIGNS_SHOWN = 200
ACCOUNTS_EMBEDDED = 1_000
ACCOUNTS_LISTED = 20  # written as plain rows, for readers without scripts
LINKS_LISTED = 10
_FACTORS = {
    "volume_structure": "Volume and structure",
    "capability": "Capability concentration",
    "coordination": "Coordination",
    "timeline": "Development timeline",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignView:
    """One campaign as the page shows it."""

    number: int
    campaign_id: str
    headline: str
    posterior: float
    sure: str
    odds: str
    row: Mapping[str, Any]  # the campaign's own columns, without its account ids
    summary: tuple[str, ...]
    waterfall: Waterfall
    factors: tuple[Mapping[str, Any], ...]
    alternatives: tuple[Mapping[str, Any], ...]
    alternatives_top: float  # the longest bar among them
    techniques: tuple[TechniqueText, ...]
    capabilities: tuple[str, ...]
    next_steps: tuple[str, ...]
    accounts: tuple[Mapping[str, Any], ...]
    embedded_count: int
    drawing: Drawing
    strongest_links: tuple[Mapping[str, Any], ...]
    days: list[tuple[Any, int, int]]
    days_seen: str
    spark: str
    words: str  # what the filter of the list searches
    data: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The tables of all shown campaigns, cut to pieces once."""

    members: dict[str, pa.Table]
    links: dict[str, pa.Table]
    waterfalls: dict[str, Waterfall]
    line: Timeline
    techniques: dict[str, TechniqueText]
    reasoned_count: int  # accounts of each campaign that carry their reasons


def campaign_views(page: ReportPage, line: Timeline) -> list[CampaignView]:
    """The campaigns that the page shows, most probable first."""
    shown = page.campaigns.sort_by(
        [
            ("posterior", "descending"),
            ("exchange_count", "descending"),
            ("campaign_id", "ascending"),
        ]
    ).slice(0, CAMPAIGNS_SHOWN)
    parts = _cut(page, shown, line)
    return [_view(number, row, parts) for number, row in enumerate(_plain_rows(shown), 1)]


def _plain_rows(shown: pa.Table) -> list[dict[str, Any]]:
    plain: list[dict[str, Any]] = shown.drop_columns(["account_ids"]).to_pylist()
    return plain


def _cut(page: ReportPage, shown: pa.Table, line: Timeline) -> _Parts:
    ids = shown.column("campaign_id")
    members = page.verdicts.filter(
        pc.is_in(page.verdicts.column("campaign_id"), value_set=ids.combine_chunks())
    ).sort_by([("bits", "descending"), ("account_id", "ascending")])
    pieces = campaign_pieces(members)
    posteriors = dict(zip(ids.to_pylist(), shown.column("posterior").to_pylist(), strict=True))
    return _Parts(
        members=dict.fromkeys(posteriors, members.slice(0, 0)) | members_by_campaign(members),
        links=dict.fromkeys(posteriors, page.links.slice(0, 0))
        | links_by_campaign(page.links, members),
        waterfalls={
            campaign_id: waterfall(pieces.get(campaign_id, []), posterior)
            for campaign_id, posterior in posteriors.items()
        },
        line=line,
        techniques={technique.technique_id: technique for technique in page.techniques},
        reasoned_count=REASONED_IN_ALL // max(1, shown.num_rows),
    )


def members_by_campaign(members: pa.Table) -> dict[str, pa.Table]:
    """The verdicts of each campaign, in the order given."""
    codes = members.column("campaign_id").combine_chunks().dictionary_encode()
    return {
        campaign_id: members.filter(pc.equal(codes.indices, code))
        for code, campaign_id in enumerate(codes.dictionary.to_pylist())
    }


def _view(number: int, row: dict[str, Any], parts: _Parts) -> CampaignView:
    campaign_id = row["campaign_id"]
    members = parts.members[campaign_id]
    kept = members.slice(0, ACCOUNTS_EMBEDDED)
    drawn = drawing(parts.links[campaign_id], kept.column("account_id").to_pylist())
    counts = parts.line.campaigns.get(campaign_id, (0,) * len(parts.line.starts))
    techniques = tuple(
        parts.techniques.get(name, TechniqueText(technique_id=name, title="", why=""))
        for name in row["techniques"]
    )
    weighed = weighed_against(row["alternatives"])
    headline = headline_of(row, techniques)
    capabilities = tuple(words.title_of(name) for name in row["capabilities"])
    return CampaignView(
        number=number,
        campaign_id=visible(campaign_id, 80),
        headline=headline,
        posterior=row["posterior"],
        sure=words.sure(row["posterior"]),
        odds=words.odds(row["posterior"]),
        row=row,
        summary=_summary(row, members),
        waterfall=parts.waterfalls[campaign_id],
        factors=factors_in_words(row["factors"]),
        alternatives=tuple(weighed),
        alternatives_top=max([1.0, *(max(a["for_bits"], a["against_bits"]) for a in weighed)]),
        techniques=techniques,
        capabilities=capabilities,
        next_steps=next_steps(row, members),
        accounts=tuple(accounts_listed(kept.slice(0, ACCOUNTS_LISTED))),
        embedded_count=kept.num_rows,
        drawing=drawn,
        strongest_links=drawn.links[:LINKS_LISTED],
        days=rows(parts.line, counts),
        days_seen=words.window(row["first_seen_at"], row["last_seen_at"]),
        spark=spark(counts),
        words=_searched(headline, campaign_id, *row["techniques"], *capabilities),
        data=embedded(chart_data(row["detected_at"], kept, drawn, counts, parts.reasoned_count)),
    )


def _searched(*said: str) -> str:
    return visible(" ".join(said).lower())


def headline_of(row: Mapping[str, Any], techniques: tuple[TechniqueText, ...]) -> str:
    """What a campaign does and by how many accounts, in a line."""
    what = next((visible(t.title, 80) for t in techniques if t.title), "Linked accounts")
    return f"{what}, by {words.some(row['account_count'], 'account')}"


def _summary(row: Mapping[str, Any], members: pa.Table) -> tuple[str, ...]:
    """Who, what and when, a paragraph each; then what earlier runs knew."""
    lead = words.lasting(row["detected_at"] - row["first_seen_at"])
    carrying = words.share(row["suspect_exchange_count"], row["exchange_count"])
    asked = words.listed([words.title_of(name).lower() for name in row["capabilities"]])
    families = [words.title_of(name).lower() for name in row["families"]]
    return (
        (
            f"{words.some(row['account_count'], 'account')} {words.sure(row['posterior'])} "
            f"{'acts' if row['account_count'] == 1 else 'act'} for one operator "
            "who collects answers to train another model."
        ),
        (
            f"From {words.minute(row['first_seen_at'])} to {words.minute(row['last_seen_at'])} UTC "
            f"they sent {words.some(row['exchange_count'], 'exchange')}; {carrying} of these carry "
            f"evidence themselves. They took {words.short(row['output_tokens'])} tokens of answers"
            f"{' and ask for ' if asked else ''}{asked}."
        ),
        (
            f"The evidence first sufficed on {words.minute(row['detected_at'])} UTC, "
            f"{lead} after the first exchange. It comes from "
            f"{words.some(len(families), 'independent family', 'independent families')}: "
            f"{words.listed(families)}.{_roles(members)}"
        ),
        *(words.sentence(said) for said in row["history"]),
    )


def _roles(members: pa.Table) -> str:
    counted = pc.value_counts(members.column("role").drop_null()).to_pylist()
    if not counted:
        return ""
    counted.sort(key=lambda entry: (-entry["counts"], entry["values"]))
    said = [f"{entry['counts']:,} {visible(entry['values'], 40)}" for entry in counted]
    return f" Roles of the accounts: {words.listed(said)}."


def factors_in_words(factors: list[dict[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """The purpose factors with titles, their sentences without them."""
    return tuple(_factor(factor) for factor in factors)


def _factor(factor: Mapping[str, Any]) -> dict[str, Any]:
    title = _FACTORS.get(factor["name"], words.title_of(factor["name"]))
    said = factor["sentence"].removeprefix(f"{title.lower()}: ")
    return {**factor, "title": title, "sentence": words.sentence(said)}


def weighed_against(alternatives: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Honest explanations, the best supported first; against is said as a positive number."""
    weighed = [
        {
            **alternative,
            "title": visible(alternative["title"], 120),
            "sentence": words.sentence(alternative["sentence"]),
            "for_bits": abs(alternative["bits_for"]),
            "against_bits": abs(alternative["bits_against"]),
        }
        for alternative in alternatives
    ]
    return sorted(weighed, key=lambda a: (a["against_bits"] - a["for_bits"], a["name"]))


def accounts_listed(verdicts: pa.Table) -> list[Mapping[str, Any]]:
    """Verdicts as rows of a list, without their reasons."""
    columns = ["account_id", "posterior", "bits", "role", "flagged", "techniques"]
    return [
        {
            **verdict,
            "account_id": visible(verdict["account_id"], 80),
            "role": visible(verdict["role"] or "", 40),
        }
        for verdict in verdicts.select(columns).to_pylist()
    ]
