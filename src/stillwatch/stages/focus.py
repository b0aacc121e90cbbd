"""Measures how much of each account's traffic is the campaign's: exchanges in a shared wording."""

from collections.abc import Sequence

import pyarrow as pa

from stillwatch.tables.query import Limits, Query, run

LEAST_SHARING = 3  # accounts; what two send alike may be chance
WORDINGS = (
    "head8", "head24", "tail8", "tail24", "template", "band1", "band2", "system", "system_head",
    "item",
)  # fmt: skip


def focus(
    campaigns: Sequence[Sequence[int]], trait: pa.Table, kinds: pa.Table, limits: Limits
) -> pa.Table:
    """Of each campaign's accounts how many exchanges carry a wording that its fellows send too.

    `campaigns` are the accounts of each; `trait` says which account has which trait how often.
    Columns: account_id, shared_exchange_count; of all kinds of wording the one that covers most.
    """
    keys = [(number, key) for number, one in enumerate(campaigns) for key in one]
    belongs = pa.table(
        {
            "campaign_no": pa.array([number for number, _ in keys], pa.int64()),
            "account_id": pa.array([key for _, key in keys], pa.int64()),
        }
    )
    tables = {"belongs": belongs, "trait": trait, "kinds": kinds}
    return run(tables, [_QUERY], limits)["focus"]


_QUERY = Query(
    name="focus",
    key=("account_id",),
    sql=f"""
    with mine as (
        select b.campaign_no, t.account_id, t.kind_id, t.trait_id, t.exchange_count
        from belongs b
        join trait t on t.account_id = b.account_id
        join kinds k on k.kind_id = t.kind_id
        where k.kind in {WORDINGS}
    ),
    shared as (
        select campaign_no, kind_id, trait_id from mine
        group by campaign_no, kind_id, trait_id having count(*) >= {LEAST_SHARING}
    ),
    of_kind as (
        select m.account_id, m.kind_id, cast(sum(m.exchange_count) as bigint) as exchange_count
        from mine m
        join shared s on s.campaign_no = m.campaign_no and s.kind_id = m.kind_id
            and s.trait_id = m.trait_id
        group by m.account_id, m.kind_id
    )
    select account_id, max(exchange_count) as shared_exchange_count
    from of_kind group by account_id
    """,
)
