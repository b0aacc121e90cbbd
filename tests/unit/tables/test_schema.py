"""How a noun becomes a schema, and how a table is made to fit it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import pyarrow as pa
import pytest

from stillwatch.model.errors import Faults, SchemaError
from stillwatch.model.kinds import Count, Flag, Instant, Key, Name, Real, Small
from stillwatch.tables.schema import TIME, conform, required, rows, schema_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A row in a row."""

    bits: Annotated[Real, "how much"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A noun with every kind of column."""

    thing_id: Annotated[Name, "which one"]
    seen_at: Annotated[Instant, "when"]
    key: Annotated[Key, "its key"]
    thing_count: Annotated[Count, "how many"]
    size: Annotated[Small | None, "how large"] = None
    is_new: Annotated[Flag | None, "whether"] = None
    labels: Annotated[tuple[Name, ...] | None, "what it is called"] = None
    parts: Annotated[tuple[Part, ...], "what it is made of"] = ()


def test_a_schema_is_read_off_the_noun() -> None:
    """One column a field, in order, of the type of its kind; null only where the noun says so."""
    part = pa.struct([pa.field("bits", pa.float64(), nullable=False)])
    assert schema_of(Thing).equals(
        pa.schema(
            [
                pa.field("thing_id", pa.string(), nullable=False),
                pa.field("seen_at", TIME, nullable=False),
                pa.field("key", pa.int64(), nullable=False),
                pa.field("thing_count", pa.int64(), nullable=False),
                pa.field("size", pa.int32()),
                pa.field("is_new", pa.bool_()),
                pa.field("labels", pa.list_(pa.string())),
                pa.field("parts", pa.list_(part), nullable=False),
            ]
        )
    )
    assert required(Thing) == {"thing_id", "seen_at", "key", "thing_count", "parts"}


def test_a_columns_text_is_its_meaning() -> None:
    """The data dictionary is made from it."""
    assert schema_of(Thing).field("size").metadata == {b"meaning": b"how large"}


def test_instances_become_rows() -> None:
    """With the noun's types, nested rows and nulls."""
    at = datetime(2026, 3, 2, tzinfo=UTC)
    thing = Thing(thing_id="a", seen_at=at, key=-1, thing_count=2, parts=(Part(bits=0.5),))
    table = rows(Thing, [thing])
    assert table.schema.equals(schema_of(Thing))
    assert table.to_pylist() == [
        {
            "thing_id": "a", "seen_at": at, "key": -1, "thing_count": 2, "size": None,
            "is_new": None, "labels": None, "parts": [{"bits": 0.5}],
        }
    ]  # fmt: skip
    assert rows(Thing, []).schema.equals(schema_of(Thing))


GOOD = pa.table(
    {
        "other": ["dropped"],
        "size": pa.array([3], pa.int64()),
        "thing_id": ["a"],
        "seen_at": pa.array([0], pa.timestamp("ms")),
        "key": pa.array([1], pa.int32()),
        "thing_count": pa.array([1], pa.int8()),
        "parts": pa.array([[]], pa.list_(pa.struct([("bits", pa.float32())]))),
    }
)


def test_a_table_is_cast_and_loses_columns_the_noun_does_not_know() -> None:
    """Columns come in the noun's order; absent optional ones stay absent."""
    made = conform(GOOD, Thing, "things.parquet")
    assert made.column_names == ["thing_id", "seen_at", "key", "thing_count", "size", "parts"]
    assert made.schema.field("size").type == pa.int32()
    assert made.schema.field("seen_at").type == TIME


def test_all_faults_of_a_table_are_reported_together() -> None:
    """Missing columns and columns of a wrong type, each with the table's name and a remedy."""
    wrong = GOOD.drop_columns(["thing_id", "key"]).set_column(
        1, "size", pa.array([2**40], pa.int64())
    )
    wrong = wrong.set_column(2, "seen_at", pa.array(["yesterday"]))
    with pytest.raises(Faults) as caught:
        conform(wrong, Thing, "things.parquet")
    said = [str(fault) for fault in caught.value.exceptions]
    assert all(isinstance(fault, SchemaError) for fault in caught.value.exceptions)
    assert all(one.startswith("things.parquet: column '") for one in said)
    assert [one.split("'")[1] for one in said] == ["key", "thing_id", "seen_at", "size"]


def test_one_fault_comes_alone() -> None:
    """Not in a group of one."""
    with pytest.raises(SchemaError, match=r"column 'key' is missing; add it; Thing requires it"):
        conform(GOOD.drop_columns(["key"]), Thing, "things.parquet")
