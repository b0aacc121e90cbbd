"""What is shown of long work."""

import pytest

from stillwatch.io.progress import Teller


def test_without_a_terminal_there_is_one_line_a_stage(capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr, with the count and the time; nothing on stdout."""
    with Teller() as tell:
        for done in range(0, 3_000, 1_000):
            tell("read", done + 1_000, None)
        tell("condense", 2, 2)
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("read: 3,000 in ")
    assert lines[1].startswith("condense: 2 in ")


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither on stdout nor on stderr."""
    with Teller(quiet=True) as tell:
        tell("read", 1, 1)
    assert capsys.readouterr() == ("", "")


def test_an_error_passes_through(capsys: pytest.CaptureFixture[str]) -> None:
    """What was done until then is told."""
    with pytest.raises(ValueError, match="stop"), Teller() as tell:  # noqa: PT012 - what happens inside the block is under test
        tell("read", 5, 10)
        raise ValueError("stop")
    assert "read: 5 in " in capsys.readouterr().err
