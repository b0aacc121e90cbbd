"""Reads records of a provider's format and hands them to the normaliser, batch by batch."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from stillwatch.io.batches import TURN_COUNT, Columns, RowNumbers, set_aside
from stillwatch.io.documents import read_records, unwrap
from stillwatch.io.instants import mixed_instants
from stillwatch.io.parquet import parquet_batches
from stillwatch.io.rejects import Rejects
from stillwatch.io.sources import Chunk, Source
from stillwatch.model.inputs import RawExchange
from stillwatch.model.provider import Joined, NormalizedRows, ProviderCard
from stillwatch.tables.schema import TIME, schema_of

RECORD_COUNT = 8_192
Normalizer = Callable[[Sequence[Any], ProviderCard, Joined], NormalizedRows]


def read_provider(
    source: Source,
    chunk: Chunk,
    card: ProviderCard,
    joined: Joined,
    rejects: Rejects,
    normalize: Normalizer,
) -> Iterator[tuple[Columns, RowNumbers]]:
    """Columns in the contract's types, with the numbers of the lines they come from."""
    for records, numbers in _groups(source, chunk, card, rejects):
        rows = normalize(records, card, joined)
        for place, reason in rows.rejects:
            rejects.add(chunk, numbers[place], reason)
        for reason, count in rows.skipped.items():
            rejects.skip(reason, count)
        for reason, count in rows.warnings.items():
            rejects.warn(reason, count)
        origins = np.array([numbers[place] for place in rows.origins], dtype=np.int64)
        reasons: dict[int, str] = {}
        columns = _arrays(rows, reasons)
        yield set_aside(columns, origins, reasons, chunk, rejects)


def _arrays(rows: NormalizedRows, reasons: dict[int, str]) -> Columns:
    columns: Columns = {}
    for field in (*schema_of(RawExchange), TURN_COUNT):
        values = rows.columns.get(field.name)
        if values is None:
            continue
        if field.type == TIME:
            columns[field.name] = mixed_instants(values, field.name, reasons)
        else:
            columns[field.name] = pa.array(values, field.type)
    return columns


def _groups(
    source: Source, chunk: Chunk, card: ProviderCard, rejects: Rejects
) -> Iterator[tuple[list[Any], list[int]]]:
    """Records by the thousand; all of a file at once where entries are cut into pieces."""
    held: list[Any] = []
    held_numbers: list[int] = []
    for records, numbers in _records(source, chunk, rejects):
        more, more_numbers = unwrap(records, numbers, card.records)
        held += more
        held_numbers += more_numbers
        while len(held) >= RECORD_COUNT and not card.pieces:
            yield held[:RECORD_COUNT], held_numbers[:RECORD_COUNT]
            del held[:RECORD_COUNT], held_numbers[:RECORD_COUNT]
    if held:
        yield held, held_numbers


def _records(
    source: Source, chunk: Chunk, rejects: Rejects
) -> Iterator[tuple[list[Any], list[int]]]:
    if source.kind != "parquet":
        yield from read_records(source, chunk, rejects)
        return
    row = 0
    for batch in parquet_batches(source, chunk):
        for start in range(0, batch.num_rows, RECORD_COUNT):
            part = batch.slice(start, RECORD_COUNT)
            yield part.to_pylist(), list(range(row + 1, row + part.num_rows + 1))
            row += part.num_rows
    rejects.finish(chunk, row)
