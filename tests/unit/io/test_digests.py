"""Digests that are taken while something else happens."""

import hashlib
from pathlib import Path

import pytest

from stillwatch.io.digests import InputFile, hashing
from stillwatch.model.errors import SourceError


def of(path: Path) -> InputFile:
    """A file that was given as a log."""
    return InputFile(role="exchanges", path=str(path), byte_count=0)


def test_each_file_has_its_digest(tmp_path: Path) -> None:
    """A file given twice is hashed once."""
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        path.write_bytes(path.name.encode() * 100_000)
    with hashing([of(paths[0]), of(paths[1]), of(paths[0])]) as digests:
        found = [digests.of(str(path)) for path in paths]
    assert found == [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


def test_a_file_that_is_gone_by_then_is_one_clear_error(tmp_path: Path) -> None:
    """The run would otherwise say nothing of what it read."""
    with hashing([of(tmp_path / "gone")]) as digests, pytest.raises(SourceError, match="any more"):
        digests.of(str(tmp_path / "gone"))
