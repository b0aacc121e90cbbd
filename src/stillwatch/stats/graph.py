"""Who has what, in bits: the graph of nodes and traits that clusters are found in."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

LEAST_MEAN_BITS = 0.5  # weaker ties of a group are dropped
SCATTER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 over the golden ratio: spreads neighbours far apart


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

    @property
    def trait_count(self) -> int:
        """Traits are numbered from 0."""
        return int(self.trait.max(initial=-1)) + 1


def contracted(graph: Graph, groups: Ints, count: int) -> Graph:
    """Groups as nodes; a group's tie weighs the mean over its members, those without it as zero.

    What only one group has is left out: it has done its work and would hold the group to itself.
    """
    size = np.bincount(groups, minlength=count)
    group = groups[graph.node]
    order = np.lexsort((graph.trait, graph.kind, graph.family, group))
    group, trait = group[order], graph.trait[order]
    starts = np.flatnonzero(changes(group) | changes(trait))
    weight = np.add.reduceat(graph.weight[order], starts) / size[group[starts]]
    keep = weight >= LEAST_MEAN_BITS
    held = np.bincount(trait[starts[keep]], minlength=graph.trait_count)
    keep &= held[trait[starts]] >= 2
    starts = starts[keep]
    return Graph(
        node=group[starts],
        trait=trait[starts],
        kind=graph.kind[order][starts],
        family=graph.family[order][starts],
        weight=weight[keep],
        binds=graph.binds[order][starts],
        node_count=count,
    )


def bundles(graph: Graph, by_trait: Ints) -> Ints:
    """For each tie the number of its trait's bundle: traits that the same nodes have.

    A work list is a dozen prompts, one client and one set of parameters, none of which binds
    alone. The smallest hash over a trait's nodes agrees as often as its nodes are the same
    (Broder 1997). `by_trait` orders ties by trait.
    """
    if not len(by_trait):
        return by_trait
    trait, node = graph.trait[by_trait], graph.node[by_trait].astype(np.uint64)
    starts = np.flatnonzero(changes(trait))
    scattered = (node + np.uint64(1)) * SCATTER >> np.uint64(20)
    _, bundle = np.unique(np.minimum.reduceat(scattered, starts), return_inverse=True)
    of_tie = np.empty(len(trait), np.int64)
    of_tie[by_trait] = np.repeat(bundle, np.diff(np.r_[starts, len(trait)]))
    return of_tie


def changes(values: Ints) -> npt.NDArray[np.bool_]:
    """True where a run of equal values begins."""
    return np.asarray(np.r_[True, values[1:] != values[:-1]][: len(values)])
