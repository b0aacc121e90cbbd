"""Decodes lines of JSON to the contract's columns; a bad line is set aside with its reason."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Annotated, Any

import msgspec
import numpy as np
import pyarrow as pa

from stillwatch.io.batches import (
    BATCH_BYTES,
    BATCH_ROWS,
    REQUIRED,
    TURN_COUNT,
    Columns,
    RowNumbers,
    nulls,
    set_aside,
)
from stillwatch.io.conversations import Conversation, put_conversations, read_raw_conversation
from stillwatch.io.instants import mixed_instants
from stillwatch.io.lines import LINE_LIMIT, Block, read_blocks
from stillwatch.io.rejects import Rejects
from stillwatch.io.sources import Chunk, Source
from stillwatch.model.inputs import RawExchange
from stillwatch.tables.schema import TIME, schema_of

_LONG = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_SHORT = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31 - 1)]
SLICE_ROWS = 4096
ABSENT = msgspec.Raw(b"null")
IDENTIFIERS = tuple(field.name for field in schema_of(RawExchange) if field.type == pa.string())
WHOLE = tuple(f.name for f in schema_of(RawExchange) if f.type in (pa.int64(), pa.int32()))
MENDED = "\N{REPLACEMENT CHARACTER}"
REPAIRED = "half a surrogate pair in a text was replaced"
NOT_JSON = "not JSON"
DAMAGED = "the packed data is damaged or cut off after this line"


class Unreadable(ValueError):
    """The reason why a line is no exchange."""


@cache
def line_decoder() -> "msgspec.json.Decoder[Any]":
    """Decodes one line of the contract; identifiers may be whole numbers, times also numbers."""
    kinds: dict[pa.DataType, Any] = {
        pa.string(): str,
        pa.int64(): _LONG,
        pa.int32(): _SHORT,
        pa.float64(): float,
        pa.bool_(): bool,
        pa.list_(pa.string()): list[str],
        TIME: str | int | float,
    }
    fields: list[Any] = []
    for field in schema_of(RawExchange):
        if field.name == "messages":
            fields.append((field.name, msgspec.Raw, ABSENT))
        elif field.name in REQUIRED:
            fields.append((field.name, kinds[field.type]))
        else:
            fields.append((field.name, kinds[field.type] | None, None))
    return msgspec.json.Decoder(msgspec.defstruct("Line", fields, gc=False))


def read_jsonl(
    source: Source,
    chunk: Chunk,
    rejects: Rejects,
    limit: int = LINE_LIMIT,
) -> Iterator[tuple[Columns, RowNumbers]]:
    """Columns in the contract's types, batch by batch, with the numbers of their lines."""
    parts: list[tuple[Columns, RowNumbers]] = []
    size, row_count, line_count = 0, 0, 0
    for block in read_blocks(source, chunk, limit):
        line_count = block.first - 1 + block.line_count
        rows, numbers = decode_block(block, chunk, rejects)
        # Few rows at a time: turning rows into columns is fast while they are in the cache.
        for start in range(0, len(rows), SLICE_ROWS):
            stop = start + SLICE_ROWS
            parts.append(_columns(rows[start:stop], numbers[start:stop], chunk, rejects))
        size, row_count = size + len(block.data), row_count + len(rows)
        if row_count >= BATCH_ROWS or size >= BATCH_BYTES:
            yield from _joined(parts)
            parts, size, row_count = [], 0, 0
    yield from _joined(parts)
    rejects.finish(chunk, line_count)


def _joined(parts: list[tuple[Columns, RowNumbers]]) -> Iterator[tuple[Columns, RowNumbers]]:
    """The parts as one, or as many as keep to the size of a batch."""
    if not parts:
        return
    numbers = np.concatenate([numbers for _, numbers in parts])
    columns: Columns = {}
    for field in (*schema_of(RawExchange), TURN_COUNT):
        if any(field.name in part for part, _ in parts):
            pieces = [part.get(field.name, nulls(field.type, len(rows))) for part, rows in parts]
            columns[field.name] = pa.concat_arrays(pieces)
    for start in range(0, len(numbers), BATCH_ROWS):
        cut = slice(start, start + BATCH_ROWS)
        yield {name: array[cut] for name, array in columns.items()}, numbers[cut]


def rows_to_columns(
    records: Sequence[Any], numbers: Sequence[int], chunk: Chunk, rejects: Rejects
) -> Iterator[tuple[Columns, RowNumbers]]:
    """The same from decoded values, such as the elements of a JSON array."""
    rows, kept = [], []
    for record, number in zip(records, numbers, strict=True):
        try:
            rows.append(row_of(record))
            kept.append(number)
        except Unreadable as fault:
            rejects.add(chunk, number, str(fault))
    starts = range(0, len(rows), SLICE_ROWS)
    cuts = [slice(start, start + SLICE_ROWS) for start in starts]
    yield from _joined([_columns(rows[cut], kept[cut], chunk, rejects) for cut in cuts])


def decode_block(block: Block, chunk: Chunk, rejects: Rejects) -> tuple[list[Any], list[int]]:
    """The rows of a block with the numbers of their lines; all at once, else line by line."""
    if block.dropped:
        rejects.add(chunk, block.first, "the line is longer than the limit")
        if block.is_damaged:
            rejects.add(chunk, block.first, DAMAGED)
        return [], []
    if not block.is_torn:
        try:
            rows = line_decoder().decode_lines(block.data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            rows = []
        if len(rows) == block.line_count:
            return rows, list(range(block.first, block.first + len(rows)))
    rows, numbers = [], []
    lines = block.data.split(b"\n")
    if not block.is_torn:
        lines.pop()
    for number, line in enumerate(lines, block.first):
        is_torn = block.is_torn and number == block.first + len(lines) - 1
        try:
            row = decode_line(line, rejects)
        except Unreadable as fault:
            is_cut = is_torn and str(fault).startswith(NOT_JSON)
            rejects.add(chunk, number, "torn last line" if is_cut else str(fault), line)
        else:
            if row is not None:
                rows.append(row)
                numbers.append(number)
        if is_torn and block.is_damaged:
            rejects.add(chunk, number, DAMAGED)
    return rows, numbers


def decode_line(line: bytes, rejects: Rejects) -> Any | None:
    """One row, None for a blank line. Raises Unreadable with the reason why it cannot be read."""
    if not line.strip():
        return None
    try:
        return line_decoder().decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return row_of(decode_value(line, rejects))


def decode_value(line: bytes, rejects: Rejects) -> Any:
    """The JSON value of a line. Raises Unreadable with the reason why there is none."""
    try:
        return msgspec.json.decode(line)
    except UnicodeDecodeError as error:
        raise Unreadable("invalid UTF-8") from error
    except (msgspec.DecodeError, RecursionError):
        return mended(line, rejects)


def mended(line: bytes, rejects: Rejects) -> Any:
    """The value of a line whose only fault is half a surrogate pair within a text.

    Whoever writes a prompt can put one there; it must not hide the exchange from the scan.
    """
    try:
        value = json.loads(line, parse_constant=_no_number)
        text = json.dumps(value, ensure_ascii=False)
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
    except UnicodeDecodeError as error:
        raise Unreadable("invalid UTF-8") from error
    except json.JSONDecodeError as error:
        raise Unreadable(NOT_JSON) from error
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    rejects.warn(REPAIRED)
    value = json.loads(whole)
    if isinstance(value, dict):
        for name in REQUIRED:
            if isinstance(value.get(name), str) and MENDED in value[name]:
                raise Unreadable(f"half a surrogate pair in column '{name}'")
    return value


def _no_number(name: str) -> None:
    raise Unreadable(f"not JSON: {name} is no JSON value, write null")


def row_of(value: Any) -> Any:
    """A row from a decoded JSON value; identifiers that are whole numbers become texts.

    Raises Unreadable with the reason why the value is no exchange.
    """
    if not isinstance(value, dict):
        raise Unreadable("not a JSON object")
    for name in REQUIRED:
        if name not in value:
            raise Unreadable(f"missing required column '{name}'")
        if value[name] is None:
            raise Unreadable(f"required column '{name}' is empty")
    fit = dict(value)
    for name in IDENTIFIERS:
        if isinstance(found := fit.get(name), int) and not isinstance(found, bool):
            fit[name] = str(found)
    for name in WHOLE:
        if isinstance(found := fit.get(name), float) and found.is_integer():
            fit[name] = int(found)
    if fit.get("messages") is not None:
        fit["messages"] = msgspec.Raw(msgspec.json.encode(fit["messages"]))
    else:
        fit.pop("messages", None)
    try:
        return msgspec.convert(fit, line_decoder().type)
    except msgspec.ValidationError as error:
        said, _, path = str(error).partition(" - at `$.")
        column = path.rstrip("`").partition("[")[0]
        raise Unreadable(f"wrong type of column '{column}': {said}") from error


def _columns(
    rows: list[Any], numbers: list[int], chunk: Chunk, rejects: Rejects
) -> tuple[Columns, RowNumbers]:
    """Rows turned into columns; columns without a value are left out."""
    columns: Columns = {}
    reasons: dict[int, str] = {}
    count = len(rows)
    by_column = zip(*map(msgspec.structs.astuple, rows), strict=True)
    for field, values in zip(schema_of(RawExchange), by_column, strict=True):
        if field.name == "messages":
            messages = values
        elif field.type == TIME:
            columns[field.name] = mixed_instants(values, field.name, reasons)
        elif values.count(None) < count:
            columns[field.name] = pa.array(values, field.type)
    if any(value is not ABSENT for value in messages):
        put_conversations(columns, [_conversation(*item, reasons) for item in enumerate(messages)])
    return set_aside(columns, np.array(numbers, dtype=np.int64), reasons, chunk, rejects)


def _conversation(place: int, raw: Any, reasons: dict[int, str]) -> Conversation | None:
    try:
        return read_raw_conversation(bytes(raw))
    except ValueError as error:
        reasons.setdefault(place, str(error))
        return None
