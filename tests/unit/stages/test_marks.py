"""In how many exchanges of a day each account showed each marker."""

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.model.marker import MarkerCard
from stillwatch.stages.marks import count_marks

DAY = 20_514


def marker(id_: str) -> MarkerCard:
    """A marker card; its phrases do not matter here."""
    return MarkerCard(id=id_, title="", why="", where="prompt", groups=(("x",),), tests=())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans(), st.booleans()), max_size=40))
def test_every_account_has_its_exchanges_with_each_marker_counted(
    rows: list[tuple[int, bool, bool]],
) -> None:
    """One row an account, in order, also for accounts without any; counted one by one."""
    columns = {
        "account_id": pa.array([row[0] for row in rows], pa.int64()),
        "day_no": pa.array(np.full(len(rows), DAY, np.int32)),
        "is_a": pa.array([row[1] for row in rows], pa.bool_()),
        "is_b": pa.array([row[2] for row in rows], pa.bool_()),
    }
    made = count_marks(pa.table(columns), [marker("a"), marker("b")])
    assert made.to_pylist() == [
        {
            "account_id": account,
            "day_no": DAY,
            "a_count": sum(row[1] for row in rows if row[0] == account),
            "b_count": sum(row[2] for row in rows if row[0] == account),
        }
        for account in sorted({row[0] for row in rows})
    ]
    assert made.schema.types == [pa.int64(), pa.int32(), pa.int32(), pa.int32()]
