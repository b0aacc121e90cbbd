"""A leaf is what its hash says, can be withheld, and cannot be guessed without its salt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import proof_extra  # noqa: F401 - skips these tests without the extra
from stillwatch.verifier.canonical import Damaged, encode
from stillwatch.verifier.leaves import (
    make_leaf,
    raw,
    raw_bytes,
    read_leaves,
    withheld,
    write_leaves,
)
from stillwatch.verifier.merkle import leaf_hash

SALT = b"s" * 32


@given(st.binary())
def test_bytes_come_back_as_they_came(data: bytes) -> None:
    """Text or not, nothing of an answer is lost."""
    assert raw_bytes(raw(data), "here") == data


def test_a_withheld_leaf_keeps_its_hash_and_nothing_else() -> None:
    """Shown and withheld, a file of leaves has the same hashes."""
    leaves = [make_leaf(SALT, {"a": n}) for n in range(3)]
    mixed = [leaves[0], withheld(leaves[1]), leaves[2]]
    found = read_leaves(write_leaves(mixed), "here")
    assert [one.hash for one in found] == [one.hash for one in leaves]
    assert found[1].data is None
    assert found[1].salt is None
    assert b'"a":1' not in write_leaves(mixed)


def test_the_salt_is_in_the_hash() -> None:
    """Who guesses the text of a withheld answer cannot check the guess."""
    assert make_leaf(SALT, {"a": 1}).hash != make_leaf(b"t" * 32, {"a": 1}).hash
    assert make_leaf(SALT, {"a": 1}).hash != leaf_hash(encode({"a": 1})).hex()
    with pytest.raises(ValueError, match="32 bytes"):
        make_leaf(b"short", {})


def test_a_leaf_that_was_changed_is_refused() -> None:
    """Text, salt or hash: each is seen."""
    good = write_leaves([make_leaf(SALT, {"a": "yes"})])
    for old, new in ((b"yes", b"no!"), (b'"salt":"73', b'"salt":"74'), (b'"leaf":"', b'"leaf":"0')):
        assert old in good
        with pytest.raises(Damaged):
            read_leaves(good.replace(old, new, 1), "here")
