"""What a prompt leaves behind: keys that tell like from like and do not give the text back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from stillwatch.text import compiled
from stillwatch.text.alphabet import alphabet
from stillwatch.text.buffers import Column, pieces, strings, through_dictionary
from stillwatch.text.desk import COLUMNS, Keys, Phrases, new_desk
from stillwatch.text.phrases import PhraseTable

Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prints:
    """One entry a text. A key is 0 where the text is null or too short to have it."""

    prompt: Int64s  # all tokens in order
    template: Int64s  # the same with slots removed; needs 5 fixed tokens
    head8: Int64s  # first 8 tokens; equal to tail8 where the same tokens are last
    head24: Int64s
    tail8: Int64s
    tail24: Int64s
    band1: Int64s  # two minima of three-token shingles; needs 10 tokens, as do the next two
    band2: Int64s
    anchor: Int64s  # numbers, code symbols and addresses in order; needs 4, 2 of them numbers
    layout: Int64s  # kinds of line in order, runs as one; needs a line that is not plain text
    simhash: Int64s  # near texts differ in few of the 64 bits
    token_count: npt.NDArray[np.int32]
    byte_count: Int64s
    groups: Keys  # [row, 2]: the bits of the phrase groups found


def fingerprint(texts: Column, phrases: PhraseTable) -> Prints:
    """Reads every text of a column once.

    A dictionary column is read entry by entry, so repeated texts cost nothing. The lock of the
    interpreter is free meanwhile: callers may give each thread a slice.
    """
    tree = phrases.tree()
    parts = [_piece(piece, tree) for piece in pieces(texts)]
    if len(parts) == 1:
        return parts[0]
    parts.append(_plain(pa.array([], pa.string()), tree))
    names = Prints.__slots__
    return Prints(**{n: np.concatenate([getattr(part, n) for part in parts]) for n in names})


def _piece(array: pa.Array[Any], phrases: Phrases) -> Prints:
    if not isinstance(array, pa.DictionaryArray):
        return _plain(array, phrases)
    entries = _plain(array.dictionary, phrases)
    names = Prints.__slots__
    return Prints(**{n: through_dictionary(array, getattr(entries, n)) for n in names})


def _plain(array: pa.Array[Any], phrases: Phrases) -> Prints:
    read = strings(array)
    keys = np.zeros((COLUMNS, len(array)), dtype=np.uint64)
    counts = np.zeros(len(array), dtype=np.int32)
    groups = np.zeros((len(array), 2), dtype=np.uint64)
    compiled.read_rows(
        read.data, read.offsets, read.present, alphabet(), phrases, new_desk(), keys, counts, groups
    )
    column = keys.view(np.int64)
    return Prints(
        prompt=column[0],
        template=column[1],
        head8=column[2],
        head24=column[3],
        tail8=column[4],
        tail24=column[5],
        band1=column[6],
        band2=column[7],
        anchor=column[8],
        layout=column[9],
        simhash=column[10],
        token_count=counts,
        byte_count=np.diff(read.offsets) * read.present if len(array) else np.zeros(0, np.int64),
        groups=groups,
    )
