"""What others would do on the same traffic: simple rules, the published test, the public detector.

Each baseline is a function of traffic that gives every account with exchanges a score; higher is
more suspicious, ties are fine, and no score is a probability. A module says where its baseline
comes from, what it separates and when it fails.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from stillwatch.evals.baselines.best_field import best_field
from stillwatch.evals.baselines.by_account import Scores
from stillwatch.evals.baselines.mmd_windows import mmd_windows
from stillwatch.evals.baselines.prompt_classifier import train
from stillwatch.evals.baselines.rate_limit import requests_a_day, requests_an_hour
from stillwatch.evals.baselines.shared_attributes import component_size
from stillwatch.evals.baselines.sixteen_signals import sixteen_signals
from stillwatch.evals.traffic import Traffic


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """One rival: what it is called, whether it looks at the truth, and its scores."""

    name: str
    title: str
    score: Callable[[Traffic], Scores]
    knows_truth: bool = False


def baselines(training: Sequence[Traffic], seed: int = 0) -> tuple[Baseline, ...]:
    """All of them; `training` are worlds of other seeds and sources than will be judged."""
    return (
        Baseline(name="rate_hour", title="requests in the busiest hour", score=requests_an_hour),
        Baseline(name="rate_day", title="requests in the busiest day", score=requests_a_day),
        Baseline(
            name="best_field",
            title="best single field, chosen with the truth",
            score=best_field,
            knows_truth=True,
        ),
        Baseline(
            name="shared_attributes",
            title="accounts chained by card, device or address",
            score=component_size,
        ),
        Baseline(
            name="mmd_windows",
            title="windows of each account against benign traffic (arXiv 2606.05725)",
            score=partial(mmd_windows, seed=seed),
            knows_truth=True,
        ),
        Baseline(
            name="prompt_classifier",
            title="a classifier of prompts, averaged over the account",
            score=train(training, seed),
        ),
        Baseline(
            name="sixteen_signals",
            title="hand-weighted sum of sixteen signals (Glasswally)",
            score=sixteen_signals,
        ),
    )
