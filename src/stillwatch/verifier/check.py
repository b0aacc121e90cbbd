"""Checks a bundle: files, signatures, times, order, and every finding from the raw text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stillwatch.verifier import envelope, merkle
from stillwatch.verifier.canonical import Damaged, decode, decode_lines, digest, unhex
from stillwatch.verifier.chain import check_chain
from stillwatch.verifier.found import Found, Trust
from stillwatch.verifier.leaves import Leaf, read_leaf, read_leaves
from stillwatch.verifier.order import check_order
from stillwatch.verifier.plan import Plan, read_plan
from stillwatch.verifier.recompute import check_findings
from stillwatch.verifier.seal import (
    EXCHANGES,
    PROMPTS,
    SEAL,
    STATEMENT,
    TOKEN,
    Seal,
    Tree,
    names_outside,
    read_seal,
    seal_statement,
)
from stillwatch.verifier.times import check_seal_time

NEEDED = ("plan.json", "log.jsonl", "findings.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A bundle whose parts could be read."""

    files: Mapping[str, bytes]
    seal: Seal
    plan: Plan
    log: list[dict[str, Any]]
    prompts: list[Leaf]
    exchanges: list[Leaf]


def check(files: Mapping[str, bytes], trust: Trust) -> Found:
    """Everything that can be said about a bundle; checks go on after one that failed."""
    found = Found()
    seal = found.attempt("seal", lambda: _seal(files))
    if seal is None:
        found.unchecked("everything else", "without a seal there is nothing to compare with")
        return found
    _check_files(files, seal, found)
    check_signatures(files, seal, trust, found)
    opened = found.attempt("parts", lambda: _opened(files, seal))
    if opened is None:
        found.unchecked("order, answers and findings", "a part of the bundle cannot be read")
        return found
    is_whole = _check_log(opened, found)
    _check_tree("prompts", opened.prompts, seal.prompts, found)
    _check_tree("answers", opened.exchanges, seal.exchanges, found)
    if is_whole:
        check_order(opened.plan, opened.files["plan.json"], opened.log, opened.exchanges, found)
    else:
        found.unchecked("plan before questions", "the log is broken")
    check_seal_time(files, seal, opened.log if is_whole else [], trust, found)
    check_findings(opened.plan, opened.prompts, opened.exchanges, files, dict(seal.versions), found)
    return found


def _seal(files: Mapping[str, bytes]) -> Seal:
    if SEAL not in files:
        raise Damaged(SEAL, "is missing")
    return read_seal(files[SEAL])


def _opened(files: Mapping[str, bytes], seal: Seal) -> Opened:
    for name in (*NEEDED, PROMPTS, EXCHANGES):
        if name not in files:
            raise Damaged(name, "is missing")
    return Opened(
        files=files,
        seal=seal,
        plan=read_plan(files["plan.json"]),
        log=decode_lines(files["log.jsonl"], "log.jsonl"),
        prompts=read_leaves(files[PROMPTS], PROMPTS),
        exchanges=read_leaves(files[EXCHANGES], EXCHANGES),
    )


def _check_files(files: Mapping[str, bytes], seal: Seal, found: Found) -> None:
    missing = sorted(set(seal.files) - set(files))
    changed = [
        name for name in seal.files if name in files and digest(files[name]) != seal.files[name]
    ]
    strange = names_outside(list(files), seal)
    for names, said in ((missing, "missing"), (changed, "changed"), (strange, "not sealed")):
        if names:
            found.fails("files", f"{', '.join(names)}: {said}")
    if not missing and not changed and not strange:
        found.holds("files", f"{len(seal.files)} files are as they were sealed")


def check_signatures(files: Mapping[str, bytes], seal: Seal, trust: Trust, found: Found) -> None:
    """Who signed the seal, and whether the reader knows the keys."""
    opened = found.attempt("signatures", lambda: _signed(files, seal))
    if opened is None:
        return
    payload, signatures, keys = opened
    for one in seal.signers:
        name = f"signature of the {one.role}"
        if one.keyid not in signatures:
            found.fails(name, f"{one.name} is named as {one.role} and has not signed")
        elif not envelope.is_signed(payload, signatures[one.keyid], keys[one.keyid]):
            found.fails(name, f"is not one of {one.name} over this seal")
        else:
            found.holds(name, f"{one.name} signed this seal")
    if all(one.role != "witness" for one in seal.signers):
        found.unchecked("signature of the witness", "no witness signed: one party alone vouches")
    _check_keys(seal, trust, found)


def _signed(
    files: Mapping[str, bytes], seal: Seal
) -> tuple[bytes, dict[str, bytes], dict[str, bytes]]:
    """What was signed, the signatures, and the keys of the seal, by the ids of the keys."""
    if STATEMENT not in files:
        raise Damaged(STATEMENT, "is missing: nobody signed")
    payload, signatures = envelope.opened(files[STATEMENT], STATEMENT)
    if seal_statement(files[SEAL], files.get(TOKEN)) != payload:
        raise Damaged(STATEMENT, "signs another seal than the one in the bundle")
    keys = envelope.public_keys([_as_mapping(one) for one in seal.signers], SEAL)
    if set(signatures) - set(keys):
        raise Damaged(STATEMENT, "has a signature of somebody whom the seal does not name")
    return payload, signatures, keys


def _check_keys(seal: Seal, trust: Trust, found: Found) -> None:
    brought = {"operator": trust.operator, "witness": trust.witness}
    for one in seal.signers:
        key, name = brought[one.role], f"key of the {one.role}"
        if key is None:
            found.unchecked(
                name, f"nobody told us {one.name}'s key; ask them whether theirs is {one.keyid}"
            )
        elif envelope.key_id(key) == one.keyid:
            found.holds(name, f"is the key that you brought for {one.name}")
        else:
            found.fails(name, f"is {one.keyid}, and the one you brought is {envelope.key_id(key)}")
    if trust.witness is not None and len(seal.signers) == 1:
        found.fails("key of the witness", "you brought a witness's key, and no witness is named")


def _as_mapping(one: Any) -> dict[str, str]:
    return {"role": one.role, "public_key": one.public_key, "keyid": one.keyid}


def _check_log(opened: Opened, found: Found) -> bool:
    if found.attempt("log", lambda: _head(opened)) is None:
        return False
    found.holds("log", f"{len(opened.log):,} entries follow each other without a gap")
    return True


def _head(opened: Opened) -> str:
    """The hash of the last entry, which must be the one that was sealed."""
    head = check_chain(opened.log)
    if (len(opened.log), head) != (opened.seal.entry_count, opened.seal.head):
        raise Damaged("log.jsonl", "does not end where the seal says")
    if opened.log and opened.log[-1]["at"] > opened.seal.sealed_at:
        raise Damaged(SEAL, "is dated before the last entry of the log")
    return head


def _check_tree(name: str, leaves: list[Leaf], tree: Tree, found: Found) -> None:
    root = merkle.root([bytes.fromhex(one.hash) for one in leaves]).hex()
    if (len(leaves), root) != (tree.count, tree.root):
        found.fails(name, f"the {name} are not those that were sealed")
        return
    hidden = sum(one.data is None for one in leaves)
    found.holds(name, f"{len(leaves):,} {name} are those that were sealed")
    if hidden:
        found.unchecked(name, f"{hidden:,} of {len(leaves):,} {name} are withheld")


def check_disclosure(data: bytes, trust: Trust) -> Found:
    """Whether one answer, shown alone, belongs to the sealed bundle it was taken from."""
    found = Found()
    try:
        value = decode(data, "disclosure")
        seal_bytes, statement = (unhex(value[name], name) for name in ("seal", "statement"))
        leaf = read_leaf(value["leaf"], "disclosure")
        path = [unhex(one, "path") for one in value["path"]]
        index, token = value["index"], value["token"]
        files = {SEAL: seal_bytes, STATEMENT: statement}
        if token is not None:
            files[TOKEN] = unhex(token, "token")
        seal = read_seal(seal_bytes)
        is_whole = set(value) == {"seal", "statement", "token", "leaf", "index", "path"}
        is_in = (
            is_whole
            and type(index) is int
            and merkle.is_included(
                bytes.fromhex(leaf.hash),
                index,
                seal.exchanges.count,
                path,
                bytes.fromhex(seal.exchanges.root),
            )
        )
    except Damaged as damage:
        found.fails("disclosure", str(damage))
        return found
    except (KeyError, TypeError, ValueError, AttributeError):
        found.fails("disclosure", "is none that can be read")
        return found
    if is_in and leaf.data is not None:
        place = f"answer {index + 1:,} of {seal.exchanges.count:,}"
        found.holds("answer", f"is {place} that were sealed at {seal.sealed_at}")
    else:
        found.fails("answer", "is not among those that were sealed")
    check_signatures(files, seal, trust, found)
    check_seal_time(files, seal, [], trust, found)
    found.unchecked("findings", "one answer alone carries no finding; ask for the bundle")
    return found
