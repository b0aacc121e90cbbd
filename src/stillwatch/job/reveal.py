"""One round of a threshold reveal: every laboratory asks, answers, gives its points and opens.

The package that blinds cannot write its blinding down, so one process stays from the question to
the end. All n laboratories take part at one time, also those that hold nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from stillwatch.crypto.oprf import MOST_INPUTS, Asked, Unproven, ask, evaluate, finish, value
from stillwatch.crypto.threshold import Holding, Opened, holding, opened
from stillwatch.io.clock import salt
from stillwatch.io.exchange import Exchange, spend
from stillwatch.model.errors import SharingError
from stillwatch.model.visible import visible

T = TypeVar("T")
LEAST_ASKED = 32  # inputs are padded to a power of two from here on
ASK, POINTS = "ask.json", "points.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Who sits at it, by which keys their answers are checked, and how many must hold a thing."""

    me: str
    keys: Mapping[str, bytes]  # every laboratory, ourselves too → its public key of the epoch
    seed: bytes
    epoch: str
    least: int
    ledger: Path


def reveal(table: Table, items: Sequence[bytes], exchange: Exchange) -> list[Opened]:
    """What at least `least` laboratories hold. Raises SharingError."""
    if len(items) > MOST_INPUTS:
        what = f"has {len(items):,} identifiers; the limit is {MOST_INPUTS:,}"
        raise SharingError(table.me, what, "choose a smaller campaign")
    size = LEAST_ASKED
    while size < len(items):
        size *= 2
    padded = [*items, *(salt() for _ in range(min(size, MOST_INPUTS) - len(items)))]
    asked = ask(padded)
    exchange.put(ASK, msgspec.json.encode(asked.blinded))
    others = [lab for lab in sorted(table.keys) if lab != table.me]
    answered: set[str] = set()
    values: dict[str, list[bytes]] = {}
    points: dict[str, list[Holding]] = {}
    while True:
        for lab in others:
            if lab not in answered and _answer(table, lab, exchange):
                answered.add(lab)
            if lab not in values and (data := exchange.get(lab, f"answer-{table.me}.json")):
                values[lab] = _values(data, asked, lab, table.keys[lab])
            if lab not in points and (data := exchange.get(lab, POINTS)):
                points[lab] = _points(data, lab)
        if len(values) == len(others) and table.me not in points:
            points[table.me] = _ours(table, items, values)
            exchange.put(POINTS, msgspec.json.encode(points[table.me]))
        done = answered & values.keys() & points.keys()
        if len(done) == len(others):
            break
        exchange.wait(", ".join(f"what {lab} has to say" for lab in others if lab not in done))
    return opened([one for some in points.values() for one in some], table.least)


def _answer(table: Table, lab: str, exchange: Exchange) -> bool:
    data = exchange.get(lab, ASK)
    if data is None:
        return False
    blinded = _read(data, list[bytes], lab)
    spend(table.ledger, f"{lab} {table.epoch}", len(blinded), MOST_INPUTS)
    try:
        values = evaluate(table.seed, table.epoch, blinded)
    except Unproven as error:
        raise SharingError(lab, str(error), "begin again without this laboratory") from error
    exchange.put(f"answer-{lab}.json", msgspec.json.encode(values))
    return True


def _values(data: bytes, asked: Asked, lab: str, public: bytes) -> list[bytes]:
    try:
        return finish(asked, _read(data, list[bytes], lab), public)
    except Unproven as error:
        raise SharingError(lab, str(error), "compare its key aloud, and begin again") from error


def _points(data: bytes, lab: str) -> list[Holding]:
    found = _read(data, list[Holding], lab)
    if any(one.member != lab for one in found):
        raise SharingError(lab, "speaks in another's name", "begin again without this laboratory")
    return found


def _ours(
    table: Table, items: Sequence[bytes], values: Mapping[str, Sequence[bytes]]
) -> list[Holding]:
    found = []
    for place, item in enumerate(items):
        own = value(table.seed, table.epoch, item)
        row = [own if lab == table.me else values[lab][place] for lab in sorted(table.keys)]
        found.append(holding(row, item, member=table.me, epoch=table.epoch, least=table.least))
    return found


def _read(data: bytes, kind: type[T], lab: str) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        what = f"sends what cannot be read ({visible(str(error), 200)})"
        raise SharingError(lab, what, "ask it for its version") from error
