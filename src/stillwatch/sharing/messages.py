"""The messages of a matching: one frame each, with a version, a size limit and a seal.

    frame = version byte | 32 bytes HMAC-SHA-256 under the circle's key | MessagePack of one message

The seal keeps out who is not in the circle. It does not tell members apart: folders and transports
have to, as they do for everything else that laboratories send each other.
"""

import hmac

import msgspec

VERSION = 1
SEAL_BYTES = 32
FRAME_LIMIT = 96 * 2**20  # far above what the largest band needs


class Message(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True
):
    """What every message says: which matching it belongs to, from whom and to whom."""

    session: str
    sender: str
    receiver: str


class Hello(Message, frozen=True, kw_only=True, tag="hello", forbid_unknown_fields=True):
    """The size band of a side's set and what it compares; nothing about the set itself."""

    epoch: str
    band: int  # its number of items, rounded up
    kinds: tuple[str, ...]
    after: str  # the session that this goes on from, with new items alone; empty: none


class Offer(Message, frozen=True, kw_only=True, tag="offer", forbid_unknown_fields=True):
    """A side's own set, blinded and compressed, and the points it asks about."""

    own: bytes
    asked: tuple[bytes, ...]


class Answer(Message, frozen=True, kw_only=True, tag="answer", forbid_unknown_fields=True):
    """The other side's points blinded once more, sorted, so that they can only be counted."""

    points: tuple[bytes, ...]


class Consent(Message, frozen=True, kw_only=True, tag="consent", forbid_unknown_fields=True):
    """What a person decided about the items, and how many the side counted."""

    agrees: bool
    count: int


class Reveal(Message, frozen=True, kw_only=True, tag="reveal", forbid_unknown_fields=True):
    """The same points in the order they were asked in, so that the asker can tell which."""

    points: tuple[bytes, ...]


class Refusal(Message, frozen=True, kw_only=True, tag="refusal", forbid_unknown_fields=True):
    """Why a side goes no further."""

    reason: str


AnyMessage = Hello | Offer | Answer | Consent | Reveal | Refusal
_DECODER: msgspec.msgpack.Decoder[AnyMessage] = msgspec.msgpack.Decoder(AnyMessage)


class Unreadable(Exception):
    """A frame that is no message of ours."""


def sealed(circle_key: bytes, message: AnyMessage) -> bytes:
    """The message as it leaves."""
    body = msgspec.msgpack.encode(message)
    return bytes([VERSION]) + _seal(circle_key, body) + body


def opened(circle_key: bytes, frame: bytes) -> AnyMessage:
    """The message of a frame. Raises Unreadable with the reason."""
    if len(frame) > FRAME_LIMIT:
        raise Unreadable(f"has {len(frame):,} bytes; the limit is {FRAME_LIMIT:,}")
    if len(frame) <= 1 + SEAL_BYTES:
        raise Unreadable("is cut off")
    if frame[0] != VERSION:
        raise Unreadable(f"has version {frame[0]}, and this is version {VERSION}")
    body = frame[1 + SEAL_BYTES :]
    if not hmac.compare_digest(_seal(circle_key, body), frame[1 : 1 + SEAL_BYTES]):
        raise Unreadable("was not sealed with the key of this circle and epoch")
    try:
        return _DECODER.decode(body)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Unreadable(f"is no message of a matching ({str(error)[:120]})") from error


def _seal(circle_key: bytes, body: bytes) -> bytes:
    return hmac.digest(circle_key, b"match1 frame" + bytes([VERSION]) + body, "sha256")
