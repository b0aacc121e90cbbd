"""Exchanges on disk while a scan runs."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from stillwatch.io.spool import Spool

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
    """Rows are written out as they come, and read in the order of `add`; the last ones wait."""
    spool = Spool(tmp_path, flush_rows=800)
    for part in range(5):
        spool.add(batch(part * 500, 500))
    assert len(list(tmp_path.iterdir())) == 2
    assert spool.row_counts == {DAY: 2500}
    assert (spool.day(DAY).column("n").to_numpy() == np.arange(2500)).all()


def test_days_that_are_written_together_are_read_apart(tmp_path: Path) -> None:
    """One file holds several days, and a day may have several batches in it."""
    spool = Spool(tmp_path, flush_rows=8)
    for first, day in ((0, DAY), (2, DAY + 1), (4, DAY), (6, DAY + 1)):
        spool.add(batch(first, 2, day))
    assert len(list(tmp_path.iterdir())) == 1
    assert spool.day(DAY).column("n").to_pylist() == [0, 1, 4, 5]
    assert spool.day(DAY + 1).column("n").to_pylist() == [2, 3, 6, 7]


def test_only_the_columns_asked_for_are_given(tmp_path: Path) -> None:
    """Those that the day has not are left out."""
    spool = Spool(tmp_path)
    spool.add(batch(0, 3))
    assert spool.day(DAY, ["n", "absent"]).column_names == ["n"]


@pytest.mark.parametrize("flush_rows", [1, 2, 3])
def test_batches_may_differ_in_columns(tmp_path: Path, flush_rows: int) -> None:
    """A log of JSON lines has some columns only now and then, in one file or in several."""
    spool = Spool(tmp_path, flush_rows)
    spool.add(batch(0, 1))
    spool.add(batch(1, 1).append_column("asn", pa.array([64_500])))
    assert spool.day(DAY).column("asn").to_pylist() == [None, 64_500]
    assert spool.day(DAY).column("n").to_pylist() == [0, 1]


def test_a_spool_to_which_nothing_came_has_no_days(tmp_path: Path) -> None:
    """Empty batches are no days."""
    spool = Spool(tmp_path)
    spool.add(batch(0, 0))
    assert not spool.row_counts
