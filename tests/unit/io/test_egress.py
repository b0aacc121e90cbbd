"""The log of what left only grows, and shows every change."""

from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.evals.sharing.labs import private_key, public_key
from stillwatch.io.egress import HEADS, LEFT, LOG, EgressLog, copies, prove, read_log
from stillwatch.model.errors import SharingError
from stillwatch.verifier.canonical import encode
from stillwatch.verifier.merkle import is_included, leaf_hash

KEY, PUBLIC = private_key("lab-a"), public_key("lab-a")


def written(folder: Path, count: int = 3, first: int = 0) -> Path:
    """A log of so many entries."""
    for number in range(first, first + count):
        with EgressLog(folder) as log:
            at = f"2026-03-10T00:00:0{number}.000000Z"
            log.append(
                f"what left {number}".encode(), at, "R. Hale", "shared", {"tlp": "amber"}, KEY
            )
    return folder


def test_a_log_holds_and_proves_each_entry(tmp_path: Path) -> None:
    """Chain, copies and heads; and the proof leads to the root that was signed."""
    entries = read_log(written(tmp_path / "log"), PUBLIC)
    assert [one["seq"] for one in entries] == [0, 1, 2]
    for index in range(3):
        proof = prove(entries, index)
        path = [bytes.fromhex(one) for one in proof.path]
        leaf = leaf_hash(encode(dict(proof.entry)))
        assert is_included(leaf, index, 3, path, bytes.fromhex(proof.root))


def _cut(folder: Path) -> None:
    lines = (folder / LOG).read_bytes().splitlines(keepends=True)
    (folder / LOG).write_bytes(b"".join(lines[:-1]))


def _edit(folder: Path) -> None:
    data = (folder / LOG).read_bytes()
    (folder / LOG).write_bytes(data.replace(b"R. Hale", b"S. Hale", 1))


def _lose_copy(folder: Path) -> None:
    next((folder / LEFT).iterdir()).unlink()


def _lose_head(folder: Path) -> None:
    max((folder / HEADS).iterdir()).unlink()


@pytest.mark.parametrize("harm", [_cut, _edit, _lose_copy, _lose_head])
def test_every_harm_is_seen(tmp_path: Path, harm: object) -> None:
    """A line less, another name, a copy or a head gone."""
    folder = written(tmp_path / "log")
    harm(folder)  # type: ignore[operator]
    with pytest.raises(SharingError, match=r"does not hold|not finished"):
        read_log(folder, PUBLIC)


def test_what_a_stop_left_half_done_is_not_called_a_change(tmp_path: Path) -> None:
    """An entry without its head, or half an entry: the remedy is the next entry, which mends it."""
    for number, harm in enumerate((_lose_head, _tear)):
        folder = written(tmp_path / f"log-{number}")
        harm(folder)
        with pytest.raises(SharingError, match="not finished; share, answer or withdraw once more"):
            read_log(folder, PUBLIC)
        written(folder, 1, 3)
        assert len(read_log(folder, PUBLIC)) == 4


def _tear(folder: Path) -> None:
    with (folder / LOG).open("ab") as file:
        file.write(b'{"action": "sha')


def test_another_key_signed_nothing(tmp_path: Path) -> None:
    """A log is somebody's."""
    with pytest.raises(SharingError, match="not signed by this key"):
        read_log(written(tmp_path / "log"), public_key("lab-b"))


def test_a_half_written_line_is_cut_off(tmp_path: Path) -> None:
    """A power cut leaves an entry under which nothing left."""
    folder = written(tmp_path / "log", 1)
    with (folder / LOG).open("ab") as file:
        file.write(b'{"action": "sha')
    with EgressLog(folder) as log:
        assert len(log.entries) == 1
    assert len(read_log(folder, PUBLIC)) == 1


def test_who_cuts_entries_off_gets_no_new_head_over_the_rest(tmp_path: Path) -> None:
    """The head that is there covers more than what he left."""
    folder = written(tmp_path / "log")
    _cut(folder)
    with pytest.raises(SharingError, match="was changed"):
        written(folder, 1)


def test_a_power_cut_before_the_last_head_does_not_stop_the_log(tmp_path: Path) -> None:
    """The next head covers the entry that has none."""
    folder = written(tmp_path / "log")
    _lose_head(folder)
    written(folder, 1, 3)
    assert len(read_log(folder, PUBLIC)) == 4


@pytest.mark.parametrize("name", ["abcdefgh", "00000000", "00000009"])
def test_a_head_of_nothing_is_an_error_that_says_so(tmp_path: Path, name: str) -> None:
    """Names of files are input as well."""
    folder = written(tmp_path / "log")
    head = (folder / HEADS / "00000002.dsse.json").read_bytes()
    (folder / HEADS / f"{name}.dsse.json").write_bytes(head)
    with pytest.raises(SharingError, match=f"{name}.dsse.json"):
        read_log(folder, PUBLIC)


def test_a_folder_that_cannot_be_written_is_an_error_that_says_why(tmp_path: Path) -> None:
    """A file stands in the way."""
    (tmp_path / "file").touch()
    with pytest.raises(SharingError, match="cannot be written"):
        written(tmp_path / "file")


def test_a_copy_that_is_gone_is_told_to_who_asks_for_it(tmp_path: Path) -> None:
    """What was taken back is looked up in copies."""
    folder = written(tmp_path / "log")
    _lose_copy(folder)
    with EgressLog(folder) as log, pytest.raises(SharingError, match="is missing"):
        list(copies(folder, log.entries, "shared"))
