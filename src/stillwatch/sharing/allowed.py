"""The list of what may leave, field by field, each with the reason why it may.

Nothing leaves that is not on this list: `disclose` walks every object that it made, and a field
without a line here stops the share. To let something new leave is to add a line, and to argue it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from stillwatch.sharing.profile import PROFILE

IDENTIFIER = "made from what the object is about; says nothing more"
PUBLIC = "public: a word of STIX, of TLP or of our published catalogue"
KEYED = "a pseudonym under a key of the sender or of the circle; the same person is not named by it"
BANDED = "a band, so that no exact volume of the sender's traffic is told"
DAYS = "the day alone"
SETTLED = "settled by the person who shares"
NEEDED = "without it the receiver could not tell when to forget it"
PROOF = "proves who sent it and that nothing was changed"
TAKEN = "what was done, by a word of the policy; never to whom"
MARKED = "says who may see it"

COMMON: Mapping[str, str] = {
    "type": PUBLIC,
    "id": IDENTIFIER,
    "spec_version": PUBLIC,
    "created": "the beginning of an epoch, the same in every version",
    "modified": "when the object was last changed; the receiver orders versions by it",
    "created_by_ref": "made from the sender's public key, which the circle knows",
    "object_marking_refs": MARKED,
    "revoked": "takes the object back",
    "confidence": "how sure the sender is, in steps of ten",
    "lang": "the language of our own words; says nothing of anybody's",
    "external_references.source_name": PUBLIC,
    "external_references.external_id": PUBLIC,
    "external_references.url": PUBLIC,
}
EXTENSION = f"extensions.{PROFILE}."
FACTS = {"extension_type": PUBLIC, "facts": PUBLIC}

OWN: Mapping[str, Mapping[str, str]] = {
    "identity": {"name": "made from the sender's public key", "identity_class": PUBLIC},
    "attack-pattern": {"name": PUBLIC},
    "campaign": {"name": KEYED, "first_seen": DAYS, "last_seen": DAYS, "objective": PUBLIC},
    "course-of-action": {"name": TAKEN},
    "grouping": {"name": KEYED, "context": PUBLIC, "object_refs": IDENTIFIER},
    "indicator": {
        "name": PUBLIC,
        "description": PUBLIC,
        "indicator_types": PUBLIC,
        "pattern": KEYED,
        "pattern_type": PUBLIC,
        "valid_from": DAYS,
        "valid_until": NEEDED,
    },
    "sighting": {
        "sighting_of_ref": "the peer's own object",
        "where_sighted_refs": "made from the sender's public key, which the circle knows",
        "first_seen": DAYS,
        "last_seen": DAYS,
        "count": BANDED,
    },
    "opinion": {"opinion": SETTLED, "object_refs": "the peer's own object"},
    "relationship": {
        "relationship_type": PUBLIC,
        "source_ref": IDENTIFIER,
        "target_ref": IDENTIFIER,
    },
    "observed-data": {
        "first_observed": DAYS,
        "last_observed": DAYS,
        "number_observed": BANDED,
        "object_refs": IDENTIFIER,
    },
    "extension-definition": dict.fromkeys(
        ("name", "description", "schema", "version", "extension_types"), PUBLIC
    ),
    "marking-definition": dict.fromkeys(
        ("name", "extensions.*.extension_type", "extensions.*.tlp_2_0"), PUBLIC
    ),
}
EVENT = FACTS | {
    "circle": "the circle's own name",
    "cluster": KEYED,
    "behaviours": PUBLIC,
    "service": SETTLED,
    "response": TAKEN,
    "confidence": "how sure the sender is, in steps of ten",
    "window_start": DAYS,
    "window_end": DAYS,
    "expires_at": NEEDED,
    "legal_basis": SETTLED,
    "permitted_use": SETTLED,
    "seal.keyid": PROOF,
    "seal.root": PROOF,
    "seal.object_count": PROOF,
    "seal.signature": PROOF,
}
VOLUME = FACTS | {"accounts": BANDED, "exchanges": BANDED, "evidence_families": PUBLIC}
TRACE = FACTS | {
    "circle": "the circle's own name",
    "kind": "a kind of link of our published catalogue",
    "epoch": "counts days since 1970",
    "token": KEYED,
    "accounts": BANDED,
}
EXTENDED = {"grouping": EVENT, "campaign": VOLUME, "indicator": TRACE}


def reason_for(kind: str, path: str) -> str | None:
    """Why this field of an object of this type may leave; None when it may not."""
    if kind == "marking-definition" and path.startswith("extensions."):
        path = f"extensions.*.{path.rsplit('.', 1)[-1]}"
    if path.startswith(EXTENSION):
        return EXTENDED.get(kind, {}).get(path.removeprefix(EXTENSION))
    own = OWN.get(kind)
    return None if own is None else own.get(path) or COMMON.get(path)


def fields_of(value: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Every field of an object with its value, however deep; lists of one field stand together."""
    for name, inner in value.items():
        path = f"{before}{name}"
        if isinstance(inner, Mapping):
            yield from fields_of(inner, f"{path}.")
        elif isinstance(inner, list) and inner and isinstance(inner[0], Mapping):
            for one in inner:
                yield from fields_of(one, f"{path}.")
        else:
            yield path, inner
