"""A model provider made of paper: speaks the OpenAI and Anthropic wire formats on loopback.

Everything it says follows from the request, so a test can state what must stand in the log. A
prompt that holds `[[status 429]]` is answered with that HTTP status, `[[refuse]]` with the
provider's own refusal, `[[cut]]` with an answer that ends at its ceiling. Tokens are words.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

SERIAL = count(1)
FAILED_ONCE: set[str] = set()
PACE_SECONDS = 0.01


def answer_to(prompt: str) -> str:
    """What the paper model says to a prompt."""
    if "[[refuse]]" in prompt:
        return "I cannot help with that."
    return f"Noted ({prompt[:24].strip()}). That is all I can say."


def text_of(content: Any) -> str:
    """The text of a message's content, written as a string or as parts."""
    if isinstance(content, str):
        return content
    return " ".join(part.get("text", "") for part in content or [] if isinstance(part, dict))


def last_user(messages: list[dict[str, Any]]) -> str:
    """The text of the last user turn."""
    turns = [text_of(m.get("content")) for m in messages if m.get("role") == "user"]
    return turns[-1] if turns else ""


def words(value: Any) -> int:
    """Words of a value written as JSON: the paper tokenizer."""
    return len(json.dumps(value).split())


def failure(prompt: str, shape: str) -> Response | None:
    """The HTTP error that the prompt asks for, in the provider's own shape."""
    wanted = re.search(r"\[\[(once|status) (\d{3})\]\]", prompt)
    if not wanted or (wanted.group(1) == "once" and prompt in FAILED_ONCE):
        return None
    FAILED_ONCE.add(prompt)
    status = int(wanted.group(2))
    kind = {400: "invalid_request_error", 429: "rate_limit_error"}.get(status, "api_error")
    error = {"type": kind, "message": f"the paper provider answers {status}"}
    body: dict[str, Any] = {"error": error}
    if shape == "anthropic":
        body["type"] = "error"
    return JSONResponse(body, status_code=status)


def sse(event: dict[str, Any] | str, name: str | None = None) -> bytes:
    """One server-sent event."""
    data = event if isinstance(event, str) else json.dumps(event)
    return ((f"event: {name}\n" if name else "") + f"data: {data}\n\n").encode()


# --- OpenAI ---------------------------------------------------------------------------------


def chat_choice(body: dict[str, Any], prompt: str, index: int) -> dict[str, Any]:
    """One choice of a chat completion."""
    message: dict[str, Any] = {"role": "assistant", "content": answer_to(prompt)}
    finish = "stop"
    if body.get("tools") and "[[call]]" in prompt:
        name = body["tools"][0]["function"]["name"]
        call = {"name": name, "arguments": '{"city": "Lisbon"}'}
        message["content"] = None
        message["tool_calls"] = [{"id": f"call_{index}", "type": "function", "function": call}]
        finish = "tool_calls"
    elif (body.get("response_format") or {}).get("type") in ("json_object", "json_schema"):
        message["content"] = json.dumps({"answer": answer_to(prompt)})
    elif "[[cut]]" in prompt:
        finish = "length"
    elif "[[refuse]]" in prompt:
        finish = "content_filter"
    if "reason" in body["model"]:
        message["reasoning_content"] = f"First I read: {prompt[:20].strip()}"
    return {"index": index, "message": message, "finish_reason": finish, "logprobs": None}


def chat_usage(body: dict[str, Any], choices: list[dict[str, Any]]) -> dict[str, Any]:
    """Usage of a chat completion."""
    sent, said = words(body["messages"]), words([c["message"] for c in choices])
    reasoned = sum(words(c["message"].get("reasoning_content", "")) for c in choices)
    return {
        "prompt_tokens": sent,
        "completion_tokens": said,
        "total_tokens": sent + said,
        "prompt_tokens_details": {"cached_tokens": 3 if sent > 20 else 0},
        "completion_tokens_details": {"reasoning_tokens": reasoned},
    }


async def chat(request: Request) -> Response:
    """POST /v1/chat/completions."""
    body = await request.json()
    prompt = last_user(body["messages"])
    if refused := failure(prompt, "openai"):
        return refused
    choices = [chat_choice(body, prompt, index) for index in range(body.get("n") or 1)]
    head = {"id": f"chatcmpl-{next(SERIAL):06d}", "created": 1_700_000_000, "model": body["model"]}
    usage = chat_usage(body, choices)
    if not body.get("stream"):
        return JSONResponse(
            {**head, "object": "chat.completion", "choices": choices, "usage": usage}
        )
    with_usage = bool((body.get("stream_options") or {}).get("include_usage"))
    pieces = chat_pieces(head, choices, usage if with_usage else None)
    return StreamingResponse(pieces, media_type="text/event-stream")


async def chat_pieces(
    head: dict[str, Any], choices: list[dict[str, Any]], usage: dict[str, Any] | None
) -> AsyncIterator[bytes]:
    """A chat completion as a stream of chunks."""
    frame = {**head, "object": "chat.completion.chunk"}
    for choice in choices:
        message = choice["message"]
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        if message.get("reasoning_content"):
            deltas.append({"reasoning_content": message["reasoning_content"]})
        for place, call in enumerate(message.get("tool_calls") or []):
            deltas.append({"tool_calls": [{"index": place, **call}]})
        deltas += [{"content": piece} for piece in re.findall(r"\S+\s*", message["content"] or "")]
        for delta in deltas:
            part = {"index": choice["index"], "delta": delta, "finish_reason": None}
            yield sse({**frame, "choices": [part]})
            if "[[break]" in (message["content"] or ""):
                raise ConnectionAbortedError("the paper provider breaks off, as asked")
            await asyncio.sleep(PACE_SECONDS)
        end = {"index": choice["index"], "delta": {}, "finish_reason": choice["finish_reason"]}
        yield sse({**frame, "choices": [end]})
    if usage:
        yield sse({**frame, "choices": [], "usage": usage})
    yield sse("[DONE]")


async def completion(request: Request) -> Response:
    """POST /v1/completions."""
    body = await request.json()
    prompt = body["prompt"] if isinstance(body["prompt"], str) else body["prompt"][0]
    if refused := failure(prompt, "openai"):
        return refused
    text = answer_to(prompt)
    usage = {"prompt_tokens": words(prompt), "completion_tokens": words(text)}
    usage["total_tokens"] = sum(usage.values())
    choice = {"index": 0, "text": text, "finish_reason": "stop", "logprobs": None}
    head = {"id": f"cmpl-{next(SERIAL):06d}", "created": 1_700_000_000, "model": body["model"]}
    return JSONResponse({**head, "object": "text_completion", "choices": [choice], "usage": usage})


async def embeddings(request: Request) -> Response:
    """POST /v1/embeddings."""
    body = await request.json()
    given = body["input"] if isinstance(body["input"], list) else [body["input"]]
    data = [
        {"object": "embedding", "index": place, "embedding": [0.5, 0.25, 0.125]}
        for place, _ in enumerate(given)
    ]
    usage = {"prompt_tokens": words(given), "total_tokens": words(given)}
    return JSONResponse({"object": "list", "data": data, "model": body["model"], "usage": usage})


async def responses(request: Request) -> Response:
    """POST /v1/responses, whole or streamed."""
    body = await request.json()
    given = body["input"]
    prompt = given if isinstance(given, str) else last_user(given)
    if refused := failure(prompt, "openai"):
        return refused
    text = answer_to(prompt)
    part = {"type": "output_text", "text": text, "annotations": []}
    serial = f"{next(SERIAL):06d}"
    item = {"type": "message", "id": f"msg_{serial}", "status": "completed", "role": "assistant"}
    sent, said = words(given), words(text)
    whole = {
        "id": f"resp_{serial}",
        "object": "response",
        "created_at": 1_700_000_000,
        "status": "completed",
        "model": body["model"],
        "output": [{**item, "content": [part]}],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": sent,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": said,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": sent + said,
        },
    }
    if not body.get("stream"):
        return JSONResponse(whole)

    return StreamingResponse(response_pieces(whole, text), media_type="text/event-stream")


async def response_pieces(whole: dict[str, Any], text: str) -> AsyncIterator[bytes]:
    """A response as a stream of events."""
    opening = {**whole, "status": "in_progress", "output": [], "usage": None}
    place = {"item_id": whole["output"][0]["id"], "output_index": 0, "content_index": 0}
    steps: list[dict[str, Any]] = [
        {"type": "response.created", "response": opening},
        *(
            {"type": "response.output_text.delta", "delta": piece, **place}
            for piece in re.findall(r"\S+\s*", text)
        ),
        {"type": "response.completed", "response": whole},
    ]
    for number, step in enumerate(steps):
        yield sse({**step, "sequence_number": number}, step["type"])
        await asyncio.sleep(PACE_SECONDS)


# --- Anthropic ------------------------------------------------------------------------------


def message_blocks(body: dict[str, Any], prompt: str) -> tuple[list[dict[str, Any]], str]:
    """The content blocks of an answer and its stop reason."""
    blocks: list[dict[str, Any]] = []
    if (body.get("thinking") or {}).get("type") == "enabled":
        thought = f"First I read: {prompt[:20].strip()}"
        blocks.append({"type": "thinking", "thinking": thought, "signature": "c2lnbmVk"})
    if body.get("tools") and "[[call]]" in prompt:
        called = {"id": "toolu_1", "name": body["tools"][0]["name"], "input": {"city": "Lisbon"}}
        return [*blocks, {"type": "tool_use", **called}], "tool_use"
    blocks.append({"type": "text", "text": answer_to(prompt)})
    if "[[refuse]]" in prompt:
        return blocks, "refusal"
    return blocks, "max_tokens" if "[[cut]]" in prompt else "end_turn"


async def messages(request: Request) -> Response:
    """POST /v1/messages."""
    body = await request.json()
    prompt = last_user(body["messages"])
    if refused := failure(prompt, "anthropic"):
        return refused
    blocks, stop = message_blocks(body, prompt)
    usage = {
        "input_tokens": words(body["messages"]),
        "output_tokens": words(blocks),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 2,
    }
    whole = {
        "id": f"msg_{next(SERIAL):06d}",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": blocks,
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": usage,
    }
    if not body.get("stream"):
        return JSONResponse(whole)
    return StreamingResponse(message_pieces(whole), media_type="text/event-stream")


async def message_pieces(whole: dict[str, Any]) -> AsyncIterator[bytes]:
    """An answer as a stream of Anthropic events."""
    usage = whole["usage"]
    opening = {**whole, "content": [], "stop_reason": None, "usage": {**usage, "output_tokens": 1}}
    steps: list[dict[str, Any]] = [{"type": "message_start", "message": opening}]
    for index, block in enumerate(whole["content"]):
        start, deltas = block_pieces(block)
        steps.append({"type": "content_block_start", "index": index, "content_block": start})
        steps += [{"type": "content_block_delta", "index": index, "delta": one} for one in deltas]
        steps.append({"type": "content_block_stop", "index": index})
    end = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    spent = {"output_tokens": usage["output_tokens"]}
    steps.append({"type": "message_delta", "delta": end, "usage": spent})
    steps.append({"type": "message_stop"})
    for step in steps:
        yield sse(step, step["type"])
        await asyncio.sleep(PACE_SECONDS)


def block_pieces(block: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """How one content block opens, and the deltas that fill it."""
    if block["type"] == "text":
        pieces = re.findall(r"\S+\s*", block["text"])
        return {"type": "text", "text": ""}, [{"type": "text_delta", "text": p} for p in pieces]
    if block["type"] == "thinking":
        deltas = [
            {"type": "thinking_delta", "thinking": block["thinking"]},
            {"type": "signature_delta", "signature": block["signature"]},
        ]
        return {"type": "thinking", "thinking": "", "signature": ""}, deltas
    delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
    return {**block, "input": {}}, [delta]


app = Starlette(
    routes=[
        Route("/v1/chat/completions", chat, methods=["POST"]),
        Route("/v1/completions", completion, methods=["POST"]),
        Route("/v1/embeddings", embeddings, methods=["POST"]),
        Route("/v1/responses", responses, methods=["POST"]),
        Route("/v1/messages", messages, methods=["POST"]),
        Route("/ready", lambda _: Response("ready")),
    ]
)
