"""A bundle that fits itself and makes no sense ends in a sentence, never in a traceback."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proof_room import OPERATOR, TRUST, make_bundle
from stillwatch.forensics.bundle import signed
from stillwatch.io.keys import public_of
from stillwatch.model.errors import ProofError
from stillwatch.verifier import merkle
from stillwatch.verifier.canonical import Damaged, decode, decode_lines, digest, encode
from stillwatch.verifier.canonical import encode_lines as lines_of
from stillwatch.verifier.chain import GENESIS, entry_hash
from stillwatch.verifier.check import check
from stillwatch.verifier.leaves import make_leaf, read_leaves, write_leaves
from stillwatch.verifier.seal import Tree, read_seal, signer, write_seal

Files = dict[str, bytes]
PARTS = ("plan.json", "findings.json", "log.jsonl", "prompts.jsonl", "exchanges.jsonl")
ODD = st.sampled_from(
    [None, True, 0, -1, 2**53 - 1, 0.5, 1e308, "", "x", "\u202e", "9999-99-99T99:99:99.999999Z",
     "2026-03-01T00:00:00.000000Z", [], {}, [[]], {"": ""}, ["a"], {"utf8": "x"}, {"base64": "?"}]
)  # fmt: skip


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A sound bundle to spoil."""
    return make_bundle(tmp_path_factory.mktemp("proof") / "room")


def places(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a value, as the steps that lead there."""
    yield before
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*before, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from places(inner, (*before, at))


def changed(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """The value with another one at a place."""
    if not place:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[place[0]] = changed(value[place[0]], place[1:], new)
    return copied


def fitted(files: Files) -> Files:
    """The files under a seal and a signature that fit them, as a forger makes them."""
    seal = read_seal(files["seal.json"])
    trees = {}
    for name in ("prompts", "exchanges"):
        hashes = [bytes.fromhex(one.hash) for one in read_leaves(files[f"{name}.jsonl"], name)]
        trees[name] = Tree(count=len(hashes), root=merkle.root(hashes).hex())
    log = decode_lines(files["log.jsonl"], "log")
    new = replace(
        seal,
        files={name: digest(files[name]) for name in seal.files},
        entry_count=len(log),
        head=entry_hash(log[-1]) if isinstance(log[-1], dict) else GENESIS,
        signers=(signer("operator", "F.", public_of(OPERATOR)),),
        **trees,
    )
    kept = {name: data for name, data in files.items() if name != "statement.dsse.json"}
    return signed({**kept, "seal.json": write_seal(new)}, OPERATOR, "here")


def rechained(log: list[Any], plan: bytes) -> list[Any]:
    """The log as it would be if its entries had been written so."""
    previous, found = GENESIS, []
    for seq, one in enumerate(log):
        entry = {**one, "seq": seq, "previous": previous} if isinstance(one, dict) else one
        if seq == 0 and isinstance(entry, dict) and isinstance(entry.get("body"), dict):
            entry = {**entry, "body": {**entry["body"], "plan": digest(plan)}}
        previous = entry_hash(entry) if isinstance(entry, dict) else GENESIS
        found.append(entry)
    return found


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_value_that_makes_no_sense_ends_in_a_sentence(bundle: Files, data: st.DataObject) -> None:
    """Anywhere in plan, log, prompts, answers or findings, with all hashes made to fit again."""
    name = data.draw(
        st.sampled_from(
            ["plan.json", "findings.json", "log.jsonl", "prompts.jsonl", "exchanges.jsonl"]
        )
    )
    new = data.draw(ODD)
    files = dict(bundle)
    log = decode_lines(bundle["log.jsonl"], "log")
    if name.endswith(".json"):
        value = decode(bundle[name], name)
        place = data.draw(st.sampled_from(list(places(value))))
        files[name] = encode(changed(value, place, new))
    elif name == "log.jsonl":
        place = data.draw(st.sampled_from([one for one in places(log) if one]))
        log = changed(log, place, new)
    else:
        leaves = read_leaves(bundle[name], name)
        at = data.draw(st.integers(0, len(leaves) - 1))
        place = data.draw(st.sampled_from([one for one in places(leaves[at].data) if one]))
        old = leaves[at].hash
        leaves[at] = make_leaf(b"s" * 32, changed(leaves[at].data, place, new))
        files[name] = write_leaves(leaves)
        log = [
            {**one, "body": {**one["body"], "leaf": leaves[at].hash}}
            if one["body"].get("leaf") == old
            else one
            for one in log
        ]
    files["log.jsonl"] = lines_of(rechained(log, files["plan.json"]))
    found = check(fitted(files), TRUST)
    assert found.checks


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_seal_that_makes_no_sense_ends_in_a_sentence(bundle: Files, data: st.DataObject) -> None:
    """Signers, counts, roots and times of any kind."""
    value = decode(bundle["seal.json"], "seal.json")
    place = data.draw(st.sampled_from(list(places(value))))
    files = {**bundle, "seal.json": encode(changed(value, place, data.draw(ODD)))}
    with contextlib.suppress(Damaged, ProofError):  # some cannot even be signed
        files = signed(files, OPERATOR, "here")
    assert not check(files, TRUST).is_sound or files["seal.json"] == bundle["seal.json"]
