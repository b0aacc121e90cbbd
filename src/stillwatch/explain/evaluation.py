"""Writes evaluation.html."""

from collections.abc import Mapping
from typing import Any


def evaluation_page(figures: Mapping[str, Any]) -> str:
    """The page."""
    return str(figures)
