"""Puts numbers of a test into words that mean the same in every finding."""

from collections.abc import Mapping
from typing import Any

Numbers = Mapping[str, Any]


def figure(value: float) -> str:
    """A number in words of at most three digits."""
    if value and abs(value) < 1e-4:
        return f"{value:.1e}"
    return f"{value:.3g}"


def percent(value: float) -> str:
    """A share."""
    return f"{100 * value:.1f} %"


def verdict(one: Numbers) -> str:
    """The p-value beside the error rate that was fixed beforehand."""
    p = one["adjusted_p_value"]
    if p is None:
        return "The test gives no p-value."
    side = "at or below" if one["is_below_alpha"] else "above"
    many = one["comparisons"]
    corrected = f"Corrected for {many} comparisons, p" if many > 1 else "p"
    return f"{corrected} is {figure(p)}, {side} the error rate of {figure(one['alpha'])}."


def _floored(value: float) -> int:
    """Two digits, never more than the value."""
    step = int("1" + "0" * max(0, len(str(int(value))) - 2))
    return int(value) // step * step


def odds(one: Numbers) -> str:
    """The p-value for who is no statistician; the anytime one says that it may be read early."""
    p = one["p_value"]
    chance = (
        f"at most 1 in {_floored(1 / p):,}" if p > 1e-12 else "less than 1 in a million million"
    )
    if p > 0.2:
        chance = f"{100 * p:.0f} in 100"
    told = (
        f"If the suspect had never learnt from those answers, the chance of such a fit would be "
        f"{chance} (p {figure(p)})."
    )
    if one["facts"].get("is_anytime"):
        told += " This holds whenever one stops asking."
    return told
