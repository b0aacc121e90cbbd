"""Takes the proxy's `generic_api` log batches over HTTP and appends them to a file, line by line."""

from __future__ import annotations

import json
import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


async def take(request: Request) -> Response:
    """POST /logs: a JSON array or JSON lines."""
    text = (await request.body()).decode()
    rows = json.loads(text) if text.startswith("[") else map(json.loads, text.splitlines())
    with open(os.environ["STILLWATCH_SINK"], "a", encoding="utf-8") as file:  # noqa: ASYNC230 - a test's file
        file.writelines(json.dumps(row) + "\n" for row in rows)
    return Response(status_code=204)


app = Starlette(
    routes=[
        Route("/logs", take, methods=["POST"]),
        Route("/ready", lambda _: Response("ready")),
    ]
)
