"""Reads Parquet: checks the types before anything runs, then gives the contract's columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.io.batches import (
    BATCH_BYTES,
    BATCH_ROWS,
    REQUIRED,
    Columns,
    RowNumbers,
    set_aside,
)
from stillwatch.io.conversations import (
    Conversation,
    plain,
    put_conversations,
    read_conversation,
)
from stillwatch.io.instants import instants
from stillwatch.io.rejects import Rejects
from stillwatch.io.sources import Chunk, Source
from stillwatch.model.errors import SchemaError, SourceError, StillwatchError
from stillwatch.model.inputs import RawExchange
from stillwatch.tables.schema import TIME, schema_of

CHUNK_ROWS = 1 << 18
_UNREADABLE = (pa.ArrowException, OSError, ValueError)
_LISTS = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)


def open_parquet(source: Source, dictionary: list[str] | None = None) -> pq.ParquetFile:
    """An open Parquet file; a damaged or encrypted one is a SourceError."""
    try:
        return pq.ParquetFile(source.path, memory_map=False, read_dictionary=dictionary)
    except _UNREADABLE as error:
        raise damaged(source, error) from error


def damaged(source: Source, error: BaseException) -> SourceError:
    """What to tell of a Parquet file that cannot be read."""
    said = str(error).splitlines()[0] if str(error) else type(error).__name__
    if source.byte_count == 0:
        return SourceError(source.path, "is empty (0 bytes)", "copy the file again or leave it out")
    if "ncrypt" in said:
        return SourceError(source.path, "is encrypted Parquet", "decrypt it before the scan")
    return SourceError(source.path, f"is damaged Parquet ({said})", "write or copy the file again")


def split_parquet(file: pq.ParquetFile, source: int, first_index: int) -> Iterator[Chunk]:
    """Neighbouring row groups together, until a chunk has work for a while."""
    metadata = file.metadata
    start, start_row, rows = 0, 0, 0
    for group in range(metadata.num_row_groups):
        rows += metadata.row_group(group).num_rows
        if rows - start_row >= CHUNK_ROWS or group + 1 == metadata.num_row_groups:
            yield Chunk(
                index=first_index, source=source, start=start, stop=group + 1, first_row=start_row
            )
            first_index, start, start_row = first_index + 1, group + 1, rows


def check_types(source: Source, schema: pa.Schema) -> list[StillwatchError]:
    """Every required column that is missing and every column of a wrong type, all at once."""
    names = set(schema.names) | set(source.constants)
    faults: list[StillwatchError] = [
        SchemaError(source.path, f"column '{name}' is missing", "add it; every exchange has one")
        for name in REQUIRED
        if name not in names
    ]
    for field in schema_of(RawExchange):
        if schema.names.count(field.name) > 1:
            twice = f"column '{field.name}' is there twice"
            faults.append(SchemaError(source.path, twice, "keep one of them"))
        elif field.name in schema.names:
            kind = schema.field(field.name).type
            if not fits(kind, field.type):
                faults.append(
                    SchemaError(
                        source.path,
                        f"column '{field.name}' has type {kind}",
                        f"write it as {field.type}",
                    )
                )
    return faults


def fits(kind: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether values of one type can be read as another without guessing."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if pa.types.is_null(kind):
        return True
    if any(is_list(wanted) for is_list in _LISTS):
        return any(is_list(kind) for is_list in _LISTS) and fits(kind.value_type, pa.string())
    is_whole = pa.types.is_integer(kind)
    if pa.types.is_string(wanted):
        return is_whole or _is_text(kind)
    if pa.types.is_timestamp(wanted):
        is_time = pa.types.is_timestamp(kind) or pa.types.is_date(kind)
        return bool(is_time or is_whole or _is_text(kind))
    if pa.types.is_boolean(wanted):
        return bool(pa.types.is_boolean(kind))
    return bool(is_whole or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_text(kind: pa.DataType) -> bool:
    tests = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_binary,
    )
    return any(test(kind) for test in tests)


def read_parquet(
    source: Source, chunk: Chunk, names: frozenset[str], encode: frozenset[str], rejects: Rejects
) -> Iterator[tuple[Columns, RowNumbers]]:
    """Columns in the contract's types, batch by batch, with the rows' numbers in the chunk."""
    row = 0
    for batch in parquet_batches(source, chunk, names, sorted(encode & names)):
        numbers = np.arange(row + 1, row + batch.num_rows + 1)
        row += batch.num_rows
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        yield _conform(columns, numbers, chunk, rejects)
    rejects.finish(chunk, row)


def parquet_batches(
    source: Source,
    chunk: Chunk,
    names: frozenset[str] | None = None,
    dictionary: list[str] | None = None,
) -> Iterator[pa.RecordBatch]:
    """The chunk as it is in the file: the named columns, or all."""
    groups = list(range(chunk.start, chunk.stop))
    with open_parquet(source, dictionary) as file:
        wanted = [name for name in file.schema_arrow.names if names is None or name in names]
        try:
            yield from file.iter_batches(
                batch_size=_batch_rows(file, groups),
                row_groups=groups,
                columns=wanted,
                use_threads=False,
            )
        except _UNREADABLE as error:
            raise damaged(source, error) from error


def _batch_rows(file: Any, groups: list[int]) -> int:
    """As many rows as stay within the memory that a batch may take."""
    details = [file.metadata.row_group(group) for group in groups]
    rows = sum(group.num_rows for group in details)
    size = sum(group.total_byte_size for group in details)
    fitting = int(BATCH_BYTES * max(1, rows) // max(1, size))
    return max(64, min(BATCH_ROWS, fitting))


def _conform(
    columns: Columns, numbers: RowNumbers, chunk: Chunk, rejects: Rejects
) -> tuple[Columns, RowNumbers]:
    """Cast every column; a row with a value that does not fit is set aside with the reason."""
    reasons: dict[int, str] = {}
    for field in schema_of(RawExchange):
        if field.name in columns:
            columns[field.name] = cast_column(columns[field.name], field, reasons)
    if "messages" in columns:
        _read_messages(columns, reasons)
    return set_aside(columns, numbers, reasons, chunk, rejects)


def cast_column(array: Any, field: pa.Field[Any], reasons: dict[int, str]) -> Any:
    """The column in the contract's type; what does not fit is null and stands in `reasons`."""
    kind = field.type
    if kind == TIME:
        return instants(plain(array), field.name, reasons)
    try:
        return _cast(array, kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        pass
    parts = []
    for index in range(len(array)):
        try:
            parts.append(_cast(array.slice(index, 1), kind))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            reasons.setdefault(index, f"column '{field.name}' does not fit {kind}")
            parts.append(pa.nulls(1, kind))
    return pa.concat_arrays([plain(part).cast(kind) for part in parts])


def _cast(array: Any, kind: pa.DataType) -> Any:
    if pa.types.is_dictionary(array.type):
        if pa.types.is_string(kind) and array.type.value_type == kind:
            array.validate(full=True)
            return array
        array = array.dictionary_decode()
    if array.type == kind:
        if not pa.types.is_primitive(kind):
            array.validate(full=True)
        return array
    if pa.types.is_binary(array.type):
        array = array.cast(pa.string())
    array = array.cast(kind)
    if not pa.types.is_primitive(kind):
        array.validate(full=True)
    return array


def _read_messages(columns: Columns, reasons: dict[int, str]) -> None:
    """Put what the conversations say over prompt and system text."""
    found: list[Conversation | None] = []
    for index, value in enumerate(columns.pop("messages").to_pylist()):
        try:
            found.append(None if value is None else read_conversation(value))
        except ValueError as error:
            reasons.setdefault(index, str(error))
            found.append(None)
    put_conversations(columns, found)
