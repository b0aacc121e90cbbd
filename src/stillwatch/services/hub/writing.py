"""Adds objects to a circle and takes them out, each request whole or not at all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from stillwatch.services.hub.admission import NOBODY, Candidate, Refused
from stillwatch.services.hub.filters import Filter
from stillwatch.services.hub.instants import written
from stillwatch.services.hub.limits import Limits
from stillwatch.services.hub.people import Circle, Member
from stillwatch.services.hub.refusal import Refusal
from stillwatch.services.hub.store import matching
from stillwatch.services.hub.tables import members, objects, statuses
from stillwatch.services.hub.turn import Turn
from stillwatch.verifier.merkle import leaf_hash, root

AT_A_TIME = 500  # ids in one question
DAY = 86_400 * 1_000_000
MOST_VERSIONS = 1_000  # of one object
SPELT_OUT = 1_000  # successes of one request that its status lists
HELD = (
    objects.c.added_us, objects.c.circle_id, objects.c.object_id, objects.c.version_us,
    objects.c.member_id, objects.c.is_first, objects.c.is_last, objects.c.is_revoked,
    objects.c.digest,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of a request: its status, and how many objects are new."""

    status: bytes
    new_count: int
    refused: Sequence[Refused]


def add(
    turn: Turn,
    member: Member,
    circle: Circle,
    read: Sequence[Candidate | Refused],
    limits: Limits,
    status_id: str,
) -> Added:
    """Put in what may enter; what is there already counts as put in."""
    requested = turn.moment()
    candidates = [one for one in read if isinstance(one, Candidate)]
    refused = [one for one in read if isinstance(one, Refused)]
    held = _held(turn.connection, {one.object_id for one in candidates})
    reserved = _identities(turn.connection, candidates, member)
    owners = {one.object_id: one.member_id for one in held}
    faults, here = _judged(candidates, held, owners, reserved, circle, member)
    broken = {
        share
        for one, fault in zip(candidates, faults, strict=True)
        if fault not in ("", THERE)
        for share in one.shares
    }
    if broken:
        # Half a share is sealed by nobody, so the other half stays out too.
        whole = []
        for one, fault in zip(candidates, faults, strict=True):
            if fault not in ("", THERE):
                refused.append(Refused(one.object_id, one.version, fault))
            elif one.shares and broken.issuperset(one.shares):
                why = f"its share {one.shares[0]} is refused: another of its objects may not enter"
                refused.append(Refused(one.object_id, one.version, why))
            else:
                whole.append(one)
        candidates = whole
        faults, here = _judged(candidates, held, owners, reserved, circle, member)
    new: list[Candidate] = []
    accepted: list[tuple[str, str, str]] = []
    for one, fault in zip(candidates, faults, strict=True):
        if fault and fault != THERE:
            refused.append(Refused(one.object_id, one.version, fault))
            continue
        accepted.append((one.object_id, one.version, fault))
        if not fault:
            new.append(one)
    _count(turn, member, len(new), limits)
    _insert(turn, member, circle, new, here)
    status = _status(status_id, requested, accepted, refused)
    turn.connection.execute(
        statuses.insert().values(
            status_id=status_id, member_id=member.member_id, requested_us=requested, body=status
        )
    )
    turn.connection.execute(
        statuses.delete().where(statuses.c.requested_us < requested - limits.status_days * DAY)
    )
    turn.note(
        member.member_id,
        "add",
        {
            "circle": circle.name,
            "status": status_id,
            "new_count": len(new),
            "refused_count": len(refused),
            "root": root([leaf_hash(one.body) for one in new]).hex(),
        },
    )
    return Added(status=status, new_count=len(new), refused=refused)


def delete(turn: Turn, member: Member, circle: Circle, object_id: str, wanted: Filter) -> int:
    """Take versions of a member's own object out. Raises Refusal when there is none of its own."""
    here = (objects.c.object_id == object_id) & (objects.c.circle_id == circle.circle_id)
    held = turn.connection.execute(sa.select(objects.c.member_id).where(here).limit(1)).first()
    if held is None:
        raise Refusal(404, "There is no such object", "the circle does not hold this id")
    if held.member_id != member.member_id:
        raise Refusal(403, "The object is not yours", "its author may delete it")
    gone = turn.connection.execute(objects.delete().where(here, *matching(wanted))).rowcount
    rest = turn.connection.execute(sa.select(*HELD).where(here)).all()
    _settle(turn.connection, [_version_of(row) for row in rest])
    turn.connection.execute(
        members.update()
        .where(members.c.member_id == member.member_id)
        .values(object_count=members.c.object_count - gone)
    )
    body = {"circle": circle.name, "object": object_id, "version_count": gone}
    turn.note(member.member_id, "delete", body)
    return gone


THERE = "already here"


@dataclass(slots=True)
class _Version:
    """One version of an object, as far as its fellows matter to it."""

    added_us: int  # 0 before it is stored
    version_us: int
    is_revoked: bool
    digest: bytes
    is_first: int
    is_last: int


def _version_of(row: Any) -> _Version:
    return _Version(
        row.added_us, row.version_us, bool(row.is_revoked), bytes(row.digest), row.is_first,
        row.is_last,
    )  # fmt: skip


def _judged(
    candidates: Sequence[Candidate],
    held: Sequence[Any],
    owners: dict[str, str],
    reserved: dict[str, str],
    circle: Circle,
    member: Member,
) -> tuple[list[str], dict[str, list[_Version]]]:
    """Of each object what speaks against it, as `_fault` says it; and the versions by object."""
    here: dict[str, list[_Version]] = defaultdict(list)
    for row in held:
        if row.circle_id == circle.circle_id:
            here[row.object_id].append(_version_of(row))
    owners, found = dict(owners), []
    for one in candidates:
        fellows = here[one.object_id]
        fault = reserved.get(one.object_id) or _fault(one, fellows, owners, member)
        if not fault:
            fellows.append(_Version(0, one.version_us, one.is_revoked, one.digest, 0, 0))
            owners.setdefault(one.object_id, "" if one.author == NOBODY else member.member_id)
        found.append(fault)
    return found, here


def _fault(
    one: Candidate, fellows: Sequence[_Version], owners: dict[str, str], member: Member
) -> str:
    """Why what is stored speaks against an object; THERE when it is it, nothing when it is new."""
    owner = owners.get(one.object_id)
    # An id belongs to who first used it, or another member could put words into his mouth.
    if owner is not None and one.author != NOBODY and owner != member.member_id:
        return "this id is another member's"
    if len(fellows) >= MOST_VERSIONS:
        return f"the object has {MOST_VERSIONS:,} versions here; delete some"
    for fellow in fellows:
        if fellow.version_us == one.version_us:
            is_same = fellow.digest == one.digest
            return THERE if is_same else "another object with this id and version is here"
    if any(fellow.is_revoked and fellow.version_us < one.version_us for fellow in fellows):
        return "the object was revoked; give a new one another id"
    return ""


def _held(connection: sa.Connection, ids: Iterable[str]) -> list[Any]:
    """Every stored version of these objects, in any circle."""
    wanted = sorted(ids)
    found: list[Any] = []
    for at in range(0, len(wanted), AT_A_TIME):
        some = wanted[at : at + AT_A_TIME]
        found += connection.execute(sa.select(*HELD).where(objects.c.object_id.in_(some))).all()
    return found


def _identities(
    connection: sa.Connection, candidates: Sequence[Candidate], member: Member
) -> dict[str, str]:
    """Identities of other members, which nobody else may describe."""
    ids = [one.object_id for one in candidates if one.type == "identity"]
    found: dict[str, str] = {}
    for at in range(0, len(ids), AT_A_TIME):
        rows = connection.execute(
            sa.select(members.c.identity).where(
                members.c.identity.in_(ids[at : at + AT_A_TIME]),
                members.c.member_id != member.member_id,
            )
        )
        found |= {row.identity: "this identity is another member's" for row in rows}
    return found


def _count(turn: Turn, member: Member, new_count: int, limits: Limits) -> None:
    """Count what a member adds. Raises Refusal, and so undoes the turn, when it is too much."""
    row = turn.connection.execute(
        sa.select(members).where(members.c.member_id == member.member_id)
    ).one()
    today = turn.moment() // DAY
    day_count = new_count + (row.day_count if row.day == today else 0)
    total = row.object_count + new_count
    if total > limits.objects_per_member:
        what = f"a member may keep {limits.objects_per_member:,} objects here; delete some"
        raise Refusal(403, "Your quota is used up", what, code="quota")
    if day_count > limits.objects_per_day:
        what = f"a member may add {limits.objects_per_day:,} objects a day; come again tomorrow"
        raise Refusal(403, "Your quota is used up", what, code="quota")
    turn.connection.execute(
        members.update()
        .where(members.c.member_id == member.member_id)
        .values(object_count=total, day=today, day_count=day_count)
    )


def _insert(
    turn: Turn,
    member: Member,
    circle: Circle,
    new: Sequence[Candidate],
    here: dict[str, list[_Version]],
) -> None:
    if not new:
        return
    ends = {}
    for object_id in {one.object_id for one in new}:
        versions = [fellow.version_us for fellow in here[object_id]]
        ends[object_id] = (min(versions), max(versions))
        if len(versions) > 1:
            _settle(turn.connection, here[object_id])
    turn.connection.execute(
        objects.insert(),
        [
            {
                "circle_id": circle.circle_id,
                "added_us": added_us,
                "object_id": one.object_id,
                "version_us": one.version_us,
                "version": one.version,
                "type": one.type,
                "member_id": "" if one.author == NOBODY else member.member_id,
                "is_first": int(one.version_us == ends[one.object_id][0]),
                "is_last": int(one.version_us == ends[one.object_id][1]),
                "is_revoked": int(one.is_revoked),
                "digest": one.digest,
                "body": one.body,
            }
            for added_us, one in zip(turn.moments(len(new)), new, strict=True)
        ],
    )


def _settle(connection: sa.Connection, versions: Sequence[_Version]) -> None:
    """Write which of the stored versions are now the first and the last."""
    if not versions:
        return
    times = [one.version_us for one in versions]
    first, last = min(times), max(times)
    for one in versions:
        ends = {"is_first": int(one.version_us == first), "is_last": int(one.version_us == last)}
        if one.added_us and ends != {"is_first": one.is_first, "is_last": one.is_last}:
            connection.execute(
                objects.update().where(objects.c.added_us == one.added_us).values(**ends)
            )


def _status(
    status_id: str,
    requested: int,
    accepted: Sequence[tuple[str, str, str]],
    refused: Sequence[Refused],
) -> bytes:
    """TAXII's status resource; lists that would be empty are left out."""
    body: dict[str, Any] = {
        "id": status_id,
        "status": "complete",
        "request_timestamp": written(requested),
        "total_count": len(accepted) + len(refused),
        "success_count": len(accepted),
        "failure_count": len(refused),
        "pending_count": 0,
    }
    if 0 < len(accepted) <= SPELT_OUT:
        body["successes"] = [
            {"id": id_, "version": version} | ({"message": said} if said else {})
            for id_, version, said in accepted
        ]
    if refused:
        body["failures"] = [
            {"id": one.object_id, "version": one.version, "message": one.message} for one in refused
        ]
    return msgspec.json.encode(body)
