"""Reads a table's Arrow schema off a noun, and says what a given table lacks."""

from __future__ import annotations

import dataclasses
import types
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

from stillwatch.model.errors import SchemaError, StillwatchError, raise_faults
from stillwatch.model.kinds import Kind

TIME = pa.timestamp("us", tz="UTC")
_ARROW = {
    "name": pa.string(),
    "text": pa.string(),
    "sentence": pa.string(),
    "key": pa.int64(),
    "count": pa.int64(),
    "small": pa.int32(),
    "real": pa.float64(),
    "flag": pa.bool_(),
    "instant": TIME,
}


@cache
def schema_of(noun: type) -> pa.Schema:
    """The Arrow schema of a noun: one column a field, its text as metadata `meaning`."""
    hints = get_type_hints(noun, include_extras=True)
    return pa.schema([_field(field.name, hints[field.name]) for field in dataclasses.fields(noun)])


def _field(name: str, hint: Any) -> pa.Field:
    meaning = ""
    if get_origin(hint) is Annotated:
        base, *notes = get_args(hint)
        meaning = next((note for note in notes if isinstance(note, str)), "")
        kinds = tuple(note for note in notes if isinstance(note, Kind))
        hint = Annotated[base, *kinds] if kinds else base
    nullable = get_origin(hint) in (types.UnionType, Union)
    if nullable:
        hint = next(part for part in get_args(hint) if part is not types.NoneType)
    return pa.field(name, _arrow(hint), nullable, metadata={"meaning": meaning})


def _arrow(hint: Any) -> pa.DataType:
    if get_origin(hint) is tuple:
        return pa.list_(_arrow(get_args(hint)[0]))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return pa.struct(list(schema_of(hint)))
    kind = next(note for note in get_args(hint) if isinstance(note, Kind))
    return _ARROW[kind.name]


def required(noun: type) -> frozenset[str]:
    """Names of the columns that must exist."""
    return frozenset(field.name for field in schema_of(noun) if not field.nullable)


def rows(noun: type, values: list[Any]) -> pa.Table:
    """A table from instances of a noun."""
    schema = schema_of(noun)
    return pa.Table.from_pylist([dataclasses.asdict(value) for value in values], schema=schema)


def conform(table: pa.Table, noun: type, where: str) -> pa.Table:
    """The table with exactly the noun's columns that it has, cast to their types.

    Unknown columns are dropped. Raises SchemaError for a missing required column or a column
    that cannot be cast; several faults are raised together.
    """
    schema = schema_of(noun)
    faults: list[StillwatchError] = [
        SchemaError(where, f"column '{name}' is missing", f"add it; {noun.__name__} requires it")
        for name in sorted(required(noun) - set(table.column_names))
    ]
    columns: dict[str, Any] = {}
    for field in schema:
        if field.name not in table.column_names:
            continue
        try:
            columns[field.name] = table.column(field.name).cast(field.type)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            faults.append(
                SchemaError(
                    where,
                    f"column '{field.name}' is {table.schema.field(field.name).type}: {error}",
                    f"write it as {field.type}",
                )
            )
    raise_faults(f"{where}: the table does not fit", faults)
    return pa.table(columns)
