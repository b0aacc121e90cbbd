"""Reads pages of objects out of a circle, in the order in which they came."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from stillwatch.services.hub.filters import Filter
from stillwatch.services.hub.tables import objects, statuses

# Rows fetched at a time: what a page may hold in bytes is counted between fetches.
STRETCH = 2_000
IS_LAST = sa.text("is_last = 1")  # written out, so that the index over these rows is taken
IS_FIRST = sa.text("is_first = 1")
OBJECT = (objects.c.added_us, objects.c.body)
RECORD = (objects.c.added_us, objects.c.object_id, objects.c.version)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order of arrival, and whether more come after them."""

    rows: Sequence[Any]
    has_more: bool


def objects_page(
    connection: sa.Connection,
    circle_id: int,
    wanted: Filter,
    after: int,
    limit: int,
    most_bytes: int,
) -> Page:
    """Bodies with their times, up to a number and so many bytes; at least one if there is one."""
    found: list[Any] = []
    size = 0
    while len(found) < limit + 1:
        ask = min(STRETCH, limit + 1 - len(found))
        bounds = {"after": after, "most": ask}
        rows = connection.execute(_query(OBJECT, circle_id, wanted), bounds).all()
        for row in rows:
            size += len(row[1])
            if size > most_bytes and found:
                return Page(found[:limit], has_more=True)
            found.append(row)
        if len(rows) < ask:
            break
        after = rows[-1][0]
    return Page(found[:limit], has_more=len(found) > limit)


def records_page(
    connection: sa.Connection, circle_id: int, wanted: Filter, after: int, limit: int
) -> Page:
    """Times, ids and versions, without bodies."""
    bounds = {"after": after, "most": limit + 1}
    found = connection.execute(_query(RECORD, circle_id, wanted), bounds).all()
    return Page(found[:limit], has_more=len(found) > limit)


def is_there(connection: sa.Connection, circle_id: int, object_id: str) -> bool:
    """Whether the circle holds any version of an object."""
    found = connection.execute(
        sa.select(objects.c.added_us)
        .where(objects.c.object_id == object_id, objects.c.circle_id == circle_id)
        .limit(1)
    )
    return found.first() is not None


def status(connection: sa.Connection, status_id: str, member_id: str) -> bytes | None:
    """The status of a request that this member made."""
    found = connection.execute(
        sa.select(statuses.c.body).where(
            statuses.c.status_id == status_id, statuses.c.member_id == member_id
        )
    ).one_or_none()
    return None if found is None else bytes(found.body)


def matching(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """The conditions of a filter, beside the circle."""
    found: list[sa.ColumnElement[bool]] = []
    if wanted.ids is not None:
        found.append(objects.c.object_id.in_(wanted.ids))
    if wanted.types is not None:
        found.append(objects.c.type.in_(wanted.types))
    if "all" not in wanted.versions:
        exact = [one for one in wanted.versions if isinstance(one, int)]
        either: list[Any] = [objects.c.version_us.in_(exact)] if exact else []
        either += [IS_LAST] if "last" in wanted.versions else []
        either += [IS_FIRST] if "first" in wanted.versions else []
        found.append(sa.or_(*either) if len(either) > 1 else either[0])
    if not wanted.is_held:
        found.append(sa.false())
    return found


@lru_cache(maxsize=64)
def _query(columns: tuple[sa.Column[Any], ...], circle_id: int, wanted: Filter) -> sa.Select[Any]:
    """A page in order of arrival; kept, since putting it together costs as much as asking."""
    # Where ids are named, they are looked up: without the sums SQLite goes through the whole
    # circle in order of arrival to find them.
    at: sa.ColumnElement[Any] = objects.c.added_us
    circle: sa.ColumnElement[Any] = objects.c.circle_id
    if wanted.ids is not None:
        at, circle = at + 0, circle + 0
    return (
        sa.select(*columns)
        .where(circle == circle_id, *matching(wanted), at > sa.bindparam("after"))
        .order_by(at)
        .limit(sa.bindparam("most"))
    )
