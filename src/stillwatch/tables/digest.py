"""The SHA-256 of a table's content, the same whatever its chunks and whoever wrote it."""

import hashlib

import numpy as np
import pyarrow as pa
import pyarrow.ipc


def digest(table: pa.Table) -> str:
    """Hex SHA-256 over the table as one Arrow stream of one batch, without metadata."""
    # Taking every row anew clears what a slice or a null leaves behind in Arrow's buffers.
    fresh = table.combine_chunks().take(np.arange(len(table)))
    plain = fresh.replace_schema_metadata(None).combine_chunks()
    hasher = hashlib.sha256()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, plain.schema) as writer:
        writer.write_table(plain)
    hasher.update(sink.getvalue())
    return hasher.hexdigest()
