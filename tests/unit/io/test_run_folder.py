"""A run folder is whole or not there."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from stillwatch.io.run_folder import UNFINISHED, RunFolder, read_run, read_table
from stillwatch.model.errors import RunError

TABLE = pa.table({"account_id": ["a", "b"]})


def written(out: Path, *, replace: bool = False) -> Path:
    """A finished run of one table."""
    with RunFolder(out, replace=replace) as folder:
        folder.table("verdicts", TABLE)
        folder.finish({"counts": {"accounts": 2}})
    return out


def test_a_finished_run_can_be_read_back(tmp_path: Path) -> None:
    """Its record and its tables, and nothing else is left beside it."""
    out = written(tmp_path / "deep" / "run")
    assert read_run(out) == {"run_format": 1, "counts": {"accounts": 2}}
    assert read_table(out, "verdicts").equals(TABLE)
    assert [path.name for path in out.parent.iterdir()] == ["run"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_leaves_nothing_behind(tmp_path: Path, error: type[BaseException]) -> None:
    """Neither the run nor the folder it was made in."""
    with pytest.raises(error), RunFolder(tmp_path / "run") as folder:  # noqa: PT012 - what happens inside the block is under test
        folder.table("verdicts", TABLE)
        (folder.scratch("spool") / "part").write_text("x")
        raise error
    assert list(tmp_path.iterdir()) == []


def test_an_unfinished_run_has_not_its_name(tmp_path: Path) -> None:
    """Until `finish` there is no folder under the run's name."""
    with RunFolder(tmp_path / "run") as folder:
        folder.table("verdicts", TABLE)
        assert not (tmp_path / "run").exists()
        with pytest.raises(RunError, match="is not a finished run"):
            read_run(folder.partial)


def test_what_a_killed_run_left_does_not_disturb_the_next(tmp_path: Path) -> None:
    """Its half-written folder is cleared away."""
    left = tmp_path / "run.partial"
    left.mkdir()
    (left / UNFINISHED).touch()
    (left / "stale.parquet").write_text("x")
    out = written(tmp_path / "run")
    assert sorted(path.name for path in out.iterdir()) == ["run.json", "verdicts.parquet"]


def test_a_folder_of_that_name_that_is_not_ours_stays(tmp_path: Path) -> None:
    """Somebody's notes may be called like a run that is not finished."""
    theirs = tmp_path / "run.partial"
    theirs.mkdir()
    (theirs / "notes.txt").write_text("precious")
    with pytest.raises(RunError, match=r"run\.partial: is in the way"):
        written(tmp_path / "run")
    assert (theirs / "notes.txt").read_text() == "precious"


def test_a_folder_that_cannot_be_made_is_an_error_that_says_why(tmp_path: Path) -> None:
    """A file stands where a folder should."""
    (tmp_path / "file").touch()
    with pytest.raises(RunError, match=r"cannot be made .*name a folder that you may write"):
        written(tmp_path / "file" / "run")


def test_an_existing_run_is_only_replaced_when_asked(tmp_path: Path) -> None:
    """Otherwise it is an error that says how, and the old run stays."""
    out = written(tmp_path / "run")
    (out / "mine.txt").write_text("kept")
    with pytest.raises(RunError, match="already exists; name another folder, or use --replace"):
        written(out)
    assert (out / "mine.txt").exists()
    written(out, replace=True)
    assert not (out / "mine.txt").exists()
    assert read_run(out)["counts"] == {"accounts": 2}


def test_a_failing_replacement_keeps_the_old_run(tmp_path: Path) -> None:
    """The old run goes when the new one is whole, not before."""
    out = written(tmp_path / "run")
    with pytest.raises(ValueError, match="stop"), RunFolder(out, replace=True) as folder:  # noqa: PT012 - what happens inside the block is under test
        folder.table("verdicts", TABLE.slice(0, 0))
        raise ValueError("stop")
    assert read_table(out, "verdicts").equals(TABLE)


@pytest.mark.parametrize("replace", [False, True])
def test_a_folder_that_is_no_run_is_never_deleted(tmp_path: Path, *, replace: bool) -> None:
    """Neither a folder nor a file of the user's, even when told to replace."""
    folder, file = tmp_path / "photos", tmp_path / "notes.txt"
    folder.mkdir()
    (folder / "one.jpg").write_text("x")
    file.write_text("x")
    for out in (folder, file, Path()):
        with pytest.raises(RunError, match=r"already exists|is not a run folder"):
            RunFolder(out, replace=replace)
    assert (folder / "one.jpg").exists()
    assert file.read_text() == "x"


def test_a_folder_that_appears_meanwhile_is_not_deleted(tmp_path: Path) -> None:
    """Someone made a folder of that name while the scan ran: the scan fails, the folder stays."""
    out = tmp_path / "run"
    with pytest.raises(RunError, match="already exists"), RunFolder(out) as folder:  # noqa: PT012 - what happens inside the block is under test
        out.mkdir()
        (out / "one.jpg").write_text("x")
        folder.finish({})
    assert (out / "one.jpg").exists()


def test_equal_tables_and_records_make_equal_files(tmp_path: Path) -> None:
    """Byte for byte, whatever the order of keys; times are written as ISO 8601."""
    at = datetime(2026, 3, 2, tzinfo=UTC)
    bodies = []
    for name, record in (("one", {"a": 1, "b": at}), ("two", {"b": at, "a": 1})):
        with RunFolder(tmp_path / name) as folder:
            folder.table("t", TABLE)
            folder.record("r.json", record)
            folder.finish({})
        bodies.append([(tmp_path / name / file).read_bytes() for file in ("t.parquet", "r.json")])
    assert bodies[0] == bodies[1]
    assert json.loads(bodies[0][1]) == {"a": 1, "b": "2026-03-02T00:00:00+00:00"}


def test_what_is_no_run_cannot_be_read(tmp_path: Path) -> None:
    """No folder, a folder without record, another format, and a table that is gone."""
    with pytest.raises(RunError, match="is not a finished run"):
        read_run(tmp_path / "absent")
    out = written(tmp_path / "run")
    with pytest.raises(RunError, match=r"links\.parquet: is missing"):
        read_table(out, "links")
    (out / "run.json").write_text('{"run_format": 99}')
    with pytest.raises(RunError, match="has run format 99; scan again"):
        read_run(out)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b"PAR1"])
def test_a_run_that_was_spoilt_is_told_and_not_raised_as_it_comes(
    tmp_path: Path, content: bytes
) -> None:
    """Empty, cut off or something else: where, what, and to scan again."""
    out = written(tmp_path / "run")
    (out / "verdicts.parquet").write_bytes(content)
    with pytest.raises(RunError, match=r"verdicts\.parquet: cannot be read .*scan again"):
        read_table(out, "verdicts")
    (out / "run.json").write_bytes(content)
    with pytest.raises(RunError, match=r"run\.json: .*scan again"):
        read_run(out)
