"""What each character does to a text: joins a word, stands alone, or separates.

The tables are written out as ranges and not taken from the Unicode data of the running Python,
so that one text has the same keys under every version. Characters above the basic plane are
classed in the compiled loops: emoji and rare ideographs stand alone.
"""

from functools import cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

LETTER: Final = 0  # joins a word
DIGIT: Final = 1  # joins a word and makes it a slot
LONE: Final = 2  # a token of its own: ideographs, kana, hangul, Thai, emoji
SYMBOL: Final = 3  # a token of its own that any prose may hold
CODE: Final = 4  # a token of its own that mostly code and mathematics hold
SPACE: Final = 5
NEWLINE: Final = 6
MARK: Final = 7  # separates words: commas, full stops, dashes, apostrophes
QUOTE: Final = 8  # separates words and opens or closes a quoted span
SILENT: Final = 9  # as if it were not there: zero-width and formatting characters

# Kinds of line; 0 is none yet.
BLANK_LINE: Final = 1
TEXT: Final = 2
HEADING: Final = 3
BULLET: Final = 4
NUMBERED: Final = 5
FENCE: Final = 6
JSON: Final = 7
TAG: Final = 8
TABLE: Final = 9

# Characters that the compiled loops know by themselves.
AT_SIGN: Final = ord("@")
BACKTICK: Final = ord("`")
CASE_BIT: Final = 0x20
COLON: Final = ord(":")
SLASH: Final = ord("/")
SMALL_W: Final = ord("w")
STOP: Final = ord(".")
AFTER_NUMERAL: Final = (ord("."), ord(")"))
ENDS_ADDRESS: Final = (ord("<"), ord(">"), ord(")"))
INSIDE_ADDRESS: Final = (ord("+"), ord("-"), ord("."), ord("@"), ord("_"))

_PLANE: Final = 0x10000
_RANGES: Final = (
    # first, last, kind; later lines win
    (0x0000, 0x0020, SPACE),
    (0x0021, 0x002F, MARK),
    (0x003A, 0x0040, MARK),
    (0x005B, 0x0060, MARK),
    (0x007B, 0x00BF, MARK),
    (0x00D7, 0x00D7, CODE),
    (0x00F7, 0x00F7, CODE),
    (0x037E, 0x037E, MARK),
    (0x0387, 0x0387, MARK),
    (0x060C, 0x060C, MARK),
    (0x061B, 0x061B, MARK),
    (0x061F, 0x061F, MARK),
    (0x066A, 0x066D, MARK),
    (0x06D4, 0x06D4, MARK),
    (0x0964, 0x0965, MARK),
    (0x0E00, 0x0EFF, LONE),
    (0x1000, 0x109F, LONE),
    (0x1100, 0x11FF, LONE),
    (0x1780, 0x17FF, LONE),
    (0x2000, 0x206F, MARK),
    (0x2070, 0x218F, SYMBOL),
    (0x2190, 0x22FF, CODE),
    (0x2300, 0x2BFF, LONE),
    (0x2E00, 0x2E7F, MARK),
    (0x2E80, 0x2FFF, LONE),
    (0x3000, 0x303F, MARK),
    (0x3005, 0x3007, LONE),
    (0x3040, 0xA4CF, LONE),
    (0xAC00, 0xD7FF, LONE),
    (0xE000, 0xFAFF, LONE),
    (0xFE10, 0xFE6F, MARK),
    (0xFF5F, 0xFF65, MARK),
    (0xFF66, 0xFFDC, LONE),
    (0xFFE0, 0xFFFF, MARK),
    (0x200B, 0x200F, SILENT),
    (0x202A, 0x202E, SILENT),
    (0x2060, 0x206F, SILENT),
    (0xFE00, 0xFE0F, SILENT),
    (0xFEFF, 0xFEFF, SILENT),
    (0x00AD, 0x00AD, SILENT),
    (0x201C, 0x201F, QUOTE),
    (0x300C, 0x300F, QUOTE),
    (0x00A0, 0x00A0, SPACE),
    (0x3000, 0x3000, SPACE),
    (0x000A, 0x000A, NEWLINE),
    (0x2028, 0x2029, NEWLINE),
)
_SINGLE: Final = (
    ("()*#/@:", SYMBOL),
    ("<>{}[]\\|=`$+^%&~_", CODE),
    ('"«»', QUOTE),
)
_LINE_STARTS: Final = (
    ("#", HEADING),
    ("-*+", BULLET),
    ("0123456789", NUMBERED),
    ("`", FENCE),
    ("{}[]", JSON),
    ("<", TAG),
    ("|", TABLE),
)
_LOWERED: Final = (
    # first, last, distance to the small letter
    (0x0041, 0x005A, 0x20),
    (0x00C0, 0x00D6, 0x20),
    (0x00D8, 0x00DE, 0x20),
    (0x0391, 0x03A9, 0x20),
    (0x0400, 0x040F, 0x50),
    (0x0410, 0x042F, 0x20),
    (0x0531, 0x0556, 0x30),
)
_DIGIT_ZEROS: Final = (0x0030, 0x0660, 0x06F0, 0x0966, 0x09E6)
_FULL_WIDTH: Final = (0xFF01, 0xFF5E, 0x21)  # first, last, the ASCII character of the first


class Alphabet(NamedTuple):
    """Kind and folded form of the basic plane's characters; what a first byte makes of a line."""

    kinds: npt.NDArray[np.uint8]
    folds: npt.NDArray[np.uint16]
    lines: npt.NDArray[np.uint8]


@cache
def alphabet() -> Alphabet:
    """The tables; folds lead to small letters, ASCII digits and half-width forms."""
    kinds = np.full(_PLANE, LETTER, dtype=np.uint8)
    folds = np.arange(_PLANE, dtype=np.uint16)
    for first, last, kind in _RANGES:
        kinds[first : last + 1] = kind
    for characters, kind in _SINGLE:
        kinds[[ord(character) for character in characters]] = kind
    for first, last, distance in _LOWERED:
        folds[first : last + 1] += distance
    for zero in _DIGIT_ZEROS:
        kinds[zero : zero + 10] = DIGIT
        folds[zero : zero + 10] = np.arange(ord("0"), ord("9") + 1)
    first, last, plain = _FULL_WIDTH
    width = last - first + 1
    kinds[first : last + 1] = kinds[plain : plain + width]
    folds[first : last + 1] = folds[plain : plain + width]
    lines = np.full(256, TEXT, dtype=np.uint8)
    for characters, kind in _LINE_STARTS:
        lines[[ord(character) for character in characters]] = kind
    for table in (kinds, folds, lines):
        table.flags.writeable = False
    return Alphabet(kinds, folds, lines)
