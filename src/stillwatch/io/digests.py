"""Takes the digests of input files in a thread of its own, while a scan reads them."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from stillwatch.io.sources import Source, digest
from stillwatch.model.errors import SourceError


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file that a scan was given, and as what."""

    role: str  # exchanges, the name of a side table or of a joined log
    path: str
    byte_count: int


class Digests:
    """SHA-256 of files that are being hashed; asking for one waits for it."""

    def __init__(self, coming: Mapping[str, Future[str]]) -> None:
        self._coming = coming

    def of(self, path: str) -> str:
        """The digest of one of the files. Raises SourceError when it could not be read."""
        try:
            return self._coming[path].result()
        except OSError as error:
            raise SourceError(
                path, f"cannot be read any more: {error.strerror}", "leave it until the scan ends"
            ) from error


@contextmanager
def hashing(files: Iterable[InputFile]) -> Iterator[Digests]:
    """Hash the files one after the other; leaving early drops what has not begun."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        try:
            paths = dict.fromkeys(file.path for file in files)
            yield Digests({path: pool.submit(digest, path) for path in paths})
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def input_files(role: str, sources: Iterable[Source]) -> list[InputFile]:
    """The files of one role."""
    return [InputFile(role=role, path=one.path, byte_count=one.byte_count) for one in sources]
