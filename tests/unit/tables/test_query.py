"""What a card's query may do, and what it never can."""

import contextlib

import pyarrow as pa
import pytest

from stillwatch.model.errors import QueryError
from stillwatch.tables.query import Limits, Query, run

TABLES = {"given": pa.table({"id": [3, 1, None, 2], "n": [30, 10, 0, 20]})}
LIMITS = Limits(threads=1, memory="500MB")


def result(sql: str, *key: str) -> pa.Table:
    """The result of one query called `tried`."""
    return run(TABLES, [Query(name="tried", sql=sql, key=key)], LIMITS)["tried"]


def test_a_result_is_ordered_by_its_key_nulls_first() -> None:
    """Equal inputs give equal bytes."""
    assert result("select id, n from given", "id").column("n").to_pylist() == [0, 10, 20, 30]


def test_a_query_reads_earlier_results() -> None:
    """By their names, and later ones not at all."""
    first = Query(name="first", sql="select id, n * 2 as n from given", key=("id",))
    second = Query(name="second", sql="select sum(n) as total from first", key=())
    assert run(TABLES, [first, second], LIMITS)["second"].to_pylist() == [{"total": 120}]
    with pytest.raises(QueryError, match="'second'"):
        run(TABLES, [second, first], LIMITS)


def test_a_comment_at_the_end_is_part_of_the_query() -> None:
    """It does not swallow the order."""
    assert len(result("select id from given -- all of them", "id")) == 4


NOT_ONE_SELECT = (
    "",
    "select 1 as id; select 2 as id",
    "create table made (id integer)",
    "set threads = 4",
    "pragma version",
    "insert into given values (1, 1)",
    "explain select 1 as id",
    "select id from given) order by id; drop view given; select id from (select 1 as id",
)


@pytest.mark.parametrize("key", [(), ("id",)], ids=["unordered", "ordered"])
@pytest.mark.parametrize("sql", NOT_ONE_SELECT)
def test_only_one_select_is_run(sql: str, key: tuple[str, ...]) -> None:
    """Anything else is refused, and the error names the query."""
    with pytest.raises(QueryError, match="'tried'"):
        result(sql, *key)


OUTSIDE = (
    "select content as id from read_text('{file}')",
    "select id from read_csv('{file}')",
    "select id from '{file}'",
    "copy given to '{file}.copy'",
    "attach '{file}.db'",
    "install httpfs",
    "load httpfs",
    "select getenv('HOME') as id",
    "select id from somewhere",
    "select id from variable_of_the_caller",
)


@pytest.mark.parametrize("sql", OUTSIDE)
def test_a_query_reaches_nothing_but_its_tables(sql: str, tmp_path: object) -> None:
    """No file, no environment, no variable of the caller, no extension."""
    variable_of_the_caller = pa.table({"id": [1]})
    file = tmp_path / "secret.csv"  # type: ignore[operator]
    file.write_text("id\n1\n")
    with pytest.raises(QueryError, match="'tried'"):
        result(sql.format(file=file))
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]  # type: ignore[attr-defined]
    assert len(variable_of_the_caller) == 1


def test_a_failing_query_says_what_is_wrong() -> None:
    """The engine's words and the query's name."""
    with pytest.raises(QueryError, match=r"query 'tried'.*nothing"):
        result("select nothing from given")


@pytest.mark.parametrize("sql", ["select id from given", "select nothing from given"])
def test_one_calls_tables_are_gone_in_the_next(sql: str) -> None:
    """Whether it ended well or not: neither what it was given nor what it made can be read."""
    queries = [Query(name="made", sql="select 1 as id", key=()), Query(name="q", sql=sql, key=())]
    with contextlib.suppress(QueryError):
        run(TABLES, queries, LIMITS)
    for name in ("given", "made", "q"):
        with pytest.raises(QueryError, match=name):
            run({}, [Query(name="next", sql=f"select id from {name}", key=())], LIMITS)


def test_times_are_utc_whatever_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour is an hour of UTC."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    seen = pa.table({"seen_at": pa.array([0], pa.timestamp("us", tz="UTC"))})
    query = Query(name="hour", sql="select hour(seen_at) as h from seen", key=())
    assert run({"seen": seen}, [query], LIMITS)["hour"].to_pylist() == [{"h": 0}]


def test_equal_inputs_give_equal_results_with_any_number_of_threads() -> None:
    """Sums of integers and an order by the whole key do not depend on threads."""
    rows = pa.table({"id": [n % 997 for n in range(200_000)], "n": list(range(200_000))})
    query = Query(
        name="sums", sql="select id, cast(sum(n) as bigint) as n from rows group by id", key=("id",)
    )
    one, three = (
        run({"rows": rows}, [query], Limits(threads=threads, memory="500MB"))["sums"]
        for threads in (1, 3)
    )
    assert one.equals(three)
