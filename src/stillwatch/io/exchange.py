"""Carries one round of messages between laboratories: a folder each, in a place that all can read.

A laboratory writes in its own folder alone; whoever carries the folders sees to that. A round has
a place of its own, so that nothing of an earlier one can be taken for an answer.
"""

import fcntl
import json
import os
import time
from pathlib import Path
from typing import TypeVar

import msgspec

from stillwatch.model.errors import SharingError

LONGEST = 16 * 1024 * 1024  # bytes of a message
PAUSE = 0.2  # seconds between two looks
T = TypeVar("T")


class Exchange:
    """Our folder, and the others' to read."""

    def __init__(self, place: Path, me: str, seconds: float) -> None:
        self.place, self.me = place, me
        self._end = time.monotonic() + seconds
        own = place / me
        own.mkdir(parents=True, exist_ok=True)
        if any(own.iterdir()):
            remedy = "agree on a new place for every round"
            raise SharingError(str(own), "holds messages of an earlier round", remedy)

    def put(self, name: str, data: bytes) -> None:
        """Write a message; it is there whole or not at all."""
        draft = self.place / self.me / f".{name}.part"
        draft.write_bytes(data)
        os.replace(draft, self.place / self.me / name)

    def get(self, lab: str, name: str) -> bytes | None:
        """A message of another laboratory, when it has come."""
        path = self.place / lab / name
        try:
            if path.stat().st_size > LONGEST:
                raise SharingError(str(path), f"is longer than {LONGEST:,} bytes", "ask its author")
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def wait(self, lacking: str) -> None:
        """Wait a little. Raises SharingError with what is lacking when the time is over."""
        if time.monotonic() > self._end:
            remedy = "agree on a time and a new place, and begin again"
            raise SharingError(str(self.place), f"still lacks {lacking}", remedy)
        time.sleep(PAUSE)


def spend(ledger: Path, who: str, count: int, most: int) -> None:
    """Write down that somebody was given so many answers; refuse what goes beyond the budget."""
    ledger.parent.mkdir(parents=True, exist_ok=True)
    with ledger.with_name(ledger.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        spent = read_ledger(ledger, dict[str, int]) or {}
        total = spent.get(who, 0) + count
        if total > most:
            what = f"asks for {total:,} values of our function; the budget is {most:,}"
            raise SharingError(who, what, "wait for the next epoch")
        draft = ledger.with_name(ledger.name + ".part")
        draft.write_text(json.dumps(spent | {who: total}, indent=1, sort_keys=True), "utf-8")
        os.replace(draft, ledger)


def read_ledger(ledger: Path, kind: type[T]) -> T | None:
    """What was spent, and nothing where there is no file yet.

    Raises SharingError for an empty or broken file: taken for a new one, it would give every
    budget anew.
    """
    try:
        return msgspec.json.decode(ledger.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        what = f"is no ledger of what others have asked ({error})"
        remedy = "put a copy of it back; without one, remove it when the next epoch begins"
        raise SharingError(str(ledger), what, remedy) from error
