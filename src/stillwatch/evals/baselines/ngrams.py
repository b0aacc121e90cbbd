"""Words and pairs of words as hashed numbers: what the text baselines read of a prompt.

Feature hashing with a sign (Weinberger et al. 2009), in numpy and one compiled loop. A word is a
run of letters, digits and bytes above ASCII; case is folded for ASCII alone. Only the beginning
of a text is read, as embedding models read 512 tokens.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import csr_array

from stillwatch.text.buffers import strings
from stillwatch.text.jit import compiled

LONGEST = 2_000  # bytes of a text that are read

_PRIME: Final = np.uint64(0x100000001B3)
_START: Final = np.uint64(0xCBF29CE484222325)
_MIX: Final = np.uint64(0xFF51AFD7ED558CCD)
_33: Final = np.uint64(33)


def hashed(texts: pa.ChunkedArray, dimensions: int) -> csr_array:
    """One row a text: +1 or -1 at each n-gram's column, once per occurrence; not summed.

    `dimensions` is a power of two.
    """
    whole = strings(texts.combine_chunks().cast(pa.large_string()))
    lengths = np.minimum(np.diff(whole.offsets), LONGEST) * whole.present
    most = int(lengths.sum()) + len(lengths)  # a word has a byte, a pair has two words
    keys = np.empty(most, np.uint64)
    ends = np.zeros(len(lengths) + 1, np.int64)
    _read(whole.data, whole.offsets[:-1], lengths, keys, ends)
    keys = keys[: ends[-1]]
    column = (keys & np.uint64(dimensions - 1)).astype(np.int32)
    sign = np.where(keys >> np.uint64(63), 1.0, -1.0).astype(np.float32)
    return csr_array((sign, column, ends), shape=(len(lengths), dimensions))


@compiled
def _read(
    data: npt.NDArray[np.uint8],
    starts: npt.NDArray[np.int64],
    lengths: npt.NDArray[np.int64],
    keys: npt.NDArray[np.uint64],
    ends: npt.NDArray[np.int64],
) -> Any:
    """Fill in the keys of all n-grams, text after text; a space closes each text."""
    found = 0
    for text in range(len(starts)):
        word = before = _START
        for at in range(starts[text], starts[text] + lengths[text] + 1):
            byte = data[at] if at < starts[text] + lengths[text] else np.uint8(32)
            if 65 <= byte <= 90:
                byte += np.uint8(32)
            if 97 <= byte <= 122 or 48 <= byte <= 57 or byte >= 128:
                word = (word ^ np.uint64(byte)) * _PRIME
            elif word != _START:
                one = (word ^ (word >> _33)) * _MIX
                keys[found] = one ^ (one >> _33)
                found += 1
                if before != _START:
                    two = ((before * _PRIME) ^ word) * _MIX
                    two = (two ^ (two >> _33)) * _MIX
                    keys[found] = two ^ (two >> _33)
                    found += 1
                before, word = word, _START
        ends[text + 1] = found
