"""The catalogue as the tests of this folder meet it: its examples, and random tables, to run on."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from stillwatch.catalog.check import check
from stillwatch.catalog.load import Catalog
from stillwatch.io.cards import read_catalog
from stillwatch.model.cards import DetectorCard, FeatureCard, LinkCard
from stillwatch.stages.traits import kind_id
from stillwatch.tables.schema import TIME
from stillwatch.text.keys import key

QueryCard = FeatureCard | LinkCard | DetectorCard
Tables = dict[str, pa.Table]
SUBJECTS = ("account_id", "subject_id", "cluster_id")


@cache
def catalog() -> Catalog:
    """The cards that come with the package."""
    return read_catalog()


@cache
def schemas() -> Mapping[str, pa.Schema]:
    """The schema of every table that cards read."""
    return check(catalog())


def example_tables(card: QueryCard, given: Mapping[str, Sequence[Mapping[str, Any]]]) -> Tables:
    """The tables a card reads, holding what one of its examples gives."""
    undeclared = set(given) - set(card.reads)
    assert not undeclared, f"{card.id}: the example gives {undeclared}, which it does not read"
    return {name: completed(schemas()[name], given.get(name, ())) for name in card.reads}


def completed(schema: pa.Schema, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows with every column of the schema: what an example does not say is 0, false or null."""
    unknown = {name for row in rows for name in row} - set(schema.names)
    assert not unknown, f"the example gives columns that the table lacks: {sorted(unknown)}"
    columns = [pa.array([_value(row, field) for row in rows], field.type) for field in schema]
    return pa.table(columns, schema=schema)


def _value(row: Mapping[str, Any], field: pa.Field) -> Any:
    if field.name in row:
        return keyed(row[field.name]) if field.type == pa.int64() else row[field.name]
    if pa.types.is_boolean(field.type):
        return False
    if pa.types.is_string(field.type) or pa.types.is_timestamp(field.type):
        return None if field.nullable else _LEAST[field.type]
    return None if field.nullable and field.name.endswith("_id") else 0


_LEAST = {pa.string(): "", TIME: datetime(1970, 1, 1, tzinfo=UTC)}


def keyed(value: Any) -> Any:
    """An identifier's key, as fingerprint makes it; anything else as it is."""
    return key(value) if isinstance(value, str) else value


def rows_as_expected(found: pa.Table, expect: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the rows are the expected ones, each with the values named, in any order."""
    left = found.to_pylist()
    for wanted in expect:
        said = {
            name: keyed(value) if found.schema.field(name).type == pa.int64() else value
            for name, value in wanted.items()
        }
        match = next((row for row in left if said.items() <= row.items()), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def random_table(name: str, count: int) -> pa.Table:
    """A table of the named schema, the same in every run; ids are few, so that joins meet."""
    schema = schemas()[name]
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    table = pa.table([_random_column(field, count, rng) for field in schema], schema=schema)
    for unique in _UNIQUE.get(name, ()):
        _, first = np.unique(table.column(unique).to_numpy(), return_index=True)
        table = table.take(np.sort(first))
    return table


_UNIQUE = {
    "members": ("account_id",),
    "accounts": ("account_id",),
    "marks": ("account_id",),
    "subject_total": ("subject_id",),
    "account_total": ("subject_id",),
    "cluster_account": ("subject_id",),
    "cluster_succession": ("subject_id",),
    "cluster_retreat": ("subject_id",),
    "context_edit": ("account_id",),
    "seat_use": ("account_id",),
    "account_change": ("account_id",),
    "account_rotation": ("account_id",),
    "cluster_rotation": ("subject_id",),
    "member_fit": ("account_id",),
    "account_peer": ("account_id",),
    "cluster_peer": ("subject_id",),
    "releases": ("model_id",),
}
_WORDS = {
    "event": ("suspended", "closed", "limited"),
    "plan": ("api", "education", "subscription"),
    "verification": ("none", "email", "business", "identity"),
    "declared_use": ("evaluation", "annotation", "product"),
    "email_domain": ("one.example.com", "two.example.com"),
}


def _random_column(field: pa.Field, count: int, rng: np.random.Generator) -> pa.Array:
    if pa.types.is_timestamp(field.type):
        start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
        return pa.array(start + rng.integers(0, 3 * 86_400_000_000, count), field.type)
    if pa.types.is_boolean(field.type):
        return pa.array(rng.random(count) < 0.3)
    if pa.types.is_floating(field.type):
        return pa.array(rng.random(count) * 10)
    if pa.types.is_string(field.type):
        words = _WORDS.get(field.name, tuple(f"{field.name}{i}" for i in range(30)))
        return pa.array(rng.choice(np.array(words), count), field.type)
    values = _random_integers(field.name, count, rng)
    optional = field.nullable and field.name.endswith("_id") and field.name not in SUBJECTS
    return pa.array(values, field.type, mask=rng.random(count) < 0.1 if optional else None)


def _random_integers(name: str, count: int, rng: np.random.Generator) -> np.ndarray:
    if name == "hour_bit":
        return 1 << rng.integers(0, 24, count)
    if name == "kind_id":
        return rng.choice([kind_id(card.id) for card in catalog().links], count)
    if (name.endswith("_id") and name not in _RANGES) or name == "simhash":
        return rng.integers(-9, 9, count) * 1_000_000_007_000_003
    return rng.integers(*_RANGES.get(name, (0, 100)), count)


_RANGES = {
    "cluster_id": (1, 7),
    "account_id": (1, 121),
    "subject_id": (1, 121),
    "prompt_id": (-3_000, 3_000),
    "day_no": (20_540, 20_543),  # months after the random sign-ups
    "exchange_count": (100, 200),  # what shares are taken of, so that shares stay below one
    "account_count": (100, 200),
    "item_count": (100, 200),
    "hour_count": (100, 2_400),
    "after_count": (100, 200),
    "pair_count": (100, 200),
    "pair_millibits": (0, 200_000_000),
    "age_sum": (0, 30_000),
    "age_square_sum": (0, 9_000_000),
    "params_change_milli": (0, 100_000),
    "asn_change_milli": (0, 100_000),
    "client_change_milli": (0, 100_000),
    "system_change_milli": (0, 100_000),
    "model_change_milli": (0, 100_000),
    "prompt_size_spread_milli": (0, 200_000),
    "answer_size_spread_milli": (0, 200_000),
}


@cache
def random_tables() -> Mapping[str, pa.Table]:
    """Random tables for every schema; cluster tables by kind have every kind."""
    # Some accounts stay outside every cluster; some show every kind of trait on every day.
    sizes = {"members": 60, "sample_day": 1_500, "trait_day": 20_000}
    tables = {name: random_table(name, sizes.get(name, 300)) for name in schemas()}
    kinds = [card.id for card in catalog().links]
    tables["kinds"] = _with_columns(
        random_table("kinds", len(kinds)), kind_id=[kind_id(kind) for kind in kinds], kind=kinds
    )
    tables["cluster_holding"] = _with_columns(
        random_table("cluster_holding", 7 * len(kinds)),
        cluster_id=np.repeat(np.arange(1, 8), len(kinds)),
        kind_id=[kind_id(kind) for kind in kinds] * 7,
    )
    for name in ("cluster_kind", "cluster_owner", "cluster_pair"):
        tables[name] = _with_columns(
            random_table(name, 10 * len(kinds)),
            subject_id=np.repeat(np.arange(1, 11), len(kinds)),
            kind=kinds * 10,
        )
    return tables


def _with_columns(table: pa.Table, **columns: Any) -> pa.Table:
    for name, values in columns.items():
        field = table.schema.field(name)
        at = table.schema.get_field_index(name)
        table = table.set_column(at, field, pa.array(values, field.type))
    return table
