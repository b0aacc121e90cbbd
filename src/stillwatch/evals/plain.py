"""Judges the scan on plain campaigns of every kind, hidden at one per cent among honest traffic."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.catalog.load import Catalog
from stillwatch.evals.campaigns import KINDS, CampaignPlan
from stillwatch.evals.laboratory import Observed, observe
from stillwatch.evals.single_field import SingleField, best_single_fields
from stillwatch.evals.texts import folder_texts, own_texts
from stillwatch.evals.traffic import make_traffic
from stillwatch.evals.worlds import START
from stillwatch.tables.query import Limits

PLAIN_SEEDS = tuple(range(821, 835))  # as many worlds as all kinds fill
TWIN_SEED = 898
CAMPAIGNS_A_WORLD = 3
HONEST_ACCOUNTS = 20_000
DAYS = 7

Tell = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How one hidden campaign fared."""

    kind: str
    account_count: int
    found_count: int  # of its accounts, in the campaign that holds most of them
    called_count: int  # accounts of that campaign
    hours: float | None  # from its first exchange until the evidence sufficed

    @property
    def recall(self) -> float:
        """Share of its accounts that were found."""
        return self.found_count / self.account_count

    @property
    def purity(self) -> float:
        """Share of the accounts called that are its own."""
        return self.found_count / self.called_count if self.called_count else 0.0

    @property
    def passes(self) -> bool:
        """At least 90 % of the accounts, at least 95 % pure."""
        return self.recall >= 0.9 and self.purity >= 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One world's campaigns, the honest accounts wrongly flagged, and the best trivial rules."""

    seed: int
    exchange_count: int
    honest: Mapping[str, int]  # active honest accounts by class
    found: tuple[Found, ...]
    wronged: tuple[str, ...]  # class of each honest account that was flagged
    single_fields: tuple[SingleField, ...]
    f1: float  # of our flags, to stand beside the rules'

    @property
    def honest_count(self) -> int:
        """Active honest accounts."""
        return sum(self.honest.values())


def judge(
    catalog: Catalog,
    folder: str | None,
    limits: Limits,
    tell: Tell,
    seeds: Sequence[int] = PLAIN_SEEDS,
) -> list[World]:
    """Every kind in turn, a few to a world, then a world without any."""
    judged = []
    kinds = list(KINDS)
    for position, seed in enumerate((*seeds, TWIN_SEED)):
        chosen = kinds[position * CAMPAIGNS_A_WORLD :][:CAMPAIGNS_A_WORLD]
        judged.append(_world(seed, [] if seed == TWIN_SEED else chosen, catalog, folder, limits))
        tell("judge", position + 1, len(seeds) + 1)
    return judged


def _world(
    seed: int, kinds: Sequence[str], catalog: Catalog, folder: str | None, limits: Limits
) -> World:
    dice = np.random.default_rng(seed)
    texts = own_texts(seed) if folder is None else folder_texts(folder, "evaluate", seed=seed)
    traffic = make_traffic(
        seed=seed,
        honest_accounts=HONEST_ACCOUNTS,
        days=DAYS,
        start=START,
        campaigns=[
            CampaignPlan(
                kind=kind,
                accounts=int(dice.integers(50, 90)),
                requests_per_account_day=float(dice.uniform(6, 30)),
                start_day=float(dice.uniform(0, 1)),
                days=DAYS - 1.0,
            )
            for kind in kinds
        ],
        texts=texts,
    )
    seen = observe(traffic, catalog, limits)
    flagged = _flagged(seen)
    truth = {row["account_id"]: row for row in traffic.truth.to_pylist()}
    active = set(seen.inputs.names["account"].values())
    hostile = {a for a in active if truth[a]["is_hostile"]}
    hits = len(flagged & hostile)
    return World(
        seed=seed,
        exchange_count=len(traffic.exchanges),
        honest=dict(sorted(Counter(str(truth[a]["class"]) for a in active - hostile).items())),
        found=_found(seen, truth, hostile),
        wronged=tuple(sorted(str(truth[a]["class"]) for a in flagged - hostile)),
        single_fields=tuple(best_single_fields(traffic)[:3]) if kinds else (),
        f1=2 * hits / (len(flagged) + len(hostile)) if hostile else 0.0,
    )


def _flagged(seen: Observed) -> set[str]:
    verdicts = seen.run.conclusion.verdicts
    return set(verdicts.filter(verdicts["flagged"])["account_id"].to_pylist())


def _found(
    seen: Observed, truth: dict[str, dict[str, object]], hostile: set[str]
) -> tuple[Found, ...]:
    names = {name: key for key, name in seen.inputs.names["account"].items()}
    day = seen.inputs.days["account_day"]
    results = []
    for plan in sorted({str(truth[a]["campaign"]) for a in hostile}):
        mine = {a for a in hostile if truth[a]["campaign"] == plan}
        overlap = Counter(
            {c: len(mine & set(c.account_ids)) for c in seen.run.conclusion.campaigns}
        )
        best, count = overlap.most_common(1)[0] if overlap else (None, 0)
        first = pc.min(
            day.filter(pc.is_in(day["account_id"], pa.array([names[a] for a in mine], pa.int64())))[
                "first_at"
            ]
        ).as_py()
        hit = best is not None and count > 0
        results.append(
            Found(
                kind=plan.rpartition("-")[0],
                account_count=len(mine),
                found_count=count if hit else 0,
                called_count=best.account_count if best is not None and hit else 0,
                hours=(best.detected_at - first).total_seconds() / 3600
                if best is not None and hit
                else None,
            )
        )
    return tuple(results)
