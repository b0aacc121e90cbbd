"""Scores an account by a hand-weighted sum of sixteen signals, as the one public detector does.

Source: Glasswally (m0rs3c0d3/Glasswally, MIT, March 2026), the only published project with our
job: its signals, thresholds, weights, confidences and tiers, written again from a reading of it
over the columns of our contract; `texts_read.py` has those that read text. Its alerts begin at
0.35, 0.55 and 0.72.

What differs, nearly always in its favour: what it reads off the last hour or event is read off
the account's whole window, and each signal is taken at its highest. Its lists of script
fingerprints and of cloud addresses cannot match made-up traffic, so both are learnt from which
fingerprints and networks browsers come from. Signals without a column are 0: HTTP/2 settings and
header order. Left out on purpose: the factor of 1.30 for requests from one country and its ten
points in clusters, and the points for working at night in UTC. Nothing here may score
nationality, country or time zone. Kinship of cards by the prefix of their hash, which means
nothing, is left out too.

It separates loud accounts that light many signals at once. It fails on quiet ones: a campaign
that shows nothing but coordination cannot reach an alert, as three full signals of small weight
stay below 0.35. Nobody measured the weights, and honest automation lights the same signals.
"""

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from stillwatch.evals.baselines.by_account import (
    HOUR,
    SECOND,
    ByAccount,
    Scores,
    by_account,
    codes,
    different,
)
from stillwatch.evals.baselines.shared_attributes import components, sharing
from stillwatch.evals.baselines.texts_read import texts_read
from stillwatch.evals.traffic import Traffic

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Signal = tuple[Floats, Floats | float]  # score and confidence, each 0 to 1

WEIGHTS = {
    "fingerprint": 0.14,
    "velocity": 0.10,
    "reasoning_phrases": 0.09,
    "embedding": 0.08,
    "clusters": 0.08,
    "timing": 0.07,
    "hosting": 0.07,
    "http2": 0.06,
    "preamble": 0.06,
    "model_pivot": 0.05,
    "structure": 0.05,
    "watermark": 0.04,
    "session_gaps": 0.04,
    "token_budget": 0.03,
    "refusals": 0.02,
    "topic_sequence": 0.02,
}
TIERS = {"rate_limit": 0.35, "flag": 0.55, "suspend": 0.72}
LARGE_CLUSTER, CLUSTER_FLOOR = 5, 0.08
SESSION_BREAK = 120 * SECOND
PIVOT_SPAN = 6 * HOUR
CEILINGS = np.array([1024, 2048, 4096, 8192, 16384, 32768, 65536, 128000, 200000])


def sixteen_signals(traffic: Traffic) -> Scores:
    """The weighted sum, between 0 and 1."""
    order = by_account(traffic.exchanges)
    label = _clusters(traffic, order)
    total = np.where(np.bincount(label)[label] >= LARGE_CLUSTER, CLUSTER_FLOOR, 0.0)
    for name, (score, confidence) in signals(traffic, order, label).items():
        total += WEIGHTS[name] * np.clip(score, 0, 1) * (0.4 + 0.6 * np.asarray(confidence))
    return order.scores(np.minimum(total, 1.0))


def signals(traffic: Traffic, order: ByAccount, label: Ints) -> dict[str, Signal]:
    """Each signal that has columns."""
    browser = pc.match_substring_regex(traffic.exchanges["user_agent"], r"^Mozilla/")
    is_browser = browser.fill_null(fill_value=False).to_numpy()[order.rows]
    return {
        "fingerprint": _fingerprint(traffic, order, is_browser),
        "velocity": _velocity(traffic, order),
        "clusters": _hydra(traffic, order, label),
        "timing": _timing(order),
        "hosting": _hosting(traffic, order, label, is_browser),
        "model_pivot": _pivot(traffic, order),
        "session_gaps": _session_gaps(order),
        "token_budget": _token_budget(traffic, order),
        "refusals": _refusals(traffic, order),
    } | texts_read(traffic.exchanges, order)


def _clusters(traffic: Traffic, order: ByAccount) -> Ints:
    return components(sharing(traffic, order.names), len(order.names))


def _steps(value: Floats, steps: list[tuple[float, float]]) -> Floats:
    """The points of the last step that the value reaches; steps rise."""
    points = np.zeros(len(value))
    for at_least, worth in steps:
        points = np.where(value >= at_least, worth, points)
    return points


def _spread(order: ByAccount, values: Floats, counted: Flags) -> Floats:
    """Standard deviation over mean of each account's counted values; inf without a mean."""
    count = order.total(counted)
    mean = order.total(np.where(counted, values, 0)) / np.maximum(count, 1)
    square = order.total(np.where(counted, (values - mean[order.account]) ** 2, 0))
    deviation = np.sqrt(square / np.maximum(count, 1))
    return np.where((count > 0) & (mean > 0), deviation / np.where(mean > 0, mean, 1), np.inf)


def _gaps(order: ByAccount) -> tuple[Ints, Flags]:
    """Microseconds since the account's last exchange, and where there was one."""
    same = np.append(False, order.account[1:] == order.account[:-1])
    return np.append(0, np.diff(order.at)), same


def _mostly(value: Ints, is_so: Flags) -> Flags:
    """Of each value: whether most of its exchanges are so; looked up again for each exchange."""
    known = value >= 0
    size = int(value.max(initial=0)) + 1
    so = np.bincount(value[known], weights=is_so[known], minlength=size)
    much = so * 2 > np.bincount(value[known], minlength=size)
    return known & much[np.maximum(value, 0)]


def _fingerprint(traffic: Traffic, order: ByAccount, is_browser: Flags) -> Signal:
    stack = codes(traffic.exchanges["client_fingerprint"])[order.rows]
    script = _mostly(stack, ~is_browser)
    holders = different(stack[stack >= 0], order.account[stack >= 0], int(stack.max(initial=0)) + 1)
    crowded = (stack >= 0) & (holders[np.maximum(stack, 0)] >= 10)
    score = np.where(order.most(script) > 0, 0.15, 0.0)
    score = np.where(order.most(script & is_browser) > 0, 0.65, score)
    score += np.where(different(order.account, stack, len(order.names)) >= 3, 0.20, 0.0)
    score += 0.15 * order.most(crowded)
    confidence = np.minimum(order.counts / 20, 1)
    return score * (0.4 + 0.6 * confidence), confidence


def _velocity(traffic: Traffic, order: ByAccount) -> Signal:
    busiest = order.most(order.within(HOUR))
    score = _steps(busiest, [(60.5, 0.25), (200.5, 0.45)])
    gap, same = _gaps(order)
    regular = np.maximum(1 - _spread(order, gap.astype(np.float64), same & (gap < HOUR)), 0)
    score += np.where(order.total(same & (gap < HOUR)) >= 3, _steps(regular, _REGULAR), 0.0)
    tokens = traffic.exchanges["output_tokens"].fill_null(0).to_numpy()[order.rows]
    spread = _spread(order, tokens.astype(np.float64), np.ones(len(tokens), bool))
    score += np.where((order.counts >= 5) & (spread < 0.15), 0.15, 0.0)
    confidence = np.minimum(order.counts / 50, 1)
    return np.where(order.counts >= 5, score * (0.5 + 0.5 * confidence), 0.0), confidence


_REGULAR = [(0.50, 0.15), (0.70, 0.30)]


def _hydra(traffic: Traffic, order: ByAccount, label: Ints) -> Signal:
    """Size of the cluster, its cards and subnets, and whether four share one card."""
    count = int(label.max()) + 1
    size = np.bincount(label)
    card_holder, card = sharing(traffic, order.names)[0]
    subnet = codes(pc.replace_substring_regex(traffic.exchanges["ip"], r"[.:][^.:]*$", ""))
    cards = different(label[card_holder], card, count)
    subnets = different(label[order.account], subnet[order.rows], count)
    holders = np.bincount(card, minlength=1)
    clique = np.zeros(len(order.names))
    clique[card_holder[holders[card] >= 4]] = 0.15
    score = np.minimum(size / 25, 1) * 0.40
    score += np.minimum(cards * 0.07, 0.35) + np.minimum(subnets * 0.03, 0.15)
    requests = np.bincount(label, weights=order.counts)
    known = np.where(size >= 3, score, 0.0)[label] + np.where(size[label] >= 3, clique, 0.0)
    return known, np.minimum(requests / 100, 1)[label]


def _timing(order: ByAccount) -> Signal:
    """Seconds in which five accounts or more speak, and how often that happens nearby."""
    second = order.at // SECOND
    seconds, place = np.unique(second, return_inverse=True)
    together = different(place.astype(np.int64), order.account, len(seconds))
    bursts = seconds[together >= 5]
    before = np.searchsorted(bursts, second) - np.searchsorted(bursts, second - 300)
    many = together[place]
    score = np.where(many >= 5, np.minimum((many - 5) / 7 * 0.5, 0.5), 0.0)
    score += np.where((many >= 5) & (before >= 3), 0.30, 0.0)
    return order.most(score), order.most(np.minimum(many / 12, 1))


def _hosting(traffic: Traffic, order: ByAccount, label: Ints, is_browser: Flags) -> Signal:
    """Networks that scripts come from stand in for lists of hosting providers."""
    network = codes(traffic.exchanges["asn"])[order.rows]
    hosted = order.mean(_mostly(network, ~is_browser)) > 0.5
    size = np.bincount(label)
    share = np.bincount(label, weights=hosted) / size
    crowd = np.where((size >= 3) & (share >= 0.6), 0.40, 0.0)[label]
    return np.where(hosted, 0.35, 0.0) + crowd, np.where(hosted, 0.80, 0.70)


def _pivot(traffic: Traffic, order: ByAccount) -> Signal:
    """The first turn to another model, and how many others turned to it in the six hours before."""
    model = codes(traffic.exchanges["request_model"])[order.rows]
    turned = np.flatnonzero(model != model[order.starts][order.account])
    account, first = np.unique(order.account[turned], return_index=True)
    place = turned[first]
    score = np.zeros(len(order.names))
    for one in np.unique(model[place]):
        mine = model[place] == one
        at = order.at[place][mine]
        clock = np.sort(at)
        others = np.searchsorted(clock, at, "right") - np.searchsorted(clock, at - PIVOT_SPAN)
        coordinated = np.minimum(0.20 + others / 30 * 0.80, 1.0)
        score[account[mine]] = np.where(others >= 5, coordinated, 0.20)
    return score, 0.85


def _session_gaps(order: ByAccount) -> Signal:
    """Regular pauses between bursts of requests."""
    gap, same = _gaps(order)
    pause = same & (gap >= SESSION_BREAK)
    sessions = order.total(pause) + 1
    spread = _spread(order, gap.astype(np.float64), pause)
    score = np.select([spread < 0.05, spread < 0.08, spread < 0.15], [0.55, 0.40, 0.20], 0.0)
    score += np.where(sessions > 20, 0.10, 0.0)
    enough = (order.counts >= 8) & (sessions >= 4) & (score >= 0.15)
    return np.where(enough, score, 0.0), np.where(spread < 0.05, 0.95, 0.80)


def _token_budget(traffic: Traffic, order: ByAccount) -> Signal:
    """Ceilings at a model's maximum; sweeps of ceilings are not looked for."""
    ceiling = traffic.exchanges["request_max_tokens"].fill_null(0).to_numpy()[order.rows]
    nearest = CEILINGS[np.abs(ceiling[:, None] - CEILINGS).argmin(axis=1)]
    asked = order.total(ceiling > 0)
    greedy = order.total((ceiling > 0) & (ceiling >= 0.9 * nearest)) / np.maximum(asked, 1)
    return np.where((asked >= 6) & (greedy >= 0.7), 0.30, 0.0), 0.60


def _refusals(traffic: Traffic, order: ByAccount) -> Signal:
    """The provider's own refusals stand in for lists of forbidden subjects."""
    refused = traffic.exchanges["is_refusal"].fill_null(fill_value=False).to_numpy()[order.rows]
    score = _steps(order.mean(refused), [(0.25, 0.15), (0.40, 0.30), (0.60, 0.45)])
    return np.where((order.counts >= 5) & (score >= 0.20), score, 0.0), 0.70
