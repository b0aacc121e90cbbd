"""Speaks TAXII 2.1 to another server: a hub, or anybody's. What it answers is not trusted."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpx
import msgspec
import tenacity

from stillwatch.model.errors import PeerError
from stillwatch.model.visible import visible

MEDIA = "application/taxii+json;version=2.1"
PAUSE, LONGEST_PAUSE = 0.5, 60.0  # seconds between attempts: doubled each time, up to
PASSING = frozenset({408, 429, 500, 502, 503, 504})
REMEDIES = {
    401: "check the key",
    403: "ask who runs the server for the right",
    404: "check the address and the collection",
    406: "use a server of TAXII 2.1",
    413: "send less at a time",
}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A name and a key. With `token_url` they buy a token (OAuth2); a key alone is one."""

    name: str | None = None
    key: str
    token_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What we take from the other side at most."""

    answer_bytes: int = 64 * 2**20
    pages: int = 100_000
    page_objects: int | None = None  # asked for at a time; None takes what the server gives
    timeout: float = 60.0
    attempts: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A collection, and what we may do with it."""

    url: str
    id: str
    title: str
    alias: str | None
    can_read: bool
    can_write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What became of a request to add."""

    id: str
    is_complete: bool
    success_count: int
    failure_count: int
    failures: tuple[tuple[str, str], ...]  # id and message


class Passing(Exception):
    """A fault that may go by itself, and how long the other side asks us to wait."""

    def __init__(self, reason: str, wait: float = 0.0, status: int = 0) -> None:
        super().__init__(reason)
        self.wait, self.status = wait, status


class TaxiiClient:
    """One server. Credentials go to its origin alone, and in the clear to this machine alone."""

    def __init__(
        self,
        url: str,
        credentials: Credentials | None = None,
        limits: Limits | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
        certificate: tuple[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise PeerError(url, "is no address", "give https://HOST/taxii2/")
        if credentials and parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise PeerError(url, "would carry the key in the clear", "use https")
        self.url, self._credentials, self._limits = url, credentials, limits or Limits()
        self._origin = (parts.scheme, parts.netloc)
        self._monotonic, self._token, self._token_until = monotonic, "", 0.0
        self._client = httpx.Client(
            timeout=self._limits.timeout, transport=transport, follow_redirects=False,
            cert=certificate, headers={"accept": MEDIA, "user-agent": "stillwatch"},
        )  # fmt: skip
        self._retry = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._limits.attempts),
            retry=tenacity.retry_if_exception_type(Passing),
            wait=_longer,
            sleep=sleep,
            reraise=True,
        )

    def __enter__(self) -> "TaxiiClient":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def discover(self) -> list[str]:
        """The API roots of the server, the default one first."""
        found = self._json("GET", self.url)
        roots = [r for r in _list(found, "api_roots") if isinstance(r, str)]
        default = found.get("default")
        if isinstance(default, str) and default in roots:
            roots = [default, *(one for one in roots if one != default)]
        return [self._own(urljoin(self.url, one)) for one in roots]

    def collections(self, root: str) -> list[Collection]:
        """The collections of an API root."""
        url = self._own(urljoin(root, "collections/"))
        found = []
        for one in _list(self._json("GET", url), "collections"):
            if isinstance(one, dict) and isinstance(one.get("id"), str):
                found.append(
                    Collection(
                        url=urljoin(url, quote(one["id"], safe="") + "/"),
                        id=one["id"],
                        title=str(one.get("title", "")),
                        alias=one.get("alias") if isinstance(one.get("alias"), str) else None,
                        can_read=one.get("can_read") is True,
                        can_write=one.get("can_write") is True,
                    )
                )
        return found

    def collection(self, name: str) -> Collection:
        """The collection of this id, alias or title. Raises PeerError when there is not one."""
        found = [
            one
            for root in self.discover()
            for one in self.collections(root)
            if name in (one.id, one.alias, one.title)
        ]
        if len(found) != 1:
            raise PeerError(
                self.url, f"has {len(found)} collections named {name!r}", "give a collection's id"
            )
        return found[0]

    def add(self, collection: Collection, envelope: bytes) -> Status:
        """Put objects in. Sent twice they are there once, so it is tried again when it fails."""
        found = self._json("POST", collection.url + "objects/", content=envelope)
        return _status(found)

    def status(self, root: str, status_id: str) -> Status:
        """What has become of a request by now."""
        url = urljoin(root, f"status/{quote(status_id, safe='')}/")
        return _status(self._json("GET", self._own(url)))

    def objects(
        self, collection: Collection, added_after: str | None = None, **match: str
    ) -> Iterator[tuple[dict[str, Any], str | None]]:
        """Objects in the order in which they came, each with the time after which to ask next.

        The time is safe to keep once the object is kept: asked after it, nothing is lost.
        """
        safe = added_after
        for found, headers in self._pages(collection.url + "objects/", added_after, match):
            last = headers.get("x-taxii-date-added-last")
            objects = [one for one in _list(found, "objects") if isinstance(one, dict)]
            for one in objects[:-1]:
                yield one, safe
            safe = last or safe
            for one in objects[-1:]:
                yield one, safe

    def manifest(
        self, collection: Collection, added_after: str | None = None, **match: str
    ) -> Iterator[dict[str, Any]]:
        """Ids, versions and times of what is there."""
        for found, _ in self._pages(collection.url + "manifest/", added_after, match):
            yield from (one for one in _list(found, "objects") if isinstance(one, dict))

    def versions(self, collection: Collection, object_id: str) -> list[str]:
        """The versions of one object."""
        url = f"{collection.url}objects/{quote(object_id, safe='')}/versions/"
        return [
            str(one) for found, _ in self._pages(url, None, {}) for one in _list(found, "versions")
        ]

    def delete(self, collection: Collection, object_id: str, version: str = "all") -> None:
        """Take versions of an object out."""
        url = f"{collection.url}objects/{quote(object_id, safe='')}/"
        self._send("DELETE", url, params={"match[version]": version})

    def _pages(
        self, url: str, added_after: str | None, match: Mapping[str, str]
    ) -> Iterator[tuple[dict[str, Any], httpx.Headers]]:
        """Every page. Raises PeerError where the server sends us in a circle."""
        given = {f"match[{name}]": value for name, value in match.items()}
        if added_after is not None:
            given["added_after"] = added_after
        if self._limits.page_objects is not None:
            given["limit"] = str(self._limits.page_objects)
        seen: set[str] = set()
        for _ in range(self._limits.pages):
            headers, content = self._send("GET", url, params=given)
            found = self._decode(url, content)
            yield found, headers
            next_, last = found.get("next"), headers.get("x-taxii-date-added-last")
            if found.get("more") is not True:
                return
            if isinstance(next_, str) and next_:
                given["next"] = next_
            elif last:
                given.pop("next", None)  # it named a place before this time
                given["added_after"] = next_ = last
            if not isinstance(next_, str) or next_ in seen:
                raise PeerError(url, "says there is more and not where", "tell who runs it")
            seen.add(next_)
        raise PeerError(url, f"has more than {self._limits.pages:,} pages", "ask for less")

    def _json(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        return self._decode(url, self._send(method, url, **more)[1])

    def _decode(self, url: str, content: bytes) -> dict[str, Any]:
        try:
            found = msgspec.json.decode(content)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise PeerError(url, "answers with no JSON", "tell who runs it") from error
        if not isinstance(found, dict):
            raise PeerError(url, "answers with no resource of TAXII", "check the address")
        return found

    def _own(self, url: str) -> str:
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc) != self._origin:
            remedy = "ask that address by itself, with credentials of its own"
            raise PeerError(self.url, f"sends us to {parts.netloc}", remedy)
        return url

    def _send(self, method: str, url: str, **more: Any) -> tuple[httpx.Headers, bytes]:
        def attempt() -> tuple[httpx.Headers, bytes]:
            return self._once(method, url, **more)

        try:
            return self._retry.copy()(attempt)
        except Passing as fault:
            remedy = "try again later"
            raise PeerError(url, f"gave up ({fault})", remedy, status=fault.status) from fault

    def _once(self, method: str, url: str, **more: Any) -> tuple[httpx.Headers, bytes]:
        headers = {"content-type": MEDIA} if "content" in more else {}
        try:
            auth = self._auth()
            with self._client.stream(method, url, headers=headers | auth, **more) as response:
                content = self._read(url, response)
        except httpx.InvalidURL as error:
            raise PeerError(url, "is no address", "check it") from error
        except httpx.HTTPError as error:
            raise Passing(f"{type(error).__name__}: {error}") from error
        status = response.status_code
        if status in PASSING:
            raise Passing(f"status {status}", _asked_wait(response), status)
        if not 200 <= status < 300:
            said = _title(content)
            remedy = REMEDIES.get(status, "read what it says")
            what = f"answers with status {status}" + (f" ({said})" if said else "")
            raise PeerError(url, what, remedy, status=status)
        return response.headers, content

    def _read(self, url: str, response: httpx.Response) -> bytes:
        found = bytearray()
        for part in response.iter_bytes():
            found += part
            if len(found) > self._limits.answer_bytes:
                what = f"answers with more than {self._limits.answer_bytes:,} bytes"
                raise PeerError(url, what, "ask for smaller pages")
        return bytes(found)

    def _auth(self) -> dict[str, str]:
        given = self._credentials
        if given is None:
            return {}
        if given.token_url is not None:
            return {"authorization": f"Bearer {self._bought(given)}"}
        if given.name is None:
            return {"authorization": f"Bearer {given.key}"}
        request = httpx.Request("GET", self.url)
        next(httpx.BasicAuth(given.name, given.key).auth_flow(request))
        return {"authorization": request.headers["authorization"]}

    def _bought(self, given: Credentials) -> str:
        """A token that still holds, bought again shortly before it runs out."""
        if self._monotonic() < self._token_until:
            return self._token
        url = self._own(urljoin(self.url, given.token_url or ""))
        form = {"grant_type": "client_credentials"}
        response = self._client.post(
            url, data=form, auth=(given.name or "", given.key),
            headers={"accept": "application/json"},
        )  # fmt: skip
        if response.status_code in PASSING:
            raise Passing(f"status {response.status_code}", _asked_wait(response))
        try:
            found = msgspec.json.decode(response.content)
            self._token = str(found["access_token"])
            lasts = float(found.get("expires_in", 60))
        except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
            what = f"sells no token (status {response.status_code})"
            raise PeerError(url, what, "check the name and the key") from error
        self._token_until = self._monotonic() + max(1.0, lasts * 0.8)
        return self._token


def _status(found: Mapping[str, Any]) -> Status:
    failures = [one for one in _list(found, "failures") if isinstance(one, dict)]
    return Status(
        id=str(found.get("id", "")),
        is_complete=found.get("status") == "complete",
        success_count=_count(found, "success_count"),
        failure_count=_count(found, "failure_count"),
        failures=tuple((str(one.get("id", "")), str(one.get("message", ""))) for one in failures),
    )


def _count(found: Mapping[str, Any], name: str) -> int:
    value = found.get(name)
    return value if isinstance(value, int) and value >= 0 else 0


def _list(found: Mapping[str, Any], name: str) -> list[Any]:
    value = found.get(name)
    return value if isinstance(value, list) else []


def _title(content: bytes) -> str:
    """What an error message says, in one line that cannot disturb a terminal."""
    try:
        found = msgspec.json.decode(content[:65_536])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return ""
    parts = [found.get("title"), found.get("description")] if isinstance(found, dict) else []
    said = ": ".join(one for one in parts if isinstance(one, str))
    return visible(said, 300)


def _longer(state: tenacity.RetryCallState) -> float:
    """Twice as long each time, and never shorter than the other side asked for."""
    fault = state.outcome.exception() if state.outcome is not None else None
    asked = fault.wait if isinstance(fault, Passing) else 0.0
    return float(min(max(PAUSE * 2 ** (state.attempt_number - 1), asked), LONGEST_PAUSE))


def _asked_wait(response: httpx.Response) -> float:
    value = response.headers.get("retry-after", "").strip()
    return float(value) if value.isascii() and value.isdigit() and len(value) < 6 else 0.0
