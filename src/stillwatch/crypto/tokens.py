"""Makes tokens of shared things: equal for all who hold one secret, and new in every epoch.

A token is a pseudonym under a key of its epoch, so that what was shared in one epoch cannot be
joined with another by somebody without the secret. Who holds the secret can try guesses: tokens
hide nothing from members that a member could enumerate, such as addresses.
"""

import hmac
from collections.abc import Iterable

from stillwatch.crypto.pseudonym import LEAST_KEY_BYTES, pseudonym

VERSION = "t1"
SECONDS_A_DAY = 86_400


def epoch_of(seconds: float, days: int) -> int:
    """The epoch of a time, counted from 1970 in steps of so many days."""
    return int(seconds // SECONDS_A_DAY) // days


def epoch_key(secret: bytes, epoch: int) -> bytes:
    """The key of one epoch. Raises ValueError when the secret is shorter than 32 bytes."""
    if len(secret) < LEAST_KEY_BYTES:
        raise ValueError(f"the secret has {len(secret)} bytes; it needs {LEAST_KEY_BYTES}")
    return hmac.digest(secret, f"{VERSION}\x1fepoch\x1f{epoch}".encode(), "sha256")


def trace_tokens(key: bytes, kind: str, traits: Iterable[int]) -> list[str]:
    """The tokens of traits of one kind, in order."""
    return [pseudonym(key, kind, f"{trait & (2**64 - 1):016x}") for trait in traits]
