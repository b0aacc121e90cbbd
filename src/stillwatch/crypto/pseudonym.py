"""Replaces identifiers by keyed pseudonyms: the same identifier and key give the same pseudonym."""

import base64
import hmac

VERSION = "p1"
LEAST_KEY_BYTES = 32


def pseudonym(key: bytes, kind: str, identifier: str) -> str:
    """HMAC-SHA-256 of kind and identifier, 100 bits of it in base32, with a version in front.

    The kind keeps an account and an organization with one name apart. Raises ValueError when the
    key is shorter than 32 bytes: short identifiers could then be found by trying.
    """
    if len(key) < LEAST_KEY_BYTES:
        raise ValueError(f"the pseudonym key has {len(key)} bytes; it needs {LEAST_KEY_BYTES}")
    digest = hmac.digest(key, f"{VERSION}\x1f{kind}\x1f{identifier}".encode(), "sha256")
    return f"{VERSION}_{base64.b32encode(digest)[:20].decode().lower()}"
