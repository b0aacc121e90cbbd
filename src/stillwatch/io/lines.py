"""Cuts a file into blocks of whole lines: byte ranges of a plain file, a packed file whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from stillwatch.io.sources import Chunk, Source
from stillwatch.model.errors import SourceError

PIECE_BYTES = 1 << 20
PACKED_STEP_BYTES = 64 << 10
LINE_LIMIT = 64 << 20
DOCUMENT_LIMIT = 512 << 20
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Whole lines, of which `first` is the number of the first within the chunk.

    `dropped` is the length of a line that was longer than the limit; `is_torn` says that the last
    line has no line end; `is_damaged` that the packed data ended or broke here.
    """

    first: int
    data: bytes
    dropped: int = 0
    is_torn: bool = False
    is_damaged: bool = False

    @property
    def line_count(self) -> int:
        """Lines in the block, the dropped or torn one included."""
        return self.data.count(b"\n") + (self.dropped > 0) + self.is_torn


def split_lines(source: Source, index: int, first_index: int, size: int) -> Iterator[Chunk]:
    """Byte ranges of a plain file; a packed file or a document is one chunk."""
    if source.codec or source.kind == "document":
        yield Chunk(index=first_index, source=index, start=0, stop=source.byte_count)
        return
    count = max(1, -(-source.byte_count // size))
    for part in range(count):
        yield Chunk(
            index=first_index + part,
            source=index,
            start=part * size,
            stop=min(source.byte_count, (part + 1) * size),
        )


def read_blocks(
    source: Source, chunk: Chunk, limit: int = LINE_LIMIT, piece_bytes: int = PIECE_BYTES
) -> Iterator[Block]:
    """Blocks of the lines that start in the chunk; a line is at most `limit` bytes long."""
    line, size, is_damaged = 1, 0, False
    kept: list[bytes] = []
    for read in _pieces(source, chunk, piece_bytes):
        if read is None:
            is_damaged = True
            break
        piece = read
        end = piece.find(b"\n") + 1
        if end and size + end > limit:
            yield Block(first=line, data=b"", dropped=size + end)
            line, size, kept = line + 1, 0, []
            piece = piece[end:]
        elif size > limit:
            size += len(piece)
            continue
        cut = piece.rfind(b"\n") + 1
        if cut:
            block = Block(first=line, data=b"".join([*kept, piece[:cut]]))
            yield block
            line, size, kept = line + block.line_count, 0, []
        if cut < len(piece):
            kept.append(piece[cut:])
            size += len(piece) - cut
        if size > limit:
            kept = []
    if size > limit:
        yield Block(first=line, data=b"", dropped=size, is_damaged=is_damaged)
    elif kept or is_damaged:
        yield Block(first=line, data=b"".join(kept), is_torn=True, is_damaged=is_damaged)


def _pieces(source: Source, chunk: Chunk, piece_bytes: int = PIECE_BYTES) -> Iterator[bytes | None]:
    """Bytes of the chunk in order; None where packed data is damaged."""
    if source.codec is None:
        yield from _plain_pieces(source, chunk, piece_bytes)
        return
    is_first = True
    with _open(source) as stream:
        is_open: bool | None = True
        while is_open is True:
            held, size = [], 0
            while size < piece_bytes:
                try:
                    # In small steps, so that little of a damaged file is lost.
                    step = stream.read(PACKED_STEP_BYTES)
                except OSError:
                    is_open = None
                    break
                if not step:
                    is_open = False
                    break
                held.append(step)
                size += len(step)
            if piece := b"".join(held):
                yield piece.removeprefix(BOM) if is_first else piece
                is_first = False
        if is_open is None:
            yield None


def _plain_pieces(source: Source, chunk: Chunk, piece_bytes: int) -> Iterator[bytes]:
    with _open(source) as file:
        at = chunk.start
        if at:
            # The line that covers the byte before the range belongs to the chunk before.
            file.seek(at - 1)
            while (piece := file.readline(piece_bytes)) and not piece.endswith(b"\n"):
                pass
            at = file.tell()
        while at < chunk.stop and (piece := file.read(min(piece_bytes, chunk.stop - at))):
            is_first = at == 0
            at += len(piece)
            if at >= chunk.stop and not piece.endswith(b"\n"):
                yield piece.removeprefix(BOM) if is_first else piece
                while (piece := file.readline(piece_bytes)) and not piece.endswith(b"\n"):
                    yield piece
                if piece:
                    yield piece
                return
            yield piece.removeprefix(BOM) if is_first else piece


@contextmanager
def _open(source: Source) -> Iterator[IO[bytes] | Any]:
    try:
        if source.codec is None:
            with Path(source.path).open("rb") as file:
                yield file
        else:
            with pa.OSFile(source.path) as raw:
                yield pa.CompressedInputStream(raw, source.codec)
    except OSError as error:
        what = f"can no longer be read ({error.strerror or error})"
        raise SourceError(source.path, what, "check the file and run again") from error


def read_document(source: Source, chunk: Chunk) -> tuple[bytes, bool]:
    """A whole file, and whether its packed data is damaged."""
    pieces: list[bytes] = []
    size = 0
    for piece in _pieces(source, chunk):
        if piece is None:
            return b"".join(pieces), True
        pieces.append(piece)
        size += len(piece)
        if size > DOCUMENT_LIMIT:
            raise SourceError(
                source.path,
                f"is one JSON document of more than {DOCUMENT_LIMIT >> 20} MiB",
                "write it as JSON lines",
            )
    return b"".join(pieces), False
