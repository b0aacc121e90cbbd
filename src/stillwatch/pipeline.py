"""The scan: the stages in order. Read this first.

Logs are read, fingerprinted and gathered by day outside (`commands/scan.py`); `condense` turns
the exchanges of one day into that day's tables, which are kept as history; `scan` reads the
days of a window and everything else that is known, and says what it found. Neither touches a
disk, a clock or dice: equal inputs give equal results, byte for byte.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.catalog.load import Catalog
from stillwatch.model.cards import PolicyCard
from stillwatch.model.findings import Campaign, Decision
from stillwatch.stages.cluster import cluster
from stillwatch.stages.conclude import Conclusion, conclude
from stillwatch.stages.decide import decide
from stillwatch.stages.detect import Signals, Silent, detect
from stillwatch.stages.features import build_features
from stillwatch.stages.fingerprint import complete
from stillwatch.stages.link import link
from stillwatch.stages.score import Scores, score
from stillwatch.stages.track import track
from stillwatch.stages.traits import day_traits, kind_id, trait_schema, window_traits
from stillwatch.stats.divergence import mmd_of_subjects
from stillwatch.tables.query import Limits

METHODS = {"mmd": mmd_of_subjects}
DAY_TABLES = ("account_day", "trait_day", "sample_day", "block_day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything a scan may know. Absent tables and columns silence what reads them, by name."""

    days: Mapping[str, pa.Table]  # DAY_TABLES of every day of the window
    side: Mapping[str, pa.Table]  # accounts, account_events, releases: by key, where given
    columns: frozenset[str]  # input columns that had any value
    names: Mapping[str, Mapping[int, str]]  # account, model, organization: key → identifier
    standing: Mapping[str, frozenset[str]]  # known campaigns: id → accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one scan found."""

    conclusion: Conclusion
    decisions: tuple[Decision, ...]
    signals: pa.Table
    silent: tuple[Silent, ...]
    members: pa.Table
    pairs: pa.Table
    ties: pa.Table
    features: Mapping[str, pa.Table]


def condense(
    exchanges: pa.Table, blocks: pa.Table, catalog: Catalog, limits: Limits
) -> dict[str, pa.Table]:
    """One day of exchanges as the tables that are kept; costs what the day costs."""
    day = complete(exchanges)
    cards = [card for card in catalog.features if card.grain == "day"]
    made = build_features({"exchanges": day}, cards, limits).tables
    return made | {"trait_day": day_traits(day, catalog.links), "block_day": blocks}


def scan(inputs: Inputs, catalog: Catalog, *, policy: PolicyCard, as_of: datetime, limits: Limits) -> Run:
    """One scan of one window of traffic."""
    accounts = _account_features(inputs, catalog, limits)
    ties = link(accounts, catalog.links, catalog.bits.link, limits)
    clusters = cluster(ties.ties)
    known = accounts | {"members": clusters.members, "crowds": ties.crowds}
    features = known | _cluster_features(known, catalog, limits)
    account_signals = _detect(accounts, inputs, catalog, "account", limits)
    cluster_signals = _detect(features, inputs, catalog, "cluster", limits)
    signals = pa.concat_tables([account_signals.table, cluster_signals.table])
    scores = score(signals, catalog.detectors, catalog.bits, limits)
    campaigns = track(
        clusters.members, _of(scores, "cluster"), inputs.names["account"], inputs.standing, policy
    )
    conclusion = conclude(campaigns, scores, features, catalog, inputs.names, policy)
    return Run(
        conclusion=conclusion,
        decisions=decide(conclusion.campaigns, conclusion.campaign_bits, policy, as_of),
        signals=scores.weighed,
        silent=account_signals.silent + cluster_signals.silent,
        members=clusters.members,
        pairs=clusters.pairs,
        ties=ties.ties,
        features=features,
    )


def _account_features(
    inputs: Inputs, catalog: Catalog, limits: Limits
) -> dict[str, pa.Table]:
    """Window tables of accounts, beside the tables that were given."""
    account_day = inputs.days["account_day"]
    subject_day = account_day.rename_columns(
        ["subject_id" if name == "account_id" else name for name in account_day.column_names]
    )
    tables = dict(inputs.days) | dict(inputs.side) | {"subject_day": subject_day}
    tables["kinds"] = pa.table(
        {
            "kind_id": pa.array([kind_id(card.id) for card in catalog.links], pa.int32()),
            "kind": pa.array([card.id for card in catalog.links], pa.string()),
        }
    )
    made = build_features(tables, _window_cards(catalog, "account"), limits).tables
    tables["trait"] = window_traits(tables, catalog.links, limits)
    tables["account_total"] = made["subject_total"]
    return tables | made


def _cluster_features(
    tables: Mapping[str, pa.Table], catalog: Catalog, limits: Limits
) -> dict[str, pa.Table]:
    """The same numbers for clusters, each cluster as one subject."""
    members = tables["members"].sort_by("account_id")
    day = tables["subject_day"]
    known = members.column("account_id").to_numpy()
    asked = day.column("subject_id").to_numpy()
    at = np.minimum(np.searchsorted(known, asked), max(len(known) - 1, 0))
    rows = np.flatnonzero(known[at] == asked) if len(known) else np.empty(0, np.int64)
    pooled = day.take(rows).set_column(
        day.schema.get_field_index("subject_id"),
        "subject_id",
        members.column("cluster_id").take(at[rows]),
    )
    mine = tables["trait_day"]
    model = mine.filter(pc.equal(mine.column("kind_id"), kind_id("model")))
    given = dict(tables) | {"subject_day": pooled, "model_day": model}
    return build_features(given, _window_cards(catalog, "cluster"), limits).tables


def _window_cards(catalog: Catalog, subject: str) -> list:  # type: ignore[type-arg]
    return [c for c in catalog.features if c.grain == "window" and subject in c.subject]


def _detect(
    features: Mapping[str, pa.Table], inputs: Inputs, catalog: Catalog, kind: str, limits: Limits
) -> Signals:
    return detect(
        features,
        catalog.detectors,
        subject_kind=kind,
        columns=inputs.columns,
        methods=METHODS,
        limits=limits,
    )


def _of(scores: Scores, kind: str) -> pa.Table:
    subjects = scores.subjects
    return subjects.filter(pc.equal(subjects.column("subject_kind"), kind))
