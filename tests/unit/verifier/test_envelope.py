"""Signatures are DSSE's: its own published example, and nothing passes that was not signed."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

import proof_extra  # noqa: F401 - skips these tests without the extra
from stillwatch.io.keys import public_of
from stillwatch.verifier import envelope
from stillwatch.verifier.canonical import Damaged

SECRET = bytes(range(32))
PAYLOAD = envelope.statement({"seal.json": "00"}, {"a": "b"})


def test_what_is_signed_is_that_of_the_specification() -> None:
    """The example of DSSE's protocol page."""
    assert envelope.pre_authentication("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_a_signature_holds_for_its_payload_and_key_alone() -> None:
    """Another payload or another key does not pass."""
    _, signature = envelope.sign(PAYLOAD, SECRET)
    assert envelope.is_signed(PAYLOAD, signature, public_of(SECRET))
    assert not envelope.is_signed(PAYLOAD + b" ", signature, public_of(SECRET))
    assert not envelope.is_signed(PAYLOAD, signature, public_of(b"x" * 32))
    assert not envelope.is_signed(PAYLOAD, b"", public_of(SECRET))
    assert not envelope.is_signed(PAYLOAD, signature, b"short")


def test_signing_twice_gives_the_same_bytes() -> None:
    """Ed25519 throws no dice."""
    assert envelope.sign(PAYLOAD, SECRET) == envelope.sign(PAYLOAD, SECRET)


def test_the_statement_is_one_of_in_toto() -> None:
    """Type, subjects with digests and predicate stand where in-toto's readers look."""
    import json

    value = json.loads(PAYLOAD)
    assert value["_type"] == "https://in-toto.io/Statement/v1"
    assert value["subject"] == [{"name": "seal.json", "digest": {"sha256": "00"}}]
    assert set(value) == {"_type", "subject", "predicateType", "predicate"}


@given(st.data())
def test_any_edit_of_an_envelope_is_seen(data: st.DataObject) -> None:
    """The file is refused, or its payload or signature differs."""
    keyid, signature = envelope.sign(PAYLOAD, SECRET)
    made = bytearray(envelope.sealed(PAYLOAD, {keyid: signature}))
    made[data.draw(st.integers(0, len(made) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        payload, signatures = envelope.opened(bytes(made), "here")
    except Damaged:
        return
    assert (payload, signatures) != (PAYLOAD, {keyid: signature})


def test_base64_with_loose_bits_is_refused() -> None:
    """Two spellings of the same bytes would be two files with one meaning."""
    loose = base64.b64encode(b"a").replace(b"YQ", b"YR")
    assert base64.b64decode(loose) == b"a"
    made = envelope.sealed(PAYLOAD, {"k": b"a"}).replace(base64.b64encode(b"a"), loose)
    with pytest.raises(Damaged, match="loose bits"):
        envelope.opened(made, "here")
