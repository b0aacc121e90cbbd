"""What many tests share: reading a log from end to end, as a scan does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from stillwatch.io import logs
from stillwatch.io.duplicates import Duplicates
from stillwatch.io.rejects import Rejects, RejectSummary
from stillwatch.stages.normalize import normalize

# How long an example takes says how busy the machine is, not whether the code is right.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@dataclass(frozen=True)
class WhatWasRead:
    """Rows in order, the lines set aside, and their sum."""

    rows: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    summary: RejectSummary
    plan: logs.LogPlan
    columns: frozenset[str]

    @property
    def ids(self) -> list[str]:
        """Exchange ids in order."""
        return [row["exchange_id"] for row in self.rows]

    @property
    def reasons(self) -> list[tuple[int, str]]:
        """Line and reason of every line set aside."""
        return [(one["line"], one["reason"]) for one in self.rejected]


@pytest.fixture
def read_logs(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., WhatWasRead]:
    """Read logs with any options of `plan`; every batch must have the plan's schema."""

    def read(*paths: str | Path, **options: Any) -> WhatWasRead:
        plan = logs.plan([str(path) for path in paths], **options)
        out = tmp_path_factory.mktemp("read") / "rejected.jsonl"
        seen = Duplicates(plan.row_estimate)
        rows: list[dict[str, Any]] = []
        with Rejects(plan.sources) as rejects:
            for chunk in plan.chunks:
                for batch in logs.read(plan, chunk, rejects, normalize):
                    assert batch.schema.equals(plan.schema)
                    batch.validate(full=True)
                    rows += seen.drop(batch, chunk, rejects).to_pylist()
            summary = rejects.write(out)
            columns = rejects.columns
        rejected = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        assert summary.reject_count == len(rejected)
        assert summary.row_count == len(rows)
        return WhatWasRead(rows, rejected, summary, plan, columns)

    return read
