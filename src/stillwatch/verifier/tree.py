"""Grows a family tree of models from how they open answers, with support over redrawn prompts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform

from stillwatch.verifier.likeness import FEWEST, FLOOR, ROUNDED, Model
from stillwatch.verifier.openings import Floats, Ints, Openings, common_tokens, template_rows

REDRAWN = 100


@dataclass(frozen=True)
class Branch:
    """A group of leaves that join at a distance."""

    leaves: tuple[str, ...]
    left: int  # index of a branch, leaves first
    right: int
    distance: float
    support: float  # share of redrawn prompt sets in which the same leaves join


@dataclass(frozen=True)
class Tree:
    """Leaves and branches as data; an outgroup is a leaf of a human-written or unrelated line."""

    leaves: tuple[str, ...]
    outgroups: tuple[str, ...]
    branches: tuple[Branch, ...]


def as_value(tree: Tree) -> dict[str, Any]:
    """The tree as findings hold it; leaves of a branch follow from how branches join."""
    return {
        "leaves": list(tree.leaves),
        "outgroups": list(tree.outgroups),
        "branches": [[one.left, one.right, one.distance, one.support] for one in tree.branches],
    }


def tree_of(value: Mapping[str, Any]) -> Tree:
    """The tree that `as_value` wrote."""
    groups: list[tuple[str, ...]] = [(name,) for name in value["leaves"]]
    branches = []
    for left, right, distance, support in value["branches"]:
        groups.append(groups[left] + groups[right])
        branches.append(Branch(groups[-1], left, right, distance, support))
    return Tree(tuple(value["leaves"]), tuple(value["outgroups"]), tuple(branches))


def places(openings: Sequence[Openings]) -> tuple[list[Ints], int]:
    """Each model's templates as places in one list (prompts x lengths, -1 for none); its size."""
    common = common_tokens(openings)
    rows = [template_rows(one, common) for one in openings]
    every = np.unique(np.concatenate([row.ravel() for row in rows]))
    held = [np.where(row > 0, np.searchsorted(every, row), -1) for row in rows]
    times = np.sum([np.bincount(np.unique(h[h >= 0]), minlength=len(every)) for h in held], axis=0)
    kept = np.where(times >= FEWEST, np.cumsum(times >= FEWEST) - 1, -1)
    return [np.where(h >= 0, kept[h], -1) for h in held], int((times >= FEWEST).sum())


def distances(held: Sequence[Ints], size: int, rows: Ints) -> Floats:
    """One minus the correlation of template profiles over some prompts, drawn perhaps twice."""
    share = np.stack(
        [
            np.bincount(part[part >= 0], minlength=size) / max(len(rows), 1)
            for part in (one[rows] for one in held)
        ]
    )
    logs = np.log(share + FLOOR)
    apart = 1 - np.corrcoef(logs - logs.mean(0))
    np.fill_diagonal(apart, 0)
    return np.asarray(np.maximum(np.round((apart + apart.T) / 2, ROUNDED), 0))


def grow(
    models: Sequence[Model], openings: Sequence[Openings], seed: int, redrawn: int = REDRAWN
) -> Tree:
    """Average linkage; support redraws prompts, so it speaks of noise and not of lineages.

    A tree always names a nearest neighbour. It shows similarity and carries no error rate.
    """
    names = [model.name for model in models]
    held, size = places(openings)
    prompts = len(openings[0].words)
    joined = _joined(distances(held, size, np.arange(prompts)), names)
    times = dict.fromkeys((frozenset(leaves) for leaves, *_ in joined), 0)
    dice = np.random.default_rng(seed)
    for _ in range(redrawn):
        again = distances(held, size, dice.integers(0, prompts, prompts))
        for leaves, *_ in _joined(again, names):
            if frozenset(leaves) in times:
                times[frozenset(leaves)] += 1
    return Tree(
        tuple(names),
        tuple(model.name for model in models if model.role == "human"),
        tuple(
            Branch(leaves, left, right, distance, round(times[frozenset(leaves)] / redrawn, 3))
            for leaves, left, right, distance in joined
        ),
    )


def _joined(apart: Floats, names: Sequence[str]) -> list[tuple[tuple[str, ...], int, int, float]]:
    groups: list[tuple[str, ...]] = [(name,) for name in names]
    found = []
    for left, right, distance, _ in linkage(squareform(apart, checks=False), "average").tolist():
        leaves = groups[int(left)] + groups[int(right)]
        groups.append(leaves)
        found.append((leaves, int(left), int(right), round(float(distance), 6)))
    return found
