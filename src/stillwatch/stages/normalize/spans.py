"""Reads traces: OTLP/JSON and plain spans, by the OpenTelemetry GenAI and OpenInference names."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from stillwatch.catalog.paths import opened
from stillwatch.stages.normalize.openai import parameters
from stillwatch.stages.normalize.values import (
    Body,
    Talk,
    ending,
    entries,
    first,
    items,
    joined,
    listed,
    objects,
    text,
)

_NUMBERED = re.compile(
    r"(?:gen_ai\.(prompt|completion)|llm\.(input_messages|output_messages))"
    r"\.(\d{1,6})\.(?:message\.)?(role|content|finish_reason)"
)
_EVENT_ROLES = {
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
}


def each_span(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The spans of an OTLP/JSON export, or the one plain span that the record is."""
    if "resourceSpans" not in record:
        yield {**record, "attributes": _attributes(record.get("attributes"))}
        return
    for resource in objects(record["resourceSpans"]):
        shared = _attributes(entries(resource.get("resource")).get("attributes"))
        for scope in objects(resource.get("scopeSpans")):
            for span in objects(scope.get("spans")):
                yield {
                    **span,
                    "attributes": shared | _attributes(span.get("attributes")),
                    "startTimeUnixNano": _integer(span.get("startTimeUnixNano")),
                }


def unread(record: Mapping[str, Any]) -> int:
    """How many parts of an OTLP/JSON export are not the list or object that stands there."""
    if "resourceSpans" not in record:
        return 0
    missing = 0
    parts: list[Any] = [record]
    for name in ("resourceSpans", "scopeSpans", "spans"):
        inner = [part.get(name, []) for part in parts]
        missing += sum(not isinstance(one, list) for one in inner)
        every = [one for some in inner if isinstance(some, list) for one in some]
        parts = [one for one in every if isinstance(one, dict)]
        missing += len(every) - len(parts)
    return missing


def _attributes(found: Any) -> dict[str, Any]:
    if isinstance(found, dict):
        return dict(found)
    return {str(one.get("key")): _value(one.get("value")) for one in objects(found)}


def _value(value: Any) -> Any:
    for kind, inner in entries(value).items():
        if kind == "arrayValue":
            return [_value(one) for one in items(entries(inner).get("values"))]
        if kind == "kvlistValue":
            return _attributes(entries(inner).get("values"))
        return _integer(inner) if kind == "intValue" else inner
    return None


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 20 else value


def is_model_request(span: Mapping[str, Any]) -> bool:
    """Whether a span is one request to a model, not a step around it."""
    found = entries(span.get("attributes"))
    if "openinference.span.kind" in found:
        return found["openinference.span.kind"] in ("LLM", "EMBEDDING")
    if found.get("gen_ai.operation.name") in ("invoke_agent", "create_agent", "execute_tool"):
        return False
    return any(name in found for name in ("gen_ai.request.model", "llm.model_name"))


def read_span(span: Mapping[str, Any]) -> Body:
    """The messages that a span carries, in whichever of the four ways they are written."""
    found = entries(span.get("attributes"))
    talk = Talk()
    talk.system.append(_parts_text(opened(found.get("gen_ai.system_instructions"))))
    events = objects(span.get("events"))
    for message in first(_messages(found, 0), _event_messages(events), []):
        talk.add(message.get("role"), _spoken(message))
        talk.images += sum(
            part.get("modality") == "image" for part in objects(message.get("parts"))
        )
    answers = first(_messages(found, 1), _event_answers(events), [])
    asked = entries(opened(found.get("llm.invocation_parameters")))
    body = parameters(asked) if asked else {}
    tools = objects(opened(found.get("gen_ai.tool.definitions")))
    reasons = found.get("gen_ai.response.finish_reasons")
    ends = items(reasons) or [answer.get("finish_reason") for answer in answers]
    offered = listed(_tool_name(tool) for tool in tools)
    return (
        body
        | talk.body()
        | {
            "response_text": joined(text(_spoken(answer)) for answer in answers),
            "reasoning_text": joined(_kind_text(answer, "reasoning") for answer in answers),
            "tool_call_count": sum(_call_count(answer) for answer in answers),
            "finish_reasons": listed(ending(end) for end in ends),
            "is_refusal": any(ending(end) in ("content_filter", "refusal") for end in ends),
            "tool_names": first(offered, body.get("tool_names")),
        }
    )


def _tool_name(tool: Mapping[str, Any]) -> Any:
    return first(tool.get("name"), entries(tool.get("function")).get("name"))


def _messages(found: Mapping[str, Any], side: int) -> list[Mapping[str, Any]] | None:
    """Messages sent (0) or answered (1): as one attribute, as numbered ones, or as a plain text."""
    name = ("gen_ai.input.messages", "gen_ai.output.messages")[side]
    role = ("user", "assistant")[side]
    for key in (name, ("gen_ai.prompt", "gen_ai.completion")[side]):
        value = opened(found.get(key))
        if isinstance(value, str):
            return [{"role": role, "content": value}]
        if objects(value):
            return objects(value)
    numbered: dict[int, dict[str, Any]] = {}
    for key, value in found.items():
        if (match := _NUMBERED.fullmatch(key)) and (match[1] or match[2]) in (
            ("prompt", "input_messages"),
            ("completion", "output_messages"),
        )[side]:
            numbered.setdefault(int(match[3]), {})[match[4]] = value
    if numbered:
        return [numbered[place] for place in sorted(numbered)]
    plain = found.get(("input.value", "output.value")[side])
    return [{"role": role, "content": plain}] if isinstance(plain, str) else None


def _event_messages(events: list[Mapping[str, Any]]) -> list[Mapping[str, Any]] | None:
    return [
        {**_attributes(event.get("attributes")), "role": _EVENT_ROLES[str(event.get("name"))]}
        for event in events
        if str(event.get("name")) in _EVENT_ROLES
    ] or None


def _event_answers(events: list[Mapping[str, Any]]) -> list[Mapping[str, Any]] | None:
    choices = [
        _attributes(event.get("attributes"))
        for event in events
        if event.get("name") == "gen_ai.choice"
    ]
    return [{**choice, **entries(opened(choice.get("message")))} for choice in choices] or None


def _spoken(message: Mapping[str, Any]) -> Any:
    """What a message says, or its parts."""
    if "parts" not in message:
        return opened(message.get("content"))
    return _kind_text(message, "text")


def _kind_text(message: Mapping[str, Any], kind: str) -> str | None:
    return joined(
        text(first(part.get("content"), part.get("text")))
        for part in objects(message.get("parts"))
        if part.get("type") == kind
    )


def _parts_text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return joined(text(first(one.get("content"), one.get("text"))) for one in objects(value))


def _call_count(message: Mapping[str, Any]) -> int:
    parts = objects(message.get("parts"))
    called = [part for part in parts if part.get("type") == "tool_call"]
    return len(called) + len(items(message.get("tool_calls")))
