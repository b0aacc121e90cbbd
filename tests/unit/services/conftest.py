"""A hub for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import hub_extra  # noqa: F401 - skips these tests without the extra
from hub_room import Room, database, opened, postgres


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """One PostgreSQL for all tests of a worker."""
    with postgres() as uri:
        yield uri


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'hub.sqlite'}"
        return
    with database(request.getfixturevalue("server")) as made:
        yield made


@pytest.fixture
def room(url: str, tmp_path: Path) -> Iterator[Room]:
    """A hub with members and circles, on each kind of database."""
    with opened(url) as made:
        yield made


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Room]:
    """A hub on SQLite, for what does not depend on the database."""
    with opened(f"sqlite:///{tmp_path / 'hub.sqlite'}") as made:
        yield made
