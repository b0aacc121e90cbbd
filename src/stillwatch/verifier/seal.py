"""Reads and writes the seal: what was fixed of a bundle when it was closed, to be signed."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stillwatch.verifier.canonical import Damaged, decode, digest, encode
from stillwatch.verifier.chain import is_instant
from stillwatch.verifier.envelope import key_id, statement

FORMAT = 1
SEAL, TOKEN, STATEMENT = "seal.json", "seal.tsr", "statement.dsse.json"
PROMPTS, EXCHANGES = "prompts.jsonl", "exchanges.jsonl"
# What the seal does not fix by name: itself, what stands over it, and the files of leaves, which it
# fixes by their roots so that a leaf can be withheld later.
OUTSIDE = frozenset({SEAL, TOKEN, STATEMENT, PROMPTS, EXCHANGES})
SIGNERS = ("operator", "witness")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """How many leaves a file has, and their root."""

    count: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs, in which role, with which key."""

    role: str
    name: str
    public_key: str
    keyid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """Everything that the signatures cover."""

    sealed_at: str
    files: Mapping[str, str]
    entry_count: int
    head: str
    prompts: Tree
    exchanges: Tree
    signers: tuple[Signer, ...]
    versions: Mapping[str, str]


def signer(role: str, name: str, public: bytes) -> Signer:
    """A signer from the 32 bytes of a public key."""
    return Signer(
        role=role, name=name, public_key=base64.b64encode(public).decode(), keyid=key_id(public)
    )


def write_seal(seal: Seal) -> bytes:
    """The canonical bytes of a seal."""
    return encode(
        {
            "format": FORMAT,
            "sealed_at": seal.sealed_at,
            "files": dict(seal.files),
            "log": {"count": seal.entry_count, "head": seal.head},
            "prompts": {"count": seal.prompts.count, "root": seal.prompts.root},
            "exchanges": {"count": seal.exchanges.count, "root": seal.exchanges.root},
            "signers": [
                {
                    "role": one.role,
                    "name": one.name,
                    "public_key": one.public_key,
                    "keyid": one.keyid,
                }
                for one in seal.signers
            ],
            "versions": dict(seal.versions),
        }
    )


def read_seal(data: bytes) -> Seal:
    """The seal in these bytes. Raises Damaged when they hold none."""
    value = decode(data, SEAL)
    try:
        seal = Seal(
            sealed_at=value["sealed_at"],
            files=_texts(value["files"]),
            entry_count=value["log"]["count"],
            head=value["log"]["head"],
            prompts=Tree(count=value["prompts"]["count"], root=value["prompts"]["root"]),
            exchanges=Tree(count=value["exchanges"]["count"], root=value["exchanges"]["root"]),
            signers=tuple(_signer(one) for one in value["signers"]),
            versions=_texts(value["versions"]),
        )
        is_whole = write_seal(seal) == data and is_instant(seal.sealed_at)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Damaged(SEAL, "is no seal") from error
    if not is_whole:
        raise Damaged(SEAL, "is no seal of this format")
    roles = [one.role for one in seal.signers]
    if roles not in ([SIGNERS[0]], list(SIGNERS)):
        raise Damaged(SEAL, "names no operator, or signers that are not known")
    return seal


def seal_statement(seal: bytes, token: bytes | None) -> bytes:
    """What operator and witness sign: the seal, the token on it, and the roots in short."""
    read = read_seal(seal)
    return statement(
        {SEAL: digest(seal)} | ({} if token is None else {TOKEN: digest(token)}),
        {
            "sealed_at": read.sealed_at,
            "log_head": read.head,
            "prompts_root": read.prompts.root,
            "exchanges_root": read.exchanges.root,
            "timestamp": "none" if token is None else "RFC 3161",
        },
    )


def _signer(value: Mapping[str, Any]) -> Signer:
    fields = [value[name] for name in ("role", "name", "public_key", "keyid")]
    if not all(isinstance(one, str) for one in fields):
        raise TypeError("a signer is told in texts")
    return Signer(role=fields[0], name=fields[1], public_key=fields[2], keyid=fields[3])


def _texts(value: Any) -> Mapping[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise TypeError("no mapping of texts")
    return value


def names_outside(names: Sequence[str], seal: Seal) -> list[str]:
    """Files that the seal does not know."""
    return sorted(set(names) - set(seal.files) - OUTSIDE)
