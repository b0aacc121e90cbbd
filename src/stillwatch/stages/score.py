"""Adds up what signals are worth into one posterior for each subject.

Bits come from `calibrate` and are never written by hand. They are fitted together, so what two
signals say twice is counted once, and their sum is the evidence; what speaks for an honest
explanation subtracts. Sums are made in thousandths of a bit, as integers, so that they do not
depend on order. What a sum means depends on the log: the crowds in it are what it is measured
beside.

What peers told us is never a family of its own among those that a policy asks for: however much
they say, two families of our own evidence must stand before an account or a cluster is called.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.model.cards import DetectorCard
from stillwatch.model.evidence import Bits
from stillwatch.stats.crowds import LEAST_ACCOUNTS, moved_by
from stillwatch.tables.query import Limits, Query, run

HONEST = "honest:"
PEERS = "peers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What each subject's evidence adds up to, and the signals that made it."""

    # subject_kind, subject_id, millibits, own_millibits (without peers), family_count, posterior
    subjects: pa.Table
    weighed: pa.Table  # every signal with its millibits


def score(signals: pa.Table, cards: Sequence[DetectorCard], bits: Bits, limits: Limits) -> Scores:
    """Scores of every subject that any detector spoke on. Signals without measured bits weigh 0."""
    detectors = pa.table(
        {
            "detector_id": pa.array([card.id for card in cards], pa.string()),
            "family": pa.array([card.family for card in cards], pa.string()),
            "technique": pa.array([card.technique for card in cards], pa.string()),
            "beside_own": pa.array([card.beside_own for card in cards], pa.bool_()),
        }
    )
    worth = pa.table(
        {
            "detector_id": pa.array([entry.detector for entry in bits.level], pa.string()),
            "subject_kind": pa.array([entry.subject for entry in bits.level], pa.string()),
            "level": pa.array([entry.level for entry in bits.level], pa.int32()),
            "millibits": pa.array([round(entry.bits * 1000) for entry in bits.level], pa.int64()),
        }
    )
    tables = {"signals": signals, "detectors": detectors, "worth": worth}
    found = run(tables, _QUERIES, limits)
    subjects = found["subjects"]
    return Scores(
        subjects=subjects.append_column("posterior", _posterior(subjects, bits)),
        weighed=found["weighed"],
    )


def beside_crowds(
    scores: Scores, cluster_account: pa.Table, bits: Bits, least_owners: int
) -> tuple[Scores, Bits]:
    """The scores of clusters beside the crowds of the same log, and the curve that says so.

    Crowds are the clusters of `stats.crowds.LEAST_ACCOUNTS` accounts and so many owners that
    `cluster_account` names. What peers say of them is left out: who could make crowds look like
    campaigns would make a campaign look like a crowd.
    """
    usual = next((one.usual for one in bits.posterior if one.subject == "cluster"), None)
    if usual is None:
        return scores, bits
    big = pc.and_(
        pc.greater_equal(cluster_account["account_count"], LEAST_ACCOUNTS),
        pc.greater_equal(cluster_account["owner_count"], least_owners),
    )
    crowds = cluster_account.filter(big)["subject_id"].combine_chunks()
    subjects = scores.subjects
    here = pc.and_(
        pc.equal(subjects["subject_kind"], "cluster"), pc.is_in(subjects["subject_id"], crowds)
    )
    total = subjects.filter(here)["own_millibits"].to_numpy() / 1000.0
    moved = bits.moved("cluster", moved_by(total, usual))
    at = subjects.column_names.index("posterior")
    judged = subjects.set_column(at, "posterior", _posterior(subjects, moved))
    return replace(scores, subjects=judged), moved


def without_peers(cluster_scores: pa.Table, members: pa.Table, bits: Bits) -> pa.Table:
    """The scores of the clusters that `members` names, by our own evidence alone."""
    known = pc.is_in(cluster_scores["subject_id"], pc.unique(members["cluster_id"]))
    mine = cluster_scores.filter(known)
    own = {
        "millibits": mine["own_millibits"],
        "posterior": _posterior(mine, bits, "own_millibits"),
    }
    for name, column in own.items():
        mine = mine.set_column(mine.column_names.index(name), name, column)
    return mine


def who_shows_peers(scores: Scores) -> frozenset[int]:
    """Accounts that themselves show what peers told us and what counts."""
    weighed = scores.weighed
    told = pc.and_(
        pc.and_(pc.equal(weighed["subject_kind"], "account"), pc.equal(weighed["family"], PEERS)),
        pc.greater(weighed["millibits"], 0),
    )
    return frozenset(weighed.filter(told)["subject_id"].to_pylist())


def _posterior(subjects: pa.Table, bits: Bits, total_of: str = "millibits") -> pa.Array:
    """The calibrated curve of each subject kind; a kind that was never calibrated stays at 0."""
    kind = np.asarray(subjects.column("subject_kind").to_pylist(), dtype=object)
    total = subjects.column(total_of).to_numpy().astype(np.float64) / 1000.0
    out = np.zeros(len(total))
    for curve in bits.posterior:
        here = kind == curve.subject
        exponent = np.clip(total[here] + curve.offset, -60.0, 60.0)
        out[here] = 1.0 / (1.0 + np.exp2(-exponent))
    return pa.array(np.round(out, 9))


_QUERIES = (
    Query(
        name="priced",
        key=("subject_kind", "subject_id", "detector_id"),
        sql="""
        select s.detector_id, d.family, d.technique, s.subject_kind, s.subject_id, s.value, s.level,
               s.support, d.beside_own,
               coalesce(w.millibits, 0) as millibits
        from signals s
        join detectors d on d.detector_id = s.detector_id
        left join worth w on w.detector_id = s.detector_id
            and w.subject_kind = s.subject_kind and w.level = s.level
        """,
    ),
    Query(
        name="own",
        key=("subject_kind", "subject_id"),
        sql=f"""
        with family as (
            select subject_kind, subject_id, family, sum(millibits) as millibits
            from priced
            where family <> '{PEERS}' and family not like '{HONEST}%'
            group by subject_kind, subject_id, family
        )
        select distinct subject_kind, subject_id from family where millibits >= 1000
        """,
    ),
    Query(
        name="weighed",
        key=("subject_kind", "subject_id", "detector_id"),
        sql="""
        select p.detector_id, p.family, p.technique, p.subject_kind, p.subject_id, p.value, p.level,
               p.support,
               case when p.beside_own and o.subject_id is null then 0 else p.millibits end
                   as millibits
        from priced p
        left join own o on o.subject_kind = p.subject_kind and o.subject_id = p.subject_id
        """,
    ),
    Query(
        name="subjects",
        key=("subject_kind", "subject_id"),
        sql=f"""
        with family as (
            select subject_kind, subject_id, family, cast(sum(millibits) as bigint) as millibits
            from weighed group by subject_kind, subject_id, family
        )
        select subject_kind, subject_id,
               cast(sum(millibits) as bigint) as millibits,
               cast(sum(case when family = '{PEERS}' then 0 else millibits end) as bigint)
                   as own_millibits,
               cast(sum(case when millibits >= 1000 and family not like '{HONEST}%'
                                  and family <> '{PEERS}'
                             then 1 else 0 end) as integer) as family_count
        from family group by subject_kind, subject_id
        """,
    ),
)
