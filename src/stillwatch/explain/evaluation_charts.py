"""Draws the benchmark's pictures as SVG: rates by class, reliability, time, methods."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

Figures = Mapping[str, Any]
CARES = ("naive", "careful", "adaptive")
LOW, HIGH = -5.0, 0.0  # decades of the rate axis
LINES = (-4.0, -3.0)  # the bars for all honest accounts and for one class
CLASSES_SHOWN = 24
ROW = 22
HOURS = 168


def _own(text: str) -> Markup:
    """Markup that this module wrote; whatever came from outside went through `escape`."""
    return Markup(text)  # noqa: S704 -- names are escaped where they enter


def _svg(width: int, height: int, label: str, parts: Sequence[str]) -> Markup:
    head = f'<svg class="plot" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">'
    return _own(f"{head}{''.join(parts)}</svg>")


def _text(x: float, y: float, words: str, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(words)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} class="{kind}"/>'


def _dot(x: float, y: float, kind: str, size: float = 4.5) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" class="{kind}"/>'


def _rate(value: float, left: float, width: float) -> float:
    """Where a rate stands on the log axis; nothing stands left of its end."""
    decade = math.log10(value) if value > 0 else LOW
    return left + width * (min(max(decade, LOW), HIGH) - LOW) / (HIGH - LOW)


def classes(shares: Figures) -> Markup:
    """Rates with intervals on a log axis, the most wronged first, then the least known."""
    names = sorted(shares, key=lambda name: (-shares[name]["value"], -shares[name]["high"], name))
    names = names[:CLASSES_SHOWN]
    left, width, top = 190, 520, 26
    bottom = top + ROW * len(names)
    parts = []
    for decade in range(int(LOW), int(HIGH) + 1):
        x = _rate(10.0**decade, left, width)
        kind = "limit" if decade in LINES else "grid"
        parts.append(_line(x, top - 4, x, bottom, kind))
        words = f"{10**decade * 100:g} %" if decade > LOW else "none"
        parts.append(_text(x, top - 10, words, "mid"))
    for number, name in enumerate(names):
        share, y = shares[name], top + ROW * (number + 0.5)
        low, high = (_rate(share[end], left, width) for end in ("low", "high"))
        above = share["value"] > 10.0 ** LINES[1]
        colour = "bad" if above else "good"
        parts.append(_text(left - 10, y + 4, name.replace("_", " "), "end"))
        parts.append(_line(low, y, high, y, f"interval {colour}"))
        parts.append(
            _dot(_rate(share["value"], left, width), y, colour if share["hits"] else "none")
        )
        counts = f"{share['hits']:,} of {share['count']:,}"
        parts.append(_text(left + width + 12, y + 4, counts, "soft"))
    return _svg(830, bottom + 6, "Honest accounts flagged, by class", parts)


def reliability(calibration: Figures) -> Markup:
    """What was said against what happened: one square for each care, and one for all."""
    size, gap, top = 170, 40, 24
    parts = []
    for place, name in enumerate(calibration):
        left = 34 + place * (size + gap)

        def at(said: float, happened: float, left: int = left) -> tuple[float, float]:
            return left + size * said, top + size * (1 - happened)

        parts.append(_text(left, top - 9, name, "strong"))
        parts.append(f'<rect x="{left}" y="{top}" width="{size}" height="{size}" class="frame"/>')
        parts.append(_line(*at(0, 0), *at(1, 1), "grid"))
        for point in calibration[name]["points"]:
            told = point["happened"]
            low, high = at(point["said"], told["low"]), at(point["said"], told["high"])
            parts.append(_line(*low, *high, "interval good"))
            parts.append(_dot(*at(point["said"], told["value"]), "good", 3.5))
        for value in (0, 0.5, 1):
            x, y = at(value, 0)
            parts.append(_text(x, y + 15, f"{value:g}", "mid"))
            if not place:
                parts.append(_text(left - 6, at(0, value)[1] + 4, f"{value:g}", "end"))
    width = 34 + len(calibration) * (size + gap)
    return _svg(width, top + size + 22, "Probability said and share that attacked", parts)


def detection(times: Figures) -> Markup:
    """Share of campaigns detected after so many hours; what is never found keeps it below 1."""
    left, width, top, height = 46, 560, 14, 220

    def x_of(hours: float) -> float:
        return left + width * min(hours, HOURS) / HOURS

    def y_of(share: float) -> float:
        return top + height * (1 - share)

    parts = [_line(x_of(24), top, x_of(24), top + height, "limit")]
    for hours in range(0, HOURS + 1, 24):
        parts.append(_text(x_of(hours), top + height + 18, f"{hours} h", "mid"))
    for share in (0.0, 0.5, 1.0):
        parts.append(_line(left, y_of(share), left + width, y_of(share), "grid"))
        parts.append(_text(left - 8, y_of(share) + 4, f"{share:.0%}", "end"))
    taken: list[float] = []
    for care in CARES:
        told = times[care]
        count = told["count"] or 1
        path = [f"M{x_of(0):.1f} {y_of(0):.1f}"]
        for number, hours in enumerate(told["hours"], 1):
            path.append(f"H{x_of(hours):.1f}V{y_of(number / count):.1f}")
        path.append(f"H{x_of(HOURS):.1f}")
        parts.append(f'<path d="{"".join(path)}" class="curve {care}"/>')
        y = y_of(len(told["hours"]) / count) + 4
        while any(abs(y - other) < 15 for other in taken):
            y += 15
        taken.append(y)
        parts.append(_text(left + width + 10, y, f"{care}: {told['found']} of {told['count']}"))
    return _svg(760, top + height + 28, "Campaigns detected over time", parts)


def methods(told: Figures, rate: str) -> Markup:
    """Recall of each method at the same cost, with its interval."""
    left, width, top = 190, 480, 26
    order = sorted(
        told["methods"], key=lambda one: (-one["at"][rate]["recall"]["value"], one["name"])
    )
    bottom = top + 30 * len(order)
    parts = []
    for tenth in range(0, 11, 2):
        x = left + width * tenth / 10
        parts.append(_line(x, top - 4, x, bottom, "grid"))
        parts.append(_text(x, top - 10, f"{tenth * 10} %", "mid"))
    for number, method in enumerate(order):
        y = top + 30 * number + 15
        share = method["at"][rate]["recall"]
        ours = method is told["methods"][0]
        colour = "ours" if ours else "theirs"
        size = f'width="{width * share["value"]:.1f}" height="16"'
        parts.append(f'<rect x="{left}" y="{y - 8:.1f}" {size} class="{colour}"/>')
        low, high = (left + width * share[end] for end in ("low", "high"))
        parts.append(_line(low, y, high, y, "interval"))
        name = method["name"].replace("_", " ") + (" *" if method["knows_truth"] else "")
        parts.append(_text(left - 10, y + 4, name, "end strong" if ours else "end"))
        parts.append(_text(left + width + 12, y + 4, f"{share['value']:.1%}", "soft"))
    return _svg(760, bottom + 6, "Recall of each method at the same cost", parts)
