"""Seals a share: one signature over every object of it, which any receiver can check.

Objects come back from a hub in any order and on several pages, so what is signed is a Merkle root
over their canonical bytes (RFC 8785), ordered by id, beside the event without its seal. Envelope,
tree and canonical form are the verifier's; the kind of statement keeps a share's signature from
ever passing for that of a proof.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from stillwatch.sharing import profile as stix
from stillwatch.verifier import merkle
from stillwatch.verifier.canonical import digest, encode
from stillwatch.verifier.envelope import STATEMENT, is_signed, sign

KIND = "urn:stillwatch:share:1"
Leaf = tuple[str, bytes]  # an object's id, by which leaves are ordered, and its hash


def sealed(objects: Sequence[Any], private: bytes) -> list[Any]:
    """The objects, with the seal in the one grouping among them that bears an event."""
    values = [msgspec.to_builtins(one) for one in objects]
    place = next(at for at, value in enumerate(values) if event_of(value) is not None)
    others = [value for at, value in enumerate(values) if at != place]
    top = root_of(others)
    keyid, signature = sign(_statement(values[place], top, len(others)), private)
    grouping = objects[place]
    event = msgspec.structs.replace(
        grouping.extensions.facts,
        seal=stix.Seal(
            keyid=keyid,
            root=top,
            object_count=len(others),
            signature=base64.b64encode(signature).decode(),
        ),
    )
    signed = msgspec.structs.replace(grouping, extensions=stix.Extensions(event))
    return [signed if at == place else one for at, one in enumerate(objects)]


def is_sealed_by(
    grouping: Mapping[str, Any], others: Sequence[Mapping[str, Any]], public: bytes
) -> bool:
    """Whether this key sealed exactly these objects under this event."""
    return is_sealed_over(grouping, [leaf_of(one) for one in others], public)


def is_sealed_over(grouping: Mapping[str, Any], leaves: Sequence[Leaf], public: bytes) -> bool:
    """The same of leaves, for who checks several seals over one object."""
    event = event_of(grouping)
    seal = None if event is None else event.get("seal")
    if seal is None or seal["object_count"] != len(leaves) or seal["root"] != _root(leaves):
        return False
    try:
        signature = base64.b64decode(seal["signature"], validate=True)
    except (binascii.Error, ValueError):
        return False
    return is_signed(_statement(grouping, seal["root"], len(leaves)), signature, public)


def leaf_of(value: Mapping[str, Any]) -> Leaf:
    """What of an object goes into the root. Raises ValueError for what has no canonical form."""
    return str(value["id"]), merkle.leaf_hash(encode(value))


def root_of(values: Iterable[Mapping[str, Any]]) -> str:
    """The root over objects, whatever their order."""
    return _root([leaf_of(value) for value in values])


def _root(leaves: Iterable[Leaf]) -> str:
    ordered = sorted(leaves, key=lambda leaf: leaf[0])
    return merkle.root([hashed for _, hashed in ordered]).hex()


def event_of(value: Mapping[str, Any]) -> dict[str, Any] | None:
    """The event of a grouping; None of everything else."""
    if value.get("type") != "grouping":
        return None
    facts = value.get("extensions", {}).get(stix.PROFILE)
    return facts if isinstance(facts, dict) and facts.get("facts") == "event" else None


def _statement(grouping: Mapping[str, Any], top: str, count: int) -> bytes:
    """What is signed: an in-toto statement about the objects and the event without its seal."""
    facts = {k: v for k, v in (event_of(grouping) or {}).items() if k != "seal"}
    bare = {**grouping, "extensions": {**grouping["extensions"], stix.PROFILE: facts}}
    return encode(
        {
            "_type": STATEMENT,
            "subject": [
                {"name": "objects", "digest": {"sha256": top}},
                {"name": "event", "digest": {"sha256": digest(encode(bare))}},
            ],
            "predicateType": KIND,
            "predicate": {"object_count": count},
        }
    )
