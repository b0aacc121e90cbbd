"""Keeps the log of what left: append-only, hash-chained, signed, with a copy of every byte.

What leaves is written here first, and on disk, before anybody is given it. Each entry names the
SHA-256 of what left and the person who let it; each signed head fixes the Merkle root over all
entries so far, so that an inclusion proof can be handed to somebody who must not see the rest.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from stillwatch.model.errors import SharingError
from stillwatch.verifier import merkle
from stillwatch.verifier.canonical import Damaged, decode_lines, digest, encode
from stillwatch.verifier.chain import GENESIS, check_chain, entry, entry_hash
from stillwatch.verifier.envelope import STATEMENT, is_signed, opened, sealed, sign

LOG, HEADS, LEFT = "log.jsonl", "heads", "left"
HEAD_KIND = "urn:stillwatch:egress-head:1"
MENDED = "keep it as it is and start a new log; what is written in one is never mended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That an entry stands in the log whose root a key signed."""

    entry: Mapping[str, Any]
    index: int
    size: int
    path: tuple[str, ...]
    root: str


class EgressLog:
    """An open log. One process at a time may write in it; the first entry makes the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries: list[dict[str, Any]] = []
        self._log: IO[bytes] | None = None

    def __enter__(self) -> "EgressLog":
        try:
            for name in (HEADS, LEFT):
                (self.folder / name).mkdir(parents=True, exist_ok=True)
            log = (self.folder / LOG).open("a+b")
        except OSError as error:
            what = f"cannot be written ({error.strerror})"
            raise SharingError(str(self.folder), what, "name a folder of your own") from error
        try:
            fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
            log.seek(0)
            data = log.read()
            whole = data[: data.rfind(b"\n") + 1]
            self.entries = decode_lines(whole, LOG)
            check_chain(self.entries)
            _check_last_head(self.folder, self.entries)
            if whole != data:  # a power cut; nothing left under an entry that was not finished
                log.truncate(len(whole))
        except BlockingIOError as error:
            log.close()
            raise SharingError(str(self.folder), "is in use", "wait for the other one") from error
        except (Damaged, OSError) as damage:
            log.close()
            raise SharingError(str(self.folder), f"was changed ({damage})", MENDED) from damage
        self._log = log
        return self

    def __exit__(self, *_: object) -> None:
        if self._log is not None:
            self._log.close()
            self._log = None

    def append(
        self, data: bytes, at: str, person: str, action: str, body: Mapping[str, Any], key: bytes
    ) -> dict[str, Any]:
        """Keep what is about to leave, write its entry, and sign the head over all entries."""
        if self._log is None:
            raise SharingError(str(self.folder), "is not open", "open it first")
        name = digest(data)
        _keep(self.folder / LEFT / f"{name}.json", data)
        previous = entry_hash(self.entries[-1]) if self.entries else GENESIS
        said = {**body, "sha256": name, "bytes": len(data)}
        made = entry(len(self.entries), previous, at, person, action, said)
        self._log.seek(0, os.SEEK_END)
        self._log.write(encode(made) + b"\n")
        self._log.flush()
        os.fsync(self._log.fileno())
        self.entries.append(made)
        payload = _head(self.entries)
        keyid, signature = sign(payload, key)
        head = sealed(payload, {keyid: signature})
        _keep(self.folder / HEADS / f"{len(self.entries):08d}.dsse.json", head)
        return made


def copies(folder: Path, entries: Iterable[Mapping[str, Any]], action: str) -> Iterator[bytes]:
    """What left under entries of this action. Raises SharingError where a copy is not as it was."""
    for one in entries:
        if one["action"] == action:
            name = str(one["body"].get("sha256"))
            try:
                _check_copy(folder, name)
            except Damaged as damage:
                raise SharingError(str(folder), str(damage), MENDED) from damage
            yield (folder / LEFT / f"{name}.json").read_bytes()


def read_log(folder: Path, public: bytes) -> list[dict[str, Any]]:
    """The entries of a log that holds: chain, copies, and a head signed with this key.

    Raises SharingError where anything was changed, cut off or never signed.
    """
    try:
        data = (folder / LOG).read_bytes()
        entries = decode_lines(data[: data.rfind(b"\n") + 1], LOG)
        check_chain(entries)
        is_torn = bool(data) and not data.endswith(b"\n")
        if is_torn or max(_heads(folder), default=0) == len(entries) - 1:
            # A power cut, or a stop between an entry and its head: the next entry makes it whole.
            _check_last_head(folder, entries)
            what = "ends in an entry that was not finished"
            raise SharingError(str(folder), what, "share, answer or withdraw once more with it")
        for one in entries:
            _check_copy(folder, str(one["body"].get("sha256")))
        if entries:
            _check_heads(folder, entries, public)
    except FileNotFoundError as error:
        raise SharingError(str(folder), "is no egress log", "name the folder of one") from error
    except (Damaged, OSError) as damage:
        raise SharingError(str(folder), f"does not hold ({damage})", MENDED) from damage
    return entries


def _check_copy(folder: Path, name: str) -> None:
    copy = folder / LEFT / f"{name}.json"
    if not copy.is_file() or digest(copy.read_bytes()) != name:
        raise Damaged(f"{LEFT}/{name[:12]}", "is missing, or is not what left")


def _check_heads(folder: Path, entries: list[dict[str, Any]], public: bytes) -> None:
    """Every signed head is of this very log, and the last one covers all of it."""
    heads = _heads(folder)
    for count, path in heads.items():
        payload, signatures = _of_this_log(path, count, entries)
        if not any(is_signed(payload, one, public) for one in signatures.values()):
            raise Damaged(path.name, "is not signed by this key")
    if max(heads, default=0) != len(entries):
        raise Damaged(HEADS, "do not cover the last entry")


def _check_last_head(folder: Path, entries: list[dict[str, Any]]) -> None:
    """Who cuts entries off must not have the next head signed over what he left.

    The last entry alone may be without a head, after a power cut between the two.
    """
    heads = _heads(folder)
    last = max(heads, default=0)
    if last:
        _of_this_log(heads[last], last, entries)
    if last < len(entries) - 1:
        raise Damaged(HEADS, "do not cover the last entries")


def _heads(folder: Path) -> dict[int, Path]:
    """Signed heads by the number of entries that each covers."""
    found = {}
    for path in sorted((folder / HEADS).glob("*.dsse.json")):
        number = path.name.removesuffix(".dsse.json")
        if not (len(number) >= 8 and number.isascii() and number.isdigit() and int(number)):
            raise Damaged(path.name, "is no head")
        found[int(number)] = path
    return found


def _of_this_log(
    path: Path, count: int, entries: list[dict[str, Any]]
) -> tuple[bytes, Mapping[str, bytes]]:
    """What a head says and its signatures; raises where it is not about these entries."""
    payload, signatures = opened(path.read_bytes(), path.name)
    if count > len(entries) or payload != _head(entries[:count]):
        raise Damaged(path.name, "is a head of another log")
    return payload, signatures


def prove(entries: list[dict[str, Any]], index: int) -> Proof:
    """The proof that one entry stands in the log."""
    leaves = [merkle.leaf_hash(encode(one)) for one in entries]
    return Proof(
        entry=entries[index],
        index=index,
        size=len(leaves),
        path=tuple(step.hex() for step in merkle.path(leaves, index)),
        root=merkle.root(leaves).hex(),
    )


def _head(entries: list[dict[str, Any]]) -> bytes:
    """What is signed after an entry: how many there are, their root, and the last one's hash."""
    top = merkle.root([merkle.leaf_hash(encode(one)) for one in entries]).hex()
    return encode(
        {
            "_type": STATEMENT,
            "subject": [{"name": LOG, "digest": {"sha256": top}}],
            "predicateType": HEAD_KIND,
            "predicate": {"size": len(entries), "last": entry_hash(entries[-1])},
        }
    )


def _keep(path: Path, data: bytes) -> None:
    """Write a file whole, or not at all, and on disk."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
