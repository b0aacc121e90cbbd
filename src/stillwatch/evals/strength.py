"""Measures how much hidden work the pooled test sees, on groups whose members are given."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from stillwatch.catalog.load import Catalog
from stillwatch.evals.campaigns import KINDS
from stillwatch.evals.figures import share
from stillwatch.evals.measures import share_of
from stillwatch.evals.pooled import Judged, Size, pooled_power, pooled_values
from stillwatch.evals.worlds import POOLED_SEEDS, texts_for
from stillwatch.tables.query import Limits

CARD = "hidden_work"  # the test that this bar is about; the others stand beside it
RATE = 0.003  # of groups of unrelated people that may be above the threshold
CARDS = (CARD, "shared_wording", "pooled_distribution")
SIZE = Size(random_groups=340, alike_groups=0, team_groups=1, kinds=tuple(KINDS)[::5], at_once=12)
QUICK = Size(
    population=900, random_groups=24, alike_groups=0, team_groups=0, kinds=tuple(KINDS)[::14]
)


def pooled_figures(
    catalog: Catalog, folder: str | None, limits: Limits, *, quick: bool
) -> dict[str, Any]:
    """Thresholds from one world's groups of unrelated people, power on another's."""
    size = QUICK if quick else SIZE
    # Thresholds need honest groups alone.
    sizes = replace(size, kinds=(), team_groups=0), size
    learnt, judged = (
        pooled_values(seed, texts_for(seed, "evaluate", folder), catalog, CARDS, one, limits)
        for seed, one in zip(POOLED_SEEDS, sizes, strict=True)
    )
    rows = pooled_power(learnt, judged, RATE)
    mine = [row for row in rows if row.detector == CARD]
    people = next(row for row in mine if row.group == "people")
    return {
        "card": CARD,
        "groups": len(judged) // len(CARDS),
        "resolves": sizes[0].random_groups * RATE >= 1,
        "people": share(share_of(people.hits, people.count)),
        "power": {
            str(percent): share(
                share_of(
                    sum(row.hits for row in mine if row.percent == percent),
                    sum(row.count for row in mine if row.percent == percent),
                )
            )
            for percent in size.percents
        },
        "rows": [
            {
                "card": row.detector,
                "group": row.group,
                "care": row.care,
                "percent": row.percent,
                **share(share_of(row.hits, row.count)),
            }
            for row in rows
        ],
        "silent": _silent(judged),
    }


def _silent(judged: Sequence[Judged]) -> dict[str, int]:
    """Groups of a campaign on which a card had nothing to say."""
    return {
        card: sum(
            bool(np.isnan(one.value))
            for one in judged
            if one.detector == card and one.group == "campaign"
        )
        for card in CARDS
    }
