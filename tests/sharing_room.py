"""A made-up campaign, circle and traces, for the tests of what may leave and what comes in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from stillwatch.evals.sharing.labs import TERMS, circle_of, private_key, sender_of
from stillwatch.io.cards import read_catalog
from stillwatch.model.findings import Campaign, Trace
from stillwatch.sharing.disclose import Share, disclose
from stillwatch.sharing.profile import emit
from stillwatch.sharing.seal import sealed

NOW = datetime(2026, 3, 10, tzinfo=UTC)
CIRCLE = circle_of()
CATALOG = read_catalog()


def campaign(**other: Any) -> Campaign:
    """A campaign of sixty accounts."""
    made: dict[str, Any] = {
        "campaign_id": "C-0123456789ab",
        "posterior": 0.97,
        "account_ids": tuple(f"acct-{n:04}" for n in range(60)),
        "account_count": 60,
        "exchange_count": 4_321,
        "suspect_exchange_count": 77,
        "input_tokens": 123_457,
        "output_tokens": 765_431,
        "first_seen_at": datetime(2026, 3, 2, 10, 11, 12, tzinfo=UTC),
        "last_seen_at": datetime(2026, 3, 8, 13, 14, 15, tzinfo=UTC),
        "detected_at": datetime(2026, 3, 4, 1, 2, 3, tzinfo=UTC),
        "techniques": ("AD-001", "AD-034"),
        "capabilities": ("reasoning",),
        "families": ("content", "identity"),
        "factors": (),
        "alternatives": (),
    }
    return Campaign(**(made | other))


def trace(kind: str = "template", trait: int = 7, ours: int = 40, all_: int = 40) -> Trace:
    """Something that accounts share."""
    return Trace(
        campaign_id="C-0123456789ab",
        kind=kind,
        trait_id=trait,
        account_count=ours,
        holder_count=all_,
        exchange_count=ours * 9,
    )


def made(member: str = "lab-a", traces: list[Trace] | None = None, **other: Any) -> Share:
    """What a member may share."""
    told = [trace()] if traces is None else traces
    return disclose(
        campaign(**other), told, "alert", CATALOG, CIRCLE, TERMS, sender_of(member), NOW
    )


def sent(member: str = "lab-a", traces: list[Trace] | None = None, **other: Any) -> bytes:
    """The same, sealed, as it travels."""
    return emit(sealed(made(member, traces, **other).objects, private_key(member)))
