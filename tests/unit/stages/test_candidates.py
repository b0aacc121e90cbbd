"""Which clusters are listed for a person to look at, though nobody in them is flagged."""

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa

from fakes import members_of, policy
from stillwatch.stages.track import Tracked, candidates, track

NAMES = {number: f"acct-{number:02d}" for number in range(100)}
MAYBE, SURE = 0.5, 0.95


def scored(clusters: Mapping[int, Iterable[int]], scores: Mapping[str, float]) -> pa.Table:
    """A posterior for each cluster; bits and families as a campaign has them."""
    return pa.table(
        {
            "subject_id": pa.array(list(clusters), pa.int64()),
            "posterior": [scores.get(f"c{number}", MAYBE) for number in clusters],
            "millibits": [round(10_000 * scores.get(f"c{number}", MAYBE)) for number in clusters],
            "family_count": [2 + int(scores.get(f"f{number}", 0)) for number in clusters],
        }
    )


def listed(
    clusters: Mapping[int, Sequence[int]],
    authorized: frozenset[int] = frozenset(),
    owners: int = 4,
    **scores: float,
) -> tuple[Tracked, ...]:
    """Candidates among clusters, after campaigns were called."""
    members, table = members_of(clusters), scored(clusters, scores)
    held, rules = dict.fromkeys(clusters, owners), policy(least_owners=4)
    called = track(members, table, held, NAMES, {}, rules, authorized)
    return candidates(members, table, held, NAMES, called, rules, authorized)


def test_what_may_be_a_campaign_is_listed_and_what_is_one_is_not() -> None:
    """From the review level to below the alert level, the surest first, under ids of their own."""
    clusters = {n: range(n, n + 3) for n in (0, 10, 20, 30, 40)}
    found = listed(clusters, c0=SURE, c10=0.2, c20=0.199, c30=0.899, c40=0.9)
    assert [one.cluster_id for one in found] == [30, 10]
    assert all(one.campaign_id.startswith("U-") for one in found)
    assert found[0].accounts == ("acct-30", "acct-31", "acct-32")


def test_an_account_is_listed_once_and_never_beside_its_campaign() -> None:
    """A cluster that is half campaign, or half listed before, brings what is left of it."""
    clusters = {0: range(8), 40: range(4, 12), 50: range(10, 16), 60: range(9, 12)}
    found = listed(clusters, c0=SURE, c40=0.8, c50=0.6, c60=0.4)
    assert [sorted(one.keys) for one in found] == [[8, 9, 10, 11], [12, 13, 14, 15]]


def test_a_cluster_that_is_mostly_known_is_not_listed_again() -> None:
    """Fewer than half of its accounts are new."""
    assert [one.cluster_id for one in listed({0: range(8), 50: range(3, 12)}, c0=SURE)] == []
    found = listed({0: range(8), 50: range(1, 12)}, c0=0.7, c50=0.3)
    assert [one.cluster_id for one in found] == [0]


def test_few_owners_few_accounts_and_contracts_keep_a_cluster_off_the_list() -> None:
    """What a policy never calls is nothing to review."""
    assert listed({0: range(12)}, owners=3) == ()
    assert listed({0: range(2)}) == ()
    assert listed({0: range(5)}, authorized=frozenset({0, 1, 2})) == ()
    (found,) = listed({0: range(5)}, authorized=frozenset({0}))
    assert sorted(found.keys) == [1, 2, 3, 4]


def test_one_family_of_evidence_is_not_listed() -> None:
    """Two independent families, as for a campaign."""
    assert [one.cluster_id for one in listed({0: range(5), 9: range(9, 14)}, f0=-1)] == [9]
