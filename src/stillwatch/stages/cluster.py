"""Gathers accounts that share rare things into clusters, nested ones included.

Pairs of accounts earn the bits of what they share (`stats.pairs`), and the partition that earns
the most at a price for every pair is the most probable one (`stats.partition`). How improbable it
is that two accounts are one operator's nobody knows, so several prices are tried: a high one keeps
the core of a campaign, a low one finds accounts that share a little with each of many. Groups are
then compared as accounts were, because a campaign of thousands is met in parts. Every partition is
kept: which of nested groups is one operator is for the evidence to say. From each, accounts that
hang on loosely are let go.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.stats.graph import Graph, changes, contracted
from stillwatch.stats.numbers import numbered
from stillwatch.stats.pairs import Pairs, paired
from stillwatch.stats.partition import partitioned

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PRICES = (18.0, 12.0, 8.0, 5.0)  # bits a pair must earn
JOINING_PRICE = 8.0  # of a pair of groups, and of the partition whose groups are compared
LEAST_MEMBERS = 3
LEAST_SHARE_OF_MEDIAN = 0.4  # of the group's median, in bits
PARTNERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """Who belongs together, and the pairs that show why."""

    members: pa.Table  # cluster_id, account_id, attachment_bits
    pairs: pa.Table  # account_a, account_b, cluster_id


def cluster(ties: pa.Table, threads: int = 1) -> Clusters:
    """Clusters of at least three accounts that hang together firmly, nested ones included.

    `ties` as made by `link`, ordered by account, family and kind. The pairs are those of the
    widest clusters.
    """
    account_ids, graph = _graph(ties)
    pairs = paired(graph, threads)
    members: list[pa.Table] = []
    smallest = kept_label = np.arange(len(account_ids))
    seen: set[tuple[int, int]] = set()
    for level, label in enumerate(_levels(graph, pairs, threads)):
        kept, attached = _trimmed(pairs, label)
        smallest = _smallest(label, kept)
        members.append(_members(account_ids, smallest, kept, attached, level, seen))
        kept_label = np.where(kept, label, -1)
    a, b = _partners(pairs, kept_label)
    return Clusters(
        members=pa.concat_tables(members).sort_by(
            [("cluster_id", "ascending"), ("account_id", "ascending")]
        ),
        pairs=pa.table(
            {
                "account_a": account_ids[a],
                "account_b": account_ids[b],
                "cluster_id": account_ids[smallest[a]],
            }
        ),
    )


def _graph(ties: pa.Table) -> tuple[Ints, Graph]:
    account_ids, account = numbered(ties.column("account_id").to_numpy())
    kind = ties.column("kind_id").to_numpy().astype(np.int64)
    mixed = ties.column("trait_id").to_numpy() ^ (kind * np.int64(0x9E3779B97F4A7C1))
    traits, trait = numbered(mixed)
    return account_ids, Graph(
        node=account.astype(np.int64),
        trait=trait.astype(np.int64),
        kind=kind,
        family=ties.column("family_no").to_numpy().astype(np.int64),
        weight=ties.column("weight").to_numpy(),
        binds=ties.column("binds").to_numpy(),
        node_count=len(account_ids),
        trait_count=len(traits),
    )


def _levels(graph: Graph, pairs: Pairs, threads: int) -> Iterator[Ints]:
    """The group of each account at each price, then of the groups compared as accounts were."""
    for price in PRICES:
        label = partitioned(pairs, graph.node_count, price)
        if price == JOINING_PRICE:
            parts = label
        yield label
    count = int(parts.max(initial=-1)) + 1
    groups = paired(contracted(graph, parts, count), threads)
    yield partitioned(groups, count, JOINING_PRICE)[parts]


def _trimmed(pairs: Pairs, label: Ints) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Which accounts hang on firmly to their group, and by how many bits a fellow."""
    size = np.bincount(label, minlength=len(label))
    inside = np.flatnonzero(label[pairs.one] == label[pairs.other])
    bits = np.bincount(pairs.one[inside], pairs.bits[inside], len(label)).astype(np.float64)
    bits += np.bincount(pairs.other[inside], pairs.bits[inside], len(label))
    keep = bits >= LEAST_SHARE_OF_MEDIAN * _median(label, bits)
    keep &= bits > 0
    count = np.bincount(label[keep], minlength=len(label))
    keep &= count[label] >= LEAST_MEMBERS
    return np.asarray(keep), bits / np.maximum(size[label] - 1, 1)


def _partners(pairs: Pairs, label: Ints) -> tuple[Ints, Ints]:
    """Of every account the few strongest pairs with later accounts of its cluster."""
    one = label[pairs.one]
    inside = np.flatnonzero((one >= 0) & (one == label[pairs.other]))
    a, b = pairs.one[inside], pairs.other[inside]
    order = np.lexsort((b, -pairs.bits[inside], a))
    a, b = a[order], b[order]
    nth = np.arange(len(a)) - np.searchsorted(a, a)
    a, b = a[nth < PARTNERS], b[nth < PARTNERS]
    order = np.lexsort((b, a))
    return a[order], b[order]


def _members(
    account_ids: Ints,
    smallest: Ints,
    kept: npt.NDArray[np.bool_],
    attached: Floats,
    level: int,
    seen: set[tuple[int, int]],
) -> pa.Table:
    """The clusters of one level that were not found with the same accounts before.

    A cluster's id is its smallest account key, moved by its level, so that nested clusters with
    the same smallest account have ids of their own.
    """
    cluster = account_ids[smallest[kept]]
    account = account_ids[kept]
    order = np.lexsort((account, cluster))
    cluster, account, bits = cluster[order], account[order], attached[kept][order]
    starts = np.flatnonzero(changes(cluster)) if len(cluster) else np.empty(0, np.int64)
    # Keys are mixed first: sums of small numbers are often equal.
    mixed = account * np.int64(-0x61C8864680B583EB)
    mixed ^= mixed >> np.int64(29)
    sums = np.add.reduceat(mixed * mixed, starts) if len(starts) else starts
    sizes = np.diff(np.r_[starts, len(cluster)])
    is_new = np.ones(len(starts), np.bool_)
    for i, mark in enumerate(zip(sums.tolist(), sizes.tolist(), strict=True)):
        is_new[i] = mark not in seen
        seen.add(mark)
    keep = np.repeat(is_new, sizes)
    return pa.table(
        {
            "cluster_id": cluster[keep] ^ np.int64(level),
            "account_id": account[keep],
            "attachment_bits": bits[keep],
        }
    )


def _median(label: Ints, values: Floats) -> Floats:
    """For each account the upper median of its group."""
    of_account = np.zeros(len(label))
    if len(label):
        order = np.lexsort((values, label))
        starts = np.flatnonzero(changes(label[order]))
        sizes = np.diff(np.r_[starts, len(label)])
        of_account[order] = np.repeat(values[order][starts + sizes // 2], sizes)
    return of_account


def _smallest(label: Ints, keep: npt.NDArray[np.bool_]) -> Ints:
    """For each account the smallest kept account of its label; account ids are sorted."""
    first = np.full(len(label) + 1, len(label), np.int64)
    np.minimum.at(first, label[keep], np.flatnonzero(keep))
    return np.minimum(first[label], max(len(label) - 1, 0))
