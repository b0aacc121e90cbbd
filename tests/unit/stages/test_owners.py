"""Who owns an account where only the log tells."""

from __future__ import annotations

import pyarrow as pa

from stillwatch.stages.owners import with_owners

DAYS = pa.table(
    {
        "account_id": pa.array([1, 1, 2, 3, 4], pa.int64()),
        "organization_id": pa.array([70, 70, 70, None, 71], pa.int64()),
    }
)


def owners(accounts: dict[str, list[object]]) -> dict[int, str | None]:
    """Organization by account."""
    schema = pa.schema([(n, pa.int64() if n == "account_id" else pa.string()) for n in accounts])
    made = with_owners(pa.table(accounts, schema=schema), DAYS)
    return {row["account_id"]: row["organization_id"] for row in made.to_pylist()}


def test_the_accounts_table_has_the_first_word() -> None:
    """What it leaves open the log fills in; whom neither knows has no owner."""
    table = {"account_id": [1, 2, 3], "organization_id": ["o", None, None]}
    assert owners(table) == {1: "o", 2: "log:70", 3: None, 4: "log:71"}


def test_without_an_accounts_table_the_log_tells() -> None:
    """Two accounts of one organization have one owner."""
    assert owners({"account_id": []}) == {1: "log:70", 2: "log:70", 4: "log:71"}


def test_a_log_without_organizations_changes_nothing() -> None:
    """The table comes back as it was."""
    table = pa.table({"account_id": pa.array([1], pa.int64())})
    days = DAYS.set_column(1, "organization_id", pa.nulls(5, pa.int64()))
    assert with_owners(table, days).equals(table)
