"""What accounts do, in numbers that name nobody: the coordinates in which campaigns are compared.

Each account is one row of shares between 0 and 1: what its prompts ask for (markers), what it asks
of the API (capabilities, parameters held or changed), how large its prompts and answers are, how
much it sends and in how many hours of a day. Which hours is left out, since they tell a time zone.
No text, identifier, address, network, client or model is among them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Floats = npt.NDArray[np.float64]

CAPABILITIES = (
    "json",
    "batch",
    "logprob",
    "logit_bias_exchange",
    "single_token",
    "many_choice",
    "tool_offer",
    "image_exchange",
    "later_turn",
    "short_answer",
    "long_answer",
    "visible_reasoning",
    "refusal",
    "ceiling",
    "item",
)
KEPT = ("params", "client", "system", "model")  # whether an account changes them; not what they are
# Corners of bands; a value between two counts for both, so that nothing hangs on a small step.
BANDS: Mapping[str, Sequence[float]] = {
    "prompt_size": (300, 400, 450, 500, 550, 600, 650, 700, 800),  # 100 ln bytes
    "answer_size": (100, 200, 300, 400, 450, 500, 550, 600, 650, 700, 800),  # 100 ln tokens
    "prompt_spread": (0, 20, 40, 70, 110, 160),
    "answer_spread": (0, 30, 60, 90, 120, 160),
    "pace": (0, 1, 2, 3, 4, 5, 6, 8),  # log2 of requests a day
    "hours": (0, 0.7, 1.4, 2.1, 3, 4.5),  # log2 of hours of a day in which it sends
}


def coordinates(markers: Sequence[str]) -> tuple[str, ...]:
    """The names of the coordinates, in order."""
    banded = [f"{name} {corner:g}" for name, some in BANDS.items() for corner in some]
    kept = [f"same {name}" for name in KEPT]
    return (*(f"asks {marker}" for marker in sorted(markers)), *CAPABILITIES, *kept, *banded)


def behaviour(
    totals: pa.Table, rotations: pa.Table, days: pa.Table, markers: Sequence[str]
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Account keys, and one row of coordinates each: from account_total, _rotation and _day."""
    accounts = totals.column("subject_id")
    count = _column(totals, "exchange_count")
    columns = [
        _column(totals, f"{name}_count") / count for name in (*sorted(markers), *CAPABILITIES)
    ]
    place = pc.index_in(accounts, rotations.column("account_id"))
    turned = {name: _column(rotations, name, place) for name in rotations.column_names[1:]}
    pairs = turned["pair_count"]
    for name in KEPT:
        same = turned[f"same_{name}_pair_count"] / np.maximum(pairs, 1)
        columns.append(np.where(pairs > 0, same, 1.0))
    values = {
        "pace": np.log2(np.maximum(count / _column(totals, "day_count"), 1)),
        "hours": np.log2(np.maximum(_hours(accounts, days) / _column(totals, "day_count"), 1)),
    }
    for name in ("prompt", "answer"):
        size = np.maximum(turned["exchange_count"], 1)
        mean = turned[f"{name}_size_sum"] / size
        square = turned[f"{name}_size_square_sum"] / size
        values |= {
            f"{name}_size": mean,
            f"{name}_spread": np.sqrt(np.maximum(square - mean**2, 0)),
        }
    parts = [np.stack(columns, axis=1)]
    parts += [_banded(values[name], corners) for name, corners in BANDS.items()]
    return accounts.to_numpy(), np.concatenate(parts, axis=1).clip(0, 1)


def _hours(accounts: pa.ChunkedArray, days: pa.Table) -> Floats:
    """In how many hours each account sent, summed over its days."""
    masks = days.column("hour_mask").to_numpy().astype(np.int64)
    hours = sum(((masks >> hour) & 1 for hour in range(24)), np.zeros(len(masks), np.int64))
    place = pc.index_in(days.column("account_id"), accounts.combine_chunks())
    known = place.is_valid().to_numpy(zero_copy_only=False)
    at = place.fill_null(0).to_numpy(zero_copy_only=False)
    counted = np.bincount(at[known], weights=hours[known], minlength=len(accounts))
    return counted.astype(np.float64)


def _banded(values: Floats, corners: Sequence[float]) -> Floats:
    """The share of each value in the two bands that it lies between."""
    edges = np.asarray(corners, np.float64)
    values = values.clip(edges[0], edges[-1])
    left = (np.searchsorted(edges, values, side="right") - 1).clip(0, len(edges) - 2)
    share = (values - edges[left]) / (edges[left + 1] - edges[left])
    out = np.zeros((len(values), len(edges)))
    rows = np.arange(len(values))
    out[rows, left] = 1 - share
    out[rows, left + 1] = share
    return out


def _column(table: pa.Table, name: str, place: Any = None) -> Floats:
    column = table.column(name)
    if place is not None:
        column = column.take(place).fill_null(0)
    return np.asarray(column.to_numpy(zero_copy_only=False), np.float64)
