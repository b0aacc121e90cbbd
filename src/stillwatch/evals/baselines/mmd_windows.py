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

from collections.abc import Sequence
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
BENIGN = 2_500
BENIGN_WINDOWS = 200
SIZES = (20, 35, 60, 100, 200, 500, 1_000, 1_500)
QUANTILE = 0.95
KERNEL_STEPS = 1 << 20  # whole numbers again, so that sums are exact
TINY = 1e-9  # where all benign prompts are equal, every limit would be 0
STEP = 4_096  # rows read at once: their kernel stays in the cache

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
            between = kernel(x, self.reference, self.scale).mean(axis=1, dtype=np.float64)
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
    """Set the test up on benign prompts: a reference, and limits for windows of several sizes."""
    cut = min(REFERENCE, len(benign) // 2)
    scale = 2 * _median_distance(benign[:cut])
    sizes = [size for size in SIZES if size <= len(benign) - cut]
    limits = _limits(kernel(benign, benign, scale), cut, sizes, seed) if sizes else []
    return WindowTest(
        reference=benign[:cut],
        scale=scale,
        within=mean_within(benign[:cut], scale) if cut > 1 else 0.0,
        sizes=np.array(sizes, np.int64),
        limits=np.maximum(limits, TINY),
    )


def _median_distance(x: Vectors) -> float:
    """The median squared distance of two different rows; at least 1."""
    lengths = np.einsum("ij,ij->i", x, x)
    apart = (lengths[:, None] + lengths - 2 * (x @ x.T))[np.triu_indices(len(x), 1)]
    return max(float(np.median(apart)), 1.0) if len(apart) else 1.0


def _limits(near: Vectors, cut: int, sizes: Sequence[int], seed: int) -> list[float]:
    """What MMD² of two benign samples reaches, for windows of each size and a reference of `cut`.

    Window and reference are drawn anew each time, without a prompt in common, as in a permutation
    test: were the reference always the same, its own accidents would move every limit.
    """
    exact = np.rint(near.astype(np.float64) * KERNEL_STEPS)
    dice = np.random.default_rng([seed, 6])
    rank = np.argsort(dice.random((BENIGN_WINDOWS, len(exact))), axis=1)
    reference = (rank >= len(exact) - cut).astype(np.float64)
    beside = reference @ exact
    of_reference = _pair_mean((beside * reference).sum(axis=1), cut)
    limits = []
    for size in sizes:
        window = (rank < size).astype(np.float64)
        of_window = _pair_mean(((window @ exact) * window).sum(axis=1), size)
        between = (beside * window).sum(axis=1) / (size * cut * KERNEL_STEPS)
        limits.append(float(np.quantile(of_window + of_reference - 2 * between, QUANTILE)))
    return limits


def _pair_mean(sums: Floats, count: int) -> Floats:
    """From sums over all pairs of rows, in steps, the mean over pairs of two different rows."""
    return (sums / KERNEL_STEPS - count) / (count * (count - 1))


def embedded(prompts: pa.ChunkedArray) -> Vectors:
    """Each prompt as a direction of length 127, in whole numbers; an empty one is zero."""
    sums = hashed(prompts, DIMENSIONS).toarray()
    length = np.sqrt(np.einsum("ij,ij->i", sums, sums))[:, None]
    return np.asarray(np.rint(127 * sums / np.maximum(length, 1)), np.float32)


def kernel(x: Vectors, y: Vectors, scale: float) -> Vectors:
    """exp(-d²/scale) of all rows of x with all rows of y; the distances are exact."""
    mine, theirs = (np.einsum("ij,ij->i", rows, rows) for rows in (x, y))
    near: Vectors = x @ (2 * y.T)
    near -= mine[:, None]
    near -= theirs
    near /= np.float32(scale)
    np.exp(near, out=near)
    return near


def mean_within(x: Vectors, scale: float) -> float:
    """The mean kernel of all pairs of two different rows; a row's kernel with itself is 1."""
    count = len(x)
    pairs = float(kernel(x, x, scale).sum(dtype=np.float64)) - count
    return pairs / (count * (count - 1))
