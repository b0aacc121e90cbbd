"""What one text is worked on: the places of its sums, its limits, and the shape of the tables.

The numbers here are built into the machine code of `compiled.py`; after changing one, save that
file too, because only its own age tells that the kept machine code is stale.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

HISTORY: Final = 24  # tokens of the block before that stay in sight: the longest tail
BLOCK: Final = 232  # tokens read before they are walked
LONG_WORD: Final = 32  # characters after which a word is an identifier or a blob, so a slot
SHINGLE_FLOOR: Final = 10  # tokens below which a text is too short to be near another
TEMPLATE_FLOOR: Final = 5  # fixed tokens below which a template says nothing
ANCHOR_FLOOR: Final = 4  # numbers and symbols below which an anchor says nothing
NUMBER_FLOOR: Final = 2  # numbers among them
LONGEST_PHRASE: Final = 16  # tokens
LEVELS: Final = 40  # bits in a count of shingles
# Tells a phrase's last token from the others: without it, it could change places with the next.
PHRASE_END: Final = np.uint64(0xD6E8FEB86659FD93)

# Rows of the result, in the order of kernel.Prints; the same places hold the sums meanwhile.
PROMPT, TEMPLATE, HEAD8, HEAD24, TAIL8, TAIL24 = 0, 1, 2, 3, 4, 5
BAND1, BAND2, ANCHOR, LAYOUT, SIMHASH, COLUMNS = 6, 7, 8, 9, 10, 11
LOW1, HIGH1, LOW2, HIGH2, SUMS = 11, 12, 13, 14, 15
# What is known of a text between two of its blocks.
AT, FRESH, LISTED, QUOTED, FENCED, ADDRESS, LINE, BLANK = 0, 1, 2, 3, 4, 5, 6, 7
STRUCTURED, ANCHORS, NUMBERS, TOKENS = 8, 9, 10, 11
FIXED, SLOTTED, SHINGLES, STATES = 12, 13, 14, 15

Bytes = npt.NDArray[np.uint8]
Keys = npt.NDArray[np.uint64]


class Phrases(NamedTuple):
    """Phrases as a tree walked from the last token back, kept in a table of open addressing."""

    ends: Keys  # a bit for each value of the top 16 bits of the node two tokens deep
    nodes: Keys  # keys of the tree's nodes, 0 where free; the length is a power of two
    bits: Keys  # [node, 2]: the groups that have a phrase beginning at the node


class Desk(NamedTuple):
    """What one text is worked on; used again for the next."""

    tokens: Keys
    slots: Bytes
    state: npt.NDArray[np.int64]
    sums: Keys
    planes: Keys
    waiting: Keys


def new_desk() -> Desk:
    """An empty desk; the compiled loops clear it before each text."""
    return Desk(
        tokens=np.zeros(HISTORY + BLOCK, dtype=np.uint64),
        slots=np.zeros(HISTORY + BLOCK, dtype=np.uint8),
        state=np.zeros(STATES, dtype=np.int64),
        sums=np.zeros(SUMS, dtype=np.uint64),
        planes=np.zeros(LEVELS, dtype=np.uint64),
        waiting=np.zeros(LEVELS, dtype=np.uint64),
    )
