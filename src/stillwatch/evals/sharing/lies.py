"""A member who lies: names what honest people share as if it were a campaign of his own."""

from collections import Counter
from datetime import datetime

import numpy as np

from stillwatch.catalog.load import Catalog
from stillwatch.evals.sharing.labs import LIAR, TERMS, Lab, received, sender_of
from stillwatch.job.peers import texts
from stillwatch.model.circle import Circle
from stillwatch.model.findings import Campaign, Trace
from stillwatch.model.sharing import PeerIndicator
from stillwatch.sharing.disclose import COMPARABLE, MOST_TRACES, disclose
from stillwatch.stages.meet import LEAST_CROWD, MOST_SHARE


def honest_traces(target: Lab, catalog: Catalog, count: int) -> list[tuple[str, int, int]]:
    """What as many honest accounts of a lab share as are not too many: kind, trait, holders.

    The liar is given the target's own traffic, which no peer has, and knows our rules: the worst
    that he can do.
    """
    kinds = {number: name for name, number in texts(catalog.links).items() if name in COMPARABLE}
    hostile = {key for key, row in target.seen.truth.items() if row["is_hostile"]}
    day = target.seen.inputs.days["trait_day"].select(["account_id", "kind_id", "trait_id"])
    held = Counter(
        (kinds[kind], trait)
        for account, kind, trait in {
            tuple(row)
            for row in np.column_stack(
                [day.column(n).to_numpy() for n in day.column_names]
            ).tolist()
        }
        if kind in kinds and account not in hostile
    )
    accounts = len(target.seen.inputs.names["account"])
    few = {key: n for key, n in held.items() if n <= max(LEAST_CROWD, MOST_SHARE * accounts)}
    ranked = sorted(few.items(), key=lambda item: (-item[1], item[0]))
    return [(kind, trait, holders) for (kind, trait), holders in ranked[:count]]


def lie(
    target: Lab,
    circle: Circle,
    catalog: Catalog,
    now: datetime,
    *,
    liar: str = LIAR,
    campaigns: int = 1,
) -> list[PeerIndicator]:
    """Made-up campaigns of the liar, every one as sure and as big as the profile lets it be."""
    known = honest_traces(target, catalog, campaigns * MOST_TRACES)
    told: list[PeerIndicator] = []
    for number in range(campaigns):
        part = known[number::campaigns]
        id_ = f"made up {number}"
        made = disclose(
            _claimed(id_, target), [_held(id_, *one) for one in part], "suspend", catalog, circle,
            TERMS, sender_of(liar), now,
        )  # fmt: skip
        told += received(made.objects, liar, circle, now)
    return told


def _held(campaign: str, kind: str, trait: int, holders: int) -> Trace:
    most = max(holders, 50)
    return Trace(
        campaign_id=campaign,
        kind=kind,
        trait_id=trait,
        account_count=most,
        holder_count=most,
        exchange_count=most,
        called_count=most,
    )


def _claimed(id_: str, target: Lab) -> Campaign:
    last = target.seen.inputs.days["account_day"].column("last_at").to_pylist()
    return Campaign(
        campaign_id=id_,
        posterior=1.0,
        account_ids=(),
        account_count=9_000,
        exchange_count=900_000,
        suspect_exchange_count=0,
        input_tokens=0,
        output_tokens=0,
        first_seen_at=min(last),
        last_seen_at=max(last),
        detected_at=max(last),
        techniques=("AD-001", "AD-034"),
        capabilities=(),
        families=("content", "identity"),
        factors=(),
        alternatives=(),
    )
