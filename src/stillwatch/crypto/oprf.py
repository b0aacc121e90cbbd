"""A keyed function of one laboratory that others can have computed without showing the input.

RFC 9497, VOPRF over ristretto255 with SHA-512, from the `voprf` package: the answer comes with a
proof that it was made with the key that was published, so that nobody can be marked by an answer
under a key of his own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SEED_BYTES = 32
MOST_INPUTS = 10_000  # of one request
INFO = "stillwatch reveal 1 "


class Unproven(Exception):
    """An answer that was not made with the published key, or cannot be read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: blinded inputs to send, and how to take the blinding off, to keep."""

    blinded: tuple[bytes, ...]
    secrets: tuple[Any, ...]


def public_key(seed: bytes, epoch: str) -> bytes:
    """What a laboratory publishes for an epoch, so that its answers can be checked."""
    return bytes(_evaluator(seed, epoch).public_key.serialize())


def ask(inputs: Sequence[bytes]) -> Asked:
    """Blind some inputs; the blinding is drawn by the library."""
    client = _library().Client
    made = [client.blind(one) for one in inputs]
    return Asked(tuple(bytes(m[1].serialize()) for m in made), tuple(m[0] for m in made))


def evaluate(seed: bytes, epoch: str, blinded: Sequence[bytes]) -> list[bytes]:
    """The answers of the key's owner, who learns how many inputs there were and nothing else.

    Each has a proof of its own. One proof for all would be half the work, but the package then
    panics where a proof is wrong, instead of raising an error.
    """
    if not 0 < len(blinded) <= MOST_INPUTS:
        raise Unproven(f"{len(blinded):,} inputs were sent; between 1 and {MOST_INPUTS:,} may be")
    try:
        key, read = _evaluator(seed, epoch), _library().BlindedInput.deserialize
        return [bytes(key.evaluate(read(one)).serialize()) for one in blinded]
    except (ValueError, TypeError) as error:
        raise Unproven("a blinded input is no point of the group") from error


def finish(asked: Asked, answers: Sequence[bytes], public: bytes) -> list[bytes]:
    """The function's values, after the proof held. Raises Unproven."""
    if len(answers) != len(asked.secrets):
        raise Unproven(f"{len(asked.secrets):,} inputs were sent and {len(answers):,} answers came")
    library = _library()
    try:
        key = library.PublicKey.deserialize(public)
        read = library.VerifiableOutput.deserialize
        pairs = zip(asked.secrets, answers, strict=True)
        return [bytes(secret.finalize(read(one), key)) for secret, one in pairs]
    except (ValueError, TypeError) as error:
        raise Unproven("the answer was not made with the published key") from error


def value(seed: bytes, epoch: str, one: bytes) -> bytes:
    """The function's value of an input the key's owner has itself."""
    return bytes(_evaluator(seed, epoch).evaluate_known_input(one))


def _evaluator(seed: bytes, epoch: str) -> Any:
    if len(seed) != SEED_BYTES:
        raise ValueError(f"the seed has {len(seed)} bytes; it needs {SEED_BYTES}")
    return _library().Evaluator.from_seed(seed, (INFO + epoch).encode())


def _library() -> Any:
    """Imported late: only who reveals needs it."""
    from voprf import ristretto

    return ristretto
