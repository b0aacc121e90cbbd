"""Loads the second logs of a provider card, keyed by what they are joined on."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from stillwatch.catalog.paths import pick
from stillwatch.io.documents import read_records, unwrap
from stillwatch.io.lines import split_lines
from stillwatch.io.parquet import open_parquet, parquet_batches, split_parquet
from stillwatch.io.rejects import Rejects
from stillwatch.io.sources import Source, find
from stillwatch.model.errors import SettingError, SourceError
from stillwatch.model.provider import JoinCard, Joined, ProviderCard


def load_joins(provider: ProviderCard | None, joins: Mapping[str, Sequence[str]]) -> Joined:
    """By the name of the join, by key: the entries that the card takes from the second log.

    Of two records with one key the later wins.
    """
    known = provider.joins if provider else {}
    for name in joins:
        if name not in known:
            raise SettingError(
                f"join '{name}'",
                "the format has no such join",
                f"use one of {', '.join(sorted(known)) or 'none'}",
            )
    return {name: _load(known[name], paths) for name, paths in joins.items()}


def _load(card: JoinCard, paths: Sequence[str]) -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = {}
    sources = find(paths).sources
    with Rejects(sources) as rejects:
        for source in sources:
            for record in _records(source, rejects):
                key = pick(record, card.key)
                if key is not None:
                    taken = {name: pick(record, at) for name, at in card.take.items()}
                    loaded[str(key)] = {
                        name: sys.intern(value) if isinstance(value, str) else value
                        for name, value in taken.items()
                        if value is not None
                    }
        if not loaded:
            raise SourceError(
                ", ".join(paths),
                f"has no record with {' or '.join(card.key)}",
                "check that this is the log to join",
            )
    return loaded


def _records(source: Source, rejects: Rejects) -> Any:
    if source.kind == "parquet":
        with open_parquet(source) as file:
            chunks = list(split_parquet(file, 0, 0))
        for chunk in chunks:
            for batch in parquet_batches(source, chunk):
                yield from batch.to_pylist()
        return
    for chunk in split_lines(source, 0, 0, 1 << 62):
        for records, numbers in read_records(source, chunk, rejects):
            yield from unwrap(records, numbers, ["Records", "records"])[0]
