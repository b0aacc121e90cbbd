"""Puts entries together that a vendor cuts into several records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stillwatch.catalog.paths import pick
from stillwatch.model.provider import PiecesCard
from stillwatch.stages.normalize.values import whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """Whole records with the places of their first pieces, and what could not be put together."""

    records: list[Mapping[str, Any]]
    origins: list[int]
    rejects: list[tuple[int, str]]


def assemble(records: Sequence[Any], card: PiecesCard) -> Assembled:
    """Pieces of one id, in the order of their numbers, as one record.

    The texts named by the card are joined; any other entry is the first piece's that has it. An
    entry with a gap in its numbers is set aside: part of its text is missing.
    """
    rejects: list[tuple[int, str]] = []
    groups: dict[str, dict[int, tuple[int, Mapping[str, Any]]]] = {}
    for place, record in enumerate(records):
        key = pick(record, [card.id]) if isinstance(record, dict) else None
        if key is None:
            rejects.append((place, f"no {card.id}, by which the pieces of an entry are known"))
            continue
        number = whole(pick(record, [card.number])) or 0
        groups.setdefault(str(key), {}).setdefault(number, (place, record))
    whole_records: list[Mapping[str, Any]] = []
    origins: list[int] = []
    for pieces in groups.values():
        numbers = sorted(pieces)
        place = min(place for place, _ in pieces.values())
        if numbers[0] > 1 or numbers[-1] - numbers[0] != len(numbers) - 1:
            rejects.append((place, "a piece of the entry is missing (it may lie in another file)"))
            continue
        whole_records.append(_join([pieces[number][1] for number in numbers], card.texts))
        origins.append(place)
    return Assembled(records=whole_records, origins=origins, rejects=rejects)


def _join(pieces: Sequence[Mapping[str, Any]], texts: Sequence[str]) -> Mapping[str, Any]:
    record: dict[str, Any] = {}
    for piece in pieces:
        for name, value in piece.items():
            if value is None or value == "":
                continue
            record.setdefault(name, value)
    for name in texts:
        said = [piece[name] for piece in pieces if isinstance(piece.get(name), str)]
        if said:
            record[name] = "".join(said)
    return record
