"""Campaigns that are kept from run to run."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stillwatch.io.history import HISTORY_FORMAT, STANDING_TIME, History
from stillwatch.model.errors import SourceError

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def stood(folder: Path, as_of: datetime, **campaigns: list[str]) -> dict[str, frozenset[str]]:
    """What stands after a run has found these campaigns."""
    history = History(folder)
    history.stand(as_of, {id_: (NOON, accounts) for id_, accounts in campaigns.items()})
    history.commit()
    return History(folder).standing()


def test_what_a_run_found_stands_for_the_next(tmp_path: Path) -> None:
    """By id, with its accounts; one that is not found for a while stands on."""
    assert History(tmp_path).standing() == {}
    stood(tmp_path / "history", NOON, a=["x", "y"], b=["z"])
    found = stood(tmp_path / "history", NOON + timedelta(days=1), a=["x", "w"])
    assert found == {"a": frozenset({"x", "w"}), "b": frozenset({"z"})}


def test_when_a_campaign_was_detected_is_kept_with_it(tmp_path: Path) -> None:
    """So that later runs need not find it out again."""
    assert History(tmp_path).detected() == {}
    stood(tmp_path, NOON + timedelta(days=3), a=["x", "y"])
    assert History(tmp_path).detected() == {"a": NOON}


def test_a_campaign_that_is_long_gone_is_forgotten(tmp_path: Path) -> None:
    """Its id is free then; the accounts need not be kept for ever."""
    stood(tmp_path, NOON, a=["x"])
    assert stood(tmp_path, NOON + STANDING_TIME) == {"a": frozenset({"x"})}
    assert stood(tmp_path, NOON + STANDING_TIME + timedelta(seconds=1)) == {}


def test_a_run_about_an_earlier_time_changes_nothing(tmp_path: Path) -> None:
    """The newest run says what stands; the same time again replaces it."""
    stood(tmp_path, NOON, a=["x"])
    assert stood(tmp_path, NOON - timedelta(seconds=1), b=["y"]) == {"a": frozenset({"x"})}
    assert stood(tmp_path, NOON, a=["y"]) == {"a": frozenset({"y"})}


def test_nothing_stands_before_the_run_is_done(tmp_path: Path) -> None:
    """Only `commit` writes, and leaves no part."""
    history = History(tmp_path)
    history.stand(NOON, {"a": (NOON, ["x"])})
    assert list(tmp_path.iterdir()) == []
    history.commit()
    assert [path.name for path in tmp_path.iterdir()] == ["standing.json"]


@pytest.mark.parametrize("text", ["{torn", "[]", json.dumps({"standing_format": 99})])
def test_a_file_that_is_no_such_file_is_one_clear_error(tmp_path: Path, text: str) -> None:
    """The path, and what to do."""
    (tmp_path / "standing.json").write_text(text)
    with pytest.raises(SourceError, match=r"standing\.json: .*delete it"):
        History(tmp_path).standing()


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"history_format": 1}, "has history format 1"),
        ({"history_format": HISTORY_FORMAT, "names_as": "k"}, "key"),
    ],
)
def test_days_of_another_version_or_key_are_refused(
    tmp_path: Path, record: dict[str, object], said: str
) -> None:
    """Before anything is read."""
    (tmp_path / "2026-03-02").mkdir()
    (tmp_path / "2026-03-02" / "day.json").write_text(json.dumps(record))
    with pytest.raises(SourceError, match=said):
        History(tmp_path).refuse_foreign()
