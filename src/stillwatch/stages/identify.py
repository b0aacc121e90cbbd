"""Gives side tables the keys that exchanges carry, so that they can be joined."""

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.text.keys import keys


def identify(table: pa.Table, column: str, name: str | None = None) -> pa.Table:
    """The table with `column` replaced by its key, under `name` if given."""
    at = table.schema.get_field_index(column)
    return table.set_column(at, name or column, pa.array(keys(table.column(column))))


def releases(table: pa.Table, column: str, name: str) -> pa.Table:
    """Releases as cards read them: the key of what `column` names, under `name`, and day_no."""
    microseconds = table.column("released_at").cast(pa.int64())
    day = pc.divide(microseconds, 86_400_000_000).cast(pa.int32())
    return pa.table({name: keys(table.column(column)), "day_no": day})
