"""Names the clusters that are campaigns, and keeps a campaign's name from run to run.

A cluster is a campaign when its posterior reaches the policy's alert level, with enough
independent evidence families and accounts. A campaign that shares enough accounts with a
standing one keeps its id; a split or a merger is written into its history.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from stillwatch.model.cards import PolicyCard

LEAST_OVERLAP = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """One cluster that is a campaign: its name, its members and where it came from."""

    campaign_id: str
    cluster_id: int
    accounts: tuple[str, ...]
    posterior: float
    millibits: int
    family_count: int
    history: tuple[str, ...]


def track(
    members: pa.Table,
    cluster_scores: pa.Table,
    names: Mapping[int, str],
    standing: Mapping[str, frozenset[str]],
    policy: PolicyCard,
    authorized: frozenset[int] = frozenset(),
) -> tuple[Tracked, ...]:
    """Campaigns of this run, the surest first; `standing` maps known ids to their accounts.

    `authorized` accounts have a contract that allows training on outputs: they are never named,
    whatever they share with a campaign.
    """
    accounts: dict[int, list[str]] = {}
    for cluster_id, account_id in zip(
        members.column("cluster_id").to_pylist(),
        members.column("account_id").to_pylist(),
        strict=True,
    ):
        if account_id not in authorized:
            accounts.setdefault(cluster_id, []).append(names[account_id])
    found = [
        row
        for row in cluster_scores.to_pylist()
        if row["posterior"] >= policy.alert_posterior
        and row["family_count"] >= policy.least_families
        and len(accounts.get(row["subject_id"], ())) >= policy.least_accounts
    ]
    found = _disjoint(found, accounts)
    groups = [tuple(sorted(accounts[row["subject_id"]])) for row in found]
    ids = _names_of(groups, standing)
    return tuple(
        Tracked(
            campaign_id=id_,
            cluster_id=row["subject_id"],
            accounts=group,
            posterior=row["posterior"],
            millibits=row["millibits"],
            family_count=row["family_count"],
            history=history,
        )
        for row, group, (id_, history) in zip(found, groups, ids, strict=True)
    )


def _disjoint(
    found: list[dict[str, Any]], accounts: Mapping[int, list[str]]
) -> list[dict[str, Any]]:
    """Of nested clusters the one with the most evidence; a doubling of accounts is worth a bit."""

    def rank(row: Mapping[str, Any]) -> tuple[float, int]:
        size = len(accounts[row["subject_id"]])
        return -(row["millibits"] / 1000 + math.log2(size)), row["subject_id"]

    taken: set[str] = set()
    chosen = []
    for row in sorted(found, key=rank):
        mine = accounts[row["subject_id"]]
        if taken.isdisjoint(mine):
            taken.update(mine)
            chosen.append(row)
    return chosen


def _names_of(
    groups: Sequence[tuple[str, ...]], standing: Mapping[str, frozenset[str]]
) -> list[tuple[str, tuple[str, ...]]]:
    """An id and a history for each group; the largest overlap keeps a standing id."""
    overlaps = []
    for position, group in enumerate(groups):
        for id_, known in standing.items():
            common = len(known.intersection(group))
            if common and common >= LEAST_OVERLAP * min(len(known), len(group)):
                overlaps.append((-common, id_, position))
    given: dict[int, str] = {}
    history: dict[int, list[str]] = {}
    taken: dict[str, int] = {}
    for _, id_, position in sorted(overlaps):
        if position not in given and id_ not in taken:
            given[position] = id_
            taken[id_] = position
            history.setdefault(position, []).append(f"known from an earlier run as {id_}")
        elif position in given and id_ not in taken:
            taken[id_] = position
            history.setdefault(position, []).append(f"merged with {id_}")
        elif position not in given:
            history.setdefault(position, []).append(f"split from {id_}")
    return [
        (given.get(position) or _fresh_id(group), tuple(history.get(position, ())))
        for position, group in enumerate(groups)
    ]


def _fresh_id(group: tuple[str, ...]) -> str:
    digest = hashlib.sha256("\n".join(group).encode()).hexdigest()
    return f"C-{digest[:12]}"
