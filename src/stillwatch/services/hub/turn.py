"""One turn at writing: hands out times that nobody else has, and adds to the audit log."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from stillwatch.model.errors import HubError
from stillwatch.services.hub.database import MIGRATE, writing
from stillwatch.services.hub.instants import written
from stillwatch.services.hub.tables import audit, hub
from stillwatch.verifier.canonical import encode
from stillwatch.verifier.chain import entry, entry_hash

Clock = Callable[[], int]  # microseconds since 1970


class Turn:
    """What one writer may do while the hub's row is his."""

    def __init__(self, connection: sa.Connection, row: Any, now: int) -> None:
        self.connection = connection
        self.namespace: str = row.namespace
        self._last: int = row.last_us
        self._now = now
        self._count: int = row.audit_count
        self._hash: str = row.audit_hash

    def moment(self) -> int:
        """The time, a microsecond later than any that was handed out before."""
        self._last = max(self._now, self._last + 1)
        return self._last

    def moments(self, count: int) -> range:
        """So many times in a row."""
        first = max(self._now, self._last + 1)
        self._last = first + count - 1 if count else self._last
        return range(first, first + count)

    def note(self, actor: str, action: str, body: Mapping[str, Any]) -> None:
        """Add an entry to the audit log; it is kept if the turn is."""
        value = entry(self._count, self._hash, written(self.moment()), actor, action, body)
        self.connection.execute(audit.insert().values(seq=self._count, entry=encode(value)))
        self._count, self._hash = self._count + 1, entry_hash(value)

    def close(self) -> None:
        """Write down how far the times and the log have come."""
        self.connection.execute(
            hub.update().values(last_us=self._last, audit_count=self._count, audit_hash=self._hash)
        )


@contextmanager
def turn(engine: sa.Engine, clock: Clock) -> Iterator[Turn]:
    """Wait for our turn, and commit everything that was done in it or nothing.

    The row is held until the commit is visible, so a later time is never seen before an earlier
    one: who has read up to a time has read all there will ever be up to it.
    """
    with writing(engine) as connection:
        row = connection.execute(sa.select(hub).with_for_update()).one_or_none()
        if row is None:
            raise HubError("database", "holds no hub", MIGRATE)
        now = Turn(connection, row, clock())
        yield now
        now.close()
