"""Makes the `next` of a page: where it ended, in a form that nobody else can make or change."""

import base64
import binascii
import hmac

from stillwatch.services.hub.refusal import Refusal

VERSION = b"\x01"
MAC = 16


def make_next(key: bytes, position: int, *about: bytes) -> str:
    """Names a position in the answer to one question; `about` says which question."""
    place = VERSION + position.to_bytes(8, "big")
    return base64.urlsafe_b64encode(place + _mac(key, place, about)).rstrip(b"=").decode()


def read_next(key: bytes, text: str, *about: bytes) -> int:
    """The position. Raises Refusal for a `next` that was not given in answer to this question."""
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raw = b""
    place, mac = raw[:9], raw[9:]
    known = len(raw) == 9 + MAC and raw[:1] == VERSION
    if not known or not hmac.compare_digest(mac, _mac(key, place, about)):
        what = "repeat the request that gave it, with the same filters, or begin anew"
        raise Refusal(400, "`next` does not belong to this request", what)
    return int.from_bytes(place[1:], "big")


def _mac(key: bytes, place: bytes, about: tuple[bytes, ...]) -> bytes:
    said = b"".join(len(one).to_bytes(4, "big") + one for one in (b"next", place, *about))
    return hmac.digest(key, said, "sha256")[:MAC]
