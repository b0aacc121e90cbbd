"""Which clusters are campaigns, and what they are called from run to run."""

from collections.abc import Mapping

import pyarrow as pa
import pytest

from fakes import members_of, policy
from stillwatch.stages.track import Tracked, track

NAMES = {number: f"acct-{number:02d}" for number in range(100)}


def named(numbers: range) -> frozenset[str]:
    """Accounts by name."""
    return frozenset(NAMES[number] for number in numbers)


def tracked(
    clusters: Mapping[int, range],
    standing: Mapping[str, frozenset[str]] | None = None,
    **scores: tuple[float, int, int],
) -> tuple[Tracked, ...]:
    """Campaigns among clusters; a score is posterior, millibits and families, sure by default."""
    given = {number: scores.get(f"c{number}", (0.95, 9_000, 3)) for number in clusters}
    table = pa.table(
        {
            "subject_id": pa.array(list(given), pa.int64()),
            "posterior": pa.array([sure for sure, _, _ in given.values()], pa.float64()),
            "millibits": pa.array([bits for _, bits, _ in given.values()], pa.int64()),
            "family_count": pa.array([n for _, _, n in given.values()], pa.int32()),
        }
    )
    return track(members_of(clusters), table, NAMES, standing or {}, policy())


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


@pytest.mark.parametrize(("inner_bits", "chosen"), [(9_500, 0), (11_500, 50)])
def test_of_nested_clusters_one_is_the_campaign(inner_bits: int, chosen: int) -> None:
    """Twice as many accounts outweigh a bit, and no account is in two campaigns."""
    found = tracked({0: range(12), 50: range(6)}, c0=(0.99, 10_000, 3), c50=(0.99, inner_bits, 3))
    assert [one.cluster_id for one in found] == [chosen]


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
