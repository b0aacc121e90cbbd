"""Names the clusters that are campaigns, and keeps a campaign's name from run to run.

A cluster is a campaign when its posterior reaches the policy's alert level, with enough
independent evidence families, accounts and owners. Prices overlap, so one campaign is found as
several clusters: those that share accounts are one, named after the one with the most evidence.
A campaign that shares enough accounts with a
standing one keeps its id; a split or a merger is written into its history.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from stillwatch.model.cards import PolicyCard
from stillwatch.model.evidence import Bits

LEAST_OVERLAP = 0.3
MOST_THINNED = 2000  # thousandths of a bit
LEAST_COMMON = 1 / 3  # of a cluster's accounts, to be one campaign with an earlier one
LEAST_FRESH = 0.5  # of a cluster's accounts, to be worth a look beside what is listed already


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """One cluster that is a campaign: its name, its members and where it came from."""

    campaign_id: str
    cluster_id: int
    accounts: tuple[str, ...]
    keys: tuple[int, ...]  # of the accounts, in no order
    posterior: float
    millibits: int
    family_count: int
    history: tuple[str, ...]
    belongs: Mapping[str, float] = field(
        default_factory=dict, hash=False
    )  # account → posterior; else 1


def track(
    members: pa.Table,
    cluster_scores: pa.Table,
    owners: Mapping[int, int],
    names: Mapping[int, str],
    standing: Mapping[str, frozenset[str]],
    policy: PolicyCard,
    authorized: frozenset[int] = frozenset(),
    own_scores: pa.Table | None = None,
) -> tuple[Tracked, ...]:
    """Campaigns of this run, the surest first; `standing` maps known ids to their accounts.

    `owners` says how many owners each cluster's accounts have. `authorized` accounts have a
    contract that allows training on outputs: they are never named, whatever they share.
    `own_scores` are those of our own clusters without what peers told, where they told anything:
    what is a campaign by these has the accounts that it would have had, and what peers make sure
    stands beside it.
    """
    accounts = _accounts(members, authorized)
    found: list[dict[str, Any]] = []
    members_of: dict[int, list[int]] = {}
    for scores in (cluster_scores,) if own_scores is None else (own_scores, cluster_scores):
        sure = [
            row
            for row in _many_sided(scores, accounts, owners, policy)
            if row["posterior"] >= policy.alert_posterior
        ]
        taken = {account for some in members_of.values() for account in some}
        chosen, gathered = _disjoint(sure, accounts, taken)
        members_of |= gathered
        found += [r for r in chosen if len(gathered[r["subject_id"]]) >= policy.least_accounts]
    whole = {row["subject_id"]: row for row in cluster_scores.to_pylist()}
    found = sorted((whole[row["subject_id"]] for row in found), key=_rank(accounts))
    keys = [tuple(members_of[row["subject_id"]]) for row in found]
    groups = [tuple(sorted(names[key] for key in some)) for some in keys]
    ids = _names_of(groups, standing)
    return tuple(
        Tracked(
            campaign_id=id_,
            cluster_id=row["subject_id"],
            accounts=group,
            keys=some,
            posterior=row["posterior"],
            millibits=row["millibits"],
            family_count=row["family_count"],
            history=history,
        )
        for row, group, some, (id_, history) in zip(found, groups, keys, ids, strict=True)
    )


def candidates(
    members: pa.Table,
    cluster_scores: pa.Table,
    owners: Mapping[int, int],
    names: Mapping[int, str],
    campaigns: Sequence[Tracked],
    policy: PolicyCard,
    authorized: frozenset[int] = frozenset(),
) -> tuple[Tracked, ...]:
    """Clusters that may be campaigns and are not sure enough to be called so, the surest first.

    They are for a person to look at: nobody is flagged by them. An account stands in one of them
    at most, and in none where it is part of one of the `campaigns`.
    """
    accounts = _accounts(members, authorized)
    found = [
        row
        for row in _many_sided(cluster_scores, accounts, owners, policy)
        if policy.review_posterior <= row["posterior"] < policy.alert_posterior
    ]
    taken = {key for one in campaigns for key in one.keys}
    listed = []
    for row in sorted(found, key=_rank(accounts)):
        mine = accounts[row["subject_id"]]
        fresh = tuple(key for key in mine if key not in taken)
        if len(fresh) < max(policy.least_accounts, LEAST_FRESH * len(mine)):
            continue
        taken.update(fresh)
        group = tuple(sorted(names[key] for key in fresh))
        listed.append(
            Tracked(
                campaign_id=_fresh_id(group, "U"),
                cluster_id=row["subject_id"],
                accounts=group,
                keys=fresh,
                posterior=row["posterior"],
                millibits=row["millibits"],
                family_count=row["family_count"],
                history=(),
            )
        )
    return tuple(sorted(listed, key=lambda one: (-one.posterior, one.campaign_id)))


def _accounts(members: pa.Table, authorized: frozenset[int]) -> dict[int, list[int]]:
    """The accounts of each cluster but those whose contract allows it."""
    accounts: dict[int, list[int]] = {}
    for cluster_id, account_id in zip(
        members.column("cluster_id").to_pylist(),
        members.column("account_id").to_pylist(),
        strict=True,
    ):
        if account_id not in authorized:
            accounts.setdefault(cluster_id, []).append(account_id)
    return accounts


def _many_sided(
    cluster_scores: pa.Table,
    accounts: Mapping[int, list[int]],
    owners: Mapping[int, int],
    policy: PolicyCard,
) -> list[dict[str, Any]]:
    """The clusters that have what a campaign needs beside a posterior."""
    return [
        row
        for row in cluster_scores.to_pylist()
        if row["family_count"] >= policy.least_families
        and len(accounts.get(row["subject_id"], ())) >= policy.least_accounts
        and owners.get(row["subject_id"], 0) >= policy.least_owners
    ]


def without_bystanders(
    campaigns: Sequence[Tracked],
    fits: pa.Table,
    member_scores: pa.Table,
    bits: Bits,
    names: Mapping[int, str],
    policy: PolicyCard,
) -> tuple[Tracked, ...]:
    """The campaigns without accounts that share something with them and are no part of them.

    Where belonging was never measured, everybody stays; a campaign that has too few accounts
    left is none.
    """
    curve = [one for one in bits.posterior if one.subject == "member"]
    if not curve:
        return tuple(campaigns)
    usual = round(1.0 / (1.0 + 2.0 ** -curve[0].offset), 9)  # of whom no detector speaks
    belongs = dict.fromkeys(fits.column("account_id").to_pylist(), usual)
    belongs |= {row["subject_id"]: row["posterior"] for row in member_scores.to_pylist()}
    kept = []
    for one in campaigns:
        keys = tuple(key for key in one.keys if belongs[key] >= policy.member_posterior)
        if len(keys) >= policy.least_accounts:
            sure = {names[key]: belongs[key] for key in keys}
            kept.append(replace(one, keys=keys, accounts=tuple(sorted(sure)), belongs=sure))
    return tuple(kept)


def as_sure_as_ours(
    campaigns: Sequence[Tracked],
    own_scores: pa.Table,
    shows: Collection[int],
    names: Mapping[int, str],
    policy: PolicyCard,
) -> tuple[Tracked, ...]:
    """Campaigns that peers' words made sure: who does not show these is as sure as we are.

    `own_scores` are those without peers, `shows` are the accounts that themselves have what peers
    told. Of the others peers said nothing, so nothing that they said may flag them.
    """
    own = {row["subject_id"]: row["posterior"] for row in own_scores.to_pylist()}
    kept = []
    for one in campaigns:
        ours = own.get(one.cluster_id, 0.0)
        if ours < policy.alert_posterior:
            others = [names[key] for key in one.keys if key not in shows]
            least = {name: min(one.belongs.get(name, 1.0), ours) for name in others}
            one = replace(one, belongs={**one.belongs, **least})  # noqa: PLW2901
        kept.append(one)
    return tuple(kept)


def _rank(accounts: Mapping[int, list[int]]) -> Callable[[Mapping[str, Any]], tuple[float, int]]:
    """The cluster with the most evidence comes first; a doubling of accounts is worth a bit."""

    def rank(row: Mapping[str, Any]) -> tuple[float, int]:
        size = len(accounts[row["subject_id"]])
        return -(row["millibits"] / 1000 + math.log2(size)), row["subject_id"]

    return rank


def _disjoint(
    found: list[dict[str, Any]], accounts: Mapping[int, list[int]], taken: Collection[int]
) -> tuple[list[dict[str, Any]], dict[int, list[int]]]:
    """The clusters that campaigns are named after, and the accounts of each.

    Accounts that are `taken` are none of theirs, nor is a cluster that shares a third with these.

    The one with the most evidence comes first. A cluster that shares a third of its accounts with
    an earlier one brings the rest to it, if the evidence on it is hardly less: what thins the
    evidence out is a crowd around a campaign.
    """
    worth = {row["subject_id"]: row["millibits"] for row in found}
    owner: dict[int, int] = {}
    gathered: dict[int, list[int]] = {}
    chosen = []
    for row in sorted(found, key=_rank(accounts)):
        cluster = row["subject_id"]
        free = [one for one in accounts[cluster] if one not in taken]
        if len(accounts[cluster]) - len(free) >= LEAST_COMMON * len(accounts[cluster]):
            continue
        fresh = [one for one in free if one not in owner]
        shared = Counter(owner[one] for one in accounts[cluster] if one in owner)
        best, count = min(shared.items(), key=lambda item: (-item[1], item[0]), default=(0, 0))
        if count < LEAST_COMMON * len(accounts[cluster]):
            best = cluster
            chosen.append(row)
        elif worth[cluster] < worth[best] - MOST_THINNED:
            continue
        gathered.setdefault(best, []).extend(fresh)
        owner.update(dict.fromkeys(fresh, best))
    return chosen, gathered


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


def _fresh_id(group: tuple[str, ...], letter: str = "C") -> str:
    digest = hashlib.sha256("\n".join(group).encode()).hexdigest()
    return f"{letter}-{digest[:12]}"
