"""Writes pages of text into a folder, and reads those that a person wrote."""

from collections.abc import Mapping
from pathlib import Path


def write_pages(out: Path, pages: Mapping[str, str]) -> None:
    """Write or overwrite one file a page."""
    for name, text in pages.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def read_page(path: Path) -> str | None:
    """The text of a page, or None when it is not there."""
    return path.read_text("utf-8") if path.is_file() else None
