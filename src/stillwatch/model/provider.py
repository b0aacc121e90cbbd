"""A provider card: how one vendor's log becomes exchanges; and what normalising gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Shape = Literal[
    "auto",
    "openai_chat",
    "openai_responses",
    "anthropic_messages",
    "bedrock",
    "gemini",
    "spans",
    "none",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCard:
    """A second log that holds what the first cannot: its record with `key` equal to our `on`.

    What is taken from it can be named in the paths of a card as `join.<name>.<entry>`.
    """

    on: list[str]
    key: list[str]
    take: dict[str, list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PiecesCard:
    """An entry that the vendor cuts into several records: same `id`, put in order by `number`.

    The texts of `texts` are joined; every other entry is taken from the first piece that has it.
    """

    id: str
    number: str
    texts: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCard:
    """One log format. Paths are dotted (`a.b.0.c`, `*` is any key); the first that leads on wins.

    `fields` are columns of the contract read straight from a record and win over what `shape`
    reads from the bodies. `response` is where the answer lies, `request` where the request does:
    its entry `body` is the whole of it, any other is put into it under that name. `constants` are
    columns that are the same in every row, `ticks` are fields in .NET ticks, `words` puts the
    contract's words in place of the vendor's (`status_code = { failure = "500" }`). `records` are
    entries of an envelope that hold many records; `keep` says which records are exchanges.
    `cannot_carry` names each column of the contract that the format has no place for, and why.
    """

    id: str
    title: str
    documented: str
    shape: Shape
    records: list[str] = field(default_factory=list)
    keep: dict[str, list[str]] = field(default_factory=dict)
    request: dict[str, list[str]] = field(default_factory=dict)
    response: list[str] = field(default_factory=list)
    fields: dict[str, list[str]]
    constants: dict[str, str] = field(default_factory=dict)
    ticks: list[str] = field(default_factory=list)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    cannot_carry: dict[str, str]
    notes: list[str] = field(default_factory=list)
    joins: dict[str, JoinCard] = field(default_factory=dict)
    pieces: PiecesCard | None = None


Joined = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By the name of the join, by the value of its key: what was taken from the second log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NormalizedRows:
    """Rows of the contract, column by column, with `turn_count`; and what was no exchange.

    `origins` has for each row the place of its record; `rejects` a place and the reason;
    `skipped` and `warnings` are counts by reason.
    """

    columns: dict[str, list[Any]]
    origins: list[int]
    rejects: list[tuple[int, str]] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)
