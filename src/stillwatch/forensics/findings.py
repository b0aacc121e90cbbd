"""Turns the numbers of a test into findings: sentences and limits, each carried by a number."""

from collections.abc import Callable, Mapping
from typing import Any

from stillwatch.model.forensic import LEAD, Finding

Numbers = Mapping[str, Any]


def findings(scored: Numbers) -> tuple[Finding, ...]:
    """Every finding of a bundle's findings.json, in its order."""
    return tuple(_finding(one, float(scored["alpha"])) for one in scored["findings"])


def _finding(one: Numbers, alpha: float) -> Finding:
    said, limits = SENTENCES.get(one["test"], (_any_test, _any_limits))
    if one["refused"] is not None:
        text: tuple[str, ...] = (f"No statement about {one['suspect']}: {one['refused']}.",)
    else:
        text = said(one, alpha)
    return Finding(
        kind=one["kind"],
        test=one["test"],
        teacher=one["teacher"],
        suspect=one["suspect"],
        statistic=one["statistic"],
        p_value=one["adjusted_p_value"],
        likelihood_ratio=one["likelihood_ratio"],
        likelihood_ratio_bound=one["likelihood_ratio_bound"],
        n=one["n"],
        unit=one["unit"],
        alpha=alpha,
        is_below_alpha=one["is_below_alpha"],
        refused=one["refused"],
        text=text,
        limits=limits(one),
        facts=one["facts"],
    )


def figure(value: float) -> str:
    """A number in words of at most three digits."""
    if value and abs(value) < 1e-4:
        return f"{value:.1e}"
    return f"{value:.3g}"


def percent(value: float) -> str:
    """A share."""
    return f"{100 * value:.1f} %"


def _verdict(one: Numbers, alpha: float) -> str:
    p = one["adjusted_p_value"]
    if p is None:
        return "The test gives no p-value."
    side = "at or below" if one["is_below_alpha"] else "above"
    return f"Corrected for all comparisons, p is {figure(p)}, {side} the alpha of {figure(alpha)}."


def _copies(one: Numbers, alpha: float) -> tuple[str, ...]:
    facts = one["facts"]
    most = max(
        facts["references"].items(),
        key=lambda item: item[1]["copied"] / max(item[1]["prompts"], 1),
    )
    return (
        (
            f"{one['suspect']} gave the same words as {one['teacher']} on {facts['copied']} of "
            f"{facts['prompts']} prompts ({percent(one['statistic'])}; 95 % interval "
            f"{percent(facts['rate_low'])} to {percent(facts['rate_high'])})."
        ),
        (
            f"Of {one['n']} reference lineages the one that copied most is {most[0]}, on "
            f"{most[1]['copied']} of {most[1]['prompts']}; its true rate is taken as "
            f"{percent(facts['reference_rate_at_most'])}, the upper end of its interval."
        ),
        _verdict(one, alpha),
        (
            f"Counting lineages instead of prompts, at least as many copies come from "
            f"{round(facts['lineage_p'] * (one['n'] + 1)) - 1} of {one['n']} reference lineages "
            f"(p {figure(facts['lineage_p'])}; {one['n']} lineages cannot give less than "
            f"{figure(1 / (one['n'] + 1))})."
        ),
    )


def _copies_limits(one: Numbers) -> tuple[str, ...]:
    return (
        (
            f"The p-value compares with the reference that copies most among {one['n']} lineages. "
            "An unrelated model that copies more than every one of them would be accused wrongly."
        ),
        "Copies of a text that is public do not tell who learnt from whom.",
        "Copies that were reworded are not seen.",
    )


def _any_test(one: Numbers, alpha: float) -> tuple[str, ...]:
    value = "none" if one["statistic"] is None else figure(one["statistic"])
    return (
        (
            f"{one['test']} of {one['suspect']} against {one['teacher']}: statistic {value}, "
            f"from {one['n']} {one['unit']}."
        ),
        _verdict(one, alpha),
    )


def _any_limits(one: Numbers) -> tuple[str, ...]:
    if one["kind"] == LEAD:
        return ("Similarity is symmetric: it does not say who learnt from whom.",)
    return ()


# What a test says of itself; a test without an entry is told in numbers alone.
SENTENCES: dict[
    str, tuple[Callable[[Numbers, float], tuple[str, ...]], Callable[[Numbers], tuple[str, ...]]]
] = {"exact_copies": (_copies, _copies_limits)}
METHODS: dict[str, str] = {
    "exact_copies": (
        "The test exact_copies counts the prompts on which the suspect's answer has the same words "
        "as the teacher's, and compares with models that are believed to be unrelated."
    ),
}
