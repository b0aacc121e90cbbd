"""Reads bodies of the OpenAI chat, completion, embeddings and responses interfaces."""

from collections.abc import Mapping, Sequence
from typing import Any

from stillwatch.stages.normalize.values import (
    Body,
    Talk,
    block_id,
    ending,
    entries,
    first,
    items,
    joined,
    listed,
    objects,
    text,
    text_of,
    whole,
)


def read_chat(request: Mapping[str, Any], response: Any) -> Body:
    """Chat completions; also completions (`prompt`) and embeddings (`input`)."""
    if isinstance(response, list):
        response = join_chunks(response)
    if isinstance(response, str):
        response = {"choices": [{"text": response}]}
    return _chat_request(request) | _chat_answer(entries(response))


def _chat_request(request: Mapping[str, Any]) -> Body:
    talk = Talk()
    talk.system.append(text_of(request.get("system")))
    presented: list[str | None] = []
    for message in objects(request.get("messages")):
        talk.add(message.get("role"), message.get("content"))
        presented += _sealed(message)
    body = talk.body() | parameters(request)
    body["operation"] = "chat"
    for name, operation in (("prompt", "completion"), ("input", "embeddings")):
        if "messages" not in request and request.get(name) is not None:
            given = request[name]
            texts = [given] if isinstance(given, str) else items(given)
            body["prompt_text"] = joined(text(one) for one in texts)
            body["operation"] = operation
    if isinstance(request.get("messages"), str):
        body["prompt_text"] = request["messages"]
    body["reasoning_blocks_presented"] = listed(presented)
    return body


def parameters(request: Mapping[str, Any]) -> Body:
    """Sampling parameters, tools and format asked for, by the names that OpenAI gave them."""
    tools = [entries(tool.get("function")) or tool for tool in objects(request.get("tools"))]
    tools += objects(request.get("functions"))
    form = request.get("response_format")
    bias = request.get("logit_bias")
    asked = request.get("logprobs")
    probabilities = first(whole(request.get("top_logprobs")), whole(asked))
    return {
        "request_model": text(request.get("model")),
        "request_temperature": request.get("temperature"),
        "request_top_p": request.get("top_p"),
        "request_max_tokens": first(
            request.get("max_completion_tokens"),
            request.get("max_tokens"),
            request.get("max_output_tokens"),
        ),
        "request_choice_count": request.get("n"),
        "request_seed": request.get("seed"),
        "request_top_logprobs": max(1, probabilities or 0) if asked is True else probabilities,
        "request_logit_bias_count": len(bias) if isinstance(bias, dict) else None,
        "request_stream": request.get("stream"),
        "response_format": text(entries(form).get("type")) or text(form),
        "tool_names": listed(first(tool.get("name"), tool.get("type")) for tool in tools),
    }


def _chat_answer(response: Mapping[str, Any]) -> Body:
    body: Body = {}
    choices = objects(response.get("choices"))
    if not choices and "role" in response:
        choices = [{"message": response}]
    messages = [entries(choice.get("message")) for choice in choices]
    if choices:
        body |= {
            "response_text": joined(
                first(text_of(message.get("content")), text(choice.get("text")))
                for choice, message in zip(choices, messages, strict=True)
            ),
            "reasoning_text": joined(_reasoning(message) for message in messages),
            "tool_call_count": sum(_call_count(message) for message in messages),
            "finish_reasons": listed(ending(choice.get("finish_reason")) for choice in choices),
            "is_refusal": any(
                message.get("refusal") or choice.get("finish_reason") == "content_filter"
                for choice, message in zip(choices, messages, strict=True)
            ),
            "reasoning_blocks_issued": listed(
                one for message in messages for one in _sealed(message)
            ),
        }
    body |= usage(entries(response.get("usage")))
    body["response_id"] = text(response.get("id"))
    body["response_model"] = text(response.get("model"))
    return body


def usage(counts: Mapping[str, Any]) -> Body:
    """Token counts by any of the names in use."""
    spent = first(counts.get("completion_tokens_details"), counts.get("output_tokens_details"))
    sent = first(counts.get("prompt_tokens_details"), counts.get("input_tokens_details"))
    return {
        "input_tokens": first(counts.get("prompt_tokens"), counts.get("input_tokens")),
        "output_tokens": first(counts.get("completion_tokens"), counts.get("output_tokens")),
        "reasoning_tokens": entries(spent).get("reasoning_tokens"),
        "cached_input_tokens": first(
            entries(sent).get("cached_tokens"), counts.get("cache_read_input_tokens")
        ),
    }


def _reasoning(message: Mapping[str, Any]) -> str | None:
    spoken = first(text(message.get("reasoning_content")), text(message.get("reasoning")))
    blocks = objects(message.get("thinking_blocks"))
    return spoken or joined(text(block.get("thinking")) for block in blocks)


def _call_count(message: Mapping[str, Any]) -> int:
    return len(items(message.get("tool_calls"))) + bool(message.get("function_call"))


def _sealed(message: Mapping[str, Any]) -> list[str | None]:
    # Gateways log messages as they were sent, so Anthropic's blocks may lie in the content.
    kinds = ("thinking", "redacted_thinking")
    parts = [part for part in objects(message.get("content")) if part.get("type") in kinds]
    blocks = objects(message.get("thinking_blocks")) or parts
    return [block_id(first(block.get("signature"), block.get("data"))) for block in blocks]


def join_chunks(chunks: Sequence[Any]) -> Mapping[str, Any]:
    """A streamed chat answer put together again."""
    whole_answer: dict[str, Any] = {}
    choices: dict[int, dict[str, Any]] = {}
    for chunk in objects(chunks):
        if "role" in chunk and "choices" not in chunk:
            choices[len(choices)] = {"message": dict(chunk)}
        for name in ("id", "model", "usage"):
            if chunk.get(name):
                whole_answer[name] = chunk[name]
        for choice in objects(chunk.get("choices")):
            index = whole(choice.get("index")) or 0
            _put(choices.setdefault(index, {"message": {}}), choice)
    whole_answer["choices"] = [choices[index] for index in sorted(choices)]
    for choice in whole_answer["choices"]:
        message = choice["message"]
        for name, value in message.items():
            if isinstance(value, _Pieces):
                message[name] = "".join(value)
    return whole_answer


class _Pieces(list[str]):
    """Pieces of a text that is still coming in."""


def _put(held: dict[str, Any], choice: Mapping[str, Any]) -> None:
    message = held["message"]
    if choice.get("finish_reason"):
        held["finish_reason"] = choice["finish_reason"]
    delta = entries(first(choice.get("delta"), choice.get("message"))) or {
        "content": choice.get("text")
    }
    for name in ("content", "reasoning_content", "reasoning", "refusal"):
        if isinstance(delta.get(name), str):
            message.setdefault(name, _Pieces()).append(delta[name])
    for name in ("tool_calls", "thinking_blocks"):
        # A piece of a call names the call's place; only the first piece has an id.
        started = [one for one in objects(delta.get(name)) if one.get("id") or "signature" in one]
        if started:
            message.setdefault(name, []).extend(started)


def read_responses(request: Mapping[str, Any], response: Any) -> Body:
    """The responses interface."""
    if isinstance(response, list):
        response = join_events(response)
    talk = Talk()
    given = first(request.get("input"), request.get("messages"))
    presented: list[str | None] = []
    talk.system.append(text(request.get("instructions")))
    if isinstance(given, str):
        talk.add("user", given)
    for item in objects(given):
        if item.get("type") == "reasoning":
            presented.append(_reasoning_id(item))
        else:
            talk.add(item.get("role"), item.get("content"))
    body = talk.body() | parameters(request)
    form = entries(entries(request.get("text")).get("format"))
    body |= {
        "operation": "chat",
        "response_format": first(text(form.get("type")), body["response_format"]),
        "conversation_id": first(
            text(entries(request.get("conversation")).get("id")), text(request.get("conversation"))
        ),
        "reasoning_blocks_presented": listed(presented),
    }
    return body | _responses_answer(entries(response))


def _reasoning_id(item: Mapping[str, Any]) -> str | None:
    return block_id(item.get("encrypted_content")) or text(item.get("id"))


def _responses_answer(response: Mapping[str, Any]) -> Body:
    if not response:
        return {}
    output = objects(response.get("output"))
    said = [item for item in output if item.get("type", "message") == "message"]
    thought = [item for item in output if item.get("type") == "reasoning"]
    parts = [part for item in said for part in objects(item.get("content"))]
    stopped = ending(entries(response.get("incomplete_details")).get("reason"))
    status = ending(response.get("status"))
    return usage(entries(response.get("usage"))) | {
        "response_id": text(response.get("id")),
        "response_model": text(response.get("model")),
        "response_text": first(
            joined(text_of(item.get("content")) for item in said), text(response.get("output_text"))
        ),
        "reasoning_text": joined(
            first(text_of(item.get("summary") or None), text_of(item.get("content")))
            for item in thought
        ),
        "reasoning_blocks_issued": listed(_reasoning_id(item) for item in thought),
        "tool_call_count": sum(str(item.get("type", "")).endswith("_call") for item in output),
        "finish_reasons": listed([first(stopped, None if status == "in_progress" else status)]),
        "is_refusal": stopped == "content_filter"
        or any(part.get("type") == "refusal" for part in parts),
    }


def join_events(events: Sequence[Any]) -> Mapping[str, Any]:
    """A streamed response: its last whole state, else its text put together from the pieces."""
    latest: Mapping[str, Any] = {}
    pieces: dict[str, list[str]] = {"output_text": [], "reasoning_summary_text": []}
    for event in objects(events):
        latest = entries(event.get("response")) or latest
        kind = str(event.get("type", "")).removeprefix("response.").removesuffix(".delta")
        if kind in pieces and isinstance(event.get("delta"), str):
            pieces[kind].append(event["delta"])
    if objects(latest.get("output")):
        return latest
    output = [{"type": "message", "content": "".join(pieces["output_text"])}]
    if pieces["reasoning_summary_text"]:
        output.append({"type": "reasoning", "content": "".join(pieces["reasoning_summary_text"])})
    return {**latest, "output": output}
