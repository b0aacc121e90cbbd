"""Gives every batch one shape, and sets aside the rows that lack what an exchange must have."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.io.rejects import Rejects
from stillwatch.io.sources import Chunk
from stillwatch.model.inputs import RawExchange
from stillwatch.tables.schema import required, schema_of

BATCH_ROWS = 65_536
BATCH_BYTES = 64 << 20
CONTRACT: tuple[str, ...] = tuple(schema_of(RawExchange).names)
REQUIRED: tuple[str, ...] = tuple(name for name in CONTRACT if name in required(RawExchange))
TURN_COUNT = pa.field("turn_count", pa.int32(), metadata={"meaning": "turns sent along"})
ROW_NUMBER = pa.field("row_number", pa.int64(), metadata={"meaning": "row within the chunk"})
LABELS = frozenset(
    {
        "account_id",
        "organization_id",
        "request_model",
        "ip",
        "client_fingerprint",
        "system_text",
        "access_path",
        "operation",
        "user_agent",
        "response_format",
    }
)
"""Columns whose values repeat: worth asking for dictionary-encoded."""

_OLDEST = datetime(2015, 1, 1, tzinfo=UTC)

Columns = dict[str, Any]
RowNumbers = npt.NDArray[np.int64]


def batch_schema(columns: frozenset[str], encode: frozenset[str]) -> pa.Schema:
    """The schema of every batch: the contract's columns, then `turn_count` and `row_number`.

    `messages` is never among them: it is read into `prompt_text` and `system_text`.
    """
    wanted = set(columns)
    if "messages" in wanted:
        wanted = wanted - {"messages"} | {"prompt_text", "system_text"}
    fields = []
    for field in schema_of(RawExchange):
        if field.name in wanted:
            coded = field.name in encode and field.type == pa.string()
            kind = pa.dictionary(pa.int32(), pa.string()) if coded else field.type
            fields.append(pa.field(field.name, kind, metadata=field.metadata))
    return pa.schema([*fields, TURN_COUNT, ROW_NUMBER])


def shape(
    columns: Mapping[str, Any],
    row_numbers: RowNumbers,
    schema: pa.Schema,
    chunk: Chunk,
    rejects: Rejects,
    as_of: datetime | None,
) -> pa.RecordBatch:
    """One batch in the plan's schema, without the rows that lack an id, a time or an account."""
    keep = _whole_rows(columns, row_numbers, chunk, rejects)
    count = len(row_numbers)
    arrays: list[Any] = []
    seen: list[str] = []
    for field in schema:
        if field.name == ROW_NUMBER.name:
            array: Any = pa.array(row_numbers)
        elif field.name == TURN_COUNT.name:
            array = _turns(columns, count)
        else:
            array = columns.get(field.name)
            if array is None:
                array = nulls(field.type, count)
            else:
                if array.null_count < count:
                    seen.append(field.name)
                array = _coded(array, field.type)
        arrays.append(array)
    batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
    if keep is not None:
        batch = batch.filter(pa.array(keep))
    _check_clock(batch.column("received_at"), rejects, as_of)
    rejects.saw(seen, batch.num_rows)
    return batch


def _coded(array: Any, kind: pa.DataType) -> Any:
    if array.type == kind:
        return array
    return array.dictionary_encode() if pa.types.is_dictionary(kind) else array.cast(kind)


@lru_cache(maxsize=256)
def nulls(kind: pa.DataType, count: int) -> Any:
    """A column without values; made once for each length, since batches are alike."""
    return pa.nulls(count, kind)


def set_aside(
    columns: Columns,
    numbers: RowNumbers,
    reasons: Mapping[int, str],
    chunk: Chunk,
    rejects: Rejects,
) -> tuple[Columns, RowNumbers]:
    """The rows without those that stand in `reasons`, by their place in the batch."""
    if not reasons:
        return columns, numbers
    keep = np.ones(len(numbers), dtype=np.bool_)
    for place, reason in sorted(reasons.items()):
        rejects.add(chunk, int(numbers[place]), reason)
        keep[place] = False
    mask = pa.array(keep)
    return {name: array.filter(mask) for name, array in columns.items()}, numbers[keep]


def _turns(columns: Mapping[str, Any], count: int) -> Any:
    """Turns as the conversation has them, else as the row's place in its session says, else one."""
    found = columns.get("turn_count", nulls(pa.int32(), count))
    index = columns.get("turn_index")
    if index is not None:
        known = pc.min_element_wise(pc.max_element_wise(index, 0), 2**31 - 2)
        found = pc.coalesce(found, pc.if_else(index.is_null(), None, pc.add(known, 1)))
    return pc.fill_null(found, 1).cast(pa.int32())


def _whole_rows(
    columns: Mapping[str, Any], row_numbers: RowNumbers, chunk: Chunk, rejects: Rejects
) -> npt.NDArray[np.bool_] | None:
    """Which rows have every required value; None when all do."""
    keep: npt.NDArray[np.bool_] | None = None
    for name in REQUIRED:
        array = columns[name]
        bad = array.is_null()
        if pa.types.is_string(array.type):
            bad = pc.or_kleene(bad, pc.equal(pc.binary_length(array), 0))
        elif pa.types.is_dictionary(array.type):
            bad = pc.or_kleene(bad, pc.equal(array.dictionary, "").take(array.indices))
        if not pc.any(bad).as_py():
            continue
        mask = bad.to_numpy(zero_copy_only=False)
        if keep is None:
            keep = np.ones(len(row_numbers), dtype=np.bool_)
        for row in np.flatnonzero(mask & keep):
            rejects.add(chunk, int(row_numbers[row]), f"required column '{name}' is empty")
        keep &= ~mask
    return keep


def _check_clock(times: Any, rejects: Rejects, as_of: datetime | None) -> None:
    """Count rows whose clock was plainly wrong; they are kept: the rest may be true."""
    if not len(times):
        return
    edges = pc.min_max(times)
    if edges["min"].as_py() < _OLDEST:
        early = pc.sum(pc.less(times, pa.scalar(_OLDEST, times.type))).as_py()
        rejects.warn("received_at lies before 2015", int(early))
    if as_of is not None:
        latest = pa.scalar(as_of + timedelta(days=1), times.type)
        late = pc.sum(pc.greater(times, latest)).as_py()
        if late:
            rejects.warn("received_at lies more than a day after the time of the scan", int(late))
