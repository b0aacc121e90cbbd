"""A room only grows: what was written survives an interruption, and no one writes it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from proof_room import fake_world, fill, make
from stillwatch.io.room import JOURNAL, PLAN, Room
from stillwatch.job.asking import mend
from stillwatch.model.errors import ProofError


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """A room whose questions were all answered."""
    world = fake_world()
    with make(tmp_path / "room", world) as made:
        fill(made, world)
    return tmp_path / "room"


def test_what_was_written_is_read_back(room: Path) -> None:
    """Entries and answers, in their order."""
    with Room(room) as opened:
        assert len(opened.exchanges) == 40
        assert opened.entries[0]["action"] == "planned"
        assert opened.torn == 0


@pytest.mark.parametrize("cut", [1, 50, 300])
def test_a_half_written_line_is_cut_off_and_told(room: Path, cut: int) -> None:
    """The lines before it stay, and the log says that something was removed."""
    journal = room / JOURNAL
    whole = journal.read_bytes()
    journal.write_bytes(whole[:-cut])
    with Room(room) as opened:
        assert len(opened.exchanges) == 39
        assert opened.torn > 0
        mend(opened, fake_world())
    with Room(room) as opened:
        assert opened.entries[-1]["action"] == "repaired"
        assert opened.entries[-1]["body"]["bytes"] > 0
        assert opened.torn == 0


def test_a_second_writer_is_turned_away(room: Path) -> None:
    """Two processes in one journal would break its chain."""
    with Room(room), pytest.raises(ProofError, match="in use"), Room(room):
        pass


def test_a_journal_that_was_edited_is_refused(room: Path) -> None:
    """Before anything is added to it."""
    journal = room / JOURNAL
    journal.write_bytes(journal.read_bytes().replace(b"number 3", b"number 4", 1))
    with pytest.raises(ProofError, match="was changed"), Room(room):
        pass


def test_a_plan_that_was_edited_is_refused(room: Path) -> None:
    """The journal begins with the digest of another one."""
    plan = room / PLAN
    plan.write_bytes(plan.read_bytes().replace(b'"alpha":0.01', b'"alpha":0.05'))
    with pytest.raises(ProofError, match="not the plan"), Room(room):
        pass


def test_a_plan_is_made_once(room: Path) -> None:
    """A room is never made anew over an old one."""
    with pytest.raises(ProofError, match="already"):
        make(room, fake_world())


def test_a_folder_without_a_journal_is_no_room(tmp_path: Path) -> None:
    """It says how to make one."""
    with pytest.raises(ProofError, match="prove plan"):
        Room(tmp_path)
