"""Keeps what peers told us: tables of the latest versions, and every accepted object as it came."""

import os
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.model.errors import SharingError
from stillwatch.model.sharing import PeerIndicator, PeerOpinion
from stillwatch.tables.schema import conform, rows

INDICATORS, OPINIONS = "peer_indicators.parquet", "peer_opinions.parquet"
RECEIVED, REJECTED, POSITIONS = "received.jsonl", "rejected.jsonl", "positions.json"
MOST_ROWS = 2_000_000
Row = TypeVar("Row", PeerIndicator, PeerOpinion)


class _Head(msgspec.Struct):
    id: str = ""


_HEAD = msgspec.json.Decoder(_Head)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What stands in the inbox."""

    indicators: tuple[PeerIndicator, ...]
    opinions: tuple[PeerOpinion, ...]


def read_inbox(folder: Path) -> Told:
    """The tables of an inbox. Raises SharingError when it is none."""
    if not (folder / INDICATORS).is_file():
        raise SharingError(str(folder), "is no inbox", "make one with `stillwatch receive`")
    return Told(
        indicators=tuple(_rows(folder / INDICATORS, PeerIndicator)),
        opinions=tuple(_rows(folder / OPINIONS, PeerOpinion)),
    )


def take_in(
    folder: Path,
    objects: Iterable[Mapping[str, Any]],
    indicators: Iterable[PeerIndicator],
    opinions: Iterable[PeerOpinion],
    rejected: Iterable[Mapping[str, Any]],
) -> Told:
    """Add what is new: a later version takes the place of an earlier one of the same peer.

    An id belongs to the peer who first used it signed; what another sends under it is dropped. What
    was taken back stays so.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = Told(indicators=(), opinions=())
    if (folder / INDICATORS).is_file():
        known = read_inbox(folder)
    kept: dict[Any, PeerIndicator] = {one.indicator_id: one for one in known.indicators}
    for one in indicators:
        if _replaces(one, kept.get(one.indicator_id)):
            kept[one.indicator_id] = one
    said: dict[Any, PeerOpinion] = {(one.opinion_id, one.about_id): one for one in known.opinions}
    for other in opinions:
        if _replaces(other, said.get((other.opinion_id, other.about_id))):
            said[other.opinion_id, other.about_id] = other
    if len(kept) + len(said) > MOST_ROWS:
        what = f"would hold more than {MOST_ROWS:,} rows"
        raise SharingError(str(folder), what, "receive into a fresh folder")
    _append(folder / RECEIVED, objects)
    _append(folder / REJECTED, rejected)
    _write(folder / INDICATORS, rows(PeerIndicator, [kept[key] for key in sorted(kept)]))
    _write(folder / OPINIONS, rows(PeerOpinion, [said[key] for key in sorted(said)]))
    return Told(indicators=tuple(kept.values()), opinions=tuple(said.values()))


def find_received(folder: Path, ids: Collection[str]) -> list[dict[str, Any]]:
    """Objects with one of these ids that came earlier, in every version, each once."""
    if not ids or not (folder / RECEIVED).is_file():
        return []
    found: dict[bytes, dict[str, Any]] = {}
    with (folder / RECEIVED).open("rb") as file:
        for line in file:
            # A power cut may leave a line half-written; what it held comes again with `--again`.
            with suppress(msgspec.MsgspecError, UnicodeDecodeError):
                if line not in found and _HEAD.decode(line).id in ids:
                    found[line] = msgspec.json.decode(line)
    return list(found.values())


def read_position(folder: Path, place: str) -> str | None:
    """Up to when this was read; None when it never was."""
    path = folder / POSITIONS
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str]).get(place)
    except (OSError, msgspec.MsgspecError) as error:
        remedy = "remove it; everything is then received again, and nothing twice"
        raise SharingError(str(path), f"cannot be read ({error})", remedy) from error


def keep_position(folder: Path, place: str, until: str) -> None:
    """Remember up to when this was read."""
    path = folder / POSITIONS
    known: dict[str, str] = {}
    if path.is_file():
        known = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    partial = path.with_name(path.name + ".partial")
    data = msgspec.json.encode(known | {place: until}, order="sorted")
    partial.write_bytes(msgspec.json.format(data, indent=1) + b"\n")
    os.replace(partial, path)


def _replaces(fresh: Row, known: Row | None) -> bool:
    if known is None:
        return True
    if known.is_signed and (not fresh.is_signed or fresh.member_id != known.member_id):
        return False
    if known.is_revoked and known.member_id == fresh.member_id:
        return False
    return fresh.modified_at > known.modified_at or (fresh.is_signed and not known.is_signed)


def _rows(path: Path, noun: type[Row]) -> list[Row]:
    try:
        table = conform(pq.read_table(path), noun, str(path))
    except (OSError, pa.ArrowException) as error:
        remedy = "remove it, then `stillwatch receive … --again`: nothing is taken in twice"
        raise SharingError(str(path), f"cannot be read ({error})", remedy) from error
    return [msgspec.convert(row, noun) for row in table.to_pylist()]


def _write(path: Path, table: pa.Table) -> None:
    partial = path.with_name(path.name + ".partial")
    pq.write_table(table, partial, compression="zstd")
    os.replace(partial, path)


def _append(path: Path, values: Iterable[Mapping[str, Any]]) -> None:
    with path.open("a+b") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")  # ends a line that a power cut left half-written
        file.writelines(msgspec.json.encode(one) + b"\n" for one in values)
