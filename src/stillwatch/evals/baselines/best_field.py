"""Scores an account by the one field that separates best, chosen with the truth in hand.

Source: the rules of `evals.single_field`. The field and its direction are chosen by F1 on the
very accounts that are scored, so the numbers flatter the rule: nobody could have picked it
beforehand. It separates traffic that was made carelessly, where one value gives the hostile away;
a benchmark on which it does well is no benchmark. It fails where no single field tells.
"""

import numpy as np
from scipy.stats import rankdata

from stillwatch.evals.baselines.by_account import Scores, by_account
from stillwatch.evals.single_field import best_single_fields, columns_by_account
from stillwatch.evals.traffic import Traffic


def best_field(traffic: Traffic) -> Scores:
    """The account's place in the order of the best field, 0 to 1: comparable between worlds."""
    best = best_single_fields(traffic)[0]
    order = by_account(traffic.exchanges)
    values = columns_by_account(traffic, traffic.truth["account_id"].to_pylist())[best.field]
    place = {name: row for row, name in enumerate(traffic.truth["account_id"].to_pylist())}
    mine = values[np.array([place[name] for name in order.names])]
    return order.scores(rankdata(mine if best.is_high else -mine) / len(mine))
