"""A picture of a campaign stays small, connected and true."""

from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.explain.network import ACCOUNTS_DRAWN, LINKS_DRAWN, drawing, links_by_campaign
from stillwatch.model.findings import Link, Verdict
from stillwatch.tables.schema import rows


def table_of(pairs):
    """A links table from {(a, b): bits}."""
    return rows(
        Link,
        [Link(account_a=a, account_b=b, bits=bits, reasons=()) for (a, b), bits in pairs.items()],
    )


def parts_of(accounts, pairs):
    """Connected parts, by the plainest means: merge until nothing changes."""
    parts = [{account} for account in accounts]
    for a, b in pairs:
        one = next(part for part in parts if a in part)
        other = next(part for part in parts if b in part)
        if one is not other:
            parts.remove(other)
            one |= other
    return parts


ACCOUNTS = [f"a{number:02d}" for number in range(12)]
PAIRS = st.dictionaries(
    st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS)).filter(lambda p: p[0] < p[1]),
    st.floats(0.1, 30),
    max_size=40,
)


@settings(max_examples=40)
@given(PAIRS)
def test_a_small_campaign_is_drawn_whole(pairs):
    """Below the caps every account and every link is drawn, each once."""
    drawn = drawing(table_of(pairs), ACCOUNTS)
    assert sorted(drawn.account_ids) == ACCOUNTS
    assert sorted((link["account_a"], link["account_b"]) for link in drawn.links) == sorted(pairs)
    assert drawn.link_count == len(pairs)


@settings(max_examples=40)
@given(PAIRS)
def test_the_first_links_hold_every_part_together(pairs):
    """The spanning tree comes first and connects whatever the links connect."""
    drawn = drawing(table_of(pairs), ACCOUNTS)
    parts = parts_of(ACCOUNTS, pairs)
    tree = [(link["account_a"], link["account_b"]) for link in drawn.links]
    tree = tree[: len(ACCOUNTS) - len(parts)]
    assert sorted(map(sorted, parts_of(ACCOUNTS, tree))) == sorted(map(sorted, parts))


def test_a_large_campaign_is_cut_to_a_connected_picture():
    """Of a thousand linked accounts so many are drawn as one can see, and they hang together."""
    ids = [f"acct{number:04d}" for number in range(1000)]
    pairs = {(ids[n // 3], ids[n]): 1.0 + n % 7 for n in range(1, 1000)}
    pairs |= {(ids[n], ids[n + 2]): 0.5 for n in range(998)}
    drawn = drawing(table_of(pairs), ids)
    assert len(drawn.account_ids) == ACCOUNTS_DRAWN
    assert len(drawn.links) <= LINKS_DRAWN
    assert drawn.link_count == len(pairs)
    shown = [(link["account_a"], link["account_b"]) for link in drawn.links]
    assert len(parts_of(drawn.account_ids, shown)) == 1


def test_the_same_pair_twice_does_no_harm():
    """A pair that was written twice is drawn, and nothing breaks."""
    link = Link(account_a="a00", account_b="a01", bits=2.0, reasons=())
    drawn = drawing(rows(Link, [link, link]), ACCOUNTS)
    assert {(row["account_a"], row["account_b"]) for row in drawn.links} == {("a00", "a01")}


def test_links_across_campaigns_and_to_strangers_are_left_out():
    """A campaign's links are those between two of its own accounts."""
    members = rows(
        Verdict,
        [
            Verdict(
                account_id=name,
                posterior=0.9,
                bits=3.0,
                campaign_id=name[0],
                role=None,
                flagged=True,
                techniques=(),
                reasons=(),
            )
            for name in ("p1", "p2", "q1", "q2")
        ],
    )
    pairs = {("p1", "p2"): 1.0, ("p1", "q1"): 2.0, ("q1", "q2"): 3.0, ("q2", "zz"): 4.0}
    found = links_by_campaign(table_of(pairs), members)
    assert {name: table.column("bits").to_pylist() for name, table in found.items()} == {
        "p": [1.0],
        "q": [3.0],
    }


def test_no_links_is_a_picture_of_single_accounts():
    """Without links the accounts are drawn alone."""
    drawn = drawing(table_of({}), ["a", "b"])
    assert drawn.account_ids == ("a", "b")
    assert drawn.links == ()
