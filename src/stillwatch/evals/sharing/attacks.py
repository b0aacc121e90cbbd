"""Attacks on sketches, by a peer who knows more than any real one, beside the stated bounds.

Membership: of a campaign's accounts the attacker knows all rows, and of one account two rows of
which one is true. He uses the best test there is (the likelihood ratio). Reconstruction: he knows
all rows but one and estimates that one, with the best linear estimate. Dictionary: he holds a list
with every template piece in it, and looks which are in the sketch.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stillwatch.evals.sharing.pairs import Lab
from stillwatch.sharing.sketch import (
    DELTA,
    EPSILON,
    FAMILIES_OF_ONE,
    FAMILY_DELTA,
    LEAST_ACCOUNTS,
    STEP,
    Reference,
    deviation,
    families,
    family_key,
    family_threshold,
    sketch,
    turned,
)

Floats = npt.NDArray[np.float64]

DRAWS = 4_000
KEY = b"c" * 32
RATES = (0.001, 0.01, 0.05, 0.1, 0.2)
HOLDERS = (1, 2, 5, 10, 20, 30, 40, 60)


def attacks(labs: Sequence[Lab], reference: Reference) -> dict[str, dict[str, Any]]:
    """Every attack, what it gets, and whether that is within its bound."""
    groups = [
        lab.rows[group.places]
        for lab in labs
        for group in lab.called
        if len(group.places) >= LEAST_ACCOUNTS
    ]
    smallest = min(groups, key=len)
    return {
        "membership": membership(smallest, reference),
        "reconstruction": reconstruction(groups, reference),
        "dictionary": dictionary(),
    }


def membership(rows: Floats, reference: Reference) -> dict[str, Any]:
    """Of the smallest campaign, that one of whose rows matters most: is it this or its opposite?"""
    inner = turned(rows, reference)
    worst = int(np.argmax(np.linalg.norm(inner, axis=1)))
    # The furthest that another account can be: a row whose turned form points the other way.
    other = rows.copy()
    other[worst] = 2 * np.asarray(reference.mean) - rows[worst]
    way = turned(other, reference)[worst] - inner[worst]
    said = [_averages(some, reference) @ way for some in (rows, other)]
    found = {}
    within = True
    for rate in RATES:
        threshold = float(np.quantile(said[0], 1 - rate))
        hits = float((said[1] > threshold).mean())
        bound = min(np.exp(EPSILON) * rate + DELTA, 1 - np.exp(-EPSILON) * (1 - rate - DELTA))
        # Three deviations of the hits counted are allowed for.
        within &= hits <= bound + 3 * np.sqrt(bound * (1 - bound) / DRAWS)
        found[f"at {rate:g} false"] = {"caught": round(hits, 4), "bound": round(float(bound), 4)}
    return {"accounts": len(rows), **found, "within_bound": bool(within)}


def _averages(rows: Floats, reference: Reference) -> Floats:
    out = [
        sketch(
            rows,
            [()] * len(rows),
            reference,
            secret=draw.to_bytes(32),
            circle_key=KEY,
            circle="evaluation",
            epoch="2026-W10",
            campaign_id="attacked",
        ).average
        for draw in range(DRAWS)
    ]
    return np.asarray(out) * STEP


def reconstruction(groups: Sequence[Floats], reference: Reference) -> dict[str, Any]:
    """How much of one account's row comes back: 0 is what its campaign says of it anyway.

    The bound is what any estimate can gain over the mean of the account's fellows when noise of
    this deviation lies on it, for a row as far from that mean as a row can be.
    """
    gained, allowed = [], []
    for number, rows in enumerate(groups):
        inner = turned(rows, reference)
        count, size = inner.shape
        made = sketch(
            rows,
            [()] * count,
            reference,
            secret=number.to_bytes(32),
            circle_key=KEY,
            circle="evaluation",
            epoch="2026-W10",
            campaign_id="attacked",
        )
        average = np.asarray(made.average) * STEP
        noise = count * deviation(made.accounts_at_least)  # of the estimate, a coordinate
        fellows = (inner.sum(axis=0) - inner) / (count - 1)
        known = count * average - (count - 1) * fellows  # the row and the noise
        apart = inner - fellows
        power = float((apart**2).mean())
        weight = power / (power + noise**2)
        errors = ((1 - weight) * apart - weight * (known - inner)) ** 2
        gained.append(1 - float(errors.mean()) / power)
        farthest = 4.0 / size
        allowed.append(farthest / (farthest + noise**2))
    worst = max(gained)
    return {
        "campaigns": len(groups),
        "mean_gain": round(float(np.mean(gained)), 4),
        "largest_gain": round(worst, 4),
        "bound": round(max(allowed), 4),
        "within_bound": worst <= max(allowed),
    }


def dictionary() -> dict[str, Any]:
    """How often a guessed piece is confirmed, by how many accounts used it."""
    outside = _confirmed(HOLDERS[-1], lambda piece: family_key(b"o" * 32, "2026-W10", piece))
    inside = {
        str(holders): _confirmed(holders, lambda piece: family_key(KEY, "2026-W10", piece))
        for holders in HOLDERS
    }
    return {
        "accounts_needed": round(family_threshold(), 1),
        "without_the_key": outside,
        "with_the_key_by_holders": inside,
        "bound_for_one_holder": FAMILY_DELTA,
        "within_bound": outside == 0 and inside["1"] <= FAMILY_DELTA,
    }


def _confirmed(holders: int, name: Callable[[int], str], draws: int = 5_000) -> float:
    """The share of sketches that hold a piece of so many holders, beside others' pieces."""
    votes = [(1, 10 + number)[:FAMILIES_OF_ONE] for number in range(holders)]
    dice = np.random.default_rng(holders)
    return sum(name(1) in families(votes, KEY, "2026-W10", dice) for _ in range(draws)) / draws
