"""Finds the files of an input, and tells by their first bytes how each is read."""

import glob
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec
import pyarrow as pa

from stillwatch.model.errors import SourceError, StillwatchError, raise_faults

Kind = Literal["parquet", "lines", "document", "empty"]
Codec = Literal["gzip", "zstd"]

SUFFIXES = (".parquet", ".pq", ".jsonl", ".ndjson", ".json", ".log")
PACKED = ("", ".gz", ".gzip", ".zst", ".zstd")
HEAD_BYTES = 1 << 16
_MAGIC: tuple[tuple[bytes, Codec], ...] = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One input file. `below` is its path under the folder that was named, for partitions."""

    path: str
    below: str
    byte_count: int
    kind: Kind
    codec: Codec | None = None
    line_bytes: int = 1000
    constants: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A part of one source that is read at one go, in any thread.

    `start` and `stop` are row groups of a Parquet file, else bytes. `first_row` is the number of
    rows of the file before this part, where that is known beforehand.
    """

    index: int
    source: int
    start: int
    stop: int
    first_row: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The sources of an input in a fixed order, and the files of a folder that are no logs."""

    sources: tuple[Source, ...]
    skipped: tuple[str, ...]


def find(paths: Sequence[str]) -> Found:
    """Every file that the paths name: files, folders (searched downwards) or glob patterns."""
    named: dict[Path, str] = {}
    skipped: set[str] = set()
    faults: list[StillwatchError] = []
    for argument in paths:
        try:
            for path, below in _files(argument):
                if below and not is_log_name(path):
                    skipped.add(str(path))
                elif len(below) >= len(named.get(path, "")):
                    named[path] = below
        except SourceError as fault:
            faults.append(fault)
    seen: set[Path] = set()
    sources = []
    for path in sorted(named, key=str):
        real = path.resolve()
        if real not in seen:
            seen.add(real)
            try:
                sources.append(look_at(path, named[path]))
            except SourceError as fault:
                faults.append(fault)
    if not sources and not faults:
        faults.append(
            SourceError(
                ", ".join(paths) or "input",
                "holds no log file",
                f"name files of {', '.join(SUFFIXES)}",
            )
        )
    raise_faults("the input cannot be used", faults)
    return Found(sources=tuple(sources), skipped=tuple(sorted(skipped)))


def is_log_name(path: Path) -> bool:
    """Whether a file met in a folder is a log, judged by its name."""
    name = path.name.lower()
    if name.startswith((".", "_")):
        return False
    return any(name.endswith(suffix + packed) for suffix in SUFFIXES for packed in PACKED)


def _files(named: str) -> Iterator[tuple[Path, str]]:
    """Files that one argument names, each with its path below a folder or pattern."""
    path = Path(named)
    if path.is_dir():
        yield from _walk(path)
    elif path.exists():
        yield path, ""
    elif glob.has_magic(named):
        hits = sorted(glob.glob(named, recursive=True))  # noqa: PTH207 - patterns may be absolute
        if not hits:
            raise SourceError(named, "no file fits this pattern", "check the pattern")
        for hit in hits:
            if Path(hit).is_dir():
                yield from _walk(Path(hit))
            else:
                yield Path(hit), hit
    else:
        raise SourceError(named, "there is no such file or folder", "check the path")


def _walk(root: Path) -> Iterator[tuple[Path, str]]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        for name in sorted(names):
            path = Path(folder, name)
            yield path, str(Path(root.name, path.relative_to(root)))


def look_at(path: Path, below: str = "") -> Source:
    """A source, its kind and codec told by its first bytes; a name may lie, a file does not."""
    try:
        if not path.is_file():
            raise SourceError(str(path), "is not a regular file", "name a file or a folder")
        byte_count = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise SourceError(
            str(path), f"cannot be read: {error.strerror}", "check the file"
        ) from error
    codec = next((name for magic, name in _MAGIC if head.startswith(magic)), None)
    is_parquet = head[:4] in (b"PAR1", b"PARE")
    kind: Kind = "parquet"
    if not is_parquet and (head or path.suffix.lower() not in (".parquet", ".pq")):
        head = _unpacked_head(path, codec) if codec else head
        kind = _json_kind(path, head)
    return Source(
        path=str(path),
        below=below or path.name,
        byte_count=byte_count,
        kind=kind,
        codec=codec,
        line_bytes=max(1, len(head) // max(1, head.count(b"\n"))),
    )


def _unpacked_head(path: Path, codec: Codec) -> bytes:
    head = b""
    with pa.OSFile(str(path)) as raw, pa.CompressedInputStream(raw, codec) as stream:
        try:
            while len(head) < HEAD_BYTES and (piece := stream.read(4096)):
                head += piece
        except OSError:
            pass  # the reader counts the damage; what came before it tells the kind
    return head[:HEAD_BYTES]


def _json_kind(path: Path, head: bytes) -> Kind:
    """Lines of JSON, or one document: an array, or an object written over several lines."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return "empty" if len(head) < HEAD_BYTES else "lines"
    if b"\0" in text[:4096] and not text.startswith((b"{", b"[")):
        raise SourceError(
            str(path),
            "is neither Parquet nor JSON",
            "give Parquet, or JSON lines (plain, .gz, .zst)",
        )
    first, newline, rest = text.partition(b"\n")
    if text.startswith(b"["):
        inside = text[1:].lstrip()
        return "document" if inside.startswith((b"{", b"]")) or not inside else "lines"
    if not text.startswith(b"{") or not newline or _is_json(first):
        return "lines"
    second = rest.lstrip().partition(b"\n")[0]
    return "lines" if second.startswith(b"{") and _is_json(second) else "document"


def _is_json(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=msgspec.Raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return True


def digest(path: str) -> str:
    """SHA-256 of a file's bytes, read piece by piece without holding the interpreter."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
