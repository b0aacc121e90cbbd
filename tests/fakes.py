"""Small cards and tables that tests of stages are given, each whole and of the real type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from stillwatch.evals.laboratory import Observed
from stillwatch.model.cards import DetectorCard, FeatureCard, LinkCard, PolicyCard, PolicyStep
from stillwatch.model.evidence import Bits, LevelBits, Posterior
from stillwatch.model.findings import Campaign, Verdict
from stillwatch.pipeline import Inputs, Run
from stillwatch.stages.conclude import Conclusion
from stillwatch.stages.detect import signal_schema
from stillwatch.stages.traits import kind_id
from stillwatch.stats.holdings import Holdings, holdings
from stillwatch.tables.query import Limits
from stillwatch.tables.schema import schema_of

LIMITS = Limits(threads=1, memory="500MB")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def link_card(id_: str, **changes: Any) -> LinkCard:
    """A kind of trait that is counted from a column of the exchanges."""
    entries: dict[str, Any] = {
        "id": id_,
        "title": id_,
        "family": id_,
        "why": "a test says so",
        "column": f"{id_}_id",
        "sentence": f"the same {id_}",
        "false_positives": ["none"],
    }
    return LinkCard(**(entries | changes))


def feature_card(id_: str, query: str, reads: Sequence[str], **changes: Any) -> FeatureCard:
    """A window feature of accounts, ordered by its column `id`."""
    entries: dict[str, Any] = {
        "id": id_,
        "title": id_,
        "why": "a test says so",
        "grain": "window",
        "subject": ["account"],
        "reads": list(reads),
        "key": ["id"],
        "query": query,
    }
    return FeatureCard(**(entries | changes))


def detector_card(id_: str, **changes: Any) -> DetectorCard:
    """A detector of clusters and accounts, of a family of its own, that reads table `measured`."""
    entries: dict[str, Any] = {
        "id": id_,
        "title": id_,
        "technique": "AD-001",
        "status": "test",
        "subject": ["cluster", "account"],
        "family": id_,
        "reads": ["measured"],
        "why": "a test says so",
        "blind_spots": ["all"],
        "false_positives": ["none"],
        "triage": "look",
        "sentence": "{share} of it",
        "query": "select subject_id, value, support from measured",
        "bands": [0.5, 0.8, 0.95],
    }
    return DetectorCard(**(entries | changes))


def policy(*steps: PolicyStep, **changes: Any) -> PolicyCard:
    """A policy that alerts from 0.9 on, two families and three accounts."""
    entries: dict[str, Any] = {
        "id": "tried",
        "title": "tried",
        "alert_posterior": 0.9,
        "least_families": 2,
        "member_posterior": 0.5,
        "least_accounts": 3,
        "least_owners": 1,
        "step": list(steps),
    }
    return PolicyCard(**(entries | changes))


def level_bits(detector: str, level: int, bits: float, subject: str = "cluster") -> LevelBits:
    """What one level is worth."""
    return LevelBits(
        detector=detector, subject=subject, level=level, bits=bits, low=bits - 1, high=bits + 1,
        attack_count=10, honest_count=10,
    )  # fmt: skip


def worth(*level: LevelBits, offset: float = -7.0) -> Bits:
    """Measured bits with one curve for clusters and none for accounts."""
    return Bits(
        measured_on="a test",
        level=list(level),
        posterior=[Posterior(subject="cluster", offset=offset)],
    )


def signals(rows: Iterable[tuple[str, int, int]], kind: str = "cluster") -> pa.Table:
    """Signals from (detector, subject, level)."""
    entries = [
        {
            "detector_id": detector, "subject_kind": kind, "subject_id": subject,
            "value": level / 4, "level": level, "support": 100,
        }
        for detector, subject, level in rows
    ]  # fmt: skip
    return pa.Table.from_pylist(entries, schema=signal_schema())


def traits(rows: Iterable[tuple[str, int, int, int]]) -> Holdings:
    """Traits of a window from (kind, account, trait, exchanges)."""
    kinds, accounts, found, counts = zip(*rows, strict=True)
    table = pa.table(
        {
            "account_id": pa.array(accounts, pa.int64()),
            "kind_id": pa.array([kind_id(kind) for kind in kinds], pa.int32()),
            "trait_id": pa.array(found, pa.int64()),
            "exchange_count": pa.array(counts, pa.int32()),
        }
    )
    return holdings([table], threads=1)


def account_total(counts: Mapping[int, int]) -> pa.Table:
    """How many exchanges each account sent."""
    return pa.table(
        {
            "subject_id": pa.array(list(counts), pa.int64()),
            "exchange_count": pa.array(list(counts.values()), pa.int64()),
        }
    )


def members_of(clusters: Mapping[int, Iterable[int]]) -> pa.Table:
    """Members from cluster id → account keys."""
    pairs = [(cluster, account) for cluster, mine in clusters.items() for account in mine]
    return pa.table(
        {
            "cluster_id": pa.array([cluster for cluster, _ in pairs], pa.int64()),
            "account_id": pa.array([account for _, account in pairs], pa.int64()),
            "attachment_bits": pa.array([8.0] * len(pairs), pa.float64()),
        }
    )


def campaign(id_: str, posterior: float) -> Campaign:
    """A campaign of three accounts."""
    accounts = tuple(f"{id_}-{number}" for number in range(3))
    return Campaign(
        campaign_id=id_, posterior=posterior, account_ids=accounts, account_count=3,
        exchange_count=300, suspect_exchange_count=200, input_tokens=1, output_tokens=1,
        first_seen_at=NOON, last_seen_at=NOON, detected_at=NOON, techniques=("AD-001",),
        capabilities=("reasoning",), families=("content", "egress"), factors=(), alternatives=(),
    )  # fmt: skip


def observed(
    found: pa.Table,
    truth: Mapping[int, Mapping[str, object]],
    clusters: Mapping[int, Iterable[int]],
    ties: pa.Table | None = None,
    owners: Mapping[int, int] | None = None,
    least_owners: int = 1,
) -> Observed:
    """A run that found these signals, clusters and ties, and what is true of its accounts.

    Unless `owners` says otherwise, each account of a cluster has an owner of its own.
    """
    none = pa.table({})
    owners = {key: len(set(mine)) for key, mine in clusters.items()} if owners is None else owners
    owned = pa.table(
        {
            "subject_id": pa.array(list(owners), pa.int64()),
            "owner_count": pa.array(list(owners.values()), pa.int64()),
        }
    )
    conclusion = Conclusion(
        verdicts=schema_of(Verdict).empty_table(),
        campaigns=(),
        candidates=(),
        campaign_bits=(),
        cluster_of={},
    )
    run = Run(
        conclusion=conclusion, decisions=(), signals=found, silent=(), pairs=none,
        features={"cluster_account": owned}, members=members_of(clusters),
        ties=none if ties is None else ties,
    )  # fmt: skip
    inputs = Inputs(days={}, side={}, columns=frozenset(), names={}, standing={})
    return Observed(run=run, inputs=inputs, truth=truth, least_owners=least_owners)
