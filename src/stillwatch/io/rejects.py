"""Collects what could not be read, so that nothing is lost in silence and no text is kept."""

import hashlib
import tempfile
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from stillwatch.io.sources import Chunk, Source

FLUSH_COUNT = 512
EXAMPLE_COUNT = 5


class Rejected(msgspec.Struct, frozen=True):
    """A line that could not be read. Of its content only the length and a short hash are kept."""

    file: str
    line: int
    reason: str
    bytes: int | None = None
    hash: str | None = None


class _Held(msgspec.Struct, array_like=True, frozen=True):
    row: int
    reason: str
    bytes: int | None
    hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectSummary:
    """How much was read and what was not, by reason and by file, with a few examples."""

    row_count: int
    reject_count: int
    reasons: dict[str, int]
    files: dict[str, int]
    warnings: dict[str, int]
    skipped: dict[str, int]
    examples: dict[str, list[Rejected]]


class Rejects:
    """Threads add to it; it keeps little in memory, and writes in the order of the input.

    Row numbers are counted within a chunk, from 1. `finish` says how many rows a chunk had, so
    that `write` can tell the line within the file.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._lock = threading.Lock()
        self._spool = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._segments: dict[Chunk, list[tuple[int, int]]] = {}
        self._held: dict[Chunk, list[_Held]] = {}
        self._chunk_rows: dict[Chunk, int] = {}
        self._warnings: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()
        self._columns: set[str] = set()
        self._reject_count = 0
        self._row_count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._spool.close()

    @property
    def reject_count(self) -> int:
        """Lines set aside so far."""
        return self._reject_count

    @property
    def columns(self) -> frozenset[str]:
        """Columns that had at least one value in what was read so far."""
        return frozenset(self._columns)

    def add(self, chunk: Chunk, row: int, reason: str, content: bytes | None = None) -> None:
        """Set one row of a chunk aside."""
        size, short = None, None
        if content is not None:
            size = len(content)
            short = hashlib.blake2b(content, digest_size=6).hexdigest()
        with self._lock:
            held = self._held.setdefault(chunk, [])
            held.append(_Held(row, reason, size, short))
            self._reject_count += 1
            if len(held) >= FLUSH_COUNT:
                self._flush(chunk)

    def warn(self, reason: str, count: int = 1) -> None:
        """Count something odd in rows that were kept."""
        with self._lock:
            self._warnings[reason] += count

    def skip(self, reason: str, count: int = 1) -> None:
        """Count records that are whole but are no exchanges, such as health checks."""
        with self._lock:
            self._skipped[reason] += count

    def saw(self, columns: Sequence[str], row_count: int) -> None:
        """Note the columns that had values in a batch of kept rows."""
        with self._lock:
            self._columns.update(columns)
            self._row_count += row_count

    def finish(self, chunk: Chunk, row_count: int) -> None:
        """Note how many rows or lines a chunk had, kept or not."""
        with self._lock:
            self._chunk_rows[chunk] = row_count

    def _flush(self, chunk: Chunk) -> None:
        data = msgspec.json.encode(self._held.pop(chunk, []))
        self._spool.seek(0, 2)
        self._segments.setdefault(chunk, []).append((self._spool.tell(), len(data)))
        self._spool.write(data)

    def write(self, path: str | Path) -> RejectSummary:
        """Write every reject as one JSON line, ordered by file and line, and sum them up."""
        reasons: Counter[str] = Counter()
        files: Counter[str] = Counter()
        examples: dict[str, list[Rejected]] = {}
        with self._lock, Path(path).open("wb") as file:
            for chunk in list(self._held):
                self._flush(chunk)
            offset, source = 0, -1
            for chunk in sorted(self._chunk_rows | dict.fromkeys(self._segments, 0), key=_order):
                if chunk.source != source:
                    offset, source = 0, chunk.source
                name = self._sources[source].path
                for held in self._read(chunk):
                    line = max(offset, chunk.first_row) + held.row
                    entry = Rejected(name, line, held.reason, held.bytes, held.hash)
                    file.write(msgspec.json.encode(entry) + b"\n")
                    reasons[held.reason] += 1
                    files[name] += 1
                    if len(shown := examples.setdefault(held.reason, [])) < EXAMPLE_COUNT:
                        shown.append(entry)
                offset += self._chunk_rows.get(chunk, 0)
        return RejectSummary(
            row_count=self._row_count - reasons["duplicate exchange_id"],
            reject_count=self._reject_count,
            reasons=dict(sorted(reasons.items())),
            files=dict(sorted(files.items())),
            warnings=dict(sorted(self._warnings.items())),
            skipped=dict(sorted(self._skipped.items())),
            examples=dict(sorted(examples.items())),
        )

    def _read(self, chunk: Chunk) -> list[_Held]:
        found: list[_Held] = []
        for start, size in self._segments.get(chunk, []):
            self._spool.seek(start)
            found += msgspec.json.decode(self._spool.read(size), type=list[_Held])
        return sorted(found, key=lambda held: (held.row, held.reason))


def _order(chunk: Chunk) -> int:
    return chunk.index
