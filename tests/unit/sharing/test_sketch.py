"""A sketch says what a campaign does and not who: the noise, the threshold and the limits hold."""

import json
import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from stillwatch.evals.sharing.attacks import dictionary, membership
from stillwatch.io.cards import read_catalog
from stillwatch.io.sketches import reference_file
from stillwatch.sharing.behaviour import coordinates
from stillwatch.sharing.sketch import (
    DELTA,
    EPSILON,
    SIZES,
    STEP,
    Reference,
    Sketch,
    TooFew,
    deviation,
    families,
    family_key,
    noise_of,
    read_reference,
    sketch,
    turned,
)
from stillwatch.sharing.sketch_match import NoSketch, likenesses, match_sketch, read_sketch

KEY, OTHER_KEY = b"c" * 32, b"d" * 32
SIZE = 12
REFERENCE = Reference(
    measured_on="a test",
    coordinates=tuple(f"x{n}" for n in range(SIZE)),
    mean=(0.2,) * SIZE,
    spread=tuple((0.0,) * row + (0.01,) for row in range(SIZE)),
    slack=0.0,
    crowds=((0,) * SIZE,),
    threshold=0.6,
)


def rows(high: int, count: int = 60, seed: int = 0) -> np.ndarray:
    """Accounts that do one thing much and the rest as everybody does."""
    dice = np.random.default_rng(seed)
    found = (0.2 + 0.05 * dice.normal(size=(count, SIZE))).clip(0, 1)
    found[:, high] = 0.95
    return found


def made(some: np.ndarray, **change: object) -> Sketch:
    """A sketch for the tests' circle."""
    given_ = {
        "secret": b"s" * 32,
        "circle_key": KEY,
        "circle": "forum",
        "epoch": "2026-W12",
        "campaign_id": "C-1",
    }
    votes = [(7, 8)] * len(some)
    return sketch(some, votes, REFERENCE, **(given_ | change))  # type: ignore[arg-type]


def test_the_shipped_reference_fits_the_shipped_markers() -> None:
    """A new marker card needs the reference measured anew, with `--learn`."""
    shipped = read_reference(reference_file())
    assert shipped.coordinates == coordinates([card.id for card in read_catalog().markers])
    assert len(shipped.mean) == len(shipped.spread) == len(shipped.coordinates)
    assert [len(row) for row in shipped.spread] == list(range(1, len(shipped.mean) + 1))
    assert {len(crowd) for crowd in shipped.crowds} == {len(shipped.mean)}
    assert len(shipped.crowds) >= 300
    assert 0 < shipped.threshold < 1


@settings(max_examples=40)
@given(st.floats(0.1, 8), st.floats(1e-9, 1e-3))
def test_the_noise_is_as_large_as_the_bound_needs_and_no_larger(eps: float, delta: float) -> None:
    """Balle and Wang's condition holds at the deviation, and fails a little below it."""

    def reached(s: float) -> float:
        above = norm.cdf(1 / (2 * s) - eps * s)
        return float(above - math.exp(eps) * norm.cdf(-1 / (2 * s) - eps * s))

    deviation_ = noise_of(eps, delta)
    assert reached(deviation_) <= delta * 1.001
    assert reached(deviation_ * 0.97) > delta


def test_no_account_moves_an_average_by_more_than_the_noise_allows_for() -> None:
    """Rows are cut to length 1, however far out an account is."""
    wild = np.concatenate([rows(1), 1e6 * np.ones((1, SIZE)), np.zeros((1, SIZE))])
    assert np.linalg.norm(turned(wild, REFERENCE), axis=1).max() <= 1 + 1e-9


def test_the_same_is_the_same_and_other_data_meets_other_noise() -> None:
    """Repeating tells nothing new; subtracting two sketches does not take the noise away."""
    one = rows(1)
    assert made(one) == made(one)
    changed = one.copy()
    changed[0, 0] += 1e-9
    difference = np.asarray(made(one).average) - np.asarray(made(changed).average)
    assert np.abs(difference).max() * STEP > deviation(60)
    assert made(one).average != made(one, secret=b"t" * 32).average
    assert made(one).average != made(one, epoch="2026-W13").average


def test_accounts_are_counted_in_bands_with_the_noise_of_the_lower_end() -> None:
    """61 and 79 accounts say the same number."""
    assert {made(rows(1, count)).accounts_at_least for count in (60, 61, 79)} == {60}
    assert deviation(60) == pytest.approx(2 / 60 * noise_of(EPSILON, DELTA))
    assert list(SIZES) == sorted(set(SIZES))
    with pytest.raises(TooFew):
        made(rows(1, 19))


def test_a_sketch_finds_its_like_and_not_others() -> None:
    """The group that does the same thing comes first and passes; the rest does not."""
    ours = np.concatenate([rows(1, seed=1), rows(2, seed=2), rows(5, seed=3)])
    groups = {name: np.arange(60) + 60 * n for n, name in enumerate(("same", "two", "five"))}
    groups["few"] = np.arange(5)
    found = match_sketch(made(rows(1)), REFERENCE, ours, groups, {"two": [7, 9]}, KEY)
    assert (found[0].cluster, found[0].is_match) == ("same", True)
    assert {one.cluster: (one.is_match, one.families) for one in found} == {
        "same": (True, 0),
        "two": (False, 1),
        "five": (False, 0),
    }


def test_what_honest_crowds_do_too_is_worth_less() -> None:
    """An operator who does what the reference's crowds do has to be found by more than that."""
    ours = np.concatenate([rows(1, 40, 7), rows(2, 40, 8)])
    inner, groups = turned(ours, REFERENCE), [np.arange(40), np.arange(40, 80)]
    crowd = tuple(np.rint(turned(rows(1, 40, 9), REFERENCE).mean(axis=0) / STEP).astype(int))
    crowded = msgspec.structs.replace(REFERENCE, crowds=(crowd,) * 10)
    given_ = made(rows(1))
    plain, beside = (likenesses(given_, one, inner, groups) for one in (REFERENCE, crowded))
    assert plain[0] > REFERENCE.threshold > beside[0]
    assert np.ptp(plain - beside) == pytest.approx(0)  # all clusters lose the same
    other = made(rows(5))  # which no crowd does
    unlike = [likenesses(other, one, inner, groups) for one in (REFERENCE, crowded)]
    assert np.abs(unlike[0] - unlike[1]).max() < (plain - beside)[0] / 2


def test_a_sketch_of_noise_is_like_nothing() -> None:
    """Accounts that have nothing in common give a sketch that no cluster passes."""
    dice = np.random.default_rng(5)
    nothing = made((0.2 + 0.05 * dice.normal(size=(25, SIZE))).clip(0, 1))
    groups = [np.arange(60) + 60 * n for n in range(SIZE)]
    ours = np.concatenate([rows(n, seed=n) for n in range(SIZE)])
    assert (
        likenesses(nothing, REFERENCE, turned(ours, REFERENCE), groups).max() < REFERENCE.threshold
    )
    assert len(likenesses(nothing, REFERENCE, turned(ours, REFERENCE), [])) == 0


def test_families_need_many_accounts_and_the_circles_key() -> None:
    """A piece of one account is never told; one of sixty is, to who holds the key alone."""
    dice = np.random.default_rng(3)
    votes = [(1, 100 + n) for n in range(60)]
    assert families(votes, KEY, "2026-W12", dice) == (family_key(KEY, "2026-W12", 1),)
    assert family_key(KEY, "2026-W12", 1) != family_key(OTHER_KEY, "2026-W12", 1)
    assert family_key(KEY, "2026-W12", 1) != family_key(KEY, "2026-W13", 1)
    crowded = [tuple(range(50)) for _ in range(60)]
    assert len(families(crowded, KEY, "2026-W12", dice)) == 2


def test_attacks_stay_within_their_bounds() -> None:
    """The best test for one account, and a list with every piece in it."""
    found = membership(rows(1, 20), REFERENCE)
    assert found["within_bound"]
    # An attack that could not succeed at all would hold any bound.
    assert found["at 0.1 false"]["caught"] > 0.15
    words = dictionary()
    assert words["within_bound"]
    assert words["with_the_key_by_holders"]["60"] > 0.99


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sketch_version": 2}, "version 2"),
        ({"reference": "another"}, "reference"),
        ({"average": [1, 2]}, "coordinates"),
        ({"average": [10_000] * SIZE}, "no sketch"),
        ({"accounts_at_least": 0}, "fewer than"),
        ({"families": ["plain text"]}, "no sketch"),
        ({"account_ids": ["a"]}, "no sketch"),
        ({"circle": "acct_1 said: hello"}, "circle"),
        ({"circle": "../forum"}, "circle"),
        ({"epoch": "acct_1 prompt"}, "week or month"),
        ({"epoch": "2026-W54"}, "week or month"),
    ],
)
def test_what_is_no_sketch_is_refused(change: dict[str, object], said: str) -> None:
    """Other versions and references, impossible numbers, free text, fields nobody asked for."""
    value = msgspec.to_builtins(made(rows(1)))
    assert read_sketch(json.dumps(value).encode(), REFERENCE) == made(rows(1))
    with pytest.raises(NoSketch, match=said):
        read_sketch(json.dumps(value | change).encode(), REFERENCE)


@pytest.mark.parametrize("change", [{"reference": "\x1b[2J\nx"}, {"\x1b[2J\nx": 1}])
def test_a_hostile_sketch_is_refused_in_one_printable_line(change: dict[str, object]) -> None:
    """What it says of itself cannot steer a terminal."""
    value = msgspec.to_builtins(made(rows(1)))
    with pytest.raises(NoSketch) as caught:
        read_sketch(json.dumps(value | change).encode(), REFERENCE)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("data", [b"", b"[" * 100_000, b" " * 300_000, b"\xff", b"{}"])
def test_hostile_bytes_are_refused(data: bytes) -> None:
    """Deep, large and broken ones."""
    with pytest.raises(NoSketch):
        read_sketch(data, REFERENCE)
