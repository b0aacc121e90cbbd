"""Reads bodies of the Anthropic messages interface."""

from collections.abc import Mapping, Sequence
from typing import Any

from stillwatch.stages.normalize.values import (
    Body,
    Talk,
    block_id,
    ending,
    entries,
    first,
    joined,
    listed,
    objects,
    text,
    text_of,
    whole,
)


def read_messages(request: Mapping[str, Any], response: Any) -> Body:
    """A messages request and its answer, whole or as a list of events."""
    if isinstance(response, list):
        response = join_events(response)
    if isinstance(response, str):
        response = {"content": response}
    talk = Talk()
    talk.system.append(text_of(request.get("system")))
    presented: list[str | None] = []
    for message in objects(request.get("messages")):
        talk.add(message.get("role"), message.get("content"))
        presented += _sealed(message.get("content"))
    output = entries(request.get("output_config"))
    form = entries(first(output.get("format"), request.get("output_format")))
    return (
        talk.body()
        | {
            "operation": "chat",
            "request_model": text(request.get("model")),
            "request_temperature": request.get("temperature"),
            "request_top_p": request.get("top_p"),
            "request_max_tokens": request.get("max_tokens"),
            "request_stream": request.get("stream"),
            "response_format": text(form.get("type")),
            "tool_names": listed(tool.get("name") for tool in objects(request.get("tools"))),
            "reasoning_blocks_presented": listed(presented),
        }
        | _answer(entries(response))
    )


def _answer(response: Mapping[str, Any]) -> Body:
    if "content" not in response:
        return {}
    content = response["content"]
    blocks = objects(content)
    counts = entries(response.get("usage"))
    stop = response.get("stop_reason")
    thought = [block for block in blocks if block.get("type") == "thinking"]
    details = entries(counts.get("output_tokens_details"))
    return {
        "response_id": text(response.get("id")),
        "response_model": text(response.get("model")),
        "response_text": text_of(content),
        "reasoning_text": joined(text(block.get("thinking")) for block in thought),
        "reasoning_blocks_issued": listed(_sealed(content)),
        "tool_call_count": sum(str(block.get("type", "")).endswith("tool_use") for block in blocks),
        "finish_reasons": listed([ending(stop)]),
        "is_refusal": stop == "refusal",
        "input_tokens": _all_input(counts),
        "output_tokens": counts.get("output_tokens"),
        "reasoning_tokens": first(details.get("reasoning_tokens"), details.get("thinking_tokens")),
        "cached_input_tokens": counts.get("cache_read_input_tokens"),
    }


def _all_input(counts: Mapping[str, Any]) -> int | None:
    """Anthropic counts tokens read from or written to a cache apart from the other input."""
    plain = whole(counts.get("input_tokens"))
    if plain is None:
        return None
    cached = whole(counts.get("cache_read_input_tokens")) or 0
    return plain + cached + (whole(counts.get("cache_creation_input_tokens")) or 0)


def _sealed(content: Any) -> list[str | None]:
    return [
        block_id(first(block.get("signature"), block.get("data")))
        for block in objects(content)
        if block.get("type") in ("thinking", "redacted_thinking")
    ]


def join_events(events: Sequence[Any]) -> Mapping[str, Any]:
    """A streamed message put together again."""
    message: dict[str, Any] = {}
    blocks: dict[int, dict[str, Any]] = {}
    pieces: dict[tuple[int, str], list[str]] = {}
    for event in objects(events):
        kind = event.get("type")
        index = whole(event.get("index")) or 0
        if kind == "message_start":
            message |= entries(event.get("message"))
        elif kind == "content_block_start":
            blocks[index] = dict(entries(event.get("content_block")))
        elif kind == "content_block_delta":
            delta = entries(event.get("delta"))
            for name in ("text", "thinking", "signature"):
                if isinstance(delta.get(name), str):
                    pieces.setdefault((index, name), []).append(delta[name])
        elif kind == "message_delta":
            message |= entries(event.get("delta"))
            message["usage"] = {**entries(message.get("usage")), **entries(event.get("usage"))}
    for (index, name), parts in pieces.items():
        kinds = {"text": "text"}
        block = blocks.setdefault(index, {"type": kinds.get(name, "thinking")})
        block[name] = (text(block.get(name)) or "") + "".join(parts)
    return {**message, "content": [blocks[index] for index in sorted(blocks)]}
