"""Sets our verdicts beside the baselines, on the same accounts and at the same cost.

Cost is the share of honest accounts that are wronged; each score's threshold is set by honest
scores alone so that it stays within it. With N honest accounts no rate below 1/N can be told from
none, so asking for 1e-4 of 5,000 asks for no wronged account at all: judge pooled worlds, and
read the intervals. The usual rate is 1e-3; the rate that our own flags had is the other fair one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from stillwatch.evals.baselines.by_account import Scores
from stillwatch.evals.measures import AtFpr, BestF1, Share, best_f1, recall_at_fpr, share_of
from stillwatch.evals.traffic import Traffic

USUAL_FPR = 1e-3

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Names = tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Active accounts, what is true about them, and what each method says of them."""

    hostile: Flags
    kind: Names  # of the campaign; None for honest accounts
    care: Names
    scores: Mapping[str, Floats]  # by method


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How one method fares."""

    method: str
    at: AtFpr
    of_kind: Mapping[str, Share]  # recall at the same threshold
    of_care: Mapping[str, Share]
    best: BestF1  # an upper bound: the threshold is chosen with the truth

    @property
    def cells(self) -> dict[str, float]:
        """Everything that can be compared, by what it is."""
        found = {"recall": self.at.recall.value, "best F1": self.best.f1}
        found |= {f"recall of {name}": one.value for name, one in self.of_kind.items()}
        return found | {f"recall of {name} ones": one.value for name, one in self.of_care.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbeaten:
    """A cell in which a rival is as good as we are or better."""

    cell: str
    rival: str
    ours: float
    theirs: float


def sample_of(
    traffic: Traffic,
    scores: Mapping[str, Scores],
    cares: Mapping[str, str] = MappingProxyType({}),
) -> Sample:
    """The accounts of one world that sent anything; `cares` says how careful each campaign was."""
    names = pc.unique(traffic.exchanges["account_id"])
    truth = traffic.truth.filter(pc.is_in(traffic.truth["account_id"], names))
    accounts = truth["account_id"].to_pylist()
    rows = list(
        zip(
            truth["is_hostile"].to_pylist(),
            truth["class"].to_pylist(),
            truth["campaign"].to_pylist(),
            strict=True,
        )
    )
    return Sample(
        hostile=np.array([is_hostile for is_hostile, _, _ in rows], bool),
        kind=tuple(kind if is_hostile else None for is_hostile, kind, _ in rows),
        care=tuple(cares.get(campaign) if is_hostile else None for is_hostile, _, campaign in rows),
        scores={
            method: np.array([known[account] for account in accounts], np.float64)
            for method, known in scores.items()
        },
    )


def joined(samples: Sequence[Sample]) -> Sample:
    """Several worlds as one, so that one threshold holds for all, as a provider has one."""
    return Sample(
        hostile=np.concatenate([one.hostile for one in samples]),
        kind=tuple(kind for one in samples for kind in one.kind),
        care=tuple(care for one in samples for care in one.care),
        scores={
            method: np.concatenate([one.scores[method] for one in samples])
            for method in samples[0].scores
        },
    )


def compare(sample: Sample, most_fpr: float = USUAL_FPR) -> tuple[Row, ...]:
    """One row a method, in the order in which they were given."""
    return tuple(_row(method, sample, most_fpr) for method in sample.scores)


def _row(method: str, sample: Sample, most_fpr: float) -> Row:
    scores = sample.scores[method]
    at = recall_at_fpr(scores, sample.hostile, most_fpr)
    called = scores > at.threshold
    return Row(
        method=method,
        at=at,
        of_kind=_shares(sample.kind, called),
        of_care=_shares(sample.care, called),
        best=best_f1(scores, sample.hostile),
    )


def _shares(names: Names, called: Flags) -> dict[str, Share]:
    """The share of each name's accounts that were called."""
    shares = {}
    for name in sorted({name for name in names if name is not None}):
        mine = np.array([one == name for one in names])
        shares[name] = share_of(int(called[mine].sum()), int(mine.sum()))
    return shares


def unbeaten(rows: Sequence[Row], ours: str) -> tuple[Unbeaten, ...]:
    """Every cell in which a rival is not beaten; nobody can beat a rival where all is found."""
    mine = next(row for row in rows if row.method == ours).cells
    return tuple(
        Unbeaten(cell=cell, rival=row.method, ours=mine[cell], theirs=theirs)
        for row in rows
        if row.method != ours
        for cell, theirs in row.cells.items()
        if theirs >= mine[cell] and mine[cell] < 1.0
    )
