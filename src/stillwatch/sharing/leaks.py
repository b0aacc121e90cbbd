"""Looks for identifiers in bytes that are about to leave: the last check, which nothing may fail.

`disclose` builds from an allow-list, so there is nothing to find; this is the second lock. Long
identifiers are looked for anywhere. Short ones stand in digests by chance, so they are looked for
as words of texts alone, and numbers that are no texts are not looked at: those are bands.
"""

import re
from collections.abc import Iterable

from stillwatch.model.errors import SharingError

LEAST_ANYWHERE = 12  # characters; a million of these are in no digest by chance
LEAST_WORD = 4
_TEXT = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_SPACE = re.compile(rb"[\s,;:=()\[\]{}<>]+")


def leaks(data: bytes, identifiers: Iterable[str]) -> list[str]:
    """Identifiers that stand in the bytes, long ones anywhere and short ones as words."""
    words = {word for text in _TEXT.findall(data) for word in (text, *_SPACE.split(text))}
    found = []
    for one in identifiers:
        raw = one.encode()
        is_word = len(raw) >= LEAST_WORD and raw in words
        if is_word or (len(raw) >= LEAST_ANYWHERE and raw in data):
            found.append(one)
    return sorted(found)


def refuse_leaks(where: str, data: bytes, identifiers: Iterable[str]) -> None:
    """Raise SharingError when an identifier of the run stands anywhere in bytes that leave."""
    found = leaks(data, identifiers)
    if found:
        what = f"{len(found)} identifiers of the run stand in what would leave"
        raise SharingError(where, what, "nothing left; report this as a fault of Stillwatch")
