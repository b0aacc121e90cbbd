"""Times: every way in which logs write them means the same moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.io.instants import instant_micros, instants, mixed_instants

MOMENT = datetime(2026, 1, 31, 12, 0, 0, 250_000, tzinfo=UTC)
MICROS = 1_769_860_800_250_000

WAYS = [
    pa.array([MOMENT], pa.timestamp("us", tz="UTC")),
    pa.array([MOMENT], pa.timestamp("us", tz="Asia/Tokyo")),
    pa.array([MICROS * 1000 + 999], pa.timestamp("ns")),
    pa.array([MICROS // 1000], pa.timestamp("ms")),
    pa.array([MICROS // 1000], pa.int64()),
    pa.array([MICROS], pa.int64()),
    pa.array([MICROS], pa.uint64()),
    pa.array([MICROS * 1000], pa.int64()),
    pa.array(["2026-01-31T12:00:00.25Z"]),
    pa.array(["2026-01-31 12:00:00.250"]),
    pa.array(["2026-01-31T14:00:00.250000+02:00"], pa.large_string()),
    pa.array([b"2026-01-31T12:00:00.250000Z"], pa.binary()),
]


@pytest.mark.parametrize("array", WAYS, ids=[str(array.type) for array in WAYS])
def test_every_column_type_gives_the_moment(array: pa.Array) -> None:
    """A time without a zone is UTC; what is finer than a microsecond is cut off."""
    reasons: dict[int, str] = {}
    assert instants(array, "t", reasons).to_pylist() == [MOMENT]
    assert reasons == {}


def test_texts_with_and_without_a_zone_may_stand_side_by_side() -> None:
    """And what is no time is null, with its place and the column's name."""
    values = ["2026-01-31T12:00:00.25Z", "2026-01-31 12:00:00.25", 1769860800.25, None, "soon", -1]
    reasons: dict[int, str] = {}
    found = mixed_instants(values, "received_at", reasons).to_pylist()
    assert found[:4] == [MOMENT, MOMENT, MOMENT, None]
    assert found[4] is None
    assert found[5] == datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert list(reasons) == [4]
    assert reasons[4].startswith("column 'received_at' is not a time")


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1)),  # noqa: DTZ001 - zone added below
    st.integers(-12 * 60, 12 * 60),
)
def test_texts_read_one_by_one_equal_texts_read_as_a_column(moment: datetime, shift: int) -> None:
    """The slow way is the twin of the fast one."""
    there = moment.replace(tzinfo=timezone(timedelta(minutes=shift)))
    passed = there - datetime(1970, 1, 1, tzinfo=UTC)
    reasons: dict[int, str] = {}
    column = instants(pa.array([there.isoformat()]), "t", reasons)
    assert column.cast(pa.int64()).to_pylist() == [instant_micros(there.isoformat())]
    assert instant_micros(there.isoformat()) == passed // timedelta(microseconds=1)


@given(st.integers(10**8, 4 * 10**9))
def test_the_unit_of_a_count_is_told_by_its_size(seconds: int) -> None:
    """Seconds, milli-, micro- and nanoseconds since 1970, as values and as columns."""
    for unit in (1, 10**3, 10**6, 10**9):
        assert instant_micros(seconds * unit) == seconds * 10**6
        column = instants(pa.array([seconds * unit], pa.int64()), "t", {})
        assert column.cast(pa.int64()).to_pylist() == [seconds * 10**6]


@pytest.mark.parametrize(
    "value", [True, float("nan"), float("inf"), 10**30, "", "x" * 100, [], "0001-01-01T00:00:00Z"]
)
def test_what_is_no_time_raises_nothing(value: object) -> None:
    """Hostile values are None, or a time that the clock check will see."""
    assert instant_micros(value) is None or isinstance(instant_micros(value), int)
