"""Hours that a group keeps together, beside a twin that counts cell by cell."""

import math

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.stats.synchrony import HOURS, LEAST_EXPECTED, dispersion, synchrony_of_subjects


def rows(*some: tuple[int, int, int, int]) -> pa.Table:
    """subject_id, account_id, day_no, hour_mask."""
    columns = ("subject_id", "account_id", "day_no", "hour_mask")
    values = list(zip(*some, strict=True)) if some else [[], [], [], []]
    types = (pa.int64(), pa.int64(), pa.int32(), pa.int32())
    return pa.table({n: pa.array(v, t) for n, v, t in zip(columns, values, types, strict=True)})


def twin(some: list[tuple[int, int, int, int]], subject: int) -> float:
    """The same value, counted one day and one hour at a time."""
    mine = [one for one in some if one[0] == subject]
    days = sorted({day for _, _, day, mask in mine if mask})
    if len(days) < 2:
        return math.nan
    count = {
        (day, hour): sum(1 for _, _, d, mask in mine if d == day and mask >> hour & 1)
        for day in days
        for hour in range(HOURS)
    }
    total = sum(count.values())
    found = 0.0
    for (day, hour), seen in count.items():
        of_day = sum(count[day, h] for h in range(HOURS))
        of_hour = sum(count[d, hour] for d in days)
        expected = of_day * of_hour / total
        found += (seen - expected) ** 2 / max(expected, LEAST_EXPECTED)
    return found / ((len(days) - 1) * (HOURS - 1))


@given(
    st.lists(
        st.tuples(
            st.integers(1, 3), st.integers(1, 9), st.integers(1, 4), st.integers(0, 2**HOURS - 1)
        ),
        max_size=60,
        unique_by=lambda row: row[:3],
    )
)
def test_it_counts_as_its_twin_does(some: list[tuple[int, int, int, int]]) -> None:
    """Every subject of five accounts and two days has the twin's value; no other has any."""
    found = {row["subject_id"]: row for row in synchrony_of_subjects(rows(*some)).to_pylist()}
    for subject in {row[0] for row in some}:
        accounts = {row[1] for row in some if row[0] == subject}
        wanted = twin(some, subject)
        if len(accounts) < 5 or math.isnan(wanted):
            assert subject not in found
        else:
            assert math.isclose(found[subject]["value"], wanted, rel_tol=1e-9, abs_tol=1e-12)
            assert found[subject]["support"] == len(accounts)


def test_independent_people_with_days_and_nights_are_near_one() -> None:
    """A hundred accounts that keep one rhythm and choose their hours alone give about 1."""
    dice = np.random.default_rng(7)
    rhythm = 0.1 + 0.5 * np.sin(np.linspace(0, np.pi, HOURS))
    table = (dice.random((100, 6, HOURS)) < rhythm).sum(0).astype(np.float64)
    assert 0.3 < dispersion(table) < 1.2


def test_a_pipeline_that_pauses_stands_out() -> None:
    """The same accounts, silent together in four hours of each day, other hours each day."""
    dice = np.random.default_rng(7)
    table = (dice.random((100, 6, HOURS)) < 0.3).sum(0).astype(np.float64)
    for day in range(6):
        table[day, 4 * day : 4 * day + 4] = 0
    assert dispersion(table) > 3


def test_no_rows_no_subject() -> None:
    """Nothing gives nothing, in the same columns."""
    assert synchrony_of_subjects(rows()).column_names == ["subject_id", "value", "support"]
