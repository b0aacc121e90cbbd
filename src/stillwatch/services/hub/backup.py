"""Writes a hub's database into one file and reads it back, on either kind of database.

Lines of JSON in gzip: a head, every row of every table from one moment, and at last the counts and
the digest of what stands before. A file that was cut short or changed is refused whole. The
settings and the key of the hub's folder are not in it.
"""

import base64
import gzip
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec
import sqlalchemy as sa

from stillwatch.model.errors import HubError
from stillwatch.services.hub.database import revision
from stillwatch.services.hub.tables import metadata, statuses

FORMAT = "stillwatch-hub-backup-1"
AT_ONCE = 2_000
LONGEST_LINE = 8 * 2**20
# Tokens and statuses run out by themselves; keys stay, as their hashes.
ORDER = [table for table in metadata.sorted_tables if table is not statuses]


def write_backup(engine: sa.Engine, out: Path) -> dict[str, int]:
    """Write every table as it was at one moment, while others go on writing. Say how many rows."""
    if out.exists():
        raise HubError(str(out), "is there already", "name another file")
    partial = out.with_name(out.name + ".partial")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        # Members' objects are in it: only the owner may read it.
        raw = os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise HubError(str(out), what, "name another file") from error
    with raw:
        with gzip.GzipFile("", "wb", 6, raw, mtime=0) as file:
            counts = _write(engine, cast("BinaryIO", file))
        raw.flush()
        os.fsync(raw.fileno())
    os.replace(partial, out)
    return counts


def _write(engine: sa.Engine, file: BinaryIO) -> dict[str, int]:
    counts: dict[str, int] = {}
    digest = hashlib.sha256()

    def put(value: Any) -> None:
        line = msgspec.json.encode(value) + b"\n"
        digest.update(line)
        file.write(line)

    put({"format": FORMAT, "revision": revision(engine)})
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options, yield_per=AT_ONCE) as connection:
        for table in ORDER:
            counts[str(table.name)] = 0
            query = sa.select(table).order_by(*table.primary_key.columns)
            for row in connection.execute(query):
                put([str(table.name), [_plain(value) for value in row]])
                counts[str(table.name)] += 1
    file.write(msgspec.json.encode({"counts": counts, "sha256": digest.hexdigest()}) + b"\n")
    return counts


def read_backup(
    engine: sa.Engine, file: Path, check: Callable[[sa.Connection], object] | None = None
) -> dict[str, int]:
    """Fill an empty hub from a backup, whole or not at all. Say how many rows.

    `check` sees what was filled in and may still refuse it.
    """
    with engine.connect().execution_options(is_writing=True) as connection, connection.begin():
        for table in ORDER:
            if connection.execute(sa.select(table).limit(1)).first() is not None:
                what = f"holds rows of {table.name} already"
                raise HubError("database", what, "restore into a new folder")
        counts = {str(table.name): 0 for table in ORDER}
        tables = {str(table.name): table for table in ORDER}
        waiting: list[Any] = []
        for name, values in _rows(file):
            table = tables[name]
            if waiting and (waiting[0][0] != name or len(waiting) == AT_ONCE):
                _flush(connection, tables, waiting)
            if len(values) != len(table.columns):
                raise _damaged(file)
            try:
                row = {
                    column.name: _back(column, value)
                    for column, value in zip(table.columns, values, strict=True)
                }
            except (TypeError, ValueError) as error:
                raise _damaged(file) from error
            waiting.append((name, row))
            counts[name] += 1
        _flush(connection, tables, waiting)
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(
                "SELECT setval(pg_get_serial_sequence('circles', 'circle_id'), "
                "(SELECT coalesce(max(circle_id), 0) + 1 FROM circles), false)"
            )
        if check is not None:
            check(connection)
    return counts


def _flush(connection: sa.Connection, tables: dict[str, sa.Table], waiting: list[Any]) -> None:
    if waiting:
        connection.execute(tables[waiting[0][0]].insert(), [row for _, row in waiting])
        waiting.clear()


def _rows(file: Path) -> Iterator[tuple[str, list[Any]]]:
    """Rows by table. The end is checked when it is reached, before anything is kept."""
    digest, counts = hashlib.sha256(), {str(table.name): 0 for table in ORDER}
    try:
        with gzip.open(file, "rb") as opened:
            stream = cast("BinaryIO", opened)
            line = stream.readline(LONGEST_LINE)
            head = msgspec.json.decode(line)
            if not isinstance(head, dict) or head.get("format") != FORMAT:
                raise HubError(str(file), "is no backup of a hub", "name another file")
            digest.update(line)
            while line := stream.readline(LONGEST_LINE):
                value = msgspec.json.decode(line)
                if isinstance(value, dict):
                    if value != {"counts": counts, "sha256": digest.hexdigest()}:
                        raise _damaged(file)
                    return
                digest.update(line)
                name, row = value
                counts[name] += 1
                yield name, row
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise HubError(str(file), f"cannot be read ({error.strerror})", "name a backup") from error
    except (
        EOFError, KeyError, OSError, TypeError, ValueError, msgspec.DecodeError, zlib.error
    ) as error:  # fmt: skip
        raise _damaged(file) from error
    raise _damaged(file)


def _damaged(file: Path) -> HubError:
    return HubError(str(file), "is cut short or changed", "use another backup")


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes | memoryview) else value


def _back(column: sa.Column[Any], value: Any) -> Any:
    is_bytes = isinstance(column.type, sa.LargeBinary) and value is not None
    return base64.b64decode(value, validate=True) if is_bytes else value
