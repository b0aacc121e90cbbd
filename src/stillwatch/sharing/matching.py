"""The matching of two laboratories, message by message: counts first, items by consent.

Both sides do the same, so that neither has to take the other's word for the result:

    hello    the band of my set's size
    offer    my set, blinded and compressed; my points, which ask about yours
    answer   your points blinded by me too, sorted: you can count what is common, not tell which
    consent  a person's yes or no, and my count; counts that differ end the matching
    reveal   after two consents: the same points in your order, so that you can tell which

Everything here is a pure function of what came and what was known. Addresses and the first digits
of cards are guessable: no cryptography stops a member from asking about all of them one by one.
So every point a peer asks about is paid from a budget for each peer and epoch, sets are padded
to bands, and every step leaves a row for the audit.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from stillwatch.crypto.matching import (
    KEY_BYTES,
    POINT_BYTES,
    Each,
    Malformed,
    blinded_again,
    blinded_items,
    blinded_set,
    check_set,
    keyed,
    looked_up,
    padded,
)
from stillwatch.model.visible import visible
from stillwatch.sharing.match_names import is_epoch, is_name
from stillwatch.sharing.messages import (
    Answer,
    AnyMessage,
    Consent,
    Hello,
    Offer,
    Refusal,
    Reveal,
    Unreadable,
    opened,
    sealed,
)

KINDS = ("client_fingerprint", "device", "email_domain", "ip", "network", "payment", "signup_ip")
BANDS = tuple(step * 10**power for power in (2, 3, 4, 5) for step in (1, 2, 5))[1:-1]
ASKED_AT_MOST = BANDS[-1]  # points of one request; a kept set has to do for requests of any size
DIFFERENT_BY = 1  # items found by accident are rarer than one in a billion requests


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one peer may ask of us in one epoch, and how small a set may be."""

    least_items: int = 20  # fewer would be a question about somebody
    most_items: int = 200_000
    asked_an_epoch: int = 400_000  # points, padding too
    sessions_an_epoch: int = 8
    largest_ratio: int = 200  # of the two bands: a tiny set against a large one is a probe


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """What one peer has asked in one epoch so far."""

    asked: int = 0
    sessions: int = 0


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """One side: who, with whom, about what, and its secrets."""

    me: str
    peer: str
    epoch: str
    number: int  # of the matching between the two in this epoch
    circle_key: bytes
    set_key: bytes  # blinds our set, the same for a peer and epoch, so that it can be asked again
    ask_key: bytes  # blinds what we ask, new each time
    items: tuple[tuple[str, str], ...]  # kind, value; canonical and in order
    limits: Limits = Limits()
    after: int = 0  # the matching that this goes on from, with `items` the new ones; 0: none
    others: tuple[bytes, ...] = ()  # the peer's sets until then


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line for the audit; numbers only."""

    action: str
    body: Mapping[str, Any]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far one side is."""

    stage: str = "new"  # new, greeted, offered, answered, counted, agreed, done, refused
    peer_band: int = 0
    others: tuple[bytes, ...] = ()  # the peer's sets: this one, and those it is new to
    asked: tuple[bytes, ...] = ()  # the peer's points
    count: int = -1
    agrees: bool | None = None
    peer_agrees: bool | None = None
    peer_count: int = -1
    common: tuple[tuple[str, str], ...] = ()
    reason: str = ""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What one message led to."""

    progress: Progress
    out: tuple[bytes, ...] = ()
    rows: tuple[Row, ...] = ()
    spent: Spent = Spent()


class Refused(Exception):
    """This side goes no further, and says why."""


def session_of(party: Party, number: int) -> str:
    """The name of a matching: both sides derive it, and nobody outside the circle can."""
    names = "\x1f".join(sorted((party.me, party.peer)))
    text = f"match1 session\x1f{names}\x1f{party.epoch}\x1f{number}"
    return hmac.digest(party.circle_key, text.encode(), "sha256")[:16].hex()


def band_of(count: int) -> int:
    """The size that a set of so many is padded to."""
    return next((band for band in BANDS if count <= band), 0)


def begin(party: Party, spent: Spent) -> Step:
    """Our greeting. Raises Refused where our own inputs are out of bounds."""
    _check(party)
    hello = Hello(
        **_from(party),
        epoch=party.epoch,
        band=band_of(len(party.items)),
        kinds=tuple(sorted({kind for kind, _ in party.items})),
        after=session_of(party, party.after) if party.after else "",
    )
    row = Row(action="match.hello", body={"band": hello.band, "kinds": list(hello.kinds)})
    return Step(
        progress=Progress(stage="greeted"), out=(_out(party, hello),), rows=(row,), spent=spent
    )


def advance(party: Party, progress: Progress, frame: bytes, spent: Spent, each: Each) -> Step:
    """What follows from one frame of the peer. A frame that may not come now ends the matching."""
    try:
        message = opened(party.circle_key, frame)
        _belongs(party, progress, message)
        return _follow(party, progress, message, spent, each)
    except (Unreadable, Malformed, Refused) as error:
        reason = visible(str(error), 200)  # the peer's own words may stand in it
        if progress.stage in ("done", "refused"):
            row = Row(action="match.ignored", body={"reason": reason})
            return Step(progress=progress, rows=(row,), spent=spent)
        return refuse(party, progress, reason, spent)


def decide(party: Party, progress: Progress, spent: Spent, each: Each, *, agrees: bool) -> Step:
    """A person says whether the common items may be told, to both sides or to none."""
    if progress.stage != "counted" or progress.agrees is not None:
        raise Refused("there is no count to decide about")
    step = msgspec.structs.replace(progress, agrees=agrees)
    out = _out(party, Consent(**_from(party), agrees=agrees, count=progress.count))
    row = Row(action="match.consent", body={"agrees": agrees, "count": progress.count})
    return _agreed(party, step, (out,), (row,), spent, each)


def refuse(party: Party, progress: Progress, reason: str, spent: Spent) -> Step:
    """End it, and say why."""
    ended = Progress(stage="refused", count=progress.count, reason=reason)
    row = Row(action="match.refused", body={"reason": reason})
    out = _out(party, Refusal(**_from(party), reason=reason[:200]))
    return Step(progress=ended, out=(out,), rows=(row,), spent=spent)


def _follow(
    party: Party, progress: Progress, message: AnyMessage, spent: Spent, each: Each
) -> Step:
    done: Step = _STEPS[type(message)](party, progress, message, spent, each)
    return done


def _hello(party: Party, progress: Progress, hello: Hello, spent: Spent, each: Each) -> Step:
    limits = party.limits
    _expect(progress, "greeted")
    if not is_epoch(hello.epoch):
        raise Refused("the peer's epoch is no year with a week or month")
    if hello.epoch != party.epoch:
        raise Refused(f"the peer is in epoch {hello.epoch}, and we are in {party.epoch}")
    if hello.band not in BANDS or hello.band > band_of(limits.most_items):
        raise Refused(f"a set of {hello.band:,} is no band that we match")
    mine = sorted({kind for kind, _ in party.items})
    if not set(hello.kinds) <= set(KINDS) or list(hello.kinds) != mine:
        raise Refused(f"the peer compares {', '.join(hello.kinds)[:120]}, and we {', '.join(mine)}")
    after = session_of(party, party.after) if party.after else ""
    if hello.after != after:
        raise Refused("the two sides do not go on from the same matching")
    band = band_of(len(party.items))
    if not after and max(band, hello.band) > limits.largest_ratio * min(band, hello.band):
        raise Refused(
            "one set is so small beside the other that its count would speak of single items"
        )
    if spent.sessions >= limits.sessions_an_epoch:
        raise Refused(f"the peer has had its {limits.sessions_an_epoch} matchings of this epoch")
    if spent.asked + hello.band > limits.asked_an_epoch:
        left = max(limits.asked_an_epoch - spent.asked, 0)
        raise Refused(f"the peer may ask about {left:,} more items in this epoch")
    paid = Spent(asked=spent.asked + hello.band, sessions=spent.sessions + 1)
    tokens = tokens_of(party)
    # Another matching's padding would be found in the set of an earlier one.
    own_padding, ask_padding = (_padding(party, key) for key in (party.set_key, party.ask_key))
    own = blinded_set(party.set_key, padded(own_padding, tokens, band), ASKED_AT_MOST)
    asked = blinded_items(party.ask_key, padded(ask_padding, tokens, band), each)
    offer = _out(party, Offer(**_from(party), own=own, asked=tuple(asked)))
    row = Row(
        action="match.offer",
        body={"bytes": len(offer), "peer_band": hello.band, "asked_in_epoch": paid.asked},
    )
    greeted = msgspec.structs.replace(progress, stage="offered", peer_band=hello.band)
    return Step(progress=greeted, out=(offer,), rows=(row,), spent=paid)


def _offer(party: Party, progress: Progress, offer: Offer, spent: Spent, each: Each) -> Step:
    _expect(progress, "offered")
    check_set(offer.own, progress.peer_band)
    _points(offer.asked, progress.peer_band)
    if len(set(offer.asked)) != len(offer.asked):
        raise Refused("the peer asks about one item several times")
    points = blinded_again(party.set_key, offer.asked, each, in_order=False)
    answer = _out(party, Answer(**_from(party), points=tuple(points)))
    row = Row(action="match.answer", body={"bytes": len(answer), "asked": len(offer.asked)})
    step = msgspec.structs.replace(
        progress, stage="answered", others=(*party.others, offer.own), asked=offer.asked
    )
    return Step(progress=step, out=(answer,), rows=(row,), spent=spent)


def _answer(party: Party, progress: Progress, answer: Answer, spent: Spent, each: Each) -> Step:
    _expect(progress, "answered")
    _points(answer.points, band_of(len(party.items)))
    count = len(_found(party, progress, answer.points, each))
    if count > len(party.items):
        raise Refused("the peer's set holds what nobody can have")
    step = msgspec.structs.replace(progress, stage="counted", count=count)
    return Step(
        progress=step, rows=(Row(action="match.count", body={"count": count}),), spent=spent
    )


def _consent(party: Party, progress: Progress, consent: Consent, spent: Spent, each: Each) -> Step:
    _expect(progress, "counted")
    if progress.peer_agrees is not None:
        raise Refused("the peer decided twice")
    step = msgspec.structs.replace(progress, peer_agrees=consent.agrees, peer_count=consent.count)
    row = Row(action="match.peer", body={"agrees": consent.agrees, "count": consent.count})
    return _agreed(party, step, (), (row,), spent, each)


def _agreed(
    party: Party,
    progress: Progress,
    out: tuple[bytes, ...],
    rows: tuple[Row, ...],
    spent: Spent,
    each: Each,
) -> Step:
    """Once both have spoken: nothing, or the items."""
    both = (progress.agrees, progress.peer_agrees)
    if None in both:
        return Step(progress=progress, out=out, rows=rows, spent=spent)
    # After a first matching each side asks about its new items only, and the counts may differ.
    if not party.after and abs(progress.count - progress.peer_count) > DIFFERENT_BY:
        said = f"we count {progress.count:,} and the peer says {progress.peer_count:,}"
        ended = refuse(party, progress, said, spent)
        return Step(
            progress=ended.progress, out=(*out, *ended.out), rows=(*rows, *ended.rows), spent=spent
        )
    if both != (True, True):
        over = msgspec.structs.replace(progress, stage="done", asked=())
        return Step(progress=over, out=out, rows=rows, spent=spent)
    points = blinded_again(party.set_key, progress.asked, each, in_order=True)
    reveal = _out(party, Reveal(**_from(party), points=tuple(points)))
    row = Row(action="match.reveal", body={"bytes": len(reveal)})
    agreed = msgspec.structs.replace(progress, stage="agreed", asked=())
    return Step(progress=agreed, out=(*out, reveal), rows=(*rows, row), spent=spent)


def _reveal(party: Party, progress: Progress, reveal: Reveal, spent: Spent, each: Each) -> Step:
    _expect(progress, "agreed")
    _points(reveal.points, band_of(len(party.items)))
    places = _found(party, progress, reveal.points, each)
    if len(places) != progress.count or any(place >= len(party.items) for place in places):
        raise Refused("the items are not those that were counted")
    common = tuple(party.items[place] for place in places)
    step = msgspec.structs.replace(progress, stage="done", common=common)
    row = Row(action="match.items", body={"count": len(common)})
    return Step(progress=step, rows=(row,), spent=spent)


def _refusal(party: Party, progress: Progress, said: Refusal, spent: Spent, _: Each) -> Step:
    reason = visible(said.reason, 200)
    ended = Progress(stage="refused", count=progress.count, reason=f"{party.peer}: {reason}")
    row = Row(action="match.peer_refused", body={"reason": reason})
    return Step(progress=ended, rows=(row,), spent=spent)


_STEPS: Mapping[type, Any] = {
    Hello: _hello,
    Offer: _offer,
    Answer: _answer,
    Consent: _consent,
    Reveal: _reveal,
    Refusal: _refusal,
}


def tokens_of(party: Party) -> list[str]:
    """What stands for our items."""
    return [keyed(party.circle_key, party.epoch, kind, value) for kind, value in party.items]


def _padding(party: Party, key: bytes) -> bytes:
    return hmac.digest(key, f"matching {party.number}".encode(), "sha256")


def _found(party: Party, progress: Progress, points: Sequence[bytes], each: Each) -> list[int]:
    """The places of the points that are in any of the peer's sets."""
    places: set[int] = set()
    for others in progress.others:
        places |= set(looked_up(party.ask_key, others, points, each))
    return sorted(places)


def _from(party: Party) -> dict[str, str]:
    session = session_of(party, party.number)
    return {"session": session, "sender": party.me, "receiver": party.peer}


def _out(party: Party, message: AnyMessage) -> bytes:
    return sealed(party.circle_key, message)


def _belongs(party: Party, progress: Progress, message: AnyMessage) -> None:
    if progress.stage in ("done", "refused"):
        raise Refused("the matching is over")
    if (message.sender, message.receiver) != (party.peer, party.me):
        raise Refused("a message of other parties came")
    if message.session != session_of(party, party.number):
        raise Refused("a message of another matching came")


def _expect(progress: Progress, stage: str) -> None:
    if progress.stage != stage:
        raise Refused(f"a message came out of turn: we are at '{progress.stage}'")


def _points(points: Sequence[bytes], count: int) -> None:
    if len(points) != count or any(len(point) != POINT_BYTES for point in points):
        raise Refused(f"the peer sent {len(points):,} points where {count:,} were announced")


def _check(party: Party) -> None:
    limits, count = party.limits, len(party.items)
    if party.me == party.peer or not (is_name(party.me) and is_name(party.peer)):
        raise Refused("the two sides need two short names")
    if not is_epoch(party.epoch):
        raise Refused("the epoch is no year with a week or month")
    if min(len(party.circle_key), len(party.set_key), len(party.ask_key)) < KEY_BYTES:
        raise Refused(f"a key is shorter than {KEY_BYTES} bytes")
    if len(set(party.items)) != count or not {kind for kind, _ in party.items} <= set(KINDS):
        raise Refused("items are doubled or of a kind that is not compared")
    if not limits.least_items <= count <= limits.most_items:
        raise Refused(
            f"{count:,} items are to be matched; between {limits.least_items:,} and "
            f"{limits.most_items:,} may be"
        )
