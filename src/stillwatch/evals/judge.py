"""Judges one world: what the scan says of each account and campaign, beside what is true."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evals.campaigns import KINDS, CampaignPlan
from stillwatch.evals.hostile.work import Care
from stillwatch.evals.laboratory import Observed
from stillwatch.evals.texts import TextPool
from stillwatch.evals.traffic import Traffic, make_traffic
from stillwatch.evals.worlds import START
from stillwatch.pipeline import Run

CARES: tuple[Care, ...] = get_args(Care)
WORLDS_A_CARE = 5  # that many together play every kind once
DAYS = 7
HONEST_ACCOUNTS = 20_000
MOSTLY = 0.5  # of a called campaign's accounts are one operator's: it has found him
WHOLE_RECALL, WHOLE_PURITY = 0.9, 0.95
WHOLE_DAYS = 45  # how long a campaign of this field may run: its haul
HOUR = 3_600_000_000
DAY = 24 * HOUR

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """How one hidden campaign fared."""

    kind: str
    care: str
    accounts: int  # that sent anything
    flagged: int
    own: int  # of its accounts, in the called campaign that holds most of them
    called: int  # accounts of that campaign
    hours: float | None  # from its first attack exchange until the evidence sufficed
    haul: float  # share of 45 days' attack exchanges that was gone by then
    spent: int  # exchanges sent before the sender was found
    useful: int  # of these, attack exchanges
    wanted: int  # attack exchanges in all
    account_days: float  # accounts times the days that it ran

    @property
    def is_whole(self) -> bool:
        """At least 90 % of its accounts in one campaign, and 95 % of that campaign its own."""
        pure = self.own >= WHOLE_PURITY * self.called
        return self.own > 0 and self.own >= WHOLE_RECALL * self.accounts and pure


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedWorld:
    """Active accounts of one world, one place each in every column, and its campaigns."""

    seed: int
    care: str  # of its campaigns; empty where there are none
    exchange_count: int
    honest_days: int  # days on which an honest account sent anything, over all of them
    hostile: Flags
    label: tuple[str, ...]  # honest class or kind of campaign
    campaign: tuple[str, ...]  # the true one; empty for honest accounts
    role: tuple[str, ...]
    flagged: Flags
    posterior: Floats
    called: tuple[str, ...]  # the campaign that the scan puts it in; empty where in none
    said_role: tuple[str, ...]
    listed: tuple[str, ...]  # the group below the alert level that it is listed in; or empty
    hidden: tuple[Hidden, ...]

    def called_hostile(self) -> Mapping[str, bool]:
        """Whether most accounts of each called campaign attack."""
        return self._mostly_hostile(self.called)

    def listed_hostile(self) -> Mapping[str, bool]:
        """Whether most accounts of each listed group attack."""
        return self._mostly_hostile(self.listed)

    def _mostly_hostile(self, group: Sequence[str]) -> Mapping[str, bool]:
        size, hostile = Counter[str](), Counter[str]()
        for name, attacks in zip(group, self.hostile.tolist(), strict=True):
            size[name] += 1
            hostile[name] += attacks
        return {name: hostile[name] >= MOSTLY * size[name] for name in size if name}


def judged_traffic(
    seed: int, care: Care | None, position: int, honest_accounts: int, texts: TextPool
) -> Traffic:
    """Honest people and every fifth kind of campaign; without a care, honest people alone."""
    dice = np.random.default_rng(seed)
    kinds = list(KINDS)[position % WORLDS_A_CARE :: WORLDS_A_CARE] if care else []
    return make_traffic(
        seed=seed,
        honest_accounts=honest_accounts,
        days=DAYS,
        start=START,
        campaigns=[
            CampaignPlan(
                kind=kind,
                accounts=int(dice.integers(50, 91)),
                requests_per_account_day=float(dice.uniform(6, 25)),
                start_day=float(dice.uniform(0, 1)),
                days=DAYS - 1.0,
                care=care or "naive",
            )
            for kind in kinds
        ],
        texts=texts,
    )


def judged(seed: int, care: str, traffic: Traffic, seen: Observed) -> JudgedWorld:
    """What is kept of a world: a few columns over its active accounts."""
    verdicts = seen.run.conclusion.verdicts
    names = verdicts["account_id"].combine_chunks()
    truth = traffic.truth.take(pc.index_in(names, traffic.truth["account_id"].combine_chunks()))
    hostile = truth["is_hostile"].to_numpy()
    listed = {
        account: one.campaign_id
        for one in seen.run.conclusion.candidates
        for account in one.account_ids
    }
    day = seen.inputs.days["account_day"]
    honest = [key for key, row in seen.truth.items() if not row["is_hostile"]]
    return JudgedWorld(
        seed=seed,
        care=care,
        exchange_count=len(traffic.exchanges),
        honest_days=pc.sum(pc.is_in(day["account_id"], pa.array(honest, pa.int64()))).as_py() or 0,
        hostile=hostile,
        label=_texts(truth["class"]),
        campaign=_texts(truth["campaign"]),
        role=_texts(truth["role"]),
        flagged=verdicts["flagged"].to_numpy(),
        posterior=verdicts["posterior"].to_numpy(),
        called=_texts(verdicts["campaign_id"]),
        said_role=_texts(verdicts["role"]),
        listed=tuple(listed.get(name, "") for name in names.to_pylist()),
        hidden=_hidden(care, traffic, truth, seen.run),
    )


def _texts(column: pa.ChunkedArray) -> tuple[str, ...]:
    return tuple(column.fill_null("").to_pylist())


def _hidden(care: str, traffic: Traffic, truth: pa.Table, run: Run) -> tuple[Hidden, ...]:
    found = {one.campaign_id: one for one in run.conclusion.campaigns}
    verdicts = run.conclusion.verdicts.select(["account_id", "flagged", "campaign_id"])
    said = {row["account_id"]: row for row in verdicts.to_pylist()}
    members: dict[str, list[str]] = {}
    for row in truth.filter(truth["is_hostile"]).to_pylist():
        members.setdefault(row["campaign"], []).append(row["account_id"])
    until = {
        name: int(found[row["campaign_id"]].detected_at.timestamp() * 1_000_000)
        for name, row in said.items()
        if row["campaign_id"] is not None
    }
    results = []
    for plan in sorted(members):
        mine = members[plan]
        called = Counter(
            said[name]["campaign_id"] for name in mine if said[name]["campaign_id"] is not None
        )
        best = max(called, key=lambda one: (called[one], one), default=None)
        size = len(found[best].account_ids) if best is not None else 0
        is_his = best is not None and called[best] >= MOSTLY * size
        detected = (
            found[best].detected_at.timestamp() * 1e6 if best is not None and is_his else None
        )
        results.append(
            Hidden(
                kind=plan.rpartition("-")[0],
                care=care,
                accounts=len(mine),
                flagged=sum(said[name]["flagged"] for name in mine),
                own=called[best] if best is not None else 0,
                called=size,
                **_work(traffic, mine, until, detected),
            )
        )
    return tuple(results)


def _work(
    traffic: Traffic, mine: Sequence[str], until: Mapping[str, int], detected: float | None
) -> dict[str, Any]:
    """What the campaign sent: before it was detected, and each account before it was named.

    An account that is flagged without a campaign has no time of its own; its work counts whole.
    """
    row = pc.is_in(traffic.exchanges["account_id"], pa.array(mine)).to_numpy()
    sent = traffic.exchanges.filter(pa.array(row))
    at = sent["received_at"].cast(pa.int64()).to_numpy()
    attacks = traffic.truth_exchanges["is_hostile"].to_numpy()[row]
    ends = np.array([until.get(name, np.inf) for name in sent["account_id"].to_pylist()])
    free = at < ends
    first, last = int(at[attacks].min()), int(at[attacks].max())
    days = max((last - first) / DAY, 1 / 24)
    gone = int((attacks & (at < detected)).sum()) if detected is not None else None
    return {
        "hours": None if detected is None else max(detected - first, 0.0) / HOUR,
        "haul": 1.0 if gone is None else gone / (int(attacks.sum()) / days * WHOLE_DAYS),
        "spent": int(free.sum()),
        "useful": int((free & attacks).sum()),
        "wanted": int(attacks.sum()),
        "account_days": len(mine) * days,
    }
