"""A secret is its bytes, less the line end that an editor adds."""

from pathlib import Path

import pytest

from stillwatch.io.circles import read_secret
from stillwatch.model.errors import SharingError


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_an_editors_line_end_is_no_part_of_a_secret(tmp_path: Path, end: bytes) -> None:
    """The same secret, however the file ends."""
    (tmp_path / "secret").write_bytes(b"s" * 40 + end)
    assert read_secret(tmp_path / "secret") == b"s" * 40


def test_random_bytes_may_end_like_a_line(tmp_path: Path) -> None:
    """One of 128 random secrets ends so, and is as good as the others."""
    (tmp_path / "secret").write_bytes(b"s" * 31 + b"\n")
    assert read_secret(tmp_path / "secret") == b"s" * 31 + b"\n"


def test_a_short_secret_is_refused_with_its_length(tmp_path: Path) -> None:
    """Thirty-one bytes are too few."""
    (tmp_path / "secret").write_bytes(b"s" * 31)
    with pytest.raises(SharingError, match="31 bytes"):
        read_secret(tmp_path / "secret")
