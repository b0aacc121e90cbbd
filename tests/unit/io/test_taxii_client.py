"""Our TAXII client against servers that are slow, wrong, greedy or hostile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from stillwatch.io.taxii import MEDIA, Collection, Credentials, Limits, TaxiiClient
from stillwatch.model.errors import PeerError

URL = "https://hub.example/taxii2/"
HERE = Collection(
    url="https://hub.example/api/collections/c/", id="c", title="c", alias=None, can_read=True,
    can_write=True,
)  # fmt: skip
Answer = Callable[[httpx.Request], httpx.Response]


def client(
    answer: Answer, waited: list[float] | None = None, key: Credentials | None = None, **limits: Any
) -> TaxiiClient:
    """A client of a server that this function is; it notes how long it waits and does not wait."""
    sleep = (waited if waited is not None else []).append
    return TaxiiClient(
        URL, key, Limits(**limits), transport=httpx.MockTransport(answer), sleep=sleep,
        monotonic=lambda: 0.0,
    )  # fmt: skip


def always(status: int, json: Any = None, **headers: str) -> Answer:
    """A server that says one thing."""
    return lambda _: httpx.Response(status, json=json, headers=headers)


def test_a_passing_fault_is_tried_again_and_waits_as_long_as_it_was_told() -> None:
    """Longer each time, never less than Retry-After says, and the same request each time."""
    asked: list[bytes] = []
    told = [
        httpx.Response(503), httpx.Response(429, headers={"retry-after": "7"}),
        httpx.Response(202, json={"id": "s", "status": "complete", "success_count": 1}),
    ]  # fmt: skip

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.content)
        return told[len(asked) - 1]

    waited: list[float] = []
    status = client(answer, waited).add(HERE, b'{"objects":[]}')
    assert (status.is_complete, status.success_count, status.failure_count) == (True, 1, 0)
    assert asked == [b'{"objects":[]}'] * 3
    assert waited == [0.5, 7.0]


def test_a_fault_that_does_not_pass_ends_after_the_last_attempt() -> None:
    """And says the status; a broken connection does the same."""
    waited: list[float] = []
    with pytest.raises(PeerError, match="gave up"):
        list(client(always(503), waited, attempts=3).objects(HERE))
    assert waited == [0.5, 1.0]

    def breaks(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    with pytest.raises(PeerError, match="ConnectError"):
        client(breaks, attempts=2).discover()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 406, 413, 415, 422, 302])
def test_a_refusal_is_not_tried_again_and_its_words_are_shown_safely(status: int) -> None:
    """One request; control characters of the other side never reach a terminal."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        said = {"title": "no\x1b[31m", "description": "x" * 900}
        return httpx.Response(status, json=said, headers={"location": "https://other.example/"})

    with pytest.raises(PeerError) as told:
        client(answer).delete(HERE, "indicator--1")
    assert len(asked) == 1
    assert told.value.status == status
    assert "\x1b" not in str(told.value)
    assert len(str(told.value)) < 700


def test_pages_are_followed_by_next_and_else_by_time() -> None:
    """The time to keep moves on only with the last object of a page."""
    pages: list[tuple[dict[str, Any], str]] = [
        ({"more": True, "next": "n1", "objects": [{"id": "1"}, {"id": "2"}]}, "t2"),
        ({"more": True, "objects": [{"id": "3"}, 7]}, "t3"),
        ({"objects": [{"id": "4"}]}, "t4"),
    ]
    asked: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(dict(request.url.params))
        value, last = pages[len(asked) - 1]
        return httpx.Response(200, json=value, headers={"x-taxii-date-added-last": last})

    found = list(client(answer, page_objects=2).objects(HERE, "t0", version="all"))
    assert [(one["id"], safe) for one, safe in found] == [
        ("1", "t0"), ("2", "t2"), ("3", "t3"), ("4", "t4"),
    ]  # fmt: skip
    first = {"match[version]": "all", "limit": "2", "added_after": "t0"}
    assert asked == [
        first, first | {"next": "n1"}, first | {"added_after": "t3"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [{"more": True, "objects": []}, {"more": True, "next": "same"}, {"more": True, "next": 7}],
)
def test_a_server_that_leads_in_a_circle_is_left(value: dict[str, Any]) -> None:
    """It says there is more, and not where, or the same place for ever."""
    with pytest.raises(PeerError, match="more and not where"):
        list(client(always(200, value)).objects(HERE))


def test_a_server_that_never_ends_is_left() -> None:
    """After so many pages, or so many bytes of one answer."""
    count = iter(range(1_000))

    def endless(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"more": True, "next": str(next(count))})

    with pytest.raises(PeerError, match="more than 9 pages"):
        list(client(endless, pages=9).objects(HERE))
    with pytest.raises(PeerError, match="more than 1,000 bytes"):
        client(always(200, {"api_roots": ["x" * 2_000]}), answer_bytes=1_000).discover()


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b"7", b"\xff", b"[" * 100_000])
def test_what_is_no_resource_is_said_so(content: bytes) -> None:
    """Never a fault of ours."""
    with pytest.raises(PeerError, match="answers with no"):
        client(lambda _: httpx.Response(200, content=content)).discover()


@pytest.mark.parametrize(
    "value",
    [{}, {"api_roots": 7}, {"collections": [7, {"id": 3}, {}]}, {"objects": {"a": 1}},
     {"versions": None}, {"success_count": -1, "failures": [1, {"id": 2}]}],
)  # fmt: skip
def test_odd_resources_become_nothing(value: dict[str, Any]) -> None:
    """Fields of another kind are left out."""
    ours = client(always(200, value))
    assert ours.discover() == []
    assert ours.collections("https://hub.example/api/") == []
    assert list(ours.objects(HERE)) == []
    assert list(ours.manifest(HERE)) == []
    assert ours.versions(HERE, "indicator--1") == []
    assert ours.add(HERE, b"{}").success_count == 0


def test_credentials_go_to_their_own_origin_alone() -> None:
    """Neither a root elsewhere nor a token sold elsewhere gets them; nor does a plain wire."""
    key = Credentials(name="lab", key="secret")
    away = client(always(200, {"api_roots": ["https://other.example/api/"]}), key=key)
    with pytest.raises(PeerError, match=r"sends us to other\.example"):
        away.discover()
    with pytest.raises(PeerError, match="sends us to"):
        away.collections("http://hub.example/api/")
    bought = Credentials(name="lab", key="secret", token_url="https://other.example/t")  # noqa: S106 - an address
    with pytest.raises(PeerError, match="sends us to"):
        client(always(200, {}), key=bought).discover()
    with pytest.raises(PeerError, match="in the clear"):
        TaxiiClient("http://hub.example/taxii2/", key)
    TaxiiClient("http://127.0.0.1/taxii2/", key)
    for odd in ("ftp://hub.example/", "hub.example", "https:///taxii2/"):
        with pytest.raises(PeerError, match="is no address"):
            TaxiiClient(odd)


def test_a_key_goes_as_basic_as_bearer_or_for_a_token() -> None:
    """A token is bought once and used until it runs out."""
    asked: list[tuple[str, str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(
            (request.url.path, request.headers["authorization"], request.headers["accept"])
        )
        sold = {"access_token": "t1", "expires_in": 100}
        return httpx.Response(200, json=sold if request.url.path == "/t" else {"api_roots": []})

    client(answer, key=Credentials(name="lab", key="k")).discover()
    client(answer, key=Credentials(key="k")).discover()
    buying = client(answer, key=Credentials(name="lab", key="k", token_url="/t"))  # noqa: S106 - an address
    buying.discover()
    buying.discover()
    assert asked == [
        ("/taxii2/", "Basic bGFiOms=", MEDIA), ("/taxii2/", "Bearer k", MEDIA),
        ("/t", "Basic bGFiOms=", "application/json"), ("/taxii2/", "Bearer t1", MEDIA),
        ("/taxii2/", "Bearer t1", MEDIA),
    ]  # fmt: skip
    with pytest.raises(PeerError, match="sells no token"):
        client(
            always(200, {"token": 1}),
            key=Credentials(name="l", key="k", token_url="/t"),  # noqa: S106 - an address
        ).discover()


def test_ids_of_a_server_stay_inside_its_path() -> None:
    """A collection or an object named `../x` is asked for under that name and nowhere else."""
    paths: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.raw_path)
        return httpx.Response(200, json={"collections": [{"id": "../../admin"}]})

    ours = client(answer)
    found = ours.collections("https://hub.example/api/")[0]
    ours.versions(found, "../x?y#z")
    assert paths[1] == b"/api/collections/..%2F..%2Fadmin/objects/..%2Fx%3Fy%23z/versions/"
