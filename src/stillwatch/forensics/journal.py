"""Continues the log of a proof: each entry names the one before it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from stillwatch.verifier.chain import GENESIS, entry, entry_hash
from stillwatch.verifier.exchanges import Task
from stillwatch.verifier.leaves import Leaf
from stillwatch.verifier.order import ANSWERED

FAILED, HANDED_OVER, STAMPED, REPAIRED, RECEIVED = (
    "failed",
    "handed over",
    "timestamped",
    "repaired",
    "received",
)


def instant(at: datetime) -> str:
    """A time as the log writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def following(
    entries: Sequence[Mapping[str, Any]],
    at: datetime,
    actor: str,
    action: str,
    body: Mapping[str, Any],
) -> dict[str, Any]:
    """The entry that comes next. A clock that went back is held at the last entry's time."""
    if not entries:
        return entry(0, GENESIS, instant(at), actor, action, body)
    last = entries[-1]
    when = max(instant(at), str(last["at"]))
    return entry(len(entries), entry_hash(last), when, actor, action, body)


def answered_body(leaf: Leaf) -> dict[str, Any]:
    """What the log says of an answer: which question, when, and the hash of the rest."""
    data = leaf.data or {}
    names = ("respondent", "condition", "prompt", "repeat", "how", "sent_at")
    return {**{name: data[name] for name in names}, "leaf": leaf.hash}


def tasks_done(entries: Sequence[Mapping[str, Any]]) -> set[Task]:
    """Questions that have an answer."""
    return {
        Task(
            respondent=one["body"]["respondent"],
            condition=one["body"]["condition"],
            prompt=one["body"]["prompt"],
            repeat=one["body"]["repeat"],
        )
        for one in entries
        if one["action"] == ANSWERED
    }
