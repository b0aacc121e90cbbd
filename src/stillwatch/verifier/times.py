"""Checks the timestamps of an authority on the plan and on the seal against the log."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from stillwatch.verifier.canonical import Damaged
from stillwatch.verifier.found import Found, Trust
from stillwatch.verifier.order import ANSWERED, CLOCKS_APART
from stillwatch.verifier.seal import SEAL, TOKEN, Seal
from stillwatch.verifier.timestamp import MISSING, Stamp, check_stamp, roots

PLAN_STAMP = "plan.tsr"


def check_seal_time(
    files: Mapping[str, bytes],
    seal: Seal,
    log: Sequence[Mapping[str, Any]],
    trust: Trust,
    found: Found,
) -> None:
    """The seal must not be older than it says, nor the plan younger than the first question."""
    stamp = _stamp(files, TOKEN, SEAL, "time of the seal", trust, found)
    if stamp is not None and abs(stamp.at - _instant(seal.sealed_at)) > CLOCKS_APART:
        found.fails(
            "time of the seal",
            f"the seal says {seal.sealed_at}, the authority saw it at {_text(stamp.at)}",
        )
    if not log:
        return
    stamp = _stamp(files, PLAN_STAMP, "plan.json", "time of the plan", trust, found)
    first = next((one["body"]["sent_at"] for one in log if _is_question(one)), None)
    if stamp is not None and first is not None and stamp.at > _instant(first) + CLOCKS_APART:
        found.fails(
            "time of the plan",
            f"the authority saw the plan at {_text(stamp.at)}, after the first question ({first})",
        )


def _is_question(one: Any) -> bool:
    return isinstance(one, dict) and one.get("action") == ANSWERED and _has_time(one.get("body"))


def _has_time(body: Any) -> bool:
    try:
        _instant(body["sent_at"])
    except (KeyError, TypeError, ValueError):
        return False
    return True


def _stamp(
    files: Mapping[str, bytes], token: str, of: str, name: str, trust: Trust, found: Found
) -> Stamp | None:
    """What the token says, noted; None where it says nothing."""
    if token not in files or of not in files:
        found.unchecked(name, "no authority stamped it; the log's own times stand alone")
        return None
    try:
        trusted = [] if trust.authorities is None else roots(trust.authorities, "authorities")
        stamp = check_stamp(files[token], files[of], trusted, token)
    except Damaged as damage:
        found.fails(name, str(damage))
        return None
    if stamp is None:
        found.unchecked(name, f"it carries a token that was not read: {MISSING}")
    elif stamp.is_trusted is None:
        found.unchecked(
            name, f"a token says {_text(stamp.at)}; bring the authority's certificate to check it"
        )
    elif stamp.is_trusted:
        found.holds(name, f"an authority that you trust saw it at {_text(stamp.at)}")
    else:
        found.fails(name, f"no authority that you trust signed the token ({stamp.problem})")
    return stamp


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
