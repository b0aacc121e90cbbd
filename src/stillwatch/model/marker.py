"""A marker: a yes/no fact about what a prompt asks."""

from dataclasses import dataclass
from typing import Literal

Place = Literal["prompt", "system", "both"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerTest:
    """A text, and whether the marker is true of it."""

    text: str
    expect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerCard:
    """True of a text that holds at least one phrase of every group.

    The column it makes is `is_<id>`. It says what is asked and never who asks, and alone it
    says nothing about intent.
    """

    id: str
    title: str
    why: str
    where: Place
    groups: tuple[tuple[str, ...], ...]
    tests: tuple[MarkerTest, ...]
