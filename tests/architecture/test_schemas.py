"""The nouns keep their promises: no text beyond the raw exchange, nothing unfair, real rows fit."""

from __future__ import annotations

import dataclasses
import importlib
import json
import pkgutil
import sys
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import jsonschema
import pyarrow as pa
import pytest

import stillwatch.model
from stillwatch.catalog.check import UNFAIR, check
from stillwatch.catalog.contract import PUBLISHED, Published, json_schema
from stillwatch.io.cards import read_catalog
from stillwatch.model import (
    atlas,
    cards,
    circle,
    errors,
    evidence,
    findings,
    forensic,
    inputs,
    marker,
    provider,
    sharing,
)
from stillwatch.model.inputs import RawExchange
from stillwatch.model.kinds import Kind
from stillwatch.tables.schema import schema_of

ROOT = Path(__file__).parents[2]
GOLDEN = sorted((ROOT / "tests/golden/providers").glob("*.json"))
NO_ROWS = {
    atlas,
    cards,
    circle,
    errors,
    evidence,
    forensic,
    marker,
    provider,
}  # dataclasses there are no rows of tables
OF_FILES = {inputs.__name__, findings.__name__, sharing.__name__}
PROTECTED = UNFAIR | {"locale", "citizenship", "ethnicity", "religion", "gender", "surname"}
# Names of outside models, of factors and of look-alikes are no names of people.
NAMES_OF_THINGS = {"CompetitorRelease", "NamedKey", "Factor", "Alternative"}


def nouns() -> list[type]:
    """Every row that a table can have."""
    found = []
    for entry in pkgutil.iter_modules(stillwatch.model.__path__):
        module = importlib.import_module(f"stillwatch.model.{entry.name}")
        if module not in NO_ROWS:
            found += [
                value
                for value in vars(module).values()
                if dataclasses.is_dataclass(value) and value.__module__ == module.__name__
            ]
    return [noun for noun in found if noun is not Kind]


def kinds(hint: Any) -> set[str]:
    """Names of the kinds in a type hint, however deep."""
    found = {note.name for note in getattr(hint, "__metadata__", ()) if isinstance(note, Kind)}
    inner = get_args(hint) if get_origin(hint) is not None or get_args(hint) else ()
    return found.union(*(kinds(part) for part in inner))


@pytest.mark.parametrize("noun", nouns(), ids=lambda noun: noun.__name__)
def test_text_stops_at_fingerprint(noun: type) -> None:
    """Only the raw exchange has a column of what people or models wrote."""
    hints = get_type_hints(noun, include_extras=True)
    texts = {name for name, hint in hints.items() if "text" in kinds(hint)}
    assert bool(texts) == (noun is RawExchange), texts


def test_the_raw_exchange_is_known_to_hold_text() -> None:
    """The test above would see a text column if there were one."""
    hints = get_type_hints(RawExchange, include_extras=True)
    assert {n for n, h in hints.items() if "text" in kinds(h)} == {
        "prompt_text",
        "system_text",
        "messages",
        "response_text",
        "reasoning_text",
    }


@pytest.mark.parametrize("noun", nouns(), ids=lambda noun: noun.__name__)
def test_no_noun_has_an_unfair_column(noun: type) -> None:
    """Nationality, country, language, name and time zone are nobody's columns."""
    allowed = {"name"} if noun.__name__ in NAMES_OF_THINGS else set()
    words = {part for column in schema_of(noun).names for part in (column, *column.split("_"))}
    assert words & PROTECTED <= allowed


def test_no_table_of_a_scan_has_an_unfair_column() -> None:
    """Neither has a table that cards make; a marker's count says what is asked, not who asks."""
    markers = {
        f"{prefix}{m.id}{suffix}"
        for m in read_catalog().markers
        for prefix, suffix in (("is_", ""), ("", "_count"))
    }
    for name, schema in check(read_catalog()).items():
        own = [column for column in schema.names if column not in markers]
        assert {
            part for column in own for part in (column, *column.split("_"))
        } & PROTECTED == set(), name


@pytest.mark.parametrize("noun", nouns(), ids=lambda noun: noun.__name__)
def test_every_column_says_what_it_means(noun: type) -> None:
    """The data dictionary has no empty line."""
    mute = [field.name for field in schema_of(noun) if not (field.metadata or {}).get(b"meaning")]
    assert mute == []


def test_everything_that_comes_in_or_goes_out_is_published() -> None:
    """Each noun of inputs, and each noun of findings that is a file's row, has a schema."""
    published = {one.noun for one in PUBLISHED}
    rows = {noun for noun in nouns() if noun.__module__ in OF_FILES}
    inside = {findings.Reason, findings.LinkReason, findings.Factor, findings.Alternative}
    assert rows - inside == published


@pytest.mark.parametrize("one", PUBLISHED, ids=lambda one: one.name)
def test_a_published_schema_is_a_json_schema(one: Published) -> None:
    """It is valid in its own dialect, and covers every column."""
    schema = json_schema(one)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert list(schema["properties"]) == schema_of(one.noun).names
    if one.side == "output":
        assert schema["required"] == schema_of(one.noun).names


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_normalised_rows_of_every_format_fit_the_exchange_schema(path: Path) -> None:
    """What our readers make of vendors' logs is what the schema asks of others."""
    validator = jsonschema.Draft202012Validator(json_schema(PUBLISHED[0]))
    rows = json.loads(path.read_text("utf-8"))["rows"]
    assert rows
    assert [error.message for row in rows for error in validator.iter_errors(row)] == []


def test_the_exchange_schema_refuses_what_the_contract_refuses() -> None:
    """A missing required column and a wrong type are seen."""
    validator = jsonschema.Draft202012Validator(json_schema(PUBLISHED[0]))
    good = {"exchange_id": "e", "received_at": "2026-03-01T00:00:00Z", "account_id": "a"}
    assert not validator.is_valid(good)
    assert validator.is_valid(good | {"request_model": "m", "unknown": 1, "ip": None})
    assert not validator.is_valid(good | {"request_model": "m", "output_tokens": "many"})


@pytest.mark.parametrize("name", ["campaign", "verdict", "link", "activity"])
def test_rows_of_a_run_fit_their_schemas(name: str) -> None:
    """Rows as a run has them, written as JSON, are what the schema says."""
    sys.path.insert(0, str(ROOT / "tests/fixtures"))
    try:
        page = importlib.import_module("explained_run").page()
    finally:
        sys.path.pop(0)
    tables = {
        "campaign": page.campaigns,
        "verdict": page.verdicts,
        "link": page.links,
        "activity": page.timeline,
    }
    one = next(one for one in PUBLISHED if one.name == name)
    rows = json.loads(json.dumps(_plain(tables[name]), default=lambda value: value.isoformat()))
    validator = jsonschema.Draft202012Validator(json_schema(one))
    assert rows
    assert [error.message for row in rows for error in validator.iter_errors(row)] == []


def _plain(table: pa.Table) -> list[dict[str, Any]]:
    return table.slice(0, 50).to_pylist()
