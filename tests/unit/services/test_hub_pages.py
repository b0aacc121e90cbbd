"""A page is kept while nothing is written, on both databases, and never a moment longer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from hub_room import Room, database, indicator, opened
from stillwatch.services.hub import pages as kept
from stillwatch.services.hub.pages import Answer, Pages


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[str]]:
    """What the database is asked."""
    asked: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        asked.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(engine, "before_cursor_execute", note)


def ids(room: Room, member: str = "a") -> list[str]:
    """The ids of a circle as a member reads them now."""
    found = room.get(room.url(), member=member).json().get("objects", [])
    return [one["id"] for one in found]


def test_a_page_asked_again_is_not_read_again(room: Room) -> None:
    """Nor by another member; of the objects the database is asked once."""
    room.post(*[indicator(n) for n in range(3)])
    with statements(room.hub.engine) as asked:
        first = room.get(room.url())
        assert [room.get(room.url(), member="b").content for _ in range(3)] == [first.content] * 3
    assert sum("objects" in one for one in asked) == 1


@pytest.mark.parametrize("write", ["add", "new version", "delete"])
def test_the_next_page_holds_what_was_written(room: Room, write: str) -> None:
    """Whoever asks after a write was acknowledged reads it, and not what stood before."""
    room.post(indicator(1))
    before = room.get(room.url()).json()
    if write == "add":
        room.post(indicator(2))
    elif write == "new version":
        room.post(indicator(1, modified="2026-02-01T00:00:00.000Z"))
    else:
        assert room.client.delete(
            room.url(rest=f"objects/{indicator(1)['id']}/"), auth=room.auth("a")
        ).is_success
    after = room.get(room.url()).json()
    assert after != before
    expected = {"add": 2, "new version": 1, "delete": 0}[write]
    assert len(after.get("objects", [])) == expected


def test_questions_do_not_get_each_others_pages(room: Room) -> None:
    """Circle, filter, kind of list, place and length all name the page."""
    room.post(*[indicator(n) for n in range(4)])
    room.post(indicator(1), circle="open")
    asked = {
        "": 4,
        "?limit=1": 1,
        "?limit=2": 2,
        "?match[type]=campaign": 0,
        f"?match[id]={indicator(2)['id']}": 1,
        "?match[version]=all": 4,
        "?added_after=2999-01-01T00:00:00Z": 0,
    }
    for _ in range(2):
        for query, count in asked.items():
            found = room.get(room.url() + query).json().get("objects", [])
            assert len(found) == count, query
        manifest = room.get(room.url(rest="manifest/")).json()["objects"]
        assert all("date_added" in one for one in manifest)
        assert room.get(room.url(circle="signed")).json() == {}


def test_whoever_may_not_read_gets_no_kept_page(room: Room) -> None:
    """A page that another member asked for opens nothing."""
    room.post(indicator(1))
    assert ids(room)
    assert room.get(room.url(), member="c").status_code == 404


def test_readers_beside_a_writer_see_each_write_that_they_wait_for(room: Room) -> None:
    """Threads that each add an object and then read find theirs in the page, every time."""

    def add_and_look(number: int) -> bool:
        member = "ab"[number % 2]
        assert room.post(indicator(number, member), member=member).status_code == 202
        return indicator(number, member)["id"] in ids(room, member)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(add_and_look, range(48)))


def test_a_key_that_many_show_at_once_is_looked_up_once(room: Room) -> None:
    """Twenty requests that begin together are one question about the key."""

    async def ask() -> list[str]:
        found = await asyncio.gather(*(room.hub.looked_up(room.secrets["a"]) for _ in range(20)))
        return [one.member.member_id for one in found]

    with statements(room.hub.engine) as asked:
        assert asyncio.run(ask()) == ["lab-a"] * 20
    assert sum("credentials" in one for one in asked) == 1


def test_a_database_that_hangs_holds_nobody_up_for_long(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for it is told to come again; when it answers, pages are there again."""
    monkeypatch.setattr(kept, "MOST_SECONDS", 0.5)
    with database(server) as url, opened(url) as room:
        room.post(indicator(1))
        assert ids(room) == [indicator(1)["id"]]
        with room.hub.engine.begin() as holding:
            holding.exec_driver_sql("lock table hub in access exclusive mode")
            with ThreadPoolExecutor(8) as pool:
                found = list(pool.map(lambda _: room.get(room.url()), range(8)))
            assert [one.status_code for one in found] == [503] * 8
            assert all(one.headers["retry-after"] == "5" for one in found)
        assert ids(room) == [indicator(1)["id"]]


def test_writers_who_wait_do_not_keep_a_reader_out(tmp_path: Path) -> None:
    """While another process writes to the file, and every thread waits for its turn."""
    with opened(f"sqlite:///{tmp_path / 'hub.sqlite'}") as room:
        room.post(indicator(0))
        with (
            ThreadPoolExecutor(45) as pool,
            room.hub.engine.connect().execution_options(is_writing=True) as other,
        ):
            with other.begin():
                writing = [pool.submit(room.post, indicator(n)) for n in range(1, 46)]
                time.sleep(1)
                begun = time.perf_counter()
                assert ids(room) == [indicator(0)["id"]]
                assert room.get("/api/collections/").status_code == 200
                assert time.perf_counter() - begun < 5
            assert {one.result().status_code for one in writing} == {202}
        assert len(ids(room)) == 46


def engine_of(moment: int) -> sa.Engine:
    """A database that holds the time handed out last and nothing else."""
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("create table hub (last_us integer)")
        connection.exec_driver_sql(f"insert into hub values ({moment})")
    return engine


async def slowly() -> Answer:
    """A page that takes a moment."""
    await asyncio.sleep(0.01)
    return b"page", {}


async def failing() -> Answer:
    """A page that cannot be made."""
    await asyncio.sleep(0.01)
    raise LookupError("no page")


def test_many_who_ask_at_once_are_answered_by_one_look_and_one_page() -> None:
    """A hundred questions are one to the database, and one page."""
    made = []

    async def find() -> Answer:
        made.append(1)
        return await slowly()

    async def ask() -> list[Answer]:
        pages = Pages(engine)
        return await asyncio.gather(*(pages.page("key", find) for _ in range(100)))

    engine = engine_of(5)
    with statements(engine) as asked:
        assert asyncio.run(ask()) == [(b"page", {})] * 100
    assert len(made) == 1
    assert len(asked) == 1


def test_one_who_goes_away_takes_nobodys_page() -> None:
    """A question that is broken off leaves those who asked the same their answer."""

    async def ask() -> list[object]:
        pages = Pages(engine_of(5))
        asking = [asyncio.create_task(pages.page("key", slowly)) for _ in range(3)]
        await asyncio.sleep(0)
        asking[0].cancel()
        return await asyncio.gather(*asking, return_exceptions=True)

    gone, *others = asyncio.run(ask())
    assert isinstance(gone, asyncio.CancelledError)
    assert others == [(b"page", {})] * 2


def test_a_failure_is_everybodys_and_is_not_kept() -> None:
    """All who waited are told; who asks afterwards may have a page."""

    async def ask() -> tuple[list[object], Answer]:
        pages = Pages(engine_of(5))
        asking = [pages.page("key", failing) for _ in range(3)]
        failed = await asyncio.gather(*asking, return_exceptions=True)
        return failed, await pages.page("key", slowly)

    failed, page = asyncio.run(ask())
    assert [type(one) for one in failed] == [LookupError] * 3
    assert page == (b"page", {})


def test_little_is_kept() -> None:
    """Long pages are not kept, and of the others only the newest."""
    made: list[object] = []

    async def find(key: int, size: int) -> Answer:
        made.append(key)
        return bytes(size), {}

    async def ask() -> None:
        pages = Pages(engine_of(5))
        for _ in range(2):
            await pages.page("long", lambda: find(-1, kept.MOST_BYTES + 1))
        for key in (*range(kept.MOST_PAGES), kept.MOST_PAGES, kept.MOST_PAGES, 0):
            await pages.page(key, lambda key=key: find(key, 10))  # type: ignore[misc]

    asyncio.run(ask())
    assert made == [-1, -1, *range(kept.MOST_PAGES + 1), 0]
