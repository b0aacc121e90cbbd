"""A run folder, a circle's files and members of a hub, for tests of sharing from end to end."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

import sharing_room
from hub_room import Room
from stillwatch.io.keys import make_keys, read_public
from stillwatch.io.run_folder import RunFolder
from stillwatch.model.findings import Campaign, Trace
from stillwatch.services.hub import people
from stillwatch.services.hub.credentials import make_key
from stillwatch.services.hub.turn import turn
from stillwatch.sharing.profile import member_identity
from stillwatch.tables.schema import rows
from stillwatch.verifier.envelope import key_id

CIRCLE = "forum-1"
LISTED = "U-0123456789ab"


def run_folder(
    out: Path, *traces: Trace, decided: tuple[str, datetime] | None = None, **other: Any
) -> Path:
    """A finished run with one campaign and one listed group, as far as sharing reads it.

    `decided` is an action and when it was decided on.
    """
    found = sharing_room.campaign(**other)
    listed = replace(found, campaign_id=LISTED, posterior=0.4)
    theirs = replace(sharing_room.trace(), campaign_id=LISTED)
    accounts = pa.table({"account_id": list(found.account_ids)})
    decisions = pa.schema(
        {"campaign_id": pa.string(), "action": pa.string(), "decided_at": pa.timestamp("us", "UTC")}
    )
    taken = [(found.campaign_id, *decided)] if decided else []
    with RunFolder(out) as folder:
        folder.table("campaigns", rows(Campaign, [found]))
        folder.table("candidates", rows(Campaign, [listed]))
        folder.table("traces", rows(Trace, traces or [sharing_room.trace(), theirs]))
        folder.table("verdicts", accounts)
        folder.table(
            "decisions",
            pa.Table.from_pylist(
                [dict(zip(decisions.names, one, strict=True)) for one in taken], decisions
            ),
        )
        folder.table("exchanges_flagged", pa.table({"exchange_id": ["exchange-000001"]}))
        folder.finish({"inputs": []})
    return out


@dataclass
class Lab:
    """One lab's own folder, with all that the verbs ask for."""

    name: str
    folder: Path

    def words(self, *more: str, person: str = "Hale") -> list[str]:
        """What is said to let something leave."""
        return [
            *self.known(), "--sign", str(self.folder / "me.key"), "--person", person,
            "--log", str(self.folder / "egress"), "--out", str(self.folder / "out"),
            "--to", str(self.folder / "hub.toml"), *more,
        ]  # fmt: skip

    def known(self) -> list[str]:
        """The circle, and who we are in it."""
        circle, member = self.folder / "circle.toml", self.folder / "me.pub"
        return ["--circle", str(circle), "--member", str(member)]

    @property
    def shared(self) -> Path:
        """What it shared."""
        return self.folder / "out" / "share.json"


def labs(room: Room, folder: Path, names: str = "xy", *, is_signed: bool = True) -> list[Lab]:
    """Labs with a circle among them and a collection of that name on the hub."""
    secret = secrets.token_bytes(32)
    made = [Lab(f"share-{name}", folder / name) for name in names]
    for lab in made:
        make_keys(lab.folder / "me")
        (lab.folder / "names.secret").write_bytes(secrets.token_bytes(32))
        (lab.folder / "circle.secret").write_bytes(secret)
    with turn(room.hub.engine, room.clock) as ours:
        people.add_circle(ours, CIRCLE, "", "", "amber", is_signed=is_signed)
        for lab in made:
            public = read_public(lab.folder / "me.pub")
            people.add_member(ours, lab.name, member_identity(key_id(public)), public, "member")
            people.seat(ours, CIRCLE, lab.name, can_read=True, can_write=True)
            (lab.folder / "hub.key").write_text(make_key(ours, lab.name, room.hub.entropy)[1])
    for lab in made:
        seats = "".join(
            f'[[member]]\nid = "{one.name}"\nkey = "{one.folder / "me.pub"}"\n' for one in made
        )
        head = f'id = "{CIRCLE}"\ntlp = "amber"\nsecret = "circle.secret"\n'
        (lab.folder / "circle.toml").write_text(head + seats)
        (lab.folder / "hub.toml").write_text(
            'address = "http://localhost/taxii2/"\nkey = "hub.key"\n'
        )
    return made
