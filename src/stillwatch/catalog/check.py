"""Checks every card before anything runs, and reports all faults at once.

A query is one SELECT in the subset that every engine reads: declared tables, known columns, no
star, no function that is not repeatable, no column that fairness forbids. Columns are known
because each feature card is run once on empty tables.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from stillwatch.catalog.load import Catalog
from stillwatch.model.cards import DetectorCard, FeatureCard, LinkCard
from stillwatch.model.errors import CardError, QueryError, StillwatchError, raise_faults
from stillwatch.model.exchange import Exchange, ReasoningBlock
from stillwatch.model.inputs import Account, AccountEvent
from stillwatch.model.member import MemberFit
from stillwatch.tables.query import Limits, Query, run
from stillwatch.tables.schema import schema_of

UNFAIR = frozenset({"nationality", "country", "language", "lang", "name", "time_zone", "timezone"})
UNREPEATABLE = frozenset(
    {
        "random",
        "rand",
        "uuid",
        "now",
        "current_timestamp",
        "current_date",
        "today",
        "hash",
        "any_value",
    }
)
PLACE = re.compile(r"\{[^{}]*\}")
FILLED = frozenset({"{share}", "{value}", "{support}"})  # of a detector's sentence
QueryCard = FeatureCard | LinkCard | DetectorCard
INT, LONG, REAL = pa.int32(), pa.int64(), pa.float64()


def check(catalog: Catalog) -> dict[str, pa.Schema]:
    """The schema of every table that cards read, or all faults of all cards."""
    faults = [fault for card in _with_query(catalog) for fault in _query_faults(card)]
    faults += _reference_faults(catalog)
    schemas = base_schemas(catalog)
    faults += _name_faults(catalog, schemas)
    raise_faults("cards", faults)
    broken: set[str] = set()
    for grain, subject in (("day", ""), ("window", "account"), ("window", "cluster")):
        pending = [
            card
            for card in catalog.features
            if card.grain == grain and (not subject or subject in card.subject)
        ]
        faults += _try(_in_order(pending, schemas.keys() | broken, faults), schemas, broken)
        for name, made_of in (("subject_day", "account_day"), ("account_total", "subject_total")):
            if made_of in schemas:
                schemas[name] = _renamed(schemas[made_of], "account_id", "subject_id")
            elif made_of in broken:
                broken.add(name)
    for kind in ("links", "detectors"):
        faults += _try([_asked(*named) for named in _with_query(catalog, kind)], schemas, broken)
    raise_faults("cards", faults)
    return schemas


def base_schemas(catalog: Catalog) -> dict[str, pa.Schema]:
    """Tables that the pipeline gives to cards; account ids are keys in all of them."""
    exchange = schema_of(Exchange)
    for marker in catalog.markers:
        exchange = exchange.append(pa.field(f"is_{marker.id}", pa.bool_(), nullable=False))
    trait = _columns(account_id=LONG, kind_id=INT, trait_id=LONG, exchange_count=INT)
    day = pa.schema([*trait, ("day_no", INT)])
    marks = {f"{marker.id}_count": INT for marker in catalog.markers}
    return {
        "exchanges": exchange,
        "marks": _columns(account_id=LONG, day_no=INT, **marks),
        "block_day": schema_of(ReasoningBlock),
        "trait": trait,
        "trait_day": day,
        "model_day": day,
        "accounts": _keyed(schema_of(Account)),
        "account_events": _keyed(schema_of(AccountEvent)),
        "releases": _columns(model_id=LONG, day_no=INT),
        "competitor_releases": _columns(competitor_id=LONG, day_no=INT),
        "kinds": _columns(kind_id=INT, kind=pa.string(), is_counted=pa.bool_()),
        "crowds": _columns(kind_id=INT, trait_id=LONG, account_count=LONG),
        "ties": _columns(
            account_id=LONG,
            kind_id=INT,
            trait_id=LONG,
            account_count=LONG,
            rarity=REAL,
            bits=REAL,
            share=REAL,
        ),
        "cluster_trait": _columns(
            cluster_id=LONG,
            kind_id=INT,
            trait_id=LONG,
            account_count=LONG,
            exchange_count=LONG,
            holder_count=LONG,
            rival_count=LONG,
        ),
        "cluster_holding": _columns(
            cluster_id=LONG,
            kind_id=INT,
            trait_count=LONG,
            sharing_account_count=LONG,
            holding_count=LONG,
            total_holding_count=LONG,
        ),
        "member_fit": schema_of(MemberFit),
        "peer_trait": _columns(
            kind_id=INT,
            trait_id=LONG,
            millicredence=INT,
            member_count=INT,
            is_corroborated=pa.bool_(),
        ),
        "members": _columns(cluster_id=LONG, account_id=LONG, attachment_bits=REAL),
    }


def _columns(**kinds: pa.DataType) -> pa.Schema:
    return pa.schema(list(kinds.items()))


def _keyed(schema: pa.Schema) -> pa.Schema:
    return schema.set(schema.get_field_index("account_id"), pa.field("account_id", pa.int64()))


def _renamed(schema: pa.Schema, old: str, new: str) -> pa.Schema:
    at = schema.get_field_index(old)
    return schema if at < 0 else schema.set(at, schema.field(at).with_name(new))


def _with_query(catalog: Catalog, *kinds: str) -> Iterator[tuple[str, QueryCard]]:
    for kind in kinds or ("features", "links", "detectors"):
        for card in getattr(catalog, kind):
            if card.query is not None:
                yield f"{kind}/{card.id}.toml", card


def _name_faults(catalog: Catalog, given: Mapping[str, pa.Schema]) -> list[StillwatchError]:
    """A query's result goes by its card's id, and must not take the place of a table."""
    made = {card.id for card in catalog.features} | {"subject_day", "account_total"}
    faults: list[StillwatchError] = []
    for where, card in _with_query(catalog):
        taken = given.keys() if isinstance(card, FeatureCard) else given.keys() | made
        if card.id in taken:
            faults.append(
                CardError(where, f"'{card.id}' is the name of a table", "rename the card")
            )
    return faults


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
    for star in tree.find_all(exp.Star, exp.Columns):
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
            faults.append(
                CardError(where, f"unknown technique '{card.technique}'", "see techniques/")
            )
        if card.explains is not None and card.explains not in alternatives:
            faults.append(CardError(where, f"explains '{card.explains}'", "see alternatives/"))
        if list(card.bands) != sorted(set(card.bands)) or not card.bands:
            faults.append(CardError(where, "bands do not rise", "order them, smallest first"))
        for place in sorted(set(PLACE.findall(card.sentence)) - FILLED):
            what = f"the sentence has {place}, which nothing fills"
            faults.append(CardError(where, what, f"use {', '.join(sorted(FILLED))}"))
        if not card.blind_spots or not card.false_positives:
            faults.append(CardError(where, "has no blind spots or false positives", "name them"))
    faults += technique_faults(catalog)
    for link in catalog.links:
        if (link.column is None) == (link.query is None):
            faults.append(
                CardError(f"links/{link.id}.toml", "needs a column or a query", "give one")
            )
    return faults


def technique_faults(catalog: Catalog) -> list[StillwatchError]:
    """What techniques cite or name and nobody has: it must not be told to others."""
    detectors = {card.id for card in catalog.detectors}
    faults: list[StillwatchError] = []
    for card in catalog.techniques:
        where = f"techniques/{card.id}.toml"
        for id_ in catalog.atlas.unknown(card.atlas, card.atlas_mitigations):
            faults.append(CardError(where, f"cites '{id_}'", "ATLAS ids stand in atlas.toml"))
        named = {id_ for telltale in card.telltales for id_ in telltale.detectors}
        for id_ in sorted(named - detectors):
            faults.append(CardError(where, f"names unknown detector '{id_}'", "see detectors/"))
    return faults


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A card's query, and the columns that its result must have."""

    where: str
    query: Query
    reads: Sequence[str]
    wanted: frozenset[str]
    is_table: bool


def _asked(where: str, card: QueryCard) -> _Asked:
    wanted: Sequence[str] = ()
    key: Sequence[str] = ()
    if isinstance(card, FeatureCard):
        wanted = key = card.key
    elif isinstance(card, LinkCard):
        wanted = ("account_id", "trait_id", "exchange_count")
    elif card.method is None:
        wanted = ("subject_id", "value", "support")
    return _Asked(
        where=where,
        query=Query(name=card.id, sql=card.query or "", key=tuple(key)),
        reads=card.reads,
        wanted=frozenset(wanted),
        is_table=isinstance(card, FeatureCard),
    )


def _in_order(
    cards: Sequence[FeatureCard], known: Collection[str], faults: list[StillwatchError]
) -> list[_Asked]:
    """Each card after the ones it reads; one whose tables are not made by then is a fault."""
    made, ordered, waiting = set(known), [], list(cards)
    while ready := [card for card in waiting if made.issuperset(card.reads)]:
        ordered += [_asked(f"features/{card.id}.toml", card) for card in ready]
        made |= {card.id for card in ready}
        waiting = [card for card in waiting if card not in ready]
    faults += [_unknown(f"features/{card.id}.toml", set(card.reads) - made) for card in waiting]
    return ordered


def _unknown(where: str, names: Collection[str]) -> CardError:
    return CardError(
        where, f"reads unknown tables {', '.join(sorted(names))}", "see docs/tables.md"
    )


def _try(
    asked: Sequence[_Asked], schemas: dict[str, pa.Schema], broken: set[str]
) -> list[StillwatchError]:
    """Run every query on empty tables, and note the schemas of the tables that are made.

    All run at once; only when that fails does each run alone, so that each fault has its card.
    What reads a table of a broken card is passed over: it has no fault of its own.
    """
    known = schemas.keys() | broken | {one.query.name for one in asked if one.is_table}
    lost = [one for one in asked if not known >= set(one.reads)]
    faults: list[StillwatchError] = [_unknown(o.where, set(o.reads) - known) for o in lost]
    broken |= {one.query.name for one in lost}
    try:
        found = _run_empty([one for one in asked if one not in lost], schemas)
    except QueryError:
        found = {}
        for one in asked:
            if broken.intersection([one.query.name, *one.reads]):
                broken.add(one.query.name)
                continue
            try:
                found |= _run_empty([one], schemas | found)
            except QueryError as error:
                faults.append(CardError(one.where, error.what.splitlines()[0], "mend the query"))
                broken.add(one.query.name)
    for one in asked:
        absent = one.wanted - set(found[one.query.name].names) if one.query.name in found else ()
        if absent:
            what = f"gives no column {', '.join(sorted(absent))}"
            faults.append(CardError(one.where, what, "name it in the query"))
    made = {one.query.name for one in asked if one.is_table}
    schemas |= {name: schema for name, schema in found.items() if name in made}
    return faults


def _run_empty(asked: Sequence[_Asked], schemas: Mapping[str, pa.Schema]) -> dict[str, pa.Schema]:
    read = {name for one in asked for name in one.reads} & schemas.keys()
    tables = {name: schemas[name].empty_table() for name in read}
    found = run(tables, [one.query for one in asked], Limits(threads=1))
    return {name: table.schema for name, table in found.items()}
