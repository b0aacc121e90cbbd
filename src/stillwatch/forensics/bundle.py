"""Closes a proof into a bundle, signs it, and takes answers out that must not be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stillwatch.forensics.journal import instant
from stillwatch.model.errors import ProofError
from stillwatch.verifier import envelope, merkle
from stillwatch.verifier.canonical import digest, encode, encode_lines
from stillwatch.verifier.chain import entry_hash
from stillwatch.verifier.leaves import Leaf, as_value, read_leaves, withheld, write_leaves
from stillwatch.verifier.recompute import MATERIALS
from stillwatch.verifier.seal import (
    EXCHANGES,
    OUTSIDE,
    PROMPTS,
    SEAL,
    STATEMENT,
    TOKEN,
    Seal,
    Signer,
    Tree,
    read_seal,
    seal_statement,
    write_seal,
)
from stillwatch.verifier.times import PLAN_STAMP


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A proof as it lies in its room, before it is closed."""

    plan: bytes
    prompts: Sequence[Leaf]
    entries: Sequence[Mapping[str, Any]]
    exchanges: Sequence[Leaf]
    materials: Mapping[str, bytes]
    plan_token: bytes | None = None


def unsealed(gathered: Gathered) -> dict[str, bytes]:
    """The files of a bundle that do not depend on findings."""
    files = {
        "plan.json": gathered.plan,
        "log.jsonl": encode_lines([dict(one) for one in gathered.entries]),
        PROMPTS: write_leaves(gathered.prompts),
        EXCHANGES: write_leaves(gathered.exchanges),
    }
    files |= {MATERIALS + name: data for name, data in gathered.materials.items()}
    if gathered.plan_token is not None:
        files[PLAN_STAMP] = gathered.plan_token
    return files


def seal(
    files: Mapping[str, bytes],
    gathered: Gathered,
    signers: Sequence[Signer],
    versions: Mapping[str, str],
    at: datetime,
) -> bytes:
    """The seal over every file and both trees."""
    return write_seal(
        Seal(
            sealed_at=max(instant(at), str(gathered.entries[-1]["at"])),
            files={name: digest(data) for name, data in files.items() if name not in OUTSIDE},
            entry_count=len(gathered.entries),
            head=entry_hash(gathered.entries[-1]),
            prompts=_tree(gathered.prompts),
            exchanges=_tree(gathered.exchanges),
            signers=tuple(signers),
            versions=dict(versions),
        )
    )


def _tree(leaves: Sequence[Leaf]) -> Tree:
    return Tree(
        count=len(leaves), root=merkle.root([bytes.fromhex(one.hash) for one in leaves]).hex()
    )


def signed(files: Mapping[str, bytes], private: bytes, where: str) -> dict[str, bytes]:
    """The bundle with one more signature. Raises ProofError when the seal does not name the key."""
    payload = seal_statement(files[SEAL], files.get(TOKEN))
    keyid, signature = envelope.sign(payload, private)
    if keyid not in {one.keyid for one in read_seal(files[SEAL]).signers}:
        what = f"names nobody with the key {keyid}"
        raise ProofError(where, what, "sign with a key that was named when the bundle was made")
    signatures: dict[str, bytes] = {}
    if STATEMENT in files:
        _, signatures = envelope.opened(files[STATEMENT], STATEMENT)
    return {**files, STATEMENT: envelope.sealed(payload, signatures | {keyid: signature})}


def redacted(files: Mapping[str, bytes], shown: frozenset[str], where: str) -> dict[str, bytes]:
    """The bundle with every answer withheld but these, named by the hash of their leaf.

    Prompts are withheld unless an answer to them is shown. Signatures stay valid.
    """
    exchanges = read_leaves(files[EXCHANGES], EXCHANGES)
    unknown = shown - {one.hash for one in exchanges if one.data is not None}
    if unknown:
        raise ProofError(where, f"shows no answer {min(unknown)}", "take a hash of its log")
    asked = {str((one.data or {}).get("prompt")) for one in exchanges if one.hash in shown}
    prompts = [
        one if one.data is not None and one.data["id"] in asked else withheld(one)
        for one in read_leaves(files[PROMPTS], PROMPTS)
    ]
    kept = [one if one.hash in shown else withheld(one) for one in exchanges]
    return {**files, PROMPTS: write_leaves(prompts), EXCHANGES: write_leaves(kept)}


def disclosure(files: Mapping[str, bytes], leaf: str, where: str) -> bytes:
    """One answer with the proof that it is in the sealed bundle, and nothing of the others."""
    exchanges = read_leaves(files[EXCHANGES], EXCHANGES)
    index = next((at for at, one in enumerate(exchanges) if one.hash == leaf), None)
    if index is None or exchanges[index].data is None:
        raise ProofError(where, f"shows no answer {leaf}", "take a hash of its log")
    hashes = [bytes.fromhex(one.hash) for one in exchanges]
    token = files.get(TOKEN)
    return encode(
        {
            "seal": files[SEAL].hex(),
            "statement": files[STATEMENT].hex(),
            "token": None if token is None else token.hex(),
            "leaf": as_value(exchanges[index]),
            "index": index,
            "path": [one.hex() for one in merkle.path(hashes, index)],
        }
    )
