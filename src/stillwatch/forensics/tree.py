"""Grows a family tree of models from how they open answers, with support over redrawn prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform

from stillwatch.verifier.lineage import FEWEST, FLOOR, ROUNDED, Model
from stillwatch.verifier.openings import Floats, Ints, Openings, common_tokens, template_rows

REDRAWN = 100
ROW = 18  # height of a leaf in a picture
WIDE, NAMES = 460, 300


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


def drawing(tree: Tree, suspect: str = "") -> str:
    """The tree as one SVG: support at each fork, the suspect marked, outgroups in italics."""
    order = tree.branches[-1].leaves if tree.branches else tree.leaves
    line = {name: ROW * (place + 1) for place, name in enumerate(order)}
    widest = max((branch.distance for branch in tree.branches), default=1.0) or 1.0
    at: list[tuple[float, float]] = [(float(WIDE), float(line[name])) for name in tree.leaves]
    parts = []
    for branch in tree.branches:
        (x1, y1), (x2, y2) = at[branch.left], at[branch.right]
        x, y = WIDE - (WIDE - 20) * branch.distance / widest, (y1 + y2) / 2
        parts.append(f'<path d="M{x1:.1f} {y1:.1f}H{x:.1f}V{y2:.1f}H{x2:.1f}" class="fork"/>')
        parts.append(
            f'<text x="{x - 3:.1f}" y="{y - 2:.1f}" class="support">{branch.support:.0%}</text>'
        )
        at.append((x, y))
    for name in tree.leaves:
        kind = "suspect" if name == suspect else "outgroup" if name in tree.outgroups else "leaf"
        parts.append(
            f'<text x="{WIDE + 6}" y="{line[name] + 4}" class="{kind}">{escape(name)}</text>'
        )
    height = ROW * (len(tree.leaves) + 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE + NAMES} {height}" '
        f'role="img" aria-label="Family tree of {len(tree.leaves)} models by how answers begin">'
        "<style>text{font:12px sans-serif}.support{font-size:9px;text-anchor:end;fill:#666}"
        ".fork{fill:none;stroke:#555}.suspect{font-weight:bold;fill:#a40}"
        ".outgroup{font-style:italic}</style>" + "".join(parts) + "</svg>"
    )
