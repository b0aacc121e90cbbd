"""The tree is that of RFC 6962: published values, a slow twin, and proofs of one leaf alone."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.verifier import merkle

# Leaves and roots of the reference implementation of Certificate Transparency.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
          "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def twin(leaves: list[bytes]) -> bytes:
    """The definition of the RFC, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + twin(leaves[:split]) + twin(leaves[split:])).digest()


@pytest.mark.parametrize("count", sorted(ROOTS))
def test_roots_are_those_of_the_reference_implementation(count: int) -> None:
    """Somebody else's tree code gives the same roots."""
    leaves = [merkle.leaf_hash(bytes.fromhex(one)) for one in LEAVES[:count]]
    assert merkle.root(leaves).hex() == ROOTS[count]


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40))
def test_the_root_is_that_of_the_recursive_definition(leaves: list[bytes]) -> None:
    """Level by level is the same as halving at powers of two."""
    assert merkle.root(leaves) == twin(leaves)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40), st.data())
def test_a_path_proves_its_own_leaf_at_its_own_place(
    leaves: list[bytes], data: st.DataObject
) -> None:
    """It proves no other leaf, no other place, and nothing once a hash of it is gone."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    top, proof = merkle.root(leaves), merkle.path(leaves, index)
    assert merkle.is_included(leaves[index], index, len(leaves), proof, top)
    assert not merkle.is_included(b"x" * 32, index, len(leaves), proof, top)
    assert not merkle.is_included(leaves[index], index, len(leaves), [*proof, b"x" * 32], top)
    assert not merkle.is_included(leaves[index], len(leaves), len(leaves), proof, top)
    if proof:
        assert not merkle.is_included(leaves[index], index, len(leaves), proof[:-1], top)
    elsewhere = data.draw(st.integers(0, len(leaves) - 1))
    if leaves[elsewhere] != leaves[index] and elsewhere != index:
        assert not merkle.is_included(leaves[index], elsewhere, len(leaves), proof, top)
