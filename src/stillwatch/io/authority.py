"""Asks a time authority for a token over a file (RFC 3161)."""

import httpx
import rfc3161_client as tsp

from stillwatch.model.errors import EndpointError

WAIT = 30.0
SIZE_LIMIT = 2**20


def timestamp(url: str, message: bytes, *, transport: httpx.BaseTransport | None = None) -> bytes:
    """The authority's token over the SHA-256 of the message. Nothing but that digest is sent."""
    asked = tsp.TimestampRequestBuilder().data(message)
    request = asked.hash_algorithm(tsp.HashAlgorithm.SHA256).build()
    try:
        with httpx.Client(timeout=WAIT, transport=transport) as client:
            answer = client.post(
                url,
                content=request.as_bytes(),
                headers={"content-type": "application/timestamp-query"},
            )
    except httpx.HTTPError as error:
        raise EndpointError(url, f"gave no timestamp ({error})", "try again later") from error
    if answer.status_code != httpx.codes.OK or len(answer.content) > SIZE_LIMIT:
        what = f"gave no timestamp (status {answer.status_code})"
        raise EndpointError(url, what, "name the address of an RFC 3161 authority")
    try:
        response = tsp.decode_timestamp_response(answer.content)
        if response.status != tsp.PKIStatus.GRANTED:
            what = f"refused to stamp ({', '.join(response.status_string) or 'no reason given'})"
            raise EndpointError(url, what, "use another authority")
        is_ours = (
            response.tst_info.message_imprint.message == request.message_imprint.message
            and response.tst_info.nonce == request.nonce
        )
    except ValueError as error:
        what = "answered, and not with a timestamp"
        raise EndpointError(url, what, "name the address of an RFC 3161 authority") from error
    if not is_ours:
        raise EndpointError(url, "stamped something else than was sent", "use another authority")
    return answer.content
