"""Reads a circle from its file: who is in it, their keys, and the secret they share."""

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from stillwatch.io.keys import read_public
from stillwatch.model.circle import Circle, Member, Tlp
from stillwatch.model.errors import ProofError, SharingError, StillwatchError, raise_faults

LEAST_SECRET = 32
NAME = r"^[a-z0-9][a-z0-9-]{0,62}$"


class _Lab(msgspec.Struct, forbid_unknown_fields=True):
    id: Annotated[str, msgspec.Meta(pattern=NAME)]
    key: str


class _File(msgspec.Struct, forbid_unknown_fields=True):
    id: Annotated[str, msgspec.Meta(pattern=NAME)]
    tlp: Tlp
    secret: str
    member: Annotated[list[_Lab], msgspec.Meta(min_length=2, max_length=200)]
    epoch_days: Annotated[int, msgspec.Meta(ge=1, le=366)] = 30


def read_circle(path: Path) -> Circle:
    """The circle of a TOML file; names of other files in it are looked for beside it.

    All faults are raised together.
    """
    try:
        found = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SharingError(str(path), str(error), "name a circle file (TOML)") from error
    except msgspec.ValidationError as error:
        raise SharingError(str(path), str(error), "see docs/sharing.md") from error
    faults: list[StillwatchError] = []
    members: list[Member] = []
    for one in found.member:
        try:
            members.append(Member(id=one.id, public_key=read_public(path.parent / one.key)))
        except ProofError as error:
            faults.append(error)
    for what, values in (("id", [m.id for m in members]), ("key", [m.public_key for m in members])):
        if len(set(values)) < len(values):
            faults.append(SharingError(str(path), f"two members have one {what}", "name each once"))
    secret = b""
    try:
        secret = read_secret(path.parent / found.secret)
    except SharingError as error:
        faults.append(error)
    raise_faults(str(path), faults)
    return Circle(
        id=found.id,
        tlp=found.tlp,
        members=tuple(members),
        secret=secret,
        epoch_days=found.epoch_days,
    )


def read_secret(path: Path) -> bytes:
    """The bytes of a secret file, at least 32 of them.

    An editor's last line end is no part of it, unless random bytes happen to end in one.
    """
    try:
        secret = path.read_bytes()
    except OSError as error:
        raise SharingError(str(path), str(error), "give a file of 32 random bytes") from error
    plain = secret.rstrip(b"\r\n")
    secret = plain if len(plain) >= LEAST_SECRET else secret
    if len(secret) < LEAST_SECRET:
        what = f"holds {len(secret)} bytes"
        raise SharingError(str(path), what, f"give a file of {LEAST_SECRET} random bytes or more")
    return secret
