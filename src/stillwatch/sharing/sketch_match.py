"""How like a peer's sketch our own clusters are; done at home, and nothing leaves by it.

A family in common is told beside the likeness and decides nothing: honest customers use public
prompts too.
"""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from stillwatch.model.visible import visible
from stillwatch.sharing.match_names import is_epoch, is_name
from stillwatch.sharing.sketch import (
    LEAST_ACCOUNTS,
    STEP,
    VERSION,
    Floats,
    Reference,
    Sketch,
    deviation,
    family_key,
    turned,
)

SKETCH_LIMIT = 256 * 1024
LEAST_CLUSTER = 8  # accounts
SHORTEST = 0.15  # of a sketch without its noise
SURE = 4.0  # deviations of noise that a likeness must outweigh
CROWDS = 10  # honest crowds of the reference that a sketch is nearest to
OFF = 0.75  # of their mean likeness, taken off


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """One of our clusters beside a peer's sketch."""

    cluster: str
    likeness: float  # as far as the sketch itself would be 1; less what honest crowds are like it
    families: int  # of the sketch's families, how many our cluster uses too
    is_match: bool


class NoSketch(Exception):
    """Bytes or values that are no sketch we can use."""


def read_sketch(data: bytes, reference: Reference) -> Sketch:
    """The sketch of a file. Raises NoSketch with what is wrong."""
    if len(data) > SKETCH_LIMIT:
        raise NoSketch(f"has {len(data):,} bytes; the limit is {SKETCH_LIMIT:,}")
    try:
        found = msgspec.json.decode(data, type=Sketch)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise NoSketch(f"is no sketch ({visible(str(error), 200)})") from error
    if found.sketch_version != VERSION:
        raise NoSketch(f"has version {found.sketch_version}, and this is version {VERSION}")
    if found.reference != reference.measured_on:
        raise NoSketch(f"was made with the reference '{visible(found.reference, 200)}', not ours")
    if not is_name(found.circle):
        raise NoSketch("names as its circle what is no short name")
    if not is_epoch(found.epoch):
        raise NoSketch("has as its epoch no year with a week or month")
    if len(found.average) != len(reference.mean):
        raise NoSketch("has another number of coordinates than its reference")
    if found.accounts_at_least < LEAST_ACCOUNTS:
        raise NoSketch(f"says that it was made of fewer than {LEAST_ACCOUNTS} accounts")
    return found


def likenesses(
    given: Sketch, reference: Reference, rows: Floats, groups: Sequence[npt.NDArray[np.int64]]
) -> Floats:
    """How far each group of turned rows goes the sketch's way, beside honest crowds.

    Some operators do what many honest customers do, and every honest crowd is like their sketch.
    So most of the likeness of those crowds of the reference that are nearest to the sketch is
    taken off: test normalisation, as speakers are verified (Auckenthaler, Carey and Lloyd-Thomas
    2000). The crowds ship with the reference; a laboratory's own clusters may be the campaign.
    """
    if not groups:
        return np.zeros(0)
    crowds = np.asarray(reference.crowds) * STEP
    usual = float(np.sort(_towards(given, crowds))[-CROWDS:].mean())
    return _towards(given, np.stack([rows[group].mean(axis=0) for group in groups])) - OFF * usual


def _towards(given: Sketch, means: Floats) -> Floats:
    """How far averages go the sketch's way; 1 is as far as the sketch itself, noise apart.

    The cosine of two averages sinks with the noise on one of them. So the sketch's length is taken
    without the noise that it must have, and a sketch of little but noise is like nothing.
    """
    average, noise = np.asarray(given.average) * STEP, deviation(given.accounts_at_least)
    square = max(float(average @ average) - len(average) * noise**2, SHORTEST**2)
    lengths = np.maximum(np.linalg.norm(means, axis=1), 1e-12)
    found: Floats = (means @ average) / (lengths * np.sqrt(square + (SURE * noise) ** 2))
    return found


def match_sketch(
    given: Sketch,
    reference: Reference,
    rows: Floats,
    clusters: Mapping[str, npt.NDArray[np.int64]],
    pieces: Mapping[str, Sequence[int]],
    circle_key: bytes,
) -> list[Likeness]:
    """Our clusters, the most alike first: rows of accounts, and each cluster's places in them."""
    names = [name for name, places in clusters.items() if len(places) >= LEAST_CLUSTER]
    found = likenesses(
        given, reference, turned(rows, reference), [clusters[name] for name in names]
    )
    theirs = set(given.families)
    out = []
    for name, value in zip(names, found.tolist(), strict=True):
        ours = {family_key(circle_key, given.epoch, piece) for piece in pieces.get(name, ())}
        out.append(
            Likeness(
                cluster=name,
                likeness=round(value, 3),
                families=len(theirs & ours),
                is_match=value >= reference.threshold,
            )
        )
    return sorted(out, key=lambda one: (-one.is_match, -one.likeness, one.cluster))
