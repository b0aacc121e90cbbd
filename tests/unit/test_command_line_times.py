"""Times on the command line are instants, whatever offset they are written with."""

from datetime import UTC, datetime, timedelta, timezone

from stillwatch.cli.options import in_utc


def test_a_time_without_an_offset_is_utc_and_one_with_it_keeps_its_instant() -> None:
    """Midnight five hours east of Greenwich is still the day before there."""
    east = datetime(2026, 3, 2, tzinfo=timezone(timedelta(hours=5)))
    assert in_utc(datetime(2026, 3, 2)) == datetime(2026, 3, 2, tzinfo=UTC)  # noqa: DTZ001
    assert in_utc(east) == datetime(2026, 3, 1, 19, tzinfo=UTC)
    assert in_utc(east).utcoffset() == timedelta(0)
    assert in_utc(None) is None
