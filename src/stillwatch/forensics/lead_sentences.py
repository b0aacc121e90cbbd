"""Says what the tests that give leads found, and what they cannot mean."""

from stillwatch.forensics.lineage import COUNTS_ONLY, NO_DIRECTION, NOT_CLEARED, OTHERWISE, SCOPE
from stillwatch.forensics.phrases import Numbers, figure, percent, verdict


def copies(one: Numbers, _: Numbers) -> tuple[str, ...]:
    """What the test found."""
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
        verdict(one),
        (
            f"Counting lineages instead of prompts, at least as many copies come from "
            f"{round(facts['lineage_p'] * (one['n'] + 1)) - 1} of {one['n']} reference lineages "
            f"(p {figure(facts['lineage_p'])}; {one['n']} lineages cannot give less than "
            f"{figure(1 / (one['n'] + 1))})."
        ),
    )


def copies_limits(one: Numbers, _: Numbers) -> tuple[str, ...]:
    """What it cannot mean."""
    return (
        (
            f"The p-value compares with the reference that copies most among {one['n']} lineages. "
            "An unrelated model that copies more than every one of them would be accused wrongly."
        ),
        "Copies of a text that is public do not tell who learnt from whom.",
        "Copies that were reworded are not seen.",
    )


def matched(one: Numbers, _: Numbers) -> tuple[str, ...]:
    """What the test found."""
    best = one["facts"]["campaigns"][one["facts"]["best"]]
    return (
        (
            f"On {best['pairs']} prompts that campaign {one['facts']['best']} was served, "
            f"{one['suspect']} repeats the teacher's answers by {one['statistic']:+.3f} more than "
            f"on matched prompts that nobody was served (scale from 0 to 1)."
        ),
        (
            f"Nearest of {one['n']} independent reference lineages: {', '.join(best['nearest'])}. "
            f"{one['n']} lineages cannot give a p below {figure(1 / (one['n'] + 1))}."
        ),
        verdict(one),
    )


def matched_limits(_: Numbers, __: Numbers) -> tuple[str, ...]:
    """What it cannot mean."""
    return (
        (
            "Matched prompts were chosen by likeness, not by chance: the comparison assumes that "
            "an innocent suspect differs between them as the reference models do."
        ),
        "It is a lead, whatever its p-value.",
    )


def lineage(one: Numbers, _: Numbers) -> tuple[str, ...]:
    """What the test found."""
    facts, n = one["facts"], one["n"]
    above = max(0.0, one["p_value"] * (n + 1) - 1)
    said = [
        (
            f"By how it begins, lays out and words its answers, {one['suspect']} scores "
            f"{one['statistic']:.2f} against {facts['teacher']} (nearest: {facts['version']}). Of "
            f"{n} lineages documented as unrelated to that teacher, {_number(above)} as high."
        ),
        (
            f"p is {figure(one['p_value'])}, from N = {n} lineages, which cannot give less than "
            f"{figure(1 / (n + 1))}; within the teacher's own column "
            f"{figure(facts['column_p_value'])} from {facts['column_null_lineages']}."
        ),
        verdict(one),
        _ratio(one),
    ]
    if facts["innocents"]:
        near = ", ".join(f"{m['name']} ({m['score']:.2f})" for m in facts["innocents"])
        said.append(f"Nearest models that are believed innocent: {near}.")
    if facts["stress"]:
        said.append(
            "Unrelated lineages that this teacher's threshold for "
            f"{percent(facts['thresholds'][-1][0])} would accuse: {', '.join(facts['stress'])}."
        )
    if facts["alternatives"]:
        near = ", ".join(f"{m['name']} ({m['score']:.2f})" for m in facts["alternatives"])
        said.append(f"Nearest other teachers: {near}.")
    if len(facts["ways"]) > 1:
        ways = ", ".join(f"{way} {told['score']:.2f}" for way, told in facts["ways"].items())
        said.append(f"The weakest of {len(facts['ways'])} ways of asking counts ({ways}).")
    return tuple(said)


def _number(above: float) -> str:
    """How many lineages score as high; a lineage of several models may do so in part."""
    if above < 0.05:
        return "none scores"
    return f"about {above:.0f} score" if above >= 1.5 else f"{above:.1f} (by weight) scores"


def _ratio(one: Numbers) -> str:
    if one["likelihood_ratio"] is None:
        return "No likelihood ratio: the panel names too few students of known teachers."
    return (
        f"Such a score is {figure(one['likelihood_ratio'])} times as frequent among students of a "
        f"teacher as among unrelated models; {one['n']} lineages cannot support more than "
        f"{figure(one['likelihood_ratio_bound'] or 0)}."
    )


def lineage_limits(one: Numbers, shared: Numbers) -> tuple[str, ...]:
    """What it cannot mean."""
    limits = [NO_DIRECTION, OTHERWISE, NOT_CLEARED, SCOPE]
    facts = one["facts"]
    if facts and facts["impossible_rate"] is not None:
        nominal = percent(facts["thresholds"][-1][0])
        limits.append(
            f"At the threshold for {nominal}, {percent(facts['impossible_rate'])} of pairs that "
            f"dates make impossible would be named ({facts['impossible_lineages']} lineages)."
        )
    if shared and not shared["holds_text"]:
        limits.append(COUNTS_ONLY)
    return tuple(limits)
