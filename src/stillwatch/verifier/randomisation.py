"""Tests hypotheses whose only randomness is a draw that we made ourselves, exactly.

Each unit (a canary, a prompt) had m equally likely draws. Its table says how well the suspect's
replies fit each of them, and is made without knowing which was drawn. If the suspect is
independent of the draws, every combination of draws is equally likely given the tables, whatever
the suspect prefers. Nothing else is assumed.
"""

import math
from collections.abc import Mapping, Sequence
from functools import reduce

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Table = Sequence[int]

LEAST_P = 1e-300  # smaller ones cannot be told from zero; the larger number is the careful one


def total(tables: Sequence[Table], drawn: Sequence[int]) -> int:
    """The sum of what the tables say of the draws that were made."""
    return sum(table[draw] for table, draw in zip(tables, drawn, strict=True))


def exact_p(tables: Sequence[Table], drawn: Sequence[int]) -> float:
    """The chance that fresh uniform draws reach a total at least as high as the real ones.

    The law of the total is built unit by unit. It is a sum of products of numbers that are not
    negative, so that even a very small p has all its digits.
    """
    lows = [min(table) for table in tables]
    above = [[value - low for value in table] for table, low in zip(tables, lows, strict=True)]
    step = reduce(math.gcd, (value for table in above for value in table), 0)
    if step == 0:
        return 1.0  # no table tells draws apart
    law = np.ones(1)
    for table in above:
        values, counts = np.unique(np.array(table, np.int64) // step, return_counts=True)
        longer = np.zeros(len(law) + int(values[-1]))
        for value, count in zip(values.tolist(), counts.tolist(), strict=True):
            longer[value : value + len(law)] += law * (count / len(table))
        law = longer
    reached = (total(tables, drawn) - sum(lows)) // step
    return min(1.0, max(LEAST_P, math.fsum(law[reached:].tolist())))


def wealth(bets: Sequence[Floats], drawn: Sequence[int]) -> Floats:
    """The e-process after each unit: what a gambler against the null holds who began with 1.

    `bets[k][j, v]` is what strategy j stakes on draw v of unit k, none below zero; it may depend
    on everything before unit k, but not on its draw. A strategy's money is multiplied by its
    stake on the real draw over its mean stake, which is 1 on average under the null; the money is
    spread evenly over the strategies at the start. The chance that it ever reaches 1/alpha is at
    most alpha (Ville 1939), so that one may stop when one likes.
    """
    if not bets:
        return np.ones(0)
    with np.errstate(divide="ignore"):
        steps = np.array(
            [
                np.log(bet[:, v]) - np.log(bet.mean(axis=1))
                for bet, v in zip(bets, drawn, strict=True)
            ]
        )
    logs = np.cumsum(steps, axis=0)
    highest = logs.max(axis=1, keepdims=True)
    highest[~np.isfinite(highest)] = 0.0
    with np.errstate(over="ignore"):
        held: Floats = np.exp(highest[:, 0]) * np.exp(logs - highest).mean(axis=1)
    return held


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm 1979: adjusted so that the chance of any false name is at most alpha, in any case."""
    adjusted: dict[str, float] = {}
    least = 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda one: (p_values[one], one))):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[name]))
        adjusted[name] = least
    return adjusted
