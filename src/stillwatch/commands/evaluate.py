"""`stillwatch evaluate`: how good the scan is on traffic that nothing was learnt from."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
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
        picture=Group(_campaigns(worlds), _people(worlds)),
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
        interval = binomtest(wronged, world.honest_count).proportion_ci(method="wilson")
        best = world.single_fields[0] if world.single_fields else None
        table.add_row(
            str(world.seed) if world.found else f"{world.seed} (honest alone)",
            f"{world.exchange_count:,}",
            f"{world.honest_count:,}",
            str(wronged),
            f"{interval.low:.1e} to {interval.high:.1e}",
            f"{world.f1:.3f}" if world.found else "",
            f"{best.f1:.3f} ({best.field})" if best else "",
        )
    classes = sorted({one for world in worlds for one in world.wronged})
    table.caption = Text(f"classes of flagged honest accounts: {', '.join(classes) or 'none'}")
    return table
