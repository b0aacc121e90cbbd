"""Reads logs: plans which parts are read in which order, then gives each part batch by batch.

plan(paths) ► LogPlan ► one chunk, one thread: read(plan, chunk, rejects) ► record batches
│ in order of the chunks
Duplicates.keep ► no exchange is counted twice
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa
import pyarrow.dataset as ds

from stillwatch.io.batches import CONTRACT, Columns, RowNumbers, batch_schema, shape
from stillwatch.io.documents import read_records
from stillwatch.io.joins import load_joins
from stillwatch.io.jsonl import read_jsonl, rows_to_columns
from stillwatch.io.lines import split_lines
from stillwatch.io.parquet import check_types, open_parquet, read_parquet, split_parquet
from stillwatch.io.provider_rows import Normalizer, read_provider
from stillwatch.io.rejects import Rejects
from stillwatch.io.sources import Chunk, Source, find
from stillwatch.model.errors import SourceError, StillwatchError, raise_faults
from stillwatch.model.inputs import RawExchange
from stillwatch.model.provider import Joined, ProviderCard
from stillwatch.tables.schema import schema_of

CHUNK_BYTES = 32 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPlan:
    """What will be read, in which parts and order, and the schema that every batch will have.

    `columns` are the contract's columns that may have values: those in the Parquet files; all of
    them when there are JSON lines, whose columns are only known once read (`Rejects.columns`).
    `skipped` are files of the folders that are no logs.
    """

    sources: tuple[Source, ...]
    chunks: tuple[Chunk, ...]
    columns: frozenset[str]
    schema: pa.Schema
    row_estimate: int
    skipped: tuple[str, ...] = ()
    provider: ProviderCard | None = None
    joined: Joined
    encode: frozenset[str] = frozenset()
    as_of: datetime | None = None


def plan(
    paths: Sequence[str],
    *,
    provider: ProviderCard | None = None,
    joins: Mapping[str, Sequence[str]] | None = None,
    encode: frozenset[str] = frozenset(),
    as_of: datetime | None = None,
    chunk_bytes: int = CHUNK_BYTES,
) -> LogPlan:
    """Look at every file, and raise all faults of all of them at once.

    `joins` names the second logs of a provider card, by the card's name for them. Columns in
    `encode` come dictionary-encoded (`batches.LABELS` are worth it).
    """
    found = find(paths)
    sources: list[Source] = []
    chunks: list[Chunk] = []
    columns: set[str] = set()
    faults: list[StillwatchError] = []
    row_estimate = 0
    for index, bare in enumerate(found.sources):
        source = replace(bare, constants=partition_values(bare))
        sources.append(source)
        if source.kind != "parquet":
            columns |= set(CONTRACT)
            if source.kind != "empty":
                whole = source if provider is None or not provider.pieces else None
                chunks += split_lines(source, index, len(chunks), chunk_bytes if whole else 1 << 62)
            row_estimate += source.byte_count * (8 if source.codec else 1) // source.line_bytes
            continue
        try:
            with open_parquet(source) as file:
                schema = file.schema_arrow
                faults += [] if provider else check_types(source, schema)
                chunks += split_parquet(file, index, len(chunks))
                row_estimate += file.metadata.num_rows
        except StillwatchError as error:
            faults.append(error)
            continue
        columns |= (set(schema.names) | set(source.constants)) & set(CONTRACT)
    raise_faults("the logs do not fit", faults)
    if provider is not None:
        columns = set(CONTRACT) - set(provider.cannot_carry) - {"messages"}
    return LogPlan(
        sources=tuple(sources),
        chunks=tuple(chunks),
        columns=frozenset(columns),
        schema=batch_schema(frozenset(columns), encode),
        row_estimate=row_estimate,
        skipped=found.skipped,
        provider=provider,
        joined=load_joins(provider, joins or {}),
        encode=encode,
        as_of=as_of,
    )


def partition_values(source: Source) -> dict[str, str | None]:
    """The contract's columns that stand in the path as `name=value`."""
    scheme = ds.HivePartitioning(
        pa.schema([field for field in schema_of(RawExchange) if field.type == pa.string()])
    )
    return dict(ds.get_partition_keys(scheme.parse(source.below)))


def read(
    plan: LogPlan, chunk: Chunk, rejects: Rejects, normalize: Normalizer | None = None
) -> Iterator[pa.RecordBatch]:
    """The batches of one chunk, each in `plan.schema` and of at most 65,536 rows.

    Any thread may read any chunk. `normalize` is needed when the plan has a provider card.
    """
    source = plan.sources[chunk.source]
    for columns, numbers in _columns(plan, source, chunk, rejects, normalize):
        for name, value in source.constants.items():
            columns.setdefault(name, pa.repeat(pa.scalar(value, pa.string()), len(numbers)))
        if len(numbers):
            yield shape(columns, numbers, plan.schema, chunk, rejects, plan.as_of)


def _columns(
    plan: LogPlan,
    source: Source,
    chunk: Chunk,
    rejects: Rejects,
    normalize: Normalizer | None,
) -> Iterator[tuple[Columns, RowNumbers]]:
    if plan.provider is not None:
        if normalize is None:
            raise SourceError(source.path, "has a provider's format", "give a normaliser")
        yield from read_provider(source, chunk, plan.provider, plan.joined, rejects, normalize)
    elif source.kind == "parquet":
        yield from read_parquet(source, chunk, plan.columns, plan.encode, rejects)
    elif source.kind == "document":
        for records, numbers in read_records(source, chunk, rejects):
            yield from rows_to_columns(records, numbers, chunk, rejects)
    else:
        yield from read_jsonl(source, chunk, rejects)
