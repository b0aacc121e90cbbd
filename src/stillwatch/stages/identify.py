"""Gives side tables the keys that exchanges carry, so that they can be joined."""

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.text.keys import keys


def identify(table: pa.Table, column: str, name: str | None = None) -> pa.Table:
    """The table with `column` replaced by its key, under `name` if given."""
    at = table.schema.get_field_index(column)
    return table.set_column(at, name or column, pa.array(keys(table.column(column))))


def releases(model_releases: pa.Table) -> pa.Table:
    """Model releases as the feature cards read them: model_id and day_no."""
    microseconds = model_releases.column("released_at").cast(pa.int64())
    day = pc.divide(microseconds, 86_400_000_000).cast(pa.int32())
    return pa.table(
        {"model_id": keys(model_releases.column("request_model")), "day_no": day}
    )
