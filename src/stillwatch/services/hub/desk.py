"""What who runs a hub does at its desk: make it, take members in, look at it, keep it safe."""

import contextlib
import os
import shutil
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from stillwatch.io.keys import read_public
from stillwatch.model.errors import HubError
from stillwatch.services.hub import people
from stillwatch.services.hub.credentials import keys_of, make_key, revoke_key
from stillwatch.services.hub.database import check_revision, migrate, newest, writing
from stillwatch.services.hub.folder import closing, new_hub, open_hub
from stillwatch.services.hub.hub import Hub
from stillwatch.services.hub.tables import hub as hub_table
from stillwatch.services.hub.turn import turn
from stillwatch.sharing.profile import member_identity
from stillwatch.verifier.chain import GENESIS
from stillwatch.verifier.envelope import key_id

Answer = tuple[Any, str]  # for a machine, and in words


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Hub]:
    """A hub whose database is of our form, closed afterwards."""
    with closing(open_hub(folder)) as hub:
        check_revision(hub.engine)
        yield hub


def init(folder: Path, said: dict[str, str]) -> Answer:
    """Make a hub: its folder, its key, its tables."""
    with new_hub(folder, said) as hub:
        revision = migrate(hub.engine)
        begin(hub)
    told = {"folder": str(folder), "revision": revision}
    words = f"{folder} is a hub. Next: stillwatch hub circle add, stillwatch hub member add"
    return told, words


def begin(hub: Hub) -> None:
    """Write the hub's own row, unless it is there."""
    with writing(hub.engine) as connection:
        if connection.execute(sa.select(hub_table)).first() is None:
            namespace = str(uuid.UUID(bytes=hub.entropy()[:16], version=4))
            connection.execute(
                hub_table.insert().values(
                    hub_id=1, namespace=namespace, last_us=0, audit_count=0, audit_hash=GENESIS
                )
            )


def upgrade(folder: Path) -> Answer:
    """Bring the database to the newest form, while the hub goes on serving."""
    with closing(open_hub(folder)) as hub:
        found = migrate(hub.engine)
        begin(hub)
    return {"revision": found, "newest": newest()}, f"the database is at revision {found}"


def add_member(
    folder: Path, name: str, identity: str | None, public_key: Path | None, role: str
) -> Answer:
    """Take a member in and give it its first key, which is shown this once."""
    public = None if public_key is None else read_public(public_key)
    if identity is None:
        if public is None:
            what = "neither its public key nor its identity is named"
            raise HubError(
                "member", what, "give --public-key, or --identity where nothing is signed"
            )
        identity = member_identity(key_id(public))
    with opened(folder) as hub, turn(hub.engine, hub.clock) as ours:
        people.add_member(ours, name, identity, public, role)
        credential_id, secret = make_key(ours, name, hub.entropy)
    told = {"member": name, "identity": identity, "key": credential_id, "secret": secret}
    words = (
        f"{name} is a member. Its key, shown this once:\n\n    {secret}\n\n"
        "It is the password with the member's name as user, a bearer token, and the secret of an\n"
        "OAuth2 client."
    )
    return told, words


def list_members(folder: Path) -> Answer:
    """Members, their keys by id, and what they hold."""
    with opened(folder) as hub, hub.engine.connect() as connection:
        told: list[dict[str, Any]] = [
            {
                "member": one.member_id,
                "identity": one.identity,
                "role": one.role,
                "has_public_key": one.public_key is not None,
                "keys": keys_of(connection, one.member_id),
                "object_count": one.object_count,
            }
            for one in people.all_members(connection)
        ]
    lines = [
        f"{one['member']}: {one['role']}, {one['identity']}, {one['object_count']:,} objects, "
        f"keys {', '.join(one['keys']) or 'none'}"
        for one in told
    ]
    return told, "\n".join(lines) or "There are no members yet."


def remove_member(folder: Path, name: str) -> Answer:
    """Shut a member out."""
    with opened(folder) as hub, turn(hub.engine, hub.clock) as ours:
        people.remove_member(ours, name)
    return {"member": name}, f"{name} is shut out; what it shared stays"


def new_key(folder: Path, name: str) -> Answer:
    """Give a member one more key."""
    with opened(folder) as hub, turn(hub.engine, hub.clock) as ours:
        credential_id, secret = make_key(ours, name, hub.entropy)
    told = {"member": name, "key": credential_id, "secret": secret}
    return told, f"A key for {name}, shown this once:\n\n    {secret}"


def end_key(folder: Path, credential_id: str) -> Answer:
    """End a key."""
    with opened(folder) as hub, turn(hub.engine, hub.clock) as ours:
        revoke_key(ours, credential_id)
    return {"key": credential_id}, f"{credential_id} opens nothing any more"


def add_circle(folder: Path, name: str, title: str, tlp: str, *, is_signed: bool) -> Answer:
    """Make a circle."""
    with opened(folder) as hub, turn(hub.engine, hub.clock) as ours:
        made = people.add_circle(ours, name, title, "", tlp, is_signed=is_signed)
    told = {"circle": name, "collection": made.collection_id, "tlp": tlp, "is_signed": is_signed}
    return told, f"{name} is a circle up to TLP:{tlp.upper()}, collection {made.collection_id}"


def list_circles(folder: Path) -> Answer:
    """Circles and who sits in them."""
    with opened(folder) as hub, hub.engine.connect() as connection:
        told: list[dict[str, Any]] = [
            {
                "circle": one.name,
                "collection": one.collection_id,
                "tlp": one.tlp,
                "is_signed": one.is_signed,
                "seats": [
                    {"member": member, "can_read": reads, "can_write": writes}
                    for member, reads, writes in held
                ],
            }
            for one, held in people.all_circles(connection)
        ]
    lines = []
    for one in told:
        lines.append(f"{one['circle']}: up to TLP:{one['tlp'].upper()}, {one['collection']}")
        for seat in one["seats"]:
            may = [word for word in ("read", "write") if seat[f"can_{word}"]]
            lines.append(f"  {seat['member']} may {' and '.join(may)}")
    return told, "\n".join(lines) or "There are no circles yet."


def seat(folder: Path, circle: str, member: str, *, can_read: bool, can_write: bool) -> Answer:
    """Give a member a seat in a circle, another one, or none."""
    with opened(folder) as hub, turn(hub.engine, hub.clock) as ours:
        people.seat(ours, circle, member, can_read=can_read, can_write=can_write)
    told = {"circle": circle, "member": member, "can_read": can_read, "can_write": can_write}
    may = [word for word, yes in (("read", can_read), ("write", can_write)) if yes]
    return told, f"{member} may {' and '.join(may) or 'do nothing'} in {circle}"


def serve(folder: Path, host: str, port: int, workers: int, *, quiet: bool) -> None:
    """Serve until told to stop."""
    import uvicorn

    from stillwatch.services.hub.app import FOLDER_VARIABLE
    from stillwatch.services.hub.metrics import FOLDER_VARIABLE as COUNTS

    with opened(folder):
        pass
    _refuse_taken(host, port)
    os.environ[FOLDER_VARIABLE] = str(folder)
    if workers > 1:
        counts = folder / "counts"
        shutil.rmtree(counts, ignore_errors=True)
        counts.mkdir()
        os.environ[COUNTS] = str(counts)
    uvicorn.run(
        "stillwatch.services.hub.app:from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        log_config=_logging("WARNING" if quiet else "INFO"),
        h11_max_incomplete_event_size=64 * 1024,
        timeout_keep_alive=30,
        server_header=False,
    )


def _refuse_taken(host: str, port: int) -> None:
    """Say in a sentence that the port is taken, or the address not ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        what = f"cannot be listened at ({error.strerror})"
        raise HubError(f"{host}:{port}", what, "give another --host or --port") from error


def _logging(level: str) -> dict[str, Any]:
    """One JSON line a request on stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"format": "%(asctime)s %(name)s %(levelname)s %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "loggers": {
            "stillwatch.hub": {"handlers": ["stderr"], "level": level},
            "uvicorn": {"handlers": ["stderr"], "level": level},
        },
    }
