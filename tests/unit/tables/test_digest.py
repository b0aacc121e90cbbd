"""What a table's digest says, and what it does not depend on."""

import hashlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.tables.digest import digest

TABLE = pa.table({"a": pa.array([1, 2, 3], pa.int64()), "b": ["x", None, "z"]})


def test_a_digest_is_a_sha256() -> None:
    """In hexadecimal, the same in every process."""
    assert len(digest(TABLE)) == len(hashlib.sha256().hexdigest())
    assert digest(TABLE) == digest(pa.table(TABLE.to_pydict()))


@pytest.mark.parametrize(
    "other",
    [
        TABLE.slice(0, 2),
        TABLE.select(["b", "a"]),
        TABLE.rename_columns(["a", "c"]),
        TABLE.take([1, 0, 2]),
        TABLE.set_column(0, "a", pa.array([1, 2, 4], pa.int64())),
        TABLE.set_column(0, "a", pa.array([1, 2, 3], pa.int32())),
        TABLE.set_column(1, "b", pa.array(["x", "", "z"])),
    ],
    ids=["rows", "columns", "names", "order", "values", "types", "nulls"],
)
def test_whatever_a_reader_would_see_changes_the_digest(other: pa.Table) -> None:
    """Rows, columns, names, order, values, types and nulls."""
    assert digest(other) != digest(TABLE)


def test_tables_without_rows_have_the_digest_of_their_schema() -> None:
    """However they came to be empty."""
    empty = TABLE.schema.empty_table()
    none = pa.Table.from_batches([], TABLE.schema)
    assert digest(empty) == digest(TABLE.slice(0, 0)) == digest(none)
    assert digest(empty) != digest(TABLE.select(["a"]).slice(0, 0))


def test_a_file_gives_back_the_digest_of_what_was_written(tmp_path: Path) -> None:
    """A field's text and the numbers that Parquet gives to fields are no content, at any depth."""
    part = pa.struct([pa.field("bits", pa.float64(), nullable=False, metadata={"meaning": "x"})])
    schema = pa.schema(
        [
            pa.field("a", pa.int64(), nullable=False, metadata={"meaning": "which"}),
            pa.field("parts", pa.list_(part), metadata={"meaning": "what of"}),
        ]
    )
    table = pa.table({"a": [1, 2], "parts": [[{"bits": 0.5}], None]}, schema=schema)
    pq.write_table(table, tmp_path / "t.parquet")
    assert digest(pq.read_table(tmp_path / "t.parquet")) == digest(table)


def test_what_lies_under_a_null_does_not_show() -> None:
    """Two columns that read alike may hold different bytes where they are null."""
    one = pa.Array.from_buffers(pa.int64(), 2, [pa.py_buffer(b"\x01"), pa.py_buffer(bytes(16))])
    other = pa.Array.from_buffers(
        pa.int64(), 2, [pa.py_buffer(b"\x01"), pa.py_buffer(bytes(8) + b"\x07" * 8)]
    )
    assert one.equals(other)
    assert digest(pa.table({"a": one})) == digest(pa.table({"a": other}))
