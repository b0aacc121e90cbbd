"""Lays a family tree out as lines and words, which page and PDF draw each in its own way."""

from dataclasses import dataclass

from stillwatch.verifier.tree import Tree

ROW = 18  # height of a leaf
LEFT, WIDE, NAMES = 20, 460, 260
SHOWN = 0.5  # support from which on a fork carries a number


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """Two branches that join at `x`, and the share of redrawn prompt sets that agree."""

    x: float
    from_x: float
    from_y: float
    to_x: float
    to_y: float
    support: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A leaf's name."""

    text: str
    x: float
    y: float
    kind: str  # suspect, outgroup or leaf


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything that is drawn; y grows downwards."""

    width: float
    height: float
    forks: tuple[Fork, ...]
    words: tuple[Word, ...]


def picture(tree: Tree, suspect: str = "") -> Picture:
    """The tree with its leaves in the order in which they join, so that no lines cross."""
    order = tree.branches[-1].leaves if tree.branches else tree.leaves
    line = {name: ROW * (place + 1) for place, name in enumerate(order)}
    widest = max((branch.distance for branch in tree.branches), default=1.0) or 1.0
    at = [(float(WIDE), float(line[name])) for name in tree.leaves]
    forks = []
    for branch in tree.branches:
        (x1, y1), (x2, y2) = at[branch.left], at[branch.right]
        x = round(WIDE - (WIDE - LEFT) * branch.distance / widest, 1)
        support = f"{100 * branch.support:.0f}" if branch.support >= SHOWN else ""
        forks.append(Fork(x=x, from_x=x1, from_y=y1, to_x=x2, to_y=y2, support=support))
        at.append((x, (y1 + y2) / 2))
    words = tuple(
        Word(
            text=name,
            x=WIDE + 6,
            y=line[name],
            kind="suspect" if name == suspect else "outgroup" if name in tree.outgroups else "leaf",
        )
        for name in tree.leaves
    )
    height = ROW * (len(tree.leaves) + 1)
    return Picture(width=WIDE + NAMES, height=height, forks=tuple(forks), words=words)
