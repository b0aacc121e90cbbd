"""Which accounts gather into one cluster, and which do not."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from fakes import account_total, link_card, traits
from stillwatch.model.evidence import LinkBits
from stillwatch.stages.cluster import Clusters, cluster
from stillwatch.stages.link import link
from stillwatch.tables.digest import digest

STRONG = ("template", "ip", "device")
WEAK = tuple(f"weak{number}" for number in range(6))
CARDS = [link_card(kind) for kind in (*STRONG, "network", *WEAK)]
MEASURED = [
    LinkBits(kind=kind, step=step, bits=bits, same_pairs=50, other_pairs=5)
    for kinds, bits in ((STRONG, 6.0), (("network",), 4.0), (WEAK, 2.0))
    for kind in kinds
    for step in range(8)
]
POPULATION = 1_000
Row = tuple[str, int, int, int]


def clustered(rows: list[Row], threads: int = 1) -> Clusters:
    """Clusters among a thousand accounts of ten exchanges each."""
    totals = account_total(dict.fromkeys(range(1, POPULATION + 1), 10))
    return cluster(link(traits(rows), totals, CARDS, MEASURED, threads).ties, threads)


def groups(found: Clusters) -> dict[int, list[int]]:
    """Accounts by cluster."""
    made: dict[int, list[int]] = {}
    for row in found.members.to_pylist():
        made.setdefault(row["cluster_id"], []).append(row["account_id"])
    return made


def sets(found: Clusters) -> list[list[int]]:
    """The accounts of each cluster, in order."""
    return sorted(groups(found).values())


def sharing(kind: str, trait: int, accounts: range | list[int], count: int = 10) -> list[Row]:
    """All of the accounts have the trait."""
    return [(kind, account, trait, count) for account in accounts]


def test_accounts_that_share_rare_things_are_one_cluster() -> None:
    """Members come in order, and hang on by the bits they share with a fellow."""
    found = clustered(sharing("template", 1, range(40, 60)) + sharing("ip", 2, range(40, 60)))
    assert sets(found) == [list(range(40, 60))]
    assert min(found.members.column("attachment_bits").to_pylist()) > 11


def test_two_accounts_are_no_cluster() -> None:
    """Fewer than three never are, whatever they share; three may be."""
    pair = [row for kind in STRONG for row in sharing(kind, 7, [3, 9])]
    assert groups(clustered(pair)) == {}
    three = [row for kind in STRONG for row in sharing(kind, 7, [3, 9, 11])]
    assert sets(clustered(three)) == [[3, 9, 11]]


def test_two_weak_ties_do_not_bind() -> None:
    """Four bits in all: strangers share so much."""
    rows = [row for kind in WEAK[:2] for row in sharing(kind, 7, range(40, 60))]
    assert groups(clustered(rows)) == {}


def test_many_weak_ties_that_point_to_the_same_accounts_bind() -> None:
    """Six families of two bits are twelve bits, though no single one would hold."""
    rows = [row for kind in WEAK for row in sharing(kind, 7, range(40, 60))]
    assert list(groups(clustered(rows)).values()) == [list(range(40, 60))]


def test_what_an_account_did_once_in_forty_times_does_not_bind() -> None:
    """A rare trait in one exchange of many is worth little."""
    totals = account_total(dict.fromkeys(range(1, POPULATION + 1), 400))
    ties = link(traits(sharing("ip", 1, range(40, 60))), totals, CARDS, MEASURED, 1).ties
    assert len(ties) == 20
    assert not len(cluster(ties).members)


def test_two_campaigns_in_one_network_stay_two() -> None:
    """Each has a template and a device of its own.

    The network they share, enough for an account to join by, is too little for a group.
    """
    rows = sharing("network", 1, range(100, 140))
    for start in (100, 120):
        mine = range(start, start + 20)
        rows += sharing("template", start, mine) + sharing("device", start, mine)
    assert sets(clustered(rows)) == [list(range(100, 120)), list(range(120, 140))]


def test_one_account_in_two_campaigns_does_not_make_them_one() -> None:
    """Twelve accounts share one template and device, twelve others another.

    Account 1 uses the template of these and the device of those.
    """
    here, there = range(10, 22), range(30, 42)
    rows = sharing("template", 1, [1, *here]) + sharing("device", 2, here)
    rows += sharing("template", 3, there) + sharing("device", 4, [1, *there])
    found = [set(mine) for mine in groups(clustered(rows)).values()]
    assert {len(mine & {*here, *there}) for mine in found} == {12}
    assert all(not mine & {*here} or not mine & {*there} for mine in found)


def test_a_bystander_at_one_address_with_a_campaign_is_no_member() -> None:
    """He shares an address with a few of sixty accounts and none of their work."""
    mine = range(100, 160)
    rows = sharing("template", 1, mine) + sharing("device", 2, mine)
    rows += sharing("ip", 3, [100, 101, 999])
    assert sets(clustered(rows)) == [list(mine)]


def test_pairs_show_who_is_tied_to_whom() -> None:
    """Every pair lies within its cluster, smaller key first, each once; every member has one."""
    rows = []
    for start in (100, 200):
        mine = range(start, start + 30)
        rows += sharing("template", start, mine) + sharing("ip", start, mine)
    found = clustered(rows)
    cluster_of = {row["account_id"]: row["cluster_id"] for row in found.members.to_pylist()}
    pairs = [tuple(row.values()) for row in found.pairs.to_pylist()]
    assert len(set(pairs)) == len(pairs)
    assert all(a < b and cluster_of[a] == cluster_of[b] for a, b, _ in pairs)
    assert {account for a, b, _ in pairs for account in (a, b)} == set(cluster_of)


def test_nothing_shared_makes_no_cluster() -> None:
    """Without ties there are no members and no pairs, and both tables have their columns."""
    found = clustered([("ip", 1, 1, 1)])
    assert not len(found.members)
    assert found.members.column_names == ["cluster_id", "account_id", "attachment_bits"]
    assert not len(found.pairs)
    assert found.pairs.column_names == ["account_a", "account_b", "cluster_id"]


def test_equal_inputs_give_equal_bytes_with_any_number_of_threads() -> None:
    """Noisy ties in any row order, with one thread or three."""
    dice = np.random.default_rng(8)
    rows = list(
        {
            (kind, int(account), int(trait)): (kind, int(account), int(trait), int(n))
            for kind in (*STRONG, "weak1")
            for account, trait, n in zip(
                dice.integers(1, 300, 900), dice.integers(1, 60, 900), dice.integers(1, 9, 900),
                strict=True,
            )
        }.values()
    )  # fmt: skip
    mixed = [rows[at] for at in dice.permutation(len(rows))]
    first, second = clustered(rows), clustered(mixed, threads=3)
    assert len(first.members) > 20
    assert digest(first.members) == digest(second.members)
    assert digest(first.pairs) == digest(second.pairs)


def test_keys_of_any_sign_are_kept_apart() -> None:
    """Account and trait keys use all 64 bits."""
    accounts = [-(2**63), -5, 2**63 - 1, 2**62]
    rows = sharing("template", -(2**63), accounts) + sharing("ip", 2**63 - 1, accounts)
    totals = account_total(dict.fromkeys([*accounts, *range(1, 500)], 10))
    found = cluster(link(traits(rows), totals, CARDS, MEASURED, 1).ties)
    assert sets(found) == [sorted(accounts)]
    assert found.members.schema.field("account_id").type == pa.int64()


def test_two_clusters_with_equal_sums_of_keys_are_both_kept() -> None:
    """Clusters of one size whose account keys add up to the same number are still two."""
    found = clustered(
        [
            row
            for number, mine in enumerate(([3, 4, 11, 12], [5, 6, 9, 10]))
            for kind in STRONG
            for row in sharing(kind, number, mine)
        ]
    )
    assert sets(found) == [[3, 4, 11, 12], [5, 6, 9, 10]]
