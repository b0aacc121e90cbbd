"""`stillwatch formats`: the provider formats that can be read."""

from typing import Any

from stillwatch.io.cards import read_catalog


def formats() -> tuple[list[dict[str, Any]], str]:
    """The formats as data and as words."""
    cards = read_catalog().providers
    value = [
        {"format": card.id, "title": card.title, "cannot_carry": dict(card.cannot_carry)}
        for card in cards
    ]
    lines = [
        f"{card.id:<20} {card.title}\n"
        + "".join(f"    cannot carry {name}: {why}\n" for name, why in card.cannot_carry.items())
        for card in cards
    ]
    return value, "\n".join(lines)
