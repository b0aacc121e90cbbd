"""Says what the tests that give leads found, and what they cannot mean."""

from stillwatch.forensics.lineage import (
    COUNTS_ONLY,
    MEASURED,
    NO_DIRECTION,
    NOT_CLEARED,
    OTHERWISE,
    SCOPE,
)
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
    facts, n, vendor = one["facts"], one["n"], one["facts"]["teacher"]
    said = [
        (
            f"By how it begins, lays out and words its answers, {one['suspect']} scores "
            f"{one['statistic']:.2f} for likeness to {vendor}, the vendor of {one['teacher']} "
            f"(nearest model: {facts['version']}); 2 is the most, and 0 is where unrelated models "
            "lie on average in every comparison."
        ),
        _rarity(one),
        (
            f"p is {figure(one['p_value'])}, by the larger of these two shares, from N = {n} "
            f"lineages; {vendor}'s own {facts['column_null_lineages']} lineages alone give "
            f"{figure(facts['column_p_value'])}, and cannot give less than "
            f"{figure(1 / (facts['column_null_lineages'] + 1))}."
        ),
        verdict(one),
        _ratio(one),
    ]
    if facts["innocents"]:
        near = ", ".join(f"{m['name']} ({m['score']:.2f})" for m in facts["innocents"])
        said.append(f"Nearest models that are believed innocent: {near}.")
    if facts["stress"]:
        said.append(
            "Unrelated lineages that a threshold for "
            f"{percent(facts['thresholds'][-1][0])} of all vendors' lineages together would "
            f"accuse of learning from {vendor}: {', '.join(facts['stress'])}."
        )
    if facts["alternatives"]:
        near = ", ".join(f"{m['name']} ({m['score']:.2f})" for m in facts["alternatives"])
        said.append(f"Nearest models of other vendors: {near}.")
        if facts["alternatives"][0]["score"] > one["statistic"]:
            said.append(
                f"{one['suspect']} is nearer to one of these than to {vendor}. What the plan does "
                "not ask has no p, and is no lead."
            )
    if len(facts["ways"]) > 1:
        ways = ", ".join(f"{way} {told['score']:.2f}" for way, told in facts["ways"].items())
        said.append(f"The weakest of {len(facts['ways'])} ways of asking counts ({ways}).")
    return tuple(said)


def _rarity(one: Numbers) -> str:
    """How many unrelated lineages come as near; a lineage of several models may do so in part."""
    facts, n = one["facts"], one["n"]
    above, beside = facts["null_rate"] * n, facts["column_null_lineages"]
    parts = ", a family's models counted in parts" if above != int(above) else ""
    near = round(facts["column_rate"] * beside)
    return (
        f"Of {n} families of models (lineages) documented as unrelated to the vendors that they "
        f"are compared with, {_number(above)} as near{parts}; of the {beside} that are unrelated "
        f"to {facts['teacher']} itself, {_number(near)} as near with any model. {n} families "
        f"cannot show a chance below 1 in {n + 1}."
    )


def _number(above: float) -> str:
    told = "none" if above == 0 else f"{above:.1f}" if above < 10 and above % 1 else f"{above:.0f}"
    return f"{told} {'comes' if above <= 1 else 'come'}"


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
    limits = [NO_DIRECTION, OTHERWISE, NOT_CLEARED, MEASURED, SCOPE]
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
