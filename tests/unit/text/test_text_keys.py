"""Keys of identifiers: stable, distinct, and the same however the column is laid out."""

import numpy as np
import pyarrow as pa
import pytest

from stillwatch.text.keys import combine, key, keys, network_keys


@pytest.mark.parametrize(
    ("value", "published"),
    [("", 0xEF46DB3751D8E999), ("a", 0xD24EC4F1A98C6E5B), ("abc", 0x44BC2CF5AD770999)],
)
def test_keys_are_the_published_hash(value: str, published: int) -> None:
    """XXH64 with seed 0, so that other programs can make the same keys."""
    assert key(value) % 2**64 == published


def test_a_key_is_the_same_for_text_and_its_bytes() -> None:
    """A string and its UTF-8 bytes are one value."""
    assert key("Zürich 京") == key("Zürich 京".encode())


def test_values_of_every_length_have_keys_of_their_own() -> None:
    """Lengths around the hash's 4, 8 and 32 byte steps do not fall together."""
    values = ["x" * length for length in range(200)] + ["x" * length + "y" for length in range(200)]
    found = keys(pa.array(values))
    assert len(set(found.tolist())) == 400
    assert found.tolist() == [key(value) for value in values]


def test_every_input_bit_moves_half_of_the_key() -> None:
    """Changing one bit of a value changes about 32 of the 64 bits, at every place."""
    base = bytes(range(48))
    moved = []
    for bit in range(8 * len(base)):
        other = bytearray(base)
        other[bit // 8] ^= 1 << bit % 8
        moved.append((key(base) ^ key(bytes(other))).bit_count())
    assert 30 < np.mean(moved) < 34
    assert min(moved) > 12


def test_null_is_zero_and_no_string_is() -> None:
    """0 stands for "not known"; the empty string is known."""
    assert keys(pa.array([None, ""], pa.string())).tolist() == [0, key("")]
    assert key("") != 0


def test_empty_and_all_null_columns_have_keys() -> None:
    """Columns without a value need no special care from the caller."""
    assert keys(pa.array([], pa.string())).tolist() == []
    assert keys(pa.chunked_array([], pa.string())).tolist() == []
    assert keys(pa.array([None, None])).tolist() == [0, 0]
    empty = pa.DictionaryArray.from_arrays(pa.array([None], pa.int32()), pa.array([], pa.string()))
    assert keys(empty).tolist() == [0]


def test_a_dictionary_may_hold_null_and_repeat_itself() -> None:
    """A null entry is 0 and equal entries have equal keys."""
    entries = pa.array(["a", None, "a"])
    coded = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None]), entries)
    assert keys(coded).tolist() == [key("a"), 0, key("a"), 0]


def test_combined_keys_depend_on_every_part_and_on_the_order() -> None:
    """Changing or swapping parts changes the key; only nothing at all gives nothing."""
    a, b = keys(pa.array(["a", "a", None])), keys(pa.array(["b", "c", None]))
    mixed = combine(a, b)
    assert mixed[0] != mixed[1]
    assert mixed[2] == 0
    assert combine(a, b)[0] != combine(b, a)[0]
    assert combine(a, np.zeros(3))[0] != combine(a)[0]
    assert combine(a, 7).shape == (3,)


def test_addresses_of_one_network_share_a_key() -> None:
    """A /24 of IPv4 and a /48 of IPv6; an IPv4 address in IPv6 clothes is an IPv4 address."""
    four = network_keys(pa.array(["192.0.2.1", "192.0.2.250", "::ffff:192.0.2.9", "198.51.100.1"]))
    assert four[0] == four[1] == four[2] != four[3]
    assert four[0] == key("192.0.2.0/24")
    six = network_keys(pa.array(["2001:db8::1", "2001:DB8:0:ffff::9", "2001:db8:1::1"]))
    assert six[0] == six[1] != six[2]


def test_what_is_no_address_has_the_key_of_its_text() -> None:
    """A gateway's own name for a client still tells its clients apart."""
    odd = network_keys(pa.array(["gateway-7", None, "999.0.2.1"]).dictionary_encode())
    assert odd.tolist() == [key("gateway-7"), 0, key("999.0.2.1")]
