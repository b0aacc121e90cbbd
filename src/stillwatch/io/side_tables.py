"""Reads the small tables beside the log: accounts, account events and releases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from stillwatch.io.documents import elements
from stillwatch.io.instants import mixed_instants
from stillwatch.io.lines import BOM, read_document, split_lines
from stillwatch.io.parquet import cast_column, damaged, fits
from stillwatch.io.sources import Source, find
from stillwatch.model.errors import SchemaError, SourceError, StillwatchError, raise_faults
from stillwatch.model.inputs import Account
from stillwatch.tables.schema import TIME, required, schema_of

SHOWN = 5


def read_table(path: str | Path, noun: type) -> pa.Table:
    """The rows of Parquet, JSON lines, a JSON array or CSV, in the noun's columns and types.

    Unlike a log, a side table is read whole or not at all: a wrong row of it would be a wrong
    fact about an account. All faults are raised at once, with the numbers of their rows. Rows
    that say the same twice become one; two that say different things of one account are a fault.
    """
    tables = [_conform(_load(source), noun, source.path) for source in find([str(path)]).sources]
    table = pa.concat_tables(tables, promote_options="default")
    return _once(table, str(path)) if noun is Account else table


def _load(source: Source) -> Mapping[str, Any]:
    """Columns as Arrow arrays, or as lists of decoded JSON values."""
    if source.kind == "parquet":
        try:
            table = pq.read_table(source.path, partitioning=None)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise damaged(source, error) from error
        return {name: table.column(name) for name in table.column_names}
    data, is_damaged = read_document(source, next(split_lines(source, 0, 0, 1 << 62)))
    if is_damaged:
        raise SourceError(source.path, "its packed data is damaged or cut off", "copy it again")
    if data.removeprefix(BOM).lstrip()[:1] not in (b"{", b"[", b""):
        return _csv(source, data)
    rows, is_whole = elements(data)
    if not is_whole:
        raise SourceError(source.path, f"is not JSON from row {len(rows) + 1} on", "mend it there")
    for place, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            raise SourceError(source.path, f"row {place} is not a JSON object", "mend the row")
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _csv(source: Source, data: bytes) -> Mapping[str, Any]:
    """Every column as text; the noun says what it means."""
    try:
        names = pa_csv.open_csv(pa.BufferReader(data)).schema.names
        options = pa_csv.ConvertOptions(
            strings_can_be_null=True,
            null_values=[""],
            column_types=dict.fromkeys(names, pa.string()),
        )
        table = pa_csv.read_csv(pa.BufferReader(data), convert_options=options)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise SourceError(
            source.path, f"is neither Parquet nor JSON nor CSV ({error})", "mend the file"
        ) from error
    return {name: table.column(name) for name in table.column_names}


def _conform(found: Mapping[str, Any], noun: type, where: str) -> pa.Table:
    """The noun's columns that were found, in its types."""
    faults: list[StillwatchError] = []
    columns: dict[str, Any] = {}
    for field in schema_of(noun):
        if field.name not in found:
            if field.name in required(noun):
                what = f"column '{field.name}' is missing"
                faults.append(SchemaError(where, what, f"add it; {noun.__name__} requires it"))
            continue
        values = found[field.name]
        reasons: dict[int, str] = {}
        if isinstance(values, list):
            array = _from_values(values, field, reasons)
        elif pa.types.is_string(values.type) or fits(values.type, field.type):
            array = cast_column(_one_array(values), field, reasons)
        else:
            what = f"column '{field.name}' has type {values.type}"
            faults.append(SchemaError(where, what, f"write it as {field.type}"))
            continue
        if field.name in required(noun):
            for place in _empty(array):
                reasons.setdefault(place, f"column '{field.name}' is empty")
        faults += _row_faults(reasons, where)
        columns[field.name] = array
    raise_faults(f"{where}: the table does not fit", faults)
    return pa.table(columns)


def _one_array(column: Any) -> Any:
    joined = column.combine_chunks()
    return joined if isinstance(joined, pa.Array) else pa.concat_arrays(joined.chunks)


def _from_values(values: Sequence[Any], field: pa.Field[Any], reasons: dict[int, str]) -> Any:
    if field.type == TIME:
        return mixed_instants(values, field.name, reasons)
    if field.type == pa.string():
        is_id = [isinstance(value, int) and not isinstance(value, bool) for value in values]
        values = [
            str(value) if whole else value for value, whole in zip(values, is_id, strict=True)
        ]
    fitting: list[Any] = []
    for place, value in enumerate(values):
        try:
            pa.scalar(value, field.type)
            fitting.append(value)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            reasons[place] = f"column '{field.name}' does not fit {field.type}"
            fitting.append(None)
    return pa.array(fitting, field.type)


def _empty(array: Any) -> list[int]:
    bad = array.is_null()
    if pa.types.is_string(array.type):
        bad = pc.or_kleene(bad, pc.equal(array, ""))
    return [int(place) for place in pc.indices_nonzero(bad).to_pylist()]


def _row_faults(reasons: Mapping[int, str], where: str) -> list[StillwatchError]:
    """One fault for each thing that is wrong, with its first rows."""
    places: dict[str, list[int]] = {}
    for place, reason in sorted(reasons.items()):
        places.setdefault(reason, []).append(place + 1)
    return [
        SchemaError(
            where,
            f"{reason} in {len(rows)} {'row' if len(rows) == 1 else 'rows'}"
            f" ({', '.join(map(str, rows[:SHOWN]))}{', …' if len(rows) > SHOWN else ''})",
            "mend these rows",
        )
        for reason, rows in places.items()
    ]


def _once(table: pa.Table, where: str) -> pa.Table:
    """Every account once."""
    distinct = table.group_by(table.column_names, use_threads=False).aggregate([])
    counts = distinct.group_by("account_id", use_threads=False).aggregate([([], "count_all")])
    repeated = pc.sum(pc.greater(counts.column("count_all"), 1)).as_py() or 0
    if repeated:
        raise SchemaError(
            where,
            f"{repeated} accounts have rows that contradict each other",
            "keep one row an account",
        )
    return distinct.select(table.column_names)
