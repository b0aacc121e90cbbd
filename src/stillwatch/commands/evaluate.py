"""`stillwatch evaluate`: how good the scan is on traffic that nothing was learnt from."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from stillwatch.evals.authors import judge_authors
from stillwatch.evals.benchmark import Protocol, benchmark, quick_protocol
from stillwatch.evals.left_out import FOLDS, beside, kinds_name
from stillwatch.evals.recorded import recorded
from stillwatch.explain.evaluation import evaluation_page
from stillwatch.explain.evaluation_tables import authors_table, tables
from stillwatch.io.cards import read_catalog
from stillwatch.io.pages import write_pages
from stillwatch.io.progress import Teller
from stillwatch.model.errors import SettingError
from stillwatch.model.evidence import Bits
from stillwatch.settings import Settings
from stillwatch.tables.query import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What is printed, for a person and for a machine, and whether no bar was missed."""

    picture: RenderableType
    as_json: dict[str, Any]
    is_passed: bool


def evaluate(
    texts: Path | None,
    settings: Settings,
    *,
    out: Path | None,
    quick: bool,
    held_out: Path | None,
    quiet: bool,
) -> Evaluation:
    """Judge campaigns of every kind at every care, and write JSON and page where asked to."""
    bits = Path(settings.bits) if settings.bits else None
    catalog = read_catalog(Path(settings.cards) if settings.cards else None, bits=bits)
    limits = Limits(threads=settings.threads, memory=settings.memory_limit)
    protocol = replace(quick_protocol() if quick else Protocol(), held_out=_without_kinds(held_out))
    with Teller(quiet=quiet) as tell:
        found = benchmark(catalog, str(texts) if texts else None, protocol, limits, tell)
    if out is not None:
        pages = {
            "evaluation.json": _json(found.figures),
            "coverage.json": _json([asdict(row) for row in found.coverage]),
            "wronged.json": _json([asdict(row) for row in found.wronged]),
            "evaluation.html": evaluation_page(found.figures),
        }
        write_pages(out, pages)
    return Evaluation(
        picture=tables(found.figures),
        as_json=found.figures,
        is_passed=all(bar["is_met"] is not False for bar in found.figures["bars"]),
    )


def _without_kinds(bits: Path | None) -> tuple[Bits, ...]:
    """The bits that `calibrate --leave-out` wrote beside these, without a part of the kinds."""
    if bits is None:
        return ()
    paths = [beside(bits, kinds_name(number)) for number in range(FOLDS)]
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        raise SettingError(
            "--held-out",
            f"{', '.join(missing)} is not beside {bits}",
            "name the file that `stillwatch calibrate --leave-out --out FILE` wrote",
        )
    return tuple(read_catalog(bits=path).bits for path in paths)


def evaluate_worlds(
    worlds: Path, settings: Settings, *, out: Path | None, quiet: bool
) -> Evaluation:
    """Judge worlds of other authors, each author's by themselves; `out` gets the JSON."""
    bits = Path(settings.bits) if settings.bits else None
    catalog = read_catalog(Path(settings.cards) if settings.cards else None, bits=bits)
    limits = Limits(threads=settings.threads, memory=settings.memory_limit)
    with Teller(quiet=quiet) as tell:
        figures = judge_authors(recorded(worlds), catalog, limits, tell)
    if out is not None:
        write_pages(out, {"authors.json": _json(figures)})
    return Evaluation(picture=authors_table(figures), as_json=figures, is_passed=True)


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, allow_nan=False) + "\n"
