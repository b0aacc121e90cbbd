"""What every endpoint needs: the database, the limits, the key, the clock, and who is asking."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import sqlalchemy as sa
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.concurrency import run_in_threadpool

from stillwatch.services.hub.credentials import Entropy, holder, secret_hash
from stillwatch.services.hub.limits import Limits, Pace
from stillwatch.services.hub.once import Once
from stillwatch.services.hub.pages import Pages
from stillwatch.services.hub.people import Member, Seat, seats_of
from stillwatch.services.hub.refusal import Refusal
from stillwatch.services.hub.turn import Clock

REMEMBERED_US = 2_000_000  # how long a key that was revoked may still open
MOST_REMEMBERED = 1_000
MOST_WRITERS = 8  # who check what came in, or wait for their turn
Found = TypeVar("Found")
CHALLENGE = {"WWW-Authenticate": 'Basic realm="hub", charset="UTF-8", Bearer realm="hub"'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, with what kind of secret, and where he sits."""

    member: Member
    kind: str
    seats: dict[str, Seat]  # by the collection's id and by the circle's name

    def seat(self, collection: str) -> Seat:
        """The seat in a circle. A circle that he has none in does not exist for him."""
        found = self.seats.get(collection)
        if found is None:
            raise Refusal(404, "There is no such collection", "see the list of collections")
        return found

    def reading(self, collection: str) -> Seat:
        """The seat, if it may read."""
        found = self.seat(collection)
        if not found.can_read:
            raise Refusal(403, "You may not read this collection", "ask who runs the hub")
        return found

    def writing(self, collection: str) -> Seat:
        """The seat, if it may write."""
        found = self.seat(collection)
        if not found.can_write:
            raise Refusal(403, "You may not write to this collection", "ask who runs the hub")
        return found


@dataclass(slots=True, kw_only=True)
class Hub:
    """One hub, as one worker has it open."""

    title: str
    description: str
    contact: str
    address: str  # as members see it; empty says it as they asked for it
    engine: sa.Engine
    key: bytes
    limits: Limits
    clock: Clock
    entropy: Entropy
    pace: Pace = field(init=False)
    pages: Pages = field(init=False)
    _known: OrderedDict[bytes, tuple[int, Caller]] = field(default_factory=OrderedDict)
    _looking: Once[Caller] = field(default_factory=Once)
    _writers: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(MOST_WRITERS))

    def __post_init__(self) -> None:
        self.pace = Pace(self.limits.requests_per_second, self.limits.requests_at_once, self.clock)
        self.pages = Pages(self.engine)

    def known(self, secret: str) -> Caller | None:
        """Who was found to hold this secret a moment ago."""
        found = self._known.get(secret_hash(secret))
        is_fresh = found is not None and 0 <= self.clock() - found[0] < REMEMBERED_US
        return found[1] if found is not None and is_fresh else None

    async def write(self, work: Callable[[], Found]) -> Found:
        """Do what waits for its turn at writing, in one of few threads: readers have the others."""
        return await run_sync(work, limiter=self._writers)

    async def looked_up(self, secret: str) -> Caller:
        """Who holds this secret; many who show it at once are looked up once. Raises Refusal."""
        return await self._looking.do(
            secret_hash(secret), lambda: run_in_threadpool(self.caller, secret)
        )

    def caller(self, secret: str) -> Caller:
        """Who holds this secret. Raises Refusal when nobody does."""
        hashed, now = secret_hash(secret), self.clock()
        with self.engine.connect() as connection:
            found = holder(connection, secret, now)
            if found is None:
                raise unknown()
            member, kind = found
            seats: dict[str, Seat] = {}
            for seat in seats_of(connection, member.member_id):
                seats[seat.circle.collection_id] = seats[seat.circle.name] = seat
        caller = Caller(member=member, kind=kind, seats=seats)
        self._known[hashed] = (now, caller)
        self._known.move_to_end(hashed)
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return caller


def unknown() -> Refusal:
    """Says that a secret opens nothing, without saying why."""
    return Refusal(401, "The credentials open nothing", "send your key or token", headers=CHALLENGE)
