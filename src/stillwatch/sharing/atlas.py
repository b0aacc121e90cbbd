"""Writes the techniques as a matrix of their own in the data format of MITRE ATLAS.

The format is that of ATLAS data up to 5.6, which has a published JSON Schema. Our ids keep its
form: AD-007 is AD.T0007. Tactics and mitigations are ATLAS's own, by id.
"""

import re
from collections.abc import Iterable
from typing import Any

from stillwatch.catalog.load import Catalog
from stillwatch.model.atlas import Atlas, mitigation_page, tactic_page
from stillwatch.model.cards import Observation, TechniqueCard
from stillwatch.model.errors import CardError, SettingError, raise_faults

MATRIX = "STILLWATCH"
TITLE = "Stillwatch techniques of adversarial distillation"
# From the strongest evidence down. A market sells what works, though no incident is on record.
MATURITY = {"wild": "realized", "market": "demonstrated", "research": "feasible"}
_ID = re.compile(r"([A-Z]+\d*)-(\d{1,4})")


def atlas_yaml(catalog: Catalog, version: str) -> str:
    """The extension as YAML.

    Raises SettingError when the `sharing` extra is not installed, and CardError or Faults for ids
    that ATLAS's form has no room for.
    """
    try:
        import yaml
    except ImportError as error:
        need = "needs the package pyyaml"
        raise SettingError("export atlas", need, "install stillwatch[sharing]") from error
    value = atlas_data(catalog, version)
    text: str = yaml.safe_dump(
        value, sort_keys=False, allow_unicode=True, width=100, explicit_start=True
    )
    return text


def atlas_data(catalog: Catalog, version: str) -> dict[str, Any]:
    """The same as plain values."""
    faults = [
        CardError(f"techniques/{card.id}.toml", "has no id of ATLAS's form", "name it AD-045")
        for card in catalog.techniques
        if not _ID.fullmatch(card.id)
    ]
    raise_faults("techniques", faults)
    techniques = [_technique(card, catalog.atlas) for card in catalog.techniques]
    served = {tactic for technique in techniques for tactic in technique["tactics"]}
    matrix = {
        "id": MATRIX,
        "name": TITLE,
        "tactics": [
            {
                "id": id_,
                "name": name,
                "description": f"[{name}]({tactic_page(id_)}) of ATLAS {catalog.atlas.version}.",
                "object-type": "tactic",
            }
            for id_, name in catalog.atlas.tactics.items()
            if id_ in served
        ],
        "techniques": techniques,
        "mitigations": _mitigations(catalog),
    }
    return {"id": MATRIX, "name": TITLE, "version": version, "matrices": [matrix]}


def _technique(card: TechniqueCard, atlas: Atlas) -> dict[str, Any]:
    maturity = next((MATURITY[one] for one in MATURITY if one in card.evidence), None)
    return {
        "id": _atlas_id(card.id),
        "name": card.title,
        "description": _description(card, atlas),
        "object-type": "technique",
        "tactics": atlas.tactics_of(card.atlas, card.group),
        **({"maturity": maturity} if maturity else {}),
        **({"references": _references(card.observed)} if card.observed else {}),
    }


def _description(card: TechniqueCard, atlas: Atlas) -> str:
    """Markdown, as ATLAS's descriptions are; links to ATLAS's own pages are relative there."""
    related = [f"[{atlas.techniques[id_].name}](/techniques/{id_})" for id_ in card.atlas]
    parts = [
        card.what,
        f"In traffic: {card.in_traffic}" if card.in_traffic else "",
        "" if card.leaves_traffic else "It leaves nothing in the provider's traffic.",
        _listed("Telltales", (one.sign for one in card.telltales)),
        _listed("Evasions", (f"{e.move} What still shows: {e.still_shows}" for e in card.evasions)),
        _listed("Look-alikes", (f"{one.who}: {one.tells_apart}" for one in card.look_alikes)),
        _listed("Blind spots", card.blind_spots),
        _listed("Responses", card.responses),
        f"Related: {', '.join(related)}." if related else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _listed(title: str, entries: Iterable[str]) -> str:
    lines = [f"- {entry}" for entry in entries]
    return "\n".join([f"{title}:", "", *lines]) if lines else ""


def _references(observed: Iterable[Observation]) -> list[dict[str, str | None]]:
    """Each source once."""
    found = {f"{one.who} ({one.when}): {one.source}": one.address for one in observed}
    return [{"title": title, "url": url} for title, url in found.items()]


def _mitigations(catalog: Catalog) -> list[dict[str, Any]]:
    """ATLAS's mitigations that cards cite, with the techniques each is used against."""
    used: dict[str, list[str]] = {}
    for card in catalog.techniques:
        for id_ in card.atlas_mitigations:
            used.setdefault(id_, []).append(card.id)
    return [
        {
            "id": id_,
            "name": name,
            "description": f"[{name}]({mitigation_page(id_)}) of ATLAS.",
            "object-type": "mitigation",
            "techniques": [
                {"id": _atlas_id(card), "use": f"See the responses of {card}."}
                for card in used[id_]
            ],
        }
        for id_, name in catalog.atlas.mitigations.items()
        if id_ in used
    ]


def _atlas_id(id_: str) -> str:
    prefix, number = id_.rsplit("-", 1)
    return f"{prefix}.T{int(number):04d}"
