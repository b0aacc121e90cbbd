"""Writes down what was found, as the rows of the run folder: verdicts and campaigns."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.catalog.load import Catalog
from stillwatch.model.cards import DetectorCard, PolicyCard
from stillwatch.model.findings import Alternative, Campaign, Factor, Reason, Verdict
from stillwatch.stages.score import HONEST, Scores
from stillwatch.stages.track import Tracked
from stillwatch.tables.schema import schema_of

Ints = npt.NDArray[np.int64]

TELLING = 1000  # thousandths of a bit from which a finding is named as evidence
ASKED = frozenset({"content", "exact", "timeline"})  # families that say what is asked for
MOSTLY = 3
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
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
    """Verdicts on every account seen, and the campaigns."""

    verdicts: pa.Table
    campaigns: tuple[Campaign, ...]
    campaign_bits: tuple[float, ...]
    cluster_of: Mapping[str, int]  # campaign id → cluster


def conclude(
    tracked: Sequence[Tracked],
    first_day: Mapping[int, int],
    detected: Mapping[str, datetime],
    scores: Scores,
    features: Mapping[str, pa.Table],
    catalog: Catalog,
    names: Mapping[str, Mapping[int, str]],
    policy: PolicyCard,
) -> Conclusion:
    """The run's verdicts and campaigns from scores and features.

    `first_day` is the day by which each cluster's evidence sufficed; `detected` says when, of
    campaigns that an earlier run found.
    """
    cards = {card.id: card for card in catalog.detectors}
    totals = _totals(features["account_total"], tracked)
    reasons = _reasons_of(scores.weighed, "cluster", {one.cluster_id for one in tracked}, cards)
    weighed = _rows_of(scores.weighed, "cluster", {one.cluster_id for one in tracked})
    latest = _last_exchange_by(features, first_day)
    campaigns = tuple(
        _campaign(
            one,
            reasons[one.cluster_id],
            weighed[one.cluster_id],
            totals[one.campaign_id],
            detected.get(one.campaign_id, latest.get(one.cluster_id)),
            catalog,
        )
        for one in tracked
    )
    return Conclusion(
        verdicts=_verdicts(tracked, campaigns, scores, features, reasons, cards, names, policy),
        campaigns=campaigns,
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
    keys = of_accounts.column("subject_id").combine_chunks()
    found = {}
    for one in tracked:
        at = pc.index_in(pa.array(one.keys, pa.int64()), keys)
        mine = of_accounts.take(at.drop_null())
        summed = {
            name: pc.sum(mine.column(name)).as_py() or 0
            for name in ("exchange_count", "input_tokens", "output_tokens")
        }
        first, last = pc.min(mine.column("first_at")), pc.max(mine.column("last_at"))
        found[one.campaign_id] = summed | {"first_at": first.as_py(), "last_at": last.as_py()}
    return found


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
        sentence=in_words(card, row["value"]),
    )


def in_words(card: DetectorCard, value: float) -> str:
    """The card's sentence with the measured value in it."""
    return card.sentence.replace("{share}", f"{max(0.0, min(1.0, value)):.0%}").replace(
        "{value}", f"{value:.4g}"
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
        said = "; ".join(reason.sentence for reason in mine if reason.bits >= 1)
        factors.append(
            Factor(
                name=name,
                bits=round(sum(reason.bits for reason in mine), 3),
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


def _verdicts(
    tracked: Sequence[Tracked],
    campaigns: Sequence[Campaign],
    scores: Scores,
    features: Mapping[str, pa.Table],
    reasons: Mapping[int, list[Reason]],
    cards: Mapping[str, DetectorCard],
    names: Mapping[str, Mapping[int, str]],
    policy: PolicyCard,
) -> pa.Table:
    """One row for every account that sent an exchange, by account id."""
    keys = features["account_total"].column("subject_id").to_pylist()
    named = sorted((names["account"][key], key) for key in keys)
    name = [account for account, _ in named]
    keys = pa.array([key for _, key in named], pa.int64())
    posterior, bits, flagged = _own_scores(scores.subjects, keys, policy)
    own, starts = _own_reasons(scores.weighed, keys, cards)
    campaign_of = {account: at for at, one in enumerate(tracked) for account in one.accounts}
    at = np.array([campaign_of.get(account, -1) for account in name], np.int64)
    campaign_ids: list[str | None] = [None] * len(name)
    roles: list[str | None] = [None] * len(name)
    techniques: list[tuple[str, ...]] = [()] * len(name)
    families = own.column("family").to_pylist()
    for row in np.flatnonzero(flagged & (at < 0)).tolist():
        mine = own.slice(starts[row], starts[row + 1] - starts[row]).to_pylist()
        told = (cards[one["detector"]].technique for one in mine if one["bits"] >= 1)
        roles[row], techniques[row] = "distiller", tuple(dict.fromkeys(told))
    for row in np.flatnonzero(at >= 0).tolist():
        one, campaign = tracked[at[row]], campaigns[at[row]]
        posterior[row] = max(posterior[row], one.posterior)
        bits[row], flagged[row] = one.millibits / 1000, True
        campaign_ids[row], techniques[row] = one.campaign_id, campaign.techniques
        roles[row] = _role(campaign, families[starts[row] : starts[row + 1]])
    of_campaigns = [reasons[one.cluster_id] for one in tracked]
    values = [
        name, posterior, bits, campaign_ids, roles, flagged, techniques,
        _joined_reasons(own, starts, of_campaigns, at),
    ]  # fmt: skip
    schema = schema_of(Verdict)
    arrays = [
        v if isinstance(v, pa.Array) else pa.array(v, f.type)
        for v, f in zip(values, schema, strict=True)
    ]
    return pa.table(arrays, names=schema.names).cast(schema)


def _own_scores(subjects: pa.Table, keys: pa.Array, policy: PolicyCard) -> tuple[Any, Any, Any]:
    """Posterior, bits and whether they suffice, of each account by itself."""
    mine = subjects.filter(pc.equal(subjects.column("subject_kind"), "account"))
    at = pc.index_in(keys, mine.column("subject_id").combine_chunks())

    def of_account(name: str) -> Any:
        return mine.column(name).take(at).fill_null(0).to_numpy().copy()

    posterior = of_account("posterior")
    flagged = at.is_valid().to_numpy(zero_copy_only=False)
    flagged = flagged & (posterior >= policy.alert_posterior)
    flagged &= of_account("family_count") >= policy.least_families
    return posterior, of_account("millibits") / 1000, flagged


def _own_reasons(
    table: pa.Table, keys: pa.Array, cards: Mapping[str, DetectorCard]
) -> tuple[pa.Table, Ints]:
    """What was found on accounts by themselves, and where each account's rows begin."""
    table = table.filter(
        pc.and_(pc.equal(table["subject_kind"], "account"), pc.not_equal(table["millibits"], 0))
    )
    row = pc.index_in(table.column("subject_id").combine_chunks(), keys)
    table = table.append_column("row", row).filter(pc.is_valid(row))
    table = table.sort_by(
        [("row", "ascending"), ("millibits", "descending"), ("detector_id", "ascending")]
    )
    said = zip(table["detector_id"].to_pylist(), table["value"].to_pylist(), strict=True)
    made = pa.table(
        {
            "detector": table["detector_id"],
            "family": [cards[id_].family for id_ in table["detector_id"].to_pylist()],
            "subject": table["subject_kind"],
            "bits": table["millibits"].to_numpy() / 1000,
            "support": table["support"],
            "sentence": [in_words(cards[id_], value) for id_, value in said],
        },
        schema=_REASON,
    )
    return made, np.searchsorted(table["row"].to_numpy(), np.arange(len(keys) + 1))


def _joined_reasons(
    own: pa.Table, starts: Ints, of_campaigns: Sequence[Sequence[Reason]], at: Ints
) -> pa.Array:
    """For each account the reasons of its campaign, then its own; `at` is -1 without a campaign."""
    sizes = [len(reasons) for reasons in of_campaigns]
    first = np.cumsum([0, *sizes])
    flat = [reason for reasons in of_campaigns for reason in reasons]
    shared = pa.table(
        [pa.array([getattr(r, f.name) for r in flat], f.type) for f in _REASON], schema=_REASON
    )
    of_campaign = np.where(at >= 0, np.array([*sizes, 0])[at], 0)
    of_account = np.diff(starts)
    ends = np.cumsum(of_campaign + of_account)
    rows = np.empty(ends[-1] if len(ends) else 0, np.int64)
    begins = ends - of_account
    rows[_spans(begins, of_account)] = len(flat) + _spans(starts[:-1], of_account)
    rows[_spans(begins - of_campaign, of_campaign)] = _spans(first[at], of_campaign)
    pool = pa.concat_tables([shared, own]).take(pa.array(rows)).combine_chunks()
    values = pa.StructArray.from_arrays(
        [column.combine_chunks() for column in pool.columns], fields=list(_REASON)
    )
    offsets = np.concatenate([np.zeros(1, np.int64), ends]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values)


def _spans(starts: Ints, sizes: Ints) -> Ints:
    """The numbers from each start on, as many as its size says."""
    before = np.cumsum(sizes) - sizes
    return np.repeat(starts - before, sizes) + np.arange(sizes.sum())


def _role(campaign: Campaign, families: Sequence[str]) -> str:
    """Relay where others' prompts pass through; mixed where an account also does other work."""
    if campaign.techniques and campaign.techniques[0] == "AD-028":
        return "relay"
    return "distiller" if {"content", "exact"}.intersection(families) else "mixed"


_REASON = pa.schema(list(schema_of(Verdict).field("reasons").type.value_type))
