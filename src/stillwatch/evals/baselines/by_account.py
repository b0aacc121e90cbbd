"""Exchanges in order of account and time, and what can be counted over each account at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Scores = Mapping[str, float]  # by account; higher is more suspicious

SECOND = 1_000_000  # microseconds
HOUR = 3600 * SECOND
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class ByAccount:
    """Every exchange by its place in order of account, then time; accounts are numbered by name."""

    names: tuple[str, ...]  # of accounts with exchanges
    rows: Ints  # row of the exchange table at each place
    account: Ints  # account number at each place
    starts: Ints  # where each account begins
    at: Ints  # microseconds

    @property
    def counts(self) -> Ints:
        """How many exchanges each account has."""
        return np.diff(np.append(self.starts, len(self.rows)))

    def total(self, values: npt.NDArray[Any]) -> Floats:
        """Sum of the values at each account's places."""
        return np.add.reduceat(values.astype(np.float64), self.starts)

    def mean(self, values: npt.NDArray[Any]) -> Floats:
        """Mean of the values at each account's places."""
        return self.total(values) / self.counts

    def most(self, values: npt.NDArray[Any]) -> Floats:
        """Greatest value at each account's places."""
        return np.maximum.reduceat(values.astype(np.float64), self.starts)

    def within(self, span: int) -> Ints:
        """How many exchanges the account has in the `span` that ends with each exchange."""
        wide = int(self.at.max() - self.at.min()) + span + 1
        clock = self.account * wide + (self.at - self.at.min())
        first: Ints = np.searchsorted(clock, clock - span, side="right")
        return np.arange(len(clock)) - first + 1

    def scores(self, values: npt.NDArray[Any]) -> Scores:
        """One value an account, by name."""
        return dict(zip(self.names, values.astype(np.float64).tolist(), strict=True))


def by_account(exchanges: pa.Table) -> ByAccount:
    """Put exchanges in order; there must be at least one."""
    names = pc.unique(exchanges["account_id"]).sort()
    number = pc.index_in(exchanges["account_id"], names).to_numpy().astype(np.int64)
    at = exchanges["received_at"].cast(pa.int64()).to_numpy()
    rows = np.lexsort((at, number))
    account = number[rows]
    return ByAccount(
        names=tuple(names.to_pylist()),
        rows=rows,
        account=account,
        starts=np.searchsorted(account, np.arange(len(names))),
        at=at[rows],
    )


def codes(column: pa.ChunkedArray) -> Ints:
    """Equal values as equal numbers; -1 where there is none."""
    whole = column.combine_chunks()
    encoded = whole.dictionary_encode().indices if len(whole) else pa.array([], pa.int32())
    return np.asarray(encoded.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)


def different(group: Ints, value: Ints, groups: int) -> Ints:
    """How many different values (not -1) each group has."""
    width = int(value.max(initial=0)) + 1
    pairs = np.unique(group[value >= 0] * width + value[value >= 0])
    return np.bincount(pairs // width, minlength=groups).astype(np.int64)
