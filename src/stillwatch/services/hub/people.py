"""Members and circles: who they are, who sits where, and how that changes."""

import re
import uuid
from dataclasses import dataclass

import sqlalchemy as sa

from stillwatch.model.circle import TLP_ORDER
from stillwatch.model.errors import HubError
from stillwatch.services.hub.tables import circles, members, seats
from stillwatch.services.hub.turn import Turn
from stillwatch.sharing.profile import member_identity
from stillwatch.verifier.envelope import key_id

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
IDENTITY = re.compile(
    r"identity--[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII
)
ROLES = ("member", "operator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A lab, or who runs the hub."""

    member_id: str
    identity: str
    public_key: bytes | None
    role: str
    object_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Members who share, up to a level of TLP; a collection in TAXII's words."""

    circle_id: int
    collection_id: str
    name: str
    title: str
    description: str
    tlp: str
    is_signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """What one member may do in one circle."""

    circle: Circle
    can_read: bool
    can_write: bool


def seats_of(connection: sa.Connection, member_id: str) -> list[Seat]:
    """The circles of a member, by name."""
    rows = connection.execute(
        sa.select(circles, seats.c.can_read, seats.c.can_write)
        .join(seats, seats.c.circle_id == circles.c.circle_id)
        .where(seats.c.member_id == member_id)
        .order_by(circles.c.name)
    )
    return [
        Seat(circle=_circle(row), can_read=bool(row.can_read), can_write=bool(row.can_write))
        for row in rows
    ]


def all_members(connection: sa.Connection) -> list[Member]:
    """Every member that was not removed."""
    held = sa.select(members).where(members.c.removed_us.is_(None)).order_by(members.c.member_id)
    return [member_of(row) for row in connection.execute(held)]


def all_circles(connection: sa.Connection) -> list[tuple[Circle, list[tuple[str, bool, bool]]]]:
    """Every circle with who sits in it."""
    found = []
    for row in connection.execute(sa.select(circles).order_by(circles.c.name)).all():
        held = connection.execute(
            sa.select(seats).where(seats.c.circle_id == row.circle_id).order_by(seats.c.member_id)
        )
        found.append(
            (_circle(row), [(s.member_id, bool(s.can_read), bool(s.can_write)) for s in held])
        )
    return found


def add_member(
    turn: Turn, member_id: str, identity: str, public_key: bytes | None, role: str
) -> None:
    """Take a member in. Raises HubError when the name or the identity is taken or is none."""
    _check_name("member", member_id)
    if not IDENTITY.fullmatch(identity):
        raise HubError("member", f"{identity!r} is no identity", "give identity--UUID, as in STIX")
    if public_key is not None and identity != member_identity(key_id(public_key)):
        what = f"{identity} is not the identity of this public key"
        raise HubError("member", what, "leave --identity out; it follows from the key")
    if role not in ROLES:
        raise HubError("member", f"{role!r} is no role", f"use {' or '.join(ROLES)}")
    taken = turn.connection.execute(
        sa.select(members.c.member_id).where(
            (members.c.member_id == member_id) | (members.c.identity == identity)
        )
    ).first()
    if taken is not None:
        what = f"{member_id} or its identity is there already"
        raise HubError("member", what, "see `stillwatch hub member list`")
    turn.connection.execute(
        members.insert().values(
            member_id=member_id, identity=identity, public_key=public_key, role=role,
            added_us=turn.moment(), object_count=0, day=0, day_count=0,
        )
    )  # fmt: skip
    body = {
        "member": member_id,
        "identity": identity,
        "role": role,
        "has_key": public_key is not None,
    }
    turn.note("operator", "add-member", body)


def remove_member(turn: Turn, member_id: str) -> None:
    """Shut a member out from now on; what it shared stays under its name."""
    need_member(turn.connection, member_id)
    turn.connection.execute(
        members.update().where(members.c.member_id == member_id).values(removed_us=turn.moment())
    )
    turn.connection.execute(seats.delete().where(seats.c.member_id == member_id))
    turn.note("operator", "remove-member", {"member": member_id})


def need_member(connection: sa.Connection, member_id: str) -> Member:
    """The member of this name. Raises HubError when there is none."""
    row = connection.execute(
        sa.select(members).where(members.c.member_id == member_id, members.c.removed_us.is_(None))
    ).one_or_none()
    if row is None:
        raise HubError("member", f"there is no {member_id!r}", "see `stillwatch hub member list`")
    return member_of(row)


def add_circle(
    turn: Turn, name: str, title: str, description: str, tlp: str, *, is_signed: bool
) -> Circle:
    """Make a circle. Its collection's id follows from the hub and the name."""
    _check_name("circle", name)
    if tlp not in TLP_ORDER:
        raise HubError(
            "circle", f"{tlp!r} is no level of TLP 2.0", f"use one of {', '.join(TLP_ORDER)}"
        )
    if turn.connection.execute(sa.select(circles).where(circles.c.name == name)).first():
        raise HubError("circle", f"{name} is there already", "see `stillwatch hub circle list`")
    collection_id = str(uuid.uuid5(uuid.UUID(turn.namespace), f"circle/{name}"))
    turn.connection.execute(
        circles.insert().values(
            collection_id=collection_id, name=name, title=title or name, description=description,
            tlp=tlp, is_signed=int(is_signed), made_us=turn.moment(),
        )
    )  # fmt: skip
    turn.note("operator", "add-circle", {"circle": name, "tlp": tlp, "is_signed": is_signed})
    return need_circle(turn.connection, name)


def need_circle(connection: sa.Connection, name: str) -> Circle:
    """The circle of this name. Raises HubError when there is none."""
    row = connection.execute(sa.select(circles).where(circles.c.name == name)).one_or_none()
    if row is None:
        raise HubError("circle", f"there is no {name!r}", "see `stillwatch hub circle list`")
    return _circle(row)


def seat(turn: Turn, name: str, member_id: str, *, can_read: bool, can_write: bool) -> None:
    """Give a member a seat in a circle, or take it when it may do neither."""
    circle = need_circle(turn.connection, name)
    need_member(turn.connection, member_id)
    here = (seats.c.circle_id == circle.circle_id) & (seats.c.member_id == member_id)
    turn.connection.execute(seats.delete().where(here))
    if can_read or can_write:
        turn.connection.execute(
            seats.insert().values(
                circle_id=circle.circle_id, member_id=member_id, can_read=int(can_read),
                can_write=int(can_write),
            )
        )  # fmt: skip
    body = {"circle": name, "member": member_id, "can_read": can_read, "can_write": can_write}
    turn.note("operator", "seat", body)


def member_of(row: sa.Row[tuple[object, ...]]) -> Member:
    """The member of a row of the table."""
    return Member(
        member_id=row.member_id, identity=row.identity, public_key=row.public_key, role=row.role,
        object_count=row.object_count,
    )  # fmt: skip


def _circle(row: sa.Row[tuple[object, ...]]) -> Circle:
    return Circle(
        circle_id=row.circle_id, collection_id=row.collection_id, name=row.name, title=row.title,
        description=row.description, tlp=row.tlp, is_signed=bool(row.is_signed),
    )  # fmt: skip


def _check_name(kind: str, name: str) -> None:
    if not NAME.fullmatch(name):
        raise HubError(kind, f"{name!r} is no name", "use a-z, 0-9 and - between them, up to 63")
