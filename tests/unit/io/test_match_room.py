"""A room of a matching is whole or told to be none, and frames are read when they are whole."""

import os
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("private_set_intersection")
pytest.importorskip("rfc8785")

from stillwatch.commands.match import step
from stillwatch.crypto.matching import new_key
from stillwatch.evals.sharing.psi import addresses, party
from stillwatch.io.match_room import MatchRoom
from stillwatch.job.matching import Matching
from stillwatch.model.errors import SharingError
from stillwatch.sharing.matching import Party, Spent, begin


def sides() -> tuple[Party, Party]:
    """Two parties with something in common."""
    return (
        party("lab-a", "lab-b", addresses(0, 40)),
        party("lab-b", "lab-a", addresses(20, 40)),
    )


def made(folder: Path, side: Party) -> Matching:
    """A room of a side, in folders that both reach."""
    wire = folder / "wire"
    ledger = folder / f"{side.me}.json"
    room = folder / side.me
    return Matching.make(
        room, side, {}, inbox=wire / side.peer, outbox=wire / side.me, ledger=ledger
    )


def test_a_frame_that_is_still_written_is_not_read(tmp_path: Path) -> None:
    """Our own writer gives a frame its name when it is whole; half of one ends nothing."""
    room = MatchRoom.make(
        tmp_path / "room", {}, inbox=tmp_path / "in", outbox=tmp_path / "out",
        ledger=tmp_path / "ledger.json",
    )  # fmt: skip
    (tmp_path / "in" / "00-lab-b.frame.partial").write_bytes(b"half")
    (tmp_path / "in" / ".00-lab-b.frame.Xy12").write_bytes(b"half")  # as rsync does
    assert list(room.frames(0, 1_000)) == []
    os.replace(tmp_path / "in" / "00-lab-b.frame.partial", tmp_path / "in" / "00-lab-b.frame")
    assert list(room.frames(0, 1_000)) == [b"half"]


def test_our_frames_get_their_names_when_they_are_whole(tmp_path: Path) -> None:
    """A reader who holds the folder's old frame never sees it change under him."""
    room = MatchRoom.make(
        tmp_path / "room", {}, inbox=tmp_path / "in", outbox=tmp_path / "out",
        ledger=tmp_path / "ledger.json",
    )  # fmt: skip
    room.save("state", b"1", {"00-lab-a.frame": b"one"}, [])
    with (tmp_path / "out" / "00-lab-a.frame").open("rb") as held:
        room.save("state", b"1", {"00-lab-a.frame": b"other"}, [])
        assert held.read() == b"one"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["00-lab-a.frame"]


def test_the_peer_may_have_greeted_first(tmp_path: Path) -> None:
    """Its greeting of this matching is no reason to name new folders; all else is."""
    one, other = sides()
    theirs = begin(other, Spent())
    made(tmp_path, other).save(theirs, read=0)
    made(tmp_path, one).save(begin(one, Spent()), read=0)
    assert step(tmp_path / "lab-a").as_json["stage"] == "offered"


@pytest.mark.parametrize("change", [{"number": 2}, {"circle_key": b"d" * 32}, {"me": "lab-c"}])
def test_a_greeting_of_another_matching_is_refused_at_the_start(
    tmp_path: Path, change: dict[str, object]
) -> None:
    """Another number, another circle, another peer: nothing is made, and the frame stays."""
    one, other = sides()
    frame = begin(msgspec.structs.replace(other, **change), Spent()).out[0]
    inbox = tmp_path / "wire" / "lab-b"
    inbox.mkdir(parents=True)
    (inbox / "00-lab-b.frame").write_bytes(frame)
    with pytest.raises(SharingError, match="new folders"):
        made(tmp_path, one)
    assert not (tmp_path / "lab-a").exists()
    assert (inbox / "00-lab-b.frame").read_bytes() == frame


def test_a_room_that_was_never_finished_says_so(tmp_path: Path) -> None:
    """It does not wait for an answer to a greeting that never left."""
    made(tmp_path, sides()[0])
    with pytest.raises(SharingError, match="never greeted"):
        step(tmp_path / "lab-a")


def test_one_folder_is_not_both_ways(tmp_path: Path) -> None:
    """Our own frames would be read as the peer's."""
    one = msgspec.structs.replace(sides()[0], ask_key=new_key())
    with pytest.raises(SharingError, match="two folders"):
        Matching.make(
            tmp_path / "room", one, {}, inbox=tmp_path / "w", outbox=tmp_path / "x" / ".." / "w",
            ledger=tmp_path / "l.json",
        )  # fmt: skip
    assert not (tmp_path / "room").exists()
