"""Writes the published examples: `python -m stillwatch.evals.sharing.example --out examples`.

A made-up campaign as it leaves, the answer of a peer who sees it too and disputes one token, and
the share taken back. Members, keys and secrets are made up and known to everybody.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from stillwatch.evals.sharing.labs import (
    TERMS,
    circle_of,
    private_key,
    public_key,
    received,
    sender_of,
)
from stillwatch.io.cards import read_catalog
from stillwatch.io.pages import write_pages
from stillwatch.job.leaving import as_bundle
from stillwatch.model.findings import Campaign, Trace
from stillwatch.sharing.answer import answer
from stillwatch.sharing.disclose import disclose
from stillwatch.sharing.entry import enter
from stillwatch.sharing.revoke import revoked
from stillwatch.sharing.seal import sealed

NOW = datetime(2026, 3, 10, tzinfo=UTC)
CAMPAIGN = Campaign(
    campaign_id="C-0123456789ab",
    posterior=0.97,
    account_ids=tuple(f"acct-{n:04}" for n in range(60)),
    account_count=60,
    exchange_count=4_321,
    suspect_exchange_count=77,
    input_tokens=123_457,
    output_tokens=765_431,
    first_seen_at=datetime(2026, 3, 2, 10, 11, 12, tzinfo=UTC),
    last_seen_at=datetime(2026, 3, 8, 13, 14, 15, tzinfo=UTC),
    detected_at=datetime(2026, 3, 4, 1, 2, 3, tzinfo=UTC),
    techniques=("AD-001", "AD-034"),
    capabilities=("reasoning",),
    families=("content", "identity"),
    factors=(),
    alternatives=(),
)


def trace(kind: str = "template", trait: int = 7, ours: int = 40, all_: int = 40) -> Trace:
    """Something that accounts share."""
    return Trace(
        campaign_id=CAMPAIGN.campaign_id,
        kind=kind,
        trait_id=trait,
        account_count=ours,
        holder_count=all_,
        exchange_count=ours * 9,
        called_count=ours,
    )


def examples() -> dict[str, str]:
    """Every example by its file name."""
    catalog, circle = read_catalog(), circle_of()
    traces = [trace(), trace("ip", 8, 12, 13)]
    share = disclose(
        CAMPAIGN, traces, "alert", catalog, circle, TERMS, sender_of("lab-a"), NOW
    ).objects
    told = received(share, "lab-a", circle, NOW)
    later = NOW + timedelta(days=1)
    disputed = {one.indicator_id: "disagree" for one in told if one.kind == "ip"}
    answered = answer(
        CAMPAIGN, traces, told, disputed, "alert", catalog, circle, TERMS, sender_of("lab-b"), later
    )
    if answered is None:
        raise RuntimeError("the example answers nothing")
    first = as_bundle(sealed(share, private_key("lab-a")), TERMS)
    back = revoked(enter(first, "share", NOW).entered, public_key("lab-a"), later)
    whole: dict[str, tuple[Sequence[Any], str]] = {
        "share-answered.json": (answered.objects, "lab-b"),
        "share-withdrawn.json": (back, "lab-a"),
    }
    made = {
        name: as_bundle(sealed(objects, private_key(member)), TERMS).decode()
        for name, (objects, member) in whole.items()
    }
    return {"share.json": first.decode()} | made


def main(words: Sequence[str] | None = None) -> None:
    """Write them."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--out", type=Path, required=True)
    write_pages(given.parse_args(words).out, examples())


if __name__ == "__main__":
    main()
