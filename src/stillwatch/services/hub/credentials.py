"""Keys and tokens: 256 random bits each, shown once, and kept as their hashes alone.

A hash of so many random bits needs no salt and no slow function: there is nothing to guess.
"""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from stillwatch.model.errors import HubError
from stillwatch.services.hub.people import Member, member_of, need_member
from stillwatch.services.hub.tables import credentials, members
from stillwatch.services.hub.turn import Turn

Entropy = Callable[[], bytes]  # 32 bytes that nobody can guess
KEY, TOKEN = "key", "token"
LONGEST = 200


def secret_hash(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


def make_key(turn: Turn, member_id: str, entropy: Entropy) -> tuple[str, str]:
    """Give a member a new key: its id, and the secret, which nobody can show again."""
    need_member(turn.connection, member_id)
    credential_id, secret = _make(turn, member_id, KEY, entropy, None)
    turn.note("operator", "make-key", {"member": member_id, "key": credential_id})
    return credential_id, secret


def make_token(turn: Turn, member_id: str, entropy: Entropy, seconds: int) -> str:
    """Give a member a token for a while, and clear away those that have run out."""
    now = turn.moment()
    turn.connection.execute(
        credentials.delete().where(credentials.c.kind == TOKEN, credentials.c.expires_us < now)
    )
    return _make(turn, member_id, TOKEN, entropy, now + seconds * 1_000_000)[1]


def _make(
    turn: Turn, member_id: str, kind: str, entropy: Entropy, expires_us: int | None
) -> tuple[str, str]:
    secret = f"sw{kind[0]}_" + base64.urlsafe_b64encode(entropy()).rstrip(b"=").decode()
    hashed = secret_hash(secret)
    credential_id = hashed.hex()[:16]
    turn.connection.execute(
        credentials.insert().values(
            secret_hash=hashed, credential_id=credential_id, member_id=member_id, kind=kind,
            made_us=turn.moment(), expires_us=expires_us,
        )
    )  # fmt: skip
    return credential_id, secret


def revoke_key(turn: Turn, credential_id: str) -> None:
    """End a key now, and every token of its member, which may have come from it."""
    row = turn.connection.execute(
        sa.select(credentials).where(
            credentials.c.credential_id == credential_id, credentials.c.kind == KEY
        )
    ).one_or_none()
    if row is None:
        what = f"there is no {credential_id!r}"
        raise HubError("key", what, "see `stillwatch hub member list`")
    turn.connection.execute(
        credentials.update()
        .where(credentials.c.credential_id == credential_id)
        .values(revoked_us=turn.moment())
    )
    turn.connection.execute(
        credentials.delete().where(
            credentials.c.member_id == row.member_id, credentials.c.kind == TOKEN
        )
    )
    turn.note("operator", "revoke-key", {"member": row.member_id, "key": credential_id})


def keys_of(connection: sa.Connection, member_id: str) -> list[str]:
    """The ids of a member's keys that still hold."""
    rows = connection.execute(
        sa.select(credentials.c.credential_id)
        .where(
            credentials.c.member_id == member_id,
            credentials.c.kind == KEY,
            credentials.c.revoked_us.is_(None),
        )
        .order_by(credentials.c.made_us)
    )
    return [row.credential_id for row in rows]


def holder(connection: sa.Connection, secret: str, now: int) -> tuple[Member, str] | None:
    """Whose secret this is, and its kind; None when it opens nothing."""
    if not 0 < len(secret) <= LONGEST:
        return None
    row: Any = connection.execute(
        sa.select(members, credentials.c.kind)
        .join(credentials, credentials.c.member_id == members.c.member_id)
        .where(
            credentials.c.secret_hash == secret_hash(secret),
            credentials.c.revoked_us.is_(None),
            sa.or_(credentials.c.expires_us.is_(None), credentials.c.expires_us > now),
            members.c.removed_us.is_(None),
        )
    ).one_or_none()
    return None if row is None else (member_of(row), row.kind)
