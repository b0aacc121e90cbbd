"""Scores an account by how far windows of its prompts are from benign traffic.

Source: arXiv 2606.05725 (June 2026), the best published detector, written again from its
description: prompts are embedded, the maximum mean discrepancy of a window of queries and a
benign reference is compared with what benign windows of the same size reach in 95 % of cases.
The score is that ratio; above 1 the paper alerts.

What differs: the paper embeds with bge-small-en-v1.5, a neural model that is not at hand here.
Instead a prompt is the direction of its signed, hashed words and pairs of words, so other words
for the same thing are farther apart than with bge. The kernel is RBF with the median heuristic
(Gretton et al. 2012), the estimate unbiased. Windows are an account's consecutive prompts, up to
1,500, and the worst window counts. With fewer than twenty prompts the score is 0. Reference and
benign windows are drawn from the honest accounts of the same traffic, so the truth is used and
the test is flattered: a provider has no pool that is known to be clean.

It separates a large window in which much is unlike everybody else. It fails where windows are
small (at 100 queries the paper's own results find 1.3 % of windows with 5 % attack), where cover
is mixed in, and on honest products with one template, which are as far from the pool as any
campaign.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evals.baselines.by_account import Scores, by_account
from stillwatch.evals.baselines.ngrams import hashed
from stillwatch.evals.traffic import Traffic

LEAST = 20
WINDOW = 1_500
DIMENSIONS = 256
REFERENCE = 512
BENIGN = 3_000
BENIGN_WINDOWS = 200
SIZES = (20, 35, 60, 100, 200, 500, 1_000, 1_500)
QUANTILE = 0.95
STEP = 16_384  # rows embedded at once

# Whole numbers below 2^24, kept as floats: their products are exact in whatever order threads add.
Vectors = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowTest:
    """A benign reference, the kernel's width, and what benign windows of each size reach."""

    reference: Vectors
    scale: float
    within: float  # mean kernel of two different prompts of the reference
    sizes: Ints
    limits: Floats

    def ratios(self, prompts: pa.ChunkedArray, sizes: Ints) -> Floats:
        """MMD² of windows, one after the other in `prompts`, over the limit for their size."""
        starts = np.cumsum(sizes) - sizes
        values = np.zeros(len(sizes))
        first = 0
        while first < len(sizes):
            last = max(int(np.searchsorted(starts, starts[first] + STEP)) - 1, first + 1)
            count = int(sizes[first:last].sum())
            x = embedded(prompts.slice(int(starts[first]), count))
            between = kernel_sums(x, self.reference, self.scale) / len(self.reference)
            for window in range(first, last):
                if sizes[window] >= LEAST and len(self.sizes):
                    begin = starts[window] - starts[first]
                    mine = slice(begin, begin + sizes[window])
                    far = mean_within(x[mine], self.scale) - 2 * between[mine].mean()
                    values[window] = (far + self.within) / self._limit(int(sizes[window]))
            first = last
        return values

    def _limit(self, size: int) -> float:
        """Between sizes that were tried, limits follow a power of the size, as MMD² does."""
        return float(np.exp(np.interp(np.log(size), np.log(self.sizes), np.log(self.limits))))


def mmd_windows(traffic: Traffic, seed: int = 0) -> Scores:
    """The account's worst window, as a multiple of what benign windows reach; at least 0."""
    order = by_account(traffic.exchanges)
    prompts = traffic.exchanges["prompt_text"].take(pa.array(order.rows))
    hostile = traffic.truth.filter(traffic.truth["is_hostile"])["account_id"]
    is_hostile = pc.is_in(pa.array(order.names), hostile.combine_chunks()).to_numpy(
        zero_copy_only=False
    )
    honest = np.random.default_rng([seed, 5]).permutation(
        np.flatnonzero(~is_hostile[order.account])
    )
    drawn = prompts.take(pa.array(honest[: REFERENCE + BENIGN]))
    test = window_test(embedded(drawn), seed)
    begins = [
        np.arange(begin, begin + count, WINDOW)
        for begin, count in zip(order.starts.tolist(), order.counts.tolist(), strict=True)
    ]
    starts = np.concatenate(begins)
    values = test.ratios(prompts, np.diff(np.append(starts, len(order.rows))))
    worst = np.zeros(len(order.names))
    np.maximum.at(worst, order.account[starts], values)
    return order.scores(worst)


def window_test(benign: Vectors, seed: int) -> WindowTest:
    """Set the test up on benign prompts: some are the reference, the others make windows."""
    cut = min(REFERENCE, len(benign) // 2)
    reference, pool = benign[:cut], benign[cut:]
    apart = squared_distances(reference, reference)[np.triu_indices(cut, 1)]
    scale = 2 * max(float(np.median(apart)), 1.0) if len(apart) else 1.0
    within = mean_within(reference, scale) if cut > 1 else 0.0
    kernel = np.exp(-squared_distances(pool, pool) / np.float32(scale))
    between = kernel_sums(pool, reference, scale) / max(cut, 1)
    dice = np.random.default_rng([seed, 6])
    sizes = [size for size in SIZES if size <= len(pool) // 2]
    limits = []
    for size in sizes:
        values = []
        for _ in range(BENIGN_WINDOWS):
            drawn = np.sort(dice.choice(len(pool), size, replace=False))
            pairs = kernel[np.ix_(drawn, drawn)].sum(dtype=np.float64) - size
            values.append(pairs / (size * (size - 1)) + within - 2 * between[drawn].mean())
        limits.append(max(float(np.quantile(values, QUANTILE)), 1e-9))
    return WindowTest(
        reference=reference,
        scale=scale,
        within=within,
        sizes=np.array(sizes, np.int64),
        limits=np.array(limits),
    )


def embedded(prompts: pa.ChunkedArray) -> Vectors:
    """Each prompt as a direction of length 127, in whole numbers; an empty one is zero."""
    sums = hashed(prompts, DIMENSIONS).toarray()
    length = np.sqrt(np.einsum("ij,ij->i", sums, sums))[:, None]
    return np.asarray(np.rint(127 * sums / np.maximum(length, 1)), np.float32)


def squared_distances(x: Vectors, y: Vectors) -> Vectors:
    """Squared Euclidean distances of all rows, exact."""
    mine, theirs = (np.einsum("ij,ij->i", rows, rows) for rows in (x, y))
    return np.asarray(mine[:, None] + theirs[None, :] - 2 * (x @ y.T), np.float32)


def kernel_sums(x: Vectors, y: Vectors, scale: float) -> Floats:
    """For each row of x the sum of its kernels with all rows of y."""
    near = np.exp(-squared_distances(x, y) / np.float32(scale))
    return np.asarray(near.sum(axis=1, dtype=np.float64))


def mean_within(x: Vectors, scale: float) -> float:
    """The mean kernel of all pairs of two different rows; a row's kernel with itself is 1."""
    count = len(x)
    return float((kernel_sums(x, x, scale).sum() - count) / (count * (count - 1)))
