"""Finds which objects of a request stand under a seal of its sender, and why others do not.

A seal is over a whole share, so a share travels in one request: what is under no seal that holds
stays out of a circle that asks for seals.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from stillwatch.services.hub.admission import NOBODY, Candidate, Refused
from stillwatch.services.hub.people import Member
from stillwatch.sharing.seal import Leaf, event_of, is_sealed_over, leaf_of
from stillwatch.verifier.envelope import key_id

UNSEALED = "no seal of yours covers the object; send a share whole, in one request"
NO_KEY = "your public key is not registered; ask who runs the hub"


class _Broken(Exception):
    """Why a seal does not hold."""


def under_seals(
    values: Sequence[Any], read: Sequence[Candidate | Refused], member: Member
) -> list[Candidate | Refused]:
    """Every object with the shares that it came in, or refused where there is none."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(read):
        if isinstance(one, Candidate):
            places[one.object_id].append(place)
    leaves: dict[int, Leaf] = {}
    shares: dict[tuple[str, int, bytes], set[str]] = defaultdict(set)
    broken: dict[str, str] = {}
    for place, one in enumerate(read):
        if not isinstance(one, Candidate) or event_of(values[place]) is None:
            continue
        refs = list(dict.fromkeys(values[place]["object_refs"]))
        try:
            held = [_meant(read, places.get(ref, ()), one.version_us) for ref in refs]
            _check(values, place, [at for at in held if at is not None], len(refs), member, leaves)
        except _Broken as fault:
            broken[one.object_id] = str(fault)
            for ref in refs:
                broken.setdefault(ref, f"its share {one.object_id} is refused: {fault}")
            continue
        for at in (place, *(at for at in held if at is not None)):
            shares[_key(read[at])].add(one.object_id)
    found: list[Candidate | Refused] = []
    for one in read:
        if isinstance(one, Candidate) and one.author != NOBODY:
            covering = shares.get(_key(one))
            if covering is None:
                why = broken.get(one.object_id, UNSEALED)
                found.append(Refused(one.object_id, one.version, why))
                continue
            found.append(replace(one, shares=tuple(sorted(covering))))
        else:
            found.append(one)
    return found


def _key(one: Candidate | Refused) -> tuple[str, int, bytes]:
    return (
        (one.object_id, one.version_us, one.digest) if isinstance(one, Candidate) else ("", 0, b"")
    )


def _meant(read: Sequence[Candidate | Refused], places: Sequence[int], until: int) -> int | None:
    """The place of the version of an object that a share at that time meant."""
    known = [at for at in places if _key(read[at])[1] <= until]
    return max(known, key=lambda at: _key(read[at])[1], default=None)


def _check(
    values: Sequence[Any],
    place: int,
    held: Sequence[int],
    count: int,
    member: Member,
    leaves: dict[int, Leaf],
) -> None:
    """Raise _Broken unless the member sealed exactly these objects under this grouping."""
    event = event_of(values[place]) or {}
    if "seal" not in event:
        raise _Broken("the share bears no seal")
    if member.public_key is None:
        raise _Broken(NO_KEY)
    if event["seal"]["keyid"] != key_id(member.public_key):
        raise _Broken("another key than yours sealed the share")
    if len(held) < count:
        raise _Broken(f"{count - len(held)} of its objects are not here or may not enter")
    try:
        for at in held:
            if at not in leaves:
                leaves[at] = leaf_of(values[at])
        is_sealed = is_sealed_over(values[place], [leaves[at] for at in held], member.public_key)
    except ValueError as error:
        raise _Broken(f"the share has no canonical form ({error})") from error
    if not is_sealed:
        raise _Broken("the share is not what you sealed")
