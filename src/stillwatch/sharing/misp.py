"""Writes the techniques and the words of a share in MISP's own formats.

A galaxy with its clusters (techniques), a taxonomy (the words of the minimal event, as tags) and
an object template (the minimal event), each at the path where MISP looks for it.
"""

import json
import uuid
from typing import Any

from stillwatch.catalog.load import Catalog
from stillwatch.model.atlas import technique_page
from stillwatch.model.cards import TechniqueCard
from stillwatch.sharing.profile import BASES, NOT_STATED, RESPONSES, SERVICES, USES
from stillwatch.sharing.stix import ATLAS, NAMESPACE

NAME = "adversarial-distillation"
TITLE = "Adversarial Distillation"
ABOUT = "Extracting a language model's abilities through its API by many accounts."
VERSION = 1
PREDICATES = {
    "service": ("Where it was seen", SERVICES),
    "response": ("What was done", RESPONSES),
    "legal-basis": ("On what basis it was shared", BASES),
    "permitted-use": ("What the receiver may do with it", USES),
}
# Attribute of the template → MISP's type of it, and what it is.
EVENT = {
    "cluster": ("text", "Pseudonym of the campaign, under a key of the sender"),
    "behaviour": ("text", "Technique of the catalogue, by id"),
    "service": ("text", "Where it was seen"),
    "response": ("text", "What was done, never to whom"),
    "confidence": ("counter", "How sure the sender is, 0 to 100 in tens"),
    "window-start": ("datetime", "First day"),
    "window-end": ("datetime", "End of the last day"),
    "expires-at": ("datetime", "When it is to be forgotten"),
    "legal-basis": ("text", "On what basis it was shared"),
    "permitted-use": ("text", "What the receiver may do with it"),
    "circle": ("text", "Circle in which it was shared"),
    "accounts": ("text", "Number of accounts, as a band"),
    "exchanges": ("text", "Number of exchanges, as a band"),
    "token": ("text", "Token that members of the circle can make of their own traffic"),
}
WORDS = {
    "service": SERVICES,
    "response": RESPONSES,
    "legal-basis": tuple(one for one in BASES if one != NOT_STATED),
    "permitted-use": USES,
}
SEVERAL = ("behaviour", "permitted-use", "token")
NEEDED = ("cluster", "window-start", "window-end", "expires-at", "confidence")


def misp_files(catalog: Catalog) -> dict[str, str]:
    """Every file by its path in a checkout of MISP's galaxies, taxonomies and objects."""
    files = {
        f"galaxies/{NAME}.json": galaxy(),
        f"clusters/{NAME}.json": clusters(catalog),
        f"taxonomies/{NAME}/machinetag.json": taxonomy(),
        f"objects/{NAME}/definition.json": template(),
    }
    return {
        path: json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        for path, value in files.items()
    }


def galaxy() -> dict[str, Any]:
    """What the clusters are."""
    return {
        "name": TITLE,
        "type": NAME,
        "namespace": "stillwatch",
        "description": ABOUT,
        "icon": "user-secret",
        "uuid": _uuid("galaxy"),
        "version": VERSION,
    }


def clusters(catalog: Catalog) -> dict[str, Any]:
    """One cluster a technique; its UUID is that of the STIX attack pattern."""
    return {
        "name": TITLE,
        "type": NAME,
        "category": "attack-pattern",
        "description": ABOUT,
        "source": "stillwatch",
        "authors": ["Stillwatch"],
        "uuid": _uuid("clusters"),
        "version": VERSION,
        "values": [_cluster(card) for card in catalog.techniques],
    }


def taxonomy() -> dict[str, Any]:
    """The words of the minimal event, for tags such as `adversarial-distillation:service="api"`."""
    return {
        "namespace": NAME,
        "expanded": TITLE,
        "description": "Words of the minimal event that labs share of a campaign.",
        "version": VERSION,
        "type": ["event"],
        "predicates": [
            {"value": name, "expanded": expanded} for name, (expanded, _) in PREDICATES.items()
        ],
        "values": [
            {
                "predicate": name,
                "entry": [{"value": word, "expanded": _spoken(word)} for word in words],
            }
            for name, (_, words) in PREDICATES.items()
        ],
    }


def template() -> dict[str, Any]:
    """The minimal event as an object of MISP, with volumes and traces."""
    attributes: dict[str, Any] = {}
    for place, (name, (kind, about)) in enumerate(EVENT.items()):
        attributes[name] = {
            "misp-attribute": kind,
            "description": about,
            "ui-priority": len(EVENT) - place,
            # Words of a list stand in events that have nothing else in common.
            "disable_correlation": name not in ("cluster", "token"),
        }
        if name in WORDS:
            attributes[name]["values_list"] = list(WORDS[name])
        if name in SEVERAL:
            attributes[name]["multiple"] = True
    return {
        "name": NAME,
        "description": "Minimal event of a campaign of adversarial distillation.",
        "meta-category": "misc",
        "uuid": _uuid("template"),
        "version": VERSION,
        "required": list(NEEDED),
        "attributes": attributes,
    }


def _cluster(card: TechniqueCard) -> dict[str, Any]:
    refs = [technique_page(id_) for id_ in card.atlas]
    refs += [one.address for one in card.observed if one.address]
    meta: dict[str, Any] = {"external_id": card.id}
    if card.atlas:
        meta[ATLAS] = list(card.atlas)
    if refs:
        meta["refs"] = list(dict.fromkeys(refs))
    return {
        "value": f"{card.title} - {card.id}",
        "description": "\n\n".join(text for text in (card.what, card.in_traffic) if text),
        "uuid": str(uuid.uuid5(NAMESPACE, f"attack-pattern/{card.id}")),
        "meta": meta,
    }


def _spoken(word: str) -> str:
    return word.replace("-", " ").capitalize()


def _uuid(what: str) -> str:
    return str(uuid.uuid5(NAMESPACE, f"misp/{what}"))
