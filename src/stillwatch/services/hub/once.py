"""Does once what many ask for at the same time."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

Found = TypeVar("Found")


class Once(Generic[Found]):
    """Work under way, by what it is for."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[Found]] = {}

    async def do(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, Found]]) -> Found:
        """What the work of this key finds, under way or begun now. What it raises is raised."""
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(work())
            task.add_done_callback(lambda done: self._ended(key, done))
        # One of many who wait may go away.
        return await asyncio.shield(task)

    def _ended(self, key: Hashable, task: asyncio.Task[Found]) -> None:
        del self._under_way[key]
        heard(task)


def heard(task: asyncio.Task[Any]) -> None:
    """Look at what a task failed of: everybody who waited for it may have gone."""
    if not task.cancelled():
        task.exception()
