"""Lets something leave: seals it, looks for leaks, logs it, and only then writes it out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from shlex import quote
from typing import Any

import msgspec

from stillwatch.io.doors import read_door
from stillwatch.io.egress import EgressLog, copies
from stillwatch.io.keys import public_of, read_private
from stillwatch.io.pages import write_pages
from stillwatch.io.run_folder import read_table
from stillwatch.job.sending import send
from stillwatch.model.circle import Terms
from stillwatch.model.errors import SharingError, StillwatchError
from stillwatch.model.findings import Campaign, Trace
from stillwatch.model.visible import visible
from stillwatch.sharing import leaks
from stillwatch.sharing import profile as stix
from stillwatch.sharing.disclose import Leaving, Sender, why
from stillwatch.sharing.entry import EntryLimits, fault_of
from stillwatch.sharing.seal import sealed
from stillwatch.tables.schema import schema_of
from stillwatch.verifier.envelope import key_id

BUNDLE = "share"  # name of a file of objects that left
WITHDREW = "withdrew"  # the log's word for what was taken back


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """Whose key and name let something leave, the log it is written in, and where it goes."""

    key: Path
    person: str
    log: Path
    out: Path
    to: Path | None = None  # a hub file; None leaves it to somebody else to send


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What left, and the file that holds a copy of it."""

    data: bytes
    file: Path


def let_leave(
    objects: Sequence[Any],
    sender: Sender,
    terms: Terms,
    leave: Leave,
    known: Iterable[str],
    action: str,
    body: Mapping[str, Any],
    now: datetime,
    name: str = BUNDLE,
) -> Left:
    """Seal, look for leaks, log, and only then write: in this order, for everything that leaves.

    A file that is there stays: whoever takes something back needs what left. Raises SharingError
    before anything is logged where a receiver would not take it in.
    """
    if terms.legal_basis == stix.NOT_STATED:
        remedy = f"give --legal-basis, one of {', '.join(stix.BASES[1:])}"
        raise SharingError("share", "nobody has said on what legal basis it leaves", remedy)
    if not leave.person.isprintable():
        what = "holds signs that cannot be printed"
        raise SharingError("--person", what, "give the name of who signs")
    if leave.to is not None:
        read_door(leave.to)
    private = read_private(leave.key)
    if key_id(public_of(private)) != sender.keyid:
        what = "is not the key of the member who shares"
        raise SharingError(str(leave.key), what, "sign with the key beside --member's")
    signed = sealed(objects, private)
    for _ in why(signed):
        pass  # raises where a field of what is really sent has no reason to leave
    _refuse_unsound(signed, now)
    data = as_bundle(signed, terms)
    leaks.refuse_leaks("share", data, known)
    body = body if leave.to is None else {**body, "to": str(leave.to)}
    try:  # before anything is logged as having left
        leave.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"is no folder that can be written ({error.strerror})"
        raise SharingError(str(leave.out), what, "name another for --out") from error
    at = now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with EgressLog(leave.log) as log:
        _refuse_withdrawn(objects, log)
        log.append(data, at, leave.person, action, body, private)
    file = _unused(leave.out, name)
    write_pages(leave.out, {file.name: data.decode()})
    return Left(data=data, file=file)


def _refuse_unsound(objects: Sequence[Any], now: datetime) -> None:
    """What no receiver takes in must not stand in the log as having left.

    It also keeps words out that a run folder was given by hand: texts of a share are of lists.
    """
    limits = EntryLimits(strictest="red")
    for one in objects:
        fault = fault_of(msgspec.json.encode(one), now, limits)
        if fault is not None:
            what = f"would not be taken in by a receiver: {visible(fault, 200)}"
            raise SharingError(one.id, what, "nothing left; check the run folder and the options")


def refuse_withdrawn_file(data: bytes, log: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    """Raise SharingError when a file shares what a later entry of the log took back."""
    said = msgspec.json.decode(data)["objects"]
    alive = {one["id"] for one in said if not one.get("revoked")}
    if alive & _gone(copies(log, entries, WITHDREW)):
        what = "was taken back for good, as the log says"
        raise SharingError(str(log), what, "share it when the next epoch gives it another name")


def _gone(withdrawals: Iterable[bytes]) -> set[str]:
    """Ids of what was taken back."""
    return {
        one["id"]
        for text in withdrawals
        for one in msgspec.json.decode(text)["objects"]
        if one.get("revoked")
    }


def _refuse_withdrawn(objects: Sequence[Any], log: EgressLog) -> None:
    """What was taken back stays so until its pseudonym changes; a hub would refuse it anyway."""
    gone = _gone(copies(log.folder, log.entries, WITHDREW))
    taken = [one.id for one in objects if getattr(one, "revoked", False)]
    if taken and gone.issuperset(taken):
        remedy = "if it has not arrived, stillwatch send the file of that withdrawal"
        raise SharingError(str(log.folder), "says that this is taken back already", remedy)
    if any(one.id in gone and not getattr(one, "revoked", False) for one in objects):
        remedy = "share it when the next epoch gives it another pseudonym"
        raise SharingError(str(log.folder), "says that this was taken back for good", remedy)


def _unused(folder: Path, name: str) -> Path:
    """The first of name.json, name-2.json, name-3.json … that is not there."""
    ends = chain([""], (f"-{number}" for number in count(2)))
    return next(path for end in ends if not (path := folder / f"{name}{end}.json").exists())


def hand_over(left: Left, leave: Leave) -> dict[str, Any]:
    """Send what has just left where a hub was named. Raises when it did not arrive."""
    if leave.to is None:
        return {}
    try:
        return {"sent": send(left.data, leave.to)}
    except StillwatchError as error:
        file, log, to = (quote(str(one)) for one in (left.file, leave.log, leave.to))
        again = f"stillwatch send {file} --log {log} --member PUB --to {to}"
        what = f"it is signed and logged, but has not arrived ({error.what})"
        raise SharingError(error.where, what, f"{error.remedy}; then: {again}") from error


def arrived(told: Mapping[str, Any]) -> str:
    """What a hub said, in a sentence."""
    sent = told["sent"]
    return f"{sent['to']} took in {sent['accepted']} objects, collection {sent['collection']}."


def as_bundle(objects: Sequence[Any], terms: Terms) -> bytes:
    """A STIX bundle: the share, and beside it what is nobody's, the marking and the definition."""
    whole = [*stix.public_objects(terms.tlp), *objects]
    about = stix.derived("bundle", objects[-1].id)
    return msgspec.json.format(
        msgspec.json.encode({"type": "bundle", "id": about, "objects": whole}), indent=1
    )


def refuse_leaks(objects: Sequence[Any], known: Iterable[str]) -> None:
    """Raise SharingError when an identifier of the run stands anywhere in the objects."""
    leaks.refuse_leaks("share", stix.emit(list(objects)), known)


def campaign_of(run: Path, campaign: str) -> tuple[Campaign, bool]:
    """A campaign or a listed group of the run, by its id, and whether it is only listed."""
    known: list[str] = []
    for name in ("campaigns", "candidates"):
        for row in read_table(run, name).to_pylist():
            if row["campaign_id"] == campaign:
                return msgspec.convert(row, Campaign), name == "candidates"
            known.append(row["campaign_id"])
    remedy = f"use one of: {', '.join(known) or 'none was found'}"
    raise SharingError(str(run), f"has no campaign or group '{campaign}'", remedy)


def traces_of(run: Path, campaign: str) -> list[Trace]:
    """What the accounts of a campaign or a listed group share."""
    table = read_table(run, "traces").select(schema_of(Trace).names)
    return [
        msgspec.convert(row, Trace) for row in table.to_pylist() if row["campaign_id"] == campaign
    ]


def response_of(run: Path, campaign: str) -> str:
    """The latest action that the run decided on for the campaign."""
    rows = read_table(run, "decisions").to_pylist()
    mine = [row for row in rows if row["campaign_id"] == campaign]
    return max(mine, key=lambda row: row["decided_at"])["action"] if mine else "none"


def identifiers_of(run: Path, record: Mapping[str, Any]) -> set[str]:
    """Every identifier that the run knows, for the last look at what leaves."""
    found = set(read_table(run, "verdicts").column("account_id").to_pylist())
    for name in ("campaigns", "candidates"):
        found |= set(read_table(run, name).column("campaign_id").to_pylist())
    found |= set(read_table(run, "exchanges_flagged").column("exchange_id").to_pylist())
    return found | {str(one["path"]) for one in record["inputs"]}


def counted(leaving: Iterable[Leaving]) -> dict[str, int]:
    """How often each field leaves."""
    counts: dict[str, int] = {}
    for one in leaving:
        name = f"{one.object_type}.{one.path}"
        counts[name] = counts.get(name, 0) + 1
    return counts
