"""Looks for whatever is a lab's own in every byte that left it, and in what the others keep."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from stillwatch.evals.sharing.exercise import Room
from stillwatch.evals.sharing.search import WORDS, Needles, Search, contents, needles
from stillwatch.evals.traffic import Traffic

OF_EXCHANGES = (
    "exchange_id", "account_id", "organization_id", "api_key_id", "ip", "conversation_id",
)  # fmt: skip
OF_ACCOUNTS = (
    "account_id", "organization_id", "email_domain", "payment_fingerprint", "device_fingerprint",
    "signup_ip",
)  # fmt: skip
TEXTS = ("prompt_text", "system_text")
UNREADABLE = (b"content-encoding:", b"transfer-encoding:")
LOGS = "logs"  # a lab's own input; nobody else writes there


def needles_of(traffic: Traffic, *names: str) -> Needles:
    """Every identifier and prompt of a lab's traffic, and names of its own."""
    found = set(names)
    for table, columns in ((traffic.exchanges, OF_EXCHANGES), (traffic.accounts, OF_ACCOUNTS)):
        for name in columns:
            if name in table.column_names:
                found.update(table.column(name).unique().drop_null().to_pylist())
    return needles(found, _texts(traffic.exchanges))


def _texts(exchanges: pa.Table) -> Iterator[str]:
    for name in TEXTS:
        if name in exchanges.column_names:
            yield from exchanges.column(name).unique().drop_null().to_pylist()


def leak_test(rooms: Sequence[Room], wires: Path, hub: Path) -> dict[str, Any]:
    """What of anybody's stands on a wire or at the hub, or of another's in a lab's store."""
    own = {room.name: needles_of(room.traffic, room.person) for room in rooms}
    # A member's name is in every circle file, which the members wrote; no wire and no hub needs it.
    named = {name: found.with_names(name) for name, found in own.items()}
    told: dict[str, Any] = {"bytes": 0, "files": 0, "found": [], "looked_for": {}}
    for name, found in named.items():
        told["looked_for"][name] = {
            "identifiers": len(found.identifiers),
            f"{WORDS} words of a prompt": len(found.shingles),
        }
    searches = {name: Search(found) for name, found in named.items()}
    for folder in (wires, hub):
        for path, data in contents(folder):
            if folder == wires:
                _readable(path, data)
            for name, search in searches.items():
                _note(told, path, search.found_in(data), name)
            _count(told, data)
    for room in rooms:
        for name, found in own.items():
            if name == room.name:
                continue
            search = Search(found.without(own[room.name]))
            for path, data in contents(room.folder):
                if path.is_relative_to(room.folder / LOGS):
                    continue
                _note(told, path, search.found_in(data), name)
                _count(told, data)
    return told


def _count(told: dict[str, Any], data: bytes) -> None:
    told["bytes"] += len(data)
    told["files"] += 1


def _note(told: dict[str, Any], path: Path, found: Sequence[str], name: str) -> None:
    told["found"] += [{"file": path.name, "of": name, "what": one} for one in found[:100]]


def _readable(path: Path, data: bytes) -> None:
    """What is packed or cut into pieces could hide anything, so it fails the test."""
    low = data.lower()
    for word in UNREADABLE:
        if word in low:
            raise RuntimeError(f"{path}: {word.decode()} the wire cannot be read")


def can_fail(rooms: Sequence[Room], wires: Path) -> dict[str, bool]:
    """Whether the search finds what is put where nothing should be, one kind of thing at a time."""
    first = rooms[0]
    search = Search(needles_of(first.traffic, first.person).with_names(first.name))
    data = max((data for _, data in contents(wires / first.name)), key=len)
    half = len(data) // 2
    planted = {
        name: first.traffic.accounts.column(name).drop_null()[0].as_py()
        for name in OF_ACCOUNTS
        if name in first.traffic.accounts.column_names
        and first.traffic.accounts.column(name).null_count < len(first.traffic.accounts)
    }
    text = next(t for t in _texts(first.traffic.exchanges) if len(t.split()) > 2 * WORDS)
    planted |= {"eight words": " ".join(text.split()[3 : 3 + 2 * WORDS]), "name": first.name}
    return {
        what: len(search.found_in(data[:half] + value.encode() + data[half:]))
        > len(search.found_in(data))
        for what, value in planted.items()
    }
