"""An indicator opens for k holders and for nobody else."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("voprf")

from stillwatch.crypto import oprf
from stillwatch.crypto.threshold import PRIME, Holding, _at, _place, _text, holding, opened

LABS = ("lab-a", "lab-b", "lab-c", "lab-d", "lab-e")
SEEDS = {lab: bytes([number + 1]) * 32 for number, lab in enumerate(LABS)}
EPOCH = "2026-W12"


def gives(member: str, indicator: bytes, least: int = 3, epoch: str = EPOCH) -> Holding:
    """What a member gives, with every laboratory's function computed as its owner would."""
    values = [oprf.value(SEEDS[lab], epoch, indicator) for lab in LABS]
    return holding(values, indicator, member=member, epoch=epoch, least=least)


def test_the_published_vectors_of_the_function_hold() -> None:
    """RFC 9497, appendix A.1.2 (VOPRF, ristretto255-SHA512): key and outputs are the standard's."""
    from voprf import ristretto

    key = ristretto.Evaluator.from_seed(b"\xa3" * 32, b"test key")
    public = "c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e"
    assert bytes(key.public_key.serialize()).hex() == public
    outputs = {
        b"\x00": "b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7d"
        "a4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c",
        b"\x5a" * 17: "8a9a2f3c7f085b65933594309041fc1898d42d0858e59f90814ae90571a6df60"
        "356f4610bf816f27afdd84f47719e480906d27ecd994985890e5f539e7ea74b6",
    }
    for given_, expected in outputs.items():
        assert bytes(key.evaluate_known_input(given_)).hex() == expected


def test_a_blinded_answer_is_the_functions_value() -> None:
    """What comes back through blinding is what the owner of the key computes alone."""
    asked = oprf.ask([b"one", b"two"])
    answer = oprf.evaluate(SEEDS["lab-a"], EPOCH, asked.blinded)
    public = oprf.public_key(SEEDS["lab-a"], EPOCH)
    expected = [oprf.value(SEEDS["lab-a"], EPOCH, one) for one in (b"one", b"two")]
    assert oprf.finish(asked, answer, public) == expected


def test_an_answer_under_another_key_is_refused() -> None:
    """Nobody can be marked by an answer under a key that was not published."""
    asked = oprf.ask([b"one"])
    answer = oprf.evaluate(SEEDS["lab-b"], EPOCH, asked.blinded)
    with pytest.raises(oprf.Unproven):
        oprf.finish(asked, answer, oprf.public_key(SEEDS["lab-a"], EPOCH))


@pytest.mark.parametrize("blinded", [[], [b""], [b"x" * 32], [b"\xff" * 32]])
def test_what_is_no_point_is_refused(blinded: list[bytes]) -> None:
    """Bytes that are no point of the group give no answer."""
    with pytest.raises(oprf.Unproven):
        oprf.evaluate(SEEDS["lab-a"], EPOCH, blinded)


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=1, max_size=200), st.integers(2, 5), st.permutations(LABS))
def test_it_opens_for_k_holders_and_not_for_fewer(
    indicator: bytes, least: int, order: list[str]
) -> None:
    """Any k of the holders open it; any k - 1 do not."""
    given_ = [gives(member, indicator, least) for member in order]
    assert opened(given_[: least - 1], least) == []
    (found,) = opened(given_[:least], least)
    assert (found.indicator, found.liars) == (indicator, ())
    assert set(found.members) == set(order[:least])


def test_one_member_counts_once() -> None:
    """Giving one's point several times does not make several holders."""
    one = gives("lab-a", b"x")
    assert opened([one, one, replace(one, share=b"\1" * 66)], 3) == []


def test_different_indicators_do_not_add_up() -> None:
    """Holders of different indicators, epochs or thresholds open nothing."""
    assert opened([gives("lab-a", b"x"), gives("lab-b", b"y"), gives("lab-c", b"z")], 3) == []
    mixed = [gives("lab-a", b"x"), gives("lab-b", b"x", epoch="2026-W13"), gives("lab-c", b"x", 4)]
    assert opened(mixed, 3) == []


@settings(max_examples=25, deadline=None)
@given(st.integers(0, PRIME - 1))
def test_k_minus_one_points_fit_every_key(candidate: int) -> None:
    """With k - 1 points every key is as possible as any other: a point completes each of them."""
    two = [gives("lab-a", b"x"), gives("lab-b", b"x")]
    # The polynomial through (0, candidate) and the two points exists; its value at a third place
    # is a point that those two cannot tell from the true one.
    places = [0, *(_place(one.member) for one in two)]
    values = [candidate, *(int.from_bytes(one.share) for one in two)]
    third = 0
    for at, value in zip(places, values, strict=True):
        upper = lower = 1
        for other in places:
            if other != at:
                upper = upper * (_place("lab-c") - other) % PRIME
                lower = lower * (at - other) % PRIME
        third += value * upper * pow(lower, -1, PRIME)
    completed = [*two, replace(two[0], member="lab-c", share=(third % PRIME).to_bytes(66))]
    assert _at(completed, 0) == candidate
    assert _text(two[0], candidate) is None


def test_a_guess_needs_every_laboratorys_function() -> None:
    """Who has all functions but one cannot make the tag of a guess, right as the guess may be."""
    true = gives("lab-a", b"192.0.2.7")
    values = [oprf.value(SEEDS[lab], EPOCH, b"192.0.2.7") for lab in LABS[:-1]]
    values.append(oprf.value(b"\x77" * 32, EPOCH, b"192.0.2.7"))
    guess = holding(values, b"192.0.2.7", member="lab-a", epoch=EPOCH, least=3)
    assert guess.tag != true.tag
    assert guess.share != true.share


def test_a_liar_is_named_and_does_not_hinder() -> None:
    """A wrong point is tried, found wrong and named, as long as k right ones are there."""
    right = [gives(lab, b"x") for lab in LABS[1:4]]
    liar = replace(gives("lab-a", b"x"), share=b"\2" * 66)
    (found,) = opened([liar, *right], 3)
    assert (found.indicator, found.liars) == (b"x", ("lab-a",))
    assert opened([liar, *right[:2]], 3) == []


def test_lengths_say_little() -> None:
    """Indicators of nearby lengths give texts of one length."""
    sizes = {len(gives("lab-a", b"x" * size).closed) for size in (4, 20, 50)}
    assert len(sizes) == 1
    with pytest.raises(ValueError, match="between 2"):
        gives("lab-a", b"x", least=1)
