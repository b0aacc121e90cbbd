"""Sends some sixty requests through the proxy as its customers would, and notes what was sent.

Uses the official OpenAI and Anthropic clients. Each request carries a tag such as `note-017`, so
that its row can be found in the log whatever id the proxy gives it. What was sent, and what
the client got back, is written to GATEWAY_SENT as JSON lines.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anthropic
import openai

PROXY = os.environ["GATEWAY_URL"]
KEYS: dict[str, dict[str, Any]] = json.loads(
    Path(os.environ["GATEWAY_KEYS"]).read_text(encoding="utf-8")
)
TOOL = {
    "name": "weather",
    "description": "The weather in a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}
OPENAI_TOOLS = [{"type": "function", "function": TOOL}]
ANTHROPIC_TOOLS = [{"name": TOOL["name"], "description": "d", "input_schema": TOOL["parameters"]}]
CLIENT_GONE = 499
SESSION = {"x-litellm-session-id": "talk-1"}
SCHEMA = {
    "type": "json_schema",
    "json_schema": {"name": "reply", "schema": {"type": "object", "properties": {}}},
}
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAA"
    "BQABh6FO1AAAAABJRU5ErkJggg=="
)


@dataclass
class Customer:
    """One key's clients: how it calls itself and where it says it comes from."""

    alias: str
    agent: str | None = None
    forwarded: str | None = None
    openai: openai.AsyncOpenAI = field(init=False)
    anthropic: anthropic.AsyncAnthropic = field(init=False)
    account: str | None = field(init=False)
    key_hash: str = field(init=False)

    def __post_init__(self) -> None:
        key = next((key for key, owner in KEYS.items() if owner["key_alias"] == self.alias), "sk-x")
        self.account = KEYS.get(key, {}).get("user_id")
        self.key_hash = hashlib.sha256(key.encode()).hexdigest()
        headers: dict[str, str] = {}
        if self.agent:
            headers["User-Agent"] = self.agent
        if self.forwarded:
            headers["X-Forwarded-For"] = self.forwarded
        self.openai = openai.AsyncOpenAI(
            api_key=key, base_url=f"{PROXY}/v1", max_retries=0, timeout=30, default_headers=headers
        )
        self.anthropic = anthropic.AsyncAnthropic(
            api_key=key, base_url=PROXY, max_retries=0, timeout=30, default_headers=headers
        )


@dataclass
class Reply:
    """What the client read of an answer; the token counts where the client is told them."""

    text: str = ""
    tokens: tuple[int, int] | None = None


sent: list[dict[str, Any]] = []


async def note(
    who: Customer, call: Callable[[str], Awaitable[Reply]], prompt: str, **facts: Any
) -> None:
    """Make one call and note what was sent and what came back."""
    label = f"note-{len(sent):03d}"
    row = {
        "tag": label,
        "account": who.account,
        "key_hash": who.key_hash,
        "prompt": f"{label} {prompt}",
        "ip": who.forwarded or "127.0.0.1",
        "agent": who.agent or "/Python ",
        "status": 200,
        "stream": False,
        "system": None,
        "tools": [],
        "turns": 1,
        "session": None,
        "parameters": {},
        "operation": "chat",
        "answer": None,
        "tokens": None,
        **facts,
    }
    sent.append(row)
    try:
        reply = await call(row["prompt"])
        row |= {"answer": reply.text, "tokens": reply.tokens}
    except (openai.APIError, anthropic.APIError) as error:
        row["status"] = getattr(error, "status_code", None)


async def chat(who: Customer, prompt: str, *, model: str = "paper-chat", **more: Any) -> None:
    """An OpenAI chat completion, whole or streamed."""
    before = more.pop("before", [])
    content = more.pop("content", None)

    async def call(text: str) -> Reply:
        turn = {"role": "user", "content": content(text) if content else text}
        reply: Any = await who.openai.chat.completions.create(
            model=model, messages=[*before, turn], **more
        )
        if more.get("stream"):
            pieces = [c.choices[0].delta.content or "" async for c in reply if c.choices]
            return Reply("".join(pieces))
        used = (reply.usage.prompt_tokens, reply.usage.completion_tokens)
        return Reply("\n".join(choice.message.content or "" for choice in reply.choices), used)

    await note(who, call, prompt, model=model, **facts_of(more, before))


async def message(who: Customer, prompt: str, *, model: str = "paper-claude", **more: Any) -> None:
    """An Anthropic message, whole or streamed."""
    before = more.pop("before", [])
    presented = more.pop("presented", [])

    async def call(text: str) -> Reply:
        turn = {"role": "user", "content": text}
        reply: Any = await who.anthropic.messages.create(
            **{"model": model, "max_tokens": 256, "messages": [*before, turn], **more}
        )
        if more.get("stream"):
            pieces = [
                event.delta.text
                async for event in reply
                if event.type == "content_block_delta" and event.delta.type == "text_delta"
            ]
            return Reply("".join(pieces))
        cached = reply.usage.cache_read_input_tokens or 0
        used = (reply.usage.input_tokens + cached, reply.usage.output_tokens)
        return Reply("".join(b.text for b in reply.content if b.type == "text"), used)

    facts = facts_of(more, before) | {"presented": presented}
    await note(who, call, prompt, model=model, **facts)


PARAMETERS = {
    "temperature": "request_temperature",
    "top_p": "request_top_p",
    "seed": "request_seed",
    "n": "request_choice_count",
    "max_tokens": "request_max_tokens",
    "top_logprobs": "request_top_logprobs",
}


def facts_of(more: dict[str, Any], before: list[dict[str, Any]]) -> dict[str, Any]:
    """What the log must say about a request."""
    system = [turn["content"] for turn in before if turn["role"] == "system"]
    parameters = {column: more[name] for name, column in PARAMETERS.items() if name in more}
    if "response_format" in more:
        parameters["response_format"] = more["response_format"]["type"]
    return {
        "stream": bool(more.get("stream")),
        "tools": ["weather"] if more.get("tools") else [],
        "turns": len(before) - len(system) + 1,
        "system": more.get("system") or (system[0] if system else None),
        "session": "talk-1" if more.get("extra_headers") is SESSION else None,
        "parameters": parameters,
    }


async def garden_club(who: Customer) -> None:
    """A person at a desk: plain, streamed and multi-turn chat."""
    for topic in ("the pond", "the roses", "the shed"):
        await chat(who, f"Summarise the minutes about {topic}.")
        await chat(who, f"Write a short notice about {topic}.", stream=True)
    before: list[dict[str, Any]] = [{"role": "system", "content": "You help a garden club."}]
    for question in ("When do we prune?", "And the hedge?", "Who brings the ladder?"):
        await chat(who, question, before=list(before), extra_headers=SESSION)
        before += [
            {"role": "user", "content": question},
            {"role": "assistant", "content": "As agreed last time."},
        ]
    await chat(who, "And now in one line.", before=before, stream=True, extra_headers=SESSION)


async def product(who: Customer) -> None:
    """A product that calls for its own customers, with tools, formats and parameters."""
    usage = {"stream": True, "stream_options": {"include_usage": True}}
    for place in range(4):
        await chat(who, "Classify this ticket: it is late.", user=f"end-{place % 3}")
    await chat(who, "[[call]] Weather in Lisbon?", tools=OPENAI_TOOLS)
    await chat(who, "[[call]] Weather in Lisbon, streamed?", tools=OPENAI_TOOLS, **usage)
    called = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
    answered: list[dict[str, Any]] = [
        {"role": "user", "content": "Weather in Lisbon?"},
        {"role": "assistant", "content": None, "tool_calls": [called]},
        {"role": "tool", "tool_call_id": "c1", "content": "Sun."},
    ]
    await chat(who, "Thank you; and tomorrow?", before=answered, tools=OPENAI_TOOLS)
    await chat(who, "Reply in JSON.", response_format={"type": "json_object"})
    await chat(who, "Reply in this shape.", response_format=SCHEMA)
    await chat(who, "Twice, please.", n=2, temperature=0.7, top_p=0.9, seed=7)
    await chat(who, "[[cut]] Tell me all.", max_tokens=16)
    await chat(who, "With odds.", logprobs=True, top_logprobs=5, logit_bias={"50256": -100})
    await chat(who, "[[refuse]] Do the bad thing.")
    await chat(who, "Streamed, with usage.", **usage)
    await chat(who, "What is in the picture?", content=picture)
    await chat(who, "Think first.", model="paper-reason")
    await chat(who, "Think first, aloud.", model="paper-reason", **usage)


def picture(text: str) -> list[dict[str, Any]]:
    """A user turn with one image."""
    return [
        {"type": "text", "text": text},
        {"type": "image_url", "image_url": {"url": PIXEL}},
    ]


async def writer(who: Customer) -> None:
    """An Anthropic customer."""
    think = {"type": "enabled", "budget_tokens": 1024}
    for topic in ("rain", "bread", "tides"):
        await message(who, f"One line about {topic}.")
        await message(who, f"A short poem about {topic}.", stream=True)
    await message(who, "Be brief.", system="You are an editor.")
    await message(who, "Be brief, streamed.", system="You are an editor.", stream=True)
    await message(who, "[[call]] Weather in Lisbon?", tools=ANTHROPIC_TOOLS)
    await message(who, "[[call]] Weather, streamed?", tools=ANTHROPIC_TOOLS, stream=True)
    await message(who, "Think first.", thinking=think, max_tokens=2048)
    await message(who, "Think first, streamed.", thinking=think, max_tokens=2048, stream=True)
    earlier = [
        {"role": "user", "content": "Hello."},
        {"role": "assistant", "content": "Good day."},
    ]
    await message(who, "As I was saying.", before=earlier)
    thought = {"type": "thinking", "thinking": "It rains.", "signature": "c2lnbmVk"}
    called = {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "Lisbon"}}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": "Rain."}
    earlier = [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": [thought, called]},
        {"role": "user", "content": [result]},
        {"role": "assistant", "content": "It rains."},
    ]
    await message(who, "And there?", before=earlier, tools=ANTHROPIC_TOOLS, presented=["c2lnbmVk"])
    await message(who, "[[cut]] All of it.", max_tokens=8)
    await message(who, "[[refuse]] Do the bad thing.")
    await message(who, "To the other provider.", model="paper-chat")
    await message(who, "To the other provider, streamed.", model="paper-chat", stream=True)


async def misfortune(who: Customer) -> None:
    """Errors of the provider, asked for on purpose, in both dialects."""
    for status in (400, 429, 500, 503):
        await chat(who, f"[[status {status}]] Please.")
    await chat(who, "[[status 429]] Please stream.", stream=True)
    for status in (400, 429, 500):
        await message(who, f"[[status {status}]] Please.")
    await message(who, "[[status 500]] Please stream.", stream=True)
    await chat(who, "The right dialect for the wrong house.", model="paper-claude")
    await chat(who, "The same, streamed.", model="paper-claude", stream=True)
    await chat(who, "Nobody sells this.", model="paper-nothing")
    await chat(who, "[[once 500]] A hiccup, mended by a retry.", model="paper-retry")
    await chat(who, "[[status 503]] Retried in vain.", model="paper-retry")
    await chat(who, "[[break]] Cut off by the provider.", stream=True)


async def other_doors(who: Customer) -> None:
    """The endpoints beside chat: completions, embeddings and responses."""

    async def complete(text: str) -> Reply:
        reply = await who.openai.completions.create(
            model="paper-complete", prompt=text, max_tokens=32
        )
        return Reply(reply.choices[0].text)

    async def embed(text: str) -> Reply:
        await who.openai.embeddings.create(
            model="paper-embed", input=["one more", text], encoding_format="float"
        )
        return Reply()

    async def respond(text: str) -> Reply:
        reply = await who.openai.responses.create(
            model="paper-chat", input=text, instructions="Be kind."
        )
        return Reply(reply.output_text)

    async def respond_aloud(text: str) -> Reply:
        reply = await who.openai.responses.create(model="paper-chat", input=text, stream=True)
        parts = [e.delta async for e in reply if e.type == "response.output_text.delta"]
        return Reply("".join(parts))

    async def respond_again(text: str) -> Reply:
        call = {"type": "function_call", "call_id": "c1", "name": "weather", "arguments": "{}"}
        result = {"type": "function_call_output", "call_id": "c1", "output": "Sun."}
        asked: Any = [{"role": "user", "content": "Weather?"}, call, result]
        turn = {"role": "user", "content": [{"type": "input_text", "text": text}]}
        reply = await who.openai.responses.create(model="paper-chat", input=[*asked, turn])
        return Reply(reply.output_text)

    await note(who, complete, "Once upon a time", model="paper-complete", operation="completion")
    await note(
        who, embed, "a vector for this", model="paper-embed", operation="embeddings", turns=2
    )
    await note(who, respond, "Answer me.", model="paper-chat", system="Be kind.")
    await note(who, respond_aloud, "Aloud.", model="paper-chat", stream=True)
    await note(who, respond_again, "And after a tool?", model="paper-chat", turns=4)


async def hang_up(who: Customer) -> None:
    """A client that leaves in the middle of a streamed answer."""

    async def call(text: str) -> Reply:
        reply = await who.openai.chat.completions.create(
            model="paper-chat", messages=[{"role": "user", "content": text}], stream=True
        )
        async for piece in reply:
            if piece.choices and piece.choices[0].delta.content:
                break
        await reply.close()
        return Reply()

    await note(who, call, "I must go.", model="paper-chat", stream=True)
    sent[-1]["status"] = CLIENT_GONE


async def burst(who: Customer) -> None:
    """Many at once."""
    await asyncio.gather(
        *(chat(who, f"Rate item {place} from 1 to 5.", stream=place % 2 == 1) for place in range(8))
    )


async def main() -> None:
    """All customers, one after the other."""
    await garden_club(Customer("acct-garden"))
    await product(Customer("acct-product", agent="TicketDesk/3.1 (+https://example.com)"))
    await writer(Customer("acct-writer"))
    await misfortune(Customer("acct-storm", agent="python-requests/2.32"))
    await other_doors(Customer("acct-garden"))
    await burst(Customer("acct-burst", agent="collector", forwarded="192.0.2.44"))
    await chat(Customer("shared"), "From a key without a user.")
    await chat(Customer("shared", forwarded="192.0.2.7, 198.51.100.2"), "Through two proxies.")
    await chat(Customer("nobody"), "From a key that nobody issued.")
    await hang_up(Customer("acct-garden", agent="impatient/1.0"))


if __name__ == "__main__":
    asyncio.run(main())
    lines = [json.dumps(row) + "\n" for row in sent]
    Path(os.environ["GATEWAY_SENT"]).write_text("".join(lines), encoding="utf-8")
