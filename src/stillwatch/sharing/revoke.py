"""Takes back what a share said: every object in a last, revoked version, sealed like the share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from stillwatch.model.errors import SharingError
from stillwatch.sharing import profile as stix
from stillwatch.sharing.entry import Entered
from stillwatch.sharing.seal import event_of, is_sealed_by
from stillwatch.verifier.envelope import key_id


def revoked(entered: Sequence[Entered], public: bytes, now: datetime) -> tuple[Any, ...]:
    """The objects of a share as they are taken back; the grouping, which bears the seal, is last.

    Who they are of stays as it is: the identity of a member is said by many shares. Raises
    SharingError when the share is not this key's own, whole and unchanged.
    """
    own = stix.member_identity(key_id(public))
    events = [one for one in entered if event_of(one.raw) is not None]
    mine = [one for one in entered if own in (one.raw.get("created_by_ref"), one.value.id)]
    others = [one for one in mine if one not in events]
    if len(events) != 1 or not is_sealed_by(events[0].raw, [one.raw for one in others], public):
        what = "is not a share that this key sealed, whole and as it was"
        raise SharingError("withdraw", what, "name the file that left; the log keeps a copy")
    stamp = stix.stamp(now)
    if any(one.value.modified >= stamp for one in mine):
        raise SharingError("withdraw", "was made after this moment", "set the clock, or wait")
    back = [
        one.value
        if one.value.id == own
        else msgspec.structs.replace(one.value, modified=stamp, revoked=True)
        for one in others
    ]
    grouping = events[0].value
    facts = msgspec.structs.replace(grouping.extensions.facts, seal=msgspec.UNSET)
    return (
        *back,
        msgspec.structs.replace(
            grouping, modified=stamp, revoked=True, extensions=stix.Extensions(facts)
        ),
    )
