"""Checks timestamp tokens of an authority (RFC 3161): whose digest, which time, whose signature."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from stillwatch.verifier.canonical import Damaged

# What a library may stumble over in a token that somebody shaped to make it stumble.
ODD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
MISSING = "the package rfc3161-client is not installed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a token says, and whether a trusted root stands behind it (None: no root was given)."""

    at: datetime
    is_trusted: bool | None
    problem: str = ""


def roots(pem: bytes, where: str) -> list[x509.Certificate]:
    """Certificates of authorities that the reader trusts."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise Damaged(where, "holds no certificates in PEM form") from error


def check_stamp(
    token: bytes, message: bytes, trusted: Sequence[x509.Certificate], where: str
) -> Stamp | None:
    """What a token says about a message; None when the package that reads tokens is not there.

    Raises Damaged when it is no token or speaks of something else. A token that no trusted root
    signed is no damage, since the reader may have brought the wrong root: it says so.
    """
    try:
        import rfc3161_client as tsp
    except ImportError:
        return None
    try:
        response = tsp.decode_timestamp_response(token)
        info = response.tst_info
        imprint = info.message_imprint
        at = info.gen_time.astimezone(UTC)
    except (UnsupportedAlgorithm, *ODD) as error:
        raise Damaged(where, "is no timestamp token") from error
    if _digest(imprint.hash_algorithm.dotted_string, message, where) != imprint.message:
        raise Damaged(where, "is a timestamp of something else")
    if not trusted:
        return Stamp(at=at, is_trusted=None)
    certificates: dict[str, Any] = {"roots": list(trusted)}
    try:
        tsp.VerifierBuilder(**certificates).build().verify_message(response, message)
    except (tsp.VerificationError, UnsupportedAlgorithm, *ODD) as error:
        return Stamp(at=at, is_trusted=False, problem=str(error))
    return Stamp(at=at, is_trusted=True)


def _digest(algorithm: str, message: bytes, where: str) -> bytes:
    names = {
        "2.16.840.1.101.3.4.2.1": "sha256",
        "2.16.840.1.101.3.4.2.2": "sha384",
        "2.16.840.1.101.3.4.2.3": "sha512",
    }
    if algorithm not in names:
        raise Damaged(where, f"uses the digest {algorithm}, which is not accepted")
    return hashlib.new(names[algorithm], message).digest()
