"""Measures what sharing a trait is worth, kind by kind and by how many accounts share it.

Among accounts of one campaign, how many pairs share a trait of that kind with so many holders;
and among unrelated accounts of similar use, how many do. The unrelated ones are the hard ones:
accounts of other campaigns, and honest accounts of the look-alike classes. Against people at large
every script looks like every other.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

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
    same: Counter[tuple[str, int]] = Counter()
    other: Counter[tuple[str, int]] = Counter()
    same_total = other_total = 0.0
    for seen in observed:
        group = _groups(seen.truth)
        same_all, other_all = _pairs(Counter(group.values()))
        same_total += same_all
        other_total += other_all
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
            same[kinds[where[0]], step] += round(same_here)
            other[kinds[where[0]], step] += round(other_here)
    return [
        LinkBits(
            kind=kind,
            step=step,
            bits=_bits(same[kind, step], same_total, other[kind, step], other_total),
            same_pairs=same[kind, step],
            other_pairs=other[kind, step],
        )
        for kind, step in sorted(set(same) | set(other))
        if same[kind, step] + other[kind, step] >= LEAST_PAIRS
    ]


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


def _bits(same: int, same_total: float, other: int, other_total: float) -> float:
    ratio = ((same + 0.5) / (same_total + 1)) / ((other + 0.5) / (other_total + 1))
    return round(max(-MOST_BITS, min(MOST_BITS, math.log2(ratio))), 3)
