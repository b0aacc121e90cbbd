"""How much of an account's traffic is its campaign's."""

from __future__ import annotations

import pyarrow as pa

from stillwatch.stages.focus import focus
from stillwatch.tables.query import Limits

KINDS = pa.table(
    {
        "kind_id": pa.array([1, 2, 3], pa.int32()),
        "kind": ["head8", "template", "ip"],
        "is_counted": [False, False, True],
    }
)


def shared(campaigns: list[list[int]], rows: list[tuple[int, int, int, int]]) -> dict[int, int]:
    """Exchanges in a shared wording, by account; rows are account, kind, trait, exchanges."""
    names = ("account_id", "kind_id", "trait_id", "exchange_count")
    kinds = (pa.int64(), pa.int32(), pa.int64(), pa.int32())
    columns = [[row[at] for row in rows] for at in range(4)]
    made = [pa.array(column, kind) for column, kind in zip(columns, kinds, strict=True)]
    found = focus(campaigns, pa.table(made, names=names), KINDS, Limits(threads=1, memory="1GB"))
    return {row["account_id"]: row["shared_exchange_count"] for row in found.to_pylist()}


def test_the_kind_that_covers_most_counts() -> None:
    """Wordings of one kind add up; kinds are views of the same exchanges and do not."""
    rows = [(a, 1, trait, 10) for a in (1, 2, 3) for trait in (7, 8)]
    rows += [(a, 2, 9, 15) for a in (1, 2, 3)]
    assert shared([[1, 2, 3]], rows) == {1: 20, 2: 20, 3: 20}


def test_what_two_send_alike_or_send_from_one_address_is_no_work() -> None:
    """Three fellows must send it, and it must be a wording."""
    rows = [(1, 1, 7, 10), (2, 1, 7, 10)] + [(a, 3, 5, 90) for a in (1, 2, 3)]
    assert shared([[1, 2, 3]], rows) == {}


def test_each_campaign_is_looked_at_by_itself() -> None:
    """What accounts of two campaigns send alike is not shared by three of one."""
    rows = [(a, 1, 7, 10) for a in (1, 2, 4, 5)] + [(a, 1, 8, 4) for a in (4, 5, 6)]
    assert shared([[1, 2, 3], [4, 5, 6]], rows) == {4: 4, 5: 4, 6: 4}
