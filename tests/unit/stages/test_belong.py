"""How well an account fits its campaign, against twins in plain Python and planted bystanders."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.model.member import MemberFit
from stillwatch.stages.belong import MOST_FELLOWS, NEAREST, member_fit
from stillwatch.tables.schema import schema_of

EXCHANGES = 100


def fits(
    groups: Sequence[Sequence[int]],
    rubric: Mapping[int, int],
    json: Mapping[int, int] | None = None,
    sizes: Mapping[int, int] | None = None,
    owners: Mapping[int, str] | None = None,
    sharing: Mapping[int, int] | None = None,
) -> dict[int, dict[str, object]]:
    """Fits of accounts that send a hundred exchanges each; the mappings say what they are like."""
    keys = sorted(rubric)
    total = pa.table(
        {
            "subject_id": keys,
            "day_count": [3] * len(keys),
            "exchange_count": [EXCHANGES] * len(keys),
            "item_count": [key % 7 for key in keys],
            "rubric_count": [rubric[key] for key in keys],
            "json_count": [(json or {}).get(key, 0) for key in keys],
        }
    )
    rotation = pa.table(
        {
            "account_id": keys,
            "exchange_count": [EXCHANGES] * len(keys),
            "prompt_size_sum": [(sizes or {}).get(key, 400) * EXCHANGES for key in keys],
            "answer_size_sum": [500 * EXCHANGES] * len(keys),
        }
    )
    named = owners or {}
    features = {
        "account_total": total,
        "account_rotation": rotation,
        "accounts": pa.table(
            {
                "account_id": pa.array(list(named), pa.int64()),
                "organization_id": pa.array(list(named.values()), pa.string()),
            }
        ),
    }
    shared = pa.table(
        {
            "account_id": pa.array(list(sharing or {}), pa.int64()),
            "shared_exchange_count": pa.array(list((sharing or {}).values()), pa.int64()),
        }
    )
    found = member_fit(groups, shared, features)
    assert found.schema.equals(schema_of(MemberFit))
    return {row["account_id"]: row for row in found.to_pylist()}


def test_whoever_asks_for_other_things_is_far_from_everyone() -> None:
    """Ninety rubrics in a hundred among people who send none: nine tenths of distance."""
    found = fits([range(20)], {key: 0 if key else 90 for key in range(20)})
    assert found[0]["ways_distance"] == pytest.approx(0.9)
    assert {found[key]["ways_distance"] for key in range(1, 20)} == {0.0}


def test_two_jobs_of_one_campaign_are_both_near() -> None:
    """Each account is compared with those most like it, so that a second job is no stranger."""
    found = fits([range(20)], {key: 0 if key < 10 else 90 for key in range(20)})
    assert {row["ways_distance"] for row in found.values()} == {0.0}


def test_counts_of_days_and_items_are_no_ways_of_asking() -> None:
    """Items differ between these accounts, and nothing else does."""
    found = fits([range(20)], dict.fromkeys(range(20), 5))
    assert {row["ways_distance"] for row in found.values()} == {0.0}


def test_sizes_wording_and_owners_are_told() -> None:
    """A prompt longer by e, half of the traffic in no shared wording, three of one firm."""
    found = fits(
        [range(20)],
        dict.fromkeys(range(20), 5),
        sizes={0: 500},
        owners={1: "firm", 2: "firm", 3: "firm", 4: "other"},
        sharing={key: 100 if key != 5 else 50 for key in range(20)},
    )
    assert found[0]["prompt_distance"] == pytest.approx(1.0)
    assert found[5]["wording_distance"] == pytest.approx(0.5)
    assert found[5]["shared_exchange_count"] == 50
    assert [found[key]["owner_account_count"] for key in (1, 2, 3, 4, 6)] == [3, 3, 3, 1, 1]


def test_without_an_accounts_table_everybody_owns_himself() -> None:
    """No organisation is known, so none is shared."""
    found = fits([range(6)], dict.fromkeys(range(6), 5))
    assert {row["owner_account_count"] for row in found.values()} == {1}


def test_campaigns_are_compared_each_with_itself() -> None:
    """What is usual in one campaign is not asked of another."""
    found = fits([range(10), range(10, 20)], {key: 0 if key < 10 else 90 for key in range(20)})
    assert {row["ways_distance"] for row in found.values()} == {0.0}
    assert {row["account_count"] for row in found.values()} == {10}


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=30))
def test_the_distance_is_that_of_its_twin(shares: list[tuple[int, int]]) -> None:
    """The quantile of summed differences, as one would write it down."""
    found = fits(
        [range(len(shares))],
        {key: rubric for key, (rubric, _) in enumerate(shares)},
        {key: json for key, (_, json) in enumerate(shares)},
    )
    for key, mine in enumerate(shares):
        apart = sorted(
            sum(abs(a - b) for a, b in zip(mine, other, strict=True)) for other in shares
        )
        nearest = apart[int(np.floor(NEAREST * (len(apart) - 1)))] / EXCHANGES
        assert found[key]["ways_distance"] == pytest.approx(nearest, abs=1e-6)


def test_a_large_campaign_is_compared_with_some_of_it() -> None:
    """A thousand accounts of one kind and a few others: the others are far, in bounded memory."""
    count = 5 * MOST_FELLOWS
    found = fits([range(count)], {key: 80 if key % 100 == 1 else 0 for key in range(count)})
    assert all((found[key]["ways_distance"] > 0.7) == (key % 100 == 1) for key in range(count))
