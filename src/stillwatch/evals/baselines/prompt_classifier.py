"""Scores an account by the mean of a classifier that judges each exchange alone.

Source: the input guards of this field (Unmimic's is an embedding with logistic regression), and
what anyone would train first. Here: logistic regression on the hashed words and pairs of words of
system prompt and prompt, learnt from the labelled exchanges of other worlds with other seeds and
the other half of the public sources. It separates wordings like those it has seen. It fails on
wordings that it has not, on relayed requests that are honest one by one, and where the share of
cover is high; and honest accounts with the same trade look like the campaign.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array, diags_array
from scipy.special import expit

from stillwatch.evals.baselines.by_account import Scores, by_account
from stillwatch.evals.baselines.ngrams import hashed
from stillwatch.evals.traffic import Traffic

DIMENSIONS = 1 << 15
EXAMPLES = 20_000  # of each label and training world
PULL = 1e-4  # of L2, on the mean loss
ROUNDS, PACE = 150, 1.0
STEP = 16_384  # exchanges read at once

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptClassifier:
    """Weights of the n-grams; once trained it is a baseline."""

    weights: Floats
    bias: float

    def __call__(self, traffic: Traffic) -> Scores:
        """The mean probability of each account's exchanges."""
        order = by_account(traffic.exchanges)
        chance = np.concatenate(
            [
                expit(_features(traffic.exchanges.slice(at, STEP)) @ self.weights + self.bias)
                for at in range(0, len(traffic.exchanges), STEP)
            ]
        )
        return order.scores(order.mean(chance[order.rows]))


def train(worlds: Sequence[Traffic], seed: int = 0) -> PromptClassifier:
    """Learn from as many hostile as other exchanges of each world."""
    parts, labels = [], []
    for place, world in enumerate(worlds):
        dice = np.random.default_rng([seed, place])
        truth = world.truth_exchanges["is_hostile"].to_numpy()
        for label in (False, True):
            some = np.sort(dice.permutation(np.flatnonzero(truth == label))[:EXAMPLES])
            parts.append(world.exchanges.select(["system_text", "prompt_text"]).take(some))
            labels.append(np.full(len(some), label))
    x, y = _features(pa.concat_tables(parts)), np.concatenate(labels).astype(np.float64)
    weights, bias = _fitted(x, y)
    return PromptClassifier(weights=weights, bias=bias)


def _fitted(x: csr_array, y: Floats) -> tuple[Floats, float]:
    """Logistic regression with L2, by AdaGrad on all examples at once (Duchi et al. 2011).

    Not by a quasi-Newton method: those add up in an order that depends on the threads there are.
    """
    solution, squares = np.zeros(x.shape[1] + 1), np.full(x.shape[1] + 1, 1e-12)
    across = csr_array(x.T)
    for _ in range(ROUNDS):
        error = (expit(x @ solution[:-1] + solution[-1]) - y) / len(y)
        gradient = np.append(across @ error + PULL * solution[:-1], error.sum())
        squares += gradient**2
        solution -= PACE * gradient / np.sqrt(squares)
    return solution[:-1], float(solution[-1])


def _features(exchanges: pa.Table) -> csr_array:
    """N-grams of system prompt and prompt; a text counts the same however long it is."""
    parts = [
        pc.utf8_slice_codeunits(exchanges[name].fill_null(""), 0, 1_000)
        for name in ("system_text", "prompt_text")
    ]
    counted = hashed(pc.binary_join_element_wise(*parts, "\n"), DIMENSIONS).astype(np.float64)
    length = np.sqrt(np.maximum(np.diff(counted.indptr), 1))
    return csr_array(diags_array(1 / length) @ counted)
