"""`stillwatch match`: which of a campaign's identifiers a peer knows too.

What a scan kept is all that is read: the run folder, the history and the accounts table.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stillwatch.crypto.matching import new_key
from stillwatch.io.cards import read_catalog
from stillwatch.io.circles import read_secret
from stillwatch.io.parallel import in_order
from stillwatch.job.kept import accounts_of, identifiers, read_kept
from stillwatch.job.matching import Matching
from stillwatch.job.matching_ids import own_ids, refuse_own
from stillwatch.model.errors import SharingError
from stillwatch.sharing.match_names import epoch_given, name_given
from stillwatch.sharing.matching import (
    Party,
    Refused,
    Spent,
    advance,
    begin,
    decide,
    session_of,
)
from stillwatch.sharing.messages import FRAME_LIMIT

THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The answer for a machine and for a person."""

    as_json: dict[str, Any]
    in_words: str


def start(
    run: Path,
    history: Path,
    campaign: str,
    room: Path,
    *,
    accounts: Path | None,
    me: str,
    peer: str,
    circle_key: Path,
    epoch: str,
    number: int,
    inbox: Path,
    outbox: Path,
    ledger: Path | None,
    after: Path | None,
    dry_run: bool,
) -> Told:
    """Gather a campaign's identifiers and greet the peer, or only say what would be compared."""
    name_given("--me", me)
    name_given("--peer", peer)
    epoch_given(epoch)
    known = read_kept(run, history)
    refuse_own({"--me": me, "--peer": peer, "--epoch": epoch}, own_ids(run, known))
    found = identifiers(known, accounts_of(known, campaign), accounts, read_catalog())
    kinds = {kind: sum(k == kind for k, _ in found) for kind in sorted({k for k, _ in found})}
    if dry_run:
        words = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items()) or "nothing"
        return Told(as_json={"would_compare": kinds}, in_words=f"would compare {words}")
    party = _party(found, me, peer, read_secret(circle_key), epoch, number, after)
    named = {f"{kind} {value}": names for (kind, value), names in found.items()}
    try:
        step = begin(party, Spent())
    except Refused as error:
        raise SharingError("match start", str(error), "see docs/sharing-matching.md") from error
    made = Matching.make(
        room,
        party,
        named,
        inbox=inbox,
        outbox=outbox,
        ledger=ledger or room.parent / "match-ledger.json",
    )
    made.save(step, read=0)
    told = {"session": session_of(party, number), "items": kinds, "stage": step.progress.stage}
    return Told(as_json=told, in_words=f"greeted {peer}; go on with `stillwatch match step`")


def step(room: Path) -> Told:
    """Read what the peer wrote, and answer it."""
    made = Matching.open(room)
    for frame in made.room.frames(made.state.read, FRAME_LIMIT):
        with made.spent() as held:
            done = advance(made.party, made.state.progress, frame, held[0], _each)
            made.save(done, read=1)
            held[0] = done.spent
    return _status(made)


def decided(room: Path, *, agrees: bool) -> Told:
    """A person says whether the items may be told, to both sides."""
    made = Matching.open(room)
    try:
        done = decide(made.party, made.state.progress, Spent(), _each, agrees=agrees)
    except Refused as error:
        raise SharingError(str(room), str(error), "take a `stillwatch match step` first") from error
    made.save(done, read=0)
    return _status(made)


def _party(
    found: Mapping[tuple[str, str], Sequence[str]],
    me: str,
    peer: str,
    circle_key: bytes,
    epoch: str,
    number: int,
    after: Path | None,
) -> Party:
    items, set_key, before = tuple(found), new_key(), 0
    others: tuple[bytes, ...] = ()
    if after is not None:
        earlier = Matching.open(after)
        old, state = earlier.party, earlier.state
        if (old.me, old.peer, old.epoch) != (me, peer, epoch) or state.progress.stage != "done":
            raise SharingError(
                str(after),
                "is no finished matching with this peer in this epoch",
                "match without --after",
            )
        items = tuple(item for item in items if item not in set(old.items))
        set_key, before, others = old.set_key, old.number, state.progress.others
    return Party(
        me=me,
        peer=peer,
        epoch=epoch,
        number=number,
        circle_key=circle_key,
        set_key=set_key,
        ask_key=new_key(),
        items=items,
        after=before,
        others=others,
    )


def _status(made: Matching) -> Told:
    party, progress, who = made.party, made.state.progress, made.accounts
    common = [
        {"kind": kind, "value": value, "accounts": who.get(f"{kind} {value}", [])}
        for kind, value in progress.common
    ]
    told = {
        "stage": progress.stage,
        "count": progress.count if progress.count >= 0 else None,
        "of": len(party.items),
        "common": common,
        "reason": progress.reason,
    }
    return Told(as_json=told, in_words=_in_words(made))


def _in_words(made: Matching) -> str:
    party, progress, room = made.party, made.state.progress, made.room.folder
    if progress.stage == "refused":
        return f"refused: {progress.reason}"
    if progress.stage == "counted":
        count = f"{progress.count:,} of our {len(party.items):,} items"
        words = f"{count} are known to {party.peer} too; "
        if progress.agrees is None:
            return words + f"decide with `stillwatch match decide {room} --yes` or `--no`"
        said = "yes" if progress.agrees else "no"
        return words + f"we said {said}; waiting for {party.peer} to decide"
    if progress.stage == "done":
        words = f"done: {progress.count:,} in common, "
        if progress.agrees and progress.peer_agrees:
            told = f"`stillwatch match step {room} --json` prints them"
            return words + f"{len(progress.common):,} of them told; {told}"
        return words + f"nothing told, since {party.peer if progress.agrees else 'we'} said no"
    return f"{progress.stage}: waiting for {party.peer}"


def _each(function: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
    """The library lets go of the interpreter, so threads work side by side."""
    return in_order(function, parts, THREADS)
