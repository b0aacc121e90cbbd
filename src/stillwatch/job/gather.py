"""Reads logs in threads, fingerprints every batch, and gathers what is left by day."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.catalog.load import Catalog
from stillwatch.io.duplicates import DUPLICATE, Duplicates
from stillwatch.io.history import History
from stillwatch.io.logs import LogPlan, read
from stillwatch.io.parallel import in_order
from stillwatch.io.rejects import Rejects
from stillwatch.io.sources import Chunk
from stillwatch.io.spool import Spool
from stillwatch.model.errors import SourceError
from stillwatch.model.exchange import NamedKey, ReasoningBlock
from stillwatch.pipeline import condense
from stillwatch.stages.fingerprint import NAMED, fingerprint_batch
from stillwatch.stages.normalize import normalize
from stillwatch.tables.query import Limits
from stillwatch.tables.schema import schema_of
from stillwatch.text.phrases import PhraseTable, compile_phrases

Tell = Callable[[str, int, int | None], None]  # stage, rows or days done, of how many


@dataclass(slots=True)
class Gathered:
    """What reading left behind, beside the spooled exchanges."""

    names: dict[str, dict[int, str]] = field(default_factory=dict)
    blocks: list[pa.Table] = field(default_factory=list)
    exchange_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One batch of one chunk, fingerprinted."""

    row_numbers: npt.NDArray[np.int64]
    exchanges: pa.Table
    blocks: pa.Table


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One chunk, fingerprinted."""

    parts: list[_Part]
    names: pa.Table  # noun NamedKey: distinct identifiers of the chunk


def gather(
    plan: LogPlan, catalog: Catalog, rejects: Rejects, spool: Spool, threads: int, tell: Tell
) -> Gathered:
    """Read everything once. Duplicate exchange ids are set aside; the first one stays."""
    phrases = compile_phrases(catalog.markers)
    duplicates = Duplicates(plan.row_estimate)
    gathered = Gathered()
    work = partial(_read_chunk, plan, catalog, phrases, rejects)
    for chunk, found in zip(plan.chunks, in_order(work, plan.chunks, threads), strict=True):
        for part in found.parts:
            _take(part, chunk, duplicates, rejects, spool, gathered)
        remember(gathered.names, found.names)
        tell("read", gathered.exchange_count, plan.row_estimate)
    return gathered


def _read_chunk(
    plan: LogPlan, catalog: Catalog, phrases: PhraseTable, rejects: Rejects, chunk: Chunk
) -> _Read:
    parts = []
    names = [schema_of(NamedKey).empty_table()]
    wanted = columns_read(catalog)
    for batch in read(plan, chunk, rejects, normalize):
        prints = fingerprint_batch(batch, catalog.markers, phrases)
        exchanges = prints.exchanges
        part = _Part(
            row_numbers=batch.column("row_number").to_numpy(),
            exchanges=exchanges.select([n for n in exchanges.column_names if n in wanted]),
            blocks=prints.blocks,
        )
        parts.append(part)
        names.append(prints.names)
    return _Read(parts=parts, names=once(pa.concat_tables(names)))


def columns_read(catalog: Catalog) -> frozenset[str]:
    """The columns of an exchange that are asked for once it is read; no card may ask for `*`."""
    wanted = {"exchange_id", "received_at", "day_no", "account_id"}
    wanted |= {f"{name}_id" for name in NAMED}
    wanted |= {f"is_{marker.id}" for marker in catalog.markers}
    wanted |= {card.column for card in catalog.links if card.column is not None}
    for card in catalog.features:
        if card.grain == "day":
            wanted |= set(re.findall(r"\w+", card.query.lower()))
    return frozenset(wanted)


def _take(
    part: _Part,
    chunk: Chunk,
    duplicates: Duplicates,
    rejects: Rejects,
    spool: Spool,
    gathered: Gathered,
) -> None:
    exchanges = part.exchanges
    is_new = duplicates.keep(exchanges.column("exchange_id").combine_chunks())
    if not is_new.all():
        for row in part.row_numbers[~is_new].tolist():
            rejects.add(chunk, row, DUPLICATE)
        exchanges = exchanges.filter(pa.array(is_new))
    if len(part.blocks):
        gathered.blocks.append(part.blocks)
    gathered.exchange_count += len(exchanges)
    spool.add(exchanges)


def once(names: pa.Table) -> pa.Table:
    """Every name once, though it was seen many times."""
    return names.group_by(names.column_names, use_threads=False).aggregate([])


def remember(names: dict[str, dict[int, str]], found: pa.Table) -> None:
    """Add identifiers to what is known by key.

    Raises SourceError when two identifiers have one key: a chance of one in 10^8 for a million
    accounts, and then it must not pass unseen.
    """
    for column in found.column("column").unique().to_pylist():
        rows = found.filter(pc.equal(found.column("column"), column))
        key, name = rows.column("key").to_pylist(), rows.column("name").to_pylist()
        known = list(map(names.setdefault(column, {}).setdefault, key, name))
        if known != name:
            one, other = next(pair for pair in zip(known, name, strict=True) if pair[0] != pair[1])
            raise SourceError(
                f"{column} ids", f"{one!r} and {other!r} have one key", "rename one of them"
            )


def keep_days(
    days: Sequence[int],
    spool: Spool,
    gathered: Gathered,
    names: pa.Table,
    catalog: Catalog,
    history: History,
    limits: Limits,
    tell: Tell,
) -> None:
    """Condense spooled days into history, several at a time; `names` as they may be kept."""
    blocks = _blocks_by_day(gathered.blocks)
    one = replace(limits, threads=1)

    def work(day: int) -> tuple[int, Mapping[str, pa.Table]]:
        exchanges = spool.day(day)
        tables = condense(exchanges, blocks.get(day, _NO_BLOCKS), catalog, one)
        return day, tables | {"names": names_in(exchanges, names)}

    for done, (day, tables) in enumerate(in_order(work, days, limits.threads), 1):
        history.put(day, tables)
        tell("condense", done, len(days))


def names_in(exchanges: pa.Table, names: pa.Table) -> pa.Table:
    """The names, rows of NamedKey, whose keys the exchanges have."""
    kept = [names.slice(0, 0)]
    for column in NAMED:
        if f"{column}_id" in exchanges.column_names:
            seen = pc.unique(exchanges.column(f"{column}_id"))
            of_column = pc.equal(names.column("column"), column)
            kept.append(names.filter(pc.and_(of_column, pc.is_in(names.column("key"), seen))))
    return pa.concat_tables(kept)


def _blocks_by_day(parts: list[pa.Table]) -> dict[int, pa.Table]:
    if not parts:
        return {}
    blocks = pa.concat_tables(parts)
    days = blocks.column("received_at").cast(pa.int64()).to_numpy() // 86_400_000_000
    return {int(day): blocks.filter(pa.array(days == day)) for day in np.unique(days)}


_NO_BLOCKS = schema_of(ReasoningBlock).empty_table()
