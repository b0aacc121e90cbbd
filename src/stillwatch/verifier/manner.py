"""Turns whole answers into their manner: how they are laid out, and which common words they hold.

All answers of a model are read as one run of bytes, so that a panel of millions of words is read in
seconds. Length and layout follow size and settings as much as teaching; `verifier.lineage` compares
them by way of third models alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stillwatch.verifier.openings import Floats, Hashes, Ints

WHOLE = 4000  # characters of an answer that are read
COUNTED = b",.!?:;\"'()*#`-\n"  # bytes that are counted in each answer
VOCABULARY = 400  # words that most answers of the references hold
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_BITS, _HASH = np.uint64(44), np.uint64(2**44 - 1)
_LINE, _END = 10, 0
_MASKS = np.array([2 ** (8 * length) - 1 for length in range(9)], np.uint64)
_BULLETS, _LOUD = (np.frombuffer(one, np.uint8) for one in (b"-*#", b"!?"))
_MARK = np.zeros(256, np.uint8)  # which of the counted bytes a byte is, from 1
_MARK[list(COUNTED)] = np.arange(1, len(COUNTED) + 1)
_QUOTES = (("\u2018", "'"), ("\u2019", "'"), ("\u201c", '"'), ("\u201d", '"'))

Bytes = np.ndarray[Any, np.dtype[np.uint8]]


@dataclass(frozen=True)
class Manner:
    """How one model's answers are laid out and worded; an empty answer has a row of zeros."""

    layout: Floats  # prompts x features, counts as logarithms
    words: Hashes  # each distinct word of each answer: the prompt, then 44 bits of hash; sorted

    def at(self, rows: Ints) -> Manner:
        """Only some of the prompts, in rising order."""
        place: Ints = np.full(len(self.layout), -1)
        place[rows] = np.arange(len(rows))
        kept = place[(self.words >> _BITS).astype(np.int64)]
        words = (kept[kept >= 0].astype(np.uint64) << _BITS) | (self.words[kept >= 0] & _HASH)
        return Manner(self.layout[rows], words)


def manner(answers: Sequence[str]) -> Manner:
    """The manner of one model's answers, in the order of the prompts."""
    cut = [one[:WHOLE].replace("\0", " ").strip() for one in answers]
    text = "\0".join([*cut, ""])
    for curly, plain in _QUOTES:
        text = text.replace(curly, plain)
    data: Bytes = np.frombuffer(text.encode("utf-8", "replace").lower(), np.uint8)
    ends = np.flatnonzero(data == _END)
    starts, stops = _words(data)
    per_answer = np.diff(np.searchsorted(starts, ends), prepend=0)
    row = np.repeat(np.arange(len(ends), dtype=np.uint64), per_answer)
    keys = np.sort((row << _BITS) | (_hashes(data, starts, stops) & _HASH))
    is_new = np.ones(len(keys), bool)
    is_new[1:] = keys[1:] != keys[:-1]
    letters = np.bincount(row.astype(np.int64), stops - starts, len(ends)).astype(float)
    return Manner(_layout(data, ends, per_answer, letters), keys[is_new])


def _words(data: Bytes) -> tuple[Ints, Ints]:
    """Where runs of letters begin and end; whatever is no ASCII counts as a letter."""
    is_letter = ((data >= 97) & (data <= 122)) | (data >= 128)
    edges = np.flatnonzero(is_letter[1:] != is_letter[:-1]) + 1  # the last byte is no letter
    if len(data) and is_letter[0]:
        edges = np.concatenate(([0], edges))
    return edges[::2], edges[1::2]


def _hashes(data: Bytes, starts: Ints, stops: Ints) -> Hashes:
    """A hash of the first sixteen bytes of each word."""
    padded = np.concatenate((data, np.zeros(16, np.uint8)))
    eight = np.ndarray((len(data) + 9,), "<u8", padded.tobytes(), strides=(1,))
    lengths = stops - starts
    first = eight[starts] & _MASKS[np.minimum(lengths, 8)]
    second = eight[starts + 8] & _MASKS[np.clip(lengths - 8, 0, 8)]
    total = (first * _PRIME) ^ ((second + _PRIME) * np.uint64(0xD6E8FEB86659FD93))
    total = (total ^ (total >> np.uint64(29))) * np.uint64(0xFF51AFD7ED558CCD)
    return np.asarray(total ^ (total >> np.uint64(32)))


def _layout(data: Bytes, ends: Ints, words: Ints, letters: Floats) -> Floats:
    """Counts of words, marks and kinds of lines in each answer, and how it ends."""
    answers = len(ends)
    begins = np.concatenate(([0], ends[:-1] + 1))
    after = np.concatenate((data[1:], data[-1:]))
    places = np.flatnonzero(_MARK[data])
    row = np.searchsorted(ends, places)
    is_line = data[places] == _LINE
    lines, line_row, then = places[is_line], row[is_line], after[places[is_line]]

    def lines_that(chosen: Any) -> Floats:
        return np.bincount(line_row[chosen], minlength=answers).astype(float)

    marks = len(COUNTED)
    kinds = row * marks + _MARK[data[places]] - 1
    counted = np.bincount(kinds, minlength=answers * marks).reshape(answers, marks).astype(float)
    sentences = counted[:, [COUNTED.index(one) for one in b".!?"]].sum(1) + 1
    last_line = begins.copy()
    last_line[line_row] = lines + 1  # the last of each answer stays
    last = data[np.maximum(ends - 1, 0)]
    counts = np.column_stack(
        [
            counted,
            words,
            lines_that(then == _LINE),
            lines_that((then >= 48) & (then <= 57)),
            lines_that(np.isin(then, _BULLETS)),
            words / sentences,
            letters / np.maximum(words, 1),
            ends - last_line,
        ]
    )
    found = np.column_stack([np.log1p(counts), last == ord("."), np.isin(last, _LOUD)])
    found[ends == begins] = 0
    return np.asarray(found)


def vocabulary(references: Sequence[Manner]) -> Hashes:
    """The words that most answers of the references hold, ties by hash; sorted."""
    every = np.sort(np.concatenate([one.words & _HASH for one in references]))
    is_new = np.ones(len(every), bool)
    is_new[1:] = every[1:] != every[:-1]
    first = np.flatnonzero(is_new)
    times = np.diff(np.append(first, len(every)))
    values = every[first]
    return np.sort(values[np.lexsort((values, -times))[:VOCABULARY]])


def word_counts(one: Manner, known: Hashes) -> Floats:
    """How many answers hold each of these words."""
    if not len(known):
        return np.zeros(0)
    words = one.words & _HASH
    place = np.minimum(np.searchsorted(known, words), len(known) - 1)
    return np.bincount(place[known[place] == words], minlength=len(known)).astype(float)
