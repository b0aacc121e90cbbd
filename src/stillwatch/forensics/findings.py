"""Turns the numbers of a test into findings: sentences and limits, each carried by a number."""

from collections.abc import Mapping
from typing import Any

from stillwatch.forensics.sentences import BRIEF, LIMITS, SENTENCES, TITLES, any_limits, any_test
from stillwatch.model.forensic import Finding

Numbers = Mapping[str, Any]


def findings(scored: Numbers) -> tuple[Finding, ...]:
    """Every finding of a bundle's findings.json, in its order."""
    of_test = {one["test"]: one["facts"] for one in scored["tests"]}
    return tuple(_finding(one, of_test.get(one["test"], {})) for one in scored["findings"])


def _finding(one: Numbers, shared: Numbers) -> Finding:
    if one["refused"] is not None:
        text: tuple[str, ...] = (f"No statement about {one['suspect']}: {one['refused']}.",)
    else:
        text = SENTENCES.get(one["test"], any_test)(one, shared)
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
        alpha=one["alpha"],
        is_below_alpha=one["is_below_alpha"],
        refused=one["refused"],
        title=TITLES.get(one["test"], str(one["test"])),
        text=text,
        brief=text[: BRIEF.get(one["test"], 1)],
        limits=LIMITS.get(one["test"], any_limits)(one, shared),
        facts=one["facts"],
        shared=shared,
    )
