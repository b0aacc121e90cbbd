"""`stillwatch calibrate`: measure what evidence is worth, on traffic whose truth is known."""

from pathlib import Path

import msgspec

from stillwatch.evals.calibrate import calibrate as measure
from stillwatch.evals.worlds import World
from stillwatch.io.cards import read_catalog
from stillwatch.io.progress import Teller
from stillwatch.settings import Settings
from stillwatch.tables.query import Limits


def calibrate(out: Path, texts: Path | None, settings: Settings, *, quiet: bool) -> str:
    """Write a bits file; `--bits` or the catalogue reads it."""
    catalog = read_catalog(Path(settings.cards) if settings.cards else None)
    limits = Limits(threads=settings.threads, memory=settings.memory_limit)
    with Teller(quiet=quiet) as tell:
        bits = measure(catalog, World(), str(texts) if texts else None, limits, tell)
    out.write_bytes(msgspec.json.format(msgspec.json.encode(bits), indent=1) + b"\n")
    return f"{len(bits.level)} levels and {len(bits.link)} kinds of link measured: {out}"
