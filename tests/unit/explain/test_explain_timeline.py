"""Exchanges over time are counted once, on an even line."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.explain.timeline import SPARK_BINS, rows, spark, timeline
from stillwatch.model.findings import Activity
from stillwatch.tables import schema

START = datetime(2026, 9, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def table_of(*entries):
    """An activity table from (campaign, moment, count)."""
    return schema.rows(
        Activity,
        [Activity(campaign_id=c, bucket_at=at, exchange_count=n) for c, at, n in entries],
    )


def test_empty_hours_stand_in_the_line_as_zero():
    """The grid has no holes between the first and the last bucket."""
    line = timeline(
        table_of((None, START + HOUR, 5), (None, START + 4 * HOUR, 7)), START, START + DAY
    )
    assert line.width == HOUR
    assert line.everyone == (5, 0, 0, 7)


def test_buckets_of_whole_days_make_a_line_of_days():
    """Nothing finer is drawn than was counted."""
    line = timeline(table_of((None, START, 5), ("c", START + 2 * DAY, 7)), START, START + 3 * DAY)
    assert line.width == DAY
    assert line.everyone == (5, 0, 0)
    assert line.campaigns == {"c": (0, 0, 7)}


def test_a_long_window_is_drawn_by_day():
    """A year of hours would be no picture; the counts of a day add up."""
    line = timeline(
        table_of((None, START + HOUR, 5), (None, START + 2 * HOUR, 6)), START, START + 300 * DAY
    )
    assert line.width == DAY
    assert line.everyone == (11,)


def test_a_bucket_outside_the_window_cannot_stretch_the_line():
    """One exchange dated 1970 does not make half a million empty hours."""
    lost = datetime(1970, 1, 1, 5, tzinfo=UTC)
    line = timeline(table_of((None, lost, 1), (None, START + HOUR, 2)), START, START + DAY)
    assert line.everyone == (2,)


def test_a_window_of_decades_is_cut():
    """The line stays short even where the window itself is wrong."""
    lost = datetime(1970, 1, 1, tzinfo=UTC)
    line = timeline(table_of((None, lost, 1), (None, START, 2)), lost, START + DAY)
    assert len(line.starts) < 5000


def test_no_activity_is_an_empty_line():
    """Nothing counted is nothing drawn."""
    line = timeline(table_of(), START, START + DAY)
    assert (line.starts, line.everyone, spark(line.everyone)) == ((), (), "")


@given(st.lists(st.integers(0, 100), min_size=1, max_size=200))
def test_the_table_counts_what_the_line_counts(counts):
    """Folding hours into days loses no exchange and stays short."""
    entries = [(None, START + n * HOUR, 1000) for n in range(len(counts))]
    entries += [("c", START + n * HOUR, count) for n, count in enumerate(counts)]
    line = timeline(table_of(*entries), START, START + 30 * DAY)
    table = rows(line, line.campaigns["c"])
    assert sum(own for _, own, _ in table) == sum(counts)
    assert sum(everyone for _, _, everyone in table) == 1000 * len(counts)
    assert len(table) <= 62


@pytest.mark.parametrize("size", [1, SPARK_BINS, SPARK_BINS + 1, 720])
def test_a_spark_line_fits_its_box(size):
    """However many buckets there are, so many bars are drawn as the box has room for."""
    path = spark(tuple(range(1, size + 1)))
    assert 0 < path.count("M") <= SPARK_BINS
