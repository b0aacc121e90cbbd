"""Takes prompts and answers out of what was sent and received, byte for byte."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stillwatch.verifier.canonical import Damaged, encode, loose
from stillwatch.verifier.leaves import raw_bytes
from stillwatch.verifier.plan import Condition, Plan, Respondent

ASKED, RECEIVED = "asked", "received"
# How an answer counts. Only the first two carry words that a test may read.
STATES = ("whole", "truncated", "empty", "refused", "error")
_OPENS_LIKE_A_REFUSAL = re.compile(
    r"i'?m sorry,? but|i apologi[sz]e,? but|sorry,? (but )?i can'?t"
    r"|i (cannot|can'?t|am unable to) (help|assist|comply|fulfil|provide)"
    r"|as an ai( language model)?,? i (cannot|can'?t)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One question to one respondent."""

    respondent: str
    condition: str
    prompt: str
    repeat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, taken from the raw bytes."""

    task: Task
    text: str
    state: str
    how: str  # asked by us, or received from someone
    sent_at: str
    opens_like_refusal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that a test may read."""

    plan: Plan
    prompts: Mapping[str, Sequence[Mapping[str, str]]]  # messages by the id of their prompt
    answers: Sequence[Answer]
    materials: Mapping[str, bytes]


def expected_body(
    plan: Plan, one: Respondent, condition: Condition, messages: Sequence[Mapping[str, str]]
) -> bytes:
    """The one request that the plan allows for a prompt."""
    system = [] if condition.system is None else [{"role": "system", "content": condition.system}]
    return encode(
        {
            **plan.request,
            "model": one.model,
            "messages": [*system, *(dict(message) for message in messages)],
        }
    )


def read_prompt(data: Mapping[str, Any], where: str) -> tuple[str, list[dict[str, str]]]:
    """Id and messages of a prompt."""
    messages = data.get("messages")
    is_fit = (
        isinstance(data.get("id"), str)
        and isinstance(messages, list)
        and bool(messages)
        and all(
            isinstance(one, dict)
            and set(one) == {"role", "content"}
            and all(isinstance(part, str) for part in one.values())
            for one in messages
        )
    )
    if not is_fit or set(data) != {"id", "messages"}:
        raise Damaged(where, "is no prompt")
    return str(data["id"]), list(messages or [])


def read_task(data: Mapping[str, Any], where: str) -> Task:
    """Which question an exchange belongs to."""
    names = [data.get(name) for name in ("respondent", "condition", "prompt")]
    repeat = data.get("repeat")
    if not all(isinstance(name, str) for name in names) or not isinstance(repeat, int):
        raise Damaged(where, "does not say which question it answers")
    respondent, condition, prompt = (str(name) for name in names)
    return Task(respondent=respondent, condition=condition, prompt=prompt, repeat=repeat)


def read_answer(data: Mapping[str, Any], where: str) -> Answer:
    """The answer in an exchange. Raises Damaged for what is no exchange at all."""
    task = read_task(data, where)
    sent_at, how = data.get("sent_at"), data.get("how")
    if not isinstance(sent_at, str) or how not in (ASKED, RECEIVED):
        raise Damaged(where, "does not say when or how its answer came")
    if how == RECEIVED:
        text, state = _of_file(raw_bytes(data.get("line"), where))
    else:
        response = data.get("response")
        if not isinstance(response, dict) or not isinstance(response.get("status"), int):
            raise Damaged(where, "has no response")
        text, state = _of_response(response["status"], raw_bytes(response.get("body"), where))
    return Answer(
        task=task,
        text=text,
        state=state,
        how=str(how),
        sent_at=sent_at,
        opens_like_refusal=bool(_OPENS_LIKE_A_REFUSAL.match(text.lstrip().casefold())),
    )


def _of_response(status: int, body: bytes) -> tuple[str, str]:
    """Text and state of an OpenAI-compatible response, chat or completion."""
    if status >= 400:
        return "", "error"
    try:
        value = loose(body, "response")
        choice = value["choices"][0]
        message = choice.get("message") or {}
        text = message.get("content") if message else choice.get("text")
        if isinstance(text, list):  # content in parts
            text = "".join(part.get("text") or "" for part in text)
        reason, refusal = choice.get("finish_reason"), message.get("refusal")
    except (Damaged, KeyError, IndexError, TypeError, AttributeError):
        return "", "error"
    if text is not None and not isinstance(text, str):
        return "", "error"
    return _stated(text or "", str(reason), is_refusal=bool(refusal))


def _of_file(line: bytes) -> tuple[str, str]:
    """Text and state of a line that somebody handed over."""
    try:
        value = loose(line, "line")
        text = value.get("answer")
    except (Damaged, AttributeError):
        return "", "error"
    if not isinstance(text, str):
        return "", "error"
    return _stated(text, str(value.get("finish_reason")), is_refusal=False)


def _stated(text: str, reason: str, *, is_refusal: bool) -> tuple[str, str]:
    if is_refusal or reason == "content_filter":
        return text, "refused"
    if not text.strip():
        return "", "empty"
    return text, "truncated" if reason == "length" else "whole"


def words(text: str) -> tuple[str, ...]:
    """The words of a text, whatever its case, spacing and punctuation."""
    return tuple(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
