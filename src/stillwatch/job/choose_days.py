"""Chooses the days a scan speaks about, so that a few wrong clocks cannot move it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

SMALL_LOG = 200  # in fewer rows a day with a single one is as good as any


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Days to look at, in order, and how many rows of other days are left out."""

    days: tuple[int, ...]
    ahead_count: int
    late_count: int


def choose_days(
    row_counts: Mapping[int, int], known: Collection[int], last: int | None = None
) -> Chosen:
    """The days up to `last`, or else up to the newest one that holds a thousandth of the rows.

    Rows of later days had a clock that was ahead. A few rows of a day that history holds already
    are late; many are not, and such a day stays chosen, so that it is refused.
    """
    total = sum(row_counts.values())
    least = max(total // 1000, 2 if total >= SMALL_LOG else 1)
    if last is None:
        full = [day for day, count in row_counts.items() if count >= least]
        last = max(full, default=max(row_counts))
    ahead = {day for day in row_counts if day > last}
    late = {day for day in row_counts.keys() - ahead if day in known and row_counts[day] < least}
    return Chosen(
        days=tuple(sorted(row_counts.keys() - ahead - late)),
        ahead_count=sum(row_counts[day] for day in ahead),
        late_count=sum(row_counts[day] for day in late),
    )
