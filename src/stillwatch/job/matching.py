"""One matching as it lies in its room: who, how far, and what one step changes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from stillwatch.io.clock import now
from stillwatch.io.match_room import MatchRoom, frames_in
from stillwatch.model.errors import SharingError
from stillwatch.sharing.matching import Party, Progress, Spent, Step, session_of
from stillwatch.sharing.messages import Hello, Unreadable, opened

PARTY, PROGRESS, ACCOUNTS = "party.msgpack", "progress.msgpack", "accounts.json"
HELLO_LIMIT = 64 * 1024  # bytes; a greeting has a few hundred


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How far one side is, and how many frames it has read and written."""

    progress: Progress = Progress()
    read: int = 0
    written: int = 0


class Matching:
    """A room, with what its files mean."""

    def __init__(self, room: MatchRoom) -> None:
        self.room = room
        where = str(room.folder)
        party, accounts = room.read(PARTY), room.read(ACCOUNTS)
        if party is None or accounts is None:
            raise SharingError(where, "is no whole room of a matching", "start the matching anew")
        state = room.read(PROGRESS)
        try:
            self.party = msgspec.msgpack.decode(party, type=Party)
            self.state = State() if state is None else msgspec.msgpack.decode(state, type=State)
            self.accounts: dict[str, list[str]] = json.loads(accounts)
        except (msgspec.MsgspecError, ValueError) as error:
            raise SharingError(
                where, f"cannot be read ({error})", "start the matching anew"
            ) from error

    @classmethod
    def make(
        cls,
        folder: Path,
        party: Party,
        accounts: Mapping[str, Sequence[str]],
        *,
        inbox: Path,
        outbox: Path,
        ledger: Path,
    ) -> "Matching":
        """A new one: our side, and which of our accounts have which item.

        Raises SharingError where the folders hold frames of an earlier matching.
        """
        _refuse_used(party, inbox, outbox)
        files = {
            PARTY: msgspec.msgpack.encode(party),
            ACCOUNTS: json.dumps(accounts, indent=1, sort_keys=True).encode(),
        }
        return cls(MatchRoom.make(folder, files, inbox=inbox, outbox=outbox, ledger=ledger))

    @classmethod
    def open(cls, folder: Path) -> "Matching":
        """One made before, whose greeting has left."""
        room = MatchRoom.open(folder)
        if room.read(PROGRESS) is None:
            what = "is the room of a matching that never greeted the peer"
            raise SharingError(str(folder), what, "remove it, and start the matching anew")
        return cls(room)

    @contextmanager
    def spent(self) -> Iterator[list[Spent]]:
        """What the peer has asked in this epoch, as a list of one; what stands there is kept."""
        with self.room.purse(self.party.peer, self.party.epoch) as numbers:
            held = [Spent(**numbers)]
            yield held
            numbers["asked"], numbers["sessions"] = held[0].asked, held[0].sessions

    def save(self, done: Step, *, read: int) -> None:
        """Keep what a step led to."""
        before, me = self.state, self.party.me
        at = now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        rows: list[dict[str, Any]] = [
            {"at": at, "actor": me, "action": row.action, "body": dict(row.body)}
            for row in done.rows
        ]
        frames = {
            f"{number:02}-{me}.frame": frame
            for number, frame in enumerate(done.out, before.written)
        }
        self.state = State(
            progress=done.progress, read=before.read + read, written=before.written + len(frames)
        )
        self.room.save(PROGRESS, msgspec.msgpack.encode(self.state), frames, rows)


def _refuse_used(party: Party, inbox: Path, outbox: Path) -> None:
    """Frames of an earlier matching would end this one, and ours would be written over them."""
    remedy = "name new folders for each matching, the same two on both sides"
    if inbox.resolve() == outbox.resolve():
        raise SharingError(str(inbox), "is inbox and outbox in one", "name two folders")
    if frames_in(outbox, 0):
        raise SharingError(str(outbox), "holds frames already", remedy)
    if not all(_greets(party, frame) for frame in frames_in(inbox, HELLO_LIMIT)):
        what = "holds frames that are no greeting of this matching"
        remedy += "; where they are new, compare key, epoch, number and names with the peer's"
        raise SharingError(str(inbox), what, remedy)


def _greets(party: Party, frame: bytes) -> bool:
    """Whether the peer has greeted us first: both may begin."""
    try:
        said = opened(party.circle_key, frame)
    except Unreadable:
        return False
    ours = (session_of(party, party.number), party.peer, party.me)
    return isinstance(said, Hello) and (said.session, said.sender, said.receiver) == ours
