"""What a stranger wrote is printed as one short line, or not at all."""

from hypothesis import given
from hypothesis import strategies as st

from stillwatch.sharing.one_line import one_line


@given(st.text(), st.integers(1, 300))
def test_it_is_printable_and_short(text: str, most: int) -> None:
    """Whatever comes in, surrogates and marks of direction too."""
    found = one_line(text, most)
    assert found.isprintable()
    assert len(found) <= most


def test_what_is_printable_and_short_stays() -> None:
    """Blanks and breaks are one space."""
    assert one_line("the counts differ: 3 and 4") == "the counts differ: 3 and 4"
    assert one_line(" one\n\ttwo\r\n ") == "one two"
    assert one_line("Grüße, 你好") == "Grüße, 你好"
    assert one_line("") == ""


def test_escape_sequences_lose_what_makes_them_act() -> None:
    """The letters stay, so that somebody can tell what was tried."""
    assert one_line("\x1b[31mred\x9b0m\u202e\x00\ud800") == "[31mred0m"


def test_what_was_cut_off_is_marked() -> None:
    """At the limit, and where nobody looked further."""
    assert one_line("x" * 200) == "x" * 200
    assert one_line("x" * 201) == "x" * 199 + "…"
    assert one_line("y" + " " * 10**6 + "z") == "y…"
