"""Two laboratories with the same operators: other accounts, other wordings, other customers.

Each kind of campaign is played at both by one operator with one set of habits (`evals/habits.py`).
What the scan of each finds there is all that sketches are made of and compared with.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.catalog.load import Catalog
from stillwatch.evals.campaigns import KINDS, CampaignPlan
from stillwatch.evals.hostile.work import Care
from stillwatch.evals.laboratory import observe
from stillwatch.evals.texts import own_texts
from stillwatch.evals.traffic import make_traffic
from stillwatch.evals.worlds import START
from stillwatch.sharing.behaviour import behaviour
from stillwatch.sharing.sketch_match import LEAST_CLUSTER
from stillwatch.stages.templates import templates_of
from stillwatch.tables.query import Limits

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

HONEST_ACCOUNTS = 4_000
DAYS = 7
CAMPAIGNS = 8  # of a pair
CARES: tuple[Care, ...] = ("naive", "careful", "adaptive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A cluster or a called campaign, as places in the rows; whose it mostly is."""

    places: Ints
    operator: str  # empty: honest accounts alone; "mixed": neither honest nor mostly one operator's


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """What one laboratory has to compare."""

    rows: Floats
    clusters: Sequence[Group]
    called: Sequence[Group]  # what its scan calls campaigns
    votes: Sequence[Sequence[int]]  # template pieces of each row's account
    operators: Sequence[str]  # hidden there, found or not


def kinds_of(pair: int) -> list[str]:
    """The kinds of one pair; six pairs play each kind at least once."""
    kinds = list(KINDS)
    return [kinds[(pair * CAMPAIGNS + place) % len(kinds)] for place in range(CAMPAIGNS)]


def care_of(seeds: Sequence[int], pair: int, place: int) -> Care:
    """How much an operator hides, the same at both laboratories."""
    return CARES[int(np.random.default_rng([seeds[0], pair, place]).integers(len(CARES)))]


def pairs(seeds: Sequence[int], catalog: Catalog, limits: Limits) -> Iterator[tuple[Lab, Lab]]:
    """One pair of laboratories for every two seeds."""
    for pair in range(len(seeds) // 2):
        first, second = (_lab(seeds, pair, side, catalog, limits) for side in (0, 1))
        yield first, second


def _lab(seeds: Sequence[int], pair: int, side: int, catalog: Catalog, limits: Limits) -> Lab:
    plans = []
    for place, kind in enumerate(kinds_of(pair)):
        habit = np.random.default_rng([seeds[0], pair, place, 7])
        here = np.random.default_rng([seeds[0], pair, place, side])
        plans.append(
            CampaignPlan(
                kind=kind,
                accounts=int(here.integers(50, 90)),
                requests_per_account_day=float(habit.uniform(8, 25)),
                start_day=float(here.uniform(0, 1)),
                days=DAYS - 1.0,
                care=care_of(seeds, pair, place),
                operator=int(habit.integers(1 << 40)),
            )
        )
    seed = seeds[2 * pair + side]
    traffic = make_traffic(
        seed=seed,
        honest_accounts=HONEST_ACCOUNTS,
        days=DAYS,
        start=START,
        campaigns=plans,
        texts=own_texts(seed),
    )
    seen = observe(traffic, catalog, limits)
    features = seen.run.features
    markers = [card.id for card in catalog.markers]
    accounts, rows = behaviour(
        features["account_total"], features["account_rotation"], features["account_day"], markers
    )
    place_of = {account: place for place, account in enumerate(accounts.tolist())}
    owner = {
        account: str(row["campaign"]) if row["is_hostile"] else ""
        for account, row in seen.truth.items()
    }
    members: dict[int, list[int]] = {}
    of, who = (seen.run.members.column(name).to_pylist() for name in ("cluster_id", "account_id"))
    for cluster, account in zip(of, who, strict=True):
        members.setdefault(cluster, []).append(account)
    keys = {name: key for key, name in seen.inputs.names["account"].items()}
    called = [[keys[name] for name in one.account_ids] for one in seen.run.conclusion.campaigns]

    def group(some: list[int]) -> Group:
        counts = Counter(owner[account] for account in some)
        first, count = counts.most_common(1)[0]
        operator = first if 2 * count > len(some) and (first or count == len(some)) else "mixed"
        return Group(places=np.array([place_of[account] for account in some]), operator=operator)

    pieces = templates_of(features["trait"])
    return Lab(
        rows=rows,
        clusters=[group(some) for some in members.values() if len(some) >= LEAST_CLUSTER],
        called=[group(some) for some in called],
        votes=[pieces.get(account, ()) for account in accounts.tolist()],
        operators=sorted({name for name in owner.values() if name}),
    )
