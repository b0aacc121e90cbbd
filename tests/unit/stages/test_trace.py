"""What a campaign and a listed group share, and whose it is."""

import pyarrow as pa

from stillwatch.stages.trace import traces
from stillwatch.tables.query import Limits

KINDS = pa.table({"kind_id": pa.array([7], pa.int32()), "kind": ["template"]})


def shared(
    campaigns: dict[str, list[int]], listed: dict[str, list[int]], *, holders: int = 0
) -> list[dict[str, object]]:
    """Rows where every account has the one trait 70, twice."""
    who = sorted({key for some in (campaigns, listed) for keys in some.values() for key in keys})
    trait = pa.table(
        {
            "account_id": pa.array(who, pa.int64()),
            "kind_id": pa.array([7] * len(who), pa.int32()),
            "trait_id": pa.array([70] * len(who), pa.int64()),
            "exchange_count": pa.array([2] * len(who), pa.int32()),
        }
    )
    crowd = pa.table(
        {
            "kind_id": pa.array([7] * (holders > 0), pa.int32()),
            "trait_id": pa.array([70] * (holders > 0), pa.int64()),
            "holder_count": pa.array([holders] * (holders > 0), pa.int64()),
        }
    )
    return traces(campaigns, listed, trait, crowd, KINDS, Limits(threads=1)).to_pylist()


def test_a_campaign_counts_whom_campaigns_hold_and_a_group_whom_either_holds() -> None:
    """What a listed group's accounts have is not yet known to be a campaign's."""
    called, suspected = shared({"C-1": [1, 2, 3]}, {"U-1": [3, 4, 5, 6]}, holders=9)
    assert (called["campaign_id"], called["account_count"], called["called_count"]) == ("C-1", 3, 3)
    assert (suspected["campaign_id"], suspected["account_count"]) == ("U-1", 4)
    assert suspected["called_count"] == 6
    assert called["holder_count"] == suspected["holder_count"] == 9
    assert called["exchange_count"] == 6


def test_what_one_account_has_is_no_trace_and_nothing_gives_nothing() -> None:
    """Two accounts at least."""
    assert shared({"C-1": [1]}, {"U-1": [2]}) == []
    assert shared({}, {}) == []


def test_holders_are_at_least_those_who_are_known_to_have_it() -> None:
    """A trait that no cluster counted is held by the accounts of campaigns and groups."""
    called, suspected = shared({"C-1": [1, 2]}, {"U-1": [3, 4, 5]})
    assert called["holder_count"] == suspected["holder_count"] == 5
    assert called["called_count"] == 2
