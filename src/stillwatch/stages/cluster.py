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
LEAST_VOTE_BITS = 3.0  # below, an account stays on its own
LEAST_MERGE_BITS = 4.0  # below, two groups stay apart
LEAST_MEAN_BITS = 1.0  # weaker ties of a group are dropped
LEAST_MEMBERS = 3
LEAST_ATTACHMENT_BITS = 4.0
LEAST_SHARE_OF_MEDIAN = 0.5
PARTNERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """Who belongs together, and the pairs that show why."""

    members: pa.Table  # cluster_id, account_id, attachment_bits
    pairs: pa.Table  # account_a, account_b, cluster_id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Graph:
    """Ties of nodes (accounts, later groups of them) to traits, ordered by node and family."""

    node: Ints
    trait: Ints
    family: Ints
    weight: npt.NDArray[np.float64]
    node_count: int


def cluster(ties: pa.Table) -> Clusters:
    """Clusters of at least three accounts that hang together firmly.

    `ties` as made by `link`, ordered by account and family. A cluster's id is the smallest
    account key in it.
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
        family=ties.column("family_no").to_numpy().astype(np.int64),
        weight=bits * np.sqrt(share),
        node_count=len(account_ids),
    )
    label = _labels(graph)
    by_trait = np.argsort(trait, kind="stable")
    covered = _coverage(account, trait, label)
    attached = _attachment(account, graph.family, np.where(covered > 0, bits, 0.0), len(label))
    firm = _attachment(account, graph.family, graph.weight * covered, len(label))
    keep = _keep(label, attached, firm)
    smallest = _smallest(label, keep)
    members = pa.table(
        {
            "cluster_id": account_ids[smallest[keep]],
            "account_id": account_ids[keep],
            "attachment_bits": attached[keep],
        }
    ).sort_by([("cluster_id", "ascending"), ("account_id", "ascending")])
    kept = np.where(keep, label, -1)
    a, b = _partners(account[by_trait], trait[by_trait], kept, PARTNERS)
    pairs = np.unique(np.stack([a, b]), axis=1) if len(a) else np.empty((2, 0), np.int64)
    return Clusters(
        members=members,
        pairs=pa.table(
            {
                "account_a": account_ids[pairs[0]],
                "account_b": account_ids[pairs[1]],
                "cluster_id": account_ids[smallest[pairs[0]]],
            }
        ),
    )


def _labels(graph: _Graph) -> Ints:
    """Spread labels, then treat every group as one node and spread again, until nothing joins.

    A card shared by six accounts outweighs a prompt shared by sixty, so accounts first gather
    around the rarest things; the groups then gather around what they have in common.
    """
    label = np.arange(graph.node_count)
    for level in range(LEVELS):
        floor = LEAST_VOTE_BITS if level == 0 else LEAST_MERGE_BITS
        by_trait = np.argsort(graph.trait, kind="stable")
        found = _spread(
            graph.node, graph.trait, graph.family, graph.weight, by_trait, graph.node_count, floor
        )
        names, groups = np.unique(found, return_inverse=True)
        label = groups[label]
        if len(names) == graph.node_count:
            break
        graph = _contract(graph, groups, len(names))
    return label


def _contract(graph: _Graph, groups: Ints, count: int) -> _Graph:
    """Groups as nodes; a group's tie weighs the mean over its members, those without it as zero.

    What only one group has is left out: it has done its work and would hold the group to itself.
    """
    size = np.bincount(groups, minlength=count)
    group = groups[graph.node]
    order = np.lexsort((graph.trait, graph.family, group))
    group, trait = group[order], graph.trait[order]
    starts = np.flatnonzero(np.r_[True, (group[1:] != group[:-1]) | (trait[1:] != trait[:-1])])
    weight = np.add.reduceat(graph.weight[order], starts) / size[group[starts]]
    keep = weight >= LEAST_MEAN_BITS
    held = np.bincount(trait[starts[keep]], minlength=int(trait.max(initial=-1)) + 1)
    keep &= held[trait[starts]] >= 2
    starts = starts[keep]
    return _Graph(
        node=group[starts],
        trait=trait[starts],
        family=graph.family[order][starts],
        weight=weight[keep],
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
    starts = np.flatnonzero(np.r_[True, label[order][1:] != label[order][:-1]])
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
def _spread(account, trait, family, weight, by_trait, n, floor):  # type: ignore[no-untyped-def]
    """Move labels from accounts to traits and back until nothing changes."""
    label = np.arange(n)
    votes = np.zeros(n)
    of_tie = np.zeros(len(account), np.int64)
    for _ in range(ROUNDS):
        start = 0
        while start < len(by_trait):
            end = start
            while end < len(by_trait) and trait[by_trait[end]] == trait[by_trait[start]]:
                votes[label[account[by_trait[end]]]] += weight[by_trait[end]]
                end += 1
            best = label[account[by_trait[start]]]
            for i in range(start, end):
                other = label[account[by_trait[i]]]
                if votes[other] > votes[best] or (votes[other] == votes[best] and other < best):
                    best = other
            for i in range(start, end):
                votes[label[account[by_trait[i]]]] = 0.0
            for i in range(start, end):
                of_tie[by_trait[i]] = best
            start = end
        if not _accounts_follow(account, family, weight, of_tie, label, votes, floor):
            break
    return label


@njit(nogil=True, cache=True)
def _accounts_follow(account, family, weight, of_tie, label, votes, floor):  # type: ignore[no-untyped-def]
    """Each account takes the label with the most bits, counting each family's best once."""
    changed = False
    start = 0
    n = len(account)
    while start < n:
        end = start
        while end < n and account[end] == account[start]:
            end += 1
        for i in range(start, end):
            best_of_family = True
            for j in range(start, end):
                if family[j] == family[i] and of_tie[j] == of_tie[i]:
                    if weight[j] > weight[i] or (weight[j] == weight[i] and j < i):
                        best_of_family = False
                        break
            if best_of_family:
                votes[of_tie[i]] += weight[i]
        best = of_tie[start]
        for i in range(start, end):
            other = of_tie[i]
            if votes[other] > votes[best] or (votes[other] == votes[best] and other < best):
                best = other
        enough = votes[best] >= floor
        for i in range(start, end):
            votes[of_tie[i]] = 0.0
        if enough and best != label[account[start]]:
            label[account[start]] = best
            changed = True
        start = end
    return changed


def _attachment(
    account: Ints, family: Ints, worth: npt.NDArray[np.float64], count: int
) -> npt.NDArray[np.float64]:
    """For each account the best tie of each family, summed."""
    total = np.zeros(count)
    if len(account):
        new = (account[1:] != account[:-1]) | (family[1:] != family[:-1])
        starts = np.flatnonzero(np.r_[True, new])
        np.add.at(total, account[starts], np.maximum.reduceat(worth, starts))
    return total


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
