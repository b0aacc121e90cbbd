"""Turns records of a provider's log into rows of the contract, by the provider's card."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stillwatch.catalog.paths import opened, pick
from stillwatch.model.provider import Joined, NormalizedRows, ProviderCard
from stillwatch.stages.normalize.bodies import read_bodies
from stillwatch.stages.normalize.columns import COLUMNS, FIT, TICKS_AT_EPOCH, Unfit
from stillwatch.stages.normalize.pieces import assemble
from stillwatch.stages.normalize.spans import each_span, is_model_request, read_span, unread
from stillwatch.stages.normalize.values import Body, entries, items, whole

UNREAD = "part of an OTLP export is not the list or object that stands there"
DERIVED = "exchange_id was derived from the record, which has none"


def normalize(records: Sequence[Any], card: ProviderCard, joined: Joined) -> NormalizedRows:
    """Rows for the records that are exchanges, and the reason for every other one."""
    rows = NormalizedRows(columns={name: [] for name in (*COLUMNS, "turn_count")}, origins=[])
    columns = _columns(card)
    skipped: Counter[str] = Counter()
    warnings: Counter[str] = Counter()
    places: Sequence[int] = range(len(records))
    if card.pieces is not None:
        found = assemble(records, card.pieces)
        rows.rejects.extend(found.rejects)
        records, places = found.records, found.origins
    for place, record in zip(places, records, strict=True):
        if not isinstance(record, dict):
            rows.rejects.append((place, "not a JSON object"))
            continue
        if card.shape == "spans" and (count := unread(record)):
            warnings[UNREAD] += count
        for one in each_span(record) if card.shape == "spans" else (record,):
            try:
                if reason := _no_exchange(one, card):
                    skipped[reason] += 1
                    continue
                row = _row(_with_joins(one, card, joined), card, columns, warnings)
            except Unfit as fault:
                rows.rejects.append((place, str(fault)))
                continue
            except RecursionError:
                rows.rejects.append((place, "nested too deeply"))
                continue
            rows.origins.append(place)
            for name, values in rows.columns.items():
                values.append(row.get(name))
    rows.skipped.update(skipped)
    rows.warnings.update(warnings)
    return rows


def _no_exchange(record: Mapping[str, Any], card: ProviderCard) -> str | None:
    for path, wanted in card.keep.items():
        if str(pick(record, [path])) not in wanted:
            return f"{path} is not {' or '.join(wanted)}"
    if card.shape == "spans" and not is_model_request(record):
        return "the span is no request to a model"
    return None


def _with_joins(record: Mapping[str, Any], card: ProviderCard, joined: Joined) -> Mapping[str, Any]:
    if not joined:
        return record
    taken = {name: joined[name].get(str(pick(record, card.joins[name].on)), {}) for name in joined}
    return {**record, "join": taken}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """Where a column's values come from, and what makes them fit."""

    name: str
    fit: Callable[[Any], Any]
    paths: Sequence[str]
    constant: str | None
    words: Mapping[str, str]
    is_ticks: bool

    def named(self, record: Mapping[str, Any]) -> Any:
        """The value at the card's path, in the contract's words."""
        value = pick(record, self.paths)
        if value is None:
            return self.constant
        if self.is_ticks:
            ticks = whole(_number(value))
            return value if ticks is None else (ticks - TICKS_AT_EPOCH) // 10
        return self.words.get(str(value), value) if self.words else value


def _columns(card: ProviderCard) -> list[_Column]:
    return [
        _Column(
            name=name,
            fit=FIT[name],
            paths=card.fields.get(name, ()),
            constant=card.constants.get(name),
            words=card.words.get(name, {}),
            is_ticks=name in card.ticks,
        )
        for name in COLUMNS
        if name not in card.cannot_carry
    ]


def _row(
    record: Mapping[str, Any],
    card: ProviderCard,
    columns: Sequence[_Column],
    warnings: Counter[str],
) -> Body:
    """One row. Raises Unfit with the reason when a required value is not to be found."""
    body: Body = {}
    if card.shape == "spans":
        body = read_span(record)
    elif card.shape != "none":
        body = read_bodies(card.shape, _request(record, card), pick(record, card.response))
    row: Body = {"turn_count": body.get("turn_count", 1)}
    for column in columns:
        value = column.named(record) if column.paths else column.constant
        if value is None and (value := body.get(column.name)) is None:
            continue
        try:
            row[column.name] = column.fit(value)
        except Unfit:
            warnings[f"a value of '{column.name}' has a wrong type and was left empty"] += 1
    for name, own in (("exchange_id", "response_id"), ("request_model", "response_model")):
        if name not in row and body.get(own):
            row[name] = FIT[name](body[own])
    _require(row, card)
    if "exchange_id" not in row:
        row["exchange_id"] = _derived_id(record)
        warnings[DERIVED] += 1
    return row


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 20 else value


def _require(row: Body, card: ProviderCard) -> None:
    for name in ("received_at", "account_id", "request_model"):
        if row.get(name) in (None, ""):
            where = card.fields.get(name, [])
            looked = f"looked at {', '.join(where)}" if where else "the card names no field for it"
            raise Unfit(
                f"no {name} ({looked}; log it there, or add its path to the card '{card.id}')"
            )


def _derived_id(record: Mapping[str, Any]) -> str:
    data = json.dumps(record, sort_keys=True, default=str).encode()
    return "derived-" + hashlib.blake2b(data, digest_size=16).hexdigest()


def _request(record: Mapping[str, Any], card: ProviderCard) -> dict[str, Any]:
    """The request body: the whole of it, with the entries put over it that lie elsewhere."""
    request: dict[str, Any] = {}
    for name, paths in card.request.items():
        value = opened(pick(record, paths))
        if value is None:
            continue
        if name == "body":
            request |= entries(value) or ({"messages": value} if items(value) else {})
        elif name == "messages" and isinstance(value, dict):
            request |= value if "messages" in value else {"messages": [value]}
        else:
            request[name] = value
    return request
