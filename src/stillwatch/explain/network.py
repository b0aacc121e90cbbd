"""Chooses which accounts and links of a campaign are drawn, so that a picture stays a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

ACCOUNTS_DRAWN = 150
LINKS_DRAWN = 300

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The accounts drawn, the links drawn between them, and how many links there are in all."""

    account_ids: tuple[str, ...]
    links: tuple[dict[str, Any], ...]  # rows of the links table
    link_count: int


def links_by_campaign(links: pa.Table, members: pa.Table) -> dict[str, pa.Table]:
    """The links inside each campaign; `members` are the verdicts that name a campaign."""
    accounts = members.column("account_id").combine_chunks()
    campaigns = members.column("campaign_id").combine_chunks().dictionary_encode()
    codes = np.append(campaigns.indices.to_numpy(zero_copy_only=False).astype(np.int64), -1)
    side_a, side_b = (
        codes[_place(links.column(name), accounts)] for name in ("account_a", "account_b")
    )
    inside = np.flatnonzero((side_a == side_b) & (side_a >= 0))
    inside = inside[np.argsort(side_a[inside], kind="stable")]
    edges = np.searchsorted(side_a[inside], np.arange(len(campaigns.dictionary) + 1))
    return {
        campaign_id: links.take(pa.array(inside[edges[code] : edges[code + 1]]))
        for code, campaign_id in enumerate(campaigns.dictionary.to_pylist())
    }


def _place(column: pa.ChunkedArray[Any], accounts: pa.Array[Any]) -> Ints:
    """Where each value stands in `accounts`; -1 where it does not."""
    found = pc.fill_null(pc.index_in(column, value_set=accounts), -1)
    places: Ints = found.to_numpy().astype(np.int64)
    return places


def drawing(links: pa.Table, account_ids: list[str]) -> Drawing:
    """The best-linked of these accounts and those nearest to it over the strongest links.

    Drawn are the spanning tree of strongest links, so that nobody linked is left hanging, and
    then the strongest of the rest.
    """
    known = pa.array(account_ids, pa.string())
    left, right = (_place(links.column(name), known) for name in ("account_a", "account_b"))
    bits = links.column("bits").to_numpy()
    rows = np.flatnonzero((left >= 0) & (right >= 0))
    rows = rows[np.argsort(-bits[rows], kind="stable")]
    size = len(account_ids)
    tree = _tree(left[rows], right[rows], size)
    weight = np.bincount(left[rows], bits[rows], size) + np.bincount(right[rows], bits[rows], size)
    chosen = _nearest(tree, np.argsort(-weight, kind="stable"))[:ACCOUNTS_DRAWN]
    is_chosen = np.zeros(size, dtype=bool)
    is_chosen[chosen] = True
    is_in_tree = np.zeros(len(rows), dtype=bool)
    is_in_tree[tree.data.astype(np.int64) - 1] = True
    is_drawn = is_chosen[left[rows]] & is_chosen[right[rows]]
    kept = np.concatenate([rows[is_drawn & is_in_tree], rows[is_drawn & ~is_in_tree]])
    return Drawing(
        account_ids=tuple(account_ids[place] for place in chosen),
        links=tuple(links.take(pa.array(kept[:LINKS_DRAWN])).to_pylist()),
        link_count=links.num_rows,
    )


def _tree(left: Ints, right: Ints, size: int) -> csr_array:
    """The spanning tree of links given strongest first; each link costs its rank, from 1."""
    low, high = np.minimum(left, right), np.maximum(left, right)
    first = np.unique(low * size + high, return_index=True)[1]
    costs = coo_array((first + 1.0, (low[first], high[first])), shape=(size, size))
    return csr_array(minimum_spanning_tree(costs.tocsr()))


def _nearest(tree: csr_array, ranked: Ints) -> list[int]:
    """Accounts by their distance in the tree from the first; then those it does not reach."""
    order: dict[int, None] = {}
    for account in ranked.tolist():
        if len(order) >= ACCOUNTS_DRAWN:
            break
        if account not in order:
            reached = breadth_first_order(tree, account, directed=False, return_predecessors=False)
            order |= dict.fromkeys(reached.tolist())
    return list(order)
