"""Exchanges on disk while a scan runs."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from stillwatch.io.spool import FLUSH_ROWS, Spool

DAY = 20_514


def batch(first: int, count: int, day: int = DAY) -> pa.Table:
    """Rows of one day, numbered."""
    return pa.table(
        {
            "day_no": np.full(count, day, np.int32),
            "n": np.arange(first, first + count),
            "account_id": np.arange(first, first + count) % 7,
        }
    )


def test_a_day_larger_than_one_part_comes_out_whole_and_in_order(tmp_path: Path) -> None:
    """Rows are written out as they come, and read in the order of `add`."""
    spool = Spool(tmp_path)
    half = FLUSH_ROWS * 5 // 8
    for part in range(4):
        spool.add(batch(part * half, half))
    assert len(list(tmp_path.iterdir())) == 2
    assert spool.days() == [DAY]
    assert (spool.day(DAY).column("n").to_numpy() == np.arange(4 * half)).all()


def test_only_the_columns_asked_for_are_given(tmp_path: Path) -> None:
    """Those that the day has not are left out."""
    spool = Spool(tmp_path)
    spool.add(batch(0, 3))
    assert spool.days() == [DAY]
    assert spool.day(DAY, ["n", "absent"]).column_names == ["n"]


def test_batches_may_differ_in_columns(tmp_path: Path) -> None:
    """A log of JSON lines has some columns only now and then."""
    spool = Spool(tmp_path)
    spool.add(batch(0, 1))
    spool.add(batch(1, 1).append_column("asn", pa.array([64_500])))
    assert spool.days() == [DAY]
    assert spool.day(DAY).column("asn").to_pylist() == [None, 64_500]


def test_a_spool_to_which_nothing_came_has_no_days(tmp_path: Path) -> None:
    """Empty batches are no days."""
    spool = Spool(tmp_path)
    spool.add(batch(0, 0))
    assert spool.days() == []
