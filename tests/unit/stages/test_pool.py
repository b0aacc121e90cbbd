"""What clusters did, added up from what their accounts did."""

from datetime import UTC, datetime

import pyarrow as pa

from fakes import members_of
from stillwatch.stages.pool import pooled_days

TIME = pa.timestamp("us", tz="UTC")


def at(hour: int) -> datetime:
    """An hour of one day."""
    return datetime(2026, 3, 2, hour, tzinfo=UTC)


DAYS = pa.table(
    {
        "subject_id": pa.array([1, 2, 3, 1, 9], pa.int64()),
        "day_no": pa.array([5, 5, 5, 6, 6], pa.int32()),
        "exchange_count": pa.array([10, 20, 40, 80, 160], pa.int32()),
        "output_tokens": pa.array([1, None, None, None, 7], pa.int64()),
        "hour_mask": pa.array([0b001, 0b011, 0b100, 0b1, 0b1], pa.int32()),
        "first_at": pa.array([at(4), at(3), at(9), at(1), at(1)], TIME),
        "last_at": pa.array([at(5), at(8), at(10), at(2), at(2)], TIME),
    }
)


def test_a_cluster_is_one_subject_with_a_row_a_day() -> None:
    """Counts add up, hours join, times reach from the first to the last; null where all are."""
    made = pooled_days(DAYS, members_of({100: [2, 1]})).to_pylist()
    assert made == [
        {
            "subject_id": 100, "day_no": 5, "exchange_count": 30, "output_tokens": 1,
            "hour_mask": 0b011, "first_at": at(3), "last_at": at(8),
        },
        {
            "subject_id": 100, "day_no": 6, "exchange_count": 80, "output_tokens": None,
            "hour_mask": 0b1, "first_at": at(1), "last_at": at(2),
        },
    ]  # fmt: skip


def test_an_account_counts_in_every_cluster_that_it_is_in() -> None:
    """Clusters are nested: the wide one has the days of the narrow one too."""
    made = pooled_days(DAYS, members_of({100: [1], -7: [1, 2, 3]}))
    rows = {(r["subject_id"], r["day_no"]): r["exchange_count"] for r in made.to_pylist()}
    assert rows == {(100, 5): 10, (100, 6): 80, (-7, 5): 70, (-7, 6): 80}


def test_without_clusters_there_is_no_row() -> None:
    """The columns stay, so that cards find them."""
    made = pooled_days(DAYS, members_of({}))
    assert not len(made)
    assert made.column_names == DAYS.column_names
