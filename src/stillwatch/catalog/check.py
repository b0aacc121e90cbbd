"""Checks every card before anything runs, and reports all faults at once.

A query is one SELECT in the subset that every engine reads: declared tables, known columns, no
star, no function that is not repeatable, no column that fairness forbids. Columns are known
because each feature card is run once on empty tables.
"""

from collections.abc import Iterator, Mapping

import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from stillwatch.catalog.load import Catalog
from stillwatch.model.cards import DetectorCard, FeatureCard, LinkCard
from stillwatch.model.errors import CardError, QueryError, StillwatchError, raise_faults
from stillwatch.model.exchange import Exchange, ReasoningBlock
from stillwatch.model.inputs import Account, AccountEvent
from stillwatch.tables.query import Limits, Query, run
from stillwatch.tables.schema import schema_of

UNFAIR = frozenset({"nationality", "country", "language", "lang", "name", "time_zone", "timezone"})
UNREPEATABLE = frozenset(
    {"random", "rand", "uuid", "now", "current_timestamp", "current_date", "today", "hash", "any_value"}
)
QueryCard = FeatureCard | LinkCard | DetectorCard


def check(catalog: Catalog) -> dict[str, pa.Schema]:
    """The schema of every table that cards read, or all faults of all cards."""
    faults = [fault for card in _with_query(catalog) for fault in _query_faults(card)]
    faults += _reference_faults(catalog)
    raise_faults("cards", faults)
    schemas = base_schemas(catalog)
    for grain, subject in (("day", ""), ("window", "account"), ("window", "cluster")):
        pending = [
            card for card in catalog.features
            if card.grain == grain and (not subject or subject in card.subject)
        ]
        faults += _run_empty(pending, schemas)
        if subject == "account":
            schemas["account_total"] = schemas["subject_total"]
    for detector in catalog.detectors:
        faults += _run_one(f"detectors/{detector.id}.toml", detector.query or "", detector.reads, schemas)
    raise_faults("cards", faults)
    return schemas


def base_schemas(catalog: Catalog) -> dict[str, pa.Schema]:
    """Tables that the pipeline gives to cards; account ids are keys in all of them."""
    exchange = schema_of(Exchange)
    for marker in catalog.markers:
        exchange = exchange.append(pa.field(f"is_{marker.id}", pa.bool_(), nullable=False))
    trait = pa.schema(
        [("account_id", pa.int64()), ("kind_id", pa.int32()), ("trait_id", pa.int64()), ("exchange_count", pa.int32())]
    )
    day = pa.schema([*trait, ("day_no", pa.int32())])
    return {
        "exchanges": exchange,
        "block_day": schema_of(ReasoningBlock),
        "trait": trait,
        "trait_day": day,
        "model_day": day,
        "accounts": _keyed(schema_of(Account)),
        "account_events": _keyed(schema_of(AccountEvent)),
        "releases": pa.schema([("model_id", pa.int64()), ("day_no", pa.int32())]),
        "kinds": pa.schema([("kind_id", pa.int32()), ("kind", pa.string()), ("is_counted", pa.bool_())]),
        "crowds": pa.schema([("kind_id", pa.int32()), ("trait_id", pa.int64()), ("account_count", pa.int64())]),
        "members": pa.schema([("cluster_id", pa.int64()), ("account_id", pa.int64()), ("attachment_bits", pa.float64())]),
    }


def _keyed(schema: pa.Schema) -> pa.Schema:
    return schema.set(schema.get_field_index("account_id"), pa.field("account_id", pa.int64()))


def _with_query(catalog: Catalog) -> Iterator[tuple[str, QueryCard]]:
    for kind, cards in (("features", catalog.features), ("links", catalog.links), ("detectors", catalog.detectors)):
        for card in cards:
            if card.query is not None:
                yield f"{kind}/{card.id}.toml", card


def _query_faults(named: tuple[str, QueryCard]) -> list[StillwatchError]:
    where, card = named
    try:
        trees = sqlglot.parse(card.query or "", read="duckdb")
    except SqlglotError as error:
        return [CardError(where, f"the query cannot be read: {error}", "write one SELECT")]
    if len(trees) != 1 or not isinstance(trees[0], exp.Select | exp.Union):
        return [CardError(where, "the query is not one SELECT", "write exactly one SELECT")]
    tree = trees[0]
    faults: list[StillwatchError] = []
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in sorted({table.name for table in tree.find_all(exp.Table)} - own - set(card.reads)):
        faults.append(CardError(where, f"reads '{table}' without saying so", "add it to `reads`"))
    for star in tree.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            faults.append(CardError(where, "selects *", "name the columns"))
    for column in sorted({column.name.lower() for column in tree.find_all(exp.Column)} & UNFAIR):
        faults.append(CardError(where, f"reads '{column}'", "fairness forbids it; drop the column"))
    for call in tree.find_all(exp.Func):
        name = (call.name if isinstance(call, exp.Anonymous) else call.sql_name()).lower()
        if name in UNREPEATABLE:
            faults.append(CardError(where, f"calls {name}()", "use a function that repeats"))
    return faults


def _reference_faults(catalog: Catalog) -> list[StillwatchError]:
    techniques = {card.id for card in catalog.techniques}
    alternatives = {card.id for card in catalog.alternatives}
    faults: list[StillwatchError] = []
    for card in catalog.detectors:
        where = f"detectors/{card.id}.toml"
        if card.technique not in techniques:
            faults.append(CardError(where, f"unknown technique '{card.technique}'", "see techniques/"))
        if card.explains is not None and card.explains not in alternatives:
            faults.append(CardError(where, f"explains '{card.explains}'", "see alternatives/"))
        if list(card.bands) != sorted(set(card.bands)) or not card.bands:
            faults.append(CardError(where, "bands do not rise", "order them, smallest first"))
        if not card.blind_spots or not card.false_positives:
            faults.append(CardError(where, "has no blind spots or false positives", "name them"))
    for link in catalog.links:
        if (link.column is None) == (link.query is None):
            faults.append(CardError(f"links/{link.id}.toml", "needs a column or a query", "give one"))
    return faults


def _run_empty(cards: list[FeatureCard], schemas: dict[str, pa.Schema]) -> list[StillwatchError]:
    faults: list[StillwatchError] = []
    waiting = list(cards)
    while waiting:
        ready = [card for card in waiting if all(name in schemas for name in card.reads)]
        if not ready:
            return faults + [
                CardError(f"features/{card.id}.toml", f"reads an unknown table of {card.reads}", "see docs/tables.md")
                for card in waiting
            ]
        for card in ready:
            waiting.remove(card)
            found: list[pa.Schema] = []
            faults += _run_one(f"features/{card.id}.toml", card.query, card.reads, schemas, found)
            schemas[card.id] = found[0] if found else pa.schema([])
            if card.id == "account_day" and found:
                at = found[0].get_field_index("account_id")
                schemas["subject_day"] = found[0].set(at, pa.field("subject_id", pa.int64()))
    return faults


def _run_one(
    where: str,
    sql: str,
    reads: list[str],
    schemas: Mapping[str, pa.Schema],
    found: list[pa.Schema] | None = None,
) -> list[StillwatchError]:
    absent = [name for name in reads if name not in schemas]
    if absent:
        return [CardError(where, f"reads unknown tables {', '.join(absent)}", "see docs/tables.md")]
    tables = {name: schemas[name].empty_table() for name in reads}
    try:
        result = run(tables, [Query(name="card", sql=sql, key=())], Limits(threads=1))["card"]
    except QueryError as error:
        return [CardError(where, error.what.splitlines()[0], "mend the query")]
    if found is not None:
        found.append(result.schema)
    return []
