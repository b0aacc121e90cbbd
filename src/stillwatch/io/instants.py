"""Reads times as logs write them: any unit, ISO 8601 with or without a zone, counts since 1970."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.tables.schema import TIME

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAULT = "column '{name}' is not a time (write ISO 8601, such as 2026-01-31T12:00:00Z)"


def instants(array: Any, name: str, reasons: dict[int, str]) -> Any:
    """The column as microseconds in UTC; without a zone a time is UTC.

    What is no time becomes null, and its place stands in `reasons`.
    """
    kind = array.type
    if kind == TIME:
        return array
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _timestamps(array, name, reasons)
    if pa.types.is_integer(kind):
        return _one_by_one(array.to_pylist(), name, reasons) if _odd(array) else _epochs(array)
    if pa.types.is_null(kind):
        return array.cast(TIME)
    try:
        texts = array.cast(pa.string())
    except pa.ArrowInvalid:
        return _one_by_one([None] * len(array), name, reasons)
    return text_instants(texts, name, reasons)


def _timestamps(array: Any, name: str, reasons: dict[int, str]) -> Any:
    kind = array.type
    fine = pa.timestamp("us", tz=getattr(kind, "tz", None))
    try:
        # Nanoseconds below a microsecond are cut off, not refused.
        return array.cast(fine, safe=getattr(kind, "unit", "") != "ns").cast(TIME)
    except pa.ArrowInvalid:
        parts = []
        for place in range(len(array)):
            try:
                parts.append(array.slice(place, 1).cast(fine))
            except pa.ArrowInvalid:
                reasons.setdefault(place, _FAULT.format(name=name))
                parts.append(pa.nulls(1, fine))
        return pa.concat_arrays(parts).cast(TIME)


def text_instants(texts: Any, name: str, reasons: dict[int, str]) -> Any:
    """The same from a column of ISO 8601 texts."""
    for step in (TIME, pa.timestamp("us")):
        try:
            return texts.cast(step).cast(TIME)
        except pa.ArrowInvalid:
            continue
    return _one_by_one(texts.to_pylist(), name, reasons)


def mixed_instants(values: Sequence[Any], name: str, reasons: dict[int, str]) -> Any:
    """The same from Python values, which may be texts and numbers by turns."""
    if all(isinstance(value, str) for value in values):
        return text_instants(pa.array(values, pa.string()), name, reasons)
    return _one_by_one(values, name, reasons)


def _one_by_one(values: Sequence[Any], name: str, reasons: dict[int, str]) -> Any:
    found: list[int | None] = []
    for place, value in enumerate(values):
        micros = None if value is None else instant_micros(value)
        if micros is None and value is not None:
            reasons.setdefault(place, _FAULT.format(name=name))
        found.append(micros)
    return pa.array(found, pa.int64()).cast(TIME)


def instant_micros(value: object) -> int | None:
    """Microseconds since 1970 of an ISO 8601 text or a count since 1970; None if it is neither.

    A count is in seconds, milli-, micro- or nanoseconds, told by its size: the four never
    overlap for times between 1973 and 5138.
    """
    if isinstance(value, str):
        return _text_micros(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not abs(value) < 2**63:
        return None
    size = abs(value)
    if size < 10**11:
        return round(value * 10**6)
    if size < 10**14:
        return round(value * 10**3)
    return round(value) if size < 10**17 else int(value // 10**3)


def _text_micros(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text.strip())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        passed = moment - EPOCH
    except (ValueError, OverflowError):
        return None
    return (passed.days * 86_400 + passed.seconds) * 10**6 + passed.microseconds


def _odd(array: Any) -> bool:
    edges = pc.min_max(array)
    low, high = edges["min"].as_py(), edges["max"].as_py()
    return low is not None and (low <= -(2**63) or high >= 2**63)


def _epochs(array: Any) -> Any:
    whole = array.cast(pa.int64())
    size = pc.abs(whole)
    is_small = pc.less(size, 10**11)
    is_middle = pc.less(size, 10**14)
    is_micro = pc.less(size, 10**17)
    seconds = pc.multiply(pc.if_else(is_small, whole, 0), 10**6)
    milli = pc.multiply(pc.if_else(is_middle, whole, 0), 10**3)
    nano = pc.divide(whole, 10**3)
    return pc.if_else(
        is_small, seconds, pc.if_else(is_middle, milli, pc.if_else(is_micro, whole, nano))
    ).cast(TIME)
