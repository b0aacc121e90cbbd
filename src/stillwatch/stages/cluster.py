"""Gathers accounts that share rare things into clusters, nested ones included.

Labels spread between accounts and traits (`stats.labels`), so that an account stays with the
rarest things it shares; plain modularity merges campaigns. A card shared by six outweighs a
prompt shared by sixty, so the groups found are joined with the partner they share most with
(`stats.partners`), level by level. Every level is kept: which of nested groups is one operator is
for the evidence to say. From each, accounts that hang on loosely are let go: who shares one
address with two members of sixty is no member.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from stillwatch.stats.graph import Graph, changes, contracted, trait_order
from stillwatch.stats.labels import spread
from stillwatch.stats.numbers import numbered, order_of
from stillwatch.stats.partners import joined

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LEVELS = 6
LEAST_MEMBERS = 3
LEAST_ATTACHMENT_BITS = 4.0
LEAST_SHARE_OF_MEDIAN = 0.55  # of the group's median, in bits and in families
LEAST_FAMILY_BITS = 1.0
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
    account_ids, account = numbered(ties.column("account_id").to_numpy())
    kind = ties.column("kind_id").to_numpy().astype(np.int64)
    mixed = ties.column("trait_id").to_numpy() ^ (kind * np.int64(0x9E3779B97F4A7C1))
    traits, trait = numbered(mixed)
    bits = ties.column("bits").to_numpy()
    share = np.minimum(1.0, ties.column("share").to_numpy())
    graph = Graph(
        node=account.astype(np.int64),
        trait=trait.astype(np.int64),
        kind=kind,
        family=ties.column("family_no").to_numpy().astype(np.int64),
        weight=bits * np.sqrt(share),
        binds=ties.column("binds").to_numpy(),
        node_count=len(account_ids),
        trait_count=len(traits),
    )
    by_trait, starts = order_of(trait, len(traits))
    members: list[pa.Table] = []
    smallest = kept_label = np.arange(len(account_ids))
    seen: set[tuple[int, int]] = set()
    labels = _levels(graph)
    with ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        trimmed = list(pool.map(lambda label: _trimmed(graph, label, by_trait, starts), labels))
    for level, (label, (kept, attached)) in enumerate(zip(labels, trimmed, strict=True)):
        smallest = _smallest(label, kept)
        members.append(_members(account_ids, smallest, kept, attached, level, seen))
        kept_label = np.where(kept, label, -1)
    a, b = _partners(account[by_trait], trait[by_trait], kept_label, PARTNERS)
    pairs = np.sort(a * len(account_ids) + b)
    a, b = np.divmod(pairs[changes(pairs)], max(len(account_ids), 1))
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


def _levels(graph: Graph) -> list[Ints]:
    """The group of each account: first by what spreads, then by joining until nothing joins."""
    label = np.arange(graph.node_count)
    found = []
    place = trait_order(graph)
    for level in range(LEVELS):
        names, groups = np.unique(joined(graph) if level else spread(graph), return_inverse=True)
        if level and len(names) == graph.node_count:
            break
        label = groups[label]
        found.append(label)
        graph = contracted(graph, groups, len(names), place)
    return found


def _trimmed(
    graph: Graph, label: Ints, by_trait: Ints, starts: Ints
) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Which accounts hang on firmly to their group, and by how many bits each."""
    size = np.bincount(label, minlength=len(label))
    covered = _coverage(graph.node, by_trait, starts, label, size)
    attached = _attachment(graph, np.where(covered > 0, graph.weight, 0.0))
    firm = _attachment(graph, graph.weight * covered)
    keep = attached.bits >= LEAST_ATTACHMENT_BITS
    keep &= firm.bits >= LEAST_SHARE_OF_MEDIAN * _median(label, firm.bits)
    keep &= attached.families >= LEAST_SHARE_OF_MEDIAN * _median(label, attached.families)
    count = np.bincount(label[keep], minlength=len(label))
    return np.asarray(keep & (count[label] >= LEAST_MEMBERS)), attached.bits


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


@njit(nogil=True, cache=True)
def _coverage(account, by_trait, starts, label, size):  # type: ignore[no-untyped-def]
    """For each tie the share of its account's group that has the trait; 0 when nobody else has."""
    covered = np.zeros(len(account))
    held = np.zeros(len(label), np.int64)
    for t in range(len(starts) - 1):
        ties = by_trait[starts[t] : starts[t + 1]]
        for i in ties:
            held[label[account[i]]] += 1
        for i in ties:
            group = label[account[i]]
            if held[group] >= 2:
                covered[i] = held[group] / size[group]
        for i in ties:
            held[label[account[i]]] = 0
    return covered


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attachment:
    """How firmly each account hangs on: bits, and in how many families."""

    bits: Floats
    families: Floats


def _attachment(graph: Graph, worth: Floats) -> _Attachment:
    """For each node the best kind of each family, summed; traits of a kind as root of squares."""
    if not len(graph.node):
        return _Attachment(bits=np.zeros(graph.node_count), families=np.zeros(graph.node_count))
    new_family = changes(graph.node) | changes(graph.family)
    kinds = np.flatnonzero(new_family | changes(graph.kind))
    of_kind = np.sqrt(np.add.reduceat(worth * worth, kinds))
    families = np.flatnonzero(new_family[kinds])
    of_family = np.maximum.reduceat(of_kind, families)
    node = graph.node[kinds[families]]
    tells = (of_family >= LEAST_FAMILY_BITS).astype(np.float64)
    return _Attachment(
        bits=np.bincount(node, of_family, graph.node_count).astype(np.float64),
        families=np.bincount(node, tells, graph.node_count).astype(np.float64),
    )


@njit(nogil=True, cache=True)
def _partners(account, trait, label, partners):  # type: ignore[no-untyped-def]
    """Pairs of accounts of one cluster that share a trait: each with its next few neighbours."""
    a = np.empty(len(account) * partners, np.int64)
    b = np.empty(len(account) * partners, np.int64)
    used = 0
    for i in range(len(account)):
        mine = label[account[i]]
        if mine < 0:
            continue
        found = 0
        j = i + 1
        while j < len(account) and trait[j] == trait[i] and found < partners and j < i + 64:
            if label[account[j]] == mine:
                a[used] = account[i]
                b[used] = account[j]
                used += 1
                found += 1
            j += 1
    return a[:used], b[:used]
