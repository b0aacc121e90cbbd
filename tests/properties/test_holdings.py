"""What must be true of keys in small numbers and of who holds what, beside plain counting."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import members_of
from stillwatch.stats.holdings import Holdings, holdings
from stillwatch.stats.numbers import numbered

KEYS = st.integers(-(2**63), 2**63 - 1)
FEW_KEYS = st.sampled_from([0, 1, 2, 5, -1, -(2**63), 2**63 - 1, 1 << 29, 1 << 40])
ROWS = st.lists(
    st.tuples(st.integers(1, 9), st.sampled_from([3, 7]), FEW_KEYS, st.integers(1, 5)), max_size=60
)


@settings(max_examples=200, deadline=None)
@given(st.lists(FEW_KEYS | KEYS, max_size=60))
def test_keys_are_numbered_in_their_order(keys: list[int]) -> None:
    """Distinct keys come sorted, and each row's number leads back to its key."""
    distinct, number = numbered(np.array(keys, np.int64))
    assert distinct.tolist() == sorted(set(keys))
    assert distinct[number].tolist() == keys


def test_more_keys_than_the_first_table_holds_are_numbered_too() -> None:
    """The table grows; numbers given before stay true."""
    keys = np.random.default_rng(3).integers(-(2**62), 2**62, 30_000)
    keys = np.concatenate([keys, keys[::-1]])
    distinct, number = numbered(keys)
    assert distinct.tolist() == np.unique(keys).tolist()
    assert np.array_equal(distinct[number], keys)


def test_keys_that_were_chosen_to_collide_are_numbered_too() -> None:
    """Keys that all begin at one place of the table cost a sort, not the square of their number."""
    inverse = pow(0x9E3779B97F4A7C15, -1, 2**64)
    crowded = np.array([n * inverse % 2**64 for n in range(20_000)], np.uint64).view(np.int64)
    distinct, number = numbered(crowded)
    assert distinct.tolist() == sorted(crowded.tolist())
    assert np.array_equal(distinct[number], crowded)


def _made(rows: list[tuple[int, int, int, int]], pieces: int, threads: int) -> Holdings:
    schema = pa.schema(
        [
            ("account_id", pa.int64()),
            ("kind_id", pa.int32()),
            ("trait_id", pa.int64()),
            ("exchange_count", pa.int32()),
        ]
    )
    columns = list(zip(*rows, strict=True)) if rows else [()] * 4
    table = pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema)
    size = len(rows) // pieces + 1
    return holdings([table.slice(n * size, size) for n in range(pieces)], threads)


@settings(max_examples=200, deadline=None)
@given(ROWS, st.integers(1, 3), st.sets(st.integers(1, 9)))
def test_holdings_are_what_a_plain_sum_says(
    rows: list[tuple[int, int, int, int]], pieces: int, asked: set[int]
) -> None:
    """Counts of one account and trait add up, in the order of kind, trait and account."""
    made = _made(rows, pieces, threads=2)
    total: Counter[tuple[int, int, int]] = Counter()
    for account, kind, trait, count in rows:
        total[kind, trait, account] += count
    expected = [(a, k, t, n) for (k, t, a), n in sorted(total.items())]
    every = made.held_by(made.accounts)
    assert [tuple(row.values()) for row in every.to_pylist()] == expected
    mine = made.held_by(np.array(sorted(asked), np.int64)).to_pylist()
    assert [tuple(row.values()) for row in mine] == [row for row in expected if row[0] in asked]


@settings(max_examples=200, deadline=None)
@given(ROWS, st.lists(st.sets(st.integers(1, 12), min_size=1), max_size=4))
def test_what_clusters_hold_is_what_plain_counting_says(
    rows: list[tuple[int, int, int, int]], groups: list[set[int]]
) -> None:
    """Shared traits with both sums, their holders and rivals among all; and sums by kind."""
    held: dict[tuple[int, int, int], int] = Counter()
    for account, kind, trait, count in rows:
        held[account, kind, trait] += count
    everyone: Counter[tuple[int, int]] = Counter((kind, trait) for _, kind, trait in held)
    sizes: Counter[tuple[int, int]] = Counter(
        (kind, n.bit_length()) for (kind, _), n in everyone.items()
    )
    shared, holding = set(), set()
    for cluster, mine in enumerate(groups):
        of_trait: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
        for (account, kind, trait), count in held.items():
            if account in mine:
                of_trait[kind, trait][account] = count
        for kind in {kind for kind, _ in of_trait}:
            here = [by for (k, _), by in of_trait.items() if k == kind]
            sharing = {account for by in here if len(by) >= 2 for account in by}
            pairs = sum(len(by) for by in here)
            total = sum(n for (k, _), n in everyone.items() if k == kind)
            holding.add((cluster, kind, len(here), len(sharing), pairs, total))
        shared |= {
            (cluster, kind, trait, len(by), sum(by.values()), n, sizes[kind, n.bit_length()])
            for (kind, trait), by in of_trait.items()
            if len(by) >= 2 and (n := everyone[kind, trait])
        }
    members = members_of(dict(enumerate(groups)))
    found, kinds = _made(rows, 2, threads=1).of_clusters(members)
    assert {tuple(row.values()) for row in found.to_pylist()} == shared
    assert {tuple(row.values()) for row in kinds.to_pylist()} == holding
    assert (len(found), len(kinds)) == (len(shared), len(holding))
