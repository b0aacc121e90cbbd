"""Labels spread to who belongs together, and a crowd asks for more than a few do."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.stats.graph import Graph
from stillwatch.stats.labels import spread

GUESTS = 20


def visited(members: int) -> Graph:
    """Members who all have one trait, and guests who each have a lighter one with one of them."""
    nodes, traits, weights = list(range(members)), [0] * members, [6.0] * members
    for guest in range(GUESTS):
        nodes += [members + guest, guest % members]
        traits += [1 + guest, 1 + guest]
        weights += [3.8, 3.9]
    order = np.lexsort((traits, nodes))
    count = len(order)
    return Graph(
        node=np.array(nodes)[order],
        trait=np.array(traits)[order],
        kind=np.zeros(count, np.int64),
        family=np.zeros(count, np.int64),
        weight=np.array(weights)[order],
        binds=np.ones(count, bool),
        node_count=members + GUESTS,
        trait_count=1 + GUESTS,
    )


@pytest.mark.parametrize(("members", "joined"), [(30, True), (3_000, False)])
def test_a_crowd_asks_for_more_bits_than_a_few_do(members: int, joined: bool) -> None:
    """What binds to thirty does not bind to three thousand: somebody there shares something.

    What all of the three thousand have binds them all the same.
    """
    label = spread(visited(members))
    assert len(set(label[:members].tolist())) == 1
    assert all((label[members:] == label[0]).tolist()) is joined
