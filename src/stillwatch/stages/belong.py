"""Measures how well each account fits the campaign it was found in, beside its fellows.

A campaign's public wording, or a network it hides in, draws in bystanders who share that and
nothing else: they ask for other things, in other sizes, and often belong to one customer. A
campaign may have two jobs, so an account is compared with the third of its fellows who are most
like it, not with an average of all; a handful of bystanders are no third.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.model.member import MemberFit
from stillwatch.tables.schema import schema_of

Floats = npt.NDArray[np.float64]

# What is counted once an exchange, and so is a share of them.
NOT_WAYS = frozenset({"exchange_count", "day_count", "item_count"})
NEAREST = 0.3  # of the fellows
MOST_FELLOWS = 200  # compared with; of larger campaigns every so-manieth account
HUNDREDTHS = 100.0  # sizes are kept as hundredths of a logarithm


def member_fit(
    campaigns: Sequence[Sequence[int]], shared: pa.Table, features: Mapping[str, pa.Table]
) -> pa.Table:
    """One MemberFit a row for every account of the campaigns, no two of which share an account.

    `shared` has the account_id and shared_exchange_count of those who share a wording.
    """
    schema = schema_of(MemberFit)
    parts = [schema.empty_table()]
    keys = pa.array([key for accounts in campaigns for key in sorted(accounts)], pa.int64())
    # One search for all: building an index of every account for each campaign takes longer.
    known = _Known(
        keys=keys,
        total=_rows(features["account_total"], "subject_id", keys),
        sizes=_rows(features["account_rotation"], "account_id", keys),
        shared=_rows(shared, "account_id", keys),
        owners=_owners(keys, features["accounts"]),
    )
    begin = 0
    for accounts in campaigns:
        parts.append(_of_campaign(known.part(begin, len(accounts))).cast(schema))
        begin += len(accounts)
    return pa.concat_tables(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is known of accounts, a row each and in the same order."""

    keys: pa.Array
    total: pa.Table
    sizes: pa.Table
    shared: pa.Table
    owners: pa.Array

    def part(self, begin: int, count: int) -> "_Known":
        """The accounts from `begin` on, so many."""
        return _Known(
            keys=self.keys.slice(begin, count),
            total=self.total.slice(begin, count),
            sizes=self.sizes.slice(begin, count),
            shared=self.shared.slice(begin, count),
            owners=self.owners.slice(begin, count),
        )


def _of_campaign(known: _Known) -> pa.Table:
    keys, total, sizes = known.keys, known.total, known.sizes
    exchanges = _values(total, "exchange_count")
    sharing = _values(known.shared, "shared_exchange_count")
    ways = np.stack(
        [_values(total, name) / exchanges for name in total.column_names if _is_way(name)]
    )
    away = _distance(ways)
    count = np.maximum(_values(sizes, "exchange_count"), 1)
    return pa.table(
        {
            "account_id": keys,
            "account_count": pa.array(np.full(len(keys), len(keys))),
            "owner_account_count": pa.array(_of_owner(known.owners)),
            "exchange_count": total.column("exchange_count"),
            "shared_exchange_count": pa.array(sharing.astype(np.int64)),
            "ways_distance": _rounded(away),
            "usual_ways_distance": _rounded(np.full(len(keys), np.median(away))),
            "wording_distance": _rounded(_distance((sharing / exchanges)[None])),
            "prompt_distance": _rounded(
                _distance((_values(sizes, "prompt_size_sum") / count)[None]) / HUNDREDTHS
            ),
            "answer_distance": _rounded(
                _distance((_values(sizes, "answer_size_sum") / count)[None]) / HUNDREDTHS
            ),
        }
    )


def _is_way(name: str) -> bool:
    return name.endswith("_count") and name not in NOT_WAYS


def _rows(table: pa.Table, key: str, wanted: pa.Array) -> pa.Table:
    """One row for each wanted key, null where the table has none."""
    return table.take(pc.index_in(wanted, table.column(key).combine_chunks()))


def _values(table: pa.Table, name: str) -> Floats:
    column = pc.fill_null(table.column(name), 0)
    return np.asarray(column.to_numpy(), np.float64)


def _distance(values: Floats) -> Floats:
    """From each account to its nearer fellows; `values` has one row a thing measured."""
    step = -(-values.shape[1] // MOST_FELLOWS)
    apart = np.zeros((values.shape[1], len(range(0, values.shape[1], step))))
    for row in values:
        apart += np.abs(row[:, None] - row[None, ::step])
    return np.asarray(np.quantile(apart, NEAREST, axis=1, method="lower"))


def _rounded(values: Floats) -> pa.Array:
    return pa.array(np.round(values, 6))


def _owners(keys: pa.Array, accounts: pa.Table) -> pa.Array:
    """A name for the owner of each account; who has none is its own."""
    alone = pc.binary_join_element_wise("account", keys.cast(pa.string()), ":")
    if "organization_id" not in accounts.column_names:
        return alone
    owner = _rows(accounts.select(["account_id", "organization_id"]), "account_id", keys)
    named = owner.column("organization_id").cast(pa.string()).combine_chunks()
    return pc.coalesce(named, alone)


def _of_owner(owners: pa.Array) -> Any:
    """How many accounts of the campaign have the owner of each."""
    _, which, count = np.unique(
        owners.to_numpy(zero_copy_only=False).astype(str),
        return_inverse=True,
        return_counts=True,
    )
    return count[which]
