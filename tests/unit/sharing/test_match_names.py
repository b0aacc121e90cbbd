"""Names and epochs of a matching are short words with no room for a message."""

import pytest

from stillwatch.model.errors import SharingError
from stillwatch.sharing.match_names import epoch_given, is_epoch, is_name, name_given


@pytest.mark.parametrize("name", ["lab-a", "Lab.A_1", "x", "0", "a--b", "x" * 63])
def test_names_that_are_taken(name: str) -> None:
    """Letters, digits, and points, lines and hyphens between them."""
    assert is_name(name)
    name_given("--me", name)


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "a..b", ".a", "a-", "_a", "a b", "a/b", "a\\b", "x" * 64, "é", "a\n", "٣"],
)
def test_names_that_are_refused(name: str) -> None:
    """No blank, no path, no other alphabet, no line end."""
    assert not is_name(name)
    with pytest.raises(SharingError, match="--me: ") as caught:
        name_given("--me", name)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("epoch", ["2026-W01", "2026-W12", "2026-W53", "2026-01", "2026-12"])
def test_epochs_that_are_taken(epoch: str) -> None:
    """A year with a week or a month."""
    assert is_epoch(epoch)
    epoch_given(epoch)


@pytest.mark.parametrize(
    "epoch",
    ["", "2026", "2026-00", "2026-13", "2026-W00", "2026-W54", "2026-w12", "2026-W12\n",
     " 2026-W12", "1926-W12", "2026-1", "2026-03-01", "٢٠٢٦-03", "x" * 3_000],
)  # fmt: skip
def test_epochs_that_are_refused(epoch: str) -> None:
    """Neither another spelling nor free text."""
    assert not is_epoch(epoch)
    with pytest.raises(SharingError, match="--epoch: ") as caught:
        epoch_given(epoch)
    assert len(str(caught.value)) < 300
