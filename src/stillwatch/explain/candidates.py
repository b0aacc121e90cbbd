"""Turns clusters that may be campaigns into what the page lists for a person to look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stillwatch.explain import words
from stillwatch.explain.campaigns import factors_in_words, headline_of, weighed_against
from stillwatch.explain.page import ReportPage
from stillwatch.model.visible import visible

CANDIDATES_SHOWN = 50
ACCOUNTS_NAMED = 40
EXPLANATIONS_NAMED = 2  # honest ones, the best supported first


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateView:
    """One cluster below the alert level as the page shows it."""

    number: int
    candidate_id: str
    headline: str
    posterior: float
    row: Mapping[str, Any]  # the cluster's own columns, without its account ids
    seen: str
    factors: tuple[Mapping[str, Any], ...]  # those that speak for extraction
    explanations: tuple[Mapping[str, Any], ...]
    accounts: tuple[str, ...]


def candidate_views(page: ReportPage) -> list[CandidateView]:
    """The clusters that the page lists, the most probable first."""
    shown = page.candidates.sort_by([("posterior", "descending"), ("campaign_id", "ascending")])
    known = {technique.technique_id: technique for technique in page.techniques}
    views = []
    for number, row in enumerate(shown.slice(0, CANDIDATES_SHOWN).to_pylist(), 1):
        accounts = row.pop("account_ids")[:ACCOUNTS_NAMED]
        techniques = tuple(known[name] for name in row["techniques"] if name in known)
        views.append(
            CandidateView(
                number=number,
                candidate_id=visible(row["campaign_id"], 80),
                headline=headline_of(row, techniques),
                posterior=row["posterior"],
                row=row,
                seen=words.window(row["first_seen_at"], row["last_seen_at"]),
                factors=tuple(f for f in factors_in_words(row["factors"]) if f["bits"] > 0),
                explanations=tuple(weighed_against(row["alternatives"])[:EXPLANATIONS_NAMED]),
                accounts=tuple(visible(name, 80) for name in accounts),
            )
        )
    return views
