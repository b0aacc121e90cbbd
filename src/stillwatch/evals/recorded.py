"""Reads worlds that others made: logs in the contract's form, with the truth beside them.

A world is a folder with `exchanges.parquet`, the side tables that there are, `truth.parquet`
(account_id, is_hostile, campaign, kind, care, role, look_alike) and `truth_exchanges.parquet`
(exchange_id, is_attack). The folder above it is its author. Evidence that one author's traffic
teaches is true of that author; what several agree on has a chance to be true of a stranger.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.evals.hostile.work import Care
from stillwatch.evals.traffic import TRUTH, TRUTH_EXCHANGES, Traffic
from stillwatch.io.side_tables import read_table
from stillwatch.model.errors import SourceError
from stillwatch.model.inputs import Account, AccountEvent, ModelRelease
from stillwatch.tables.schema import schema_of

SIDES = {"accounts": Account, "account_events": AccountEvent, "model_releases": ModelRelease}
CARES = get_args(Care)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Where a world lies, and whose it is."""

    author: str
    folder: Path

    @property
    def name(self) -> str:
        """Author and world, as bits files name what they were measured on."""
        return f"{self.author}/{self.folder.name}"


def recorded(folder: Path) -> list[Recorded]:
    """Every world below a folder, in order of author and name; raises SourceError for none."""
    found = [
        Recorded(author=truth.parent.parent.name, folder=truth.parent)
        for truth in folder.rglob("truth.parquet")
    ]
    if not found:
        raise SourceError(
            str(folder), "holds no world", "a world is a folder with exchanges and truth.parquet"
        )
    return sorted(found, key=lambda one: (one.author, one.folder.name))


def every_second(worlds: Sequence[Recorded]) -> list[Recorded]:
    """Of each author every second world, from the first on."""
    place: Counter[str] = Counter()
    found = []
    for one in worlds:
        if not place[one.author] % 2:
            found.append(one)
        place[one.author] += 1
    return found


def read_world(world: Recorded) -> tuple[Care, Traffic]:
    """The care of its operators, and the logs with what is true about them."""
    truth = _read(world.folder / "truth.parquet")
    cares = {one for one in truth["care"].to_pylist() if one is not None}
    if len(cares) > 1 or not cares.issubset(CARES):
        raise SourceError(
            str(world.folder), f"has the cares {sorted(cares)}", f"give one of {', '.join(CARES)}"
        )
    exchanges = _read(world.folder / "exchanges.parquet").sort_by("received_at")
    sides = {name: _side(world.folder / f"{name}.parquet", noun) for name, noun in SIDES.items()}
    attacks = _read(world.folder / "truth_exchanges.parquet")
    at = pc.index_in(exchanges["exchange_id"], attacks["exchange_id"].combine_chunks())
    is_attack = attacks["is_attack"].combine_chunks().take(at.combine_chunks())
    traffic = Traffic(
        exchanges=exchanges,
        truth=_truth(truth).sort_by("account_id"),
        truth_exchanges=pa.table(
            [exchanges["exchange_id"], is_attack.fill_null(fill_value=False)],
            schema=TRUTH_EXCHANGES,
        ),
        **sides,
    )
    return next(iter(cares), CARES[0]), traffic


def traffics(worlds: Sequence[Recorded]) -> Iterator[tuple[Recorded, Care, Traffic]]:
    """Each world, read when it is asked for."""
    for one in worlds:
        care, traffic = read_world(one)
        yield one, care, traffic


def _truth(given: pa.Table) -> pa.Table:
    """The truth in the columns of our own worlds; a campaign is named after what it does."""
    hostile = given["is_hostile"]
    campaign = pc.binary_join_element_wise(
        given["kind"], pc.replace_substring(given["campaign"], "-", "_"), "-"
    )
    columns = {
        "account_id": given["account_id"],
        "class": pc.if_else(hostile, given["kind"], given["look_alike"]),
        "campaign": pc.if_else(hostile, campaign, None),
        "role": given["role"],
        "is_hostile": hostile,
        "look_alike": given["look_alike"],
    }
    return pa.table({name: columns[name].cast(TRUTH.field(name).type) for name in TRUTH.names})


def _side(path: Path, noun: type) -> pa.Table:
    return read_table(path, noun) if path.is_file() else schema_of(noun).empty_table()


def _read(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise SourceError(str(path), str(error), "give a readable Parquet file") from error
