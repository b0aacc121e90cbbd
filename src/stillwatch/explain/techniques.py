"""Shows the catalogue of techniques in a terminal, and gives the same as plain values."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from stillwatch.catalog.load import Catalog
from stillwatch.model.atlas import Atlas
from stillwatch.model.cards import Observation, TechniqueCard, Telltale
from stillwatch.model.evidence import Coverage

_SOFT = "dim"
NOTHING_MEASURED = "Nothing is measured yet: `evaluate` writes how much of each is found."


def listing(catalog: Catalog) -> RenderableType:
    """Every technique, group by group."""
    table = _table("id", "title", "group", "evidence", "detectors", "leaves traffic")
    for group in _groups(catalog):
        for card in group:
            table.add_row(
                card.id,
                card.title,
                card.group,
                ", ".join(card.evidence) or "-",
                str(len(catalog.detectors_of(card))),
                _yes(card.leaves_traffic),
            )
        table.add_section()
    return table


def listing_facts(catalog: Catalog) -> list[dict[str, Any]]:
    """The same as `listing`, as plain values, with the whole of each card."""
    return [card_facts(catalog, card) for group in _groups(catalog) for card in group]


def card(catalog: Catalog, shown: TechniqueCard) -> RenderableType:
    """One technique, whole."""
    facts = [
        shown.group,
        f"takes {shown.capability}",
        f"known from: {', '.join(shown.evidence)}" if shown.evidence else "",
        "" if shown.leaves_traffic else "leaves no traffic",
    ]
    detectors = [f"{one.id}: {one.title}" for one in catalog.detectors_of(shown)]
    return Group(
        Text(f"{shown.id}  {shown.title}", style="bold"),
        Text(" · ".join(fact for fact in facts if fact), style=_SOFT),
        *_section("What", [shown.what]),
        *_section("What the answers train", shown.training_use),
        *_section("Observed", (_observed(one) for one in shown.observed)),
        *_section("In traffic", [shown.in_traffic]),
        *_section("Telltales, and the detectors that read them", _telltales(shown.telltales)),
        *_section("Detectors", detectors or ["none yet"]),
        *_section(
            "Evasions, and what still shows",
            (f"{one.move}\n→ {one.still_shows}" for one in shown.evasions),
        ),
        *_section(
            "Honest work that looks like it",
            (f"{one.who}\n→ {one.tells_apart}" for one in shown.look_alikes),
        ),
        *_section("Responses", shown.responses),
        *_section("Called elsewhere", mappings(shown, catalog.atlas)),
        *_section("Blind spots", shown.blind_spots),
        *_section("Played in evaluation as", shown.generators),
    )


def card_facts(catalog: Catalog, shown: TechniqueCard) -> dict[str, Any]:
    """The same as `card`, as plain values."""
    detectors = [detector.id for detector in catalog.detectors_of(shown)]
    return asdict(shown) | {"detectors": detectors}


def coverage(catalog: Catalog) -> RenderableType:
    """What plays and what looks for each technique, and how much of it is found."""
    table = _table("id", "title", "played by", "detectors", "held against")
    for one in catalog.techniques:
        table.add_row(
            one.id,
            one.title,
            ", ".join(one.generators) or ("-" if one.leaves_traffic else "leaves no traffic"),
            str(len(catalog.detectors_of(one))),
            held(catalog, one.id),
        )
    if not catalog.coverage:
        return Group(table, Text(NOTHING_MEASURED))
    found = _table("id", "kind", "care", "found", "of", "recall", "95 % interval", "seeds", "")
    for row in catalog.coverage:
        found.add_row(*measured(row))
    return Group(table, Text("How much of each is found", style="bold"), found)


def coverage_facts(catalog: Catalog) -> list[dict[str, Any]]:
    """The same as `coverage`, as plain values."""
    return [
        {
            "technique": one.id,
            "title": one.title,
            "leaves_traffic": one.leaves_traffic,
            "generators": one.generators,
            "detectors": [detector.id for detector in catalog.detectors_of(one)],
            "measured": [
                asdict(row) | {"holds": row.holds}
                for row in catalog.coverage
                if row.technique == one.id
            ],
        }
        for one in catalog.techniques
    ]


def held(catalog: Catalog, technique: str) -> str:
    """The cares of operators whose campaigns are found, whatever kind they are."""
    rows = [row for row in catalog.coverage if row.technique == technique]
    if not rows:
        return "not measured"
    cares = dict.fromkeys(row.care for row in rows)
    whole = [care for care in cares if all(row.holds for row in rows if row.care == care)]
    return ", ".join(whole) or "none"


def measured(row: Coverage) -> list[str]:
    """One measurement in words, column by column."""
    return [
        row.technique,
        row.kind,
        row.care,
        f"{row.found:,}",
        f"{row.accounts:,}",
        f"{row.recall:.1%}",
        f"{row.low:.1%} to {row.high:.1%}",
        str(len(row.seeds)),
        "holds" if row.holds else "missed",
    ]


def mappings(shown: TechniqueCard, atlas: Atlas) -> list[str]:
    """What MITRE ATLAS and OWASP call it."""
    techniques = [(id_, atlas.techniques.get(id_)) for id_ in shown.atlas]
    return [
        *(f"MITRE ATLAS {id_} {known.name if known else ''}".strip() for id_, known in techniques),
        *(
            f"MITRE ATLAS mitigation {id_} {atlas.mitigations.get(id_, '')}".strip()
            for id_ in shown.atlas_mitigations
        ),
        *(f"OWASP {id_}" for id_ in shown.owasp),
    ]


def _groups(catalog: Catalog) -> list[list[TechniqueCard]]:
    """The techniques by group; groups in the order of their first technique."""
    found: dict[str, list[TechniqueCard]] = {}
    for one in catalog.techniques:
        found.setdefault(one.group, []).append(one)
    return list(found.values())


def _observed(one: Observation) -> str:
    lines = [f"{one.who}, {one.when} ({one.standing}): {one.says}", f"Source: {one.source}"]
    return "\n".join([*lines, f"Uncertain: {one.uncertain}"] if one.uncertain else lines)


def _telltales(telltales: Iterable[Telltale]) -> Iterable[str]:
    return (f"{one.sign}\n→ {', '.join(one.detectors) or 'no detector'}" for one in telltales)


def _section(title: str, entries: Iterable[str]) -> list[RenderableType]:
    """A title over its entries; nothing when there are none."""
    told = [entry for entry in entries if entry]
    if not told:
        return []
    body = Table.grid(padding=(0, 1))
    for entry in told:
        body.add_row("•" if len(told) > 1 else "", Text(entry))
    return [Text(), Text(title, style="bold"), Padding(body, (0, 0, 0, 1))]


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style=_SOFT)
    for title in columns:
        is_number = title in ("detectors", "found", "of", "recall", "seeds")
        is_whole = is_number or title in ("id", "care", "95 % interval")
        table.add_column(title, justify="right" if is_number else "left", no_wrap=is_whole)
    return table


def _yes(value: bool) -> str:  # noqa: FBT001 - what it says is the value itself
    return "yes" if value else "no"
