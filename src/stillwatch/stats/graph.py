"""Who has what, in bits: the graph of nodes and traits that clusters are found in."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from stillwatch.stats.numbers import order_of

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
    trait_count: int  # traits are numbered from 0


def trait_order(graph: Graph) -> Ints:
    """The place of each trait in order of family, kind and number."""
    family, kind = np.zeros((2, graph.trait_count), np.int64)
    family[graph.trait] = graph.family
    kind[graph.trait] = graph.kind
    place = np.empty(graph.trait_count, np.int64)
    place[np.lexsort((kind, family))] = np.arange(graph.trait_count)
    return place


def contracted(graph: Graph, groups: Ints, count: int, place: Ints) -> Graph:
    """Groups as nodes; a group's tie weighs the mean over its members, those without it as zero.

    What only one group has is left out: it has done its work and would hold the group to itself.
    `place` is what `trait_order` says of the first graph.
    """
    size = np.bincount(groups, minlength=count)
    group = groups[graph.node]
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


def bundles(graph: Graph, by_trait: tuple[Ints, Ints]) -> Ints:
    """For each trait the number of its bundle: traits that the same nodes have.

    A work list is a dozen prompts, one client and one set of parameters, none of which binds
    alone. The smallest hash over a trait's nodes agrees as often as its nodes are the same
    (Broder 1997). `by_trait` are the rows in order of trait, and where each trait's begin.
    """
    order, starts = by_trait
    least = np.zeros(graph.trait_count, np.uint64)
    held = np.flatnonzero(np.diff(starts))
    if len(held):
        scattered = (graph.node[order].astype(np.uint64) + np.uint64(1)) * SCATTER >> np.uint64(20)
        least[held] = np.minimum.reduceat(scattered, starts[held])
    return np.asarray(np.unique(least, return_inverse=True)[1])


def changes(values: Ints) -> npt.NDArray[np.bool_]:
    """True where a run of equal values begins."""
    return np.asarray(np.r_[True, values[1:] != values[:-1]][: len(values)])
