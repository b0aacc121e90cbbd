"""What ties of accounts to traits are worth, on tables small enough to reckon by hand."""

import math

import numpy as np
import pyarrow as pa
import pytest

from fakes import account_total, link_card, traits
from stillwatch.model.evidence import LinkBits
from stillwatch.stages.link import MOST_TIES_OF_A_FAMILY, Ties, link
from stillwatch.stages.traits import kind_id
from stillwatch.tables.digest import digest

CARDS = [
    link_card("ip", crowd=4),
    link_card("template", family="content"),
    link_card("device", column=None, query="select", reads=["accounts"]),
    link_card("model", links=False),
]
MEASURED = [
    LinkBits(kind="ip", step=0, bits=4.0, same_pairs=9, other_pairs=1),
    LinkBits(kind="template", step=0, bits=9.0, same_pairs=9, other_pairs=1),
    LinkBits(kind="template", step=1, bits=0.4, same_pairs=9, other_pairs=9),
]


def linked(rows: list[tuple[str, int, int, int]], threads: int = 1, exchanges: int = 10) -> Ties:
    """Ties among 64 accounts of ten exchanges each."""
    totals = account_total(dict.fromkeys(range(1, 65), exchanges))
    return link(traits(rows), totals, CARDS, MEASURED, threads)


def test_rarity_is_log2_of_all_accounts_over_those_that_have_it() -> None:
    """Two of 64 accounts: five bits of rarity, worth the four measured for two or three holders."""
    rows = linked([("ip", 1, 77, 10), ("ip", 2, 77, 10)]).ties.to_pylist()
    assert [(r["account_id"], r["account_count"], r["rarity"], r["bits"]) for r in rows] == [
        (1, 2, 5.0, 4.0),
        (2, 2, 5.0, 4.0),
    ]
    assert {r["kind_id"] for r in rows} == {kind_id("ip")}


def test_a_tie_is_never_worth_more_than_its_rarity() -> None:
    """Nine bits were measured for two or three holders, but the trait has only five."""
    rows = linked([("template", 1, 77, 10), ("template", 2, 77, 10)]).ties.to_pylist()
    assert [row["bits"] for row in rows] == [5.0, 5.0]


def test_a_kind_that_was_never_measured_is_worth_half_its_rarity() -> None:
    """Two of 64 accounts are five bits of rarity."""
    rows = linked([("device", 1, 77, 1), ("device", 2, 77, 1)]).ties.to_pylist()
    assert [row["bits"] for row in rows] == [2.5, 2.5]


def test_share_is_of_the_accounts_own_exchanges_for_traits_of_exchanges_alone() -> None:
    """Three exchanges of ten came from the address; a sign-up device holds for all of them."""
    rows = linked(
        [("ip", 1, 77, 3), ("ip", 2, 77, 10), ("device", 1, 5, 1), ("device", 2, 5, 1)]
    ).ties.to_pylist()
    shares = {(row["account_id"], row["kind_id"]): row["share"] for row in rows}
    assert shares == {
        (1, kind_id("ip")): pytest.approx(0.3),
        (2, kind_id("ip")): 1.0,
        (1, kind_id("device")): 1.0,
        (2, kind_id("device")): 1.0,
    }


def test_crowds_are_kept_apart_with_their_size() -> None:
    """Five accounts at one address are more than its crowd of four: no tie, but a crowd."""
    found = linked([("ip", account, 77, 10) for account in range(1, 6)])
    assert not len(found.ties)
    assert found.crowds.to_pylist() == [
        {"kind_id": kind_id("ip"), "trait_id": 77, "account_count": 5}
    ]
    at_the_edge = linked([("ip", account, 77, 10) for account in range(1, 5)])
    assert len(at_the_edge.ties) == 4
    assert not len(at_the_edge.crowds)


@pytest.mark.parametrize(
    ("kind", "accounts", "why"),
    [
        ("ip", 1, "one account shares nothing"),
        ("template", 9, "what more than an eighth has is common"),
        ("template", 5, "0.4 bits were measured for four to fifteen holders, too few to keep"),
        ("model", 2, "this kind is kept for features and never links"),
    ],
)
def test_these_traits_tie_nobody(kind: str, accounts: int, why: str) -> None:
    """Single, common, worthless and unlinking traits leave no tie."""
    assert not len(linked([(kind, a, 77, 10) for a in range(1, accounts + 1)]).ties), why


def test_an_account_keeps_its_strongest_ties_of_a_family() -> None:
    """Of a hundred shared templates the ones it used most stay, up to the limit."""
    rows = [("template", account, t, t) for t in range(1, 101) for account in (1, 2)]
    ties = linked(rows, exchanges=100).ties
    mine = ties.filter(pa.array(ties.column("account_id").to_numpy() == 1))
    strongest = list(range(101 - MOST_TIES_OF_A_FAMILY, 101))
    assert sorted(mine.column("trait_id").to_pylist()) == strongest


def test_other_keys_for_accounts_change_nothing_else() -> None:
    """Rarity, bits and share stay with the account under its new key."""
    rows = [
        ("ip", 1, 77, 3), ("ip", 2, 77, 10), ("template", 2, 8, 5), ("template", 3, 8, 6),
    ]  # fmt: skip
    renamed = [(kind, 65 - account, trait, n) for kind, account, trait, n in rows]
    first = linked(rows).ties.to_pylist()
    second = linked(renamed).ties.to_pylist()
    back = sorted((r | {"account_id": 65 - r["account_id"]} for r in second), key=str)
    assert back == sorted(first, key=str)


def test_equal_inputs_give_equal_bytes_with_any_number_of_threads() -> None:
    """Row order and threads do not show in the result."""
    dice = np.random.default_rng(4)
    rows = [
        (kind, int(account), int(trait), int(n))
        for kind in ("ip", "template")
        for account, trait, n in zip(
            dice.integers(1, 65, 400), dice.integers(1, 120, 400), dice.integers(1, 5, 400),
            strict=True,
        )
    ]  # fmt: skip
    rows = list({row[:3]: row for row in rows}.values())
    mixed = [rows[at] for at in dice.permutation(len(rows))]
    first, second = linked(rows), linked(mixed, threads=3)
    assert len(first.ties) > 20
    assert digest(first.ties) == digest(second.ties)
    assert digest(first.crowds) == digest(second.crowds)


def test_rarity_of_odd_numbers_is_not_rounded() -> None:
    """Three of 64 accounts."""
    rows = linked([("ip", account, 77, 10) for account in (1, 2, 3)]).ties.to_pylist()
    assert rows[0]["rarity"] == pytest.approx(math.log2(64 / 3))


def test_a_campaign_is_worth_as_much_in_a_larger_population() -> None:
    """Bits go with the number of holders, and rarity only caps them."""
    rows = traits([("ip", 1, 77, 10), ("ip", 2, 77, 10)])
    for population in (64, 6_400):
        totals = account_total(dict.fromkeys(range(1, population + 1), 10))
        ties = link(rows, totals, CARDS, MEASURED, 1).ties
        assert ties.column("bits").to_pylist() == [4.0, 4.0]
