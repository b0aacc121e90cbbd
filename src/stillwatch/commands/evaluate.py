"""`stillwatch evaluate`: how good the scan is on traffic that nothing was learnt from."""

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from scipy.stats import binomtest

from stillwatch.evals.plain import World, judge
from stillwatch.io.cards import read_catalog
from stillwatch.io.progress import Teller
from stillwatch.settings import Settings
from stillwatch.tables.query import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What is printed, for a person and for a machine, and whether every bar was met."""

    picture: RenderableType
    as_json: list[dict[str, Any]]
    is_passed: bool


def evaluate(texts: Path | None, settings: Settings, *, quiet: bool) -> Evaluation:
    """Judge plain campaigns of every kind at one per cent, and a world of honest accounts alone."""
    bits = Path(settings.bits) if settings.bits else None
    catalog = read_catalog(Path(settings.cards) if settings.cards else None, bits=bits)
    limits = Limits(threads=settings.threads, memory=settings.memory_limit)
    with Teller(quiet=quiet) as tell:
        worlds = judge(catalog, str(texts) if texts else None, limits, tell)
    found = [one for world in worlds for one in world.found]
    return Evaluation(
        picture=Group(_campaigns(worlds), _people(worlds), _classes(worlds)),
        as_json=[asdict(world) for world in worlds],
        is_passed=all(one.passes for one in found) and not worlds[-1].wronged,
    )


def _campaigns(worlds: list[World]) -> Table:
    table = Table(title="Plain campaigns, each hidden at about 1 % of 20,000 honest accounts")
    for name in ("kind", "accounts", "found", "recall", "purity", "hours", ""):
        table.add_column(name, justify="left" if name == "kind" else "right")
    for world in worlds:
        for one in world.found:
            table.add_row(
                one.kind,
                str(one.account_count),
                str(one.found_count),
                f"{one.recall:.0%}",
                f"{one.purity:.0%}",
                "-" if one.hours is None else f"{one.hours:.0f}",
                "ok" if one.passes else "missed",
            )
    return table


def _people(worlds: list[World]) -> Table:
    table = Table(title="Honest accounts flagged, and the best rule on a single field")
    for name in (
        "world",
        "exchanges",
        "honest",
        "flagged",
        "95 % interval",
        "F1",
        "best field's F1",
    ):
        table.add_column(name, justify="right")
    for world in worlds:
        wronged = len(world.wronged)
        best = world.single_fields[0] if world.single_fields else None
        table.add_row(
            str(world.seed) if world.found else f"{world.seed} (honest alone)",
            f"{world.exchange_count:,}",
            f"{world.honest_count:,}",
            str(wronged),
            _interval(wronged, world.honest_count),
            f"{world.f1:.3f}" if world.found else "",
            f"{best.f1:.3f} ({best.field})" if best else "",
        )
    return table


def _classes(worlds: list[World]) -> Table:
    """Whom it wrongs, class by class: the first thing to be judged by."""
    table = Table(title="Honest accounts flagged, by class")
    for name in ("class", "active accounts", "flagged", "95 % interval"):
        table.add_column(name, justify="left" if name == "class" else "right")
    active = sum((Counter(world.honest) for world in worlds), Counter[str]())
    wronged = Counter(one for world in worlds for one in world.wronged)
    for name in sorted(active, key=lambda one: (-wronged[one] / active[one], one)):
        count = active[name]
        table.add_row(name, f"{count:,}", str(wronged[name]), _interval(wronged[name], count))
    return table


def _interval(hits: int, count: int) -> str:
    """Wilson 1927."""
    interval = binomtest(hits, count).proportion_ci(method="wilson")
    return f"{interval.low:.1e} to {interval.high:.1e}"
