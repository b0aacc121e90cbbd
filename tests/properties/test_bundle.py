"""Any edit, drop, move or back-date of a bundle is caught, in every kind of byte that it has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proof_room import OPERATOR, TRUST, Authority, make_authority, make_bundle
from stillwatch.forensics.bundle import disclosure, redacted, signed
from stillwatch.io.clock import now
from stillwatch.verifier.canonical import Damaged, decode_lines, digest, encode_lines
from stillwatch.verifier.chain import GENESIS, entry_hash
from stillwatch.verifier.check import check, check_disclosure
from stillwatch.verifier.container import pack, unpack
from stillwatch.verifier.found import Trust
from stillwatch.verifier.leaves import read_leaves
from stillwatch.verifier.seal import read_seal, write_seal

LINES = ("log.jsonl", "prompts.jsonl", "exchanges.jsonl")
FILES = (
    "plan.json", "plan.tsr", "log.jsonl", "prompts.jsonl", "exchanges.jsonl", "findings.json",
    "materials/panel.json", "report.html", "report.pdf", "seal.json", "seal.tsr",
    "statement.dsse.json",
)  # fmt: skip
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A time authority of our own."""
    made = make_authority(tmp_path_factory.mktemp("authority"))
    if made is None:
        pytest.skip("no openssl here to make a time authority with")
    return made


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Files:
    """A bundle with every kind of file, made today since the authority stamps today."""
    return make_bundle(
        tmp_path_factory.mktemp("proof") / "room",
        materials={"panel.json": b'{"a panel": 1}'},
        stamp=authority.stamp,
        start=now() - timedelta(seconds=30),
    )


@pytest.fixture(scope="module")
def trust(authority: Authority) -> Trust:
    """A reader who knows both keys and the authority."""
    return replace(TRUST, authorities=authority.certificates)


def is_caught(files: Mapping[str, bytes], trust: Trust = TRUST) -> bool:
    """Whether the verifier says that something is wrong."""
    return not check(files, trust).is_sound


def test_the_bundle_is_sound_and_has_every_kind_of_file(bundle: Files, trust: Trust) -> None:
    """Nothing fails, and nothing is left unchecked but what was handed in and clocks."""
    found = check(bundle, trust)
    assert found.is_sound, found.checks
    assert sorted(bundle) == sorted(FILES)
    assert {one.name for one in found.checks if one.outcome == "not checked"} == {
        "source of the answers",
        "clocks of the endpoints",
    }


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_edit_of_one_byte_is_caught(bundle: Files, name: str, data: st.DataObject) -> None:
    """Changed, removed or put in, anywhere in any file; no key or authority is needed to see it."""
    content = bundle[name]
    at = data.draw(st.integers(0, len(content) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda value: value != content[at]))
    kind = data.draw(st.sampled_from(["change", "remove", "insert"]))
    middle = {"change": bytes([other]), "remove": b"", "insert": bytes([content[at], other])}
    edited = content[:at] + middle[kind] + content[at + 1 :]
    assert is_caught({**bundle, name: edited}, Trust())


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_edit_of_the_packed_file_is_caught(bundle: Files, data: st.DataObject) -> None:
    """The container has no idle bytes either."""
    packed = bytearray(pack(bundle))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        files = unpack(bytes(packed), "here")
    except Damaged:
        return
    assert is_caught(files, Trust())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["seal.json", "statement.dsse.json"])
def test_every_single_byte_of_what_is_signed_counts(bundle: Files, name: str) -> None:
    """All of them, one after the other."""
    content = bundle[name]
    idle = [
        at
        for at in range(len(content))
        if not is_caught(
            {**bundle, name: content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]}
        )
    ]
    assert idle == []


@pytest.mark.parametrize("name", FILES)
def test_a_dropped_file_is_caught(bundle: Files, name: str) -> None:
    """Tokens and reports too."""
    assert is_caught({key: value for key, value in bundle.items() if key != name}, Trust())


def test_a_file_put_in_is_caught(bundle: Files) -> None:
    """What was not sealed does not travel along."""
    assert is_caught({**bundle, "materials/more.json": b"{}"}, Trust())
    assert is_caught({**bundle, "read.me": b"hello"}, Trust())


@pytest.mark.parametrize("name", LINES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_line_dropped_moved_or_doubled_is_caught(
    bundle: Files, name: str, data: st.DataObject
) -> None:
    """In the log, among the prompts and among the answers."""
    lines = bundle[name].splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    to = data.draw(st.integers(0, len(lines) - 1).filter(lambda value: value != at))
    moved = lines[:at] + lines[at + 1 :]
    moved.insert(to, lines[at])
    for changed in (lines[:at] + lines[at + 1 :], moved, [*lines[:at], lines[at], *lines[at:]]):
        assert is_caught({**bundle, name: b"".join(changed)}, Trust())


def rechained(log: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The log with its hashes made to fit again, as a forger would."""
    previous = GENESIS
    found = []
    for seq, one in enumerate(log):
        entry = {**one, "seq": seq, "previous": previous}
        previous = entry_hash(entry)
        found.append(entry)
    return found


def earlier(text: str, days: int = 30) -> str:
    """A time of the log, so many days before."""
    at = datetime.fromisoformat(text) - timedelta(days=days)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def test_a_log_back_dated_by_a_stranger_is_caught(bundle: Files) -> None:
    """Hashes can be made to fit again; the seal over them cannot."""
    log = decode_lines(bundle["log.jsonl"], "log")
    old = rechained([{**one, "at": earlier(one["at"])} for one in log])
    assert is_caught({**bundle, "log.jsonl": encode_lines(old)}, Trust())


def test_a_whole_bundle_signed_anew_by_a_stranger_is_caught(bundle: Files, trust: Trust) -> None:
    """A forger can make a bundle that fits itself; not one with the keys that the reader brings."""
    stranger = make_forgery(bundle, b"x" * 32)
    assert check(stranger, Trust()).is_sound
    assert is_caught(stranger, TRUST)


def make_forgery(bundle: Files, secret: bytes) -> Files:
    """The bundle with another operator's key, no witness and no stamps."""
    from stillwatch.io.keys import public_of
    from stillwatch.verifier.seal import signer

    files = {k: v for k, v in bundle.items() if k not in ("seal.tsr", "statement.dsse.json")}
    old = read_seal(files["seal.json"])
    files["seal.json"] = write_seal(
        replace(
            old,
            signers=(signer("operator", "A. Tester", public_of(secret)),),
        )
    )
    return signed(files, secret, "here")


def test_the_operator_alone_cannot_back_date_what_an_authority_stamped(
    bundle: Files, trust: Trust
) -> None:
    """With his own key he can reseal an earlier log, but not under the authority's token."""
    from stillwatch.io.keys import public_of
    from stillwatch.verifier.seal import signer

    seal = read_seal(bundle["seal.json"])
    back = replace(
        seal,
        sealed_at=earlier(seal.sealed_at),
        signers=(signer("operator", "A. Tester", public_of(OPERATOR)),),
    )
    files = {**bundle, "seal.json": write_seal(back)}
    del files["statement.dsse.json"]
    found = check(signed(files, OPERATOR, "here"), replace(trust, witness=None))
    assert any(one.name == "time of the seal" and one.outcome == "fails" for one in found.checks), (
        found.checks
    )


def test_a_plan_that_was_stamped_after_the_questions_is_caught(
    tmp_path: Path, authority: Authority
) -> None:
    """The log says that the plan came first, the authority says otherwise."""
    late = make_bundle(tmp_path / "room", stamp=authority.stamp, start=now() - timedelta(days=2))
    found = check(late, replace(TRUST, authorities=authority.certificates))
    assert {one.name for one in found.checks if one.outcome == "fails"} == {
        "time of the plan",
        "time of the seal",
    }


def test_an_authority_that_the_reader_does_not_trust_is_told(bundle: Files, tmp_path: Path) -> None:
    """A token of somebody else's authority fails when the reader brought his own root."""
    other = make_authority(tmp_path / "other")
    assert other is not None
    found = check(bundle, replace(TRUST, authorities=other.certificates))
    assert [one.outcome for one in found.checks if one.name.startswith("time of")] == ["fails"] * 2


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_answers_can_be_withheld_without_breaking_the_rest(
    bundle: Files, data: st.DataObject
) -> None:
    """Signatures and hashes hold; the verifier says what it could not compute."""
    leaves = read_leaves(bundle["exchanges.jsonl"], "exchanges.jsonl")
    shown = data.draw(st.sets(st.sampled_from([one.hash for one in leaves]), max_size=5))
    files = redacted(bundle, frozenset(shown), "here")
    found = check(files, TRUST)
    assert found.is_sound, found.checks
    assert any(one.name == "findings" and one.outcome == "not checked" for one in found.checks)
    kept = read_leaves(files["exchanges.jsonl"], "exchanges.jsonl")
    assert {one.hash for one in kept if one.data is not None} == shown
    hidden = next(one for one in leaves if one.hash not in shown)
    assert str(hidden.salt).encode() not in b"".join(files.values())


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_an_edit_of_what_was_disclosed_is_caught(bundle: Files, data: st.DataObject) -> None:
    """In the file of one answer alone, and in a bundle whose answers are withheld."""
    shown = read_leaves(bundle["exchanges.jsonl"], "exchanges.jsonl")[7].hash
    alone = disclosure(bundle, shown, "here")
    assert check_disclosure(alone, TRUST).is_sound
    edited = bytearray(alone)
    edited[data.draw(st.integers(0, len(alone) - 1))] ^= data.draw(st.sampled_from([1, 32, 255]))
    assert not check_disclosure(bytes(edited), TRUST).is_sound
    files = redacted(bundle, frozenset([shown]), "here")
    name = data.draw(st.sampled_from(LINES))
    content = bytearray(files[name])
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.sampled_from([1, 32, 255]))
    assert is_caught({**files, name: bytes(content)}, Trust())


def test_finding_numbers_changed_with_their_digests_are_caught(bundle: Files) -> None:
    """The operator can seal anything, but not a finding that the text does not give."""
    value = json.loads(bundle["findings.json"])
    value["findings"][0]["p_value"] = 0.5
    from stillwatch.verifier.canonical import encode

    files = {**bundle, "findings.json": encode(value)}
    seal = read_seal(files["seal.json"])
    digests = {**seal.files, "findings.json": digest(files["findings.json"])}
    files["seal.json"] = write_seal(replace(seal, files=digests))
    del files["statement.dsse.json"]
    found = check(signed(files, OPERATOR, "here"), Trust())
    assert any(one.name == "findings" and one.outcome == "fails" for one in found.checks)
