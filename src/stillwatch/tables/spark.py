"""Runs the same queries on Spark: the engine for tables that have outgrown one machine.

Queries are written once, in DuckDB's SQL. `transpile` carries a named subset of it to Spark and
refuses the rest: a function that both engines know may still mean two things, as `log` does.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from stillwatch.model.errors import QueryError
from stillwatch.tables.query import Limits, Query, run

# Functions that mean the same on both engines once written in Spark's words. One expression of
# each is tried on both in tests/cards/test_two_engines.py.
CARRIED = (
    exp.Abs, exp.And, exp.ArgMax, exp.ArgMin, exp.BitwiseOrAgg, exp.Case, exp.Cast, exp.Ceil,
    exp.Coalesce, exp.Count, exp.Exp, exp.Floor, exp.Greatest, exp.If, exp.Least, exp.Length,
    exp.Ln, exp.Max, exp.Min, exp.Nullif, exp.Or, exp.PercentileCont, exp.Pow, exp.Round,
    exp.RowNumber, exp.Sqrt, exp.Sum,
)  # fmt: skip
# Casts to other types print or round differently.
CAST_TYPES = frozenset({"INT", "BIGINT", "DOUBLE", "VARCHAR", "TEXT", "BOOLEAN"})


def transpile(sql: str) -> str:
    """One SELECT in DuckDB's SQL, as Spark's SQL with the same meaning.

    Raises QueryError for what is not one SELECT, and for a function or cast that is not known to
    mean the same on both engines.
    """
    try:
        trees = sqlglot.parse(sql, read="duckdb")
    except SqlglotError as error:
        raise QueryError(
            "Spark", f"the query cannot be read: {error}", "write one SELECT"
        ) from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise QueryError("Spark", "the query is not one SELECT", "write exactly one SELECT")
    for node in reversed(list(trees[0].bfs())):  # what is inside first
        if (written := _carried(node)) is not node:
            node.replace(written)
    # Every name is quoted, because Spark reserves other words than DuckDB.
    return trees[0].sql("spark", identify=True)


def run_on_spark(
    session: Any, tables: Mapping[str, pa.Table], queries: Iterable[Query]
) -> dict[str, pa.Table]:
    """What `stillwatch.tables.query.run` returns, with the same types and order, made by Spark.

    `session` is a Spark session, classic or Connect, that nothing else uses meanwhile: its time
    zone becomes UTC, and while the queries run it holds temporary views by the tables' names.
    Each query is first run by DuckDB over empty tables, which gives the types of its result and
    refuses everything that a card must not reach: other tables, files, functions of the Java
    side. Raises QueryError with the engine's own message.
    """
    from pyspark.errors import PySparkException

    queries = list(queries)
    empty = {name: table.schema.empty_table() for name, table in tables.items()}
    types = {name: made.schema for name, made in run(empty, queries, Limits(threads=1)).items()}
    results: dict[str, pa.Table] = {}
    shown: set[str] = set()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    try:
        for name, table in tables.items():
            _show(session, name, table)
            shown.add(name)
        for query in queries:
            sql = transpile(query.sql)
            order = ", ".join(f"`{column}` nulls first" for column in query.key)
            ordered = f"select * from ({sql}) order by {order}" if order else sql
            try:
                found = session.sql(ordered).toArrow()
            except PySparkException as error:
                said = str(error).partition("\n")[0]  # Java's stack trace would follow
                raise QueryError(
                    f"query '{query.name}' on Spark", said, "mend the card's query"
                ) from error
            results[query.name] = found.cast(types[query.name])
            _show(session, query.name, results[query.name])
            shown.add(query.name)
    finally:
        for name in shown:
            session.catalog.dropTempView(name)
    return results


def _show(session: Any, name: str, table: pa.Table) -> None:
    from pyspark.sql.pandas.types import from_arrow_schema

    # The schema is given because Spark infers none from a table without rows.
    frame = session.createDataFrame(table, from_arrow_schema(table.schema))
    frame.createOrReplaceTempView(name)


def _carried(node: exp.Expr) -> exp.Expr:
    """One node of the query as Spark writes it, or QueryError."""
    if isinstance(node, exp.Literal) and not node.is_string and not node.is_int:
        # Spark keeps few digits of a decimal's quotient; DuckDB divides in doubles.
        return exp.cast(node.copy(), exp.DataType.Type.DOUBLE)
    if not isinstance(node, exp.Func):
        return node
    if isinstance(node, exp.Anonymous) and node.name.lower() == "epoch_us":
        return exp.Anonymous(this="unix_micros", expressions=node.expressions)
    if isinstance(node, exp.Log) and node.expression is not None and node.this.name == "2":
        return exp.Anonymous(this="log2", expressions=[node.expression])
    if not isinstance(node, CARRIED):
        name = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
        raise _refused(f"calls {name.lower()}()", "use a function that both engines know alike")
    if isinstance(node, exp.Cast) and node.to.this.name not in CAST_TYPES:
        raise _refused(f"casts to {node.to.sql('duckdb').lower()}", "cast to a carried type")
    if isinstance(node, exp.PercentileCont):
        return exp.Anonymous(this="percentile", expressions=[node.this, node.expression])
    if isinstance(node, exp.ArgMin | exp.ArgMax):
        # DuckDB passes over rows without the value asked for; Spark would return its absence.
        return exp.Filter(
            this=node.copy(), expression=exp.Where(this=node.this.is_(exp.null()).not_())
        )
    return node


def _refused(what: str, remedy: str) -> QueryError:
    return QueryError("Spark", f"the query {what}", f"{remedy}; see docs/how-to/spark.md")
