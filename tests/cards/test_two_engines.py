"""One definition, two engines: every card says the same in DuckDB's SQL and in Spark's.

Spark is met twice: as Sail, a Spark Connect server without Java that comes as a wheel, and as
Spark itself where Java 17 and the full `pyspark` are present.
"""

from __future__ import annotations

import gc
import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import sqlglot
from card_examples import QueryCard, Tables, catalog, example_tables, random_table, random_tables

from stillwatch.model.cards import DetectorCard, FeatureCard
from stillwatch.model.errors import QueryError
from stillwatch.stages.features import in_order
from stillwatch.stages.marks import count_marks
from stillwatch.tables.query import Limits, Query, run
from stillwatch.tables.spark import run_on_spark, transpile

# Spark's own bridge to Java leaves its sockets to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
LIMITS = Limits(threads=1, memory="500MB")
CARDS = [c for c in (*catalog().features, *catalog().links, *catalog().detectors) if c.query]
WITH_EXAMPLES = [card for card in CARDS if card.tests]


@pytest.fixture(scope="module", params=["sail", "spark"])
def session(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """A Spark session of this machine's own, on Sail and on Spark itself."""
    pytest.importorskip("pyspark", reason="needs the `spark` extra")
    yield from _sail() if request.param == "sail" else _spark(tmp_path_factory.mktemp("spark"))


def _sail() -> Iterator[Any]:
    spark = pytest.importorskip("pysail.spark", reason="needs the `spark` extra")
    from pyspark.sql import SparkSession

    server = spark.SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    host, port = server.listening_address
    session = SparkSession.builder.remote(f"sc://{host}:{port}").create()
    yield session
    session.stop()
    server.stop()


def _spark(warehouse: Path) -> Iterator[Any]:
    if importlib.util.find_spec("py4j") is None:
        pytest.skip("Spark itself needs the full `pyspark`; here is only its client")
    if _java_version() < 17:
        pytest.skip("Spark itself needs Java 17 or later")
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    session = (
        builder.config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.warehouse.dir", str(warehouse))
        .getOrCreate()
    )
    yield session
    session.stop()
    gateway, SparkContext._gateway = SparkContext._gateway, None
    gateway.shutdown()
    gateway.proc.stdin.close()  # which ends Java; stopping the session alone does not
    gateway.proc.wait(timeout=60)
    del gateway
    gc.collect()  # here, where the warnings of the bridge are expected


def _java_version() -> int:
    if (java := shutil.which("java")) is None:
        return 0
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0


def _query(card: QueryCard) -> Query:
    """The card's query in a fixed order: its key, or all its columns."""
    if isinstance(card, FeatureCard):
        return Query(name=card.id, sql=card.query, key=tuple(card.key))
    names = sqlglot.parse_one(card.query or "", read="duckdb").named_selects
    ordered = sorted(names, key=lambda name: name in ("value", "support"))  # ids first
    return Query(name=card.id, sql=card.query or "", key=tuple(ordered))


def _assert_equal(found: pa.Table, expected: pa.Table) -> None:
    """Same columns, types, order and values; fractions to twelve digits."""
    assert found.schema.equals(expected.schema)
    assert len(found) == len(expected)
    for name in expected.column_names:
        mine, theirs = (table.column(name).to_pylist() for table in (found, expected))
        if expected.schema.field(name).type == pa.float64():
            assert [one is None for one in mine] == [one is None for one in theirs], name
            mine, theirs = ([one for one in some if one is not None] for some in (mine, theirs))
            theirs = pytest.approx(theirs, rel=1e-12, abs=0, nan_ok=True)
        assert mine == theirs, name


def _assert_same_on_both(session: Any, tables: Tables, queries: Sequence[Query]) -> None:
    expected = run(tables, queries, LIMITS)
    found = run_on_spark(session, tables, queries)
    assert list(found) == list(expected)
    for name, table in expected.items():
        _assert_equal(found[name], table)


@pytest.mark.spark
@pytest.mark.parametrize("card", WITH_EXAMPLES, ids=lambda card: card.id)
def test_a_cards_examples_are_equal_on_both_engines(session: Any, card: QueryCard) -> None:
    """What a card makes of its own examples does not depend on the engine."""
    for test in card.tests:
        _assert_same_on_both(session, example_tables(card, test.given), [_query(card)])


@pytest.mark.spark
def test_a_day_of_exchanges_is_equal_on_both_engines(session: Any) -> None:
    """Five thousand random exchanges give equal day tables, and these equal account totals."""
    exchanges = random_table("exchanges", 5_000)
    exchanges = exchanges.filter(pc.equal(exchanges["day_no"], exchanges["day_no"][0]))
    given = {"exchanges": exchanges, "marks": count_marks(exchanges, catalog().markers)}
    days = [_query(card) for card in catalog().features if card.grain == "day"]
    _assert_same_on_both(session, given, days)
    made = run(given, days, LIMITS)["account_day"]
    names = ["subject_id" if name == "account_id" else name for name in made.column_names]
    total = next(card for card in catalog().features if card.id == "subject_total")
    _assert_same_on_both(session, {"subject_day": made.rename_columns(names)}, [_query(total)])


@pytest.mark.spark
def test_random_tables_are_equal_on_both_engines(session: Any) -> None:
    """Every window feature, link and detector makes the same of random tables.

    Features read one another's results, as in a scan; detectors read what features made.
    """
    tables = dict(random_tables())
    made = {card.id for card in catalog().features}
    given = {name: table for name, table in tables.items() if name not in made}
    given |= {name: tables[name] for name in ("account_day", "sample_day", "rotation_day")}
    features = [card for card in catalog().features if card.grain == "window"]
    _assert_same_on_both(session, given, [_query(card) for card in in_order(features)])
    others = [card for card in CARDS if not isinstance(card, FeatureCard)]
    queries = [_query(card) for card in others if card.id not in tables]
    queries += [
        Query(name=f"{card.id}_found", sql=_query(card).sql, key=_query(card).key)
        for card in others
        if card.id in tables
    ]
    _assert_same_on_both(session, tables, queries)


NUMBERS = pa.table(
    {
        "id": pa.array([1, 1, 1, 2, 2, None], pa.int64()),
        "small": pa.array([3, -7, None, 9, 2, 1], pa.int32()),
        "large": pa.array([1 << 60, -5, 17, None, 0, 4], pa.int64()),
        "real": pa.array([0.1, 2.5, None, -1e-9, 1e15, 7.0]),
        "flag": pa.array([True, False, None, True, True, False]),
        "word": pa.array(["ä", "b|c", None, "", "ß", "Z"]),
        "moment": pa.array([0, 1, None, 3_600_000_001, 7, 8], pa.timestamp("us", tz="UTC")),
    }
)
CARRIED = (
    "abs(small)", "sum(small)::bigint", "arg_max(small, large)", "arg_min(word, epoch_us(moment))",
    "bit_or(large)", "case when small > 2 and flag or id = 1 then 1 else 0 end",
    "cast(cast(flag as integer) as varchar)", "cast(floor(real) as bigint)",
    "cast(ceil(real) as bigint)", "round(real, 1)", "coalesce(small, 0)", "count(*)",
    "count(distinct word)", "max(moment)", "min(word)", "exp(small)", "greatest(small, large, 2.5)",
    "least(1.0, real)", "cast(length(word) as bigint)", "ln(abs(small))", "log2(abs(small))",
    "nullif(small, 2)", "quantile_cont(small, 0.25)",
    "power(small, 2)", "sqrt(abs(small))", "epoch_us(moment) // 3600000000", "small // 2",
    "small / 4", "1.0 / small", "large % 4", "large & 3", "word || '|' || cast(id as varchar)",
    "sum(cast(flag as integer))::integer", "small in (2, 3)", "not flag is null", "id <> small",
    "row_number() over (partition by id order by small desc, large)",
    "row_number() over (order by word)", "max(small) filter (where flag)", "id is distinct from 1",
    "word like 'b%'", "small between 1 and 3",
)  # fmt: skip
GROUPED = re.compile(r"^(sum|arg_m|bit_or|count|m[ai][xn]\(|quantile)")


@pytest.mark.spark
@pytest.mark.parametrize("expression", CARRIED)
def test_every_carried_function_means_the_same(session: Any, expression: str) -> None:
    """Absent values, fractions, other scripts and signs included."""
    grouped = GROUPED.match(expression)
    sql = f"select id, {'small, ' * (not grouped)}{expression} as made from numbers"
    query = Query(
        name="made",
        sql=f"{sql} group by id" if grouped else sql,
        key=("id",) if grouped else ("id", "small"),
    )
    _assert_same_on_both(session, {"numbers": NUMBERS}, [query])


@pytest.mark.spark
def test_a_query_cannot_reach_beyond_its_tables(session: Any) -> None:
    """Undeclared tables, files and Java's own functions are refused before Spark sees them."""
    for sql in (
        "select 1 as one from elsewhere",
        "select one from read_csv('/etc/hostname') as t(one)",
        "select reflect('java.lang.System', 'getenv', 'HOME') as one",
        "select 1 as one; drop table numbers",
    ):
        with pytest.raises(QueryError):
            run_on_spark(session, {"numbers": NUMBERS}, [Query(name="made", sql=sql, key=())])


@pytest.mark.spark
def test_spark_keeps_no_view_behind(session: Any) -> None:
    """After a run, failed or not, the session holds none of the tables."""
    queries = [Query(name="made", sql="select 1 // (small - small) as one from numbers", key=())]
    with pytest.raises(QueryError, match="made"):
        run_on_spark(session, {"numbers": NUMBERS}, queries)
    assert not {"numbers", "made"} & {table.name for table in session.catalog.listTables()}


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_every_card_can_be_carried(card: DetectorCard) -> None:
    """A card that only one engine understands is found without any Spark."""
    assert transpile(card.query)


@pytest.mark.parametrize(
    "sql",
    [
        "select log(a) as x from t",
        "select upper(a) as x from t",
        "select hash(a) as x from t",
        "select cast(a as hugeint) as x from t",
        "select 1; select 2",
        "select from where",
    ],
)
def test_what_is_not_known_to_mean_the_same_is_refused(sql: str) -> None:
    """`log` is base ten on one engine alone; `upper` writes ß in two ways: both are refused."""
    with pytest.raises(QueryError):
        transpile(sql)
