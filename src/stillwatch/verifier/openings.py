"""Turns answers into openings: hashes of the first words and of their kinds, one row a prompt."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Hashes = np.ndarray[Any, np.dtype[np.uint64]]
Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]

WORDS = 12  # an answer's opening, in tokens
KINDS = 8  # how much of it enters templates
TEMPLATES = (2, 3, 4, 6, 8)  # lengths of opening templates, in tokens
GRAMS = 4  # longest run of words that is compared prompt by prompt
COMMON = 180  # tokens that keep their identity inside a template
READ = 400  # characters that can hold twelve tokens

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+|\n+|[^\w\s]|_")
_ENDINGS = (
    *("ing", "ed", "ly", "tion", "sion", "ment", "ness", "ity", "ies"),
    *("es", "er", "est", "al", "ive", "ous", "ful", "able", "s"),
)
_PRIME = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Openings:
    """How one model begins its answers; 0 stands where an answer has ended."""

    words: Hashes  # prompts x 12
    kinds: Hashes  # prompts x 8: digit, mark, ending or "other"

    def at(self, rows: Ints) -> Openings:
        """Only some of the prompts."""
        return Openings(self.words[rows], self.kinds[rows])


def tokens(text: str, most: int | None = None) -> list[str]:
    """The first words, numbers, marks and line breaks of a text, in lower case."""
    found = []
    for match in _TOKEN.finditer(text[:READ].lower().replace("\u2019", "'")):
        token = match.group()
        found.append("\n" if token[0] == "\n" else token)
        if len(found) == (most or WORDS):
            break
    return found


def kind(token: str) -> str:
    """What a template keeps of a token that is not common: digit, mark, ending or nothing."""
    if token.isdigit():
        return "#"
    if not token[0].isalpha():
        return token
    return next(
        (f"-{end}" for end in _ENDINGS if token.endswith(end) and len(token) > len(end) + 2), "*"
    )


def hashed(token: str) -> int:
    """Eight bytes of SHA-256; never zero, which stands for "no token"."""
    return int.from_bytes(hashlib.sha256(token.encode("utf-8", "replace")).digest()[:8], "big") | 1


def read(answers: Sequence[str], seen: dict[str, tuple[int, int]] | None = None) -> Openings:
    """The openings of one model's answers, in the order of the prompts.

    `seen` may be shared between models: it only saves hashing a token twice.
    """
    known = {} if seen is None else seen
    words = np.zeros((len(answers), WORDS), np.uint64)
    kinds = np.zeros((len(answers), KINDS), np.uint64)
    for row, answer in enumerate(answers):
        for place, token in enumerate(tokens(answer)):
            pair = known.get(token)
            if pair is None:
                pair = known[token] = hashed(token), hashed(kind(token))
            words[row, place] = pair[0]
            if place < KINDS:
                kinds[row, place] = pair[1]
    return Openings(words, kinds)


def common_tokens(references: Sequence[Openings]) -> Hashes:
    """The tokens that most openings of the references contain, ties by hash."""
    counts: dict[int, int] = {}
    for one in references:
        rows = np.sort(one.words, axis=1)
        first = np.ones_like(rows, bool)
        first[:, 1:] = rows[:, 1:] != rows[:, :-1]
        values, times = np.unique(rows[first & (rows > 0)], return_counts=True)
        for value, count in zip(values.tolist(), times.tolist(), strict=True):
            counts[value] = counts.get(value, 0) + count
    ranked = sorted(counts, key=lambda value: (-counts[value], value))[:COMMON]
    return np.array(sorted(ranked), np.uint64)


def _run(columns: Hashes) -> Hashes:
    """One hash for each row of tokens, dependent on their order."""
    total = np.full(len(columns), np.uint64(columns.shape[1]), np.uint64)
    for place in range(columns.shape[1]):
        total = (total ^ columns[:, place]) * _PRIME
        total ^= total >> np.uint64(29)
    return total


def template_rows(one: Openings, common: Hashes) -> Hashes:
    """The templates of each answer, one column a length; 0 where the answer is too short."""
    heads = one.words[:, :KINDS]
    mapped = np.where(np.isin(heads, common), heads, one.kinds)
    found = np.zeros((len(mapped), len(TEMPLATES)), np.uint64)
    for place, length in enumerate(TEMPLATES):
        whole = mapped[:, length - 1] > 0
        found[whole, place] = _run(mapped[whole, :length])
    return found


def templates(one: Openings, common: Hashes) -> Mapping[int, int]:
    """How many answers open with each template."""
    rows = template_rows(one, common)
    values, times = np.unique(rows[rows > 0], return_counts=True)
    return dict(zip(values.tolist(), times.tolist(), strict=True))


def grams(one: Openings) -> tuple[Ints, Hashes]:
    """Each distinct run of one to four words in each opening: prompt row and hash, sorted."""
    rows, values = [], []
    for length in range(1, GRAMS + 1):
        for start in range(WORDS - length + 1):
            part = one.words[:, start : start + length]
            whole = np.flatnonzero(part[:, -1] > 0)
            rows.append(whole)
            values.append(_run(part[whole]))
    row, value = np.concatenate(rows), np.concatenate(values)
    order = np.lexsort((value, row))
    row, value = row[order], value[order]
    new = np.ones(len(row), bool)
    new[1:] = (row[1:] != row[:-1]) | (value[1:] != value[:-1])
    return row[new], value[new]
