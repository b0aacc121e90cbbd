"""Writes what we look for as a layer of the ATT&CK Navigator, over the matrix of MITRE ATLAS.

Layer format 4.5 (https://github.com/mitre-attack/attack-navigator, layers/spec/v4.5).
"""

import json
from typing import Any

from stillwatch.catalog.load import Catalog
from stillwatch.model.atlas import technique_page
from stillwatch.model.cards import TechniqueCard

DOMAIN = "atlas-atlas"  # what the ATLAS Navigator calls its matrix
NONE, MOST = "#ffffff", "#2c7fb8"


def navigator_layer(catalog: Catalog) -> str:
    """The layer as JSON: each ATLAS technique is coloured by how many detectors look for it."""
    return json.dumps(layer(catalog), indent=1, ensure_ascii=False) + "\n"


def layer(catalog: Catalog) -> dict[str, Any]:
    """The same as plain values."""
    by_technique: dict[str, list[TechniqueCard]] = {}
    for card in catalog.techniques:
        for id_ in card.atlas:
            by_technique.setdefault(id_, []).append(card)
    entries = [_entry(id_, cards, catalog) for id_, cards in sorted(by_technique.items())]
    parents = {id_.rpartition(".")[0] for id_ in by_technique if id_.count(".") == 2}
    for entry in entries:
        if entry["techniqueID"] in parents:
            entry["showSubtechniques"] = True
    alone = sorted(parents - by_technique.keys())
    entries += [{"techniqueID": id_, "showSubtechniques": True} for id_ in alone]
    most = max((entry.get("score", 0) for entry in entries), default=0)
    missing = [card.id for card in catalog.techniques if not card.atlas]
    return {
        "name": "Stillwatch: adversarial distillation",
        "versions": {"navigator": "4.9.0", "layer": "4.5"},
        "domain": DOMAIN,
        "description": "How many detectors look for each technique of MITRE ATLAS that a technique "
        "of adversarial distillation maps to. A score of 0 is documented and not detected.",
        "sorting": 3,
        "layout": {"layout": "side", "showID": True, "expandedSubtechniques": "annotated"},
        "hideDisabled": False,
        "techniques": entries,
        "gradient": {"colors": [NONE, MOST], "minValue": 0, "maxValue": max(1, most)},
        "legendItems": [
            {"label": "no detector", "color": NONE},
            {"label": f"{max(1, most)} detectors", "color": MOST},
        ],
        "metadata": [
            {"name": "atlas_data_version", "value": catalog.atlas.version},
            {"name": "without a technique of ATLAS", "value": ", ".join(missing) or "none"},
        ],
    }


def _entry(id_: str, cards: list[TechniqueCard], catalog: Catalog) -> dict[str, Any]:
    found = {card.id: [one.id for one in catalog.detectors_of(card)] for card in cards}
    return {
        "techniqueID": id_,
        "score": len({detector for named in found.values() for detector in named}),
        "comment": "\n".join(f"{card.id} {card.title}" for card in cards),
        "metadata": [
            {"name": card.id, "value": ", ".join(found[card.id]) or "no detector"} for card in cards
        ],
        "links": [{"label": f"{id_} of MITRE ATLAS", "url": technique_page(id_)}],
    }
