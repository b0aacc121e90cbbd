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
LEAST_MEMBERS = 3
LEAST_ATTACHMENT_BITS = 6.0
LEAST_SHARE_OF_MEDIAN = 0.4
PARTNERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """Who belongs together, and the pairs that show why."""

    members: pa.Table  # cluster_id, account_id, attachment_bits
    pairs: pa.Table  # account_a, account_b, cluster_id


def cluster(ties: pa.Table) -> Clusters:
    """Clusters of at least three accounts that hang together by at least six bits each.

    `ties` as made by `link`, ordered by account and family. A cluster's id is the smallest
    account key in it.
    """
    account_ids, account = np.unique(ties.column("account_id").to_numpy(), return_inverse=True)
    kind = ties.column("kind_id").to_numpy().astype(np.int64)
    mixed = ties.column("trait_id").to_numpy() ^ (kind * np.int64(0x9E3779B97F4A7C1))
    _, trait = np.unique(mixed, return_inverse=True)
    family = ties.column("family_no").to_numpy().astype(np.int64)
    bits = ties.column("bits").to_numpy()
    weight = bits * np.sqrt(np.minimum(1.0, ties.column("share").to_numpy()))
    by_trait = np.argsort(trait, kind="stable")
    label = _spread(account, trait, family, weight, by_trait, len(account_ids), ROUNDS)
    attached = _attachment(account, trait, family, bits, by_trait, label)
    keep = _keep(label, attached)
    members = pa.table(
        {
            "cluster_id": account_ids[_smallest(label, keep)[keep]],
            "account_id": account_ids[keep],
            "attachment_bits": attached[keep],
        }
    ).sort_by([("cluster_id", "ascending"), ("account_id", "ascending")])
    label = np.where(keep, label, -1)
    a, b = _partners(account[by_trait], trait[by_trait], label, PARTNERS)
    pairs = np.unique(np.stack([a, b]), axis=1) if len(a) else np.empty((2, 0), np.int64)
    smallest = _smallest(label, keep)
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


def _keep(label: Ints, attached: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Members that hang on firmly, of clusters that keep at least three of them."""
    keep = attached >= LEAST_ATTACHMENT_BITS
    order = np.lexsort((attached, label))
    starts = np.flatnonzero(np.r_[True, label[order][1:] != label[order][:-1]])
    if not len(label):
        return keep
    sizes = np.diff(np.r_[starts, len(label)])
    median = attached[order][starts + sizes // 2]
    of_account = np.empty(len(label))
    of_account[order] = np.repeat(median, sizes)
    keep &= attached >= LEAST_SHARE_OF_MEDIAN * of_account
    count = np.bincount(label[keep], minlength=len(label))
    return np.asarray(keep & (count[label] >= LEAST_MEMBERS))


def _smallest(label: Ints, keep: npt.NDArray[np.bool_]) -> Ints:
    """For each account the smallest kept account of its label; account ids are sorted."""
    first = np.full(len(label) + 1, len(label), np.int64)
    np.minimum.at(first, label[keep], np.flatnonzero(keep))
    return np.minimum(first[label], max(len(label) - 1, 0))


@njit(nogil=True, cache=True)
def _spread(account, trait, family, weight, by_trait, n, rounds):  # type: ignore[no-untyped-def]
    """Move labels from accounts to traits and back until nothing changes."""
    label = np.arange(n)
    votes = np.zeros(n)
    of_tie = np.zeros(len(account), np.int64)
    for _ in range(rounds):
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
        if not _accounts_follow(account, family, weight, of_tie, label, votes):
            break
    return label


@njit(nogil=True, cache=True)
def _accounts_follow(account, family, weight, of_tie, label, votes):  # type: ignore[no-untyped-def]
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
        for i in range(start, end):
            votes[of_tie[i]] = 0.0
        if best != label[account[start]]:
            label[account[start]] = best
            changed = True
        start = end
    return changed


@njit(nogil=True, cache=True)
def _attachment(account, trait, family, bits, by_trait, label):  # type: ignore[no-untyped-def]
    """Bits that tie each account to others of its label: the best of each family, summed."""
    counts = np.zeros(len(account), np.bool_)
    start = 0
    seen = np.zeros(len(label), np.int64)
    while start < len(by_trait):
        end = start
        while end < len(by_trait) and trait[by_trait[end]] == trait[by_trait[start]]:
            seen[label[account[by_trait[end]]]] += 1
            end += 1
        for i in range(start, end):
            counts[by_trait[i]] = seen[label[account[by_trait[i]]]] >= 2
        for i in range(start, end):
            seen[label[account[by_trait[i]]]] = 0
        start = end
    total = np.zeros(len(label))
    start = 0
    while start < len(account):
        end = start
        best = 0.0
        while (
            end < len(account)
            and account[end] == account[start]
            and family[end] == family[start]
        ):
            if counts[end]:
                best = max(best, bits[end])
            end += 1
        total[account[start]] += best
        start = end
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
