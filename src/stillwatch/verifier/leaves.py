"""Reads and writes files of salted leaves: each is shown whole, or withheld and still counted."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stillwatch.verifier.canonical import Damaged, decode_lines, encode, encode_lines, unhex
from stillwatch.verifier.merkle import salted_leaf

SALT_BYTES = HASH_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A hash, and what it stands for unless that is withheld."""

    hash: str
    salt: str | None = None
    data: Mapping[str, Any] | None = None


def make_leaf(salt: bytes, data: Mapping[str, Any]) -> Leaf:
    """A leaf that is shown."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    found = salted_leaf(salt, encode(dict(data))).hex()
    return Leaf(hash=found, salt=salt.hex(), data=data)


def withheld(leaf: Leaf) -> Leaf:
    """The same leaf as a hash alone."""
    return Leaf(hash=leaf.hash)


def write_leaves(leaves: Sequence[Leaf]) -> bytes:
    """A file of leaves, one a line."""
    return encode_lines([as_value(leaf) for leaf in leaves])


def as_value(leaf: Leaf) -> dict[str, Any]:
    """One line of such a file."""
    if leaf.data is None:
        return {"leaf": leaf.hash}
    return {"leaf": leaf.hash, "salt": leaf.salt, "data": dict(leaf.data)}


def read_leaves(data: bytes, where: str) -> list[Leaf]:
    """The leaves of a file; each one that is shown must be what its hash says."""
    return [
        read_leaf(value, f"{where} line {number}")
        for number, value in enumerate(decode_lines(data, where), 1)
    ]


def read_leaf(value: Any, where: str) -> Leaf:
    """One leaf. Raises Damaged when it is not what its hash says."""
    if not isinstance(value, dict) or len(unhex(value.get("leaf"), where)) != HASH_BYTES:
        raise Damaged(where, "is no leaf")
    if set(value) == {"leaf"}:
        return Leaf(hash=value["leaf"])
    if set(value) != {"leaf", "salt", "data"} or not isinstance(value["data"], dict):
        raise Damaged(where, "is no leaf")
    try:
        made = make_leaf(unhex(value["salt"], where), value["data"])
    except ValueError as error:
        raise Damaged(where, "has no fit salt") from error
    if made.hash != value["leaf"]:
        raise Damaged(where, "is not what its hash says")
    return made


def raw(data: bytes) -> dict[str, str]:
    """Bytes as they came: as text where they are UTF-8, else in base64."""
    try:
        return {"utf8": data.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def raw_bytes(value: Any, where: str) -> bytes:
    """The bytes that `raw` wrote."""
    if isinstance(value, dict) and len(value) == 1:
        (kind, text), *_ = value.items()
        if kind == "utf8" and isinstance(text, str):
            return text.encode("utf-8")
        if kind == "base64" and isinstance(text, str):
            try:
                return base64.b64decode(text, validate=True)
            except (binascii.Error, ValueError) as error:
                raise Damaged(where, "holds bytes that are not base64") from error
    raise Damaged(where, "holds no bytes")
