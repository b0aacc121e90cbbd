"""Writes down what the accounts of each campaign and listed group share, as keys.

On the day it is shared the keys become tokens, or stay.
"""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from stillwatch.model.findings import Trace
from stillwatch.tables.query import Limits, Query, run
from stillwatch.tables.schema import schema_of

MOST = 500  # of one kind in one campaign


def traces(
    campaigns: Mapping[str, Sequence[int]],
    listed: Mapping[str, Sequence[int]],
    trait: pa.Table,
    holders: pa.Table,
    kinds: pa.Table,
    limits: Limits,
) -> pa.Table:
    """What two accounts of a campaign or of a listed group have at least.

    `campaigns` and `listed` are the account keys of each. `trait` says who has what; `holders` how
    many accounts of anybody have it. Of a campaign's trait those are counted who are in campaigns,
    of a listed group's those who are in either.
    """
    groups = [
        (id_, key, is_listed)
        for some, is_listed in ((campaigns, False), (listed, True))
        for id_, keys in some.items()
        for key in keys
    ]
    ids, keys, which = zip(*groups, strict=True) if groups else ((), (), ())
    belongs = pa.table(
        {
            "campaign_id": pa.array(ids, pa.string()),
            "account_id": pa.array(keys, pa.int64()),
            "is_listed": pa.array(which, pa.bool_()),
        }
    )
    tables = {"belongs": belongs, "trait": trait, "holders": holders, "kinds": kinds}
    schema = schema_of(Trace)
    return run(tables, [_QUERY], limits)["traces"].select(schema.names).cast(schema)


_QUERY = Query(
    name="traces",
    key=("campaign_id", "kind", "trait_id"),
    sql=f"""
    with held as (
        select b.campaign_id, b.is_listed, t.kind_id, t.trait_id, count(*) as account_count,
               cast(sum(t.exchange_count) as bigint) as exchange_count
        from belongs b join trait t on t.account_id = b.account_id
        group by b.campaign_id, b.is_listed, t.kind_id, t.trait_id having count(*) >= 2
    ),
    called as (
        select t.kind_id, t.trait_id, count(distinct t.account_id) as either_count,
               count(distinct case when b.is_listed then null else t.account_id end) as called_count
        from belongs b join trait t on t.account_id = b.account_id
        group by t.kind_id, t.trait_id
    ),
    everybody as (
        select kind_id, trait_id, max(holder_count) as holder_count
        from holders group by kind_id, trait_id
    ),
    ranked as (
        select h.campaign_id, k.kind, h.trait_id, h.account_count, h.exchange_count,
               case when h.is_listed then c.either_count else c.called_count end as called_count,
               greatest(c.either_count, coalesce(e.holder_count, 0)) as holder_count,
               row_number() over (
                   partition by h.campaign_id, h.kind_id order by h.account_count desc, h.trait_id
               ) as place
        from held h
        join kinds k on k.kind_id = h.kind_id
        join called c on c.kind_id = h.kind_id and c.trait_id = h.trait_id
        left join everybody e on e.kind_id = h.kind_id and e.trait_id = h.trait_id
    )
    select campaign_id, kind, trait_id, account_count, holder_count, exchange_count, called_count
    from ranked where place <= {MOST}
    """,
)
