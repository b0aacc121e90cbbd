"""What a table's digest says, and what it does not depend on."""

import hashlib

import pyarrow as pa
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


def test_what_lies_under_a_null_does_not_show() -> None:
    """Two columns that read alike may hold different bytes where they are null."""
    one = pa.Array.from_buffers(pa.int64(), 2, [pa.py_buffer(b"\x01"), pa.py_buffer(bytes(16))])
    other = pa.Array.from_buffers(
        pa.int64(), 2, [pa.py_buffer(b"\x01"), pa.py_buffer(bytes(8) + b"\x07" * 8)]
    )
    assert one.equals(other)
    assert digest(pa.table({"a": one})) == digest(pa.table({"a": other}))
