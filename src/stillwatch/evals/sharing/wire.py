"""Many connections at little cost: HTTP/1.1 by hand, so that the client is not what is measured."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

HEAD_LIMIT = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and how long it took to the last byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


class Wire:
    """One connection that is kept open."""

    def __init__(self, host: str, port: int, headers: Mapping[str, str]) -> None:
        self._host, self._port = host, port
        said = {"host": f"{host}:{port}", **headers}
        self._said = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, target: str, method: str = "GET", body: bytes = b"") -> Answer:
        """One request. Raises OSError or EOFError when the connection breaks."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port, limit=HEAD_LIMIT)
        reader, writer = self._streams
        length = f"content-length: {len(body)}\r\n" if body else ""
        begun = time.perf_counter()
        writer.write(f"{method} {target} HTTP/1.1\r\n{self._said}{length}\r\n".encode() + body)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        found = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:] if line)
        }
        content = await reader.readexactly(int(found.get("content-length", "0")))
        return Answer(int(head[0].split()[1]), found, content, time.perf_counter() - begun)

    def close(self) -> None:
        """Let go of the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def together(count: int, work: Callable[[int], Awaitable[None]]) -> float:
    """Do work so many times at once; the seconds until all are done."""
    begun = time.perf_counter()
    await asyncio.gather(*(work(number) for number in range(count)))
    return time.perf_counter() - begun


def quantile(values: list[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
