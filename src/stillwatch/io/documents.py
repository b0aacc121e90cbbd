"""Takes records out of JSON: lines, whole documents, and arrays that were cut off."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from stillwatch.catalog.paths import pick
from stillwatch.io.jsonl import DAMAGED, NOT_JSON, Unreadable, decode_value
from stillwatch.io.lines import LINE_LIMIT, read_blocks, read_document
from stillwatch.io.rejects import Rejects
from stillwatch.io.sources import Chunk, Source

_BETWEEN = " \t\r\n,"


def read_records(
    source: Source, chunk: Chunk, rejects: Rejects, limit: int = LINE_LIMIT
) -> Iterator[tuple[list[Any], list[int]]]:
    """Decoded records with the numbers of their lines (in a document: of its elements)."""
    if source.kind == "document":
        data, is_damaged = read_document(source, chunk)
        found, is_whole = elements(data)
        if not is_whole or is_damaged:
            reason = DAMAGED if is_damaged else "not JSON from this element on"
            rejects.add(chunk, len(found) + 1, reason)
        yield found, list(range(1, len(found) + 1))
        rejects.finish(chunk, len(found) + (not is_whole))
        return
    line_count = 0
    for block in read_blocks(source, chunk, limit):
        line_count = block.first - 1 + block.line_count
        if block.dropped:
            rejects.add(chunk, block.first, "the line is longer than the limit")
            continue
        records, numbers = [], []
        lines = block.data.split(b"\n")
        for number, line in enumerate(lines, block.first):
            is_torn = block.is_torn and number == block.first + len(lines) - 1
            if is_torn and block.is_damaged:
                rejects.add(chunk, number, DAMAGED)
            if not line.strip():
                continue
            try:
                records.append(decode_value(line, rejects))
                numbers.append(number)
            except Unreadable as fault:
                torn = is_torn and str(fault).startswith(NOT_JSON)
                rejects.add(chunk, number, "torn last line" if torn else str(fault), line)
        yield records, numbers
    rejects.finish(chunk, line_count)


def elements(data: bytes) -> tuple[list[Any], bool]:
    """The elements of an array, or the objects that follow each other; False if not to the end."""
    text = data.decode("utf-8-sig", errors="replace")
    decoder = json.JSONDecoder()
    found: list[Any] = []
    at = _skip(text, 0)
    is_array = text[at : at + 1] == "["
    at = _skip(text, at + is_array)
    while at < len(text):
        if is_array and text[at] == "]":
            return found, _skip(text, at + 1) == len(text)
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return found, False
        found.append(value)
        at = _skip(text, at)
    return found, not is_array


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BETWEEN:
        at += 1
    return at


def unwrap(
    records: Sequence[Any], numbers: Sequence[int], keys: Sequence[str]
) -> tuple[list[Any], list[int]]:
    """Records taken out of the envelopes that hold many, such as `{"Records": [...]}`."""
    if not keys:
        return list(records), list(numbers)
    inner: list[Any] = []
    inner_numbers: list[int] = []
    for record, number in zip(records, numbers, strict=True):
        held = pick(record, keys) if isinstance(record, dict) else None
        many = held if isinstance(held, list) else [record]
        inner += many
        inner_numbers += [number] * len(many)
    return inner, inner_numbers
