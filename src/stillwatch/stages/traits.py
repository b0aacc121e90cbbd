"""Counts which traits each account showed on one day: the raw material of links.

A trait is a key column of the exchanges that a link card names. The result is an incidence
table, one row an account, kind and trait. Kinds with `keep = "shared"` lose the traits that a
single account has that day: nobody can be linked by them, and they are nearly all rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

from stillwatch.model.cards import LinkCard
from stillwatch.stats.holdings import Holdings, holdings
from stillwatch.tables.query import Limits, Query, run
from stillwatch.text.keys import key, keys

Keys = npt.NDArray[np.int64]

SHORT_RUN = 24  # up to this many values insertion is the faster sort


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidence:
    """Which account has which trait, and in how many exchanges; arrays of one length."""

    account: Keys
    trait: Keys
    count: npt.NDArray[np.int32]


def day_traits(exchanges: pa.Table, cards: Sequence[LinkCard]) -> pa.Table:
    """The traits of one day, ordered by kind (in card order), account and trait."""
    account = exchanges.column("account_id").to_numpy()
    order = np.argsort(account, kind="stable")
    account = account[order]
    tables = []
    for card in cards:
        if card.column is None or card.column not in exchanges.column_names:
            continue
        column = exchanges.column(card.column)
        if column.null_count == len(column):
            continue
        trait = column.fill_null(0).to_numpy()[order]
        if card.keep == "shared":
            again = np.flatnonzero(_maybe_twice(trait))  # sorting is slow, and many come once
            found = shared(incidence(account[again], trait[again]))
        else:
            found = incidence(account, trait)
        tables.append(_table(found, kind_id(card.id)))
    schema = trait_schema()
    if not tables:
        return schema.empty_table()
    days = exchanges.column("day_no").slice(0, 1).to_pylist()
    merged = pa.concat_tables(tables).combine_chunks()
    return merged.append_column("day_no", pa.array(np.full(len(merged), days[0], np.int32))).select(
        schema.names
    )


def trait_schema() -> pa.Schema:
    """Columns of the incidence table of one day."""
    return pa.schema(
        [
            ("account_id", pa.int64()),
            ("day_no", pa.int32()),
            ("kind_id", pa.int32()),
            ("trait_id", pa.int64()),
            ("exchange_count", pa.int32()),
        ]
    )


def incidence(account: Keys, trait: Keys) -> Incidence:
    """Distinct (account, trait) with counts; `account` must be sorted, trait 0 means none."""
    out_account, out_trait, out_count = _runs(account, trait)
    return Incidence(account=out_account, trait=out_trait, count=out_count)


def shared(found: Incidence) -> Incidence:
    """Only the traits that at least two accounts have."""
    maybe = np.flatnonzero(_maybe_twice(found.trait))
    trait = found.trait[maybe]
    slots = np.zeros(1 << max(12, int(len(maybe) * 2).bit_length()), np.int64)
    held_twice = np.empty(len(trait), np.bool_)
    if not _held_twice(trait, slots, held_twice):
        _, where, count = np.unique(trait, return_inverse=True, return_counts=True)
        held_twice = count[where] >= 2
    keep = maybe[held_twice]
    return Incidence(account=found.account[keep], trait=found.trait[keep], count=found.count[keep])


def kind_id(card_id: str) -> int:
    """A small number for a kind of trait, derived from its name, so that history stays readable."""
    return key(card_id) & 0x7FFF_FFFF


def _table(found: Incidence, kind: int) -> pa.Table:
    return pa.table(
        {
            "account_id": found.account,
            "kind_id": np.full(len(found.account), kind, np.int32),
            "trait_id": found.trait,
            "exchange_count": found.count,
        }
    )


@njit(nogil=True, cache=True)
def _runs(account, trait):  # type: ignore[no-untyped-def]
    """Sort the traits inside each account's run and count equal ones."""
    n = len(account)
    out_account = np.empty(n, np.int64)
    out_trait = np.empty(n, np.int64)
    out_count = np.empty(n, np.int32)
    used = 0
    start = 0
    while start < n:
        here = account[start]
        first = used  # the run is sorted where its result will stand
        end = start
        while end < n and account[end] == here:
            value = trait[end]
            end += 1
            if value == 0:
                continue
            at = used
            if used - first < SHORT_RUN:
                while at > first and out_trait[at - 1] > value:
                    out_trait[at] = out_trait[at - 1]
                    at -= 1
            out_trait[at] = value
            used += 1
        if used - first > SHORT_RUN:
            out_trait[first:used].sort()
        stop, used = used, first
        for i in range(first, stop):
            if i > first and out_trait[i] == out_trait[used - 1]:
                out_count[used - 1] += 1
                continue
            out_account[used] = here
            out_trait[used] = out_trait[i]
            out_count[used] = 1
            used += 1
        start = end
    return out_account[:used].copy(), out_trait[:used].copy(), out_count[:used].copy()


@njit(nogil=True, cache=True)
def _maybe_twice(trait):  # type: ignore[no-untyped-def]
    """True for every trait that occurs twice, and for a few that only share a slot."""
    size = 1 << 12
    while size < 4 * len(trait):
        size *= 2
    seen = np.zeros(size, np.uint8)
    mask = size - 1
    for i in range(len(trait)):
        slot = (trait[i] ^ (trait[i] >> 29)) & mask
        if seen[slot] < 2:
            seen[slot] += 1
    out = np.empty(len(trait), np.bool_)
    for i in range(len(trait)):
        slot = (trait[i] ^ (trait[i] >> 29)) & mask
        out[i] = seen[slot] > 1
    return out


@njit(nogil=True, cache=True)
def _held_twice(trait, slots, out):  # type: ignore[no-untyped-def]
    """True for every trait that occurs twice; no trait is 0. `slots` is an empty open table.

    Gives up, and says so, when traits were chosen to crowd one part of the table.
    """
    mask = len(slots) - 1
    seen = np.zeros(len(slots), np.uint8)
    place = np.empty(len(trait), np.int64)
    steps = 16 * len(trait)
    for i in range(len(trait)):
        at = (trait[i] ^ (trait[i] >> 29)) & mask
        while slots[at] != 0 and slots[at] != trait[i]:
            at = (at + 1) & mask
            steps -= 1
        if steps < 0:
            return False
        slots[at] = trait[i]
        seen[at] = min(seen[at] + 1, 2)
        place[i] = at
    for i in range(len(trait)):
        out[i] = seen[place[i]] > 1
    return True


def window_traits(
    tables: Mapping[str, pa.Table], cards: Sequence[LinkCard], limits: Limits
) -> Holdings:
    """Traits of the whole window: days added up, and traits that come from side tables.

    Cards whose tables are absent give nothing.
    """
    queries = [
        Query(name=card.id, sql=card.query, key=())
        for card in cards
        if card.query is not None and all(name in tables for name in card.reads)
    ]
    read = {name for card in cards for name in card.reads} & set(tables)
    found = run({name: tables[name] for name in read}, queries, limits)
    parts = [tables["trait_day"]]
    for query in queries:
        table = found[query.name]
        parts.append(
            pa.table(
                {
                    "account_id": table.column("account_id"),
                    "kind_id": np.full(len(table), kind_id(query.name), np.int32),
                    "trait_id": keys(table.column("trait_id").cast(pa.string())),
                    "exchange_count": table.column("exchange_count").cast(pa.int32()),
                }
            )
        )
    return holdings(parts, limits.threads)
