"""Reads what every request carries: media types, credentials and the body, within limits."""

import asyncio
import base64
import binascii

from starlette.requests import ClientDisconnect, Request

from stillwatch.services.hub.hub import Caller, Hub, unknown
from stillwatch.services.hub.limits import Limits
from stillwatch.services.hub.refusal import Refusal

TAXII = "application/taxii+json;version=2.1"
STIX = "application/stix+json;version=2.1"
PLAIN = "application/taxii+json"
ANYTHING = ("*/*", "application/*")
MOST_RANGES = 20


def hub_of(request: Request) -> Hub:
    """The hub that the request came to."""
    hub: Hub = request.app.state.hub
    return hub


def check_accept(request: Request) -> None:
    """Raise Refusal unless the client takes TAXII 2.1."""
    ranges = ",".join(request.headers.getlist("accept")).split(",")[:MOST_RANGES]
    wanted = [_media(one) for one in ranges if one.strip()]
    if not wanted or any(_takes(kind, parameters) for kind, parameters in wanted):
        return
    raise Refusal(406, "The answer has another media type", f"accept {TAXII}")


def _takes(kind: str, parameters: dict[str, str]) -> bool:
    if parameters.get("q") in ("0", "0.0", "0.00", "0.000"):
        return False
    return kind in ANYTHING or (kind == PLAIN and parameters.get("version", "2.1") == "2.1")


def check_content_type(request: Request) -> None:
    """Raise Refusal unless the body is TAXII 2.1, and not packed."""
    kind, parameters = _media(request.headers.get("content-type", ""))
    if kind != PLAIN or parameters.get("version", "2.1") != "2.1":
        raise Refusal(415, "The body has another media type", f"send {TAXII}")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refusal(415, "The body is packed", "send it as it is")


def _media(text: str) -> tuple[str, dict[str, str]]:
    kind, *rest = (part.strip() for part in text.lower().split(";"))
    parameters = {}
    for one in rest:
        name, _, value = one.partition("=")
        parameters[name.strip()] = value.strip().strip('"')
    return kind, parameters


async def read_body(request: Request, limits: Limits) -> bytes:
    """The whole body. Raises Refusal when it is too long, too slow, or breaks off."""
    told = request.headers.get("content-length", "")
    too_long = Refusal(
        413, "The request is too long", f"send at most {limits.content_bytes:,} bytes",
        headers={"Connection": "close"},
    )  # fmt: skip
    if told.isascii() and told.isdigit() and int(told) > limits.content_bytes:
        raise too_long
    found = bytearray()
    try:
        async with asyncio.timeout(limits.body_seconds):
            async for part in request.stream():
                found += part
                if len(found) > limits.content_bytes:
                    raise too_long
    except TimeoutError as error:
        what = f"send it within {limits.body_seconds} s"
        raise Refusal(
            408, "The request did not arrive", what, headers={"Connection": "close"}
        ) from error
    except ClientDisconnect as error:
        raise Refusal(400, "The request broke off", "nothing was stored") from error
    return bytes(found)


async def authenticated(request: Request) -> Caller:
    """Who is asking, counted against his pace. Raises Refusal when nobody we know."""
    hub = hub_of(request)
    name, secret = credentials_of(request)
    address = request.client.host if request.client else "?"
    if not secret:
        hub.pace.take(f"address {address}")
        raise unknown()
    try:
        caller = await _holder(hub, secret)
    except Refusal:
        hub.pace.take(f"address {address}")
        raise
    if name is not None and name != caller.member.member_id:
        raise unknown()
    request.state.member = caller.member.member_id
    hub.pace.take(caller.member.member_id)
    return caller


async def authenticated_still(request: Request) -> Caller:
    """Who is asking, and what he may do now that his body has come. Raises Refusal as before."""
    return await _holder(hub_of(request), credentials_of(request)[1])


async def _holder(hub: Hub, secret: str) -> Caller:
    return hub.known(secret) or await hub.looked_up(secret)


def credentials_of(request: Request) -> tuple[str | None, str]:
    """The name, where the scheme has one, and the secret; an empty one when there is none."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return None, rest.strip()
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(rest, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            return None, ""
        return name, secret
    return None, ""
