"""Measures how well each account fits the campaign it was found in, beside its fellows.

A campaign's public wording, or a network it hides in, draws in bystanders who share that and
nothing else: they ask for other things, in other sizes, and often belong to one customer. A
campaign may have two jobs, so an account is compared with the third of its fellows who are most
like it, not with an average of all; a handful of bystanders are no third.
"""

from collections.abc import Mapping, Sequence
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
    for accounts in campaigns:
        keys = pa.array(sorted(accounts), pa.int64())
        parts.append(_of_campaign(keys, shared, features).cast(schema))
    return pa.concat_tables(parts)


def _of_campaign(keys: pa.Array, shared: pa.Table, features: Mapping[str, pa.Table]) -> pa.Table:
    total = _rows(features["account_total"], "subject_id", keys)
    sizes = _rows(features["account_rotation"], "account_id", keys)
    exchanges = _values(total, "exchange_count")
    sharing = _values(_rows(shared, "account_id", keys), "shared_exchange_count")
    ways = np.stack(
        [_values(total, name) / exchanges for name in total.column_names if _is_way(name)]
    )
    away = _distance(ways)
    count = np.maximum(_values(sizes, "exchange_count"), 1)
    return pa.table(
        {
            "account_id": keys,
            "account_count": pa.array(np.full(len(keys), len(keys))),
            "owner_account_count": pa.array(_of_owner(keys, features["accounts"])),
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


def _of_owner(keys: pa.Array, accounts: pa.Table) -> Any:
    """How many accounts of the campaign have the owner of each."""
    if "organization_id" not in accounts.column_names:
        return np.ones(len(keys), np.int64)
    owner = _rows(accounts.select(["account_id", "organization_id"]), "account_id", keys)
    named = owner.column("organization_id").cast(pa.string()).combine_chunks()
    alone = pc.binary_join_element_wise("account", keys.cast(pa.string()), ":")
    _, which, count = np.unique(
        pc.coalesce(named, alone).to_numpy(zero_copy_only=False).astype(str),
        return_inverse=True,
        return_counts=True,
    )
    return count[which]
