"""Chance: the one random stream of a world, and small helpers to draw from lists."""

from collections.abc import Sequence
from random import Random
from typing import Any


def listed(text: str) -> list[str]:
    """The parts of a list written with bars."""
    return text.split("|")


def spaced(text: str) -> list[str]:
    """The words of a list written with blanks."""
    return text.split()


def pick(r: Random, seq: Sequence[Any]) -> Any:
    return seq[int(r.random() * len(seq))]
