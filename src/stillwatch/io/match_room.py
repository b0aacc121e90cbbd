"""Keeps one matching in a folder: its secrets, how far it is, what came and went, and the audit.

    room/party.msgpack     who, with whom, our items and keys: readable by its owner alone
    room/progress.msgpack  how far we are; written whole after every frame
    room/accounts.json     which of our accounts have which item; never leaves
    room/log.jsonl         the audit, each line naming the hash of the one before

Frames lie in two folders that both sides can reach, one for each direction and new for each
matching. A frame has its name from when it is whole. Budgets are kept beside the rooms, since a
peer may come with several matchings of one epoch.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from stillwatch.io.exchange import read_ledger
from stillwatch.model.errors import SharingError
from stillwatch.verifier.canonical import Damaged, decode_lines, encode
from stillwatch.verifier.chain import GENESIS, check_chain, entry, entry_hash

PRIVATE = 0o600
FRAMES = "*.frame"
Number = Literal["asked", "sessions"]
Numbers = dict[Number, int]
Ledger = dict[str, dict[str, Numbers]]  # by peer and epoch


class MatchRoom:
    """One matching on disk."""

    def __init__(self, folder: Path, inbox: Path, outbox: Path, ledger: Path) -> None:
        self.folder, self.inbox, self.outbox, self.ledger = folder, inbox, outbox, ledger

    @classmethod
    def make(
        cls, folder: Path, files: Mapping[str, bytes], *, inbox: Path, outbox: Path, ledger: Path
    ) -> "MatchRoom":
        """A new room with some files in it. Raises SharingError where there is one."""
        if folder.exists():
            raise SharingError(str(folder), "already exists", "name another folder")
        places = {"inbox": inbox, "outbox": outbox, "ledger": ledger}
        for place in (inbox, outbox, ledger.parent):
            place.mkdir(parents=True, exist_ok=True)
        folder.mkdir(parents=True, mode=0o700)
        for name, data in files.items():
            _write(folder / name, data)
        said = {name: str(path.resolve()) for name, path in places.items()}
        _write(folder / "places.json", json.dumps(said, indent=1).encode())
        return cls(folder, inbox, outbox, ledger)

    @classmethod
    def open(cls, folder: Path) -> "MatchRoom":
        """A room made before."""
        try:
            places = json.loads((folder / "places.json").read_text("utf-8"))
            return cls(folder, *(Path(places[name]) for name in ("inbox", "outbox", "ledger")))
        except (OSError, ValueError, KeyError) as error:
            raise SharingError(
                str(folder), "is no room of a matching", "make one with `stillwatch match start`"
            ) from error

    def read(self, name: str) -> bytes | None:
        """A file of the room, if it is there."""
        path = self.folder / name
        return path.read_bytes() if path.exists() else None

    def save(
        self,
        name: str,
        state: bytes,
        frames: Mapping[str, bytes],
        rows: Sequence[Mapping[str, Any]],
    ) -> None:
        """Write the audit, then the frames, then how far we are; the last makes it count.

        A process killed in between writes the same frames again under the same names.
        """
        self._audit(rows)
        for frame_name, frame in frames.items():
            _write(self.outbox / frame_name, frame, mode=0o644)
        _write(self.folder / name, state)

    def frames(self, read: int, limit: int) -> Iterator[bytes]:
        """Frames of the peer that were not read yet, in order; over the limit they are cut off."""
        for number in range(read, read + 100):
            found = sorted(self.inbox.glob(f"{number:02}-{FRAMES}"))
            if not found:
                return
            with found[0].open("rb") as file:
                yield file.read(limit + 1)

    @contextmanager
    def purse(self, peer: str, epoch: str) -> Iterator[Numbers]:
        """What the peer has asked in this epoch, locked against other processes until paid."""
        with self.ledger.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = read_ledger(self.ledger, Ledger) or {}
            numbers = known.setdefault(peer, {}).setdefault(epoch, {})
            yield numbers
            _write(self.ledger, json.dumps(known, indent=1, sort_keys=True).encode())

    def log(self) -> list[Any]:
        """The audit, checked. Raises SharingError where it was changed."""
        path = self.folder / "log.jsonl"
        try:
            entries = decode_lines(path.read_bytes() if path.exists() else b"", "log.jsonl")
            check_chain(entries)
        except Damaged as error:
            raise SharingError(str(path), str(error), "the audit was changed by hand") from error
        return entries

    def _audit(self, rows: Sequence[Mapping[str, Any]]) -> None:
        entries = self.log()
        previous = entry_hash(entries[-1]) if entries else GENESIS
        with (self.folder / "log.jsonl").open("ab") as file:
            for seq, row in enumerate(rows, len(entries)):
                line = entry(seq, previous, row["at"], row["actor"], row["action"], row["body"])
                previous = entry_hash(line)
                file.write(encode(line) + b"\n")
            file.flush()
            os.fsync(file.fileno())


def frames_in(place: Path, limit: int) -> list[bytes]:
    """The frames that lie in a folder by now; over the limit they are cut off."""
    found = []
    for path in sorted(place.glob(FRAMES)):
        with path.open("rb") as file:
            found.append(file.read(limit + 1))
    return found


def _write(path: Path, data: bytes, mode: int = PRIVATE) -> None:
    partial = path.with_name(path.name + ".partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
