"""Puts the exchanges of a campaign and of everyone on one line of time."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa

SPARK_BINS = 48
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_LONGEST_BY_HOUR = timedelta(days=100)  # a longer line is drawn by day
_LONGEST = timedelta(days=4000)  # a window longer than this is a fault of some clock
_TABLE_ROWS = 62  # above this the table says days, not hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Buckets of time with the exchanges in each, none left out between the first and the last."""

    starts: tuple[datetime, ...]
    everyone: tuple[int, ...]
    campaigns: dict[str, tuple[int, ...]]
    width: timedelta


def timeline(activity: pa.Table, start: datetime, end: datetime) -> Timeline:
    """The activity table between two moments, on an even grid of hours or days."""
    start = max(start, end - _LONGEST)
    entries = [
        (campaign_id, moment, exchange_count)
        for campaign_id, moment, exchange_count in zip(
            *(
                activity.column(name).to_pylist()
                for name in ("campaign_id", "bucket_at", "exchange_count")
            ),
            strict=True,
        )
        if _floor(start, _DAY) <= moment < end
    ]
    by_hour = end - start <= _LONGEST_BY_HOUR and any(
        moment != _floor(moment, _DAY) for _, moment, _ in entries
    )
    width = _HOUR if by_hour else _DAY
    counted: dict[str | None, Counter[datetime]] = {None: Counter()}
    for campaign_id, moment, exchange_count in entries:
        counted.setdefault(campaign_id, Counter())[_floor(moment, width)] += exchange_count
    starts = _grid(sorted(set().union(*counted.values())), width)
    lines = {key: tuple(counts[at] for at in starts) for key, counts in counted.items()}
    return Timeline(
        starts=starts,
        everyone=lines[None],
        campaigns={key: line for key, line in lines.items() if key is not None},
        width=width,
    )


def _floor(moment: datetime, width: timedelta) -> datetime:
    return moment.replace(
        hour=moment.hour if width < _DAY else 0, minute=0, second=0, microsecond=0
    )


def _grid(seen: list[datetime], width: timedelta) -> tuple[datetime, ...]:
    if not seen:
        return ()
    steps = int((seen[-1] - seen[0]) / width) + 1
    return tuple(seen[0] + step * width for step in range(steps))


def rows(line: Timeline, counts: tuple[int, ...]) -> list[tuple[datetime, int, int]]:
    """Start, exchanges of `counts` and of everyone: a table short enough to read."""
    width = line.width if len(line.starts) <= _TABLE_ROWS else _DAY
    own: Counter[datetime] = Counter()
    everyone: Counter[datetime] = Counter()
    for start, count, of_all in zip(line.starts, counts, line.everyone, strict=True):
        own[_floor(start, width)] += count
        everyone[_floor(start, width)] += of_all
    return [(start, own[start], everyone[start]) for start in sorted(everyone)]


def spark(counts: tuple[int, ...], height: int = 24) -> str:
    """An SVG path of bars, three units a bar, for a line of time that fits in a table cell."""
    per_bin = -(-len(counts) // SPARK_BINS) or 1
    sums = [sum(counts[at : at + per_bin]) for at in range(0, len(counts), per_bin)]
    top = max(sums, default=0) or 1
    return "".join(
        f"M{3 * place} {height}v-{max(1.0, height * value / top):.1f}h2V{height}z"
        for place, value in enumerate(sums)
        if value
    )
