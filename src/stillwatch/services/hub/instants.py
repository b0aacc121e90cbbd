"""Turns times into microseconds since 1970 and back, in the one form that STIX and TAXII write."""

import re
from datetime import UTC, datetime, timedelta

INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def micros(text: str) -> int:
    """Microseconds since 1970. Raises ValueError for another form, or a day that there is not."""
    if not INSTANT.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no time such as 2026-01-31T09:30:00.000Z")
    seconds, _, fraction = text[:-1].partition(".")
    moment = datetime.fromisoformat(seconds).replace(tzinfo=UTC)
    return (moment - EPOCH) // MICROSECOND + int(fraction[:6].ljust(6, "0"))


def is_finer(text: str) -> bool:
    """Whether a time says more than microseconds, which cannot be kept apart here."""
    return len(text.partition(".")[2].rstrip("Z0")) > 6


def since_epoch(moment: datetime) -> int:
    """Microseconds since 1970 of a moment."""
    return (moment - EPOCH) // MICROSECOND


def instant(us: int) -> datetime:
    """The moment of so many microseconds since 1970."""
    return EPOCH + timedelta(microseconds=us)


def written(us: int) -> str:
    """The time as TAXII writes it."""
    return instant(us).strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"
