"""Whether so many accounts of a cluster have one thing that accounts drawn from all would not.

A scan statistic over traits. Were a cluster's accounts drawn from all accounts, each of the `m`
holders of a trait would be in the cluster with the chance `f`, the cluster's share of all pairs
of account and trait of that kind, so that busy accounts are expected to share more. The number of
holders inside is then binomial, and its tail times the number of traits with about as many
holders bounds how many such traits chance would show (Bonferroni). What a campaign does in a few
of a hundred requests is lost in their mean, but stands out here: nearly all who have its wording
are in the cluster.
"""

import math

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.special import gammaln

Reals = npt.NDArray[np.float64]


def log_tail(hits: Reals, draws: Reals, chance: Reals) -> Reals:
    """Upper bound of ln P(X >= hits), X binomial: the first term times a geometric series.

    Exact to a few per cent far out, where a difference of sums would be lost; 0 where fewer than
    expected are hit.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        first = (
            gammaln(draws + 1)
            - gammaln(hits + 1)
            - gammaln(draws - hits + 1)
            + hits * np.log(chance)
            + (draws - hits) * np.log1p(-chance)
        )
        falls = (draws - hits) * chance / ((hits + 1) * (1 - chance))  # next term over this one
        bound = first - np.log1p(-falls)
    sensible = (chance > 0) & (chance < 1) & (hits <= draws) & (falls < 1)
    return np.where(sensible, np.minimum(bound, 0.0), 0.0)


def excess_of_subjects(table: pa.Table, threads: int = 1) -> pa.Table:
    """Method `excess`: each subject's most surprising trait, in powers of ten.

    Takes subject_id, account_count (holders inside), holder_count (all), rival_count (traits of
    the kind held by about as many), holding_count and total_holding_count (pairs of account and
    trait of that kind, inside and of all) and is_item. Returns subject_id, value and support (the
    holders inside). The value is -log10 of how many such traits chance would show, less the same
    of the most surprising row with is_item: who sends the same items as others, as a class does,
    shares wording for that reason. Subjects without a row that is no item give none.
    """
    del threads  # a few rows a cluster
    names = ("account_count", "holder_count", "rival_count", "holding_count", "total_holding_count")
    inside, holders, rivals, held, total = (
        table.column(name).to_numpy().astype(np.float64) for name in names
    )
    chance = held / np.maximum(total, 1.0)
    rivals = np.maximum(rivals, 1.0)
    surprise = -(log_tail(inside, holders, chance) + np.log(rivals)) / math.log(10)
    surprise = np.maximum(surprise, 0.0)
    subject = table.column("subject_id").to_numpy()
    is_item = table.column("is_item").to_numpy(zero_copy_only=False).astype(np.bool_)
    subjects, place = np.unique(subject, return_inverse=True)
    of_items = np.zeros(len(subjects))
    np.maximum.at(of_items, place[is_item], surprise[is_item])
    order = np.lexsort((-inside, -surprise, is_item, subject))
    ordered = subject[order]
    first = order[np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: len(order)])]
    first = first[~is_item[first]]
    value = np.maximum(surprise[first] - of_items[place[first]], 0.0)
    return pa.table(
        {
            "subject_id": pa.array(subject[first], pa.int64()),
            "value": pa.array(value, pa.float64()),
            "support": pa.array(inside[first].astype(np.int64), pa.int64()),
        }
    )
