"""How far two samples of prompts are apart: maximum mean discrepancy on SimHashes.

Gretton et al. 2012, "A Kernel Two-Sample Test", the unbiased estimate of MMD² (their eq. 3),
with the kernel exp(-hamming / 8) on 64-bit SimHashes. The kernel is positive definite: it is a
product of one kernel per bit. It sees wording, not meaning: a paraphrase with other words is far.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

SCALE_BITS = 8.0
LEAST_SAMPLE = 20


def mmd_squared(x: npt.NDArray[np.int64], y: npt.NDArray[np.int64]) -> float:
    """Unbiased MMD² between two samples of SimHashes; may be slightly below zero.

    Needs two or more of each, otherwise returns nan.
    """
    if len(x) < 2 or len(y) < 2:
        return float("nan")
    return _mean_pairs(x) + _mean_pairs(y) - 2.0 * float(_kernel(x, y).mean())


def _mean_pairs(x: npt.NDArray[np.int64]) -> float:
    n = len(x)
    return float((_kernel(x, x).sum() - n) / (n * (n - 1)))


def _kernel(x: npt.NDArray[np.int64], y: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    distance = np.bitwise_count(x.view(np.uint64)[:, None] ^ y.view(np.uint64)[None, :])
    return np.asarray(_TABLE[distance])


_TABLE = np.exp(-np.arange(65) / SCALE_BITS)


def mmd_of_subjects(table: pa.Table) -> pa.Table:
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
    among_reference = _mean_pairs(reference) if large.any() else 0.0
    values = []
    for start, count in zip(starts[large], counts[large], strict=True):
        x = mine[start : start + count]
        between = float(_kernel(x, reference).mean())
        values.append(_mean_pairs(x) + among_reference - 2.0 * between)
    return pa.table(
        {
            "subject_id": pa.array(found_ids[large], pa.int64()),
            "value": pa.array(values, pa.float64()),
            "support": pa.array(counts[large], pa.int64()),
        }
    )
