"""Gathers the accounts that show what peers saw in one campaign of theirs into one more cluster.

An operator's accounts may share too little here to be linked, and be one subject all the same to
who knows what to look for. Such a cluster is tested like every other: what peers say of it is no
family of our own evidence, and without two of those it is nothing.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.tables.query import Limits, Query, run

LEAST_MEMBERS = 3  # as of every cluster
LEAST_TRAITS = 2  # of a peer's campaign that an account shows; one may be met by chance
LEAST_SHARE = 0.5  # of its exchanges that show them: who does other work too is somebody else
FIRST = 64  # moves cluster ids beyond those of the levels of `cluster`
ORDER = [("cluster_id", "ascending"), ("account_id", "ascending")]


def gather(
    members: pa.Table,
    trait_day: pa.Table,
    account_total: pa.Table,
    peer_trait: pa.Table,
    limits: Limits,
) -> pa.Table:
    """The members of all clusters, with those of peers' campaigns that are none already."""
    told = peer_trait.filter(peer_trait.column("is_corroborated"))
    if told.num_rows == 0:
        return members
    at = pc.list_parent_indices(told.column("campaigns").combine_chunks())
    given = {
        "trait_day": trait_day,
        "account_total": account_total,
        "told": pa.table(
            {
                "campaign": pc.list_flatten(told.column("campaigns").combine_chunks()),
                "kind_id": told.column("kind_id").take(at),
                "trait_id": told.column("trait_id").take(at),
            }
        ),
    }
    shown = run(given, [_SHOWN], limits)["shown"]
    campaign, account = (shown.column(name).to_numpy() for name in ("campaign", "account_id"))
    known = {tuple(some.tolist()) for some in _groups(members, "cluster_id")}
    tables = [members]
    for number, some in enumerate(np.split(account, np.flatnonzero(np.diff(campaign)) + 1)):
        group = tuple(np.sort(some).tolist())
        if len(group) < LEAST_MEMBERS or group in known:
            continue
        known.add(group)
        tables.append(
            pa.table(
                {
                    "cluster_id": np.full(len(group), group[0] ^ (FIRST + number)),
                    "account_id": np.array(group, np.int64),
                    "attachment_bits": np.zeros(len(group)),
                },
                schema=members.schema,
            )
        )
    return pa.concat_tables(tables).sort_by(ORDER)


def _groups(members: pa.Table, name: str) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """The accounts of each cluster, ordered; `members` is ordered by cluster and account."""
    cluster, account = (members.column(n).to_numpy() for n in (name, "account_id"))
    return np.split(account, np.flatnonzero(np.diff(cluster)) + 1)


_SHOWN = Query(
    name="shown",
    key=("campaign", "account_id"),
    sql=f"""
    with of_kind as (
        select t.campaign, d.account_id, d.kind_id, count(distinct d.trait_id) as trait_count,
               cast(sum(d.exchange_count) as bigint) as exchange_count
        from told t join trait_day d on d.kind_id = t.kind_id and d.trait_id = t.trait_id
        group by t.campaign, d.account_id, d.kind_id
    ),
    of_account as (
        select campaign, account_id, sum(trait_count) as trait_count,
               max(exchange_count) as exchange_count
        from of_kind group by campaign, account_id
    )
    select o.campaign, o.account_id
    from of_account o join account_total a on a.subject_id = o.account_id
    where o.trait_count >= {LEAST_TRAITS} and o.exchange_count >= {LEAST_SHARE} * a.exchange_count
    """,
)
