"""What a stranger wrote is shown as one short line that does nothing."""

import doctest
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from stillwatch.model import visible as module
from stillwatch.model.visible import visible


def test_the_example_in_the_docstring_holds() -> None:
    """A reader of the module sees what is true."""
    found = doctest.testmod(module)
    assert (found.attempted, found.failed) == (1, 0)


@given(st.text(max_size=600), st.integers(20, 300))
def test_no_invisible_or_turning_character_survives(text: str, limit: int) -> None:
    """Control, override and zero-width characters are spelt out, and it is never longer."""
    shown = visible(text, limit)
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in shown)
    assert shown.isprintable()
    assert len(shown) <= limit


def test_what_is_printable_and_short_stays() -> None:
    """In every script."""
    for text in ("the counts differ: 3 and 4", "Grüße, 你好", ""):
        assert visible(text) == text


def test_what_would_act_is_spelt_out() -> None:
    """Escapes, line breaks and lone surrogates; letters stay, so that one sees what was tried."""
    shown = visible("\x1b[31mred\u202e\nlab-b\ud800")
    assert shown == "⟨U+001B⟩[31mred⟨U+202E⟩⟨U+000A⟩lab-b⟨U+D800⟩"


def test_what_was_cut_off_is_marked() -> None:
    """The beginning and the end of a long text are kept; of one that acts all over, what fits."""
    assert visible("x" * 200, 200) == "x" * 200
    assert visible("x" * 300 + "the very end", 200) == "x" * 186 + " … " + "he very end"
    assert visible("\n" * 1_000, 50) == "⟨U+000A⟩" * 6 + "⟨…"
