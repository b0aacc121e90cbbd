"""Asks a model at an OpenAI-compatible address, and keeps every byte of what was said."""

import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import tenacity

from stillwatch.io import clock
from stillwatch.model.errors import EndpointError
from stillwatch.verifier.canonical import digest

SIZE_LIMIT = 32 * 2**20  # bytes of one answer
PAUSE, LONGEST_PAUSE = 1.0, 120.0  # seconds between attempts: doubled each time, up to
PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
HOPELESS = {
    401: "check the environment variable with the key",
    403: "check what the key is allowed to do",
    404: "check the address and the name of the model",
}
SECRET = frozenset({"authorization", "set-cookie", "cookie", "proxy-authorization"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An attempt that brought no answer."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One request and its response as they went over the wire, without secrets."""

    sent_at: datetime
    received_at: datetime
    url: str
    request_headers: Sequence[tuple[str, str]]
    request_body: bytes
    status: int
    http_version: str
    response_headers: Sequence[tuple[str, str]]
    response_body: bytes
    tls: dict[str, str] | None
    failures: Sequence[Failure] = ()


class Passing(Exception):
    """A fault that may go by itself, and how long the other side asks us to wait."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class GaveUp(Exception):
    """Every attempt failed in passing."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        super().__init__(failures[-1].reason)
        self.failures = failures


@dataclass(slots=True)
class Pace:
    """Keeps requests apart, whichever thread sends them."""

    per_minute: float
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    _free_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> None:
        """Return when the next request may be sent."""
        with self._lock:
            present = self.monotonic()
            start = max(present, self._free_at)
            self._free_at = start + 60.0 / self.per_minute
        if start > present:
            self.sleep(start - present)


class Endpoint:
    """One address. Threads may share it; it follows no redirect, so the key goes nowhere else."""

    def __init__(
        self,
        url: str,
        key: str | None,
        *,
        pace: Pace,
        attempts: int = 5,
        timeout: float = 120.0,
        transport: httpx.BaseTransport | None = None,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        # Bytes as the model sent them, asked for without a word on who asks or why.
        headers = {"accept-encoding": "identity", "user-agent": "python-httpx"}
        if key:
            headers["authorization"] = f"Bearer {key}"
        self._client = httpx.Client(
            timeout=timeout, transport=transport, headers=headers, follow_redirects=False
        )
        self._url, self._key, self._pace, self._now = url, key, pace, now
        self._retry = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(attempts),
            retry=tenacity.retry_if_exception_type(Passing),
            wait=_longer,
            sleep=pace.sleep,
            reraise=True,
        )

    def __enter__(self) -> "Endpoint":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, body: bytes) -> Reply:
        """Post these bytes and return what came. Raises GaveUp, or EndpointError when hopeless."""
        failures: list[Failure] = []

        def attempt() -> Reply:
            self._pace.wait()
            try:
                return self._once(body, failures)
            except Passing as fault:
                failures.append(Failure(at=self._now(), reason=str(fault)))
                raise

        try:
            return self._retry.copy()(attempt)
        except Passing as fault:
            raise GaveUp(failures) from fault

    def _once(self, body: bytes, failures: Sequence[Failure]) -> Reply:
        request = self._client.build_request(
            "POST", self._url, content=body, headers={"content-type": "application/json"}
        )
        sent_at = self._now()
        try:
            response = self._client.send(request, stream=True)
            try:
                tls = _tls(response)
                content = self._read(response)
            finally:
                response.close()
        except httpx.InvalidURL as error:
            raise EndpointError(self._url, "is no address", "mend the plan") from error
        except httpx.HTTPError as error:
            raise Passing(f"{type(error).__name__}: {error}") from error
        status = response.status_code
        if status in PASSING:
            raise Passing(f"status {status}", _asked_wait(response, sent_at))
        if status in HOPELESS:
            raise EndpointError(self._url, f"answers with status {status}", HOPELESS[status])
        if 300 <= status < 400:
            raise EndpointError(self._url, "sends us elsewhere", "plan with the address it names")
        return Reply(
            sent_at=sent_at,
            received_at=self._now(),
            url=self._url,
            request_headers=_plain(request.headers),
            request_body=body,
            status=status,
            http_version=response.http_version,
            response_headers=_plain(response.headers),
            response_body=content,
            tls=tls,
            failures=tuple(failures),
        )

    def _read(self, response: httpx.Response) -> bytes:
        found = bytearray()
        for part in response.iter_bytes():
            found += part
            if len(found) > SIZE_LIMIT:
                what = f"gives an answer of more than {SIZE_LIMIT:,} bytes"
                raise EndpointError(self._url, what, "lower max_tokens, or ask another address")
        heads = " ".join(response.headers.values()).encode("utf-8", errors="replace")
        if self._key and (self._key.encode() in found or self._key.encode() in heads):
            what = "repeats the key in its answer, which is not written down"
            raise EndpointError(self._url, what, "revoke the key; do not ask this address")
        return bytes(found)


def _longer(state: tenacity.RetryCallState) -> float:
    """Twice as long each time, and never shorter than the other side asked for."""
    fault = state.outcome.exception() if state.outcome is not None else None
    asked = fault.wait if isinstance(fault, Passing) else 0.0
    return float(min(max(PAUSE * 2 ** (state.attempt_number - 1), asked), LONGEST_PAUSE))


def _asked_wait(response: httpx.Response, at: datetime) -> float:
    """Seconds of Retry-After, which is a number or a date."""
    value = response.headers.get("retry-after", "")
    try:
        return (
            max(float(value), 0.0)
            if value.strip().isdigit()
            else (parsedate_to_datetime(value) - at).total_seconds()
        )
    except (TypeError, ValueError):
        return 0.0


def _plain(headers: httpx.Headers) -> list[tuple[str, str]]:
    """Headers in their order; a secret one keeps its name only."""
    return [
        (name, "(withheld)" if name.lower() in SECRET else value)
        for name, value in headers.multi_items()
    ]


def _tls(response: httpx.Response) -> dict[str, str] | None:
    """The certificate that the other side showed, where the connection was encrypted."""
    stream: Any = response.extensions.get("network_stream")
    found = stream.get_extra_info("ssl_object") if stream is not None else None
    if not isinstance(found, ssl.SSLObject | ssl.SSLSocket):
        return None
    certificate = found.getpeercert(binary_form=True)
    cipher = found.cipher()
    return {
        "version": found.version() or "",
        "cipher": cipher[0] if cipher else "",
        "certificate_sha256": digest(certificate) if certificate else "",
    }
