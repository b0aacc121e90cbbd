"""Who has what, in bits: the graph of nodes and traits that clusters are found in."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.stats.numbers import order_of

Ints = npt.NDArray[np.int64]

LEAST_MEAN_BITS = 0.5  # weaker ties of a group are dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """Ties of nodes (accounts, then groups) to traits, ordered by node, family and kind."""

    node: Ints
    trait: Ints
    kind: Ints
    family: Ints
    weight: npt.NDArray[np.float64]
    binds: npt.NDArray[np.bool_]
    node_count: int
    trait_count: int  # traits are numbered from 0


def contracted(graph: Graph, groups: Ints, count: int) -> Graph:
    """Groups as nodes; a group's tie weighs the mean over its members, those without it as zero.

    What only one group has is left out: it has done its work and would hold the group to itself.
    """
    size = np.bincount(groups, minlength=count)
    group = groups[graph.node]
    # Rows of a node come by family and kind, so sorting by trait first must keep that order.
    family, kind = np.zeros((2, graph.trait_count), np.int64)
    family[graph.trait], kind[graph.trait] = graph.family, graph.kind
    place = np.empty(graph.trait_count, np.int64)
    place[np.lexsort((kind, family))] = np.arange(graph.trait_count)
    order = order_of(place[graph.trait], graph.trait_count)[0]
    order = order[order_of(group[order], count)[0]]
    group, trait = group[order], graph.trait[order]
    starts = np.flatnonzero(changes(group) | changes(trait))
    weight = np.add.reduceat(graph.weight[order], starts) / size[group[starts]]
    keep = weight >= LEAST_MEAN_BITS
    held = np.bincount(trait[starts[keep]], minlength=graph.trait_count)
    keep &= held[trait[starts]] >= 2
    starts = starts[keep]
    tie = order[starts]
    return Graph(
        node=group[starts],
        trait=trait[starts],
        kind=graph.kind[tie],
        family=graph.family[tie],
        weight=weight[keep],
        binds=graph.binds[tie],
        node_count=count,
        trait_count=graph.trait_count,
    )


def changes(values: Ints) -> npt.NDArray[np.bool_]:
    """True where a run of equal values begins."""
    return np.asarray(np.r_[True, values[1:] != values[:-1]][: len(values)])
