"""Reads bodies of Amazon Bedrock: Converse, and the model families that InvokeModel passes on."""

from collections.abc import Mapping, Sequence
from typing import Any

from stillwatch.catalog.paths import pick
from stillwatch.stages.normalize.anthropic import read_messages
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

_PROMPTS = ["prompt", "inputText", "message"]
_ANSWERS = [
    "generation",
    "results.0.outputText",
    "outputs.0.text",
    "generations.0.text",
    "completion",
    "text",
]
_STOPS = [
    "stop_reason",
    "results.0.completionReason",
    "outputs.0.stop_reason",
    "generations.0.finish_reason",
    "finish_reason",
]
_CEILINGS = [
    "max_tokens",
    "max_gen_len",
    "max_tokens_to_sample",
    "textGenerationConfig.maxTokenCount",
]


def read_bedrock(request: Mapping[str, Any], response: Any) -> Body:
    """Whichever of the bodies it is, told by its entries."""
    if "anthropic_version" in request:
        return read_messages(request, response)
    if "messages" in request:
        return _converse(request, response)
    return _invoke(request, response)


def _converse(request: Mapping[str, Any], response: Any) -> Body:
    if isinstance(response, list):
        response = join_events(response)
    talk = Talk()
    talk.system.append(text_of(request.get("system")))
    presented: list[str | None] = []
    for message in objects(request.get("messages")):
        talk.add(message.get("role"), message.get("content"))
        presented += _sealed(message.get("content"))
    asked = entries(request.get("inferenceConfig"))
    tools = objects(entries(request.get("toolConfig")).get("tools"))
    return (
        talk.body()
        | {
            "operation": "chat",
            "request_temperature": asked.get("temperature"),
            "request_top_p": asked.get("topP"),
            "request_max_tokens": asked.get("maxTokens"),
            "tool_names": listed(entries(tool.get("toolSpec")).get("name") for tool in tools),
            "reasoning_blocks_presented": listed(presented),
        }
        | _converse_answer(entries(response))
    )


def _converse_answer(response: Mapping[str, Any]) -> Body:
    if not response:
        return {}
    content = entries(entries(response.get("output")).get("message")).get("content")
    counts = entries(response.get("usage"))
    stop = response.get("stopReason")
    thoughts = [
        entries(entries(part.get("reasoningContent")).get("reasoningText"))
        for part in objects(content)
    ]
    return {
        "response_text": text_of(content),
        "reasoning_text": joined(text(thought.get("text")) for thought in thoughts),
        "reasoning_blocks_issued": listed(_sealed(content)),
        "tool_call_count": sum("toolUse" in part for part in objects(content)),
        "finish_reasons": listed([ending(stop)]),
        "is_refusal": stop in ("content_filtered", "guardrail_intervened"),
        "input_tokens": counts.get("inputTokens"),
        "output_tokens": counts.get("outputTokens"),
        "cached_input_tokens": counts.get("cacheReadInputTokens"),
    }


def _sealed(content: Any) -> list[str | None]:
    found = [entries(part.get("reasoningContent")) for part in objects(content)]
    return [
        block_id(
            first(entries(one.get("reasoningText")).get("signature"), one.get("redactedContent"))
        )
        for one in found
    ]


def join_events(events: Sequence[Any]) -> Mapping[str, Any]:
    """A Converse stream put together again."""
    blocks: dict[int, dict[str, Any]] = {}
    whole_answer: dict[str, Any] = {}
    for event in objects(events):
        start = entries(event.get("contentBlockStart"))
        delta = entries(event.get("contentBlockDelta"))
        if start:
            blocks[whole(start.get("contentBlockIndex")) or 0] = dict(entries(start.get("start")))
        if delta:
            block = blocks.setdefault(whole(delta.get("contentBlockIndex")) or 0, {})
            _put(block, entries(delta.get("delta")))
        if "messageStop" in event:
            whole_answer["stopReason"] = entries(event["messageStop"]).get("stopReason")
        if "metadata" in event:
            whole_answer["usage"] = entries(event["metadata"]).get("usage")
    content = [blocks[index] for index in sorted(blocks)]
    return {**whole_answer, "output": {"message": {"content": content}}}


def _put(block: dict[str, Any], delta: Mapping[str, Any]) -> None:
    if isinstance(delta.get("text"), str):
        block["text"] = block.get("text", "") + delta["text"]
    thought = entries(delta.get("reasoningContent"))
    if thought:
        held = block.setdefault("reasoningContent", {}).setdefault("reasoningText", {})
        for name in ("text", "signature"):
            if isinstance(thought.get(name), str):
                held[name] = held.get(name, "") + thought[name]


def _invoke(request: Mapping[str, Any], response: Any) -> Body:
    """Families with a bare prompt: their names for one thing differ, the thing does not."""
    pieces = response if isinstance(response, list) else [response]
    last = entries(items(pieces)[-1] if pieces else None)
    words = [text(pick(piece, [*_ANSWERS, "outputText"])) for piece in objects(pieces)]
    said = [word for word in words if word is not None]
    return {
        "operation": "completion",
        "prompt_text": text(pick(request, _PROMPTS)),
        "request_temperature": pick(request, ["temperature", "textGenerationConfig.temperature"]),
        "request_top_p": pick(request, ["top_p", "p", "textGenerationConfig.topP"]),
        "request_max_tokens": pick(request, _CEILINGS),
        "response_text": "".join(said) if said else None,
        "finish_reasons": listed([ending(pick(last, _STOPS))]),
        "input_tokens": pick(last, ["prompt_token_count", "inputTextTokenCount"]),
        "output_tokens": pick(last, ["generation_token_count", "results.0.tokenCount"]),
    }
