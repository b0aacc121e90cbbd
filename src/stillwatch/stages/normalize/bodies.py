"""Tells which interface a request and its answer belong to, and has them read."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from stillwatch.catalog.paths import opened
from stillwatch.model.provider import Shape
from stillwatch.stages.normalize.anthropic import read_messages
from stillwatch.stages.normalize.bedrock import read_bedrock
from stillwatch.stages.normalize.gemini import read_generate
from stillwatch.stages.normalize.openai import read_chat, read_responses
from stillwatch.stages.normalize.values import Body, entries, items, objects

_READERS: dict[str, Callable[[Mapping[str, Any], Any], Body]] = {
    "openai_chat": read_chat,
    "openai_responses": read_responses,
    "anthropic_messages": read_messages,
    "bedrock": read_bedrock,
    "gemini": read_generate,
}


def read_bodies(shape: Shape, request: Mapping[str, Any], response: Any) -> Body:
    """What the contract keeps of a request and its answer; the answer may be a stream."""
    response = stream_of(response)
    told = _told(request, response) if shape == "auto" else shape
    body = _READERS[told](request, response)
    if not request:
        for name in ("operation", "image_count", "turn_count"):
            body.pop(name, None)
    return body


def stream_of(response: Any) -> Any:
    """The answer as an object, a list of chunks, or a plain text."""
    if isinstance(response, str):
        if response.lstrip()[:6] in ("data: ", "event:") or response.lstrip()[:5] == "data:":
            return _server_sent(response)
        return opened(response)
    if isinstance(response, list):
        return [opened(_unprefixed(one)) for one in response]
    return response


def _unprefixed(chunk: Any) -> Any:
    return chunk.removeprefix("data:").lstrip() if isinstance(chunk, str) else chunk


def _server_sent(stream: str) -> list[Any]:
    """The data of server-sent events; what is no JSON, such as `[DONE]`, is left out."""
    found = []
    for line in stream.splitlines():
        if line.startswith("data:"):
            try:
                found.append(json.loads(line[5:]))
            except (ValueError, RecursionError):
                continue
    return found


def _told(request: Mapping[str, Any], response: Any) -> Shape:
    """The interface, by entries that only it has."""
    answers = [entries(response), *objects(items(response)[:1])]
    if "contents" in request or any("candidates" in answer for answer in answers):
        return "gemini"
    if any(answer.get("type") in ("message", "message_start") for answer in answers):
        return "anthropic_messages"
    if "anthropic_version" in request:
        return "bedrock"
    if "inferenceConfig" in request or any(
        "messageStart" in answer or "message" in entries(answer.get("output")) for answer in answers
    ):
        return "bedrock"
    if any(
        answer.get("object") == "response" or str(answer.get("type")).startswith("response.")
        for answer in answers
    ) or ("instructions" in request and "messages" not in request):
        return "openai_responses"
    return "openai_chat"
