"""Compares openings prompt by prompt: the cosine of runs of words, by how rare they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from stillwatch.verifier.openings import Floats, Hashes, Ints, Openings, grams

Block = tuple[Sequence[int], Sequence[int], frozenset[str]]  # rows, columns, sources left out


@dataclass(frozen=True)
class _Runs:
    """The runs of words of every model as places in one list sorted by prompt."""

    places: list[Ints]
    prompts: list[Ints]
    size: int


def _runs(openings: Sequence[Openings]) -> _Runs:
    found = [grams(one) for one in openings]
    keys = [  # the prompt stirred into the hash, so that one sort serves all prompts
        (value ^ (row.astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93)))
        * np.uint64(0xFF51AFD7ED558CCD)
        for row, value in found
    ]
    every: Hashes = np.sort(np.concatenate(keys))  # np.unique takes several times as long
    is_new = np.ones(len(every), bool)
    is_new[1:] = every[1:] != every[:-1]
    every = every[is_new]
    places = [np.searchsorted(every, key).astype(np.int64) for key in keys]
    return _Runs(places, [row for row, _ in found], len(every))


def _scaled(runs: _Runs, row: int, worth: Floats, prompts: int) -> Floats:
    """A model's weights, of length one on every prompt."""
    length = np.sqrt(np.bincount(runs.prompts[row], worth**2, prompts))
    return np.asarray(worth / np.maximum(length, 1e-12)[runs.prompts[row]])


def _added(total: Floats, runs: _Runs, rows: Sequence[int], share: float) -> None:
    for row in rows:
        total[runs.places[row]] += share / len(rows)


def rare_runs(
    openings: Sequence[Openings], groups: Mapping[str, Sequence[int]], blocks: Sequence[Block]
) -> Floats:
    """Mean over prompts of the cosine of two models' runs of words, for the pairs of each block.

    `groups` are the models of each source that says what is common. A run's weight is how rare it
    is among the sources that its block does not leave out; each source weighs one.
    """
    runs = _runs(openings)
    prompts = len(openings[0].words)
    found = np.zeros((len(openings), len(openings)))
    every = np.zeros(runs.size)
    for group in groups.values():
        _added(every, runs, group, 1.0)
    place_of: Ints = np.full(runs.size, -1)
    for rows, columns, left_out in blocks:
        off = sorted(left_out & groups.keys())
        if len(groups) == len(off):
            continue
        share = every.copy()
        for source in off:
            _added(share, runs, groups[source], -1.0)
        scaled = {}
        for row in {*rows, *columns}:
            usual = share[runs.places[row]]
            worth = np.log((len(groups) - len(off) + 0.5) / (usual + 0.5))
            scaled[row] = _scaled(runs, row, worth, prompts)

        # A run that no teacher of the block has adds nothing.
        is_useful = np.zeros(runs.size, bool)
        for column in columns:
            is_useful[runs.places[column]] = True
        useful = np.flatnonzero(is_useful)
        place_of[useful] = np.arange(len(useful))
        held = np.zeros((len(useful), len(columns)))
        for place, column in enumerate(columns):
            held[place_of[runs.places[column]], place] = scaled[column]
        places = [place_of[runs.places[row]] for row in rows]
        mine = csr_array(
            (
                np.concatenate(
                    [scaled[row][at >= 0] for row, at in zip(rows, places, strict=True)]
                ),
                np.concatenate([at[at >= 0] for at in places]),
                np.cumsum([0, *(int((at >= 0).sum()) for at in places)]),
            ),
            shape=(len(rows), len(useful)),
        )
        found[np.ix_(rows, columns)] = (mine @ held) / max(prompts, 1)
        place_of[useful] = -1
    return found
