"""Blinded sets give what plain sets give, whatever is larger, and refuse what is none."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

pytest.importorskip("private_set_intersection")

from stillwatch.crypto.matching import (
    Malformed,
    blinded_again,
    blinded_items,
    blinded_set,
    check_set,
    keyed,
    looked_up,
    new_key,
    padded,
)

SET_KEY, ASK_KEY = new_key(), new_key()
FILL = [f"nobody {number}" for number in range(200)]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.text(max_size=12), unique=True, max_size=60),
    st.lists(st.text(max_size=12), unique=True, max_size=60),
)
@example(["x"], ["x"])
@example([str(n) for n in range(60)], ["7"])
def test_it_finds_what_a_plain_set_finds(asking: list[str], asked: list[str]) -> None:
    """The oracle is Python's own set; a side that asks for more than the other has is no matter."""
    asking = list(dict.fromkeys([*asking, *asked[::2]]))
    own = blinded_set(SET_KEY, [*asked, *FILL], max(len(asking), 200))
    points = blinded_items(ASK_KEY, asking, map)
    answers = blinded_again(SET_KEY, points, map, in_order=True)
    known = {*asked, *FILL}
    expected = [place for place, item in enumerate(asking) if item in known]
    assert looked_up(ASK_KEY, own, answers, map) == expected
    counted = blinded_again(SET_KEY, points, map, in_order=False)
    assert counted == sorted(answers)
    assert len(looked_up(ASK_KEY, own, counted, map)) == len(expected)


@pytest.mark.parametrize(("held", "asked"), [(200, 200_000), (5_000, 200_000), (200, 200)])
def test_a_set_holds_for_requests_of_any_size(held: int, asked: int) -> None:
    """Where the library's hash range would overflow, the chance of a false match gives way."""
    own = blinded_set(SET_KEY, [str(n) for n in range(held)], asked)
    check_set(own, held)
    asking = [str(held - 50 + n) for n in range(300)]
    points = blinded_again(SET_KEY, blinded_items(ASK_KEY, asking, map), map, in_order=True)
    assert looked_up(ASK_KEY, own, points, map) == list(range(50))


@pytest.mark.parametrize("point", [b"", b"x" * 33, b"\2" + b"\xff" * 32, b"\0" * 33])
def test_what_is_no_point_is_refused(point: bytes) -> None:
    """By who answers, and by who is answered."""
    with pytest.raises(Malformed):
        blinded_again(SET_KEY, [point], map, in_order=False)
    own = blinded_set(SET_KEY, FILL, 200)
    with pytest.raises(Malformed):
        looked_up(ASK_KEY, own, [point], map)


def test_a_set_larger_than_announced_is_refused() -> None:
    """So is one that is none."""
    own = blinded_set(SET_KEY, [str(n) for n in range(5_000)], 5_000)
    check_set(own, 5_000)
    with pytest.raises(Malformed):
        check_set(own, 500)
    for data in (b"", b"\xff" * 50, b"\x0a\x02hi"):
        with pytest.raises(Malformed):
            check_set(data, 5_000)


def test_padding_is_nobodys() -> None:
    """Two sides' padding has nothing in common, nor has a side's with its own items."""
    one, other = padded(SET_KEY, ["a"], 100), padded(ASK_KEY, ["a"], 100)
    assert len(one) == len(set(one)) == 100
    assert set(one) & set(other) == {"a"}


def test_items_are_keyed_by_circle_epoch_and_kind() -> None:
    """Who lacks the circle's key cannot try values; epochs and kinds do not mix."""
    base = keyed(b"c" * 32, "2026-W12", "ip", "192.0.2.7")
    assert base == keyed(b"c" * 32, "2026-W12", "ip", "192.0.2.7")
    others = {
        keyed(b"d" * 32, "2026-W12", "ip", "192.0.2.7"),
        keyed(b"c" * 32, "2026-W13", "ip", "192.0.2.7"),
        keyed(b"c" * 32, "2026-W12", "signup_ip", "192.0.2.7"),
    }
    assert len(others) == 3
    assert base not in others
    with pytest.raises(ValueError, match="needs 32"):
        keyed(b"short", "2026-W12", "ip", "192.0.2.7")
