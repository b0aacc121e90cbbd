"""Columns of the exchanges, as they are collected and as they are written."""

from __future__ import annotations

import pyarrow as pa

TS = pa.timestamp("us", tz="UTC")
S = pa.large_string()
L = pa.list_(pa.string())
COLS = [
    ("received_at", pa.int64()),
    ("account_id", S),
    ("request_model", S),
    ("prompt_text", S),
    ("system_text", S),
    ("messages", S),
    ("response_text", S),
    ("reasoning_text", S),
    ("organization_id", S),
    ("api_key_id", S),
    ("access_path", S),
    ("operation", S),
    ("ip", S),
    ("asn", pa.int64()),
    ("user_agent", S),
    ("client_fingerprint", S),
    ("conversation_id", S),
    ("turn_index", pa.int32()),
    ("request_temperature", pa.float64()),
    ("request_top_p", pa.float64()),
    ("request_max_tokens", pa.int64()),
    ("request_choice_count", pa.int64()),
    ("request_seed", pa.int64()),
    ("request_top_logprobs", pa.int32()),
    ("request_logit_bias_count", pa.int32()),
    ("request_stream", pa.bool_()),
    ("response_format", S),
    ("tool_names", L),
    ("tool_call_count", pa.int32()),
    ("image_count", pa.int32()),
    ("input_tokens", pa.int64()),
    ("output_tokens", pa.int64()),
    ("reasoning_tokens", pa.int64()),
    ("cached_input_tokens", pa.int64()),
    ("finish_reasons", L),
    ("status_code", pa.int32()),
    ("is_refusal", pa.bool_()),
    ("reasoning_blocks_issued", L),
    ("reasoning_blocks_presented", L),
    ("_attack", pa.bool_()),
]
SCHEMA = pa.schema(COLS)
OUTC = pa.schema(
    [("exchange_id", pa.string())]
    + [(n, TS if n == "received_at" else pa.string() if t == S else t) for n, t in COLS[:-1]]
)
