"""Reads bodies of the Gemini `generateContent` interface, as Vertex AI logs them."""

from collections.abc import Mapping
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
)

_REFUSALS = ("SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "RECITATION", "SPII")


def read_generate(request: Mapping[str, Any], response: Any) -> Body:
    """A generateContent request and its answer, whole or as a list of partial answers."""
    if isinstance(response, list):
        response = _join(objects(response))
    talk = Talk()
    system = first(request.get("systemInstruction"), request.get("system_instruction"))
    talk.system.append(text_of(entries(system).get("parts")))
    presented: list[str | None] = []
    for content in objects(request.get("contents")):
        talk.add(content.get("role", "user"), content.get("parts"))
        presented += _sealed(content.get("parts"))
    asked = entries(first(request.get("generationConfig"), request.get("generation_config")))
    tools = [
        function
        for tool in objects(request.get("tools"))
        for function in objects(
            first(tool.get("functionDeclarations"), tool.get("function_declarations"))
        )
    ]
    is_json = asked.get("responseMimeType") == "application/json"
    form = "json_schema" if asked.get("responseSchema") else "json_object"
    return (
        talk.body()
        | {
            "operation": "chat",
            "request_model": text(request.get("model")),
            "request_temperature": asked.get("temperature"),
            "request_top_p": asked.get("topP"),
            "request_max_tokens": asked.get("maxOutputTokens"),
            "request_choice_count": asked.get("candidateCount"),
            "request_seed": asked.get("seed"),
            "request_top_logprobs": asked.get("logprobs"),
            "response_format": form if is_json else None,
            "tool_names": listed(tool.get("name") for tool in tools),
            "reasoning_blocks_presented": listed(presented),
        }
        | _answer(entries(response))
    )


def _answer(response: Mapping[str, Any]) -> Body:
    if not response:
        return {}
    candidates = objects(response.get("candidates"))
    parts = [entries(candidate.get("content")).get("parts") for candidate in candidates]
    blocked = entries(response.get("promptFeedback")).get("blockReason")
    is_refusal = any(one.get("finishReason") in _REFUSALS for one in candidates)
    counts = entries(response.get("usageMetadata"))
    thought = counts.get("thoughtsTokenCount")
    said = counts.get("candidatesTokenCount")
    return {
        "response_id": text(response.get("responseId")),
        "response_model": text(response.get("modelVersion")),
        "response_text": joined(text_of(part) for part in parts),
        "reasoning_text": joined(
            text(one.get("text")) for part in parts for one in objects(part) if one.get("thought")
        ),
        "reasoning_blocks_issued": listed(one for part in parts for one in _sealed(part)),
        "tool_call_count": sum("functionCall" in one for part in parts for one in objects(part)),
        "finish_reasons": listed(ending(one.get("finishReason")) for one in candidates),
        "is_refusal": bool(blocked) or is_refusal,
        "input_tokens": counts.get("promptTokenCount"),
        "output_tokens": said + thought
        if isinstance(said, int) and isinstance(thought, int)
        else said,
        "reasoning_tokens": thought,
        "cached_input_tokens": counts.get("cachedContentTokenCount"),
    }


def _sealed(parts: Any) -> list[str | None]:
    return [block_id(part.get("thoughtSignature")) for part in objects(parts)]


def _join(answers: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """A streamed answer: the parts of each candidate one after the other."""
    candidates: dict[int, dict[str, Any]] = {}
    last: dict[str, Any] = {}
    for answer in answers:
        last |= {name: value for name, value in answer.items() if name != "candidates"}
        for candidate in objects(answer.get("candidates")):
            index = candidate.get("index")
            held = candidates.setdefault(
                index if isinstance(index, int) else 0, {"content": {"parts": []}}
            )
            content = entries(candidate.get("content"))
            for part in objects(content.get("parts")):
                _append(held["content"]["parts"], dict(part))
            if candidate.get("finishReason"):
                held["finishReason"] = candidate["finishReason"]
    return {**last, "candidates": [candidates[index] for index in sorted(candidates)]}


def _append(parts: list[dict[str, Any]], part: dict[str, Any]) -> None:
    """A piece of text goes on with the text before it."""
    before = parts[-1] if parts else {}
    is_text = isinstance(part.get("text"), str) and isinstance(before.get("text"), str)
    if is_text and before.get("thought") == part.get("thought"):
        before |= {**part, "text": before["text"] + part["text"]}
    else:
        parts.append(part)
