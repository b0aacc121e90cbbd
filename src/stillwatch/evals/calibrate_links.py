"""Measures what sharing a trait is worth, kind by kind and by how many accounts share it.

Among accounts of one campaign, how many pairs share a trait of that kind with so many holders;
and among unrelated accounts of similar use, how many do. The unrelated ones are the hard ones:
accounts of other campaigns, and honest accounts of the look-alike classes. Against people at large
every script looks like every other. Every author of traffic weighs alike.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from stillwatch.evals.laboratory import Observed
from stillwatch.model.cards import LinkCard
from stillwatch.model.evidence import LinkBits
from stillwatch.stages.link import holder_step
from stillwatch.stages.traits import kind_id

MOST_BITS = 12.0
LEAST_PAIRS = 20


def learn_links(observed: Iterable[Observed], cards: Sequence[LinkCard]) -> list[LinkBits]:
    """The worth of every kind and step that enough pairs showed, ordered by kind and step."""
    kinds = {kind_id(card.id): card.id for card in cards}
    told: dict[str, _Counted] = {}
    for seen in observed:
        mine = told.setdefault(seen.author, _Counted())
        group = _groups(seen.truth)
        same_all, other_all = _pairs(Counter(group.values()))
        mine.same_total += same_all
        mine.other_total += other_all
        holders: dict[tuple[int, int], list[str]] = defaultdict(list)
        held_by: dict[tuple[int, int], int] = {}
        ties = seen.run.ties.select(["account_id", "kind_id", "trait_id", "account_count"])
        for row in ties.to_pylist():
            if row["account_id"] in group:
                where = row["kind_id"], row["trait_id"]
                holders[where].append(group[row["account_id"]])
                held_by[where] = row["account_count"]
        for where, found in holders.items():
            step = int(holder_step(np.array(held_by[where])))
            same_here, other_here = _pairs(Counter(found))
            mine.same[kinds[where[0]], step] += round(same_here)
            mine.other[kinds[where[0]], step] += round(other_here)
    authors = [told[name] for name in sorted(told)]
    same, other = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for one in authors:
        same += one.same
        other += one.other
    return [
        LinkBits(
            kind=where[0],
            step=where[1],
            bits=_bits(authors, where),
            same_pairs=same[where],
            other_pairs=other[where],
        )
        for where in sorted(set(same) | set(other))
        if same[where] + other[where] >= LEAST_PAIRS
    ]


@dataclass(slots=True)
class _Counted:
    """Pairs of one author's worlds: those that share a kind of trait at a step, and all."""

    same: Counter[tuple[str, int]] = field(default_factory=Counter)
    other: Counter[tuple[str, int]] = field(default_factory=Counter)
    same_total: float = 0.0
    other_total: float = 0.0


def _groups(truth: Mapping[int, Mapping[str, object]]) -> dict[int, str]:
    """The operator of each account that takes part: its campaign, or itself when it is honest."""
    group = {}
    for account, row in truth.items():
        if row["is_hostile"]:
            group[account] = str(row["campaign"])
        elif row["look_alike"] is not None:
            group[account] = f"honest {account}"
    return group


def _pairs(sizes: Counter[str]) -> tuple[float, float]:
    """Pairs within one campaign, and pairs of a campaign's account with anybody else's."""
    hostile = {name: n for name, n in sizes.items() if not name.startswith("honest ")}
    honest = sum(n for name, n in sizes.items() if name not in hostile)
    total = sum(hostile.values())
    same = sum(n * (n - 1) / 2 for n in hostile.values())
    other = sum(n * (total - n) for n in hostile.values()) / 2 + total * honest
    return same, other


def _bits(authors: Sequence[_Counted], where: tuple[str, int]) -> float:
    """The ratio of the two rates, each the mean of the authors' own rates."""
    same = sum((one.same[where] + 0.5) / (one.same_total + 1) for one in authors)
    other = sum((one.other[where] + 0.5) / (one.other_total + 1) for one in authors)
    return round(max(-MOST_BITS, min(MOST_BITS, math.log2(same / other))), 3)
