"""`stillwatch techniques`: the catalogue, to read."""

from dataclasses import asdict
from typing import Any

from stillwatch.io.cards import read_catalog
from stillwatch.model.errors import SettingError


def techniques(action: str, technique: str | None) -> tuple[Any, str]:
    """The catalogue, or one technique of it, as data and as words."""
    catalog = read_catalog()
    if action == "list":
        lines = [f"{card.id}  {card.title}  ({card.group})" for card in catalog.techniques]
        return [asdict(card) for card in catalog.techniques], "\n".join(lines)
    if action != "show" or technique is None:
        raise SettingError("techniques", f"unknown action '{action}'", "use `list` or `show ID`")
    for card in catalog.techniques:
        if card.id == technique:
            detectors = [d for d in catalog.detectors if d.technique == technique]
            value = asdict(card) | {"detectors": [d.id for d in detectors]}
            found = "\n".join(f"  {d.id}: {d.title}" for d in detectors) or "  none yet"
            words = f"{card.id}  {card.title}\n{card.what}\nDetectors:\n{found}"
            return value, words
    raise SettingError("techniques", f"unknown technique '{technique}'", "see `techniques list`")
