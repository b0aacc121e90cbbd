"""The shape of the log: the columns of an exchange and the models on offer."""

import pyarrow as pa

DAY = 86400
TS = pa.timestamp("us", tz="UTC")
LS = pa.list_(pa.string())
TEXT = pa.string()
SCHEMA = pa.schema(
    [
        ("exchange_id", pa.string()),
        ("received_at", TS),
        ("account_id", pa.string()),
        ("request_model", pa.string()),
        ("prompt_text", pa.string()),
        ("system_text", pa.string()),
        ("messages", pa.string()),
        ("response_text", pa.string()),
        ("reasoning_text", pa.string()),
        ("organization_id", pa.string()),
        ("api_key_id", pa.string()),
        ("access_path", pa.string()),
        ("operation", pa.string()),
        ("ip", pa.string()),
        ("asn", pa.int64()),
        ("user_agent", pa.string()),
        ("client_fingerprint", pa.string()),
        ("conversation_id", pa.string()),
        ("turn_index", pa.int32()),
        ("request_temperature", pa.float64()),
        ("request_top_p", pa.float64()),
        ("request_max_tokens", pa.int64()),
        ("request_choice_count", pa.int64()),
        ("request_seed", pa.int64()),
        ("request_top_logprobs", pa.int32()),
        ("request_logit_bias_count", pa.int32()),
        ("request_stream", pa.bool_()),
        ("response_format", pa.string()),
        ("tool_names", LS),
        ("tool_call_count", pa.int32()),
        ("image_count", pa.int32()),
        ("input_tokens", pa.int64()),
        ("output_tokens", pa.int64()),
        ("reasoning_tokens", pa.int64()),
        ("cached_input_tokens", pa.int64()),
        ("finish_reasons", LS),
        ("status_code", pa.int32()),
        ("is_refusal", pa.bool_()),
        ("reasoning_blocks_issued", LS),
        ("reasoning_blocks_presented", LS),
    ]
)
MODELS = {
    "chat": "atlas-4-large",
    "mini": "atlas-4-mini",
    "reason": "atlas-r2",
    "vl": "atlas-4-vl",
    "old": "atlas-3-large",
    "new": "atlas-r3",
}
