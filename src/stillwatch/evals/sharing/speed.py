"""Measures how fast objects of the profile are written, and how fast they are checked on entry.

    python -m stillwatch.evals.sharing.speed

Objects are made, not only encoded: each has its own token, derived id and times. Entry is the
whole way in: limits, types, every field, times, markings, and tokens against their patterns.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from resource import RUSAGE_SELF, getrusage

from stillwatch.crypto.tokens import epoch_key, trace_tokens
from stillwatch.evals.sharing.labs import circle_of
from stillwatch.sharing import profile as stix
from stillwatch.sharing.entry import enter

EMIT_BAR, ENTER_BAR = 20_000, 5_000
PAGE = 10_000
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def main(words: Sequence[str] | None = None) -> None:
    """Print both rates, in objects a core-second."""
    given = argparse.ArgumentParser(prog="python -m stillwatch.evals.sharing.speed")
    given.add_argument("--objects", type=int, default=100_000)
    args = given.parse_args(words)
    emitted, entered = measured(args.objects)
    for name, rate, bar in (
        ("emit", emitted, EMIT_BAR),
        ("parse and validate on entry", entered, ENTER_BAR),
    ):
        verdict = "held" if rate >= bar else "missed"
        sys.stdout.write(f"{name}: {rate:,.0f} objects a core-second (bar {bar:,}: {verdict})\n")


def measured(count: int) -> tuple[float, float]:
    """Objects a core-second, written and entered."""
    begin = _seconds()
    pages = [written(first, min(PAGE, count - first)) for first in range(0, count, PAGE)]
    middle = _seconds()
    entered = sum(len(enter(page, "speed", NOW).entered) for page in pages)
    end = _seconds()
    if entered != count:
        raise ArithmeticError(f"{count - entered} objects were refused")
    return count / (middle - begin), count / (end - middle)


def written(first: int, count: int) -> bytes:
    """An envelope of so many indicators of one campaign."""
    circle = circle_of()
    author, now = stix.member_identity("0" * 64), stix.stamp(NOW)
    until = "2026-12-01T00:00:00.000Z"
    tokens = trace_tokens(
        epoch_key(circle.secret, 1), "template", range(first + 1, first + count + 1)
    )
    made = []
    for token in tokens:
        trace = stix.Trace(
            extension_type="property-extension",
            circle=circle.id,
            kind="template",
            epoch=1,
            token=token,
            accounts="50-99",
        )
        pattern = stix.token_pattern(trace)
        made.append(
            stix.Indicator(
                id=stix.derived("indicator", pattern),
                spec_version="2.1",
                created=now,
                modified=now,
                created_by_ref=author,
                object_marking_refs=[stix.TLP_IDS["amber"]],
                name="Shared template",
                indicator_types=["malicious-activity"],
                pattern=pattern,
                pattern_type=stix.TOKEN_PATTERN,
                valid_from=now,
                valid_until=until,
                confidence=90,
                extensions=stix.Extensions(trace),
            )
        )
    return stix.emit(made)


def _seconds() -> float:
    """Processor time of this process: the machine may be busy with other things."""
    used = getrusage(RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
