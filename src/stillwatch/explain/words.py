"""Says numbers, chances, times and foreign strings in words a person reads without effort."""

import math
from datetime import datetime, timedelta

from stillwatch.model.visible import visible

_SURE = (
    (0.99, "almost certainly"),
    (0.95, "very probably"),
    (0.80, "probably"),
    (0.50, "more likely than not"),
    (0.0, "less likely than not"),
)
LONGEST_SENTENCE = 600
_CEILING = 1e-6  # a calibrated posterior says no more than this about its own error


def sentence(text: str) -> str:
    """A card's words as a sentence: a capital first, a full stop last.

    >>> sentence("prompts end with the same eight words")
    'Prompts end with the same eight words.'
    """
    if len(text) > LONGEST_SENTENCE and "; " in text[:LONGEST_SENTENCE]:
        text = text[:LONGEST_SENTENCE].rpartition("; ")[0] + "; and more"
    shown = visible(text, LONGEST_SENTENCE + 20).strip()
    return shown[:1].upper() + shown[1:] + ("" if shown.endswith((".", "!", "?", "…")) else ".")


def title_of(identifier: str) -> str:
    """A card's id as a heading: `token_ceiling` becomes `Token ceiling`."""
    words = visible(identifier, 60).replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def count(number: int) -> str:
    """All digits, grouped."""
    return f"{number:,}"


def some(number: int, noun: str, plural: str = "") -> str:
    """A count with its noun: `1 account`, `2 accounts`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def short(number: int) -> str:
    """A count in three digits and a word, for headings.

    >>> short(1_234_567_890)
    '1.23 billion'
    """
    for size, word in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if number >= size:
            return f"{number / size:.3g} {word}"
    return f"{number:,}"


def percent(share: float) -> str:
    """A probability in percent that never claims certainty."""
    if share >= 0.9995:
        return "over 99.9 %"
    if share <= 0.0005:
        return "under 0.1 %"
    return f"{100 * share:.0f} %" if 0.10 <= share < 0.985 else f"{100 * share:.1f} %"


def share(part: int, whole: int) -> str:
    """A measured share in percent, with two figures that matter; 0 is said as 0."""
    if not whole or not part:
        return "0 %"
    value = 100 * part / whole
    return f"{value:.2g} %" if value < 10 else f"{value:.0f} %"


def sure(posterior: float) -> str:
    """The same word for the same probability, everywhere."""
    return next(word for floor, word in _SURE if posterior >= floor)


def odds(posterior: float) -> str:
    """A probability as odds, the way bits multiply them.

    >>> odds(0.9)
    '9 to 1'
    """
    for_it, against = posterior, 1 - posterior
    if min(for_it, against) < 1e-4:
        return "over 10,000 to 1" if for_it > against else "under 1 to 10,000"
    ratio = max(for_it, against) / min(for_it, against)
    figures = f"{float(f'{ratio:.2g}'):,.3g}" if ratio < 10 else f"{int(float(f'{ratio:.2g}')):,}"
    return f"{figures} to 1" if for_it >= against else f"1 to {figures}"


def bits_of(posterior: float) -> float:
    """A probability as bits of odds, cut where a calibrated posterior ends."""
    inside = min(max(posterior, _CEILING), 1 - _CEILING)
    return math.log2(inside / (1 - inside))


def bits(value: float) -> str:
    """Bits with their sign, one place: `+3.2`, `−0.5`."""
    rounded = round(value, 1)
    return f"+{rounded:.1f}" if rounded > 0 else f"−{abs(rounded):.1f}" if rounded < 0 else "0.0"


def day(moment: datetime) -> str:
    """A date: `4 Sep 2026`."""
    return f"{moment.day} {moment:%b %Y}"


def minute(moment: datetime) -> str:
    """A date and a time of day, UTC: `4 Sep 2026, 06:30`."""
    return f"{day(moment)}, {moment:%H:%M}"


def window(start: datetime, end: datetime) -> str:
    """The days of a half-open window, both named included: `1 to 30 Sep 2026`."""
    last = max(start, end - timedelta(microseconds=1))
    if start.date() == last.date():
        return day(start)
    if (start.year, start.month) == (last.year, last.month):
        return f"{start.day} to {day(last)}"
    if start.year == last.year:
        return f"{start.day} {start:%b} to {day(last)}"
    return f"{day(start)} to {day(last)}"


def lasting(length: timedelta) -> str:
    """A length of time in its largest unit: `3 days`, `5 hours`."""
    seconds = int(length.total_seconds())
    for size, noun in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return some(round(seconds / size), noun)
    return "under a minute"


def listed(items: list[str]) -> str:
    """Words with commas and a final `and`."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
