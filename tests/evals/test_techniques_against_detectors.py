"""Every technique that shows in traffic is seen by a detector of its own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pytest

from stillwatch.catalog.load import Catalog
from stillwatch.evals.campaigns import KINDS, CampaignPlan
from stillwatch.evals.laboratory import Observed, observe
from stillwatch.evals.texts import own_texts
from stillwatch.evals.traffic import make_traffic
from stillwatch.evals.worlds import START
from stillwatch.io.cards import read_catalog
from stillwatch.tables.query import Limits

# A detector speaks when one of its levels is reached by half of a campaign's accounts, and by so
# few honest accounts of the same world that it is worth three bits. An account reaches what its
# own signal or that of its cluster reaches.
LEAST_SHARE = 0.5
LEAST_RATIO = 8.0
CAMPAIGNS_A_WORLD = 7
SEEDS = range(451, 457)
DAYS = 7

NO_TRAFFIC = {"AD-042"}  # who buys transcripts sends nothing
SAME_KIND = {"AD-004": "AD-005"}  # the plea stands in some wordings of the spoof's kind
# Wordings that carry no phrase of their own: campaigns of these worlds are seen by what links
# their accounts, not by what they ask. One that is seen after all leaves the list.
WITHOUT_PHRASE = {
    "benchmark_sweep": "question and answer, and nothing else around a problem",
    "safeguard_arbitrage": "the retreat shows only where all accounts are one cluster",
    "domain_sweep": "three headings and the order to write about them",
    "silent_relay": "one exchange in seventy asks who answers: seen where its accounts are linked",
}


@cache
def catalog() -> Catalog:
    """The cards that come with the package."""
    return read_catalog()


@cache
def world(position: int) -> Observed:
    """Some honest accounts and a few small campaigns, each of another kind."""
    seed = SEEDS[position]
    kinds = list(KINDS)[position * CAMPAIGNS_A_WORLD :][:CAMPAIGNS_A_WORLD]
    plans = [
        CampaignPlan(kind=kind, accounts=30, requests_per_account_day=15, days=6) for kind in kinds
    ]
    traffic = make_traffic(
        seed=seed,
        honest_accounts=600,
        days=DAYS,
        start=START,
        campaigns=plans,
        texts=own_texts(seed),
    )
    return observe(traffic, catalog(), Limits(threads=2))


def reached(seen: Observed, detectors: Sequence[str]) -> dict[str, Mapping[int, int]]:
    """The highest level of each detector that each account reaches, by itself or in its cluster."""
    members = defaultdict(list)
    for row in seen.run.members.to_pylist():
        members[row["cluster_id"]].append(row["account_id"])
    found: dict[str, dict[int, int]] = {one: Counter() for one in detectors}
    for row in seen.run.signals.to_pylist():
        if row["detector_id"] in found:
            own = row["subject_kind"] == "account"
            levels = found[row["detector_id"]]
            for account in [row["subject_id"]] if own else members[row["subject_id"]]:
                levels[account] = max(levels.get(account, 0), row["level"])
    return found


def best(seen: Observed, kind: str, detectors: Sequence[str]) -> tuple[str, int, float, float]:
    """The detector and level that tell most, with the shares of the campaign and of the honest."""
    mine = [key for key, row in seen.truth.items() if row["class"] == kind]
    honest = [key for key, row in seen.truth.items() if not row["is_hostile"]]
    answers = []
    for detector, levels in reached(seen, detectors).items():
        for level in range(1, 6):
            shares = [
                float(np.mean([levels.get(key, 0) >= level for key in some]))
                for some in (mine, honest)
            ]
            answers.append((detector, level, *shares))
    # one honest account more than were seen: a level that none of them reached is not proof
    return max(answers, key=lambda a: (a[2] >= LEAST_SHARE, a[2] / (a[3] + 1 / len(honest)), -a[1]))


def test_every_technique_with_traffic_has_a_kind_and_a_detector() -> None:
    """Nothing in the catalogue is left to be looked for by hand."""
    techniques = {card.id for card in catalog().techniques}
    assert {card.technique for card in catalog().detectors} == techniques - NO_TRAFFIC
    assert {way.technique for way in KINDS.values()} == techniques - NO_TRAFFIC - set(SAME_KIND)


def test_the_worlds_hold_every_kind() -> None:
    """No kind escapes the test below."""
    assert len(SEEDS) * CAMPAIGNS_A_WORLD >= len(KINDS)


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(KINDS))
def test_a_detector_of_the_technique_speaks_on_its_campaign(kind: str) -> None:
    """Half of the accounts reach a level that is eight times as common among them."""
    seen = world(list(KINDS).index(kind) // CAMPAIGNS_A_WORLD)
    own = [card.id for card in catalog().detectors if card.technique == KINDS[kind].technique]
    detector, level, share, honest = best(seen, kind, own)
    speaks = share >= LEAST_SHARE and share >= LEAST_RATIO * honest
    assert speaks is (kind not in WITHOUT_PHRASE), (detector, level, share, honest)
