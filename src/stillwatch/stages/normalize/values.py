"""Takes typed values out of hostile JSON: what is not of the wanted kind is None or empty."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Body = dict[str, Any]
"""Columns of the contract, and `turn_count`, read from the bodies of one exchange."""

# Tuples, since what is looked up in them may be a list.
_TEXT_PARTS = (None, "text", "input_text", "output_text", "summary_text", "refusal")
_IMAGE_PARTS = ("image", "image_url", "input_image")


def entries(value: Any) -> Mapping[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> Sequence[Any]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """A text, or None."""
    return value if isinstance(value, str) else None


def whole(value: Any) -> int | None:
    """A whole number, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def first(*values: Any) -> Any:
    """The first value that is there."""
    return next((value for value in values if value is not None), None)


def joined(texts: Iterable[str | None]) -> str | None:
    """The texts that are there, a line each; None when there is none."""
    said = [one for one in texts if one is not None]
    return "\n".join(said) if said else None


def text_of(content: Any) -> str | None:
    """The words of a message: a text, or the text parts of a list, a line each."""
    if content is None or isinstance(content, str):
        return content
    if isinstance(content, dict):
        content = [content]
    return joined(_part_text(part) for part in items(content))


def _part_text(part: Any) -> str | None:
    if isinstance(part, str):
        return part
    part = entries(part)
    if part.get("thought") is True or part.get("type") not in _TEXT_PARTS:
        return None
    return text(first(part.get("text"), part.get("refusal"), part.get("content")))


def image_count(content: Any) -> int:
    """Images among the parts of a message."""
    return sum(
        part.get("type") in _IMAGE_PARTS or "image" in part or str(_mime(part)).startswith("image/")
        for part in objects(content)
    )


def _mime(part: Mapping[str, Any]) -> Any:
    for name in ("inlineData", "inline_data", "fileData", "file_data"):
        data = entries(part.get(name))
        if data:
            return first(data.get("mimeType"), data.get("mime_type"))
    return None


def block_id(sealed: Any) -> str | None:
    """The id of a reasoning block that is known only by its sealed content or signature."""
    if not isinstance(sealed, str) or not sealed:
        return None
    data = sealed.encode("utf-8", "surrogatepass")
    return "sealed-" + hashlib.blake2b(data, digest_size=12).hexdigest()


def listed(values: Iterable[Any]) -> list[str] | None:
    """The texts among the values; None when there is none."""
    return [value for value in values if isinstance(value, str) and value] or None


def ending(reason: Any) -> str | None:
    """Why an answer ended, in small letters; a reached token ceiling is always `length`."""
    if not isinstance(reason, str) or not reason:
        return None
    small = reason.lower()
    return "length" if small in ("max_tokens", "max_output_tokens", "model_length") else small


class Talk:
    """Messages of a request taken in one by one: last user words, system words, turns, images."""

    def __init__(self) -> None:
        self.system: list[str | None] = []
        self.prompt: str | None = None
        self.turns = 0
        self.images = 0

    def add(self, role: Any, content: Any) -> None:
        """One message. A user turn without words, such as a tool result, keeps the prompt."""
        if role in ("system", "developer"):
            self.system.append(text_of(content))
            return
        self.turns += 1
        self.images += image_count(content)
        if role == "user" and (said := text_of(content)) is not None:
            self.prompt = said

    def body(self) -> Body:
        """What the contract keeps of the messages."""
        return {
            "prompt_text": self.prompt,
            "system_text": joined(self.system),
            "turn_count": max(1, self.turns),
            "image_count": self.images,
        }
