"""Scores an account by its busiest hour or day: the rate limit that every provider has.

Source: what gateways ship, for instance the 100 prompts an hour and key of AegisGate's
`distillation_detect.go`, and the velocity rules of public hunts. It separates one greedy account.
It fails by design on a campaign of many slow accounts: the largest one known sent some 26 requests
a day and account, which is less than an honest product sends.
"""

from stillwatch.evals.baselines.by_account import DAY, HOUR, Scores, by_account
from stillwatch.evals.traffic import Traffic


def requests_an_hour(traffic: Traffic) -> Scores:
    """Most requests in any sixty minutes."""
    return _busiest(traffic, HOUR)


def requests_a_day(traffic: Traffic) -> Scores:
    """Most requests in any twenty-four hours."""
    return _busiest(traffic, DAY)


def _busiest(traffic: Traffic, span: int) -> Scores:
    order = by_account(traffic.exchanges)
    return order.scores(order.most(order.within(span)))
