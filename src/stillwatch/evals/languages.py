"""Judges the same honest people in every language: who they are must not depend on what they speak.

One world is played again and again with the same accounts, times, networks and clients; only what
people type themselves is in another language each time. What a language has fewer wordings of in
our grammar is repeated more often, which is harder for the scan, not easier.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import numpy as np

from stillwatch.catalog.load import Catalog
from stillwatch.evals.campaigns import CampaignPlan
from stillwatch.evals.figures import share
from stillwatch.evals.grammar import Grammar, Rule
from stillwatch.evals.judge import DAYS, judged
from stillwatch.evals.laboratory import observe
from stillwatch.evals.measures import share_of
from stillwatch.evals.texts import TextPool, own_texts
from stillwatch.evals.traffic import make_traffic
from stillwatch.evals.worlds import LANGUAGE_SEED, START
from stillwatch.tables.query import Limits

ENGLISH = "en"
HONEST_ACCOUNTS, QUICK_ACCOUNTS = 3_000, 400
QUICK_LANGUAGES = 8
CAMPAIGNS = ("forced_reasoning", "rubric_reward", "task_writing", "agent_trajectories")


def languages_of(grammar: Grammar) -> tuple[str, ...]:
    """English, and every language that the grammar has wordings of."""
    return ENGLISH, *(name.removeprefix("lang.") for name in grammar.names("lang."))


def spoken(pool: TextPool, language: str) -> TextPool:
    """The same texts, but whatever people type themselves is in one language."""
    rules = dict(pool.grammar.rules)
    if language == ENGLISH:
        said, told = _either([rules[name] for name in pool.grammar.names("talk.")]), "sentence"
    else:
        said, told = rules[f"lang.{language}"], f"{language}_sentence"
    for name in list(rules):
        if name.startswith("lang.") or (name.startswith("talk.") and language != ENGLISH):
            rules[name] = said
    for other in languages_of(pool.grammar)[1:]:
        rules[f"{other}_sentence"] = rules[told]
    if language != ENGLISH:
        rules |= {"follow": said, "sentences": rules[told]}
    return replace(pool, grammar=Grammar(rules))


def _either(rules: list[Rule]) -> Rule:
    return Rule(alternatives=tuple(one for rule in rules for one in rule.alternatives), words=None)


def language_figures(
    catalog: Catalog,
    limits: Limits,
    tell: Callable[[int, int], None],
    *,
    quick: bool,
) -> dict[str, Any]:
    """Honest accounts flagged, language by language, and whether all intervals overlap."""
    pool = own_texts(LANGUAGE_SEED)
    languages = languages_of(pool.grammar)[: QUICK_LANGUAGES if quick else None]
    rows = {}
    for place, language in enumerate(languages):
        dice = np.random.default_rng(LANGUAGE_SEED)
        traffic = make_traffic(
            seed=LANGUAGE_SEED,
            honest_accounts=QUICK_ACCOUNTS if quick else HONEST_ACCOUNTS,
            days=DAYS,
            start=START,
            campaigns=[
                CampaignPlan(kind=kind, accounts=int(dice.integers(50, 90)), days=DAYS - 1.0)
                for kind in CAMPAIGNS
            ],
            texts=spoken(pool, language),
        )
        world = judged(LANGUAGE_SEED, "naive", traffic, observe(traffic, catalog, limits))
        honest = ~world.hostile
        rows[language] = share(share_of(int((world.flagged & honest).sum()), int(honest.sum())))
        tell(place + 1, len(languages))
    return {
        "seed": LANGUAGE_SEED,
        "by_language": rows,
        "overlap": overlap(cast("dict[str, dict[str, float]]", rows)),
    }


def overlap(rows: dict[str, dict[str, float]]) -> bool:
    """Whether every two intervals have a point in common."""
    return max(one["low"] for one in rows.values()) <= min(one["high"] for one in rows.values())
