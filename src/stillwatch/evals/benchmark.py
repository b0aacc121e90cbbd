"""Runs the whole benchmark: judged worlds, baselines, pooled test, languages, bars."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stillwatch.catalog.load import Catalog
from stillwatch.evals.bars import bars
from stillwatch.evals.baselines import Baseline
from stillwatch.evals.compare import Sample
from stillwatch.evals.figures import coverage, worlds_figures, wronged
from stillwatch.evals.held_out import held_out
from stillwatch.evals.hostile.work import Care
from stillwatch.evals.judge import (
    CARES,
    DAYS,
    HONEST_ACCOUNTS,
    WORLDS_A_CARE,
    JudgedWorld,
    judged,
    judged_traffic,
)
from stillwatch.evals.laboratory import observe
from stillwatch.evals.languages import language_figures
from stillwatch.evals.rivals import rated, rival_figures, trained
from stillwatch.evals.strength import pooled_figures
from stillwatch.evals.worlds import JUDGE_SEEDS, QUICK_SEEDS, TWIN_SEED, texts_for
from stillwatch.model.evidence import Bits, Coverage, Wronged
from stillwatch.tables.query import Limits

QUICK_ACCOUNTS = 5_000

Tell = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """How much is judged."""

    quick: bool = False
    worlds: int = WORLDS_A_CARE  # for each care
    honest_accounts: int = HONEST_ACCOUNTS
    held_out: Sequence[Bits] = ()  # learnt without one part of the kinds each

    def plan(self) -> list[tuple[int, Care | None, int]]:
        """Seed, care and place among its fellows of each world; the last one is honest alone."""
        if self.quick:
            mine = [(seed, care, 0) for seed, care in zip(QUICK_SEEDS, CARES, strict=False)]
            return [*mine, (QUICK_SEEDS[-1], None, 0)]
        planned: list[tuple[int, Care | None, int]] = [
            (JUDGE_SEEDS[WORLDS_A_CARE * at + place], care, place)
            for at, care in enumerate(CARES)
            for place in range(self.worlds)
        ]
        return [*planned, (TWIN_SEED, None, 0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """Everything that was measured, and what the catalogue keeps of it."""

    figures: dict[str, Any]
    coverage: list[Coverage]
    wronged: list[Wronged]


def quick_protocol() -> Protocol:
    """One small world a care, for a look."""
    return Protocol(quick=True, worlds=1, honest_accounts=QUICK_ACCOUNTS)


def benchmark(
    catalog: Catalog, folder: str | None, protocol: Protocol, limits: Limits, tell: Tell
) -> Benchmark:
    """Judge worlds one after the other; only columns over accounts are kept of each."""
    tell("baselines", 0, 1)
    rivals = trained(folder)
    tell("baselines", 1, 1)
    worlds: list[JudgedWorld] = []
    samples: list[Sample] = []
    planned = protocol.plan()
    for world, sample in _judged(catalog, folder, protocol, limits, rivals):
        worlds.append(world)
        if sample is not None:
            samples.append(sample)
        tell("worlds", len(worlds), len(planned))
    figures: dict[str, Any] = {"protocol": _protocol(catalog, folder, protocol)} | worlds_figures(
        worlds
    )
    compared = [
        world
        for world, (_, care, place) in zip(worlds, planned, strict=True)
        if _is_compared(care, place)
    ]
    count = sum(int((world.flagged & ~world.hostile).sum()) for world in compared)
    figures["baselines"] = rival_figures(samples, rivals, count)
    tell("pooled test", 0, 1)
    figures["pooled"] = pooled_figures(catalog, folder, limits, quick=protocol.quick)
    tell("pooled test", 1, 1)
    figures["languages"] = language_figures(
        catalog, limits, lambda done, total: tell("languages", done, total), quick=protocol.quick
    )
    figures["held_out"] = (
        held_out(
            catalog,
            protocol.held_out,
            folder,
            limits,
            lambda done, total: tell("held out", done, total),
        )
        if protocol.held_out
        else None
    )
    figures["bars"] = bars(figures)
    return Benchmark(
        figures=figures,
        coverage=coverage(worlds),
        wronged=wronged(worlds, catalog.alternatives),
    )


def _judged(
    catalog: Catalog,
    folder: str | None,
    protocol: Protocol,
    limits: Limits,
    rivals: tuple[Baseline, ...],
) -> Iterator[tuple[JudgedWorld, Sample | None]]:
    """Each world, and the first of each care also as the baselines see it."""
    for seed, care, place in protocol.plan():
        texts = texts_for(seed, "evaluate", folder)
        traffic = judged_traffic(seed, care, place, protocol.honest_accounts, texts)
        seen = observe(traffic, catalog, limits)
        sample = rated(traffic, seen, rivals, care) if care and _is_compared(care, place) else None
        yield judged(seed, care or "", traffic, seen), sample


def _is_compared(care: Care | None, place: int) -> bool:
    """The first world of each care is judged by every method."""
    return care is not None and place == 0


def _protocol(catalog: Catalog, folder: str | None, protocol: Protocol) -> dict[str, Any]:
    return {
        "quick": protocol.quick,
        "worlds_a_care": protocol.worlds,
        "honest_accounts": protocol.honest_accounts,
        "days": DAYS,
        "seeds": [seed for seed, _, _ in protocol.plan()],
        "texts": "own grammar" if folder is None else "own grammar and public texts",
        "catalog": catalog.digest,
        "bits_measured_on": catalog.bits.measured_on,
        "detectors": len(catalog.detectors),
    }
