"""Keeps canaries on disk: the plan, the secret key, the commitment, and a log that only grows."""

import fcntl
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from stillwatch.model.errors import ProofError
from stillwatch.verifier.canary_plan import Commitment, Plan, Serving, plan_of
from stillwatch.verifier.canonical import Damaged, decode, decode_lines, encode, unhex

PLAN, KEY, COMMITMENT, NONCE, LOG, HABITS = (
    "plan.json", "secret.key", "commitment.json", "nonce.txt", "servings.jsonl", "habits.json"
)  # fmt: skip


def make_canary_room(
    out: Path, plan: Plan, key: bytes, commitment: Commitment, habits: Sequence[Mapping[str, Any]]
) -> None:
    """Write a canary folder whole, or not at all; only its owner may read the key."""
    if out.exists():
        raise ProofError(str(out), "is there already", "a plan is fixed once; name another folder")
    partial = out.with_name(out.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    (partial / PLAN).write_bytes(encode(asdict(plan)))
    (partial / COMMITMENT).write_bytes(encode(asdict(commitment)))
    (partial / HABITS).write_bytes(encode([dict(one) for one in habits]))
    (partial / LOG).write_bytes(b"")
    secret = os.open(partial / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(secret, "wb") as file:
        file.write(key.hex().encode())
    os.replace(partial, out)


class CanaryRoom:
    """An open canary folder. One process at a time may write in it."""

    def __init__(self, path: Path) -> None:
        if not (path / COMMITMENT).is_file():
            raise ProofError(str(path), "holds no canaries", "make some with `prove canary plan`")
        self.path = path
        self._file: IO[bytes] | None = None

    def __enter__(self) -> "CanaryRoom":
        self._file = (self.path / LOG).open("r+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._read(self._file.read())
        except BlockingIOError as error:
            self._file.close()
            what = "is in use by another process"
            raise ProofError(str(self.path), what, "wait until it is done") from error
        except (Damaged, OSError, KeyError, TypeError) as error:
            self._file.close()
            remedy = "use the files as they were written; a log is never mended"
            raise ProofError(str(self.path), f"was changed ({error})", remedy) from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _read(self, log: bytes) -> None:
        self.plan = plan_of(decode((self.path / PLAN).read_bytes(), PLAN))
        self.key = unhex((self.path / KEY).read_text("utf-8"), KEY)
        self.commitment = Commitment(**decode((self.path / COMMITMENT).read_bytes(), COMMITMENT))
        self.habits: list[dict[str, Any]] = decode((self.path / HABITS).read_bytes(), HABITS)
        nonce = self.path / NONCE
        self.nonce = nonce.read_text("utf-8") if nonce.is_file() else ""
        self.log = [Serving(**line) for line in decode_lines(log, LOG)]

    def append(self, line: Serving) -> None:
        """Write a line, so that a power cut cannot undo it, before its answer leaves."""
        if self._file is None:
            raise ProofError(str(self.path), "is not open", "open it first")
        self._file.write(encode(asdict(line)) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self.log.append(line)

    def witness(self, nonce: str) -> None:
        """Keep what a witness added; possible once, and only before the first serving."""
        if self.log:
            remedy = "a witness adds before the first serving"
            raise ProofError(str(self.path), "was served from already", remedy)
        if self.nonce or not nonce.strip():
            what = "has a witness's number already, or none was given"
            raise ProofError(str(self.path), what, "give it once")
        (self.path / NONCE).write_text(nonce.strip(), "utf-8")
        self.nonce = nonce.strip()
