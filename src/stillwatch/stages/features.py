"""Runs feature cards over tables, each card once and in the order in which they need each other."""

import graphlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from stillwatch.model.cards import FeatureCard
from stillwatch.model.errors import CardError
from stillwatch.tables.query import Limits, Query, run


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A card that could not run, and why; a run names every one of them."""

    card_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The tables that feature cards made, and the cards that could not run."""

    tables: dict[str, pa.Table]
    skipped: tuple[Skipped, ...]


def build_features(
    tables: Mapping[str, pa.Table], cards: Sequence[FeatureCard], limits: Limits
) -> Features:
    """Every card's table by card id. A card that reads an absent table is skipped, with reason.

    Raises CardError when cards need each other in a circle.
    """
    ready = dict(tables)
    skipped: list[Skipped] = []
    queries: list[Query] = []
    for card in in_order(cards):
        absent = [name for name in card.reads if name not in ready]
        if absent:
            skipped.append(Skipped(card_id=card.id, reason=f"needs {', '.join(absent)}"))
            continue
        queries.append(Query(name=card.id, sql=card.query, key=tuple(card.key)))
        ready[card.id] = pa.table({})
    read = {name for card in cards for name in card.reads}
    given = {name: table for name, table in tables.items() if name in read}
    return Features(tables=run(given, queries, limits), skipped=tuple(skipped))


def in_order(cards: Sequence[FeatureCard]) -> list[FeatureCard]:
    """The cards, each after the ones it reads; equal cards give an equal order."""
    by_id = {card.id: card for card in cards}
    sorter = graphlib.TopologicalSorter(
        {card.id: [name for name in card.reads if name in by_id] for card in cards}
    )
    try:
        return [by_id[id_] for id_ in sorter.static_order()]
    except graphlib.CycleError as error:
        circle = " → ".join(error.args[1])
        raise CardError(
            "features", f"cards read each other: {circle}", "break the circle"
        ) from None
