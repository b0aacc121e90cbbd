"""The phrases of all marker cards as one table, and the markers that a text's phrases make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.model.errors import CardError, StillwatchError, raise_faults
from stillwatch.model.marker import MarkerCard, Place
from stillwatch.text import compiled
from stillwatch.text.alphabet import alphabet
from stillwatch.text.desk import HISTORY, LONGEST_PHRASE, PHRASE_END, Keys, Phrases, new_desk

GROUP_LIMIT = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseTable:
    """Every phrase of every marker; `needs[i]` are the group bits that marker i wants."""

    ends: Keys
    nodes: Keys
    bits: Keys
    needs: Keys
    markers: tuple[str, ...]
    places: tuple[Place, ...]

    def tree(self) -> Phrases:
        """The part that the compiled loops read."""
        return Phrases(self.ends, self.nodes, self.bits)


def token_hashes(text: str) -> Keys:
    """The hashes of a short text's tokens, as the kernel reads them."""
    data = np.frombuffer(text.encode("utf-8", "replace"), dtype=np.uint8)
    desk = new_desk()
    stop = compiled.read_block(data, len(data), alphabet(), desk)
    return desk.tokens[HISTORY:stop].copy()


def compile_phrases(markers: Sequence[MarkerCard]) -> PhraseTable:
    """One table for all markers; groups with the same phrases share a bit.

    Raises CardError for a phrase without a token or with too many, an empty marker, a marker id
    given twice, and for more groups than there are bits; all faults together.
    """
    faults: list[StillwatchError] = []
    group_bits: dict[frozenset[str], int] = {}
    said = {phrase for marker in markers for group in marker.groups for phrase in group}
    hashes = {phrase: token_hashes(phrase) for phrase in said}
    needs = np.zeros((len(markers), 2), dtype=np.uint64)
    for row, marker in enumerate(markers):
        faults.extend(_faults(marker, [other.id for other in markers[:row]], hashes))
        for group in marker.groups:
            bit = group_bits.setdefault(frozenset(group), len(group_bits))
            if bit < GROUP_LIMIT:
                needs[row, bit // 64] |= np.uint64(1 << (bit % 64))
    if len(group_bits) > GROUP_LIMIT:
        what = f"{len(group_bits)} groups of phrases, and there is room for {GROUP_LIMIT}"
        faults.append(CardError("markers", what, "join or drop groups"))
    raise_faults("marker cards", faults)
    ends, nodes, bits = _tree(group_bits, hashes)
    for array in (ends, nodes, bits, needs):
        array.flags.writeable = False
    return PhraseTable(
        ends=ends,
        nodes=nodes,
        bits=bits,
        needs=needs,
        markers=tuple(marker.id for marker in markers),
        places=tuple(marker.where for marker in markers),
    )


def marker_columns(
    groups: Keys, table: PhraseTable, *, system_groups: Keys | None = None
) -> dict[str, npt.NDArray[np.bool_]]:
    """`is_<id>` for every marker, from the phrase groups found in each row.

    With `system_groups` (of the system prompts of the same rows) each marker looks where its
    card says; without, every marker looks at `groups`.
    """
    system = groups if system_groups is None else system_groups
    found = {
        # One plain array for each word of bits: NumPy compares those many times faster.
        place: (np.ascontiguousarray(words[:, 0]), np.ascontiguousarray(words[:, 1]))
        for place, words in (("prompt", groups), ("system", system), ("both", groups | system))
    }
    columns: dict[str, npt.NDArray[np.bool_]] = {}
    for name, place, need in zip(table.markers, table.places, table.needs, strict=True):
        first, second = found[place]
        columns[f"is_{name}"] = ((first & need[0]) == need[0]) & ((second & need[1]) == need[1])
    return columns


def _faults(
    marker: MarkerCard, earlier: Sequence[str], hashes: Mapping[str, Keys]
) -> list[StillwatchError]:
    where = f"markers/{marker.id}.toml"
    faults: list[StillwatchError] = []
    if marker.id in earlier:
        faults.append(CardError(where, "the id is given twice", "give every marker its own id"))
    if not marker.groups or not all(marker.groups):
        faults.append(CardError(where, "a marker needs phrases", "fill or drop the empty group"))
    for phrase in (phrase for group in marker.groups for phrase in group):
        length = len(hashes[phrase])
        if not 0 < length <= LONGEST_PHRASE:
            what = f"the phrase {phrase!r} has {length} tokens"
            faults.append(CardError(where, what, f"write 1 to {LONGEST_PHRASE} of them"))
    return faults


def _tree(
    group_bits: Mapping[frozenset[str], int], hashes: Mapping[str, Keys]
) -> tuple[Keys, Keys, Keys]:
    """Nodes keyed by the tokens from a phrase's end back to its beginning."""
    found: dict[int, int] = {}
    ends = np.zeros(1024, dtype=np.uint64)
    for group, bit in group_bits.items():
        for phrase in group:
            tokens = hashes[phrase]
            key = (int(tokens[-1]) + int(PHRASE_END)) & (1 << 64) - 1
            for depth in range(1, len(tokens) + 1):
                if depth > 1:
                    key = int(compiled.carry_on(np.uint64(key), tokens[-depth]))
                if depth == min(2, len(tokens)):
                    ends[key >> 54] |= np.uint64(1 << (key >> 48 & 63))
                found[key] = found.get(key, 0) | (1 << bit if depth == len(tokens) else 0)
    size = 1 << max(8, (2 * len(found)).bit_length())
    nodes = np.zeros(size, dtype=np.uint64)
    bits = np.zeros((size, 2), dtype=np.uint64)
    for key, groups in found.items():
        place = key & (size - 1)
        while nodes[place]:
            place = (place + 1) & (size - 1)
        nodes[place] = key
        bits[place] = groups & (1 << 64) - 1, groups >> 64
    return ends, nodes, bits
