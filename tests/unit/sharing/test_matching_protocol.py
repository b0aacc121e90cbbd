"""Two sides learn a count, then the items if both agree; whoever strays is refused."""

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("private_set_intersection")

from stillwatch.crypto.matching import new_key
from stillwatch.evals.sharing.psi import addresses, party, played
from stillwatch.sharing.matching import (
    Limits,
    Party,
    Progress,
    Refused,
    Spent,
    Step,
    advance,
    band_of,
    begin,
    decide,
    session_of,
    tokens_of,
)
from stillwatch.sharing.messages import (
    FRAME_LIMIT,
    Answer,
    Consent,
    Hello,
    Offer,
    Refusal,
    Reveal,
    Unreadable,
    opened,
    sealed,
)

OURS, THEIRS = addresses(0, 150), addresses(100, 90)
COMMON = {("ip", value) for value in set(OURS) & set(THEIRS)}


def two(**more: Any) -> tuple[Party, Party]:
    """Two sides with fifty addresses in common."""
    return party("lab-a", "lab-b", OURS, **more), party("lab-b", "lab-a", THEIRS, **more)


def test_two_yeses_tell_both_sides_the_items() -> None:
    """Both count the same, and both learn the same items."""
    done = played(*two(), map, agree=(True, True))
    for side in done.sides:
        progress = side.step.progress
        assert (progress.stage, progress.count) == ("done", len(COMMON))
        assert set(progress.common) == COMMON


@pytest.mark.parametrize("agree", [(True, False), (False, True), (False, False)])
def test_one_no_tells_nobody(agree: tuple[bool, bool]) -> None:
    """The count is known; no item is."""
    done = played(*two(), map, agree=agree)
    for side in done.sides:
        progress = side.step.progress
        assert (progress.stage, progress.count, progress.common) == ("done", len(COMMON), ())


@settings(max_examples=10, deadline=None)
@given(st.integers(20, 400), st.integers(20, 400), st.integers(0, 400))
def test_it_finds_what_plain_sets_have_in_common(ours: int, theirs: int, shift: int) -> None:
    """Whichever side has more."""
    one, other = addresses(0, ours), addresses(shift, theirs)
    done = played(
        party("lab-a", "lab-b", one), party("lab-b", "lab-a", other), map, agree=(True, True)
    )
    expected = {("ip", value) for value in set(one) & set(other)}
    assert all(set(side.step.progress.common) == expected for side in done.sides)


@dataclass
class Wire:
    """Frames between two sides, one at a time, so that a test can change them."""

    one: Party
    other: Party

    def until(self, stage: str) -> tuple[Step, list[bytes]]:
        """The first side at a stage, and the frames it has sent."""
        mine, theirs = begin(self.one, Spent()), begin(self.other, Spent())
        sent, to_mine, to_theirs = list(mine.out), list(theirs.out), list(mine.out)
        while mine.progress.stage != stage:
            if to_theirs:
                theirs = advance(self.other, theirs.progress, to_theirs.pop(0), theirs.spent, map)
                to_mine += theirs.out
            else:
                mine = advance(self.one, mine.progress, to_mine.pop(0), mine.spent, map)
                sent += mine.out
                to_theirs += mine.out
        return mine, sent

    def say(self, kind: type, **fields: Any) -> bytes:
        """A frame of the second side's."""
        session = session_of(self.other, self.other.number)
        names = {"session": session, "sender": self.other.me, "receiver": self.one.me}
        return sealed(self.one.circle_key, kind(**(names | fields)))


def refused(wire: Wire, stage: str, frame: bytes) -> str:
    """Why the first side refuses a frame at a stage."""
    step, _ = wire.until(stage)
    after = advance(wire.one, step.progress, frame, step.spent, map)
    assert after.progress.stage == "refused"
    assert after.rows[-1].action == "match.refused"
    assert after.progress.common == ()
    return after.progress.reason


def test_strangers_are_refused() -> None:
    """Frames of another circle, another version, other parties, another matching, or of nobody."""
    wire = Wire(*two())
    good = wire.say(Answer, points=(b"p" * 33,) * 200)
    assert "not sealed" in refused(wire, "answered", good[:-1] + bytes([good[-1] ^ 1]))
    assert "version 9" in refused(wire, "answered", b"\x09" + good[1:])
    assert "cut off" in refused(wire, "answered", b"\x01")
    assert "other parties" in refused(wire, "answered", wire.say(Answer, sender="lab-c", points=()))
    assert "another matching" in refused(
        wire, "answered", wire.say(Answer, session="0" * 32, points=())
    )
    garbage = b"\x01" + b"\0" * 32 + b"\x91" * 40
    assert "not sealed" in refused(wire, "answered", garbage)


def test_messages_out_of_turn_are_refused() -> None:
    """Nothing can be skipped, and nothing comes twice."""
    wire = Wire(*two())
    assert "out of turn" in refused(wire, "greeted", wire.say(Answer, points=()))
    assert "out of turn" in refused(wire, "offered", wire.say(Consent, agrees=True, count=1))
    assert "out of turn" in refused(wire, "counted", wire.say(Reveal, points=()))
    hello = {"epoch": "2026-W12", "band": 200, "kinds": ("ip",), "after": ""}
    assert "out of turn" in refused(wire, "offered", wire.say(Hello, **hello))


def test_greetings_out_of_bounds_are_refused() -> None:
    """Another epoch, other kinds, a size that is no band, a probe beside a large set."""
    wire = Wire(*two())
    hello: dict[str, Any] = {"epoch": "2026-W12", "band": 200, "kinds": ("ip",), "after": ""}
    for change, said in (
        ({"epoch": "2026-W13"}, "epoch"),
        ({"band": 201}, "no band"),
        ({"band": 10**9}, "no band"),
        ({"kinds": ("ip", "name")}, "compares"),
        ({"after": "x"}, "same matching"),
        ({"band": 100_000}, "so small beside"),
    ):
        assert said in refused(wire, "greeted", wire.say(Hello, **(hello | change)))


def test_what_a_peer_may_ask_is_bounded_for_each_epoch() -> None:
    """Points are paid from the budget, padding too, and so are matchings."""
    one, other = two()
    hello = begin(other, Spent()).out[0]
    greeted = begin(one, Spent()).progress
    paid = advance(one, greeted, hello, Spent(asked=100, sessions=1), map)
    assert (paid.spent.asked, paid.spent.sessions) == (300, 2)
    limits = one.limits
    poor = Spent(asked=limits.asked_an_epoch - 199)
    step = advance(one, greeted, hello, poor, map)
    assert (step.progress.stage, step.spent) == ("refused", poor)
    assert "199 more" in step.progress.reason
    often = Spent(sessions=limits.sessions_an_epoch)
    assert advance(one, greeted, hello, often, map).progress.stage == "refused"


def test_a_request_is_as_large_as_announced() -> None:
    """Neither more points, nor fewer, nor one point many times, nor points that are none."""
    wire = Wire(*two())
    _, sent = Wire(wire.other, wire.one).until("answered")
    true = next(m for f in sent if isinstance(m := opened(wire.one.circle_key, f), Offer))
    for asked, said in (
        (true.asked[:-1], "were announced"),
        ((*true.asked, true.asked[0]), "were announced"),
        ((true.asked[0],) * len(true.asked), "several times"),
        (tuple(n.to_bytes(33) for n in range(len(true.asked))), "none of the curve"),
    ):
        assert said in refused(wire, "offered", wire.say(Offer, own=true.own, asked=asked))
    assert "cannot be read" in refused(
        wire, "offered", wire.say(Offer, own=b"\xff" * 9, asked=true.asked)
    )


def test_counts_that_differ_end_it_before_any_item_is_told() -> None:
    """A peer whose set was made to match everything says another count than we."""
    wire = Wire(*two())
    step, _ = wire.until("counted")
    mine = decide(wire.one, step.progress, step.spent, map, agrees=True)
    frame = wire.say(Consent, agrees=True, count=len(COMMON) + 40)
    after = advance(wire.one, mine.progress, frame, mine.spent, map)
    assert after.progress.stage == "refused"
    assert not any(isinstance(opened(wire.one.circle_key, f), Reveal) for f in after.out)


def test_new_items_are_matched_with_all_that_came_before() -> None:
    """A second matching asks about new items alone, and finds them in old and new sets."""
    one, other = two()
    first = played(one, other, map, agree=(True, True))
    kept = [side.step.progress.others for side in first.sides]
    fresh = [*THEIRS[60:85], "203.0.113.7"], [*OURS[10:40], "203.0.113.7"]
    again = [
        msgspec.structs.replace(
            side,
            number=2,
            after=1,
            others=others,
            ask_key=new_key(),
            items=tuple(("ip", value) for value in items),
        )
        for side, others, items in zip((one, other), kept, fresh, strict=True)
    ]
    done = played(again[0], again[1], map, agree=(True, True))
    for side, items, held in zip(done.sides, fresh, (THEIRS, OURS), strict=True):
        expected = {("ip", v) for v in items if v in held or v == "203.0.113.7"}
        assert set(side.step.progress.common) == expected


def test_nothing_of_an_item_is_on_the_wire() -> None:
    """Neither an address nor what stands for it is in any frame."""
    wire = Wire(*two())
    _, sent = wire.until("counted")
    wires = b"".join(sent)
    assert len(wires) > 10_000
    for (_, value), token in zip(wire.one.items, tokens_of(wire.one), strict=True):
        assert value.encode() not in wires
        assert token.encode() not in wires
        assert bytes.fromhex(token) not in wires


@pytest.mark.parametrize(
    "change",
    [
        {"items": (("ip", "192.0.2.1"),)},
        {"items": tuple(("name", str(n)) for n in range(30))},
        {"items": (("ip", "192.0.2.1"),) * 30},
        {"peer": "lab-a"},
        {"me": "acct_1 prompt"},
        {"peer": "../lab-b"},
        {"epoch": "x" * 3_000},
        {"circle_key": b"short"},
        {"limits": Limits(most_items=20)},
    ],
)
def test_our_own_mistakes_are_told_before_anything_leaves(change: dict[str, Any]) -> None:
    """Too few items, unknown kinds, doubled ones, names that are none or one, a short key."""
    with pytest.raises(Refused):
        begin(msgspec.structs.replace(two()[0], **change), Spent())


def test_a_decision_is_taken_once_and_on_a_count() -> None:
    """Neither before there is a count, nor twice."""
    wire = Wire(*two())
    with pytest.raises(Refused):
        decide(wire.one, Progress(stage="answered"), Spent(), map, agrees=True)
    step, _ = wire.until("counted")
    mine = decide(wire.one, step.progress, step.spent, map, agrees=False)
    with pytest.raises(Refused):
        decide(wire.one, mine.progress, mine.spent, map, agrees=True)


def test_sizes_are_told_in_bands() -> None:
    """Sets of 101 and of 200 look alike, and too large ones have no band."""
    assert {band_of(count) for count in (20, 101, 200)} == {200}
    assert [band_of(count) for count in (201, 100_000, 200_000, 200_001)] == [
        500,
        100_000,
        200_000,
        0,
    ]


def test_a_frame_has_a_size_limit() -> None:
    """It is looked at before anything else is."""
    with pytest.raises(Unreadable, match="limit"):
        opened(b"c" * 32, b"\0" * (FRAME_LIMIT + 1))


HOSTILE = "\x1b[2J\x1b]0;owned\x07\nerror: all is lost\u202e\x9b31m " + "x" * 100_000


def is_tame(reason: str) -> bool:
    """Whether it is one short line that a terminal prints as it stands."""
    return reason.isprintable() and len(reason) <= 300


def test_what_a_peer_writes_comes_in_as_one_short_line() -> None:
    """A refusal's reason, an epoch, kinds and unknown fields cannot steer a terminal."""
    wire = Wire(*two())
    step, _ = wire.until("greeted")
    after = advance(wire.one, step.progress, wire.say(Refusal, reason=HOSTILE), step.spent, map)
    assert after.progress.stage == "refused"
    assert "all is lost" in after.progress.reason
    assert is_tame(after.progress.reason)
    assert is_tame(str(after.rows[0].body["reason"]))
    hello: dict[str, Any] = {"epoch": "2026-W12", "band": 200, "kinds": ("ip",), "after": ""}
    for change in ({"epoch": HOSTILE}, {"kinds": (HOSTILE,)}, {"after": HOSTILE}):
        assert is_tame(refused(wire, "greeted", wire.say(Hello, **(hello | change))))
    odd = {"type": "refusal", HOSTILE[:60]: 1}
    assert is_tame(refused(wire, "greeted", sealed(wire.one.circle_key, odd)))  # type: ignore[arg-type]


@pytest.mark.parametrize("epoch", ["", "2026-W54", "2026-13", "free text", "2026-W12\n"])
def test_a_peers_epoch_is_a_week_or_a_month(epoch: str) -> None:
    """Anything else is refused by what it is, before it is compared."""
    wire = Wire(*two())
    hello: dict[str, Any] = {"epoch": epoch, "band": 200, "kinds": ("ip",), "after": ""}
    assert "week or month" in refused(wire, "greeted", wire.say(Hello, **hello))
