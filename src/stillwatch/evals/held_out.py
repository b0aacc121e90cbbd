"""Leaves kinds of campaign out of what is learnt, and looks whether they are found all the same.

Links keep the worth they have in the catalogue: they were learnt from all kinds. Levels and
curves are learnt anew without a third of the kinds, three times over.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from stillwatch.catalog.load import Catalog
from stillwatch.evals.calibrate import PRIOR_ODDS, examples_of, weighed
from stillwatch.evals.campaigns import KINDS
from stillwatch.evals.figures import share
from stillwatch.evals.fit import Examples
from stillwatch.evals.hostile.work import Care
from stillwatch.evals.judge import HONEST_ACCOUNTS, WORLDS_A_CARE, judged, judged_traffic
from stillwatch.evals.laboratory import Observed, last_exchange, observe, read_traffic
from stillwatch.evals.measures import share_of
from stillwatch.evals.worlds import JUDGE_SEEDS, LEARN_SEEDS, World, texts_for, worlds
from stillwatch.model.evidence import Bits
from stillwatch.pipeline import scan
from stillwatch.tables.query import Limits

FOLDS = 3
CARE: Care = "careful"

Kept = dict[str, Examples]
Tell = Callable[[int, int], None]


def folds() -> tuple[frozenset[str], ...]:
    """Every kind in one of three parts; neighbours, which are alike, in different ones."""
    return tuple(frozenset(list(KINDS)[one::FOLDS]) for one in range(FOLDS))


def held_out(
    catalog: Catalog,
    folder: str | None,
    limits: Limits,
    tell: Tell,
    *,
    honest_accounts: int = HONEST_ACCOUNTS,
    world: World | None = None,
    learn: Sequence[int] = LEARN_SEEDS,
) -> dict[str, Any]:
    """Recall on careful campaigns of the kinds that a fold had never seen."""
    total = len(learn) + WORLDS_A_CARE
    done = 0

    def told() -> None:
        nonlocal done
        done += 1
        tell(done, total)

    bare = replace(catalog, bits=replace(Bits(), link=catalog.bits.link))
    kept = _examples(learn, world or World(), bare, folder, limits, told)
    bits = [weighed(bare.bits, one, catalog.detectors) for one in kept]
    hits: dict[str, tuple[int, int]] = {}
    wronged = [[0, 0] for _ in bits]
    first = len(JUDGE_SEEDS) // 3
    for position, seed in enumerate(JUDGE_SEEDS[first : first + WORLDS_A_CARE]):
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
        told()
    return _figures(hits, wronged)


def _truth(
    rows: Sequence[Mapping[str, object]], names: Mapping[int, str]
) -> dict[int, Mapping[str, object]]:
    by_name = {row["account_id"]: row for row in rows}
    return {key: by_name[name] for key, name in names.items()}


def _examples(
    seeds: Sequence[int],
    world: World,
    catalog: Catalog,
    folder: str | None,
    limits: Limits,
    told: Callable[[], None],
) -> list[Kept]:
    """For each fold what was seen without its kinds; every world is observed once."""
    kept: list[Kept] = [{kind: Examples() for kind in PRIOR_ODDS} for _ in range(FOLDS)]
    for number, (_, traffic) in enumerate(worlds(seeds, world, "calibrate", folder)):
        seen = observe(traffic, catalog, limits)
        for mine, without in zip(kept, folds(), strict=True):
            for kind, found in examples_of([seen], without).items():
                mine[kind].levels += found.levels
                mine[kind].truth += found.truth
                mine[kind].world += [number] * len(found.world)
                mine[kind].author += found.author
        told()
    return kept


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
                "kinds": sorted(kinds),
                "recall": share(
                    share_of(
                        sum(hits[kind][0] for kind in kinds if kind in hits),
                        sum(hits[kind][1] for kind in kinds if kind in hits),
                    )
                ),
                "fpr": share(share_of(*of_fold)),
            }
            for kinds, of_fold in zip(folds(), wronged, strict=True)
        ],
        "by_kind": {kind: share(share_of(*hits[kind])) for kind in KINDS if kind in hits},
    }
