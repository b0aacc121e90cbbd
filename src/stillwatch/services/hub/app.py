"""Makes the ASGI application of a hub: its endpoints, and what happens around each request."""

import gc
import logging
import os
import time
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stillwatch import __version__
from stillwatch.io import clock
from stillwatch.services.hub import resources, service, taxii
from stillwatch.services.hub.folder import open_hub
from stillwatch.services.hub.hub import Hub
from stillwatch.services.hub.metrics import Metrics
from stillwatch.services.hub.refusal import Refusal
from stillwatch.services.hub.requests import TAXII

FOLDER_VARIABLE = "STILLWATCH_HUB_FOLDER"
log = logging.getLogger("stillwatch.hub")

TITLES = {
    404: ("There is nothing here", "see the discovery at /taxii2/"),
    405: ("This is done by another method", ""),
}


def create_app(hub: Hub) -> FastAPI:
    """The application of an open hub."""
    app = FastAPI(
        title=hub.title, version=__version__, docs_url=None, redoc_url=None,
        redirect_slashes=False,
    )  # fmt: skip
    app.state.hub = hub
    app.state.metrics = Metrics()
    app.include_router(taxii.router)
    app.include_router(service.router)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _refused)
    app.add_exception_handler(sa.exc.OperationalError, _refused)
    app.add_exception_handler(sa.exc.TimeoutError, _refused)
    app.add_exception_handler(Exception, _refused)
    app.add_middleware(Watch, hub=hub, metrics=app.state.metrics)
    return app


def from_environment() -> FastAPI:
    """The application of the folder that `serve` names; each worker calls this."""
    app = create_app(open_hub(Path(os.environ[FOLDER_VARIABLE])))
    # What stands now stays: looking through it for garbage held every request up for 80 ms.
    gc.collect()
    gc.freeze()
    return app


async def _refused(request: Request, error: Exception) -> Response:
    """Any fault as TAXII's error message. What went wrong inside stays in the log."""
    refusal = _refusal(error)
    if refusal.status == 405:
        refusal.headers = {"Allow": _allowed(request)}
    error_id = clock.salt()[:8].hex()
    request.state.error_id, request.state.reason = error_id, refusal.title
    if refusal.status >= 500:
        log.error("%s", _line(error_id=error_id, fault=repr(error)), exc_info=error)
    return Response(
        resources.error(refusal, error_id), status_code=refusal.status, headers=refusal.headers,
        media_type=TAXII,
    )  # fmt: skip


def _allowed(request: Request) -> str:
    """Every method of the path: the router names only those of the first route that has it."""
    methods: set[str] = set()
    for route in (*taxii.router.routes, *service.router.routes):
        if isinstance(route, Route) and route.matches(dict(request.scope))[0] is not Match.NONE:
            methods |= route.methods or set()
    return ", ".join(sorted(methods))


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, HTTPException):
        title, what = TITLES.get(error.status_code, (str(error.detail), ""))
        return Refusal(error.status_code, title, what, headers=error.headers)
    if isinstance(error, RequestValidationError):
        return Refusal(400, "The request cannot be read", "see the standard")
    if isinstance(error, sa.exc.OperationalError | sa.exc.TimeoutError):
        return Refusal(
            503, "The database does not answer", "come again", headers={"Retry-After": "5"}
        )
    return Refusal(500, "Something is wrong here", "tell who runs the hub the error's id")


class Watch:
    """Times, counts and logs every request."""

    def __init__(self, app: ASGIApp, hub: Hub, metrics: Metrics) -> None:
        self._app, self._hub, self._metrics = app, hub, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and write down what became of it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-content-type-options", b"nosniff"),
                ]
            await send(message)

        state = scope.setdefault("state", {})
        try:
            await self._app(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - begun
            route = getattr(scope.get("route"), "path", "none")
            method = scope["method"] if route != "none" else "none"
            self._metrics.answered(method, route, status, seconds)
            level = logging.WARNING if status >= 400 or state.get("refused") else logging.INFO
            if log.isEnabledFor(level):
                log.log(level, "%s", _told(scope, state, status, seconds))


def _told(scope: Scope, state: dict[str, Any], status: int, seconds: float) -> str:
    client = scope.get("client")
    return _line(
        member=state.get("member"),
        address=client[0] if client else None,
        method=scope["method"],
        path=scope["path"][:300],
        status=status,
        ms=round(seconds * 1000, 2),
        error_id=state.get("error_id"),
        reason=state.get("reason"),
        refused=state.get("refused"),
    )


def _line(**said: Any) -> str:
    return msgspec.json.encode({k: v for k, v in said.items() if v is not None}).decode()
