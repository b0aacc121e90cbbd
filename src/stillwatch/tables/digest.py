"""The SHA-256 of a table's content, the same whatever its chunks and whoever wrote it."""

import hashlib
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.ipc


def digest(table: pa.Table) -> str:
    """Hex SHA-256 over the table as one Arrow stream of one batch, without metadata."""
    # Taking every row anew clears what a slice or a null leaves behind in Arrow's buffers.
    fresh = table.combine_chunks().take(np.arange(len(table)))
    plain = fresh.cast(pa.schema(_bare(table.schema))).combine_chunks()
    hasher = hashlib.sha256()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, plain.schema) as writer:
        writer.write_table(plain)
    hasher.update(sink.getvalue())
    return hasher.hexdigest()


def _bare(fields: Iterable[pa.Field]) -> list[pa.Field]:
    """The fields without metadata, which files add, and with one name for what is in a list."""
    return [pa.field(field.name, _bare_type(field.type), field.nullable) for field in fields]


def _bare_type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_struct(kind):
        return pa.struct(_bare(kind))
    if pa.types.is_list(kind):
        return pa.list_(_bare([kind.value_field.with_name("item")])[0])
    return kind
