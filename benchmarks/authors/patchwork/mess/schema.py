"""The columns of the exchange table and their types."""

import pyarrow as pa

COLS = [
    "exchange_id",
    "received_at",
    "account_id",
    "request_model",
    "prompt_text",
    "system_text",
    "messages",
    "response_text",
    "reasoning_text",
    "organization_id",
    "api_key_id",
    "access_path",
    "operation",
    "ip",
    "asn",
    "user_agent",
    "client_fingerprint",
    "conversation_id",
    "turn_index",
    "request_temperature",
    "request_top_p",
    "request_max_tokens",
    "request_choice_count",
    "request_seed",
    "request_top_logprobs",
    "request_logit_bias_count",
    "request_stream",
    "response_format",
    "tool_names",
    "tool_call_count",
    "image_count",
    "input_tokens",
    "output_tokens",
    "reasoning_tokens",
    "cached_input_tokens",
    "finish_reasons",
    "status_code",
    "is_refusal",
    "reasoning_blocks_issued",
    "reasoning_blocks_presented",
]

BIG = {"prompt_text", "system_text", "messages", "response_text", "reasoning_text"}

F, I64, I32, B, L = pa.float64(), pa.int64(), pa.int32(), pa.bool_(), pa.list_(pa.string())

TYPES: dict[str, pa.DataType] = {
    "received_at": pa.timestamp("us", "UTC"),
    "asn": I64,
    "turn_index": I32,
    "request_temperature": F,
    "request_top_p": F,
    "request_max_tokens": I64,
    "request_choice_count": I64,
    "request_seed": I64,
    "request_top_logprobs": I32,
    "request_logit_bias_count": I32,
    "request_stream": B,
    "tool_names": L,
    "tool_call_count": I32,
    "image_count": I32,
    "input_tokens": I64,
    "output_tokens": I64,
    "reasoning_tokens": I64,
    "cached_input_tokens": I64,
    "finish_reasons": L,
    "status_code": I32,
    "is_refusal": B,
    "reasoning_blocks_issued": L,
    "reasoning_blocks_presented": L,
}

TYPES.update({c: pa.string() for c in COLS if c not in BIG and c not in TYPES})
