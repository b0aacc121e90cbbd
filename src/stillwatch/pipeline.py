"""The scan: the stages in order. Read this first.

Logs are read, fingerprinted and gathered by day outside (`commands/scan.py`); `condense` turns
the exchanges of one day into that day's tables, which are kept as history; `scan` reads the
days of a window and everything else that is known, and says what it found. Neither touches a
disk, a clock or dice: equal inputs give equal results, byte for byte.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.catalog.load import Catalog
from stillwatch.model.cards import FeatureCard, PolicyCard
from stillwatch.model.findings import Decision
from stillwatch.model.inputs import Account, absent_sources
from stillwatch.stages.belong import member_fit
from stillwatch.stages.cluster import cluster
from stillwatch.stages.conclude import Conclusion, conclude
from stillwatch.stages.decide import decide
from stillwatch.stages.detect import Signals, Silent, detect
from stillwatch.stages.doubt import Doubt, doubts
from stillwatch.stages.features import build_features
from stillwatch.stages.fingerprint import complete
from stillwatch.stages.focus import focus
from stillwatch.stages.gather import gather
from stillwatch.stages.link import link
from stillwatch.stages.marks import count_marks
from stillwatch.stages.owners import with_owners
from stillwatch.stages.pool import pooled_days
from stillwatch.stages.score import (
    Scores,
    beside_crowds,
    score,
    who_shows_peers,
    without_peers,
)
from stillwatch.stages.track import (
    Tracked,
    as_sure_as_ours,
    candidates,
    track,
    without_bystanders,
)
from stillwatch.stages.traits import day_traits, kind_id, window_traits
from stillwatch.stats.divergence import mmd_of_subjects
from stillwatch.stats.excess import excess_of_subjects
from stillwatch.stats.holdings import Holdings
from stillwatch.stats.numbers import numbered
from stillwatch.stats.synchrony import synchrony_of_subjects
from stillwatch.tables.query import Limits
from stillwatch.tables.schema import schema_of

METHODS = {
    "mmd": mmd_of_subjects,
    "excess": excess_of_subjects,
    "synchrony": synchrony_of_subjects,
}
# Of these families only exchanges are counted, not who shares: they have many traits an account.
UNCOUNTED = frozenset({"content", "usage"})
# Without an accounts table every account is its own owner and nothing is known of its sign-up.
NO_ACCOUNTS = schema_of(Account).empty_table()
NO_ACCOUNTS = NO_ACCOUNTS.set_column(0, "account_id", pa.array([], pa.int64()))
DAY_TABLES = ("account_day", "trait_day", "sample_day", "rotation_day", "block_day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything a scan may know. Absent tables and columns silence what reads them, by name."""

    days: Mapping[str, pa.Table]  # DAY_TABLES of every day of the window
    side: Mapping[str, pa.Table]  # accounts, account_events, releases: by key, where given
    columns: frozenset[str]  # input columns that had any value
    names: Mapping[str, Mapping[int, str]]  # account, model, organization: key → identifier
    standing: Mapping[str, frozenset[str]]  # known campaigns: id → accounts
    detected: Mapping[str, datetime] = field(default_factory=dict)  # when each of them was


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
    given = {"exchanges": day, "marks": count_marks(day, catalog.markers)}
    made = build_features(given, cards, limits).tables
    return made | {"trait_day": day_traits(day, catalog.links), "block_day": blocks}


def scan(
    inputs: Inputs, catalog: Catalog, *, policy: PolicyCard, as_of: datetime, limits: Limits
) -> Run:
    """One scan of one window of traffic."""
    # What is not in the log cannot speak, so what the rest says is weighed without it.
    catalog = replace(catalog, bits=catalog.bits.heard(absent_sources(inputs.columns)))
    accounts = account_features(inputs.days, inputs.side, catalog, limits)
    held = window_traits(accounts, catalog.links, limits)
    ties = link(held, accounts["account_total"], catalog.links, catalog.bits.link, limits.threads)
    clusters = cluster(ties.ties, limits.threads)
    members = clusters.members
    if "peer_trait" in inputs.side:
        trait_day, totals = inputs.days["trait_day"], accounts["account_total"]
        members = gather(members, trait_day, totals, inputs.side["peer_trait"], limits)
    features = accounts | {"members": members, "crowds": ties.crowds, "ties": ties.ties}
    features |= cluster_features(features, held, catalog, limits)
    found = [
        _detect(accounts, inputs, catalog, "account", limits),
        _detect(features, inputs, catalog, "cluster", limits),
    ]
    signals = pa.concat_tables([one.table for one in found])
    scores = score(signals, catalog.detectors, catalog.bits, limits)
    owned, bits = features["cluster_account"], catalog.bits
    # Clusters that peers' words made are none of this log's crowds.
    mine = pc.is_in(owned["subject_id"], pc.unique(clusters.members["cluster_id"]))
    scores, bits = beside_crowds(scores, owned.filter(mine), bits, policy.least_owners)
    catalog = replace(catalog, bits=bits)
    called = _called(features, clusters.members, scores, inputs, catalog, policy, limits)
    campaigns, belongs = called.campaigns, called.belongs
    features |= {"member_fit": called.fits}
    fresh = [one for one in campaigns if one.campaign_id not in inputs.detected]
    days = first_days(fresh, features, found[1].table, inputs, catalog, policy, limits)
    conclusion = conclude(
        campaigns,
        called.listed,
        days,
        inputs.detected,
        scores,
        features,
        catalog,
        inputs.names,
        policy,
        called.unsure,
    )
    return Run(
        conclusion=conclusion,
        decisions=decide(conclusion.campaigns, conclusion.campaign_bits, policy, as_of),
        signals=pa.concat_tables([scores.weighed, belongs.weighed]),
        silent=found[0].silent + found[1].silent + called.silent,
        members=members,
        pairs=clusters.pairs,
        ties=ties.ties,
        features=features,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Called:
    """Which clusters are campaigns, which may be, and who belongs to them."""

    campaigns: tuple[Tracked, ...]
    listed: tuple[Tracked, ...]
    unsure: Mapping[int, Doubt]
    fits: pa.Table
    belongs: Scores
    silent: tuple[Silent, ...]


def _called(
    features: Mapping[str, pa.Table],
    linked: pa.Table,
    scores: Scores,
    inputs: Inputs,
    catalog: Catalog,
    policy: PolicyCard,
    limits: Limits,
) -> _Called:
    members, of_cluster = features["members"], of_clusters(scores)
    names, owners = inputs.names["account"], _owners(features["cluster_account"])
    authorized = _authorized(features["accounts"])
    own = without_peers(of_cluster, linked, catalog.bits)
    campaigns = track(
        members, of_cluster, owners, names, inputs.standing, policy, authorized,
        own_scores=own if "peer_trait" in inputs.side else None,
    )  # fmt: skip
    fits, near = belonging([one.keys for one in campaigns], features, inputs, catalog, limits)
    belongs = score(near.table, catalog.detectors, catalog.bits, limits)
    called = {one.cluster_id for one in campaigns}
    unsure = doubts(of_cluster, features, called, authorized, policy)
    campaigns = without_bystanders(campaigns, fits, belongs.subjects, catalog.bits, names, policy)
    campaigns = as_sure_as_ours(campaigns, own, who_shows_peers(scores), names, policy)
    return _Called(
        campaigns=campaigns,
        listed=candidates(members, of_cluster, owners, names, campaigns, policy, authorized),
        unsure=unsure,
        fits=fits,
        belongs=belongs,
        silent=near.silent,
    )


def account_features(
    days: Mapping[str, pa.Table], side: Mapping[str, pa.Table], catalog: Catalog, limits: Limits
) -> dict[str, pa.Table]:
    """Window tables of accounts, beside the tables that were given."""
    subject_day = _renamed(days["account_day"], "account_id", "subject_id")
    accounts = with_owners(side.get("accounts", NO_ACCOUNTS), days["account_day"])
    tables = dict(days) | dict(side) | {"accounts": accounts}
    tables["subject_day"] = subject_day.drop_columns("organization_id")
    tables["kinds"] = pa.table(
        {
            "kind_id": pa.array([kind_id(card.id) for card in catalog.links], pa.int32()),
            "kind": pa.array([card.id for card in catalog.links], pa.string()),
            "is_counted": pa.array([card.family not in UNCOUNTED for card in catalog.links]),
        }
    )
    made = build_features(tables, _window_cards(catalog, "account"), limits).tables
    return tables | made | {"account_total": made["subject_total"]}


def cluster_features(
    tables: Mapping[str, pa.Table], held: Holdings, catalog: Catalog, limits: Limits
) -> dict[str, pa.Table]:
    """The same numbers for clusters, each cluster as one subject."""
    trait_day = tables["trait_day"]
    model_day = trait_day.filter(pc.equal(trait_day.column("kind_id"), kind_id("model")))
    members = tables["members"]
    accounts = pc.unique(members.column("account_id")).to_numpy()
    with ThreadPoolExecutor(max_workers=max(1, limits.threads)) as pool:
        days = pool.submit(pooled_days, tables["subject_day"], members)
        of_clusters = pool.submit(held.of_clusters, members)
        trait = pool.submit(held.held_by, accounts).result()
    shared, holding = of_clusters.result()
    given = dict(tables) | {
        "subject_day": days.result(),
        "model_day": model_day,
        "trait": trait,
        "cluster_trait": shared,
        "cluster_holding": holding,
    }
    made = build_features(given, _window_cards(catalog, "cluster"), limits).tables
    return made | {"trait": trait, "cluster_trait": shared, "cluster_holding": holding}


def belonging(
    groups: Sequence[Sequence[int]],
    features: Mapping[str, pa.Table],
    inputs: Inputs,
    catalog: Catalog,
    limits: Limits,
) -> tuple[pa.Table, Signals]:
    """How the accounts of each group fit it, and what detectors say of that."""
    shared = focus(groups, features["trait"], features["kinds"], limits)
    fits = member_fit(groups, shared, features)
    return fits, _detect({"member_fit": fits}, inputs, catalog, "member", limits)


def first_days(
    campaigns: Sequence[Tracked],
    features: Mapping[str, pa.Table],
    signals: pa.Table,
    inputs: Inputs,
    catalog: Catalog,
    policy: PolicyCard,
    limits: Limits,
) -> dict[int, int]:
    """The first day on which each campaign's evidence sufficed, by bisection over days.

    The accounts of the campaign are judged on their exchanges until then; who belongs to the
    campaign, what ties them, and what everyone else did, is taken from the whole window. So is
    what methods say in `signals`, those of the window's clusters: a sample of prompts changes
    little from day to day, and costs more than all else.
    """
    wanted = pa.array([one.cluster_id for one in campaigns], pa.int64())
    members = features["members"]
    members = members.filter(pc.is_in(members.column("cluster_id"), wanted))
    methods = pa.array([card.id for card in catalog.detectors if card.method], pa.string())
    lasting = signals.filter(
        pc.and_(
            pc.is_in(signals.column("detector_id"), methods),
            pc.is_in(signals.column("subject_id"), wanted),
        )
    )
    daily = replace(catalog, detectors=tuple(c for c in catalog.detectors if not c.method))
    counted = {name: inputs.days[name] for name in ("account_day", "trait_day", "rotation_day")}
    theirs = _of_members(counted, members) if campaigns else {}
    accounts = {"accounts": features["accounts"]}
    side = dict(inputs.side) | _of_members(accounts, members)
    tied = features["ties"]
    tied = tied.filter(pc.is_in(tied.column("account_id"), members.column("account_id")))
    day_no = pc.min_max(inputs.days["account_day"].column("day_no")).as_py()
    low = {one.cluster_id: day_no["min"] for one in campaigns}
    high = {one.cluster_id: day_no["max"] for one in campaigns}
    while any(low[c] < high[c] for c in low):
        middle = {c: (low[c] + high[c]) // 2 for c in low}
        days = dict(inputs.days) | _until(theirs, middle)
        known = account_features(days, side, catalog, limits)
        held = window_traits(known, catalog.links, limits)
        known |= {"members": members, "crowds": features["crowds"], "ties": tied}
        known |= cluster_features(known, held, catalog, limits)
        found = _detect(known, inputs, daily, "cluster", limits)
        signals = pa.concat_tables([found.table, lasting])
        scores = score(signals, catalog.detectors, catalog.bits, limits)
        enough = {
            row["subject_id"]
            for row in of_clusters(scores).to_pylist()
            if row["posterior"] >= policy.alert_posterior
            and row["family_count"] >= policy.least_families
        }
        for c in low:
            if c in enough:
                high[c] = middle[c]
            else:
                low[c] = min(middle[c] + 1, high[c])
    return high


def _of_members(tables: Mapping[str, pa.Table], members: pa.Table) -> dict[str, pa.Table]:
    """The members' rows of tables by account, each with its cluster as `member_of`."""
    known = members.column("account_id").combine_chunks()
    kept = {}
    for name, table in tables.items():
        accounts, number = numbered(table.column("account_id").to_numpy())
        place = pc.index_in(pa.array(accounts), known)
        at = place.fill_null(-1).to_numpy()[number]
        rows = np.flatnonzero(at >= 0)
        cluster = members.column("cluster_id").take(pa.array(at[rows]))
        kept[name] = table.take(pa.array(rows)).append_column("member_of", cluster)
    return kept


def _until(theirs: Mapping[str, pa.Table], last_day: Mapping[int, int]) -> dict[str, pa.Table]:
    """The rows of every cluster until its own day."""
    clusters = pa.array(list(last_day), pa.int64())
    limit = pa.array(list(last_day.values()), pa.int32())
    kept = {}
    for name, table in theirs.items():
        until = limit.take(pc.index_in(table.column("member_of"), clusters))
        kept[name] = table.filter(pc.less_equal(table.column("day_no"), until))
    return kept


def _owners(cluster_account: pa.Table) -> dict[int, int]:
    """How many owners each cluster's accounts have."""
    counted = cluster_account.select(["subject_id", "owner_count"]).to_pylist()
    return {row["subject_id"]: row["owner_count"] for row in counted}


def _authorized(accounts: pa.Table) -> frozenset[int]:
    """Accounts whose contract allows training on outputs."""
    if "authorized_distillation" not in accounts.column_names:
        return frozenset()
    allowed = accounts.filter(accounts.column("authorized_distillation"))
    return frozenset(allowed.column("account_id").to_pylist())


def of_clusters(scores: Scores) -> pa.Table:
    """The scores of clusters alone."""
    subjects = scores.subjects
    return subjects.filter(pc.equal(subjects.column("subject_kind"), "cluster"))


def _renamed(table: pa.Table, old: str, new: str) -> pa.Table:
    return table.rename_columns([new if name == old else name for name in table.column_names])


def _window_cards(catalog: Catalog, subject: str) -> list[FeatureCard]:
    return [c for c in catalog.features if c.grain == "window" and subject in c.subject]


def _detect(
    features: Mapping[str, pa.Table], inputs: Inputs, catalog: Catalog, kind: str, limits: Limits
) -> Signals:
    return detect(
        features,
        catalog.detectors,
        subject_kind=kind,
        columns=inputs.columns,
        methods={name: partial(method, threads=limits.threads) for name, method in METHODS.items()},
        limits=limits,
    )
