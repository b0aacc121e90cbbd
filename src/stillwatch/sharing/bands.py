"""Puts counts, chances and times into bands, so that no exact figure of a lab leaves."""

from datetime import UTC, datetime, timedelta

STEPS = (1, 2, 5)


def band(count: int) -> str:
    """The band of a count: its ends are 1, 2 or 5 times a power of ten.

    >>> band(73)
    '50-99'
    """
    low = lower_end(count)
    if low == 0:
        return "0"
    first = int(str(low)[0])
    high = low * 5 // 2 if first == 2 else low * 2
    return f"{low}-{high - 1}" if high - 1 > low else str(low)


def lower_end(count: int) -> int:
    """The lower end of the band of a count.

    >>> lower_end(4_999)
    2000
    """
    if count < 1:
        return 0
    power = int(10 ** (len(str(count)) - 1))
    return max(step * power for step in STEPS if step * power <= count)


def tens(share: float) -> int:
    """A chance from 0 to 1 in steps of ten percent, cut off, never rounded up."""
    return int(share * 10 + 1e-9) * 10


def day_start(moment: datetime) -> datetime:
    """The beginning of the day of a time."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def day_end(moment: datetime) -> datetime:
    """The end of the day of a time."""
    return day_start(moment) + timedelta(days=1)
