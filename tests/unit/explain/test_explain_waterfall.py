"""The bars add up, from nothing to the posterior."""

import math
from collections import defaultdict

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.explain import words
from stillwatch.explain.waterfall import Piece, campaign_pieces, waterfall

PIECES = st.lists(
    st.builds(
        Piece,
        detector=st.sampled_from(["token_ceiling", "synchrony", "pauses"]),
        family=st.sampled_from(["volume", "timing"]),
        subject=st.sampled_from(["cluster", "account"]),
        bits=st.floats(-12, 12),
        support=st.integers(0, 10**6),
        sentence=st.text(max_size=20),
    ),
    max_size=8,
)


@given(PIECES, st.floats(0, 1))
def test_every_bar_starts_where_the_last_one_ended(pieces, posterior):
    """From zero over every reason to the posterior there is no jump."""
    fall = waterfall(pieces, posterior)
    at = 0.0
    for step in (*fall.steps, fall.correction):
        assert math.isclose(step.before, at, abs_tol=1e-9)
        assert math.isclose(step.after - step.before, step.bits, abs_tol=1e-9)
        at = step.after
    assert math.isclose(at, words.bits_of(posterior), abs_tol=1e-9)


@given(PIECES, st.floats(0, 1))
def test_every_bar_lies_on_the_axis(pieces, posterior):
    """The axis holds zero and both ends of every bar."""
    fall = waterfall(pieces, posterior)
    assert fall.low <= 0 <= fall.high
    for step in (*fall.steps, fall.correction):
        assert fall.low <= min(step.before, step.after)
        assert max(step.before, step.after) <= fall.high


def test_what_subtracts_comes_last():
    """The strongest reason is first; reasons against stand at the end."""
    pieces = [
        Piece(detector=name, family="f", subject="account", bits=bits, support=1, sentence=name)
        for name, bits in (("a", -2.0), ("b", 1.0), ("c", 5.0))
    ]
    assert [step.bits for step in waterfall(pieces, 0.9).steps] == [5.0, 1.0, -2.0]


def test_a_campaign_carries_the_mean_of_its_accounts(three):
    """The fast grouping agrees with a loop over accounts and reasons."""
    members = three.verdicts.filter(three.verdicts.column("campaign_id").is_valid())
    sums, sizes = defaultdict(float), defaultdict(int)
    for verdict in members.to_pylist():
        sizes[verdict["campaign_id"]] += 1
        for reason in verdict["reasons"]:
            sums[verdict["campaign_id"], reason["detector"]] += reason["bits"]
    pieces = campaign_pieces(members)
    assert set(pieces) == set(sizes)
    found = {
        (campaign_id, piece.detector): piece.bits
        for campaign_id, of_one in pieces.items()
        for piece in of_one
    }
    assert set(found) == {key for key in sums if isinstance(key, tuple)}
    for (campaign_id, detector), bits in found.items():
        assert math.isclose(bits, sums[campaign_id, detector] / sizes[campaign_id])


def test_what_was_measured_on_the_campaign_keeps_its_sentence(three):
    """A reason of the whole campaign is not said to be carried by some accounts."""
    members = three.verdicts.filter(three.verdicts.column("campaign_id").is_valid())
    pieces = next(iter(campaign_pieces(members).values()))
    own = [piece for piece in pieces if piece.subject == "cluster"]
    some = [piece for piece in pieces if piece.subject == "account"]
    assert own
    assert some
    assert not any(piece.sentence.startswith("On ") for piece in own)
    assert all(" accounts. Strongest: " in piece.sentence for piece in some)


def test_a_campaign_whose_accounts_have_no_reasons_has_no_bars(three):
    """No reasons is no pieces, not a fault."""
    members = three.verdicts.filter(three.verdicts.column("campaign_id").is_valid()).slice(0, 3)
    empty = members.set_column(
        members.schema.get_field_index("reasons"),
        members.schema.field("reasons"),
        [pa.array([[]] * 3, members.schema.field("reasons").type)],
    )
    assert list(campaign_pieces(empty).values()) == [[]]
