"""Says who owns an account where only the log tells: a log names organizations more often."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def with_owners(accounts: pa.Table, account_day: pa.Table) -> pa.Table:
    """`accounts` with the organization that the log names, where the table names none.

    Accounts that the table lacks get a row of their own. Without this, one customer's many
    accounts would look like strangers to each other whenever no accounts table is at hand.
    """
    named = account_day.filter(pc.is_valid(account_day.column("organization_id")))
    if not len(named):
        return accounts
    logged = named.group_by("account_id").aggregate([("organization_id", "max")])
    logged = logged.sort_by("account_id")
    key = logged.column("account_id").combine_chunks()
    written = pc.binary_join_element_wise(
        "log", logged.column("organization_id_max").cast(pa.string()), ":"
    )
    if "organization_id" not in accounts.column_names:
        nothing = pa.nulls(len(accounts), pa.string())
        accounts = accounts.append_column("organization_id", nothing)
    here = pc.index_in(accounts.column("account_id").combine_chunks(), key)
    filled = pc.coalesce(accounts.column("organization_id"), written.take(here))
    place = accounts.schema.get_field_index("organization_id")
    accounts = accounts.set_column(place, "organization_id", filled)
    known = accounts.column("account_id").to_numpy()
    fresh = np.flatnonzero(~np.isin(key.to_numpy(), known))
    if not len(fresh):
        return accounts
    added = pa.table({"account_id": key.take(fresh), "organization_id": written.take(fresh)})
    return pa.concat_tables([accounts, added], promote_options="default")
