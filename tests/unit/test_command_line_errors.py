"""What the command line says where a file cannot be used and nobody said so before."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from stillwatch.cli import remedy_for


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "make room on the disk"),
        (errno.EDQUOT, "make room on the disk"),
        (errno.EACCES, "name another path"),
        (errno.EROFS, "name another path"),
    ],
)
def test_the_remedy_is_one_that_helps(number: int, remedy: str) -> None:
    """Another path is no help where the disk is full."""
    assert remedy_for(OSError(number, "told")) == remedy


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_a_sentence() -> None:
    """The words go to a device that is always full: no traceback, and exit code 1."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-u", "-m", "stillwatch.cli", "techniques", "list"],
            stdout=full, stderr=subprocess.PIPE, check=False, text=True,
        )  # fmt: skip
    assert done.returncode == 1
    assert "No space left on device; make room on the disk" in done.stderr
    assert "Traceback" not in done.stderr
