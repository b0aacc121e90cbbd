"""Side tables: read whole in any format, or one message with every fault."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stillwatch.io.side_tables import read_table
from stillwatch.model.errors import Faults, SchemaError, SourceError, StillwatchError
from stillwatch.model.inputs import Account, AccountEvent, ModelRelease

NO_TIME = "column 'occurred_at' is not a time (write ISO 8601, such as 2026-01-31T12:00:00Z)"
ROWS: list[dict[str, Any]] = [
    {
        "account_id": "a1",
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        "plan": "api",
        "authorized_distillation": True,
    },
    {
        "account_id": "a2",
        "created_at": None,
        "plan": None,
        "authorized_distillation": None,
    },
]


def written(folder: Path, kind: str) -> Path:
    """The rows in one of the formats."""
    path = folder / f"accounts.{kind}"
    plain = [row | {"created_at": row["created_at"] and str(row["created_at"])} for row in ROWS]
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(ROWS), path)
    elif kind == "csv":
        path.write_text(
            "account_id,created_at,plan,authorized_distillation,note\n"
            "a1,2026-01-01 00:00:00,api,true,x\na2,,,,\n"
        )
    elif kind == "json":
        path.write_text(json.dumps(plain, indent=1))
    else:
        text = "".join(json.dumps(row) + "\n" for row in plain)
        path.write_bytes(gzip.compress(text.encode()) if kind == "jsonl.gz" else text.encode())
    return path


@pytest.mark.parametrize("kind", ["parquet", "csv", "json", "jsonl", "jsonl.gz"])
def test_every_format_gives_the_same_table(tmp_path: Path, kind: str) -> None:
    """Columns of the noun alone, in its types."""
    table = read_table(written(tmp_path, kind), Account)
    assert table.to_pylist() == ROWS
    assert table.schema.field("created_at").type == pa.timestamp("us", tz="UTC")


def test_all_faults_are_told_at_once_with_their_rows(tmp_path: Path) -> None:
    """A missing column, values that do not fit, and required values that are empty."""
    path = tmp_path / "events.jsonl"
    path.write_text(
        '{"account_id": "a", "occurred_at": "2026-01-01"}\n'
        '{"account_id": "", "occurred_at": "soon"}\n{"account_id": ["a"], "occurred_at": null}\n'
    )
    with pytest.raises(Faults) as caught:
        read_table(path, AccountEvent)
    messages = [str(fault).partition("events.jsonl: ")[2] for fault in caught.value.exceptions]
    assert messages == [
        "column 'account_id' is empty in 1 row (2); mend these rows",
        "column 'account_id' does not fit string in 1 row (3); mend these rows",
        "column 'event' is missing; add it; AccountEvent requires it",
        f"{NO_TIME} in 1 row (2); mend these rows",
        "column 'occurred_at' is empty in 1 row (3); mend these rows",
    ]


def test_the_same_account_twice_is_one_row_but_contradictions_are_a_fault(tmp_path: Path) -> None:
    """Without naming the account, which may have to stay a pseudonym."""
    path = tmp_path / "accounts.csv"
    path.write_text("account_id,plan\nsecret,api\nother,api\nsecret,api\n")
    assert read_table(path, Account).num_rows == 2
    path.write_text("account_id,plan\nsecret,api\nsecret,free_trial\n")
    with pytest.raises(SchemaError, match="1 accounts have rows that contradict") as caught:
        read_table(path, Account)
    assert "secret" not in str(caught.value)


def test_events_may_repeat_an_account(tmp_path: Path) -> None:
    """Only of accounts there is one row each."""
    path = tmp_path / "events.csv"
    path.write_text(
        "account_id,event,occurred_at\na,limited,2026-01-01\na,suspended,2026-01-02T00:00:00Z\n"
    )
    assert read_table(path, AccountEvent).column("event").to_pylist() == ["limited", "suspended"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1\n",
        b'{"request_model": "m", "released_at"',
        b"[1, 2]",
        b"\x1f\x8bbroken",
        b"request_model,released_at\n\xff,2026-01-01\n",
        b"PAR1 broken",
    ],
)
def test_a_broken_side_table_is_one_clear_error(tmp_path: Path, content: bytes) -> None:
    """It names the file, and nothing of it is used."""
    path = tmp_path / "releases.dat"
    path.write_bytes(content)
    with pytest.raises((StillwatchError, Faults)) as caught:
        read_table(path, ModelRelease)
    faults = caught.value.exceptions if isinstance(caught.value, Faults) else [caught.value]
    assert all("releases.dat" in str(fault) for fault in faults)


def test_a_missing_side_table_is_a_source_error(tmp_path: Path) -> None:
    """With its path."""
    with pytest.raises(SourceError, match=r"none\.csv"):
        read_table(tmp_path / "none.csv", Account)
