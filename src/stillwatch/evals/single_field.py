"""The best rule on any single field: what a trivial detector would reach on the same traffic."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evals.measures import best_f1
from stillwatch.evals.traffic import Traffic

NUMBERS = (
    "prompt_length",
    "input_tokens",
    "output_tokens",
    "request_temperature",
    "request_max_tokens",
    "image_count",
    "tool_call_count",
    "turn_index",
    "request_top_logprobs",
    "status_code",
)
THINGS = (
    "ip",
    "asn",
    "user_agent",
    "client_fingerprint",
    "request_model",
    "system_text",
    "head",
    "response_format",
    "request_temperature",
    "request_max_tokens",
)
SIGN_UP = ("payment_fingerprint", "device_fingerprint", "email_domain", "plan")


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleField:
    """One field's best threshold, chosen on the very accounts it is scored on."""

    field: str
    f1: float
    precision: float
    recall: float
    is_high: bool  # whether high values are the suspicious ones


def best_single_fields(traffic: Traffic) -> list[SingleField]:
    """Every field's best rule on accounts that sent anything, the best one first.

    The threshold is chosen with the truth in hand, so the numbers flatter the rules.
    """
    seen = pc.is_in(traffic.truth["account_id"], pc.unique(traffic.exchanges["account_id"]))
    mask = seen.to_numpy()
    names = traffic.truth["account_id"].to_pylist()
    hostile = traffic.truth["is_hostile"].to_numpy()[mask]
    rules = [
        _best(name, values[mask], hostile)
        for name, values in columns_by_account(traffic, names).items()
    ]
    return sorted(rules, key=lambda rule: (-rule.f1, rule.field))


def _best(
    name: str, values: npt.NDArray[np.float64], hostile: npt.NDArray[np.bool_]
) -> SingleField:
    high, low = best_f1(values, hostile), best_f1(-values, hostile)
    best = high if high.f1 >= low.f1 else low
    return SingleField(
        field=name,
        f1=best.f1,
        precision=best.precision,
        recall=best.recall,
        is_high=best is high,
    )


def columns_by_account(traffic: Traffic, names: list[str]) -> dict[str, npt.NDArray[np.float64]]:
    """For each account: means of numbers, and how many accounts share its values."""
    ids = {name: row for row, name in enumerate(names)}
    found: dict[str, npt.NDArray[Any]] = {}
    table = traffic.exchanges.append_column(
        "prompt_length", pc.utf8_length(traffic.exchanges["prompt_text"])
    )
    table = table.append_column("head", pc.utf8_slice_codeunits(table["prompt_text"], 0, 40))
    means = table.group_by("account_id").aggregate(
        [(name, "mean") for name in NUMBERS] + [("exchange_id", "count")]
    )
    rows = [ids[name] for name in means["account_id"].to_pylist()]
    for name in (*[f"{number}_mean" for number in NUMBERS], "exchange_id_count"):
        found[name] = np.full(len(names), -1.0)
        found[name][rows] = means[name].fill_null(-1).to_numpy()
    pairs = {thing: table.select(["account_id", thing]) for thing in THINGS}
    pairs |= {thing: traffic.accounts.select(["account_id", thing]) for thing in SIGN_UP}
    for thing, seen in pairs.items():
        found[f"shared {thing}"] = _sharers(seen, thing, ids)
    created = traffic.accounts.select(["account_id", "created_at"]).drop_null()
    found["created_at"] = np.zeros(len(names))
    rows = [ids[name] for name in created["account_id"].to_pylist()]
    found["created_at"][rows] = created["created_at"].cast(pa.int64()).to_numpy()
    return found


def _sharers(seen: pa.Table, thing: str, ids: dict[str, int]) -> npt.NDArray[np.float64]:
    pair = seen.group_by(["account_id", thing]).aggregate([]).drop_null()
    shared = pair.group_by(thing).aggregate([("account_id", "count")])
    most = pair.join(shared, thing).group_by("account_id").aggregate([("account_id_count", "max")])
    values = np.zeros(len(ids))
    rows = [ids[name] for name in most["account_id"].to_pylist()]
    values[rows] = most["account_id_count_max"].to_numpy()
    return values
