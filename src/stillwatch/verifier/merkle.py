"""Hashes leaves into one root, and proves that a leaf is in it (RFC 6962, section 2.1)."""

import hashlib
from collections.abc import Sequence


def leaf_hash(data: bytes) -> bytes:
    """A leaf and a node begin with different bytes, so that neither can pass for the other."""
    return hashlib.sha256(b"\x00" + data).digest()


def salted_leaf(salt: bytes, data: bytes) -> bytes:
    """The hash of a leaf that may be withheld: without its salt nobody can try what it was."""
    return leaf_hash(salt + data)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        paired = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        # An odd one out goes up as it is: this gives RFC 6962's tree, level by level.
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0]


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from a leaf to the root."""
    level, found = list(leaves), []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            found.append(level[sibling])
        paired = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]
        index //= 2
    return found


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], top: bytes) -> bool:
    """Whether the proof leads from this leaf, at this place among `size`, to the root."""
    if not 0 <= index < size:
        return False
    steps = iter(proof)
    value, last = leaf, size - 1
    while last:
        if index % 2 or index < last:
            step = next(steps, None)
            if step is None:
                return False
            value = _node(step, value) if index % 2 else _node(value, step)
        index, last = index // 2, last // 2
    return next(steps, None) is None and value == top
