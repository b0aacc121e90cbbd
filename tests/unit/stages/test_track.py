"""Which clusters are campaigns, and what they are called from run to run."""

from collections.abc import Iterable, Mapping
from itertools import permutations

import pyarrow as pa
import pytest

from fakes import members_of, policy
from stillwatch.model.evidence import Bits, Posterior
from stillwatch.stages.track import Tracked, track, without_bystanders

NAMES = {number: f"acct-{number:02d}" for number in range(100)}


def named(numbers: range) -> frozenset[str]:
    """Accounts by name."""
    return frozenset(NAMES[number] for number in numbers)


def tracked(
    clusters: Mapping[int, Iterable[int]],
    standing: Mapping[str, frozenset[str]] | None = None,
    *,
    owners: Mapping[int, int] | None = None,
    least_owners: int = 1,
    authorized: frozenset[int] = frozenset(),
    own: Mapping[int, tuple[float, int, int]] | None = None,
    **scores: tuple[float, int, int],
) -> tuple[Tracked, ...]:
    """Campaigns among clusters; a score is posterior, millibits and families, sure by default.

    `own` are scores of clusters that are ours, without what peers told.
    """
    owners = dict.fromkeys(clusters, 4) if owners is None else owners
    given = {number: scores.get(f"c{number}", (0.95, 9_000, 3)) for number in clusters}
    return track(
        members_of(clusters), scored(given), owners, NAMES, standing or {},
        policy(least_owners=least_owners), authorized,
        own_scores=None if own is None else scored(own),
    )  # fmt: skip


def scored(given: Mapping[int, tuple[float, int, int]]) -> pa.Table:
    """Scores of clusters as a table."""
    return pa.table(
        {
            "subject_id": pa.array(list(given), pa.int64()),
            "posterior": pa.array([sure for sure, _, _ in given.values()], pa.float64()),
            "millibits": pa.array([bits for _, bits, _ in given.values()], pa.int64()),
            "family_count": pa.array([n for _, _, n in given.values()], pa.int32()),
        }
    )


def test_a_campaign_is_sure_has_two_families_and_three_accounts() -> None:
    """At the alert level, with enough families and accounts; below any of them it is none."""
    clusters = {0: range(3), 10: range(10, 13), 20: range(20, 23), 30: range(30, 32)}
    found = tracked(clusters, c0=(0.9, 1, 2), c10=(0.899, 9_000, 3), c20=(0.99, 9_000, 1))
    assert [one.cluster_id for one in found] == [0]


def test_the_surest_campaign_comes_first() -> None:
    """By bits, then by cluster."""
    clusters = {n: range(n, n + 3) for n in (0, 10, 20, 30)}
    found = tracked(
        clusters, c0=(0.95, 5, 2), c10=(0.97, 9, 2), c20=(0.99, 20, 2), c30=(0.97, 9, 2)
    )
    assert [one.cluster_id for one in found] == [20, 10, 30, 0]


@pytest.mark.parametrize(("owners", "called"), [(3, False), (4, True), (None, False)])
def test_a_cluster_of_few_owners_is_never_called(owners: int | None, called: bool) -> None:
    """Many accounts of three owners are those owners' business; what is not known is no owner."""
    known = {} if owners is None else {0: owners}
    found = tracked({0: range(12)}, owners=known, least_owners=4, c0=(0.999, 30_000, 5))
    assert bool(found) is called


@pytest.mark.parametrize(("inner_bits", "chosen"), [(9_500, 0), (11_500, 50)])
def test_of_nested_clusters_one_is_the_campaign(inner_bits: int, chosen: int) -> None:
    """It is named after the one with the most evidence, and has the accounts of both.

    Twice as many accounts outweigh a bit.
    """
    clusters = {0: range(12), 50: range(6)}
    (found,) = tracked(clusters, c0=(0.99, 10_000, 3), c50=(0.99, inner_bits, 3))
    assert found.cluster_id == chosen
    assert sorted(found.keys) == list(range(12))


def test_clusters_that_share_accounts_are_one_campaign() -> None:
    """A third in common is enough; scores are of the one that the campaign is named after."""
    clusters = {0: range(9), 50: range(6, 15)}
    (found,) = tracked(clusters, c0=(0.99, 12_000, 4), c50=(0.95, 10_500, 3))
    assert (found.cluster_id, found.posterior) == (0, 0.99)
    assert (found.millibits, found.family_count) == (12_000, 4)
    assert found.accounts == tuple(NAMES[number] for number in range(15))


def test_clusters_that_share_little_stay_two_and_no_account_is_in_both() -> None:
    """Two of nine in common are too few; they stay with the cluster that has more evidence."""
    clusters = {0: range(9), 50: range(7, 16)}
    one, other = tracked(clusters, c0=(0.99, 12_000, 4), c50=(0.95, 9_000, 3))
    assert sorted(one.keys) == list(range(9))
    assert sorted(other.keys) == list(range(9, 16))


def test_disjoint_clusters_stay_two_campaigns() -> None:
    """Nothing in common, nothing united."""
    found = tracked({0: range(9), 50: range(9, 18)})
    assert [sorted(one.keys) for one in found] == [list(range(9)), list(range(9, 18))]


def test_a_cluster_that_is_no_campaign_brings_no_accounts() -> None:
    """A wide cluster that convinces nobody adds nothing to the core inside it."""
    (found,) = tracked({0: range(12), 50: range(6)}, c0=(0.5, 3_000, 3))
    assert sorted(found.keys) == list(range(6))


@pytest.mark.parametrize(("own", "called"), [(2, False), (3, True)])
def test_what_others_leave_over_must_be_enough_accounts(own: int, called: bool) -> None:
    """Two accounts of each of three stronger campaigns, and two or three of its own."""
    clusters: dict[int, list[int]] = {n: list(range(n, n + 9)) for n in (0, 10, 20)}
    clusters[50] = [0, 1, 10, 11, 20, 21, *range(50, 50 + own)]
    found = tracked(clusters, c50=(0.95, 1_000, 3))
    assert (50 in [one.cluster_id for one in found]) is called
    assert all(len(one.keys) == (own if one.cluster_id == 50 else 9) for one in found)


def test_a_cluster_between_two_campaigns_does_not_unite_them() -> None:
    """It has five accounts of one and four of the other: its rest goes to the first alone."""
    clusters = {0: range(9), 30: range(10, 19), 50: [*range(4, 9), *range(10, 14), 20, 21]}
    found = tracked(clusters, c0=(0.99, 9_000, 3), c30=(0.99, 9_000, 3), c50=(0.95, 7_500, 3))
    assert [sorted(one.keys) for one in found] == [[*range(9), 20, 21], list(range(10, 19))]


def test_a_crowd_around_a_campaign_is_not_brought_to_it() -> None:
    """The wider cluster passes because the campaign is in it, with three bits less evidence."""
    clusters = {0: range(9), 50: range(15)}
    (found,) = tracked(clusters, c0=(0.99, 12_000, 4), c50=(0.95, 9_000, 3))
    assert sorted(found.keys) == list(range(9))


def test_keys_and_names_are_the_same_accounts() -> None:
    """In one order by key, in another by name; each account once."""
    (found,) = tracked({0: range(9), 50: range(3, 12)})
    assert sorted(NAMES[key] for key in found.keys) == list(found.accounts)
    assert len(set(found.keys)) == len(found.keys)


def test_accounts_with_a_contract_are_never_named() -> None:
    """They are in no campaign and do not tie two clusters together."""
    clusters = {0: range(9), 50: range(6, 15)}
    found = tracked(clusters, authorized=frozenset(range(6, 9)))
    assert [sorted(one.keys) for one in found] == [list(range(6)), list(range(9, 15))]


def test_the_order_of_clusters_changes_nothing() -> None:
    """However the clusters lie, campaigns and their accounts are the same."""
    clusters = {0: range(9), 30: range(7, 14), 50: range(6, 15), 60: range(20, 24)}
    made = {tracked({key: clusters[key] for key in order}) for order in permutations(clusters)}
    assert len({tuple((o.campaign_id, o.accounts, o.cluster_id) for o in one) for one in made}) == 1


def test_an_id_is_derived_from_the_accounts() -> None:
    """The same accounts have the same id in any run and among any others.

    Other accounts have another.
    """
    (alone,) = tracked({0: range(5)})
    beside = tracked({0: range(10, 15), 7: range(5)})
    assert {one.accounts: one.campaign_id for one in beside}[alone.accounts] == alone.campaign_id
    assert len({one.campaign_id for one in beside}) == 2
    assert alone.history == ()


def test_a_standing_campaign_keeps_its_id() -> None:
    """Half of its accounts were replaced; it is still the one that was known."""
    (found,) = tracked({0: range(5, 15)}, {"C-old": named(range(10))})
    assert found.campaign_id == "C-old"
    assert found.history == ("known from an earlier run as C-old",)


def test_a_few_common_accounts_do_not_make_it_the_same() -> None:
    """Two of ten accounts in common are too few."""
    (found,) = tracked({0: range(8, 18)}, {"C-old": named(range(10))})
    assert found.campaign_id != "C-old"
    assert found.history == ()


def test_a_split_is_written_into_the_smaller_parts_history() -> None:
    """The larger part keeps the id; the smaller one gets its own and says where it came from."""
    large, small = sorted(
        tracked({0: range(7), 7: range(7, 10)}, {"C-old": named(range(10))}),
        key=lambda one: -len(one.accounts),
    )
    assert large.campaign_id == "C-old"
    assert small.campaign_id.startswith("C-")
    assert small.campaign_id != "C-old"
    assert small.history == ("split from C-old",)


def test_a_merger_is_written_into_the_history() -> None:
    """Two known campaigns became one: it keeps the id of the larger and names the other."""
    standing = {"C-big": named(range(6)), "C-small": named(range(6, 10))}
    (found,) = tracked({0: range(10)}, standing)
    assert found.campaign_id == "C-big"
    assert found.history == ("known from an earlier run as C-big", "merged with C-small")


def kept(
    posterior: Mapping[int, float], offset: float | None = 6.0
) -> tuple[tuple[Tracked, ...], tuple[Tracked, ...]]:
    """A campaign of six before and after bystanders are let go; who is not told of fits well."""
    before = tracked({0: range(6)})
    curves = [] if offset is None else [Posterior(subject="member", offset=offset)]
    scores = pa.table(
        {
            "subject_id": pa.array(list(posterior), pa.int64()),
            "posterior": pa.array(list(posterior.values()), pa.float64()),
        }
    )
    fits = pa.table({"account_id": pa.array(range(6), pa.int64())})
    bits = Bits(posterior=curves)
    return before, without_bystanders(before, fits, scores, bits, NAMES, policy())


def test_a_bystander_leaves_the_campaign_and_the_rest_know_how_sure_they_are() -> None:
    """Below one half an account goes; others keep their posterior of belonging."""
    (before,), (after,) = kept({2: 0.49, 3: 0.7})
    assert set(before.keys) - set(after.keys) == {2}
    assert set(after.accounts) == named(range(6)) - {NAMES[2]}
    assert after.belongs[NAMES[3]] == 0.7
    assert after.belongs[NAMES[0]] == pytest.approx(1 / (1 + 2**-6.0))
    assert after.campaign_id == before.campaign_id


def test_a_campaign_of_bystanders_is_none() -> None:
    """Two accounts are left, and the policy asks for three."""
    assert kept(dict.fromkeys(range(4), 0.1))[1] == ()


def test_where_belonging_was_never_measured_nobody_goes() -> None:
    """Bits without a curve for members say nothing of them."""
    before, after = kept(dict.fromkeys(range(6), 0.1), offset=None)
    assert before == after


UNSURE = (0.7, 8_000, 3)


def test_what_peers_make_sure_stands_beside_what_is_sure_without_them() -> None:
    """A campaign that peers made sure has its own accounts, and says what all evidence says."""
    clusters = {0: range(6), 20: range(20, 26)}
    found = tracked(clusters, c20=(0.97, 11_170, 3), own={0: (0.95, 9_000, 3), 20: UNSURE})
    assert [(one.cluster_id, sorted(one.keys)) for one in found] == [
        (20, [*range(20, 26)]),
        (0, [*range(6)]),
    ]
    assert [one.millibits for one in found] == [11_170, 9_000]


def test_what_peers_make_sure_takes_no_account_of_ours_and_adds_none() -> None:
    """Neither a wider cluster around a campaign of ours, nor a surer one inside it."""
    clusters = {0: range(6), 50: range(12), 60: range(3)}
    own = {0: (0.95, 9_000, 3), 50: UNSURE, 60: UNSURE}
    peers = {"c50": (0.97, 11_170, 3), "c60": (0.97, 11_170, 3)}
    (found,) = tracked(clusters, own=own, **peers)
    assert (found.cluster_id, sorted(found.keys)) == (0, [*range(6)])


def test_what_peers_make_sure_may_touch_a_campaign_of_ours() -> None:
    """Less than a third of its accounts in common: the rest are a campaign of their own."""
    clusters = {0: range(6), 50: range(4, 12)}
    found = tracked(clusters, own={0: (0.95, 9_000, 3), 50: UNSURE}, c50=(0.97, 11_170, 3))
    assert {one.cluster_id: sorted(one.keys) for one in found} == {
        0: [*range(6)],
        50: [*range(6, 12)],
    }


def test_a_cluster_that_peers_alone_made_is_none_of_ours() -> None:
    """However sure it is: a campaign of ours that shares a third with it keeps its accounts."""
    clusters = {0: range(6), 50: range(3, 12)}
    (found,) = tracked(clusters, own={0: (0.95, 9_000, 3)}, c50=(0.99, 30_000, 3))
    assert (found.cluster_id, sorted(found.keys)) == (0, [*range(6)])


def test_peers_who_tell_nothing_change_nothing() -> None:
    """With the same scores twice the campaigns are those of one pass, whatever overlaps."""
    clusters = {
        0: range(9),
        50: range(6, 15),
        60: range(2, 5),
        70: range(14, 30),
        80: range(29, 33),
    }
    scores = {
        "c0": (0.99, 12_000, 4), "c50": (0.95, 10_500, 3), "c60": (0.95, 13_000, 3),
        "c70": (0.95, 9_000, 3), "c80": (0.95, 9_500, 3),
    }  # fmt: skip
    own = {number: scores[f"c{number}"] for number in clusters}
    assert tracked(clusters, own=own, **scores) == tracked(clusters, **scores)
