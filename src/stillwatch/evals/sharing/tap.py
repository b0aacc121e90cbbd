"""Stands between a lab and the hub, carries every byte, and keeps every byte it carried."""

import contextlib
import socket
import threading
from pathlib import Path
from types import TracebackType

PIECE = 65_536


class Tap:
    """A proxy on this machine; each direction of each connection has a file of its own."""

    def __init__(self, port: int, record: Path) -> None:
        record.mkdir(parents=True)
        self._to, self._record, self._count = port, record, 0
        self._threads: list[threading.Thread] = []
        self._carried: list[socket.socket] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])

    def __enter__(self) -> "Tap":
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        # No new connection first: after that the list of the carried ones is whole.
        _end(self._socket)
        self._threads[0].join(10)
        for one in self._carried:
            _end(one)
        for thread in self._threads:
            thread.join(10)
        for one in (self._socket, *self._carried):
            one.close()

    def _start(self, what: object, *given: object) -> None:
        thread = threading.Thread(target=what, args=given, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._socket.accept()
            except OSError:
                return
            self._carried.append(near)
            far = socket.create_connection(("127.0.0.1", self._to))
            self._carried.append(far)
            self._count += 1
            for way, one, other in (("asked", near, far), ("answered", far, near)):
                self._start(_carry, one, other, self._record / f"{self._count:04}-{way}.bin")


def _carry(one: socket.socket, other: socket.socket, record: Path) -> None:
    with record.open("wb", buffering=0) as file:
        while True:
            try:
                piece = one.recv(PIECE)
            except OSError:
                piece = b""
            if not piece:
                break
            file.write(piece)
            try:
                other.sendall(piece)
            except OSError:
                break
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)


def _end(one: socket.socket) -> None:
    # What came before the end is still read: no thread is left waiting and no byte is lost.
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
