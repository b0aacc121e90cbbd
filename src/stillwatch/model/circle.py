"""A circle: the labs that share with each other, their keys, and how much may be shared there."""

from dataclasses import dataclass, field
from typing import Literal

Tlp = Literal["clear", "green", "amber", "amber+strict", "red"]
TLP_ORDER: tuple[Tlp, ...] = ("clear", "green", "amber", "amber+strict", "red")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A lab of a circle, and the public key its shares are signed with."""

    id: str
    public_key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Who shares here. `secret` is known to the members alone; tokens are made with it."""

    id: str
    tlp: Tlp  # the strictest marking that may be shared in it
    members: tuple[Member, ...]
    secret: bytes = field(repr=False)
    epoch_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a person settles before a campaign is shared."""

    tlp: Tlp
    service: str
    permitted_use: tuple[str, ...]
    legal_basis: str
    expires_after_days: int
