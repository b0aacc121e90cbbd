"""The runs that explain's tests show."""

import sys
from pathlib import Path

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
