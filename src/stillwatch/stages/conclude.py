"""Writes down what was found as the rows of the run folder: campaigns, and what speaks for them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.catalog.load import Catalog
from stillwatch.model.cards import DetectorCard, PolicyCard
from stillwatch.model.findings import Alternative, Campaign, Factor, Reason
from stillwatch.stages.doubt import Doubt
from stillwatch.stages.score import HONEST, Scores
from stillwatch.stages.track import Tracked
from stillwatch.stages.verdicts import in_words, verdicts

TELLING = 1000  # thousandths of a bit from which a finding is named as evidence
ASKED = frozenset({"content", "exact", "timeline"})  # families that say what is asked for
MOSTLY = 3
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_TOTALS = {
    "exchange_count": "sum", "input_tokens": "sum", "output_tokens": "sum",
    "first_at": "min", "last_at": "max",
}  # fmt: skip
# The four purpose factors of H.R. 8283, and the evidence families that speak to each.
FACTORS: tuple[tuple[str, str, frozenset[str]], ...] = (
    (
        "volume_structure",
        "volume and structure",
        frozenset({"volume", "structure", "closure", "partition", "distribution", "friction"}),
    ),
    ("capability", "capability concentration", frozenset({"content", "exact"})),
    (
        "coordination",
        "coordination",
        frozenset(
            {"identity", "signup", "egress", "client", "parameters", "rhythm", "likeness", "size"}
        ),
    ),
    ("timeline", "development timeline", frozenset({"timeline"})),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """Verdicts on every account seen, the campaigns, and what may be one."""

    verdicts: pa.Table
    campaigns: tuple[Campaign, ...]
    candidates: tuple[Campaign, ...]
    campaign_bits: tuple[float, ...]
    cluster_of: Mapping[str, int]  # campaign id → cluster


def conclude(
    tracked: Sequence[Tracked],
    listed: Sequence[Tracked],
    first_day: Mapping[int, int],
    detected: Mapping[str, datetime],
    scores: Scores,
    features: Mapping[str, pa.Table],
    catalog: Catalog,
    names: Mapping[str, Mapping[int, str]],
    policy: PolicyCard,
    unsure: Mapping[int, Doubt],
) -> Conclusion:
    """The run's verdicts and campaigns from scores and features.

    `listed` are the clusters that may be campaigns and are not called so; `unsure` says which
    accounts are in such a cluster, listed or not. `first_day` is the day by which each cluster's
    evidence sufficed; `detected` says when, of campaigns that an earlier run found.
    """
    cards = {card.id: card for card in catalog.detectors}
    both = [*tracked, *listed]
    totals = _totals(features["account_total"], both)
    told = {one.cluster_id for one in both} | {one.cluster_id for one in unsure.values()}
    reasons = _reasons_of(scores.weighed, "cluster", told, cards)
    weighed = _rows_of(scores.weighed, "cluster", {one.cluster_id for one in both})
    latest = _last_exchange_by(features, first_day)

    def written(some: Sequence[Tracked]) -> tuple[Campaign, ...]:
        return tuple(
            _campaign(
                one,
                reasons[one.cluster_id],
                weighed[one.cluster_id],
                totals[one.campaign_id],
                detected.get(one.campaign_id, latest.get(one.cluster_id)),
                catalog,
            )
            for one in some
        )

    campaigns = written(tracked)
    return Conclusion(
        verdicts=verdicts(
            tracked,
            campaigns,
            [_levels(weighed[one.cluster_id]) for one in tracked],
            scores,
            features,
            reasons,
            catalog,
            names,
            policy,
            unsure,
        ),
        campaigns=campaigns,
        candidates=written(listed),
        campaign_bits=tuple(one.millibits / 1000 for one in tracked),
        cluster_of={one.campaign_id: one.cluster_id for one in tracked},
    )


def _last_exchange_by(
    features: Mapping[str, pa.Table], first_day: Mapping[int, int]
) -> dict[int, datetime]:
    """The last exchange that each cluster's accounts had by the end of the given day."""
    members = features["members"]
    wanted = members.filter(
        pc.is_in(members.column("cluster_id"), pa.array(list(first_day), pa.int64()))
    )
    accounts = wanted.column("account_id").combine_chunks()
    day = features["subject_day"]
    at = pc.index_in(day.column("subject_id").combine_chunks(), accounts)
    mine = pa.table(
        {
            "cluster_id": wanted.column("cluster_id").take(at),
            "day_no": day.column("day_no"),
            "last_at": day.column("last_at"),
        }
    ).filter(pc.is_valid(at))
    limit = pa.array([first_day[c] for c in mine.column("cluster_id").to_pylist()], pa.int32())
    latest = (
        mine.filter(pc.less_equal(mine.column("day_no"), limit))
        .group_by("cluster_id")
        .aggregate([("last_at", "max")])
    )
    return {row["cluster_id"]: row["last_at_max"] for row in latest.to_pylist()}


def _totals(of_accounts: pa.Table, tracked: Sequence[Tracked]) -> dict[str, dict[str, Any]]:
    """What the accounts of each campaign did, by campaign."""
    # One search for all: building an index of every account for each campaign takes longer.
    sizes = [len(one.keys) for one in tracked]
    wanted = pa.array([key for one in tracked for key in one.keys], pa.int64())
    at = pc.index_in(wanted, of_accounts.column("subject_id").combine_chunks())
    mine = of_accounts.select(list(_TOTALS)).take(at)
    mine = mine.append_column("campaign", pa.array(np.repeat(np.arange(len(sizes)), sizes)))
    summed = mine.group_by("campaign").aggregate(list(_TOTALS.items()))
    rows = {row.pop("campaign"): row for row in summed.to_pylist()}
    return {
        one.campaign_id: {
            name: rows[place][f"{name}_{how}"] or (0 if how == "sum" else None)
            for name, how in _TOTALS.items()
        }
        for place, one in enumerate(tracked)
    }


def _rows_of(table: pa.Table, kind: str, wanted: set[int]) -> dict[int, list[dict[str, Any]]]:
    chosen = pc.and_(
        pc.equal(table.column("subject_kind"), kind),
        pc.is_in(table.column("subject_id"), pa.array(wanted, pa.int64())),
    )
    found: dict[int, list[dict[str, Any]]] = {subject: [] for subject in wanted}
    for row in table.filter(chosen).to_pylist():
        found[row["subject_id"]].append(row)
    return found


def _reasons_of(
    table: pa.Table, kind: str, wanted: set[int], cards: Mapping[str, DetectorCard]
) -> dict[int, list[Reason]]:
    return {
        subject: sorted(
            (_reason(row, cards[row["detector_id"]]) for row in rows if row["millibits"]),
            key=lambda reason: (-reason.bits, reason.detector),
        )
        for subject, rows in _rows_of(table, kind, wanted).items()
    }


def _reason(row: Mapping[str, Any], card: DetectorCard) -> Reason:
    return Reason(
        detector=card.id,
        family=card.family,
        subject=row["subject_kind"],
        bits=row["millibits"] / 1000,
        support=row["support"],
        sentence=in_words(card, row["value"], row["support"]),
    )


def _campaign(
    one: Tracked,
    reasons: Sequence[Reason],
    weighed: Sequence[Mapping[str, Any]],
    total: Mapping[str, Any],
    detected_at: datetime | None,
    catalog: Catalog,
) -> Campaign:
    first_at, last_at = total["first_at"] or NEVER, total["last_at"] or NEVER
    telling = [row for row in weighed if row["millibits"] >= TELLING]
    # What is asked is named wherever it is most of the traffic, even where honest traffic asks
    # the same so often that it is worth few bits.
    asked = [
        row
        for row in weighed
        if row["family"] in ASKED and (row["level"] >= MOSTLY or row["millibits"] >= TELLING)
    ]
    by_weight = [
        sorted(rows, key=lambda row: (-row["level"], -row["millibits"], row["detector_id"]))
        for rows in (asked, telling)
    ]
    techniques = tuple(dict.fromkeys(row["technique"] for rows in by_weight for row in rows))
    capability = {card.id: card.capability for card in catalog.techniques}
    return Campaign(
        campaign_id=one.campaign_id,
        posterior=one.posterior,
        account_ids=one.accounts,
        account_count=len(one.accounts),
        exchange_count=total["exchange_count"],
        suspect_exchange_count=0,
        input_tokens=total["input_tokens"],
        output_tokens=total["output_tokens"],
        first_seen_at=first_at,
        last_seen_at=last_at,
        # A campaign may be known since before the window, or from a run about a later time.
        detected_at=max(first_at, min(last_at, detected_at or last_at)),
        techniques=techniques,
        capabilities=tuple(dict.fromkeys(capability[id_] for id_ in techniques)),
        families=_families(reasons),
        factors=_factors(reasons),
        alternatives=_alternatives(reasons, weighed, catalog),
        history=one.history,
    )


def _levels(weighed: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {row["detector_id"]: row["level"] for row in weighed}


def _is_honest(reason: Reason) -> bool:
    return reason.family.startswith(HONEST)


def _families(reasons: Sequence[Reason]) -> tuple[str, ...]:
    """Families of evidence that are worth a bit at least."""
    millibits: Counter[str] = Counter()
    for reason in reasons:
        millibits[reason.family] += round(1000 * reason.bits)
    told = (family for family, worth in millibits.items() if worth >= TELLING)
    return tuple(sorted(family for family in told if not family.startswith(HONEST)))


def _factors(reasons: Sequence[Reason]) -> tuple[Factor, ...]:
    factors = []
    for name, title, families in FACTORS:
        mine = [reason for reason in reasons if reason.family in families]
        total = sum(reason.bits for reason in mine)
        said = "; ".join(reason.sentence for reason in mine if reason.bits >= 1)
        if not said and total > 0:  # many small things: the strongest of them stands for all
            said = max(mine, key=lambda reason: reason.bits).sentence
        factors.append(
            Factor(
                name=name,
                bits=round(total, 3),
                sentence=f"{title}: {said or 'nothing that speaks for extraction'}",
            )
        )
    return tuple(factors)


def _alternatives(
    reasons: Sequence[Reason], weighed: Sequence[Mapping[str, Any]], catalog: Catalog
) -> tuple[Alternative, ...]:
    """Every honest explanation, with what speaks for it and what it leaves unexplained."""
    explains = {card.id: card.explains for card in catalog.detectors}
    unexplained = sum(r.bits for r in reasons if not _is_honest(r) and r.bits > 0)
    tried = []
    for card in catalog.alternatives:
        mine = [row for row in weighed if explains[row["detector_id"]] == card.id]
        speaks_for = sum(-row["millibits"] for row in mine if row["millibits"] < 0) / 1000
        speaks_against = sum(row["millibits"] for row in mine if row["millibits"] > 0) / 1000
        looked = (
            "nothing in the input could speak for it"
            if not mine
            else (
                f"{speaks_for:.1f} bits for it, {speaks_against:.1f} against it, "
                f"{unexplained:.1f} bits of other evidence left unexplained"
            )
        )
        tried.append(
            Alternative(
                name=card.id,
                title=card.title,
                bits_for=round(speaks_for, 3),
                bits_against=round(speaks_against + unexplained, 3),
                sentence=f"{looked}. What tells it apart: {card.tells_apart}",
            )
        )
    return tuple(tried)
