"""Questions are put once each, whatever happens in between; files are taken when they fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from proof_extra import httpx
from proof_room import answering, draft, fake_world, fill, make, voice
from stillwatch.forensics.protocol import DraftCondition
from stillwatch.io.endpoint import Endpoint, Pace
from stillwatch.io.room import Room
from stillwatch.job.asking import World, ask, receive
from stillwatch.model.errors import EndpointError, Faults, ProofError
from stillwatch.verifier.canonical import encode
from stillwatch.verifier.chain import check_chain
from stillwatch.verifier.exchanges import read_answer
from stillwatch.verifier.recompute import address


@pytest.fixture
def world() -> World:
    """A fake clock and fake dice."""
    return fake_world()


@pytest.fixture
def room(tmp_path: Path, world: World) -> Iterator[Room]:
    """A room in which nobody was asked."""
    with make(tmp_path / "room", world) as made:
        yield made


def endpoint(room: Room, transport: httpx.BaseTransport, world: World) -> Endpoint:
    """A client for the suspect that never sleeps."""
    pace = Pace(1e12, sleep=lambda _: None)
    url = address(str(suspect(room).base_url))
    return Endpoint(url, None, pace=pace, attempts=1, transport=transport, now=world.now)


def suspect(room: Room) -> Any:
    """The respondent that is asked here."""
    return next(one for one in room.plan.respondents if one.name == "suspect")


def quiet(*_: object) -> None:
    """No progress."""


@pytest.mark.parametrize("parallel", [1, 5])
def test_every_question_is_put_once(room: Room, world: World, parallel: int) -> None:
    """Also with many under way at once: the chain stays whole."""
    with endpoint(room, answering(lambda n: voice("suspect", n)), world) as client:
        told = ask(room, suspect(room), client, world, quiet, parallel=parallel)
    assert (told.answered, told.before, told.failed) == (8, 0, 0)
    answers = [read_answer(leaf.data or {}, "here") for leaf in room.exchanges]
    assert {one.task.prompt: one.text for one in answers} == {
        f"p{n}": voice("suspect", n) for n in range(8)
    }
    check_chain(room.entries)


def test_asking_goes_on_where_it_stopped(room: Room, world: World) -> None:
    """Failures are noted, and only they are asked again."""
    calls = []

    def moody(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        if len(calls) in (2, 5):
            return httpx.Response(503)
        return good.handle_request(request)

    good = answering(lambda n: voice("suspect", n))
    with endpoint(room, httpx.MockTransport(moody), world) as client:
        first = ask(room, suspect(room), client, world, quiet)
        second = ask(room, suspect(room), client, world, quiet)
        third = ask(room, suspect(room), client, world, quiet)
    assert (first.answered, first.failed) == (6, 2)
    assert (second.answered, second.before, second.failed) == (2, 6, 0)
    assert (third.answered, third.before) == (0, 8)
    assert len(calls) == 10
    assert [one["action"] for one in room.entries].count("failed") == 2


def test_a_hopeless_fault_keeps_what_was_answered(room: Room, world: World) -> None:
    """A key that expires half-way loses nothing."""
    count = iter(range(100))
    good = answering(lambda n: voice("suspect", n))

    def expiring(request: httpx.Request) -> httpx.Response:
        return good.handle_request(request) if next(count) < 3 else httpx.Response(401)

    with (
        endpoint(room, httpx.MockTransport(expiring), world) as client,
        pytest.raises(EndpointError, match="key"),
    ):
        ask(room, suspect(room), client, world, quiet)
    assert len(room.exchanges) == 3
    check_chain(room.entries)


def test_every_way_of_asking_is_asked(tmp_path: Path, world: World) -> None:
    """Conditions and repeats multiply the questions; the system prompt goes first."""
    plan = draft(
        repeats=2,
        condition=[DraftCondition(name="plain"), DraftCondition(name="brief", system="Be brief.")],
    )
    with make(tmp_path / "two", world, plan) as room:
        with endpoint(room, answering(lambda n: voice("suspect", n)), world) as client:
            told = ask(room, suspect(room), client, world, quiet)
        assert told.answered == 8 * 2 * 2
        sent = [(leaf.data or {})["request"]["body"]["utf8"] for leaf in room.exchanges]
        assert sum('{"content":"Be brief.","role":"system"}' in body for body in sent) == 16


def handed(room: Room, world: World, *values: Any) -> None:
    """Hand in lines for the teacher."""
    one = next(one for one in room.plan.respondents if one.name == "teacher")
    lines = [(encode(value), value) for value in values]
    receive(room, one, "t.jsonl", b"", lines, "a note", world)


def test_faults_of_a_file_come_together_and_nothing_is_taken(room: Room, world: World) -> None:
    """Unknown prompts, doubled ones and lines without an answer."""
    with pytest.raises(Faults) as caught:
        handed(
            room,
            world,
            {"prompt": "p1", "answer": "yes"},
            {"prompt": "p1", "answer": "no"},
            {"prompt": "elsewhere", "answer": "yes"},
            {"prompt": "p2"},
            ["p3"],
        )
    said = [str(one) for one in caught.value.exceptions]
    assert [line.split(":")[0] for line in said] == [f"t.jsonl line {n}" for n in (2, 3, 4, 5)]
    assert len(room.entries) == 1


def test_an_empty_answer_is_an_answer(room: Room, world: World) -> None:
    """It is counted as empty, not refused as a fault."""
    handed(room, world, {"prompt": "p1", "answer": ""})
    assert read_answer(room.exchanges[0].data or {}, "here").state == "empty"


def test_an_answer_is_handed_in_once(room: Room, world: World) -> None:
    """A second file cannot replace what the first one said."""
    handed(room, world, {"prompt": "p1", "answer": "yes"})
    with pytest.raises(ProofError, match="second time"):
        handed(room, world, {"prompt": "p1", "answer": "no"})


def test_the_same_world_gives_the_same_journal(tmp_path: Path) -> None:
    """Clock and dice are arguments, so a whole room can be repeated byte for byte."""
    journals = []
    for name in ("one", "two"):
        world = fake_world()
        with make(tmp_path / name, world) as room:
            fill(room, world)
        journals.append((tmp_path / name / "journal.jsonl").read_bytes())
    assert journals[0] == journals[1]
