"""Runs queries over named tables; the one place that knows which engine does it."""

import contextlib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from stillwatch.model.errors import QueryError


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One SELECT; its result is a table that later queries of the same call may read."""

    name: str
    sql: str
    key: tuple[str, ...]  # columns that order the result, so that equal inputs give equal bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the engine may use."""

    threads: int = 2
    memory: str = "4GB"
    spill: str = ""  # folder for what does not fit in memory; without one it must fit


def run(
    tables: Mapping[str, pa.Table], queries: Iterable[Query], limits: Limits
) -> dict[str, pa.Table]:
    """Run the queries in order and return their results by name.

    The engine can read nothing but `tables` and earlier results: no file, no setting, no
    variable of the caller. Raises QueryError for what is not one SELECT, and with the engine's
    own message for what fails.
    """
    results: dict[str, pa.Table] = {}
    connection = _connection(limits)
    try:
        for name, table in tables.items():
            connection.register(name, table)
        for query in queries:
            results[query.name] = _result(connection, query)
            connection.register(query.name, results[query.name])
    finally:
        for name in {*tables, *results}:
            # What went wrong before is what the caller must hear of.
            with contextlib.suppress(duckdb.Error):
                connection.unregister(name)
    return results


def _result(connection: duckdb.DuckDBPyConnection, query: Query) -> pa.Table:
    order = ", ".join(f"{column} nulls first" for column in query.key)
    # The line break ends a comment that the query may close with.
    sql = f"select * from ({query.sql}\n) order by {order}" if order else query.sql
    try:
        kinds = [one.type for one in connection.extract_statements(query.sql)]
        if kinds != [duckdb.StatementType.SELECT]:
            raise QueryError(
                f"query '{query.name}'", "is not one SELECT", "write exactly one SELECT"
            )
        return connection.sql(sql).to_arrow_table()
    except duckdb.OutOfMemoryException as error:
        raise QueryError(
            f"query '{query.name}'",
            "needs more memory than it may use",
            "raise --memory-limit or lower --threads",
        ) from error
    except duckdb.Error as error:
        raise QueryError(f"query '{query.name}'", str(error), "mend the card's query") from error


class _Open(threading.local):
    """The connection of one thread, kept because opening one costs as much as a small query."""

    limits: Limits | None = None
    connection: duckdb.DuckDBPyConnection


_OPEN = _Open()


def _connection(limits: Limits) -> duckdb.DuckDBPyConnection:
    if _OPEN.limits == limits:
        return _OPEN.connection
    connection = duckdb.connect(":memory:")
    connection.execute(f"set threads = {int(limits.threads)}")
    connection.execute(f"set memory_limit = '{limits.memory}'")
    spill = limits.spill.replace("'", "''")
    connection.execute(f"set temp_directory = '{spill}'")
    connection.execute("set timezone = 'UTC'")
    connection.execute("set python_enable_replacements = false")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    _OPEN.connection, _OPEN.limits = connection, limits
    return connection
