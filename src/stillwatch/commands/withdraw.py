"""`stillwatch withdraw`: takes back everything that a share said, at every receiver."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stillwatch.explain.words import some
from stillwatch.io import clock
from stillwatch.io.circles import read_circle
from stillwatch.io.keys import read_public
from stillwatch.job.leaving import WITHDREW, Leave, arrived, counted, hand_over, let_leave
from stillwatch.model.circle import Terms
from stillwatch.model.errors import SharingError
from stillwatch.model.visible import visible
from stillwatch.sharing import profile as stix
from stillwatch.sharing.disclose import Sender, refuse, why
from stillwatch.sharing.entry import EntryLimits, enter
from stillwatch.sharing.revoke import revoked
from stillwatch.verifier.envelope import key_id

WITHDRAWN = "withdrawn"
PLURALS = {"course-of-action": "courses of action"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the command says."""

    as_json: Mapping[str, Any]
    in_words: str


def withdraw(file: Path, *, circle: Path, member: Path, leave: Leave | None) -> Told:
    """Show what would be taken back, or with `leave` take it back."""
    ring, public, now = read_circle(circle), read_public(member), clock.now()
    try:
        data = file.read_bytes()
    except OSError as error:
        raise SharingError(str(file), str(error), "name a file that share wrote") from error
    # How strictly it is marked is weighed below, with a reason that says so.
    whole = enter(data, str(file), now, EntryLimits(strictest="red"))
    if whole.refused:
        what = f"holds what cannot be read: {visible(whole.refused[0].reason, 200)}"
        raise SharingError(str(file), what, "give the file as share wrote it; check the clock")
    objects = revoked(whole.entered, public, now)
    event = objects[-1].extensions.facts
    if event.circle != ring.id:
        what = f"was shared in the circle {event.circle}"
        raise SharingError(str(file), what, "give the file of that circle")
    # A withdrawal says no more than the share did, so it leaves on the terms of the share.
    terms = Terms(
        tlp=stix.TLP_OF[objects[-1].object_marking_refs[0]],
        service=event.service,
        permitted_use=tuple(event.permitted_use),
        legal_basis=event.legal_basis,
        expires_after_days=1,
    )
    sender = Sender(secret=b"", keyid=key_id(public))  # names nothing that was not named before
    refuse(ring, terms, sender)
    kinds = Counter(one.id.rpartition("--")[0] for one in objects if one.revoked)
    told: dict[str, Any] = {"left": leave is not None, "withdrawn": dict(sorted(kinds.items()))}
    words = ", ".join(
        some(count, kind.replace("-", " "), PLURALS.get(kind, ""))
        for kind, count in sorted(kinds.items())
    )
    if leave is None:
        text = f"Nothing has left. This would be taken back for good: {words}."
        return Told(as_json=told, in_words=text)
    body = {
        "circle": ring.id,
        "tlp": terms.tlp,
        "grouping": objects[-1].id,
        "fields": counted(why(objects)),
    }
    left = let_leave(objects, sender, terms, leave, (), WITHDREW, body, now, WITHDRAWN)
    told |= {"file": str(left.file)} | hand_over(left, leave)
    text = f"Taken back for good: {words}. {left.file}\n"
    text += arrived(told) if leave.to else "Next: stillwatch send, or any TAXII client"
    return Told(as_json=told, in_words=text)
