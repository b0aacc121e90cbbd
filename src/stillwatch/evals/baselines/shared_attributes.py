"""Scores an account by how many accounts it is chained to by shared attributes (union-find).

Source: the account graphs of anti-fraud practice, and Glasswally's clusters: accounts that share
a card, a device, a sign-up address, an address or an address with a client are one component,
and the component's size is the score. Values that too many hold are left out, or offices and
carriers would tie everybody to everybody. It separates farms that share a card or a device. It
fails on operators who buy a card, a device and a home line for each account, and it wrongs
families, classes, offices and agencies, because it never asks what the accounts do.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.evals.baselines.by_account import Scores, by_account
from stillwatch.evals.traffic import Traffic

MOST_HOLDERS = 50
SIGN_UP = ("payment_fingerprint", "device_fingerprint", "signup_ip")

Ints = npt.NDArray[np.int64]
Pairs = tuple[Ints, Ints]  # account number and value number, each pair once


def component_size(traffic: Traffic) -> Scores:
    """The number of accounts in the account's component; 1 is alone."""
    order = by_account(traffic.exchanges)
    label = components(sharing(traffic, order.names), len(order.names))
    return order.scores(np.bincount(label)[label])


def sharing(traffic: Traffic, names: tuple[str, ...]) -> list[Pairs]:
    """Who holds what, attribute by attribute; accounts by their place in `names`."""
    known = pa.array(names, pa.string())
    seen = traffic.exchanges.select(["account_id", "ip"])
    client = pc.binary_join_element_wise(
        traffic.exchanges["ip"], traffic.exchanges["user_agent"], "\n"
    )
    tables = [
        *(traffic.accounts.select(["account_id", name]) for name in SIGN_UP),
        seen,
        seen.set_column(1, "ip with client", client),
    ]
    return [_pairs(table, known) for table in tables]


def _pairs(table: pa.Table, known: pa.Array) -> Pairs:
    """Different (account, value) pairs of a table of two columns, without nulls and strangers."""
    pair = table.group_by(table.column_names).aggregate([]).drop_null()
    account = pc.index_in(pair.column(0), known).combine_chunks()
    pair = pair.filter(account.is_valid())
    value = pair.column(1).combine_chunks().dictionary_encode().indices
    return account.drop_null().to_numpy().astype(np.int64), value.to_numpy().astype(np.int64)


def components(shared: list[Pairs], accounts: int, most_holders: int = MOST_HOLDERS) -> Ints:
    """The component of each account; values with more holders than `most_holders` tie nobody."""
    ends, offset = [], accounts
    for account, value in shared:
        holders = np.bincount(value)
        kept = holders[value] <= most_holders
        ends.append((account[kept], value[kept] + offset))
        offset += len(holders)
    account, value = (np.concatenate([pair[side] for pair in ends]) for side in (0, 1))
    graph = coo_array((np.ones(len(account), np.int8), (account, value)), shape=(offset, offset))
    _, label = connected_components(graph, directed=False)
    return np.unique(label[:accounts], return_inverse=True)[1].astype(np.int64)
