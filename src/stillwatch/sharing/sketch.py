"""Sketches of campaigns: what their accounts do on average, with noise that hides each account.

The rows of `behaviour.py` are turned so that honest groups of accounts spread alike in every
direction, cut to length 1, and averaged over the campaign. Normal noise is added, as much as makes
the average (ε, δ)-differentially private for one account: whether any one account of the campaign
did what it did or anything else changes the chance of every possible sketch by at most a factor of
e^ε, but for a chance of δ. What a peer can find out about one account from a sketch is bounded by
that, whatever else it knows. How many accounts there are is told in bands and not hidden.

Beside that stand the families: keys of template pieces under a key that the circle shares for one
epoch, of those alone that so many accounts used that no single account decides about one of them.
The bound of families is a second ε and δ. Both hold for one sketch of one campaign and epoch.
"""

import hmac
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import norm

Floats = npt.NDArray[np.float64]

VERSION = 1
LEAST_ACCOUNTS = 20
EPSILON, DELTA = 4.0, 1e-6  # of the average
FAMILY_EPSILON, FAMILY_DELTA = 2.0, 1e-6
FAMILIES_OF_ONE = 2  # pieces that one account may vote for
MOST_FAMILIES = 64
STEP = 1 / 256  # coordinates are whole numbers of these
REACH = 2.0  # coordinates are cut to this
# What is told of the number of accounts; the noise is that of the band's lower end.
SIZES = (
    *(20, 25, 30, 40, 50, 60, 80, 100, 125, 150, 200, 300, 400, 600, 800, 1_000),
    *(1_500, 2_000, 3_000, 5_000, 10_000, 20_000),
)

Step = Annotated[int, msgspec.Meta(ge=-512, le=512)]
Key = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{24}$")]


class Reference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How honest groups of accounts spread, learnt from worlds whose truth is known."""

    measured_on: str
    coordinates: tuple[str, ...]
    mean: tuple[float, ...]
    spread: tuple[tuple[float, ...], ...]  # lower triangle of the covariance
    slack: float  # added to the variance, so that rare coordinates are not all that counts
    crowds: tuple[tuple[Step, ...], ...]  # honest groups of these worlds, turned and averaged
    threshold: float  # a likeness above this is told


class Sketch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What leaves: no text, no account, no identifier."""

    sketch_version: int
    circle: Annotated[str, msgspec.Meta(max_length=64)]  # both as `match_names` has them
    epoch: Annotated[str, msgspec.Meta(max_length=32)]
    reference: Annotated[str, msgspec.Meta(max_length=80)]  # `measured_on` of the reference
    accounts_at_least: int
    epsilon: float
    delta: float
    average: Annotated[tuple[Step, ...], msgspec.Meta(max_length=1_000)]
    families: Annotated[tuple[Key, ...], msgspec.Meta(max_length=MOST_FAMILIES)]


def read_reference(data: bytes) -> Reference:
    """The reference of a file. Raises msgspec's own error where it is none."""
    return msgspec.json.decode(data, type=Reference)


class TooFew(Exception):
    """The campaign has too few accounts to be sketched."""


def turned(rows: Floats, reference: Reference) -> Floats:
    """The rows in the reference's coordinates, none longer than 1."""
    return _cut((rows - np.asarray(reference.mean)) @ turning(reference))


@lru_cache(maxsize=4)
def turning(reference: Reference) -> Floats:
    """The matrix after which honest groups spread alike in every direction."""
    size = len(reference.mean)
    spread = np.zeros((size, size))
    for row, lower in enumerate(reference.spread):
        spread[row, : row + 1] = lower
    spread = spread + np.tril(spread, -1).T + reference.slack * np.eye(size)
    values, vectors = np.linalg.eigh(spread)
    matrix: Floats = (vectors / np.sqrt(values)) @ vectors.T
    return matrix


LONGEST = 5.0  # of a turned row, before it is brought to a scale where that is 1


def _cut(rows: Floats) -> Floats:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    out: Floats = rows / np.maximum(length, LONGEST)
    return out


def sketch(
    rows: Floats,
    votes: Sequence[Sequence[int]],
    reference: Reference,
    *,
    secret: bytes,
    circle_key: bytes,
    circle: str,
    epoch: str,
    campaign_id: str,
) -> Sketch:
    """The sketch of a campaign: its accounts' rows, and the template pieces that each uses most.

    The dice come from the laboratory's secret and from all that is sketched: the same sketch
    twice is the same to the bit, and other data meets other noise. Raises TooFew.
    """
    count = len(rows)
    if count < LEAST_ACCOUNTS:
        raise TooFew(f"{count} accounts; a sketch needs {LEAST_ACCOUNTS}")
    inner = turned(rows, reference)
    about = f"sketch{VERSION}\x1f{circle}\x1f{epoch}\x1f{campaign_id}\x1f".encode()
    data = rows.tobytes() + repr([sorted(some) for some in votes]).encode()
    seed = hmac.digest(secret, about + data, "sha512")
    dice = np.random.Generator(np.random.PCG64(int.from_bytes(seed)))
    at_least = max(size for size in SIZES if size <= count)
    noise = dice.normal(0, deviation(at_least), inner.shape[1])
    average = (inner.mean(axis=0) + noise).clip(-REACH, REACH)
    return Sketch(
        sketch_version=VERSION,
        circle=circle,
        epoch=epoch,
        reference=reference.measured_on,
        accounts_at_least=at_least,
        epsilon=EPSILON + FAMILY_EPSILON,
        delta=DELTA + FAMILY_DELTA,
        average=tuple(np.rint(average / STEP).astype(int).tolist()),
        families=families(votes, circle_key, epoch, dice),
    )


def deviation(accounts: int) -> float:
    """Of the noise on each coordinate: another account moves an average by at most 2 / accounts."""
    return 2 / accounts * noise_of(EPSILON, DELTA)


@lru_cache(maxsize=16)
def noise_of(epsilon: float, delta: float) -> float:
    """The deviation that makes a value private whose change has length 1 (Balle and Wang, 2018)."""

    def excess(deviation: float) -> float:
        half, whole = 1 / (2 * deviation), epsilon * deviation
        above = math.exp(min(epsilon + float(norm.logcdf(-half - whole)), 0.0))
        return float(norm.cdf(half - whole)) - above - delta

    return float(brentq(excess, 1e-2, 1e3))


def family_threshold() -> float:
    """How many accounts, noise included, a piece needs; a piece of one account passes with δ."""
    scale = 2 * FAMILIES_OF_ONE / FAMILY_EPSILON
    return 1 + scale * math.log(FAMILIES_OF_ONE / FAMILY_DELTA)


def families(
    votes: Sequence[Sequence[int]], circle_key: bytes, epoch: str, dice: np.random.Generator
) -> tuple[str, ...]:
    """Keys of the pieces that enough accounts use, the smallest keys (min-wise) where many."""
    counts: dict[int, int] = {}
    for mine in votes:
        for piece in list(dict.fromkeys(mine))[:FAMILIES_OF_ONE]:
            counts[piece] = counts.get(piece, 0) + 1
    scale = 2 * FAMILIES_OF_ONE / FAMILY_EPSILON
    pieces = sorted(counts)
    noise = dice.laplace(0, scale, len(pieces))
    least = family_threshold()
    kept = [
        p for p, extra in zip(pieces, noise.tolist(), strict=True) if counts[p] + extra >= least
    ]
    return tuple(sorted(family_key(circle_key, epoch, piece) for piece in kept)[:MOST_FAMILIES])


def family_key(circle_key: bytes, epoch: str, piece: int) -> str:
    """What stands for a piece of a template: nothing to who lacks the circle's key."""
    text = f"family{VERSION}\x1f{epoch}\x1f{piece}".encode()
    return hmac.digest(circle_key, text, "sha256")[:12].hex()
