"""How much one request, one member and one answer may take."""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from stillwatch.services.hub.refusal import Refusal

MEGABYTE = 2**20
MOST_CALLERS = 10_000  # remembered at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every limit, with its default."""

    content_bytes: int = 16 * MEGABYTE  # of one request
    object_bytes: int = MEGABYTE
    object_depth: int = 24
    objects_in_request: int = 20_000  # a share holds up to 10,000 beside its grouping
    page_objects: int = 10_000  # of one answer, and where the client names no number
    page_bytes: int = 16 * MEGABYTE
    body_seconds: int = 30  # for a whole request to arrive
    requests_per_second: float = 50
    requests_at_once: float = 200  # saved up while none came
    objects_per_member: int = 2_000_000
    objects_per_day: int = 200_000
    seconds_ahead: int = 300  # how far a clock may be ahead of ours
    status_days: int = 7
    token_seconds: int = 900


class Pace:
    """Counts requests by caller: so many in a second, and some saved up."""

    def __init__(self, per_second: float, at_once: float, clock: Callable[[], int]) -> None:
        self._rate, self._most, self._clock = per_second, at_once, clock
        self._left: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Count one request. Raises Refusal with the seconds to wait when there were too many."""
        now = self._clock()
        left, at = self._left.pop(caller, (self._most, now))
        left = min(self._most, left + max(0, now - at) / 1_000_000 * self._rate)
        is_allowed = left >= 1
        self._left[caller] = (left - is_allowed, now)
        if len(self._left) > MOST_CALLERS:
            self._left.popitem(last=False)
        if not is_allowed:
            wait = math.ceil((1 - left) / self._rate)
            told = f"come again in {wait} s"
            raise Refusal(429, "Too many requests", told, headers={"Retry-After": str(wait)})
