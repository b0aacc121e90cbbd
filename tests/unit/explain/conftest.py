"""The runs that explain's tests show."""

import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "fixtures"))

import explained_run

from stillwatch.explain.page import ReportPage


@pytest.fixture(scope="session")
def three() -> ReportPage:
    """Three campaigns, one with hostile account ids."""
    return explained_run.page()


@pytest.fixture(scope="session")
def none() -> ReportPage:
    """A run that found no campaign."""
    return explained_run.page(0)


@pytest.fixture(scope="session")
def doubtful(none: ReportPage, three: ReportPage) -> ReportPage:
    """A run that called nothing and lists three groups, one with hostile account ids."""
    rows = [
        row | {"campaign_id": f"U-{at}", "posterior": sure}
        for at, (row, sure) in enumerate(
            zip(three.campaigns.to_pylist(), (0.31, 0.62, 0.44), strict=True)
        )
    ]
    return replace(none, candidates=pa.Table.from_pylist(rows, schema=three.campaigns.schema))
