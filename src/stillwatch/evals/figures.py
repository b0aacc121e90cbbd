"""Turns judged worlds into the benchmark's numbers, as plain values that JSON can hold."""

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from stillwatch.evals.campaigns import KINDS
from stillwatch.evals.judge import CARES, Flags, Floats, Hidden, JudgedWorld
from stillwatch.evals.measures import (
    Share,
    adjusted_rand,
    b_cubed,
    brier_score,
    calibration_error,
    confusion,
    partitions,
    reliability,
    share_of,
    time_to_detect,
    wronged_by_class,
)
from stillwatch.model.cards import AlternativeCard
from stillwatch.model.evidence import Coverage, Wronged

Figures = dict[str, Any]
WHERE = ("inside a true campaign's cluster", "in a cluster of honest accounts", "alone")
BINS = 10


def share(one: Share) -> Figures:
    """A share with its interval."""
    return {
        "hits": one.hits,
        "count": one.count,
        "value": one.value,
        "low": one.low,
        "high": one.high,
    }


def of_care(worlds: Sequence[JudgedWorld], care: str) -> list[JudgedWorld]:
    """The worlds whose operators care so much."""
    return [world for world in worlds if world.care == care]


def campaigns_of(worlds: Iterable[JudgedWorld]) -> list[Hidden]:
    """The campaigns of all of them."""
    return [one for world in worlds for one in world.hidden]


def accounts(worlds: Sequence[JudgedWorld]) -> Figures:
    """Who is found, who is wronged, and where."""
    hostile = np.concatenate([world.hostile for world in worlds])
    flagged = np.concatenate([world.flagged for world in worlds])
    label = [name for world in worlds for name in world.label]
    honest = ~hostile
    classes = [name for name, attacks in zip(label, hostile.tolist(), strict=True) if not attacks]
    wronged = wronged_by_class(classes, flagged[honest].tolist())
    return {
        "recall_by_care": {
            care: share(_recall(campaigns_of(of_care(worlds, care)))) for care in CARES
        },
        "recall_by_kind": recall_by_kind(campaigns_of(worlds)),
        "fpr": share(share_of(int((flagged & honest).sum()), int(honest.sum()))),
        "honest_account_days": sum(world.honest_days for world in worlds),
        "fpr_by_class": {name: share(one) for name, one in wronged.items()},
        "precision": share(share_of(int((flagged & hostile).sum()), int(flagged.sum()))),
        "wronged_where": _wronged_where(worlds),
        "worlds": [_world(world) for world in worlds],
    }


def _recall(campaigns: Sequence[Hidden]) -> Share:
    return share_of(sum(one.flagged for one in campaigns), sum(one.accounts for one in campaigns))


def recall_by_kind(campaigns: Sequence[Hidden]) -> Figures:
    """Share of accounts flagged, by kind of campaign and care, in the order of the kinds."""
    return {
        kind: {
            care: share(_recall(mine))
            for care in CARES
            if (mine := [one for one in campaigns if (one.kind, one.care) == (kind, care)])
        }
        for kind in KINDS
        if any(one.kind == kind for one in campaigns)
    }


def _wronged_where(worlds: Sequence[JudgedWorld]) -> Figures:
    counts = dict.fromkeys(WHERE, 0)
    for world in worlds:
        attacks = world.called_hostile()
        for row in np.flatnonzero(world.flagged & ~world.hostile).tolist():
            name = world.called[row]
            counts[WHERE[2] if not name else WHERE[0] if attacks[name] else WHERE[1]] += 1
    return counts


def _world(world: JudgedWorld) -> Figures:
    return {
        "seed": world.seed,
        "care": world.care,
        "exchanges": world.exchange_count,
        "honest": int((~world.hostile).sum()),
        "wronged": int((world.flagged & ~world.hostile).sum()),
        "hostile": int(world.hostile.sum()),
        "found": int((world.flagged & world.hostile).sum()),
    }


def campaigns(worlds: Sequence[JudgedWorld]) -> Figures:
    """How whole and how pure the called campaigns are, by care."""
    return {care: _grouping(of_care(worlds, care)) for care in CARES}


def _grouping(worlds: Sequence[JudgedWorld]) -> Figures:
    true: dict[str, str] = {}
    called: dict[str, str] = {}
    for world in worlds:
        for row in range(len(world.label)):
            account = f"{world.seed}/{row}"
            if world.hostile[row]:
                true[account] = f"{world.seed}/{world.campaign[row]}"
            if world.flagged[row]:
                called[account] = f"{world.seed}/{world.called[row] or f'alone {row}'}"
    groups = partitions(true, called)
    found = b_cubed(*groups)
    hidden = campaigns_of(worlds)
    return {
        "precision": found.precision,
        "recall": found.recall,
        "f1": found.f1,
        "adjusted_rand": adjusted_rand(*groups),
        "whole": share(share_of(sum(one.is_whole for one in hidden), len(hidden))),
        "called": len(set(called.values())),
    }


def review(worlds: Sequence[JudgedWorld]) -> Figures:
    """What a person finds who looks at the groups listed below the alert level, by care."""
    return {care: _reviewed(of_care(worlds, care)) for care in CARES} | {
        "overall": _reviewed(worlds)
    }


def _reviewed(worlds: Sequence[JudgedWorld]) -> Figures:
    listed = [np.array([bool(name) for name in world.listed]) for world in worlds]
    attacks = [attack for world in worlds for attack in world.listed_hostile().values()]
    pairs = list(zip(worlds, listed, strict=True))
    seen = sum(int((world.hostile & (world.flagged | here)).sum()) for world, here in pairs)
    honest = sum(int((here & ~world.hostile).sum()) for world, here in pairs)
    return {
        "recall": share(share_of(seen, sum(int(world.hostile.sum()) for world in worlds))),
        "right": share(share_of(sum(attacks), len(attacks))),
        "honest": share(share_of(honest, sum(int((~world.hostile).sum()) for world in worlds))),
        "groups_a_world": len(attacks) / len(worlds) if worlds else 0.0,
    }


def calibration(worlds: Sequence[JudgedWorld]) -> Figures:
    """How far probabilities can be taken at their word."""
    parts = {care: of_care(worlds, care) for care in CARES} | {"overall": list(worlds)}
    return {
        name: _calibration(
            np.concatenate([world.posterior for world in mine]),
            np.concatenate([world.hostile for world in mine]),
        )
        for name, mine in parts.items()
        if mine
    }


def _calibration(posterior: Floats, hostile: Flags) -> Figures:
    points = reliability(posterior, hostile, BINS, by="width")
    return {
        "brier": brier_score(posterior, hostile),
        "ece": calibration_error(points),
        "ece_equal_mass": calibration_error(reliability(posterior, hostile)),
        "points": [{"said": one.said, "happened": share(one.happened)} for one in points],
    }


def times(worlds: Sequence[JudgedWorld]) -> Figures:
    """When campaigns were detected, those never detected counted as endless."""
    found: Figures = {}
    for care in CARES:
        mine = campaigns_of(of_care(worlds, care))
        told = time_to_detect([one.hours for one in mine])
        found[care] = {
            "found": told.found,
            "count": told.count,
            "median_hours": told.median,
            "median_haul": statistics.median([one.haul for one in mine]) if mine else None,
            "hours": sorted(one.hours for one in mine if one.hours is not None),
        }
    return found


def roles(worlds: Sequence[JudgedWorld]) -> Figures:
    """The role of flagged campaign accounts: true and said."""
    pairs = [
        (world.role[row], world.said_role[row])
        for world in worlds
        for row in np.flatnonzero(world.flagged & world.hostile).tolist()
    ]
    right = sum(true == said for true, said in pairs)
    counts = confusion([true for true, _ in pairs], [said for _, said in pairs])
    return {
        "right": share(share_of(right, len(pairs))),
        "pairs": [{"true": true, "said": said, "count": n} for (true, said), n in counts.items()],
    }


def evasion(worlds: Sequence[JudgedWorld]) -> Figures:
    """What an operator pays for one useful exchange that reached him before he was found.

    `yield` is attack exchanges per account and day until the sender was named (to the end of the
    week where he never was), over all days that the account was held for; `unwatched` is the same
    if nobody looked. `relative` is the yield over the unwatched yield of a naive operator: what
    is left of the business.
    """
    naive = _per_day(campaigns_of(of_care(worlds, "naive")), "wanted")
    told: Figures = {}
    for care in CARES:
        mine = campaigns_of(of_care(worlds, care))
        spent, useful = sum(one.spent for one in mine), sum(one.useful for one in mine)
        got = _per_day(mine, "useful")
        told[care] = {
            "yield": got,
            "unwatched": _per_day(mine, "wanted"),
            "relative": got / naive if naive else None,
            "requests_per_useful": spent / useful if useful else None,
            "account_days_per_1000": 1000 / got if got else None,
            "cover": 1 - useful / spent if spent else None,
        }
    return told


def _per_day(campaigns: Sequence[Hidden], what: str) -> float:
    days = sum(one.account_days for one in campaigns)
    return sum(getattr(one, what) for one in campaigns) / days if days else 0.0


def coverage(worlds: Sequence[JudgedWorld]) -> list[Coverage]:
    """How much of each technique's campaigns is found, as the catalogue keeps it."""
    seeds: dict[tuple[str, str], list[int]] = {}
    found, tried = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for world in worlds:
        for one in world.hidden:
            key = one.kind, one.care
            seeds.setdefault(key, []).append(world.seed)
            found[key] += one.flagged
            tried[key] += one.accounts
    rows = []
    for kind, care in sorted(seeds):
        told = share_of(found[kind, care], tried[kind, care])
        rows.append(
            Coverage(
                technique=KINDS[kind].technique,
                kind=kind,
                care=care,
                accounts=told.count,
                found=told.hits,
                recall=round(told.value, 4),
                low=round(told.low, 4),
                high=round(told.high, 4),
                seeds=seeds[kind, care],
            )
        )
    return sorted(rows, key=lambda row: (row.technique, row.kind, CARES.index(row.care)))


def wronged(
    worlds: Sequence[JudgedWorld], alternatives: Sequence[AlternativeCard]
) -> list[Wronged]:
    """How often each kind of honest traffic is flagged, as the catalogue keeps it."""
    rows = []
    for card in alternatives:
        flagged = tried = 0
        for world in worlds:
            mine = ~world.hostile & np.isin(world.label, card.played_by)
            tried += int(mine.sum())
            flagged += int((mine & world.flagged).sum())
        if tried:
            told = share_of(flagged, tried)
            seeds = [world.seed for world in worlds]
            rows.append(
                Wronged(
                    alternative=card.id,
                    accounts=tried,
                    flagged=flagged,
                    low=round(told.low, 7),
                    high=round(told.high, 7),
                    seeds=seeds,
                )
            )
    return rows


def worlds_figures(worlds: Sequence[JudgedWorld]) -> Figures:
    """Everything that judged worlds alone can tell."""
    return {
        "accounts": accounts(worlds),
        "campaigns": campaigns(worlds),
        "review": review(worlds),
        "calibration": calibration(worlds),
        "time": times(worlds),
        "roles": roles(worlds),
        "evasion": evasion(worlds),
    }
