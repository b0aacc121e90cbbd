"""Accounts that show what peers saw in one campaign are one more cluster to be tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa

from stillwatch.stages.gather import gather
from stillwatch.stages.meet import peer_schema
from stillwatch.tables.query import Limits

TEXT, NETWORK = 1, 2
CAMPAIGN = 0
Shown = Mapping[int, Sequence[tuple[int, int, int]]]  # account → kind, trait, exchanges


def clusters(
    shown: Shown, *, corroborated: bool = True, known: Sequence[int] = ()
) -> list[list[int]]:
    """Clusters where peers told of the traits 10 to 12 in one campaign; accounts send a hundred."""
    day = [
        (account, kind, trait, count)
        for account, mine in shown.items()
        for kind, trait, count in mine
    ]
    columns = list(zip(*day, strict=True))
    names = ("account_id", "kind_id", "trait_id", "exchange_count")
    types = (pa.int64(), pa.int32(), pa.int64(), pa.int64())
    trait_day = pa.table({n: pa.array(c, t) for n, c, t in zip(names, columns, types, strict=True)})
    told = [(TEXT, trait, 500, 1, corroborated, [CAMPAIGN]) for trait in (10, 11, 12)]
    members = pa.table(
        {
            "cluster_id": pa.array([7] * len(known), pa.int64()),
            "account_id": pa.array(known, pa.int64()),
            "attachment_bits": pa.array([1.0] * len(known), pa.float64()),
        }
    )
    total = pa.table({"subject_id": sorted(shown), "exchange_count": [100] * len(shown)})
    peer = pa.table([list(one) for one in zip(*told, strict=True)], schema=peer_schema())
    made = gather(members, trait_day, total, peer, Limits())
    found: dict[int, list[int]] = {}
    for row in made.to_pylist():
        found.setdefault(row["cluster_id"], []).append(row["account_id"])
    return sorted(found.values())


SHOWS = [(TEXT, 10, 30), (TEXT, 11, 30)]


def test_who_shows_a_peers_campaign_is_gathered() -> None:
    """Most of their exchanges show two of its texts; a cluster that is there is not doubled."""
    shown = dict.fromkeys((1, 2, 3, 4), SHOWS)
    assert clusters(shown) == [[1, 2, 3, 4]]
    assert clusters(shown, known=[1, 2, 3, 4]) == [[1, 2, 3, 4]]
    assert clusters(shown, known=[1, 2, 3]) == [[1, 2, 3], [1, 2, 3, 4]]


def test_nobody_is_gathered_by_chance() -> None:
    """One text, a small part of the work, a network in common, or two accounts are too little."""
    for odd in (
        [(TEXT, 10, 90)],
        [(TEXT, 10, 10), (TEXT, 11, 10)],
        [(NETWORK, 10, 90), (NETWORK, 11, 90)],
        [(TEXT, 20, 90), (TEXT, 21, 90)],
    ):
        assert clusters({1: SHOWS, 2: SHOWS, 3: SHOWS, 4: odd}) == [[1, 2, 3]]
    assert clusters({1: SHOWS, 2: SHOWS}) == []


def test_an_uncorroborated_word_gathers_nobody() -> None:
    """One member of whom nothing is proved cannot make a cluster of ours."""
    assert clusters(dict.fromkeys((1, 2, 3, 4), SHOWS), corroborated=False) == []
