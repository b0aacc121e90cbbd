"""Fits values of any vendor to the types of the contract's columns."""

import ipaddress
import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pyarrow as pa

from stillwatch.model.inputs import RawExchange
from stillwatch.tables.schema import TIME, schema_of

TICKS_AT_EPOCH = 621_355_968_000_000_000
COLUMNS = tuple(name for name in schema_of(RawExchange).names if name != "messages")
_PROSE = frozenset({"prompt_text", "system_text", "response_text", "reasoning_text"})


class Unfit(ValueError):
    """The value is there but is none of the column's."""


def _name(value: Any) -> str | None:
    if isinstance(value, str):
        return clean(value) or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise Unfit


def _prose(value: Any) -> str:
    if isinstance(value, str):
        return clean(value)
    raise Unfit


def clean(value: str) -> str:
    """The text with half surrogate pairs replaced; they have no UTF-8 form."""
    if value.isascii():
        return value
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _integer(value: Any, bits: int) -> int:
    if isinstance(value, str) and len(value) < 20:
        try:
            value = int(value)
        except ValueError as error:
            raise Unfit from error
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit
    if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise Unfit
    return value


def _real(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unfit
    try:
        number = float(value)
    except (ValueError, OverflowError) as error:
        raise Unfit from error
    if not math.isfinite(number):
        raise Unfit
    return number


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "True", 1):
        return True
    if value in ("false", "False", 0):
        return False
    raise Unfit


def _names(value: Any) -> list[str] | None:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        raise Unfit
    return [name for one in value if one is not None and (name := _name(one))] or None


def _instant(value: Any) -> Any:
    """Left as it is: `io` reads times of every form."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 20:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unfit
    return value


@lru_cache(maxsize=1 << 16)
def address(value: str) -> str:
    """The client's address: the first of a forwarded list, without port or brackets."""
    bare = value.split(",", maxsplit=1)[0].strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        ipaddress.ip_address(bare)
    except ValueError as error:
        raise Unfit from error
    return bare


def _address(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 1000:
        raise Unfit
    return address(value)


def _fitter(name: str, kind: pa.DataType) -> Callable[[Any], Any]:
    if name == "ip":
        return _address
    if name in _PROSE:
        return _prose
    by_kind: dict[pa.DataType, Callable[[Any], Any]] = {
        pa.string(): _name,
        pa.int64(): lambda value: _integer(value, 64),
        pa.int32(): lambda value: _integer(value, 32),
        pa.float64(): _real,
        pa.bool_(): _flag,
        pa.list_(pa.string()): _names,
        TIME: _instant,
    }
    return by_kind[kind]


FIT: dict[str, Callable[[Any], Any]] = {
    field.name: _fitter(field.name, field.type) for field in schema_of(RawExchange)
}
"""For each column what makes a value fit it, or raises Unfit."""
