"""Duplicate ids: the fast table agrees with a set, in every order and size of batches."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.io.duplicates import Duplicates


@settings(deadline=None)
@given(
    batches=st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=3), max_size=30)),
    estimate=st.integers(0, 100),
)
def test_the_table_agrees_with_a_set(batches: list[list[str]], estimate: int) -> None:
    """An id is new the first time it comes, within a batch and across batches."""
    fast, seen = Duplicates(estimate), set()
    for batch in batches:
        twin = []
        for one in batch:
            twin.append(one not in seen)
            seen.add(one)
        assert fast.keep(pa.array(batch, pa.string())).tolist() == twin


def test_the_table_grows_beyond_the_estimate() -> None:
    """A wrong estimate costs time, not correctness."""
    table = Duplicates(0)
    ids = pa.array([f"x{n}" for n in range(50_000)])
    assert table.keep(ids).all()
    assert not table.keep(ids).any()
    assert table.keep(pa.array(["y0", "x7", "y0"])).tolist() == [True, False, False]
