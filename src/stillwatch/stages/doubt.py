"""Says how probable it is of each account that a cluster too unsure to be called is a campaign.

A posterior below the alert level is a probability all the same: who is in a cluster that may be a
campaign is not as innocent as who is in none. Nobody is flagged by it.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.model.cards import PolicyCard

LEAST_POSTERIOR = 0.02  # a smaller doubt is not worth its reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """The likeliest campaign that an account may be part of."""

    cluster_id: int
    posterior: float


def doubts(
    cluster_scores: pa.Table,
    features: Mapping[str, pa.Table],
    called: AbstractSet[int],
    authorized: AbstractSet[int],
    policy: PolicyCard,
) -> dict[int, Doubt]:
    """By account key; only of clusters that the policy would call if they were surer.

    Accounts of `called` clusters are judged as their members, and `authorized` ones never.
    """
    members, owners = features["members"], features["cluster_account"]
    at = pc.index_in(cluster_scores["subject_id"], owners["subject_id"].combine_chunks())
    owner_count = owners["owner_count"].take(at).fill_null(0)
    likely = cluster_scores.filter(
        pc.and_(
            pc.and_(
                pc.greater_equal(cluster_scores["posterior"], LEAST_POSTERIOR),
                pc.less(cluster_scores["posterior"], policy.alert_posterior),
            ),
            pc.and_(
                pc.greater_equal(cluster_scores["family_count"], policy.least_families),
                pc.greater_equal(owner_count, policy.least_owners),
            ),
        )
    )
    sure = dict(zip(likely["subject_id"].to_pylist(), likely["posterior"].to_pylist(), strict=True))
    pairs = zip(members["cluster_id"].to_pylist(), members["account_id"].to_pylist(), strict=True)
    found: dict[int, Doubt] = {}
    judged = set(authorized)
    for cluster, account in pairs:
        if cluster in called:
            judged.add(account)
        elif cluster in sure and (account not in found or found[account].posterior < sure[cluster]):
            found[account] = Doubt(cluster_id=cluster, posterior=sure[cluster])
    return {account: doubt for account, doubt in found.items() if account not in judged}
