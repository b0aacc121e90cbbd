"""An exchange after `fingerprint`: numbers, keys and yes/no facts, no text."""

from dataclasses import dataclass
from typing import Annotated

from stillwatch.model.kinds import Count, Flag, Instant, Key, Name, Small


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its response, without text.

    Each marker card adds one column `is_<marker>`. Keys are 64-bit values of the text kernel
    (`stillwatch.text`); equal inputs give equal keys in every run and on every machine.
    """

    exchange_id: Annotated[Name, "unique id"]
    received_at: Annotated[Instant, "when the request arrived"]
    day_no: Annotated[Small, "day of arrival, in days since 1970-01-01 UTC"]
    hour_bit: Annotated[Small, "1 << hour of arrival, UTC"]
    account_id: Annotated[Key, "who is billed"]
    organization_id: Annotated[Key | None, "owner of the account"]
    conversation_id: Annotated[Key | None, "session"]
    model_id: Annotated[Key, "model asked for"]
    access_path_id: Annotated[Key | None, "how the request came in"]
    ip_id: Annotated[Key | None, "client address"]
    network_id: Annotated[Key | None, "the address's /24 (v4) or /48 (v6)"]
    asn: Annotated[Count | None, "autonomous system"]
    user_agent_id: Annotated[Key | None, "client software as sent"]
    client_fingerprint_id: Annotated[Key | None, "transport fingerprint"]
    params_id: Annotated[Key, "sampling parameters, tools and format asked for, as one key"]
    tools_id: Annotated[Key | None, "the set of tools offered"]
    system_id: Annotated[Key | None, "system prompt"]
    system_head_id: Annotated[Key | None, "first 24 tokens of the system prompt"]
    prompt_id: Annotated[Key | None, "the whole prompt, normalised"]
    template_id: Annotated[Key | None, "the prompt with its slots removed"]
    head8_id: Annotated[Key | None, "first 8 tokens of the prompt"]
    head24_id: Annotated[Key | None, "first 24 tokens"]
    tail8_id: Annotated[Key | None, "last 8 tokens"]
    tail24_id: Annotated[Key | None, "last 24 tokens"]
    band1_id: Annotated[Key | None, "MinHash band 1 of the prompt's shingles"]
    band2_id: Annotated[Key | None, "MinHash band 2"]
    anchor_id: Annotated[Key | None, "numbers, symbols and code of the prompt, words removed"]
    layout_id: Annotated[Key | None, "line structure of the prompt, words removed"]
    simhash: Annotated[Key | None, "SimHash of the prompt's shingles"]
    prompt_tokens: Annotated[Small, "tokens of the prompt as the kernel counts them"]
    prompt_chars: Annotated[Count, "bytes of the prompt"]
    response_chars: Annotated[Count, "bytes of the visible answer"]
    reasoning_chars: Annotated[Count, "bytes of visible reasoning"]
    turn_count: Annotated[Small, "turns of the conversation sent along"]
    tool_count: Annotated[Small, "tools offered"]
    tool_call_count: Annotated[Small, "tool calls in the response"]
    image_count: Annotated[Small, "images in the request"]
    max_tokens: Annotated[Count | None, "ceiling on output tokens asked for"]
    choice_count: Annotated[Small, "answers asked for per prompt"]
    top_logprobs: Annotated[Small, "log-probabilities asked for"]
    logit_bias_count: Annotated[Small, "entries in the logit-bias map"]
    temperature_milli: Annotated[Small | None, "temperature in thousandths"]
    is_json: Annotated[Flag, "a JSON answer was asked for"]
    is_stream: Annotated[Flag, "the answer was streamed"]
    is_batch: Annotated[Flag, "a batch operation"]
    is_error: Annotated[Flag, "HTTP status 400 or above"]
    is_refusal: Annotated[Flag, "the provider's own safety refusal"]
    is_cloud: Annotated[Flag, "came through a cloud's marketplace"]
    is_router: Annotated[Flag, "came through an aggregator"]
    is_ceiling: Annotated[Flag, "an answer ended at its token ceiling"]
    input_tokens: Annotated[Count, "tokens in the request"]
    output_tokens: Annotated[Count, "tokens in the response"]
    reasoning_tokens: Annotated[Count, "tokens spent on reasoning"]
    cached_input_tokens: Annotated[Count, "request tokens read from a cache"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningBlock:
    """One reasoning block returned by an exchange, or sent back in one."""

    block_id: Annotated[Key, "the block"]
    is_issued: Annotated[Flag, "returned by this exchange; otherwise sent back in its request"]
    exchange_id: Annotated[Key, "the exchange"]
    received_at: Annotated[Instant, "when"]
    account_id: Annotated[Key, "who is billed"]
    organization_id: Annotated[Key | None, "owner of the account"]
    conversation_id: Annotated[Key | None, "session"]
    model_id: Annotated[Key, "model asked for"]
    system_id: Annotated[Key | None, "system prompt of the exchange"] = None
    tools_id: Annotated[Key | None, "the set of tools offered in it"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedKey:
    """What a key stood for; only identifiers are remembered, never text."""

    column: Annotated[Name, "the exchange column, without _id"]
    key: Annotated[Key, "its key"]
    name: Annotated[Name, "the identifier as logged"]
