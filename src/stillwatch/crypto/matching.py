"""Private set intersection over an elliptic curve: what two sets share, and nothing else of either.

The curve, the hashing to it and the compressed set come from OpenMined's PSI (ECDH over P-256,
Golomb-compressed). One side, the server, sends its set blinded by its key and compressed; the
other, the client, sends its items blinded by its own. The server blinds those once more, the
client takes its own blinding off and looks them up. Both are assumed to follow the protocol
(semi-honest); what a cheat gets is bounded by how many items he may ask for, never by this.

A client of counts learns how many items are common; the answers come sorted, so that it cannot
tell which. A client of items learns which of its own items are common.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

KEY_BYTES = 32
POINT_BYTES = 33  # one compressed point
FALSE_MATCH = 1e-9  # chance that any item of a whole request is found by accident
MOST_VALUES = 10**18
REVEALS = True  # the library's own switch: the order of answers is ours to keep or to drop
CHUNK = 5_000  # items of one piece of work

Each = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]


class Malformed(Exception):
    """Bytes of a peer that are no set, no request or no answer."""


def new_key() -> bytes:
    """A key that the library draws."""
    return bytes(_library().client.CreateWithNewKey(REVEALS).GetPrivateKeyBytes())


def keyed(circle_key: bytes, epoch: str, kind: str, value: str) -> str:
    """What stands for one identifier: keyed, so that who is outside the circle cannot try values.

    Members of the circle hold the key; against them the blinding and the budget stand.
    """
    text = f"match1\x1f{epoch}\x1f{kind}\x1f{value}".encode()
    return hmac.digest(_long_enough(circle_key), text, "sha256")[:20].hex()


def padded(key: bytes, items: Sequence[str], size: int) -> list[str]:
    """The items and as many that nobody has as bring them to the size."""
    fill = (
        hmac.digest(key, f"padding\x1f{number}".encode(), "sha256").hex()
        for number in range(size - len(items))
    )
    return [*items, *fill]


def blinded_set(key: bytes, items: Sequence[str], asked: int) -> bytes:
    """The server's set for a client who asks for up to so many items."""
    psi = _library()
    server = psi.server.CreateFromKey(_long_enough(key), REVEALS)
    # The library hashes to max(items, asked)² / chance values, and overflows, often without a word,
    # where that is more than 63 bits: the chance gives way, for the largest sets.
    chance = max(FALSE_MATCH, max(len(items), asked) ** 2 / MOST_VALUES)
    made = server.CreateSetupMessage(chance, asked, list(items), psi.DataStructure.GCS)
    return bytes(made.SerializeToString())


def blinded_items(key: bytes, items: Sequence[str], each: Each) -> list[bytes]:
    """The client's items, one point each, in their order."""
    psi = _library()

    def blind(some: Sequence[str]) -> list[bytes]:
        client = psi.client.CreateFromKey(_long_enough(key), REVEALS)
        return list(client.CreateRequest(list(some)).encrypted_elements)

    return [point for part in each(blind, _chunks(items)) for point in part]


def blinded_again(
    key: bytes, points: Sequence[bytes], each: Each, *, in_order: bool
) -> list[bytes]:
    """The server's answer: the client's points under its own key, sorted unless order may show.

    Raises Malformed when a point is none of the curve.
    """
    psi = _library()

    def blind(some: Sequence[bytes]) -> list[bytes]:
        server = psi.server.CreateFromKey(_long_enough(key), REVEALS)
        request = psi.Request(reveal_intersection=REVEALS, encrypted_elements=some)
        return list(server.ProcessRequest(request).encrypted_elements)

    found = [point for part in _checked(each, blind, _chunks(points)) for point in part]
    return found if in_order else sorted(found)


def looked_up(key: bytes, others: bytes, answers: Sequence[bytes], each: Each) -> list[int]:
    """The places of the answers that are in the server's set. Raises Malformed."""
    psi = _library()
    # The compressed set is opened anew for every part, so few and large ones are cheapest.
    size = max(CHUNK, -(-len(answers) // 2))
    starts = range(0, len(answers), size)

    def find(start: int) -> list[int]:
        client = psi.client.CreateFromKey(_long_enough(key), REVEALS)
        response = psi.Response(encrypted_elements=answers[start : start + size])
        places = client.GetIntersection(psi.ServerSetup.FromString(others), response)
        return [start + int(place) for place in places]

    return sorted(place for part in _checked(each, find, starts) for place in part)


def check_set(others: bytes, most: int) -> None:
    """Raise Malformed unless the bytes are a compressed set of a plausible size."""
    psi = _library()
    try:
        found = psi.ServerSetup.FromString(others)
    except Exception as error:
        raise Malformed("the set cannot be read") from error
    if found.WhichOneof("data_structure") != "gcs":
        raise Malformed("the set is not a Golomb-compressed set")
    # About 44 bits an item at this chance of a false match.
    if len(found.gcs.bits) > 8 * most + 64 or not 0 < found.gcs.hash_range < 2**63:
        raise Malformed("the set is larger than what was announced")
    if not 0 <= found.gcs.div < 64:
        raise Malformed("the set is compressed in an unknown way")


def _checked(each: Each, work: Callable[[Any], Any], parts: Iterable[Any]) -> Iterator[Any]:
    try:
        yield from each(work, parts)
    except (RuntimeError, ValueError, TypeError) as error:
        raise Malformed(f"a point is none of the curve: {str(error)[:80]}") from error


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))


def _long_enough(key: bytes) -> bytes:
    if len(key) < KEY_BYTES:
        raise ValueError(f"the key has {len(key)} bytes; it needs {KEY_BYTES}")
    return key


def _library() -> Any:
    """Imported late: only who matches needs it, and it is slow to load."""
    import private_set_intersection.python as psi

    return psi
