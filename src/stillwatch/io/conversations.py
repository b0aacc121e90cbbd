"""Reads the `messages` column: last user turn, system prompt, and how many turns were sent."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

UNREADABLE = "column 'messages' is not a JSON array of {role, content}"


class _Part(msgspec.Struct):
    type: str | None = None
    text: str | None = None


class _Turn(msgspec.Struct):
    role: str
    content: str | _Part | list[str | _Part] | None = None


class Conversation(msgspec.Struct, frozen=True):
    """What the scan keeps of a conversation."""

    prompt_text: str | None
    system_text: str | None
    turn_count: int


_DECODER = msgspec.json.Decoder(list[_Turn])
_TEXT = msgspec.json.Decoder(str)


def read_conversation(data: bytes | str) -> Conversation:
    """The conversation in a JSON array. Raises ValueError when it is not one."""
    try:
        turns = _DECODER.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(UNREADABLE) from error
    return digest_turns(turns)


def read_raw_conversation(raw: bytes) -> Conversation | None:
    """The same from a raw JSON value: an array, a string that holds an array, or null."""
    if raw == b"null":
        return None
    if raw[:1] != b'"':
        return read_conversation(raw)
    try:
        return read_conversation(_TEXT.decode(raw))
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ValueError(UNREADABLE) from error


def digest_turns(turns: Sequence[_Turn]) -> Conversation:
    """The last user turn that has text, all system and developer turns, and the other turns."""
    system: list[str] = []
    prompt: str | None = None
    count = 0
    for turn in turns:
        if turn.role in ("system", "developer"):
            if (text := _text(turn.content)) is not None:
                system.append(text)
            continue
        count += 1
        if turn.role == "user" and (text := _text(turn.content)) is not None:
            prompt = text
    return Conversation(
        prompt_text=prompt, system_text="\n".join(system) or None, turn_count=max(1, count)
    )


def _text(content: Any) -> str | None:
    if content is None or isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else [content]
    texts = [part if isinstance(part, str) else part.text for part in parts]
    said = [text for text in texts if text is not None]
    return "\n".join(said) if said else None


def put_conversations(columns: dict[str, Any], found: Sequence[Conversation | None]) -> None:
    """Where a row has a conversation, it wins over the row's prompt and system text."""
    has = pa.array([one is not None for one in found], pa.bool_())
    for name in ("prompt_text", "system_text"):
        said = pa.array([None if one is None else getattr(one, name) for one in found], pa.string())
        old = columns.get(name)
        columns[name] = said if old is None else pc.if_else(has, said, plain(old))
    columns["turn_count"] = pa.array(
        [None if one is None else one.turn_count for one in found], pa.int32()
    )


def plain(array: Any) -> Any:
    """The same values without a dictionary."""
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
