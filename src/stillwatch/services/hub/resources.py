"""Writes TAXII's resources as bytes; objects go in as the bytes in which they are stored."""

from collections.abc import Sequence
from typing import Any

import msgspec

from stillwatch.services.hub.instants import written
from stillwatch.services.hub.people import Seat
from stillwatch.services.hub.refusal import Refusal
from stillwatch.services.hub.requests import STIX, TAXII
from stillwatch.services.hub.store import Page

ROOT = "api"


def encoded(value: Any) -> bytes:
    """A value as JSON."""
    return msgspec.json.encode(value)


def discovery(title: str, description: str, contact: str, address: str) -> dict[str, Any]:
    """Where the API root is."""
    root = f"{address}/{ROOT}/"
    said = {"title": title, "description": description, "contact": contact}
    return {k: v for k, v in said.items() if v} | {"default": root, "api_roots": [root]}


def api_root(title: str, description: str, most_bytes: int) -> dict[str, Any]:
    """What the API root takes."""
    said = {"description": description} if description else {}
    return {"title": title, **said, "versions": [TAXII], "max_content_length": most_bytes}


def collection(seat: Seat) -> dict[str, Any]:
    """A circle, as who sits in it may use it."""
    circle = seat.circle
    return {
        "id": circle.collection_id,
        "title": circle.title,
        **({"description": circle.description} if circle.description else {}),
        "alias": circle.name,
        "can_read": seat.can_read,
        "can_write": seat.can_write,
        "media_types": [STIX],
    }


def envelope(page: Page, next_: str | None) -> bytes:
    """Objects, and where to go on."""
    if not page.rows:
        return b"{}"
    head = b'{"more":true,"next":' + encoded(next_) if next_ else b'{"more":false'
    return b"".join((head, b',"objects":[', b",".join([row[1] for row in page.rows]), b"]}"))


def manifest(page: Page, next_: str | None) -> bytes:
    """What is there, without the objects."""
    if not page.rows:
        return b"{}"
    records = [
        {"id": row[1], "date_added": written(row[0]), "version": row[2], "media_type": STIX}
        for row in page.rows
    ]
    return encoded(_more(next_) | {"objects": records})


def versions(page: Page, next_: str | None) -> bytes:
    """The versions of one object, in the order in which they came."""
    if not page.rows:
        return b"{}"
    return encoded(_more(next_) | {"versions": [row[2] for row in page.rows]})


def _more(next_: str | None) -> dict[str, Any]:
    return {"more": True, "next": next_} if next_ else {"more": False}


def added_headers(rows: Sequence[Any]) -> dict[str, str]:
    """When the first and the last of these were added."""
    if not rows:
        return {}
    return {
        "X-TAXII-Date-Added-First": written(rows[0][0]),
        "X-TAXII-Date-Added-Last": written(rows[-1][0]),
    }


def error(refusal: Refusal, error_id: str) -> bytes:
    """TAXII's error message."""
    said = {"description": refusal.description, "error_code": refusal.code}
    return encoded(
        {
            "title": refusal.title,
            **{name: value for name, value in said.items() if value},
            "error_id": error_id,
            "http_status": str(refusal.status),
        }
    )
