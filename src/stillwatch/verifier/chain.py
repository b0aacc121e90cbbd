"""Links the entries of a log by hashes, so that none can be changed, dropped or moved unseen."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from stillwatch.verifier.canonical import Damaged, digest, encode

GENESIS = "0" * 64
FIELDS = {"action", "actor", "at", "body", "previous", "seq"}
# One way to write a time, so that times sort as their texts do.
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


def is_instant(text: str) -> bool:
    """Whether a text is a time in the form of the log, and a day that there is."""
    try:
        return bool(INSTANT.fullmatch(text)) and datetime.fromisoformat(text) is not None
    except ValueError:
        return False


def entry(
    seq: int, previous: str, at: str, actor: str, action: str, body: Mapping[str, Any]
) -> dict[str, Any]:
    """The next entry after one whose hash is `previous`."""
    return {
        "seq": seq,
        "previous": previous,
        "at": at,
        "actor": actor,
        "action": action,
        "body": dict(body),
    }


def entry_hash(value: Mapping[str, Any]) -> str:
    """The hash by which the next entry names this one."""
    return digest(encode(dict(value)))


def check_chain(entries: Sequence[Any]) -> str:
    """The hash of the last entry. Raises Damaged at the first entry that does not follow."""
    previous, latest = GENESIS, ""
    for number, value in enumerate(entries):
        where = f"log.jsonl line {number + 1}"
        if not isinstance(value, dict) or set(value) != FIELDS:
            raise Damaged(where, "is no entry")
        if not all(isinstance(value[name], str) for name in ("action", "actor", "at")):
            raise Damaged(where, "has an entry of a wrong type")
        if not isinstance(value["body"], dict):
            raise Damaged(where, "has no body")
        if value["seq"] != number or value["previous"] != previous:
            raise Damaged(where, "does not follow the entry before it")
        if not is_instant(value["at"]):
            raise Damaged(where, f"has no time in the form of the log: {value['at']!r}")
        if value["at"] < latest:
            raise Damaged(where, f"is dated {value['at']}, before the entry it follows ({latest})")
        latest = value["at"]
        previous = entry_hash(value)
    return previous
