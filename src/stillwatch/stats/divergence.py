"""How far two samples of prompts are apart: maximum mean discrepancy on SimHashes.

Gretton et al. 2012, "A Kernel Two-Sample Test", the unbiased estimate of MMD² (their eq. 3),
with the kernel exp(-hamming / 8) on 64-bit SimHashes. The kernel is positive definite: it is a
product of one kernel per bit. It sees wording, not meaning: a paraphrase with other words is far.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit

Hashes = npt.NDArray[np.int64]

SCALE_BITS = 8.0
LEAST_SAMPLE = 20


def mmd_squared(x: Hashes, y: Hashes) -> float:
    """Unbiased MMD² between two samples of SimHashes; may be slightly below zero.

    Needs two or more of each, otherwise returns nan.
    """
    if len(x) < 2 or len(y) < 2:
        return float("nan")
    return _mean_within(x) + _mean_within(y) - 2.0 * _mean_between(x, y)


def _mean_within(x: Hashes) -> float:
    """The mean kernel of all pairs of two different rows."""
    pairs = _distances(x, x)
    pairs[0] -= len(x)
    return float(pairs @ _TABLE) / (len(x) * (len(x) - 1))


def _mean_between(x: Hashes, y: Hashes) -> float:
    return float(_distances(x, y) @ _TABLE) / (len(x) * len(y))


_TABLE = np.exp(-np.arange(65) / SCALE_BITS)


@njit(nogil=True, cache=True)
def _distances(x, y):  # type: ignore[no-untyped-def]
    """How many pairs of rows lie at each Hamming distance: whole numbers, in whatever order."""
    found = np.zeros(65, np.int64)
    apart = np.empty(len(y), np.uint8)
    for a in x:
        for j in range(len(y)):
            # Bits are counted in parallel inside the word (Warren, Hacker's Delight, 5-1).
            v = np.uint64(a ^ y[j])
            v = v - ((v >> np.uint64(1)) & np.uint64(0x5555555555555555))
            v = (v & np.uint64(0x3333333333333333)) + (
                (v >> np.uint64(2)) & np.uint64(0x3333333333333333)
            )
            v = (v + (v >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
            apart[j] = (v * np.uint64(0x0101010101010101)) >> np.uint64(56)
        for j in range(len(y)):
            found[apart[j]] += 1
    return found


def mmd_of_subjects(table: pa.Table, threads: int = 1) -> pa.Table:
    """Method `mmd`: each subject's sample against the rows without a subject.

    Takes subject_id, simhash, position; returns subject_id, value (MMD²) and support (size of the
    subject's sample). Subjects with fewer than twenty prompts, or too small a reference, give
    no row: so few prompts say nothing.
    """
    table = table.sort_by([("subject_id", "ascending"), ("position", "ascending")])
    subject = table.column("subject_id")
    simhash = table.column("simhash").to_numpy()
    is_reference = subject.is_null().to_numpy()
    reference = simhash[is_reference]
    ids = subject.fill_null(0).to_numpy()[~is_reference]
    mine = simhash[~is_reference]
    found_ids, starts, counts = np.unique(ids, return_index=True, return_counts=True)
    large = counts >= LEAST_SAMPLE if len(reference) >= LEAST_SAMPLE else counts < 0
    among_reference = _mean_within(reference) if large.any() else 0.0

    def of_subject(span: tuple[int, int]) -> float:
        x = mine[span[0] : span[0] + span[1]]
        return _mean_within(x) + among_reference - 2.0 * _mean_between(x, reference)

    with ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        spans = zip(starts[large].tolist(), counts[large].tolist(), strict=True)
        values = list(pool.map(of_subject, spans))
    return pa.table(
        {
            "subject_id": pa.array(found_ids[large], pa.int64()),
            "value": pa.array(values, pa.float64()),
            "support": pa.array(counts[large], pa.int64()),
        }
    )
