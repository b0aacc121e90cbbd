"""A made-up campaign, circle and traces, for the tests of what may leave and what comes in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from stillwatch.evals.sharing.example import CAMPAIGN, NOW, trace
from stillwatch.evals.sharing.labs import TERMS, circle_of, private_key, sender_of
from stillwatch.io.cards import read_catalog
from stillwatch.model.findings import Campaign, Trace
from stillwatch.sharing.disclose import Share, disclose
from stillwatch.sharing.profile import emit
from stillwatch.sharing.seal import sealed

CIRCLE = circle_of()
CATALOG = read_catalog()


def campaign(**other: Any) -> Campaign:
    """A campaign of sixty accounts."""
    return replace(CAMPAIGN, **other)


def made(
    member: str = "lab-a",
    traces: list[Trace] | None = None,
    *,
    is_listed: bool = False,
    **other: Any,
) -> Share:
    """What a member may share."""
    told = [trace()] if traces is None else traces
    return disclose(
        campaign(**other), told, "alert", CATALOG, CIRCLE, TERMS, sender_of(member), NOW,
        is_listed=is_listed,
    )  # fmt: skip


def sent(member: str = "lab-a", traces: list[Trace] | None = None, **other: Any) -> bytes:
    """The same, sealed, as it travels."""
    return emit(sealed(made(member, traces, **other).objects, private_key(member)))
