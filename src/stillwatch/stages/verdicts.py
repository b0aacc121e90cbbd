"""Writes down one verdict for every account: posterior, role, and the reasons in words."""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.catalog.load import Catalog
from stillwatch.model.cards import DetectorCard, PolicyCard
from stillwatch.model.findings import Campaign, Reason, Verdict
from stillwatch.stages.doubt import Doubt
from stillwatch.stages.roles import part_of
from stillwatch.stages.score import Scores
from stillwatch.stages.track import Tracked
from stillwatch.tables.schema import schema_of

Ints = npt.NDArray[np.int64]


def in_words(card: DetectorCard, value: float, support: int) -> str:
    """The card's sentence with what was measured in it."""
    said = {
        "{share}": f"{max(0.0, min(1.0, value)):.0%}",
        "{value}": f"{value:.4g}",
        "{support}": f"{support:,}",
    }
    return reduce(lambda text, place: text.replace(*place), said.items(), card.sentence)


def verdicts(
    tracked: Sequence[Tracked],
    campaigns: Sequence[Campaign],
    levels: Sequence[Mapping[str, int]],
    scores: Scores,
    features: Mapping[str, pa.Table],
    reasons: Mapping[int, list[Reason]],
    catalog: Catalog,
    names: Mapping[str, Mapping[int, str]],
    policy: PolicyCard,
    unsure: Mapping[int, Doubt],
) -> pa.Table:
    """One row for every account that sent an exchange, by account id.

    `levels` is what each detector measured of each campaign's cluster.
    """
    cards = {card.id: card for card in catalog.detectors}
    groups = {card.id: card.group for card in catalog.techniques}
    parts = [
        part_of(campaign.techniques, groups, mine)
        for campaign, mine in zip(campaigns, levels, strict=True)
    ]
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
    focus = _focus(features, keys)
    for row in np.flatnonzero(flagged & (at < 0)).tolist():
        mine = own.slice(starts[row], starts[row + 1] - starts[row]).to_pylist()
        told = (cards[one["detector"]].technique for one in mine if one["bits"] >= 1)
        roles[row], techniques[row] = "distiller", tuple(dict.fromkeys(told))
    for row in np.flatnonzero(at >= 0).tolist():
        one, campaign = tracked[at[row]], campaigns[at[row]]
        part = one.belongs.get(name[row], 1.0)
        sure = one.posterior * part
        posterior[row] = max(posterior[row], sure)
        # A sure campaign does not make its edge sure: who may be a bystander is not named.
        bits[row], flagged[row] = one.millibits / 1000, part >= policy.alert_posterior
        campaign_ids[row], techniques[row] = one.campaign_id, campaign.techniques
        roles[row] = parts[at[row]].of_account(focus[row])
    of_groups = [reasons[one.cluster_id] for one in tracked]
    group = {cluster: len(of_groups) + n for n, cluster in enumerate(_clusters(unsure))}
    of_groups += [reasons.get(cluster, []) for cluster in group]
    rows = pc.index_in(pa.array(list(unsure), pa.int64()), keys).to_pylist()
    for row, doubt in zip(rows, unsure.values(), strict=True):
        if row is not None and at[row] < 0 and doubt.posterior > posterior[row]:
            posterior[row], at[row] = doubt.posterior, group[doubt.cluster_id]
    values = [
        name, posterior, bits, campaign_ids, roles, flagged, techniques,
        _joined_reasons(own, starts, of_groups, at),
    ]  # fmt: skip
    schema = schema_of(Verdict)
    arrays = [
        v if isinstance(v, pa.Array) else pa.array(v, f.type)
        for v, f in zip(values, schema, strict=True)
    ]
    return pa.table(arrays, names=schema.names).cast(schema)


def _focus(features: Mapping[str, pa.Table], keys: pa.Array) -> Any:
    """Of each account the share of exchanges in a wording that its campaign shares."""
    fits = features["member_fit"]
    at = pc.index_in(keys, fits.column("account_id").combine_chunks())
    shared = fits.column("shared_exchange_count").take(at).fill_null(0).to_numpy()
    return shared / fits.column("exchange_count").take(at).fill_null(1).to_numpy()


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
    said = zip(
        *(table[name].to_pylist() for name in ("detector_id", "value", "support")), strict=True
    )
    made = pa.table(
        {
            "detector": table["detector_id"],
            "family": [cards[id_].family for id_ in table["detector_id"].to_pylist()],
            "subject": table["subject_kind"],
            "bits": table["millibits"].to_numpy() / 1000,
            "support": table["support"],
            "sentence": [in_words(cards[id_], *measured) for id_, *measured in said],
        },
        schema=_REASON,
    )
    return made, np.searchsorted(table["row"].to_numpy(), np.arange(len(keys) + 1))


def _clusters(unsure: Mapping[int, Doubt]) -> list[int]:
    return sorted({one.cluster_id for one in unsure.values()})


def _joined_reasons(
    own: pa.Table, starts: Ints, of_groups: Sequence[Sequence[Reason]], at: Ints
) -> pa.Array:
    """For each account the reasons of its group, then its own; `at` is -1 without a group."""
    sizes = [len(reasons) for reasons in of_groups]
    first = np.cumsum([0, *sizes])
    flat = [reason for reasons in of_groups for reason in reasons]
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


_REASON = pa.schema(list(schema_of(Verdict).field("reasons").type.value_type))
