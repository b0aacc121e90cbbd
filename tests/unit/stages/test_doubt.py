"""A cluster that may be a campaign makes its accounts likelier, and flags nobody."""

from dataclasses import replace

import pyarrow as pa

from stillwatch.io.cards import read_catalog
from stillwatch.stages.doubt import Doubt, doubts

POLICY = replace(read_catalog().policies[0], alert_posterior=0.9, least_families=2, least_owners=4)


def tables(clusters: dict[int, list[int]], owners: int = 5) -> dict[str, pa.Table]:
    """Members and what is known of them."""
    pairs = [(cluster, account) for cluster, some in clusters.items() for account in some]
    return {
        "members": pa.table(
            {"cluster_id": [c for c, _ in pairs], "account_id": [a for _, a in pairs]}
        ),
        "cluster_account": pa.table(
            {"subject_id": list(clusters), "owner_count": [owners] * len(clusters)}
        ),
    }


def scores(posterior: dict[int, float], families: int = 2) -> pa.Table:
    """What clusters' evidence adds up to."""
    return pa.table(
        {
            "subject_id": pa.array(list(posterior), pa.int64()),
            "posterior": pa.array(list(posterior.values()), pa.float64()),
            "family_count": pa.array([families] * len(posterior), pa.int64()),
        }
    )


def test_the_likeliest_cluster_of_an_account_counts() -> None:
    """Of two clusters that hold an account the surer one is told."""
    known = tables({1: [10, 11], 2: [11, 12]})
    found = doubts(scores({1: 0.3, 2: 0.6}), known, set(), set(), POLICY)
    assert found == {
        10: Doubt(cluster_id=1, posterior=0.3),
        11: Doubt(cluster_id=2, posterior=0.6),
        12: Doubt(cluster_id=2, posterior=0.6),
    }


def test_what_is_called_is_judged_elsewhere() -> None:
    """Accounts of a called cluster have no doubt, in whatever other cluster they are."""
    known = tables({1: [10, 11], 2: [11, 12]})
    found = doubts(scores({1: 0.95, 2: 0.6}), known, {1}, set(), POLICY)
    assert found == {12: Doubt(cluster_id=2, posterior=0.6)}


def test_only_what_the_policy_would_call_is_doubted() -> None:
    """One family, one customer or an authorized account leave no doubt, nor does a tiny one."""
    known = tables({1: [10, 11]})
    assert set(doubts(scores({1: 0.5}), known, set(), {10}, POLICY)) == {11}
    assert doubts(scores({1: 0.5}, families=1), known, set(), set(), POLICY) == {}
    assert doubts(scores({1: 0.001}), known, set(), set(), POLICY) == {}
    assert doubts(scores({1: 0.5}), tables({1: [10, 11]}, owners=1), set(), set(), POLICY) == {}


def test_a_cluster_at_the_alert_level_that_was_not_called_is_no_doubt() -> None:
    """Nobody's posterior reaches the alert level by doubt alone."""
    found = doubts(scores({1: 0.95}), tables({1: [10, 11]}), set(), set(), POLICY)
    assert found == {}
