"""Turns a value into one sequence of bytes (RFC 8785), and refuses any other spelling of it."""

import hashlib
import json
from typing import Any

import rfc8785

# One line of a log or one answer; far above any real one.
LINE_LIMIT = 64 * 2**20


class Damaged(Exception):
    """Bytes that are not what they claim to be: where, and what is wrong."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


class Unknown(Damaged):
    """Something that may be right, and that nothing installed here can compute."""


def encode(value: Any) -> bytes:
    """The canonical bytes of a JSON value. Raises ValueError for what JSON cannot carry."""
    return rfc8785.dumps(value)


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes, where: str) -> Any:
    """The value of canonical bytes. Any other spelling of the same value is damage.

    Equal values therefore have equal bytes, and no byte can be edited without changing a value.
    """
    value = loose(data, where)
    try:
        is_canonical = encode(value) == data
    except (ValueError, RecursionError) as error:
        raise Damaged(where, f"cannot be written canonically ({error})") from error
    if not is_canonical:
        raise Damaged(where, "is not in canonical form (RFC 8785)")
    return value


def loose(data: bytes, where: str) -> Any:
    """The value of any JSON text, with doubled keys, NaN and deep nesting refused."""
    if len(data) > LINE_LIMIT:
        raise Damaged(where, f"has {len(data):,} bytes; the limit is {LINE_LIMIT:,}")
    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except RecursionError as error:
        raise Damaged(where, "is nested too deeply") from error
    except ValueError as error:
        raise Damaged(where, f"is not JSON ({error})") from error


def decode_lines(data: bytes, where: str) -> list[Any]:
    """The values of a file that holds one canonical value a line."""
    if not data:
        return []
    if not data.endswith(b"\n"):
        raise Damaged(where, "does not end with a line")
    lines = data[:-1].split(b"\n")
    return [decode(line, f"{where} line {number}") for number, line in enumerate(lines, 1)]


def encode_lines(values: list[Any]) -> bytes:
    """One canonical value a line."""
    return b"".join(encode(value) + b"\n" for value in values)


def unhex(text: Any, where: str) -> bytes:
    """The bytes of hexadecimal text; capitals and spaces would be a second spelling."""
    try:
        found = bytes.fromhex(text)
    except (TypeError, ValueError) as error:
        raise Damaged(where, "holds no hexadecimal text") from error
    if found.hex() != text:
        raise Damaged(where, "spells hexadecimal text in its own way")
    return found


def rounded(value: Any, digits: int = 10) -> Any:
    """The value with every float cut to so many significant digits.

    The last digits of a float may differ between two machines; these are what is reported.
    """
    if isinstance(value, float):
        return float(f"{value:.{digits}g}")
    if isinstance(value, dict):
        return {key: rounded(inner, digits) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(inner, digits) for inner in value]
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")
