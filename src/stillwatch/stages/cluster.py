"""Gathers accounts that share rare things: labels spread between accounts and traits.

Label propagation on the account–trait graph (Raghavan et al. 2007, on the bipartite graph as
Barber 2007): a trait takes the label most of its accounts have, an account the label its traits
speak for with the most bits, the best of each evidence family. Both sides move in turn, ties go
to the smallest label, so equal inputs give equal clusters whatever the order or thread count.
Plain modularity merges campaigns; here an account stays with the rarest things it shares.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

Ints = npt.NDArray[np.int64]

ROUNDS = 20
LEVELS = 4
LEAST_BOND_BITS = 3.5  # an account joins by at least one tie of this weight
LEAST_MERGE_BITS = 4.5  # a group by a heavier one
LEAST_MEAN_BITS = 1.0  # weaker ties of a group are dropped
LEAST_MEMBERS = 3
LEAST_ATTACHMENT_BITS = 4.0
LEAST_SHARE_OF_MEDIAN = 0.6
PARTNERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """Who belongs together, and the pairs that show why."""

    members: pa.Table  # cluster_id, account_id, attachment_bits
    pairs: pa.Table  # account_a, account_b, cluster_id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Graph:
    """Ties of nodes (accounts, later groups of them) to traits, ordered by node, family and kind."""

    node: Ints
    trait: Ints
    kind: Ints
    family: Ints
    weight: npt.NDArray[np.float64]
    binds: npt.NDArray[np.bool_]
    node_count: int


def cluster(ties: pa.Table) -> Clusters:
    """Clusters of at least three accounts that hang together firmly, nested ones included.

    `ties` as made by `link`, ordered by account, family and kind. The pairs are those of the
    widest clusters.
    """
    account_ids, account = np.unique(ties.column("account_id").to_numpy(), return_inverse=True)
    kind = ties.column("kind_id").to_numpy().astype(np.int64)
    mixed = ties.column("trait_id").to_numpy() ^ (kind * np.int64(0x9E3779B97F4A7C1))
    _, trait = np.unique(mixed, return_inverse=True)
    bits = ties.column("bits").to_numpy()
    share = np.minimum(1.0, ties.column("share").to_numpy())
    graph = _Graph(
        node=account,
        trait=trait,
        kind=kind,
        family=ties.column("family_no").to_numpy().astype(np.int64),
        weight=bits * np.sqrt(share),
        binds=ties.column("binds").to_numpy(),
        node_count=len(account_ids),
    )
    by_trait = np.argsort(trait, kind="stable")
    members: list[pa.Table] = []
    pairs = np.empty((2, 0), np.int64)
    smallest = np.arange(len(account_ids))
    seen: set[tuple[int, int]] = set()
    for level, label in enumerate(_levels(graph)):
        kept, attached = _trimmed(graph, label)
        smallest = _smallest(label, kept)
        members.append(_members(account_ids, smallest, kept, attached, level, seen))
        a, b = _partners(account[by_trait], trait[by_trait], np.where(kept, label, -1), PARTNERS)
        pairs = np.unique(np.stack([a, b]), axis=1) if len(a) else np.empty((2, 0), np.int64)
    return Clusters(
        members=pa.concat_tables(members).sort_by(
            [("cluster_id", "ascending"), ("account_id", "ascending")]
        ),
        pairs=pa.table(
            {
                "account_a": account_ids[pairs[0]],
                "account_b": account_ids[pairs[1]],
                "cluster_id": account_ids[smallest[pairs[0]]],
            }
        ),
    )


def _trimmed(graph: _Graph, label: Ints) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    """Which accounts hang on firmly to their group, and by how many bits each."""
    covered = _coverage(graph.node, graph.trait, label)
    attached = _attachment(graph, np.where(covered > 0, graph.weight, 0.0))
    firm = _attachment(graph, graph.weight * covered)
    return _keep(label, attached, firm), attached


def _members(
    account_ids: Ints,
    smallest: Ints,
    kept: npt.NDArray[np.bool_],
    attached: npt.NDArray[np.float64],
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
    starts = np.flatnonzero(_changes(cluster)) if len(cluster) else np.empty(0, np.int64)
    sums = np.add.reduceat(account, starts) if len(starts) else starts
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


def _levels(graph: _Graph) -> list[Ints]:
    """Spread labels, then treat every group as one node and spread again, until nothing joins.

    A card shared by six accounts outweighs a prompt shared by sixty, so accounts first gather
    around the rarest things; the groups then gather around what they have in common. Every
    level is kept: which of nested groups is one operator is for the evidence to say.
    """
    label = np.arange(graph.node_count)
    levels = []
    for level in range(LEVELS):
        bond = LEAST_BOND_BITS if level == 0 else LEAST_MERGE_BITS
        by_trait = np.argsort(graph.trait, kind="stable")
        ties = (graph.node, graph.trait, graph.kind, graph.family, graph.weight, graph.binds)
        found = _spread(*ties, by_trait, graph.node_count, bond)
        names, groups = np.unique(found, return_inverse=True)
        if level > 0 and len(names) == graph.node_count:
            break
        label = groups[label]
        levels.append(label)
        graph = _contract(graph, groups, len(names))
    return levels


def _contract(graph: _Graph, groups: Ints, count: int) -> _Graph:
    """Groups as nodes; a group's tie weighs the mean over its members, those without it as zero.

    What only one group has is left out: it has done its work and would hold the group to itself.
    """
    size = np.bincount(groups, minlength=count)
    group = groups[graph.node]
    order = np.lexsort((graph.trait, graph.kind, graph.family, group))
    group, trait = group[order], graph.trait[order]
    starts = np.flatnonzero(_changes(group) | _changes(trait))
    weight = np.add.reduceat(graph.weight[order], starts) / size[group[starts]]
    keep = weight >= LEAST_MEAN_BITS
    held = np.bincount(trait[starts[keep]], minlength=int(trait.max(initial=-1)) + 1)
    keep &= held[trait[starts]] >= 2
    starts = starts[keep]
    return _Graph(
        node=group[starts],
        trait=trait[starts],
        kind=graph.kind[order][starts],
        family=graph.family[order][starts],
        weight=weight[keep],
        binds=graph.binds[order][starts],
        node_count=count,
    )


def _coverage(account: Ints, trait: Ints, label: Ints) -> npt.NDArray[np.float64]:
    """For each tie the share of its account's group that has the trait; 0 when nobody else has."""
    mixed = label[account] * np.int64(trait.max() + 1 if len(trait) else 1) + trait
    _, where, count = np.unique(mixed, return_inverse=True, return_counts=True)
    size = np.bincount(label, minlength=len(label))
    held = count[where]
    return np.where(held >= 2, held / size[label[account]], 0.0)


def _keep(
    label: Ints, attached: npt.NDArray[np.float64], firm: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """Members that hang on firmly, of groups that keep at least three of them.

    `firm` counts a tie by how much of the group has it: who shares one address with two members
    of sixty is no member, however rare the address.
    """
    keep = attached >= LEAST_ATTACHMENT_BITS
    if not len(label):
        return keep
    order = np.lexsort((firm, label))
    starts = np.flatnonzero(_changes(label[order]))
    sizes = np.diff(np.r_[starts, len(label)])
    of_account = np.empty(len(label))
    of_account[order] = np.repeat(firm[order][starts + sizes // 2], sizes)
    keep &= firm >= LEAST_SHARE_OF_MEDIAN * of_account
    count = np.bincount(label[keep], minlength=len(label))
    return np.asarray(keep & (count[label] >= LEAST_MEMBERS))


def _smallest(label: Ints, keep: npt.NDArray[np.bool_]) -> Ints:
    """For each account the smallest kept account of its label; account ids are sorted."""
    first = np.full(len(label) + 1, len(label), np.int64)
    np.minimum.at(first, label[keep], np.flatnonzero(keep))
    return np.minimum(first[label], max(len(label) - 1, 0))


@njit(nogil=True, cache=True)
def _spread(node, trait, kind, family, weight, binds, by_trait, n, bond):  # type: ignore[no-untyped-def]
    """Move labels from nodes to traits and back until nothing changes."""
    label = np.arange(n)
    votes = np.zeros(n)
    sums = np.zeros((3, n))
    of_tie = np.zeros(len(node), np.int64)
    for _ in range(ROUNDS):
        start = 0
        while start < len(by_trait):
            end = start
            while end < len(by_trait) and trait[by_trait[end]] == trait[by_trait[start]]:
                votes[label[node[by_trait[end]]]] += weight[by_trait[end]]
                end += 1
            best = label[node[by_trait[start]]]
            for i in range(start, end):
                other = label[node[by_trait[i]]]
                if votes[other] > votes[best] or (votes[other] == votes[best] and other < best):
                    best = other
            for i in range(start, end):
                votes[label[node[by_trait[i]]]] = 0.0
            for i in range(start, end):
                of_tie[by_trait[i]] = best
            start = end
        ties = (node, kind, family, weight, binds, of_tie)
        if not _nodes_follow(ties, label, votes, sums, bond):
            break
    return label


@njit(nogil=True, cache=True)
def _nodes_follow(ties, label, votes, sums, bond):  # type: ignore[no-untyped-def]
    """Each node takes the label with the most bits, counting each family's best kind once.

    A label needs one binding kind of at least `bond` bits: many weak things in common, or a
    door that strangers use, are no bond.
    """
    node, kind, family, weight, binds, of_tie = ties
    bonds = sums[2]
    changed = False
    start = 0
    while start < len(node):
        end = start
        while end < len(node) and node[end] == node[start]:
            first = end
            while end < len(node) and node[end] == node[start] and family[end] == family[first]:
                end += 1
            _family_votes(kind, weight, binds, of_tie, first, end, votes, sums)
        best = label[node[start]]
        if bonds[best] < bond:
            votes[best] = 0.0
        for i in range(start, end):
            other = of_tie[i]
            if bonds[other] < bond:
                continue
            if votes[other] > votes[best] or (votes[other] == votes[best] and other < best):
                best = other
        for i in range(start, end):
            votes[of_tie[i]] = 0.0
            bonds[of_tie[i]] = 0.0
        if best != label[node[start]]:
            label[node[start]] = best
            changed = True
        start = end
    return changed


@njit(nogil=True, cache=True)
def _family_votes(kind, weight, binds, of_tie, first, end, votes, sums):  # type: ignore[no-untyped-def]
    """Add one family's best kind for each label.

    Traits of one kind that lead to one label add up as the root of their squares: a weight is
    bits · √share, and the shares of one kind's traits add up to at most one.
    """
    squares, best, bonds = sums[0], sums[1], sums[2]
    i = first
    while i < end:
        j = i
        while j < end and kind[j] == kind[i]:
            squares[of_tie[j]] += weight[j] * weight[j]
            j += 1
        for t in range(i, j):
            worth = np.sqrt(squares[of_tie[t]])
            best[of_tie[t]] = max(best[of_tie[t]], worth)
            if binds[i]:
                bonds[of_tie[t]] = max(bonds[of_tie[t]], worth)
        for t in range(i, j):
            squares[of_tie[t]] = 0.0
        i = j
    for t in range(first, end):
        here = of_tie[t]
        votes[here] += best[here]
        best[here] = 0.0


def _attachment(graph: _Graph, worth: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """For each node the best kind of each family, summed; traits of a kind as root of squares."""
    total = np.zeros(graph.node_count)
    if len(graph.node):
        new_family = _changes(graph.node) | _changes(graph.family)
        kinds = np.flatnonzero(new_family | _changes(graph.kind))
        of_kind = np.sqrt(np.add.reduceat(worth * worth, kinds))
        families = np.flatnonzero(new_family[kinds])
        of_family = np.maximum.reduceat(of_kind, families)
        np.add.at(total, graph.node[kinds[families]], of_family)
    return total


def _changes(values: Ints) -> npt.NDArray[np.bool_]:
    """True where a run of equal values begins."""
    return np.r_[True, values[1:] != values[:-1]]


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
