"""Keeps pages that were asked for a moment ago, as long as nothing was written since.

Members poll, and most polls are told what the last one was. Whatever is written moves the time that
the hub handed out last, so while that stands, a page is as good as new. It is looked up once for
all who wait for it: a hundred members who poll at once cost the database one small question.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from typing import Any

import sqlalchemy as sa
from anyio.to_thread import run_sync

from stillwatch.services.hub.once import Once, heard
from stillwatch.services.hub.tables import hub

Answer = tuple[bytes, dict[str, str]]  # a body and its headers
MOST_PAGES = 32
MOST_BYTES = 2**20  # of a page; longer ones are read by who pages through, and once
# Everybody waits for one look: one connection that hangs must not hold them up for long.
MOST_SECONDS = 3.0
_LAST = sa.select(hub.c.last_us)


class Pages:
    """The pages of one worker."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._is_file = engine.dialect.name == "sqlite"
        self._last = -1
        self._held: OrderedDict[Hashable, Answer] = OrderedDict()  # as of then
        self._finding: Once[Answer] = Once()
        self._turn = asyncio.Lock()
        self._look: asyncio.Task[int] | None = None  # one that has not begun

    async def page(self, key: Hashable, find: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """The page of this key: one that is held, or what `find` makes. What it raises is raised.

        The page holds all that was written before it was asked for.
        """
        last = await self._written()
        if last != self._last:
            self._held.clear()
            self._last = last
        found = self._held.get(key)
        if found is None:
            found = await self._finding.do((last, key), find)
            self._keep(last, key, found)
        return found

    def _keep(self, last: int, key: Hashable, found: Answer) -> None:
        if last == self._last and len(found[0]) <= MOST_BYTES:
            self._held[key] = found
            while len(self._held) > MOST_PAGES:
                self._held.popitem(last=False)

    async def _written(self) -> int:
        """The time handed out last, looked up after this was called."""
        if self._look is None:
            self._look = asyncio.create_task(self._look_up())
            self._look.add_done_callback(heard)
        return await asyncio.shield(self._look)

    async def _look_up(self) -> int:
        async with self._turn:
            self._look = None  # who comes from here on waits for the next
            if self._is_file:
                return self._read()  # sooner done than a thread is woken
            try:
                async with asyncio.timeout(MOST_SECONDS):
                    return await run_sync(self._read, abandon_on_cancel=True)
            except TimeoutError as error:
                raise sa.exc.TimeoutError("a connection to the database hangs") from error

    def _read(self) -> int:
        with self._engine.connect() as connection:
            return connection.execute(_LAST).scalar() or 0
