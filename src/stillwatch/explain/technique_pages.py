"""Writes the page of the documentation that holds every technique, from its card."""

from collections.abc import Iterable

from stillwatch.catalog.load import Catalog
from stillwatch.explain.pages import cell, code, grid, page
from stillwatch.explain.techniques import NOTHING_MEASURED, held, mappings, measured
from stillwatch.model.cards import Observation, TechniqueCard

_ABOUT = """Each technique is one documented method of adversarial distillation: how it is known,
what it leaves in traffic, how it is hidden, and what honest work resembles it. Its detectors are on
[the page of cards](cards.md). `stillwatch techniques` shows the same in a terminal, and
[writes it in formats that others read](how-to/share-techniques.md)."""


def techniques_page(catalog: Catalog) -> str:
    """A section a technique, and how much of each is found."""
    return page(
        "Techniques",
        _ABOUT,
        "## Coverage",
        *_coverage(catalog),
        *(part for card in catalog.techniques for part in _technique(catalog, card)),
    )


def _coverage(catalog: Catalog) -> list[str]:
    rows = [
        [
            f"[{card.id}](#{_anchor(card)})",
            card.title,
            ", ".join(code(name) for name in card.generators) or "-",
            str(len(catalog.detectors_of(card))),
            held(catalog, card.id),
        ]
        for card in catalog.techniques
    ]
    table = grid(["id", "title", "played by", "detectors", "held against"], rows)
    if not catalog.coverage:
        return [table, NOTHING_MEASURED]
    head = ["id", "kind", "care", "found", "of", "recall", "95 % interval", "seeds", ""]
    told = "How much is found, by the kind of campaign that plays it and its operator's care:"
    return [table, told, grid(head, [measured(row) for row in catalog.coverage])]


def _technique(catalog: Catalog, card: TechniqueCard) -> list[str]:
    facts = [
        card.group,
        f"takes {card.capability}",
        f"known from: {', '.join(card.evidence)}" if card.evidence else "",
        "" if card.leaves_traffic else "leaves no traffic",
    ]
    detectors = [code(detector.id) for detector in catalog.detectors_of(card)]
    parts = [
        f"## {card.id} {card.title}",
        f"*{cell(' · '.join(fact for fact in facts if fact))}*",
        card.what,
        _said("The answers train", ", ".join(card.training_use)),
        _said("In traffic", card.in_traffic),
        _listed("Observed", (_observed(one) for one in card.observed)),
        _grid(
            ["telltale", "detectors"],
            [[t.sign, ", ".join(code(d) for d in t.detectors) or "none"] for t in card.telltales],
        ),
        _said("Detectors", ", ".join(detectors) or "none yet"),
        _grid(["evasion", "what still shows"], [[e.move, e.still_shows] for e in card.evasions]),
        _grid(
            ["honest work that looks like it", "what tells it apart"],
            [[one.who, one.tells_apart] for one in card.look_alikes],
        ),
        _listed("Responses", card.responses),
        _listed("Called elsewhere", mappings(card, catalog.atlas)),
        _listed("Blind spots", card.blind_spots),
    ]
    return [part for part in parts if part]


def _anchor(card: TechniqueCard) -> str:
    """What a Markdown page calls the heading of a technique."""
    words = f"{card.id} {card.title}".lower()
    return "".join(c for c in words if c.isalnum() or c in " -").replace(" ", "-")


def _observed(one: Observation) -> str:
    source = f"[{one.source}]({one.address})" if one.address else one.source
    uncertain = f" Uncertain: {one.uncertain}" if one.uncertain else ""
    return f"{one.who}, {one.when} ({one.standing}): {one.says} Source: {source}.{uncertain}"


def _said(title: str, text: str) -> str:
    return f"**{title}**: {text}" if text else ""


def _listed(title: str, entries: Iterable[str]) -> str:
    lines = [f"- {cell(entry)}" for entry in entries]
    return "\n".join([f"**{title}**", "", *lines]) if lines else ""


def _grid(head: list[str], rows: list[list[str]]) -> str:
    return grid(head, rows) if rows else ""
