"""Signs and checks statements: in-toto in a DSSE envelope, Ed25519."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from stillwatch.verifier.canonical import Damaged, decode, digest, encode

PAYLOAD = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:stillwatch:evidence-seal:1"


def pre_authentication(kind: str, payload: bytes) -> bytes:
    """What is signed: type and payload with their lengths (DSSE v1)."""
    name = kind.encode()
    return b"DSSEv1 %d %s %d %s" % (len(name), name, len(payload), payload)


def key_id(public: bytes) -> str:
    """The name of a public key: SHA-256 of its 32 bytes."""
    return digest(public)


def statement(subjects: Mapping[str, str], predicate: Mapping[str, Any]) -> bytes:
    """An in-toto statement that these files, named with their SHA-256, are what was sealed."""
    return encode(
        {
            "_type": STATEMENT,
            "subject": [
                {"name": name, "digest": {"sha256": value}}
                for name, value in sorted(subjects.items())
            ],
            "predicateType": PREDICATE,
            "predicate": dict(predicate),
        }
    )


def sealed(payload: bytes, signatures: Mapping[str, bytes]) -> bytes:
    """The envelope as a file: payload and signatures by the id of their key."""
    return encode(
        {
            "payload": _text(payload),
            "payloadType": PAYLOAD,
            "signatures": [
                {"keyid": keyid, "sig": _text(value)} for keyid, value in sorted(signatures.items())
            ],
        }
    )


def sign(payload: bytes, private: bytes, kind: str = PAYLOAD) -> tuple[str, bytes]:
    """The id of the key and its signature."""
    key = Ed25519PrivateKey.from_private_bytes(private)
    return key_id(key.public_key().public_bytes_raw()), key.sign(pre_authentication(kind, payload))


def opened(data: bytes, where: str) -> tuple[bytes, dict[str, bytes]]:
    """Payload and signatures of an envelope. Raises Damaged when it is none."""
    value = decode(data, where)
    if not isinstance(value, dict) or set(value) != {"payload", "payloadType", "signatures"}:
        raise Damaged(where, "is no DSSE envelope")
    if value["payloadType"] != PAYLOAD or not isinstance(value["signatures"], list):
        raise Damaged(where, "carries no in-toto statement")
    found: dict[str, bytes] = {}
    for one in value["signatures"]:
        if not isinstance(one, dict) or set(one) != {"keyid", "sig"} or one["keyid"] in found:
            raise Damaged(where, "has a signature that cannot be read")
        found[str(one["keyid"])] = _bytes(one["sig"], where)
    payload = _bytes(value["payload"], where)
    if sealed(payload, found) != data:
        raise Damaged(where, "is not in canonical form")
    return payload, found


def is_signed(payload: bytes, signature: bytes, public: bytes, kind: str = PAYLOAD) -> bool:
    """Whether the key signed this payload."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            signature, pre_authentication(kind, payload)
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def public_keys(signers: Sequence[Mapping[str, Any]], where: str) -> dict[str, bytes]:
    """The keys of a seal by their ids."""
    found = {}
    for one in signers:
        raw = _bytes(one["public_key"], where)
        if key_id(raw) != one["keyid"]:
            raise Damaged(where, f"names the key of the {one['role']} wrongly")
        found[str(one["keyid"])] = raw
    return found


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: Any, where: str) -> bytes:
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise Damaged(where, "holds bytes that are not base64") from error
    if _text(found) != text:
        raise Damaged(where, "holds base64 with loose bits")
    return found
