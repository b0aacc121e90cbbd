"""Takes the proxy's `generic_api` log batches over HTTP and appends them to a file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def append(rows: Iterable[Any]) -> None:
    """Add one line a row."""
    with Path(os.environ["STILLWATCH_SINK"]).open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


async def take(request: Request) -> Response:
    """POST /logs: a JSON array or JSON lines."""
    text = (await request.body()).decode()
    rows = json.loads(text) if text.startswith("[") else map(json.loads, text.splitlines())
    append(rows)
    return Response(status_code=204)


app = Starlette(
    routes=[
        Route("/logs", take, methods=["POST"]),
        Route("/ready", lambda _: Response("ready")),
    ]
)
