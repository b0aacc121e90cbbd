"""Kinds of campaign in three parts, and where bits lie that were learnt without something."""

from pathlib import Path

from stillwatch.evals.hostile.ways import KINDS

FOLDS = 3


def folds() -> tuple[frozenset[str], ...]:
    """Every kind in one of three parts; neighbours, which are alike, in different ones.

    A kind is named as our own worlds name it, and as others do, after its method: M04 for the
    technique AD-004.
    """
    parts = []
    for one in range(FOLDS):
        mine = list(KINDS)[one::FOLDS]
        parts.append(frozenset(mine) | {f"M{KINDS[kind].technique[-2:]}" for kind in mine})
    return tuple(parts)


def kinds_name(number: int) -> str:
    """What bits are called that were learnt without this part of the kinds."""
    return f"kinds-{number + 1}"


def beside(bits: Path, name: str) -> Path:
    """The file beside `bits` of those that were learnt without an author or a part of the kinds."""
    return bits.with_name(f"{bits.stem}.without-{name}{bits.suffix}")
