"""Who holds which trait over a window, by trait: days added up, small numbers in place of keys."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from stillwatch.stats.numbers import Keys, Numbers, numbered, order_of

Ints = npt.NDArray[np.int64]

SIZES = 64  # classes of how many hold a trait: each reaches to twice the one before


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """Traits ordered by kind and key; each one's holders lie together, in order of account."""

    accounts: Keys  # every account with a trait, in order
    kind: Numbers  # of each trait
    trait: Keys  # its key
    starts: Ints  # trait t is held by rows starts[t] to starts[t + 1]
    holder: Numbers  # place of the account in `accounts`
    count: Numbers  # exchanges of the account that show the trait

    def held_by(self, accounts: Keys) -> pa.Table:
        """What these accounts hold: account_id, kind_id, trait_id, exchange_count."""
        asked = np.isin(self.accounts, accounts)
        holder, trait, count = _held_by(self.starts, self.holder, self.count, asked)
        return pa.table(
            {
                "account_id": self.accounts[holder],
                "kind_id": self.kind[trait],
                "trait_id": self.trait[trait],
                "exchange_count": count,
            }
        )

    def of_clusters(self, members: pa.Table) -> tuple[pa.Table, pa.Table]:
        """The traits that accounts of a cluster share; and by cluster and kind what they have.

        `members` has cluster_id and account_id. A trait is shared when two accounts have it.
        Beside each stands what everyone has, clusters or not: a trait's holders, how many traits
        of its kind have about as many (up to twice), and all holdings of a kind.
        """
        key = members.column("account_id").to_numpy()
        known = np.isin(key, self.accounts)
        clusters, cluster = numbered(members.column("cluster_id").to_numpy()[known])
        account = np.searchsorted(self.accounts, key[known])
        order, first = order_of(account, len(self.accounts))
        kinds, kind = numbered(self.kind.astype(np.int64))
        groups = (first, cluster[order], len(clusters))
        found = _of_clusters(self.starts, self.holder, self.count, kind, len(kinds), groups)
        group, trait, accounts, exchanges, variety, sharing, held = found
        holders = np.diff(self.starts).astype(np.int32)
        alike = kind * SIZES + np.frexp(holders.astype(np.float32))[1]
        total = np.bincount(kind, holders, minlength=len(kinds)).astype(np.int64)
        some_cluster, some_kind = np.nonzero(variety)
        shared = pa.table(
            {
                "cluster_id": clusters[group],
                "kind_id": self.kind[trait],
                "trait_id": self.trait[trait],
                "account_count": accounts,
                "exchange_count": exchanges,
                "holder_count": holders[trait].astype(np.int64),
                "rival_count": np.bincount(alike)[alike[trait]],
            }
        )
        return shared, pa.table(
            {
                "cluster_id": clusters[some_cluster],
                "kind_id": kinds[some_kind].astype(np.int32),
                "trait_count": variety[some_cluster, some_kind],
                "sharing_account_count": sharing[some_cluster, some_kind],
                "holding_count": held[some_cluster, some_kind],
                "total_holding_count": total[some_kind],
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """The holdings of one kind, accounts numbered within it."""

    accounts: Keys
    trait: Keys
    ends: Ints
    holder: Numbers
    count: Numbers


def holdings(tables: Sequence[pa.Table], threads: int) -> Holdings:
    """Adds up tables of account_id, kind_id, trait_id and exchange_count, whatever their order."""
    rows = _rows_by_kind(tables)
    kinds = sorted(rows)
    with ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        made = list(pool.map(_of_kind, (rows.pop(kind) for kind in kinds)))
    nobody = np.empty(0, np.int64)
    accounts = np.unique(np.concatenate([nobody, *(one.accounts for one in made)]))
    holder = [np.searchsorted(accounts, one.accounts).astype(np.int32)[one.holder] for one in made]
    before = np.cumsum([0, *(len(one.holder) for one in made)])
    ends = [one.ends + at for one, at in zip(made, before, strict=False)]
    none = np.empty(0, np.int32)
    return Holdings(
        accounts=accounts,
        kind=np.repeat(np.array(kinds, np.int32), [len(one.trait) for one in made]),
        trait=np.concatenate([nobody, *(one.trait for one in made)]),
        starts=np.concatenate([np.zeros(1, np.int64), *ends]),
        holder=np.concatenate([none, *holder]),
        count=np.concatenate([none, *(one.count for one in made)]),
    )


_Rows = tuple[Keys, Keys, Numbers]


def _rows_by_kind(tables: Sequence[pa.Table]) -> dict[int, list[_Rows]]:
    """Account, trait and count in pieces without a copy; a day's table is ordered by kind."""
    found: dict[int, list[_Rows]] = {}
    for table in tables:
        for batch in table.select(
            ["account_id", "kind_id", "trait_id", "exchange_count"]
        ).to_batches():
            account, kind, trait, count = (column.to_numpy() for column in batch.columns)
            starts = np.flatnonzero(np.r_[True, kind[1:] != kind[:-1]][: len(kind)])
            for start, end in zip(starts, np.append(starts[1:], len(kind)), strict=True):
                piece = account[start:end], trait[start:end], count[start:end]
                found.setdefault(int(kind[start]), []).append(piece)
    return found


def _of_kind(pieces: list[_Rows]) -> _Kind:
    account, trait, count = zip(*pieces, strict=True)
    accounts, a = numbered(np.concatenate(account))
    traits, t = numbered(np.concatenate(trait))
    holder, counts, ends = _added_up(a, t, np.concatenate(count), len(accounts), len(traits))
    return _Kind(accounts=accounts, trait=traits, ends=ends, holder=holder, count=counts)


@njit(nogil=True, cache=True)
def _added_up(account, trait, count, accounts, traits):  # type: ignore[no-untyped-def]
    """Sort by account, then by trait, by counting; rows of one account and trait become one."""
    n = len(account)
    place = np.zeros(accounts + 1, np.int64)
    until = np.zeros(traits + 1, np.int64)
    for i in range(n):
        place[account[i] + 1] += 1
        until[trait[i] + 1] += 1
    for i in range(accounts):
        place[i + 1] += place[i]
    for i in range(traits):
        until[i + 1] += until[i]
    by_account = np.empty((3, n), np.int32)
    for i in range(n):
        to = place[account[i]]
        place[account[i]] += 1
        by_account[0, to], by_account[1, to], by_account[2, to] = account[i], trait[i], count[i]
    holder = np.empty(n, np.int32)
    total = np.empty(n, np.int32)
    starts = until[:-1].copy()
    for i in range(n):
        t = by_account[1, i]
        last = until[t] - 1
        if last >= starts[t] and holder[last] == by_account[0, i]:
            total[last] += by_account[2, i]
        else:
            holder[until[t]] = by_account[0, i]
            total[until[t]] = by_account[2, i]
            until[t] += 1
    used = 0
    ends = np.empty(traits, np.int64)
    for t in range(traits):
        for i in range(starts[t], until[t]):
            holder[used], total[used] = holder[i], total[i]
            used += 1
        ends[t] = used
    return holder[:used].copy(), total[:used].copy(), ends


@njit(nogil=True, cache=True)
def _held_by(starts, holder, count, asked):  # type: ignore[no-untyped-def]
    """The rows of the accounts that are asked for."""
    rows = 0
    for i in range(len(holder)):
        rows += asked[holder[i]]
    out = np.empty((3, rows), np.int32)
    used = 0
    for t in range(len(starts) - 1):
        for i in range(starts[t], starts[t + 1]):
            if asked[holder[i]]:
                out[0, used], out[1, used], out[2, used] = holder[i], t, count[i]
                used += 1
    return out[0], out[1], out[2]


@njit(nogil=True, cache=True)
def _of_clusters(starts, holder, count, kind, kinds, groups):  # type: ignore[no-untyped-def]
    """Every trait that two accounts of a cluster hold, with both sums.

    Then by cluster and kind: all traits, the accounts that hold a shared one, all holdings.
    """
    first, cluster, clusters = groups
    variety = np.zeros((clusters, kinds), np.int64)
    sharing = np.zeros((clusters, kinds), np.int64)
    held = np.zeros((clusters, kinds), np.int64)
    last_kind = np.full(len(cluster), -1, np.int64)  # in which a member was counted as sharing
    accounts = np.zeros(clusters, np.int64)
    exchanges = np.zeros(clusters, np.int64)
    seen = np.empty(clusters, np.int64)
    room = 1024
    out = np.empty((4, room), np.int64)
    used = 0
    for t in range(len(starts) - 1):
        met = 0
        for i in range(starts[t], starts[t + 1]):
            for j in range(first[holder[i]], first[holder[i] + 1]):
                c = cluster[j]
                if accounts[c] == 0:
                    seen[met] = c
                    met += 1
                accounts[c] += 1
                exchanges[c] += count[i]
        for i in range(starts[t], starts[t + 1]):
            for j in range(first[holder[i]], first[holder[i] + 1]):
                if accounts[cluster[j]] >= 2 and last_kind[j] != kind[t]:
                    last_kind[j] = kind[t]
                    sharing[cluster[j], kind[t]] += 1
        if used + met > room:
            room = 2 * (used + met)
            grown = np.empty((4, room), np.int64)
            grown[:, :used] = out[:, :used]
            out = grown
        for c in seen[:met]:
            variety[c, kind[t]] += 1
            held[c, kind[t]] += accounts[c]
            if accounts[c] >= 2:
                out[0, used], out[1, used] = c, t
                out[2, used], out[3, used] = accounts[c], exchanges[c]
                used += 1
            accounts[c] = exchanges[c] = 0
    out = out[:, :used].copy()
    return out[0], out[1], out[2], out[3], variety, sharing, held
