"""`stillwatch calibrate`: measure what evidence is worth, on traffic whose truth is known."""

from pathlib import Path

import msgspec

from stillwatch.evals.calibrate import calibrate as measure
from stillwatch.evals.left_out import beside
from stillwatch.evals.recorded import recorded
from stillwatch.evals.worlds import World
from stillwatch.io.cards import read_catalog
from stillwatch.io.progress import Teller
from stillwatch.model.evidence import Bits
from stillwatch.settings import Settings
from stillwatch.tables.query import Limits


def calibrate(
    out: Path,
    texts: Path | None,
    settings: Settings,
    *,
    worlds: Path | None,
    leave_out: bool,
    quiet: bool,
) -> str:
    """Write a bits file; `--bits` or the catalogue reads it.

    With `leave_out` also one without each author and each part of the kinds, beside it.
    """
    catalog = read_catalog(Path(settings.cards) if settings.cards else None)
    limits = Limits(threads=settings.threads, memory=settings.memory_limit)
    others = recorded(worlds) if worlds is not None else []
    with Teller(quiet=quiet) as tell:
        found = measure(
            catalog,
            World(),
            str(texts) if texts else None,
            limits,
            tell,
            others=others,
            leave_out=leave_out,
        )
    _write(out, found.bits)
    for name, bits in found.without.items():
        _write(beside(out, name), bits)
    count = len(found.bits.level), len(found.bits.link)
    return f"{count[0]} levels and {count[1]} kinds of link measured: {out}"


def _write(path: Path, bits: Bits) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(bits), indent=1) + b"\n")
