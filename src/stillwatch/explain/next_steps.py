"""Says what an analyst should look at next in a campaign, drawn from its weakest places."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.explain import words
from stillwatch.model.visible import visible


def next_steps(campaign: Mapping[str, Any], members: pa.Table) -> tuple[str, ...]:
    """Steps in the order in which they may change a decision."""
    steps = [
        _rival(campaign["alternatives"]),
        _families(campaign["families"]),
        _doubtful(members),
        _middlemen(members),
        _sample(campaign),
    ]
    return tuple(step for step in steps if step)


def _rival(alternatives: list[dict[str, Any]]) -> str:
    """The honest explanation that stands best is the first thing to rule out."""
    if not alternatives:
        return "No honest explanation was tried on this campaign. Think of one before you act."
    best = min(alternatives, key=lambda a: (abs(a["bits_against"]) - abs(a["bits_for"]), a["name"]))
    margin = abs(best["bits_against"]) - abs(best["bits_for"])
    title = visible(best["title"], 120)
    if margin > 0:
        return (
            f"Rule out “{title}” first: of the honest explanations it stands best, and the "
            f"evidence speaks against it by only {margin:.1f} bits."
            if margin < 5
            else f"Best honest explanation: “{title}”, {margin:.1f} bits against it. "
            "Ask the customer before you close the matter."
        )
    return (
        f"“{title}” explains this campaign at least as well as extraction does "
        f"({-margin:.1f} bits in its favour). Do not act before it is ruled out."
    )


def _families(families: list[str]) -> str:
    if len(families) > 2:
        return ""
    named = words.listed([words.title_of(name).lower() for name in families])
    return (
        f"The evidence comes from only {words.some(len(families), 'family', 'families')}: {named}. "
        "Look for something of another kind: payment, client software, timing."
    )


def _doubtful(members: pa.Table) -> str:
    """Accounts that belong by their links alone deserve a look one by one."""
    unflagged = pc.sum(pc.invert(members.column("flagged"))).as_py() or 0
    if not unflagged:
        return ""
    return (
        f"{words.some(unflagged, 'account')} of {words.count(members.num_rows)} "
        f"{'is' if unflagged == 1 else 'are'} linked to the campaign but below the alert level. "
        "Leave them out of any action until someone has looked."
    )


def _middlemen(members: pa.Table) -> str:
    is_middleman = pc.is_in(members.column("role"), value_set=pa.array(["relay", "reseller"]))
    middlemen = pc.sum(is_middleman).as_py() or 0
    if not middlemen:
        return ""
    return (
        f"{words.some(middlemen, 'account')} {'passes' if middlemen == 1 else 'pass'} on other "
        "people’s requests. Behind them may be customers who know nothing of it."
    )


def _sample(campaign: Mapping[str, Any]) -> str:
    if not campaign["suspect_exchange_count"]:
        return "Write your judgement down, with its reason, before anything is done to an account."
    return (
        f"Read a sample of the {words.some(campaign['suspect_exchange_count'], 'exchange')} listed "
        "in exchanges_flagged.parquet where your rules allow it, then write your judgement "
        "down with its reason."
    )
