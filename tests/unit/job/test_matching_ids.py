"""No identifier of ours stands in what leaves, and no word that always does is taken for one."""

import pytest

from stillwatch.job.matching_ids import refuse_own
from stillwatch.model.errors import SharingError
from stillwatch.sharing.leaks import refuse_leaks

OWN = {"acct_000123", "globex", "C-1", "delta", "acct-very-long-4711"}


@pytest.mark.parametrize(
    "name", ["acct_000123", "x.acct_000123", "globex-forum", "C-1", "the-acct-very-long-4711-x"]
)
def test_a_name_holds_no_identifier(name: str) -> None:
    """Alone, or between signs."""
    with pytest.raises(SharingError, match=r"--circle: .*of this run"):
        refuse_own({"--epoch": "2026-W12", "--circle": name}, OWN)


@pytest.mark.parametrize("name", ["forum", "globexforum", "AC-12", "acct", "circle-C-1"])
def test_other_names_are_free(name: str) -> None:
    """Also where three letters of an identifier stand in them by chance."""
    refuse_own({"--epoch": "2026-W12", "--circle": name}, OWN)


def test_an_identifier_in_the_bytes_is_found() -> None:
    """Long ones anywhere, short ones as words, but not the words that a sketch always has."""
    for data in (b'{"epoch":"globex said"}', b'{"x":"yacct-very-long-4711y"}'):
        with pytest.raises(SharingError, match="1 identifiers"):
            refuse_leaks("match", data, OWN - {"delta"})
    refuse_leaks("match", b'{"delta":0.1,"epoch":"2026-W12"}', OWN - {"delta"})
