"""What stands in place of an identifier."""

import pytest

from stillwatch.crypto.pseudonym import pseudonym

KEY = bytes(range(32))


def test_a_pseudonym_is_the_same_in_every_run() -> None:
    """This one was made by another program, and must not change: cases are kept under it."""
    made = pseudonym(KEY, "account", "acct-42")
    assert made == "p1_rc3joqocumiths3l3cqz"


def test_key_kind_and_identifier_all_count() -> None:
    """Another key, another kind and another identifier each give another pseudonym."""
    made = {
        pseudonym(KEY, "account", "acct-42"),
        pseudonym(KEY[::-1], "account", "acct-42"),
        pseudonym(KEY, "organization", "acct-42"),
        pseudonym(KEY, "account", "acct-43"),
    }
    assert len(made) == 4


def test_the_identifier_cannot_be_read_off() -> None:
    """Nothing of it is in the pseudonym."""
    assert "acct" not in pseudonym(KEY, "account", "acct-42")
    assert len(pseudonym(KEY, "account", "é" * 500)) == len(pseudonym(KEY, "account", ""))


@pytest.mark.parametrize("length", [0, 16, 31])
def test_a_short_key_is_refused(length: int) -> None:
    """Under a short key, identifiers could be found by trying."""
    with pytest.raises(ValueError, match=f"has {length} bytes; it needs 32"):
        pseudonym(KEY[:length], "account", "acct-42")
