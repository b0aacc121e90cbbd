"""Reads the clock and throws the dice, for the few rooms that may ask."""

import secrets
from datetime import UTC, datetime


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def now_to_the_millisecond() -> datetime:
    """The time as finely as STIX writes it."""
    moment = now()
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def salt() -> bytes:
    """32 bytes that nobody can guess."""
    return secrets.token_bytes(32)
