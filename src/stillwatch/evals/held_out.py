"""Looks whether kinds of campaign are found that nothing was learnt from.

Links keep the worth they have in the catalogue: they were learnt from all kinds. Levels and
curves were learnt without a third of the kinds, three times over (`calibrate --leave-out`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from stillwatch.catalog.load import Catalog
from stillwatch.evals.campaigns import KINDS
from stillwatch.evals.figures import share
from stillwatch.evals.hostile.work import Care
from stillwatch.evals.judge import HONEST_ACCOUNTS, WORLDS_A_CARE, judged, judged_traffic
from stillwatch.evals.laboratory import Observed, last_exchange, read_traffic
from stillwatch.evals.left_out import folds
from stillwatch.evals.measures import share_of
from stillwatch.evals.worlds import JUDGE_SEEDS, texts_for
from stillwatch.model.evidence import Bits
from stillwatch.pipeline import scan
from stillwatch.tables.query import Limits

CARE: Care = "careful"

Tell = Callable[[int, int], None]


def held_out(
    catalog: Catalog,
    bits: Sequence[Bits],
    folder: str | None,
    limits: Limits,
    tell: Tell,
    *,
    honest_accounts: int = HONEST_ACCOUNTS,
) -> dict[str, Any]:
    """Recall on careful campaigns of the kinds that each of `bits`, one a fold, never saw."""
    hits: dict[str, tuple[int, int]] = {}
    wronged = [[0, 0] for _ in bits]
    first = len(JUDGE_SEEDS) // 3
    for position, seed in enumerate(JUDGE_SEEDS[first : first + WORLDS_A_CARE]):
        tell(position, WORLDS_A_CARE)
        texts = texts_for(seed, "evaluate", folder)
        traffic = judged_traffic(seed, CARE, position, honest_accounts, texts)
        inputs = read_traffic(traffic, catalog, limits)
        truth = _truth(traffic.truth.to_pylist(), inputs.names["account"])
        for at, (kinds, learnt_bits) in enumerate(zip(folds(), bits, strict=True)):
            run = scan(
                inputs,
                replace(catalog, bits=learnt_bits),
                policy=catalog.policies[0],
                as_of=last_exchange(inputs),
                limits=limits,
            )
            found = judged(seed, CARE, traffic, Observed(run=run, inputs=inputs, truth=truth))
            for one in found.hidden:
                if one.kind in kinds:
                    old = hits.get(one.kind, (0, 0))
                    hits[one.kind] = old[0] + one.flagged, old[1] + one.accounts
            wronged[at][0] += int((found.flagged & ~found.hostile).sum())
            wronged[at][1] += int((~found.hostile).sum())
    tell(WORLDS_A_CARE, WORLDS_A_CARE)
    return _figures(hits, wronged)


def _truth(
    rows: Sequence[Mapping[str, object]], names: Mapping[int, str]
) -> dict[int, Mapping[str, object]]:
    by_name = {row["account_id"]: row for row in rows}
    return {key: by_name[name] for key, name in names.items()}


def _figures(
    hits: Mapping[str, tuple[int, int]], wronged: Sequence[Sequence[int]]
) -> dict[str, Any]:
    return {
        "care": CARE,
        "recall": share(
            share_of(sum(one for one, _ in hits.values()), sum(all_ for _, all_ in hits.values()))
        ),
        "folds": [
            {
                "kinds": [kind for kind in KINDS if kind in kinds],
                "recall": share(
                    share_of(
                        sum(hits[kind][0] for kind in sorted(kinds) if kind in hits),
                        sum(hits[kind][1] for kind in sorted(kinds) if kind in hits),
                    )
                ),
                "fpr": share(share_of(*of_fold)),
            }
            for kinds, of_fold in zip(folds(), wronged, strict=True)
        ],
        "by_kind": {kind: share(share_of(*hits[kind])) for kind in KINDS if kind in hits},
    }
