"""Reads the marker cards for the tests of this folder."""

import tomllib
from pathlib import Path

from stillwatch.model.marker import MarkerCard, MarkerTest

FOLDER = Path(__file__).parents[3] / "src" / "stillwatch" / "catalog" / "markers"


def marker_cards() -> list[MarkerCard]:
    """Every card, in order of file name."""
    cards = []
    for path in sorted(FOLDER.glob("*.toml")):
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        tests = tuple(MarkerTest(**test) for test in raw.pop("test"))
        groups = tuple(tuple(group) for group in raw.pop("groups"))
        cards.append(MarkerCard(**raw, groups=groups, tests=tests))
    return cards
