"""What the scan is given: exchanges as logged, accounts, account events and model releases.

The field texts are the public data dictionary: `docs/contract.md` and the JSON Schemas are made
from them. Nationality, country, language, name and time zone are not inputs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Annotated

from stillwatch.model.kinds import Count, Flag, Instant, Name, Real, Small, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class RawExchange:
    """One request to a model and its response, as logged. The only noun that holds text."""

    exchange_id: Annotated[Name, "unique id"]
    received_at: Annotated[Instant, "when the request arrived"]
    account_id: Annotated[Name, "who is billed"]
    request_model: Annotated[Name, "model asked for"]
    prompt_text: Annotated[Text | None, "last user turn as sent; for completions the prompt"] = None
    system_text: Annotated[Text | None, "system or developer prompt"] = None
    messages: Annotated[Text | None, "whole conversation as sent, a JSON array"] = None
    response_text: Annotated[Text | None, "visible answer"] = None
    reasoning_text: Annotated[Text | None, "visible reasoning or its summary"] = None
    organization_id: Annotated[Name | None, "owner of the account"] = None
    api_key_id: Annotated[Name | None, "key used"] = None
    access_path: Annotated[
        Name | None, "api, subscription, cloud:<name>, aggregator:<name> or partner:<name>"
    ] = None
    operation: Annotated[Name | None, "chat, completion, batch or embeddings"] = None
    ip: Annotated[Name | None, "client address, v4 or v6"] = None
    asn: Annotated[Count | None, "autonomous system of the address, if looked up"] = None
    user_agent: Annotated[Name | None, "as sent"] = None
    client_fingerprint: Annotated[Name | None, "JA4 or another transport fingerprint"] = None
    conversation_id: Annotated[Name | None, "session"] = None
    turn_index: Annotated[Small | None, "position in the session"] = None
    request_temperature: Annotated[Real | None, "sampling temperature asked for"] = None
    request_top_p: Annotated[Real | None, "nucleus share asked for"] = None
    request_max_tokens: Annotated[Count | None, "ceiling on output tokens asked for"] = None
    request_choice_count: Annotated[Count | None, "answers asked for per prompt"] = None
    request_seed: Annotated[Count | None, "sampling seed asked for"] = None
    request_top_logprobs: Annotated[Small | None, "log-probabilities asked for; 0 is none"] = None
    request_logit_bias_count: Annotated[Small | None, "entries in the logit-bias map"] = None
    request_stream: Annotated[Flag | None, "whether the answer was streamed"] = None
    response_format: Annotated[Name | None, "text, json_object or json_schema"] = None
    tool_names: Annotated[tuple[Name, ...] | None, "tools offered"] = None
    tool_call_count: Annotated[Small | None, "tool calls in the response"] = None
    image_count: Annotated[Small | None, "images in the request"] = None
    input_tokens: Annotated[Count | None, "tokens in the request"] = None
    output_tokens: Annotated[Count | None, "tokens in the response"] = None
    reasoning_tokens: Annotated[Count | None, "tokens spent on reasoning"] = None
    cached_input_tokens: Annotated[Count | None, "request tokens read from a cache"] = None
    finish_reasons: Annotated[tuple[Name, ...] | None, "why each answer ended"] = None
    status_code: Annotated[Small | None, "HTTP status; failed requests stay in the log"] = None
    is_refusal: Annotated[Flag | None, "the provider's own safety refusal"] = None
    reasoning_blocks_issued: Annotated[
        tuple[Name, ...] | None, "ids of reasoning blocks this exchange returned"
    ] = None
    reasoning_blocks_presented: Annotated[
        tuple[Name, ...] | None, "ids of reasoning blocks the caller sent back"
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who is billed, as the provider knows it at sign-up."""

    account_id: Annotated[Name, "who is billed"]
    created_at: Annotated[Instant | None, "sign-up"] = None
    organization_id: Annotated[Name | None, "owner of the account"] = None
    plan: Annotated[
        Name | None,
        "api, subscription, free_trial, education, startup_credit, research or cloud",
    ] = None
    email_domain: Annotated[Name | None, "domain only, never the address"] = None
    payment_fingerprint: Annotated[Name | None, "the processor's, never the card number"] = None
    device_fingerprint: Annotated[Name | None, "of the sign-up session"] = None
    signup_ip: Annotated[Name | None, "address at sign-up"] = None
    verification: Annotated[Name | None, "none, email, phone, card, business or identity"] = None
    declared_use: Annotated[Name | None, "what the customer told the provider"] = None
    authorized_distillation: Annotated[Flag | None, "the contract allows training on outputs"] = (
        None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvent:
    """Something the provider did to an account."""

    account_id: Annotated[Name, "who is billed"]
    event: Annotated[Name, "suspended, closed, limited, verified or reinstated"]
    occurred_at: Annotated[Instant, "when"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRelease:
    """One of our models becoming available."""

    request_model: Annotated[Name, "model as asked for"]
    released_at: Annotated[Instant, "when customers could first ask for it"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetitorRelease:
    """An outside model under study becoming public; used for the timeline factor alone."""

    name: Annotated[Name, "the outside model"]
    released_at: Annotated[Instant, "when it became public"]


# What a log may lack as a whole, and the columns by which it shows. Providers have gaps,
# and what evidence is worth is measured for each combination.
SOURCES: Mapping[str, frozenset[str]] = {
    "accounts": frozenset(
        one.name for one in fields(Account) if one.name not in {"account_id", "organization_id"}
    ),
    "account_events": frozenset({"event", "occurred_at"}),
    "model_releases": frozenset({"released_at"}),
    "connection": frozenset({"ip", "asn", "user_agent", "client_fingerprint", "access_path"}),
    "system": frozenset({"system_text"}),
    "turns": frozenset({"conversation_id", "turn_index"}),
    "reasoning_blocks": frozenset({"reasoning_blocks_presented"}),
    "parameters": frozenset(
        {"request_temperature", "request_top_p", "request_max_tokens", "request_top_logprobs"}
        | {"request_logit_bias_count", "request_seed", "request_choice_count"}
    ),
    "answer": frozenset({"output_tokens", "finish_reasons", "is_refusal", "response_text"}),
}


def absent_sources(columns: frozenset[str]) -> frozenset[str]:
    """The sources of which an input with these columns has none."""
    return frozenset(name for name, mine in SOURCES.items() if not mine & columns)
