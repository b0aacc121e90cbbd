"""Indicators that open only when at least k of n laboratories hold them (after STAR, CCS 2022).

Every laboratory that holds an indicator x has all n laboratories compute their keyed function of
it without seeing it (`oprf.py`). The n values together give a root that is the same for every
holder of x and that nobody can try out alone. From the root come a polynomial of degree k - 1, a
tag, and a key. A holder gives a collector its point of the polynomial, the tag, and x under the
key that the polynomial hides at 0. Points with one tag from k holders give the key; fewer give
nothing about it.

Assumptions: at least one laboratory does not lend its function out to the others beyond its budget,
so that x cannot be tried; a laboratory has one name, so that it has one point; HMAC-SHA-512 and
ChaCha20-Poly1305 are sound. The collector sees which tags several laboratories share and how many
do, also below k. A holder of x who colludes with the collector sees who else holds x.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha512
from itertools import combinations, islice

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

PRIME = 2**521 - 1  # the points of the polynomial; larger than any value that HMAC gives
BLOCK = 64  # texts are padded to a multiple, so that their length says little
MOST_TRIES = 2_000  # choices of k points, where some are wrong
LABEL = b"stillwatch reveal 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one laboratory gives the collector for one indicator."""

    member: str
    tag: bytes
    share: bytes  # the polynomial at the member's place
    closed: bytes  # the indicator, under the key that the polynomial hides


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """An indicator that enough laboratories hold."""

    indicator: bytes
    members: tuple[str, ...]
    liars: tuple[str, ...]  # gave a point or a text that does not belong to it


def holding(
    values: Sequence[bytes], indicator: bytes, *, member: str, epoch: str, least: int
) -> Holding:
    """A holder's contribution, from the values of all laboratories' functions in a fixed order."""
    if least < 2 or least > len(values):
        raise ValueError(f"k is {least}; it has to be between 2 and the {len(values)} laboratories")
    scope = LABEL + f"\x1f{epoch}\x1f{least}\x1f{len(values)}".encode()
    joined = b"".join(len(one).to_bytes(2) + one for one in (*values, indicator))
    root = hmac.digest(scope, joined, sha512)
    terms = [_number(root, f"term {place}") for place in range(least)]
    at = _place(member)
    total = 0
    for term in reversed(terms):
        total = (total * at + term) % PRIME
    tag = hmac.digest(root, b"tag", sha512)[:32]
    text = len(indicator).to_bytes(4) + indicator
    text += b"\0" * (-len(text) % BLOCK)
    key = _key(terms[0], tag, member)
    # The key is used for this text alone, so one nonce will do.
    closed = ChaCha20Poly1305(key).encrypt(b"\0" * 12, text, tag)
    return Holding(member=member, tag=tag, share=total.to_bytes(66), closed=closed)


def opened(holdings: Sequence[Holding], least: int) -> list[Opened]:
    """Every indicator that `least` laboratories gave points of, in the order of their tags."""
    by_tag: dict[bytes, dict[str, Holding]] = {}
    for one in holdings:
        by_tag.setdefault(one.tag, {}).setdefault(one.member, one)
    found = (_open(list(group.values()), least) for _, group in sorted(by_tag.items()))
    return [one for one in found if one is not None]


def _open(group: list[Holding], least: int) -> Opened | None:
    """Try choices of `least` points until a text opens; then say who gave what does not fit."""
    if len(group) < least:
        return None
    group = sorted(group, key=lambda one: one.member)
    for some in islice(combinations(group, least), MOST_TRIES):
        secret = _at(some, 0)
        text = _text(some[0], secret)
        if text is None or any(_text(one, secret) != text for one in some):
            continue
        fits = [one.member for one in group if _fits(one, some, secret, text)]
        members = {one.member for one in group}
        return Opened(indicator=text, members=tuple(fits), liars=tuple(sorted(members - set(fits))))
    return None


def _fits(one: Holding, some: Sequence[Holding], secret: int, text: bytes) -> bool:
    return _at(some, _place(one.member)) == _share(one) and _text(one, secret) == text


def _text(one: Holding, secret: int) -> bytes | None:
    try:
        key = _key(secret, one.tag, one.member)
        text = ChaCha20Poly1305(key).decrypt(b"\0" * 12, one.closed, one.tag)
    except (InvalidTag, ValueError):
        return None
    size = int.from_bytes(text[:4])
    return text[4 : 4 + size] if size <= len(text) - 4 else None


def _at(points: Sequence[Holding], where: int) -> int:
    """The polynomial through the points, at one place (Lagrange)."""
    known = [(_place(one.member), _share(one)) for one in points]
    total = 0
    for at, value in known:
        upper = lower = 1
        for other, _ in known:
            if other != at:
                upper = upper * (where - other) % PRIME
                lower = lower * (at - other) % PRIME
        total += value * upper * pow(lower, -1, PRIME)
    return total % PRIME


def _share(one: Holding) -> int:
    return int.from_bytes(one.share) % PRIME


def _place(member: str) -> int:
    """Where a member's point is: by its name, so that one member has one point."""
    return 1 + int.from_bytes(sha512(LABEL + b" member " + member.encode()).digest()) % (PRIME - 1)


def _number(root: bytes, label: str) -> int:
    wide = b"".join(hmac.digest(root, f"{label} {half}".encode(), sha512) for half in (0, 1))
    return int.from_bytes(wide) % PRIME


def _key(secret: int, tag: bytes, member: str) -> bytes:
    return hmac.digest(secret.to_bytes(66), b"key " + tag + member.encode(), sha512)[:32]
