"""The endpoints beside TAXII: tokens for OAuth2, health, readiness and metrics."""

from typing import Any
from urllib.parse import parse_qsl

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from stillwatch.model.errors import HubError
from stillwatch.services.hub.credentials import KEY, make_token
from stillwatch.services.hub.database import check_revision
from stillwatch.services.hub.metrics import MEDIA_TYPE
from stillwatch.services.hub.openapi import answers
from stillwatch.services.hub.refusal import Refusal
from stillwatch.services.hub.requests import (
    authenticated,
    credentials_of,
    hub_of,
    read_body,
)
from stillwatch.services.hub.resources import encoded
from stillwatch.services.hub.turn import turn

router = APIRouter()
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
ANSWERS: dict[int | str, Any] = {
    code: {"description": said, "content": {JSON: {"schema": {"type": "object"}}}}
    for code, said in {200: "a token", 400: "no such grant", 401: "nobody we know"}.items()
}
FIELDS = {"grant_type": {"enum": ["client_credentials"]}, "client_id": {"type": "string"},
          "client_secret": {"type": "string"}}  # fmt: skip
TAKES = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {"schema": {"type": "object", "required": ["grant_type"], "properties": FIELDS}}
        },
    }
}


@router.post("/oauth2/token", responses=answers(None) | ANSWERS, openapi_extra=TAKES)
async def token(request: Request) -> Response:
    """A token for a while against a key (RFC 6749, 4.4)."""
    hub = hub_of(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise Refusal(415, "The body has another media type", f"send {FORM}")
    body = await read_body(request, hub.limits)
    hub.pace.take(f"address {request.client.host if request.client else '?'}")
    try:
        form = dict(parse_qsl(body.decode(), max_num_fields=20, keep_blank_values=True))
    except ValueError:
        return _oauth_error("invalid_request", 400)
    if form.get("grant_type") != "client_credentials":
        return _oauth_error("unsupported_grant_type", 400)
    name, secret = credentials_of(request)
    if not secret:
        name, secret = form.get("client_id"), form.get("client_secret", "")
    try:
        caller = await run_in_threadpool(hub.caller, secret)
    except Refusal:
        return _oauth_error("invalid_client", 401)
    if caller.kind != KEY or name != caller.member.member_id:
        return _oauth_error("invalid_client", 401)

    def make() -> str:
        with turn(hub.engine, hub.clock) as ours:
            return make_token(ours, caller.member.member_id, hub.entropy, hub.limits.token_seconds)

    made = {
        "access_token": await run_in_threadpool(make),
        "token_type": "Bearer",
        "expires_in": hub.limits.token_seconds,
    }
    return Response(encoded(made), headers=NO_STORE, media_type=JSON)


def _oauth_error(error: str, status: int) -> Response:
    headers = NO_STORE | ({"WWW-Authenticate": 'Basic realm="hub"'} if status == 401 else {})
    return Response(encoded({"error": error}), status_code=status, headers=headers, media_type=JSON)


@router.get("/health", responses={200: {"content": {JSON: {"schema": {"type": "object"}}}}})
async def health() -> Response:
    """Whether the program runs."""
    return Response(encoded({"status": "alive"}), media_type=JSON)


@router.get("/ready", responses={503: {"description": "not ready"}})
async def ready(request: Request) -> Response:
    """Whether it can serve: the database answers, and has the form that we need."""
    hub = hub_of(request)

    def look() -> str:
        try:
            check_revision(hub.engine)
        except (HubError, sa.exc.SQLAlchemyError) as error:
            return str(error) if isinstance(error, HubError) else "the database does not answer"
        return ""

    fault = await run_in_threadpool(look)
    value = {"status": "not ready", "reason": fault} if fault else {"status": "ready"}
    return Response(encoded(value), status_code=503 if fault else 200, media_type=JSON)


@router.get("/metrics", responses=answers(None) | {200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """What Prometheus reads, for operators of the hub alone."""
    caller = await authenticated(request)
    if caller.member.role != "operator":
        raise Refusal(403, "The metrics are for operators", "ask who runs the hub")
    return Response(request.app.state.metrics.text(), headers={"content-type": MEDIA_TYPE})
