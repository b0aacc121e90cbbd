"""Turns raw exchanges into exchanges without text: keys, counts and yes/no facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.model.exchange import Exchange, NamedKey, ReasoningBlock
from stillwatch.model.marker import MarkerCard
from stillwatch.tables.schema import schema_of
from stillwatch.text.buffers import through_dictionary
from stillwatch.text.kernel import Prints, fingerprint
from stillwatch.text.keys import combine, keys, network_keys
from stillwatch.text.phrases import PhraseTable, marker_columns

MICROSECONDS_A_DAY = 86_400_000_000
MICROSECONDS_AN_HOUR = 3_600_000_000
NAMED = ("account", "model", "organization")
PARAMETERS = (
    "request_temperature",
    "request_top_p",
    "request_max_tokens",
    "request_choice_count",
    "request_top_logprobs",
    "request_stream",
    "response_format",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprints:
    """What a batch of raw exchanges leaves behind."""

    exchanges: pa.Table  # noun Exchange and one is_<marker> a marker card; absent columns left out
    blocks: pa.Table  # noun ReasoningBlock
    names: pa.Table  # noun NamedKey: distinct identifiers of the batch


def fingerprint_batch(
    batch: pa.RecordBatch, markers: Sequence[MarkerCard], phrases: PhraseTable
) -> Fingerprints:
    """Fingerprint one batch of RawExchange rows; columns the log lacks may be absent."""
    raw = _Raw(batch)
    time = batch.column("received_at").cast(pa.int64()).to_numpy()
    columns: dict[str, Any] = {
        "exchange_id": raw.column("exchange_id"),
        "received_at": raw.column("received_at"),
        "day_no": (time // MICROSECONDS_A_DAY).astype(np.int32),
        "hour_bit": (1 << (time // MICROSECONDS_AN_HOUR % 24)).astype(np.int32),
        **_identifiers(raw),
        "params_id": _parameters(raw),
        "tools_id": raw.list_key("tool_names"),
        **_texts(raw, markers, phrases),
        **_numbers(raw),
        **_facts(raw),
    }
    exchanges = pa.table({name: value for name, value in columns.items() if value is not None})
    return Fingerprints(
        exchanges=exchanges,
        blocks=_blocks(raw, columns),
        names=_names(raw),
    )


class _Raw:
    """A batch whose columns may be absent."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.batch = batch
        self.names = frozenset(batch.schema.names)

    def column(self, name: str) -> pa.Array | None:
        return self.batch.column(name) if name in self.names else None

    def key(self, name: str) -> pa.Array | None:
        column = self.column(name)
        return None if column is None else _nullable(keys(column))

    def list_key(self, name: str) -> pa.Array | None:
        column = self.column(name)
        if column is None:
            return None
        joined = pc.binary_join(column.cast(pa.list_(pa.string())), "\x1f")
        return _nullable(keys(pc.if_else(pc.equal(joined, ""), None, joined)))

    def number(self, name: str, kind: pa.DataType, missing: int = 0) -> pa.Array:
        column = self.column(name)
        if column is None:
            return pa.array(np.full(len(self.batch), missing, kind.to_pandas_dtype()))
        return column.cast(kind).fill_null(missing)

    def flag(self, name: str) -> pa.Array:
        column = self.column(name)
        if column is None:
            return pa.array(np.zeros(len(self.batch), np.bool_))
        return pc.coalesce(column, pa.scalar(value=False))

    def length(self, name: str) -> pa.Array:
        column = self.column(name)
        if column is None:
            return pa.array(np.zeros(len(self.batch), np.int64))
        return pc.binary_length(column).cast(pa.int64()).fill_null(0)


def _coded(column: pa.Array) -> pa.DictionaryArray:
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()


def _nullable(values: npt.NDArray[np.int64]) -> pa.Array:
    """Key 0 means that there was nothing to key."""
    nothing = values == 0
    return pa.array(values, mask=nothing) if nothing.any() else pa.array(values)


def _identifiers(raw: _Raw) -> dict[str, Any]:
    address = raw.column("ip")
    asn = raw.column("asn")
    return {
        "account_id": raw.key("account_id"),
        "organization_id": raw.key("organization_id"),
        "conversation_id": raw.key("conversation_id"),
        "model_id": raw.key("request_model"),
        "access_path_id": raw.key("access_path"),
        "ip_id": raw.key("ip"),
        "network_id": None if address is None else _nullable(network_keys(address)),
        "asn": asn,
        "user_agent_id": raw.key("user_agent"),
        "client_fingerprint_id": raw.key("client_fingerprint"),
    }


def _parameters(raw: _Raw) -> pa.Array | None:
    """One key for all parameters that were set; accounts that set none have none."""
    columns = [raw.column(name) for name in PARAMETERS]
    if all(column is None for column in columns):
        return None
    # A column that the log lacks is as one without values, so that every format gives one key.
    return _nullable(combine(*(0 if one is None else _value_keys(one) for one in columns)))


def _value_keys(column: pa.Array) -> npt.NDArray[np.int64]:
    """The keys of values as they are written; each distinct value is written once a batch."""
    coded = _coded(column)
    return through_dictionary(coded, keys(coded.dictionary.cast(pa.string())))


def _texts(raw: _Raw, markers: Sequence[MarkerCard], phrases: PhraseTable) -> dict[str, Any]:
    count = len(raw.batch)
    prompt = raw.column("prompt_text")
    system = raw.column("system_text")
    prompt_prints = fingerprint(pa.nulls(count, pa.string()) if prompt is None else prompt, phrases)
    columns = _prompt_columns(prompt_prints)
    in_system = np.zeros_like(prompt_prints.groups)
    if system is not None:
        # System prompts repeat; through a dictionary each one is read once a batch.
        prints = fingerprint(_coded(system), phrases)
        columns["system_id"] = _nullable(prints.prompt)
        columns["system_head_id"] = _nullable(prints.head24)
        in_system = prints.groups
    found = marker_columns(prompt_prints.groups, phrases, system_groups=in_system)
    return columns | {f"is_{marker.id}": found[f"is_{marker.id}"] for marker in markers}


def _prompt_columns(prints: Prints) -> dict[str, Any]:
    return {
        "prompt_id": _nullable(prints.prompt),
        "template_id": _nullable(prints.template),
        "head8_id": _nullable(prints.head8),
        "head24_id": _nullable(prints.head24),
        "tail8_id": _nullable(prints.tail8),
        "tail24_id": _nullable(prints.tail24),
        "band1_id": _nullable(prints.band1),
        "band2_id": _nullable(prints.band2),
        "anchor_id": _nullable(prints.anchor),
        "layout_id": _nullable(prints.layout),
        "simhash": _nullable(prints.simhash),
        "prompt_tokens": prints.token_count,
        "prompt_chars": prints.byte_count,
    }


def _numbers(raw: _Raw) -> dict[str, Any]:
    tools = raw.column("tool_names")
    temperature = raw.column("request_temperature")
    return {
        "response_chars": raw.length("response_text"),
        "reasoning_chars": raw.length("reasoning_text"),
        "turn_count": raw.number("turn_count", pa.int32(), 1)
        if "turn_count" in raw.names
        else pc.add(raw.number("turn_index", pa.int32()), pa.scalar(1, pa.int32())),
        "tool_count": np.zeros(len(raw.batch), np.int32)
        if tools is None
        else pc.list_value_length(tools).cast(pa.int32()).fill_null(0),
        "tool_call_count": raw.number("tool_call_count", pa.int32()),
        "image_count": raw.number("image_count", pa.int32()),
        "max_tokens": raw.column("request_max_tokens"),
        "choice_count": raw.number("request_choice_count", pa.int32(), 1),
        "top_logprobs": raw.number("request_top_logprobs", pa.int32()),
        "logit_bias_count": raw.number("request_logit_bias_count", pa.int32()),
        "temperature_milli": None
        if temperature is None
        else pc.round(pc.multiply(temperature, 1000.0)).cast(pa.int32(), safe=False),
        "input_tokens": raw.number("input_tokens", pa.int64()),
        "output_tokens": raw.number("output_tokens", pa.int64()),
        "reasoning_tokens": raw.number("reasoning_tokens", pa.int64()),
        "cached_input_tokens": raw.number("cached_input_tokens", pa.int64()),
    }


def _facts(raw: _Raw) -> dict[str, Any]:
    count = len(raw.batch)
    never = np.zeros(count, np.bool_)
    form = raw.column("response_format")
    operation = raw.column("operation")
    return {
        "is_json": never if form is None else _is_among(form, "json_object", "json_schema"),
        "is_stream": raw.flag("request_stream"),
        "is_batch": never if operation is None else _is_among(operation, "batch"),
        "is_error": pc.greater_equal(raw.number("status_code", pa.int32(), 200), 400),
        "is_refusal": raw.flag("is_refusal"),
        "is_cloud": _begins(raw.column("access_path"), "cloud:", count),
        "is_router": _begins(raw.column("access_path"), "aggregator:", count),
        "is_ceiling": _ended_at_ceiling(raw.column("finish_reasons"), count),
    }


def _is_among(column: pa.Array, *values: str) -> npt.NDArray[np.bool_]:
    coded = _coded(column)
    hits = pc.is_in(coded.dictionary.cast(pa.string()), pa.array(values))
    return through_dictionary(coded, hits.to_numpy(zero_copy_only=False))


def _begins(column: pa.Array | None, start: str, count: int) -> npt.NDArray[np.bool_]:
    if column is None:
        return np.zeros(count, np.bool_)
    coded = _coded(column)
    hits = pc.starts_with(coded.dictionary.cast(pa.string()), start)
    return through_dictionary(coded, hits.to_numpy(zero_copy_only=False))


def _ended_at_ceiling(reasons: pa.Array | None, count: int) -> npt.NDArray[np.bool_]:
    found = np.zeros(count, np.bool_)
    if reasons is None:
        return found
    hits = pc.is_in(pc.list_flatten(reasons), pa.array(["length", "max_tokens"]))
    rows = pc.list_parent_indices(reasons).filter(hits)
    found[rows.to_numpy()] = True
    return found


def _blocks(raw: _Raw, columns: dict[str, Any]) -> pa.Table:
    schema = schema_of(ReasoningBlock)
    parts = [schema.empty_table()]
    for name, is_issued in (
        ("reasoning_blocks_issued", True),
        ("reasoning_blocks_presented", False),
    ):
        lists = raw.column(name)
        if lists is None or lists.null_count == len(lists):
            continue
        rows = pc.list_parent_indices(lists)
        count = len(rows)
        part = {
            field.name: columns[field.name].take(rows)
            if columns.get(field.name) is not None
            else pa.nulls(count, field.type)
            for field in schema
            if field.name not in ("block_id", "is_issued", "exchange_id")
        }
        part["exchange_id"] = pa.array(keys(columns["exchange_id"].take(rows)))
        part["block_id"] = pa.array(keys(pc.list_flatten(lists)))
        part["is_issued"] = pa.array(np.full(count, is_issued))
        parts.append(pa.table({n: part[n] for n in schema.names}).cast(schema))
    return pa.concat_tables(parts)


def _names(raw: _Raw) -> pa.Table:
    schema = schema_of(NamedKey)
    parts = [schema.empty_table()]
    for column in NAMED:
        source = raw.column("request_model" if column == "model" else f"{column}_id")
        if source is None:
            continue
        distinct = source.unique().drop_null().cast(pa.string())
        table = pa.table(
            {
                "column": pa.repeat(column, len(distinct)),
                "key": pa.array(keys(distinct)),
                "name": distinct,
            }
        )
        parts.append(table.cast(schema))
    return pa.concat_tables(parts)


def complete(exchanges: pa.Table) -> pa.Table:
    """The same exchanges with every column of the noun; what the log lacked is null."""
    for field in schema_of(Exchange):
        if field.name not in exchanges.column_names:
            exchanges = exchanges.append_column(field.name, pa.nulls(len(exchanges), field.type))
    return exchanges
