"""Days that are kept from run to run."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from stillwatch.io.history import History
from stillwatch.model.errors import SourceError

DAY = 20_514  # 2026-03-02


def tables(day: int, **more: list[int]) -> dict[str, pa.Table]:
    """One table that says which day it is of."""
    return {"account_day": pa.table({"day_no": pa.array([day], pa.int32()), **more})}


def kept(folder: Path, *days: int) -> History:
    """A history to which an earlier run gave these days."""
    history = History(folder)
    for day in days:
        history.put(day, tables(day))
    history.commit()
    return History(folder)


def days_in(history: History, first: int, last: int) -> list[int]:
    """The days of a window."""
    window = history.window(first, last)
    return window["account_day"].column("day_no").to_pylist() if window else []


def test_days_are_kept_by_date(tmp_path: Path) -> None:
    """A later run knows them, in order."""
    history = kept(tmp_path / "history", DAY + 1, DAY)
    assert history.known() == [DAY, DAY + 1]
    assert sorted(path.name for path in history.folder.iterdir()) == ["2026-03-02", "2026-03-03"]


def test_a_window_has_its_days_alone_in_order(tmp_path: Path) -> None:
    """Kept days and fresh ones together, both ends included."""
    history = kept(tmp_path, DAY, DAY + 1, DAY + 3)
    history.put(DAY + 2, tables(DAY + 2))
    history.put(DAY + 9, tables(DAY + 9))
    assert days_in(history, DAY + 1, DAY + 3) == [DAY + 1, DAY + 2, DAY + 3]
    assert days_in(history, DAY + 4, DAY + 8) == []


def test_a_day_that_is_kept_cannot_be_given_again(tmp_path: Path) -> None:
    """Its counts would double; the error names the first such day and how many there are."""
    history = kept(tmp_path, DAY, DAY + 1)
    history.refuse_known([DAY + 2])
    with pytest.raises(SourceError, match=r"already holds 2026-03-03; "):
        history.refuse_known([DAY + 1, DAY + 2])
    with pytest.raises(SourceError, match=r"already holds 2026-03-02 and 1 more days"):
        history.refuse_known([DAY + 1, DAY])


def test_nothing_is_kept_before_the_run_is_done(tmp_path: Path) -> None:
    """A run that fails after `put` leaves the folder as it was."""
    history = kept(tmp_path, DAY)
    history.put(DAY + 1, tables(DAY + 1))
    assert days_in(history, DAY, DAY + 1) == [DAY, DAY + 1]
    assert History(tmp_path).known() == [DAY]


@pytest.mark.parametrize("files", [[], ["a.arrow"], ["a.arrow", "day.json"]])
def test_a_day_that_was_being_written_when_a_run_was_killed_does_not_count(
    tmp_path: Path, files: list[str]
) -> None:
    """However far it came; and it can be written anew."""
    kept(tmp_path, DAY)
    partial = tmp_path / "2026-03-03.partial"
    partial.mkdir()
    for name in files:
        (partial / name).write_text("{}")
    assert History(tmp_path).known() == [DAY]
    assert kept(tmp_path, DAY + 1).known() == [DAY, DAY + 1]
    assert days_in(History(tmp_path), DAY, DAY + 1) == [DAY, DAY + 1]


def test_other_things_in_the_folder_are_let_be(tmp_path: Path) -> None:
    """Files and folders of other names are no days and stay."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "day.json").write_text("{}")
    (tmp_path / "readme.txt").write_text("ours")
    assert kept(tmp_path, DAY).known() == [DAY]
    assert (tmp_path / "readme.txt").read_text() == "ours"


def test_a_column_that_came_later_is_null_on_earlier_days(tmp_path: Path) -> None:
    """Cards may grow columns; what was kept before stays readable."""
    history = kept(tmp_path, DAY)
    history.put(DAY + 1, tables(DAY + 1, extra=[5]))
    assert history.window(DAY, DAY + 1)["account_day"].to_pylist() == [
        {"day_no": DAY, "extra": None},
        {"day_no": DAY + 1, "extra": 5},
    ]


def test_without_a_folder_a_history_holds_this_run_alone() -> None:
    """Nothing is known, nothing is refused, nothing is written."""
    history = History(None)
    history.put(DAY, tables(DAY))
    history.refuse_known([DAY])
    history.commit()
    assert history.known() == []
    assert days_in(history, DAY, DAY) == [DAY]


def test_days_kept_under_other_names_are_refused(tmp_path: Path) -> None:
    """Identifiers written with one key, or with none, must not meet those of another."""
    kept(tmp_path, DAY)
    History(tmp_path).refuse_foreign()
    with pytest.raises(SourceError, match="another pseudonym key, or with none"):
        History(tmp_path, names_as="p1_key").refuse_foreign()


@pytest.mark.parametrize("record", ['{"history_format": 1}', "{", "[]"])
def test_days_of_another_format_are_refused(tmp_path: Path, record: str) -> None:
    """The error names the file."""
    kept(tmp_path, DAY)
    (tmp_path / "2026-03-02" / "day.json").write_text(record)
    with pytest.raises(SourceError, match=r"day\.json: "):
        History(tmp_path).refuse_foreign()


def stood(folder: Path, day: int, **campaigns: list[str]) -> dict[str, frozenset[str]]:
    """What stands after a run of that day of March found these campaigns."""
    history = History(folder)
    at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=day)
    history.stand(at, {id_: (at, accounts) for id_, accounts in campaigns.items()})
    history.commit()
    return History(folder).standing()


def test_campaigns_stand_until_they_were_not_found_for_long(tmp_path: Path) -> None:
    """A later run adds its own and renews those it found; after ninety days one is forgotten."""
    assert History(tmp_path).standing() == {}
    assert stood(tmp_path, 0, c1=["b", "a"], c2=["c"]) == {
        "c1": frozenset("ab"), "c2": frozenset("c")
    }  # fmt: skip
    assert stood(tmp_path, 60, c1=["a", "d"]) == {"c1": frozenset("ad"), "c2": frozenset("c")}
    assert stood(tmp_path, 91) == {"c1": frozenset("ad")}


def test_a_run_about_an_earlier_time_changes_nothing_that_stands(tmp_path: Path) -> None:
    """Old logs are scanned again now and then."""
    stood(tmp_path, 50, c1=["a"])
    assert stood(tmp_path, 20, c1=["b"], c9=["z"]) == {"c1": frozenset("a")}
