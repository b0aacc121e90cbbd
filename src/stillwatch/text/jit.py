"""How a loop is compiled: to machine code, without the interpreter's lock, kept on disk."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., Any])
_OPTIONS: dict[str, Any] = {"nogil": True, "cache": True, "_nrt": False}


def compiled(loop: Loop) -> Loop:
    """The same function as machine code; its type stays what was written.

    The compiled form is kept beside the source and noticed to be stale by the age of that one
    source file. So a compiled function calls only compiled functions of its own module. It
    allocates nothing and lends its arrays on, so their references are not counted, which would
    cost more than the work itself.
    """
    machine_code: Loop = njit(**_OPTIONS)(loop)
    return machine_code


def inlined(loop: Loop) -> Loop:
    """As `compiled`, and written out in place wherever another compiled function calls it."""
    machine_code: Loop = njit(**_OPTIONS, forceinline=True)(loop)
    return machine_code
