"""States the published surface as JSON Schemas, and what other vocabularies call its columns."""

import tomllib
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
import pyarrow as pa

from stillwatch.model.errors import CardError
from stillwatch.model.findings import (
    Activity,
    Campaign,
    Decision,
    FlaggedExchange,
    Link,
    Signal,
    Trace,
    Verdict,
)
from stillwatch.model.inputs import (
    Account,
    AccountEvent,
    CompetitorRelease,
    ModelRelease,
    RawExchange,
)
from stillwatch.model.sharing import PeerIndicator, PeerOpinion
from stillwatch.tables.schema import schema_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"
VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A noun that others write or read, and where it stands."""

    name: str
    noun: type
    side: Literal["input", "output"]
    where: str


PUBLISHED = (
    Published(name="exchange", noun=RawExchange, side="input", where="the log"),
    Published(name="account", noun=Account, side="input", where="--accounts"),
    Published(name="account_event", noun=AccountEvent, side="input", where="--account-events"),
    Published(name="model_release", noun=ModelRelease, side="input", where="--model-releases"),
    Published(
        name="competitor_release",
        noun=CompetitorRelease,
        side="input",
        where="--competitor-releases",
    ),
    Published(name="verdict", noun=Verdict, side="output", where="verdicts.parquet"),
    Published(
        name="campaign", noun=Campaign, side="output", where="campaigns.parquet, campaigns.json"
    ),
    Published(
        name="flagged_exchange",
        noun=FlaggedExchange,
        side="output",
        where="exchanges_flagged.parquet",
    ),
    Published(name="signal", noun=Signal, side="output", where="signals.parquet"),
    Published(name="link", noun=Link, side="output", where="links.parquet"),
    Published(name="decision", noun=Decision, side="output", where="decisions.parquet"),
    Published(name="activity", noun=Activity, side="output", where="timeline.parquet"),
    Published(name="trace", noun=Trace, side="output", where="traces.parquet"),
    Published(name="peer_indicator", noun=PeerIndicator, side="input", where="--peers"),
    Published(name="peer_opinion", noun=PeerOpinion, side="input", where="--peers"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesElsewhere:
    """What another vocabulary calls the columns of one noun.

    A column stands in exactly one of `standard` (a name of that vocabulary), `extension` (a name
    of ours in its style) and `none` (with the reason). `legacy` has older names, `notes` what a
    converter must know.
    """

    about: str = ""
    standard: dict[str, str] = field(default_factory=dict)
    legacy: dict[str, str] = field(default_factory=dict)
    extension: dict[str, str] = field(default_factory=dict)
    none: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Another vocabulary: its version, and its names by noun."""

    title: str
    version: str
    about: str
    nouns: dict[str, NamesElsewhere]


def read_mappings(text: str) -> dict[str, Vocabulary]:
    """The vocabularies of `mappings.toml`. Raises CardError when an entry is wrong."""
    try:
        return msgspec.convert(tomllib.loads(text), dict[str, Vocabulary])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CardError("mappings.toml", str(error), "mend the entry") from error


def json_schema(one: Published) -> dict[str, Any]:
    """The JSON Schema of one published noun, as a row of JSON lines.

    Other entries are allowed: the contract grows by adding, and readers ignore what is new.
    """
    schema = schema_of(one.noun)
    return {
        "$schema": DIALECT,
        "$id": f"urn:stillwatch:{one.name}:{VERSION}",
        "title": one.noun.__name__,
        "description": (one.noun.__doc__ or "").splitlines()[0],
        **_object(list(schema), one.side),
    }


def _object(fields: list[pa.Field], side: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {field.name: _property(field, side) for field in fields},
        "required": [field.name for field in fields if side == "output" or not field.nullable],
    }


def _property(field: pa.Field, side: str) -> dict[str, Any]:
    meaning = (field.metadata or {}).get(b"meaning", b"").decode()
    value = _type(field.type, side)
    if side == "input" and field.name == "messages":
        value["type"] = ["string", "array"]  # as text where columns have one type, or as it is
    if field.nullable:
        kinds = value["type"] if isinstance(value["type"], list) else [value["type"]]
        value["type"] = [*kinds, "null"]
    return value | ({"description": meaning} if meaning else {})


def _type(kind: pa.DataType, side: str) -> dict[str, Any]:
    if pa.types.is_list(kind):
        return {"type": "array", "items": _type(kind.value_type, side)}
    if pa.types.is_struct(kind):
        return _object(list(kind), side)
    if pa.types.is_timestamp(kind):
        # A log may count seconds, milli- or microseconds since 1970 instead; we write ISO 8601.
        kinds = ["string", "integer"] if side == "input" else "string"
        return {"type": kinds, "format": "date-time"}
    if pa.types.is_integer(kind):
        return {"type": "integer"}
    if pa.types.is_floating(kind):
        return {"type": "number"}
    return {"type": "boolean" if pa.types.is_boolean(kind) else "string"}


def type_in_words(kind: pa.DataType) -> str:
    """An Arrow type as the documentation writes it."""
    if pa.types.is_list(kind):
        return f"list<{type_in_words(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{', '.join(field.name for field in kind)}>"
    if pa.types.is_timestamp(kind):
        return "timestamp[us, UTC]"
    return {"double": "float64"}.get(str(kind), str(kind))
