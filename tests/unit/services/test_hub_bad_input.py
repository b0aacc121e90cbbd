"""Whatever is wrong with a request, the answer is TAXII's error message and nothing is stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub_room import IDENTITIES, MEDIA, ROOM, Room, envelope, indicator, opened
from stillwatch.services.hub.app import create_app
from stillwatch.services.hub.credentials import revoke_key, secret_hash
from stillwatch.services.hub.people import remove_member, seat
from stillwatch.services.hub.tables import audit, objects, statuses
from stillwatch.services.hub.turn import Turn, turn
from stillwatch.sharing.profile import PROFILE, TLP_IDS

FUTURE = "2999-01-01T00:00:00.000Z"


def stored(room: Room) -> tuple[int, int, int]:
    """How many objects, statuses and entries of the log there are."""
    with room.hub.engine.connect() as connection:
        return tuple(  # type: ignore[return-value]
            connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (objects, statuses, audit)
        )


def check_refused(room: Room, status: int, ask: Callable[[], httpx.Response]) -> None:
    """The error message with this status, and a database as it was."""
    before = stored(room)
    told = ask()
    assert told.status_code == status, told.text
    assert told.headers["content-type"] == MEDIA
    said = told.json()
    assert said["title"]
    assert said["error_id"]
    assert said["http_status"] == str(status)
    assert stored(room) == before


@pytest.mark.parametrize(
    ("status", "content"),
    [
        (400, b"{"),
        (400, b"\xff\xfe"),
        (400, b'{"objects": [NaN]}'),
        (400, b"[" * 100_000),
        (400, b'{"objects":[' + b'{"a":' * 5_000 + b"1" + b"}" * 5_000 + b"]}"),
        (422, b"[]"),
        (422, b"{}"),
        (422, b'{"objects": []}'),
        (422, b'{"objects": {}}'),
        (422, b"7"),
    ],
)
def test_a_body_that_is_no_envelope(small: Room, status: int, content: bytes) -> None:
    """Not JSON, too deep, or another thing."""
    check_refused(small, status, lambda: small.post(content=content))


def test_a_request_of_another_media_type_or_packed(small: Room) -> None:
    """415."""
    for headers in (
        {"content-type": "application/json"},
        {"content-type": "application/taxii+json;version=2.0"},
        {"content-type": ""},
        {"content-encoding": "gzip"},
    ):
        check_refused(small, 415, lambda h=headers: small.post(indicator(1), headers=h))  # type: ignore[misc]


def test_too_long_and_too_many(tmp_path: Path) -> None:
    """413, whether the length is told or not, and for too many objects."""
    limits = replace(ROOM, content_bytes=5_000, objects_in_request=3)
    with opened(f"sqlite:///{tmp_path / 'hub.sqlite'}", limits) as room:
        check_refused(room, 413, lambda: room.post(indicator(1, description="x" * 6_000)))
        check_refused(room, 413, lambda: room.post(content=iter([b" " * 4_000] * 3)))
        check_refused(room, 413, lambda: room.post(*[indicator(n) for n in range(4)]))


def test_who_is_not_known_and_who_may_not(small: Room) -> None:
    """401 without a key, with another's name or a wrong key; 404 or 403 where there is no seat."""
    url, headers = small.url(), {"accept": MEDIA}
    ask = small.client.get
    check_refused(small, 401, lambda: ask(url, headers=headers))
    check_refused(small, 401, lambda: ask(url, headers=headers, auth=("lab-a", "swk_no")))
    check_refused(small, 401, lambda: ask(url, headers=headers, auth=("lab-b", small.secrets["a"])))
    for odd in ("Basic ???", "Bearer ", "Digest x", "Basic " + "A" * 9_000):
        check_refused(small, 401, lambda o=odd: ask(url, headers=headers | {"authorization": o}))  # type: ignore[misc]
    assert "Basic" in ask(url, headers=headers).headers["www-authenticate"]
    check_refused(small, 404, lambda: small.get(url, member="c"))
    check_refused(small, 404, lambda: small.post(indicator(1, "c"), member="c"))


ENDS: list[tuple[int, Callable[[Turn, str], None]]] = [
    (401, lambda ours, _: remove_member(ours, "lab-a")),
    (401, lambda ours, secret: revoke_key(ours, secret_hash(secret).hex()[:16])),
    (404, lambda ours, _: seat(ours, "open", "lab-a", can_read=False, can_write=False)),
    (403, lambda ours, _: seat(ours, "open", "lab-a", can_read=True, can_write=False)),
]


@pytest.mark.parametrize(("status", "end"), ENDS)
def test_who_is_shut_out_while_his_request_arrives_stores_nothing(
    room: Room, status: int, end: Callable[[Turn, str], None]
) -> None:
    """The seat is looked at again when the body is there, however early its head came."""
    body = envelope(indicator(1))
    headers = {"accept": MEDIA, "content-type": MEDIA}
    room.clock.at = 1_900_000_000_000_000

    async def slowly() -> AsyncIterator[bytes]:
        yield body[:10]
        with turn(room.hub.engine, room.clock) as ours:
            end(ours, room.secrets["a"])
        room.clock.at = 1_900_000_002_100_000
        yield body[10:]

    async def post() -> int:
        transport = httpx.ASGITransport(create_app(room.hub))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            told = await client.post(
                room.url(), content=slowly(), auth=room.auth("a"), headers=headers
            )
        return told.status_code

    assert asyncio.run(post()) == status
    assert stored(room)[0] == 0


def test_what_is_not_there(small: Room) -> None:
    """404 and 405 are TAXII's error messages too."""
    check_refused(small, 404, lambda: small.get("/nothing"))
    check_refused(small, 404, lambda: small.get("/api/status/x/"))
    check_refused(small, 404, lambda: small.get(small.url(rest="objects/indicator--1/")))
    check_refused(small, 405, lambda: small.client.put(small.url(), auth=small.auth("a")))
    refused = small.client.put(small.url(), auth=small.auth("a"))
    assert refused.headers["allow"] == "GET, POST", "every method that the path has"


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=-1", "limit=x", "limit=1e3", "limit=%D9%A3", "added_after=yesterday",
        "added_after=2026-02-30T00:00:00Z", "match[version]=newest", "match[colour]=red",
        "match[id]=", "match[type]=a,,b", "match[type]=a&match[type]=b", "match[id]=%00",
        "match[type]=" + ",".join("a" * 101), "next=x",
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_read(small: Room, query: str) -> None:
    """400."""
    check_refused(small, 400, lambda: small.get(f"{small.url()}?{query}"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"id": "indicator--1"}, "`id`"),
        ({"id": "INDICATOR--" + indicator(1)["id"][11:]}, "`id`"),
        ({"type": "malware"}, "`type`"),
        ({"spec_version": "2.0"}, "not STIX 2.1"),
        ({"created": None}, "`created`"),
        ({"modified": "2026-01-01"}, "`modified`"),
        ({"modified": "2025-01-01T00:00:00.000Z"}, "before `created`"),
        ({"modified": "2026-01-01T00:00:00.0000001Z"}, "finer"),
        ({"modified": FUTURE}, "in the future"),
        ({"created_by_ref": IDENTITIES["b"]}, "not your identity"),
        ({"created_by_ref": None}, "not your identity"),
        ({"object_marking_refs": []}, "no single marking of TLP 2.0"),
        ({"object_marking_refs": ["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"]},
         "no single marking of TLP 2.0"),
        (indicator(1, tlp="red"), "TLP:RED may not enter"),
        (indicator(1, tlp="amber+strict"), "TLP:AMBER+STRICT may not enter"),
        ({"granular_markings": [{"marking_ref": indicator(1, tlp="red")["object_marking_refs"][0],
                                 "selectors": ["pattern"]}]}, "TLP:RED may not enter"),
        ({"x": [[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]}, "nested"),
        ({"object_marking_refs": [TLP_IDS["clear"], TLP_IDS["green"]]}, "no single marking"),
        ({"valid_until": "2026-01-01T00:00:00Z"}, "`valid_until` does not lie after"),
        ({"valid_until": "never"}, "is no time"),
        ({"first_seen": "2026-01-02T00:00:00Z", "last_seen": "2026-01-01T00:00:00Z"},
         "`last_seen` does not lie after"),
        ({"extensions": {PROFILE: {"facts": "trace"}}}, "a receiver would refuse it"),
        ({"description": "x" * 1_100_000}, "bytes"),
    ],
)  # fmt: skip
def test_an_object_that_may_not_enter(small: Room, change: dict[str, Any], why: str) -> None:
    """It fails by itself with the reason; the others of the request are stored."""
    told = small.post(indicator(1) | change, indicator(2)).json()
    assert (told["success_count"], told["failure_count"]) == (1, 1)
    assert why in told["failures"][0]["message"]
    assert small.get(small.url()).json()["objects"] == [indicator(2)]


def test_nobody_speaks_with_anothers_voice(small: Room) -> None:
    """Another's id, even under one's own name, and another's identity are refused."""
    small.post(indicator(1))
    stolen = indicator(1, modified="2026-02-01T00:00:00.000Z") | {"created_by_ref": IDENTITIES["b"]}
    assert "another member's" in small.post(stolen, member="b").json()["failures"][0]["message"]
    name = indicator(1) | {
        "type": "identity", "id": IDENTITIES["a"], "name": "not a",
        "created_by_ref": IDENTITIES["b"],
    }  # fmt: skip
    assert "another member's" in small.post(name, member="b").json()["failures"][0]["message"]


def test_too_often_too_much(tmp_path: Path) -> None:
    """429 with the time to wait, 403 when a quota is used up; both end by themselves."""
    limits = replace(
        ROOM, requests_per_second=1, requests_at_once=6, objects_per_day=3, objects_per_member=5
    )
    with opened(f"sqlite:///{tmp_path / 'hub.sqlite'}", limits) as room:
        room.clock.at = 1_800_000_000_000_000
        day = 86_400_000_000
        assert room.post(*[indicator(n) for n in range(3)]).status_code == 202
        check_refused(room, 403, lambda: room.post(indicator(3)))
        room.clock.at += day
        assert room.post(indicator(3), indicator(4)).status_code == 202
        room.clock.at += day
        told = room.post(indicator(5))
        assert (told.status_code, told.json()["error_code"]) == (403, "quota")
        for _ in range(5):
            assert room.get(room.url()).status_code == 200
        check_refused(room, 429, lambda: room.get(room.url()))
        assert room.get(room.url()).headers["retry-after"] == "1"
        assert room.get(room.url(), member="b").status_code == 200
        room.clock.at += 1_000_000
        assert room.get(room.url()).status_code == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(change=st.dictionaries(st.sampled_from([*indicator(1), "extensions", "revoked",
       "granular_markings", "x"]), JSON, max_size=4), other=JSON)  # fmt: skip
def test_any_json_is_taken_or_told_why_not(small: Room, change: Any, other: Any) -> None:
    """Never a fault of ours, and what is taken can be read."""
    told = small.post(content=envelope(indicator(1) | change, other))
    assert told.status_code == 202
    said = told.json()
    assert said["success_count"] + said["failure_count"] == 2
    assert said["failure_count"] >= 1
    assert small.get(small.url()).status_code == 200


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300))
def test_any_bytes_are_refused(small: Room, content: bytes) -> None:
    """Bytes that are no envelope never become an object."""
    before = stored(small)
    told = small.post(content=content or b" ")
    assert told.status_code in (400, 422)
    assert told.json()["http_status"] == str(told.status_code)
    assert stored(small) == before
