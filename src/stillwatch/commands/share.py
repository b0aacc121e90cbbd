"""`stillwatch share`: what of a campaign may leave, shown first; it leaves when a person signs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import msgspec

from stillwatch.explain.words import some
from stillwatch.io import clock
from stillwatch.io.cards import read_catalog
from stillwatch.io.circles import read_circle, read_secret
from stillwatch.io.egress import prove, read_log
from stillwatch.io.keys import read_public
from stillwatch.io.run_folder import read_run
from stillwatch.job.leaving import (
    Leave,
    arrived,
    campaign_of,
    counted,
    hand_over,
    identifiers_of,
    let_leave,
    refuse_leaks,
    response_of,
    traces_of,
)
from stillwatch.model.circle import Circle, Terms
from stillwatch.model.errors import SharingError
from stillwatch.sharing import profile as stix
from stillwatch.sharing.disclose import Leaving, Sender, Share, disclose
from stillwatch.verifier.envelope import key_id

SHOWN = 3  # values of a field that a person is shown; a campaign has up to 200 tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the command says."""

    as_json: Mapping[str, Any]
    in_words: str


def share(
    run: Path,
    campaign: str,
    *,
    circle: Path,
    names: Path,
    member: Path,
    terms: Terms,
    cards: Path | None,
    leave: Leave | None,
) -> Told:
    """Show what of a campaign or listed group may leave, or with `leave` let it leave.

    `names` is the secret that pseudonyms are made with, `member` the public key of who shares.
    """
    record = read_run(run)
    ring = read_circle(circle)
    found, is_listed = campaign_of(run, campaign)
    sender = Sender(secret=read_secret(names), keyid=key_id(read_public(member)))
    now = clock.now_to_the_millisecond()
    made = disclose(
        found, traces_of(run, campaign), response_of(run, campaign), read_catalog(cards), ring,
        terms, sender, now, is_listed=is_listed,
    )  # fmt: skip
    known = identifiers_of(run, record)
    if leave is None:
        refuse_leaks(made.objects, known)
        return _dry(made, ring, terms)
    body = {
        "circle": ring.id,
        "tlp": terms.tlp,
        "campaign": campaign,
        "grouping": made.event.id,
        "fields": counted(made.leaving),
    }
    left = let_leave(made.objects, sender, terms, leave, known, "shared", body, now)
    told = {"file": str(left.file), "bytes": len(left.data), "objects": len(made.objects)}
    told |= hand_over(left, leave)
    words = (
        f"{len(made.objects)} objects left as TLP:{terms.tlp.upper()} for circle {ring.id}: "
        f"{left.file}\nLogged in {leave.log}. "
    )
    words += arrived(told) if leave.to else "Next: stillwatch send, or any TAXII client"
    return Told(as_json=told, in_words=words)


def _dry(made: Share, ring: Circle, terms: Terms) -> Told:
    """Every field that would leave with its reason, and what stays with its own."""
    count = len(made.objects)
    to_whom = f"circle {ring.id} of {len(ring.members)} members, TLP:{terms.tlp.upper()}"
    lines = [f"Nothing has left. To {to_whom}, {count} objects would:"]
    lines += _fields(made.leaving)
    lines += ["", "What stays:", *(f"  {name}: {reason}" for name, reason in made.withheld)]
    lines += ["", "Every value of every object: the same words with --json"]
    needed = "--sign KEY --person NAME --legal-basis BASIS --log FOLDER --out FOLDER"
    lines += [f"To let it leave: {needed} [--to HUB]"]
    return Told(
        as_json={
            "left": False,
            "circle": ring.id,
            "tlp": terms.tlp,
            "objects": [msgspec.to_builtins(one) for one in made.objects],
            "leaving": [asdict(one) for one in made.leaving],
            "withheld": [{"what": what, "reason": reason} for what, reason in made.withheld],
        },
        in_words="\n".join(lines),
    )


def _fields(leaving: Iterable[Leaving]) -> Iterator[str]:
    """Type by type, each field once with its reason and what it says: a person can read that."""
    objects: dict[str, set[str]] = {}
    values: dict[str, dict[tuple[str, str], dict[str, None]]] = {}
    for one in leaving:
        objects.setdefault(one.object_type, set()).add(one.object_id)
        fields = values.setdefault(one.object_type, {})
        fields.setdefault((one.path, one.reason), {})[_shown(one.value)] = None
    for kind, fields in values.items():
        yield f"\n{len(objects[kind])} of type {kind}"
        for (path, reason), said in fields.items():
            most = SHOWN if len(said) > SHOWN + 1 else len(said)
            some = "; ".join(list(said)[:most])
            rest = f"; and {len(said) - most} others" if len(said) > most else ""
            yield f"  {path.replace(stix.PROFILE, 'profile')} = {some}{rest}"
            yield f"      because: {reason}"


def _shown(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def egress(log: Path, key: Path, entry: int | None) -> Told:
    """What left, checked; or the proof that one entry stands in the log."""
    entries = read_log(log, read_public(key))
    if entry is not None:
        if not 0 <= entry < len(entries):
            raise SharingError(str(log), f"has no entry {entry}", f"it has {len(entries)}")
        proof = asdict(prove(entries, entry))
        return Told(
            as_json=proof, in_words=msgspec.json.format(msgspec.json.encode(proof)).decode()
        )
    lines = [f"{some(len(entries), 'entry', 'entries')}; chain, copies and signed heads hold."]
    lines += [
        f"{one['seq']}  {one['at']}  {one['actor']}  {one['action']}  "
        f"{one['body'].get('circle', '')}  TLP:{str(one['body'].get('tlp', '')).upper()}  "
        f"{one['body']['sha256'][:16]}"
        for one in entries
    ]
    return Told(as_json={"holds": True, "entries": entries}, in_words="\n".join(lines))
