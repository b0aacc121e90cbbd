"""Whatever a scan does not look at is counted and named."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from stillwatch.job.scan import CLOCK_AHEAD, EARLY, _days

DAY = datetime(2026, 3, 1, tzinfo=UTC)
FIRST = (DAY - datetime(1970, 1, 1, tzinfo=UTC)).days


@dataclass
class Spool:
    """Rows by day."""

    row_counts: dict[int, int]


class History:
    """A history that holds nothing."""

    def known(self) -> frozenset[int]:
        """No day."""
        return frozenset()

    def refuse_known(self, days: object) -> None:
        """Any day may come."""


@dataclass
class Rejects:
    """What was warned of."""

    said: dict[str, int] = field(default_factory=dict)

    def warn(self, reason: str, count: int) -> None:
        """Keep it."""
        self.said[reason] = count


def left_out(counts: dict[int, int], *, window: int, last: int | None = None) -> dict[str, int]:
    """What is said of rows on these days after the first."""
    rejects = Rejects()
    as_of = None if last is None else DAY + timedelta(days=last, hours=23)
    spool = Spool({FIRST + day: count for day, count in counts.items()})
    _days(spool, History(), rejects, as_of, window)  # type: ignore[arg-type]
    return rejects.said


def test_rows_older_than_the_window_are_counted() -> None:
    """Sixty days of a log and a window of thirty: half is not looked at, and it says so."""
    assert left_out(dict.fromkeys(range(60), 10), window=30) == {EARLY: 300}


def test_within_the_window_nothing_is_said() -> None:
    """The first day of the window is in it."""
    assert left_out(dict.fromkeys(range(30), 10), window=30) == {}


def test_both_ends_are_told_apart() -> None:
    """As of the tenth day with a window of five."""
    said = left_out(dict.fromkeys(range(12), 10), window=5, last=9)
    assert said == {CLOCK_AHEAD: 20, EARLY: 50}
