"""One value has one spelling, and hostile JSON is refused with a sentence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import proof_extra  # noqa: F401 - skips these tests without the extra
from stillwatch.verifier.canonical import (
    Damaged,
    decode,
    decode_lines,
    encode,
    encode_lines,
    rounded,
)

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(1e-300, 1e15)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_a_value_comes_back_from_its_bytes(value: Any) -> None:
    """Encoding twice gives the same bytes, and decoding accepts them."""
    data = encode(value)
    assert encode(decode(data, "here")) == data
    assert decode_lines(encode_lines([value, value]), "here") == [decode(data, "here")] * 2


@given(VALUES)
def test_another_spelling_is_damage(value: Any) -> None:
    """White space in front, as any editor might leave it, is seen."""
    with pytest.raises(Damaged):
        decode(b" " + encode(value), "here")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "nested too deeply"),
        (b'{"a":1,"a":2}', "stands twice"),
        (b"NaN", "no number"),
        (b"-0", "canonical"),
        (b"1.0", "canonical"),
        (b"9007199254740993", "canonically"),
        (b"1" * 5000, "not JSON"),
        (b'"\xff"', "not JSON"),
        (b'"\\ud800"', "canonically"),
        (b'{"b":1,"a":2}', "canonical"),
        (b"", "not JSON"),
    ],
)
def test_hostile_json_is_refused_in_words(data: bytes, said: str) -> None:
    """No hostile text ends in a traceback or in endless work."""
    with pytest.raises(Damaged, match=said):
        decode(data, "here")


def test_a_file_of_lines_ends_with_a_line() -> None:
    """A file that was cut off is seen."""
    with pytest.raises(Damaged, match="end with a line"):
        decode_lines(b"1\n2", "here")


def test_rounding_reaches_every_number() -> None:
    """Digits that differ between machines are gone, at any depth, and integers stay."""
    value = {"a": [0.1 + 0.2, {"b": (1 / 3, 7)}], "c": "1.00000000001"}
    assert json.dumps(rounded(value)) == (
        '{"a": [0.3, {"b": [0.3333333333, 7]}], "c": "1.00000000001"}'
    )
