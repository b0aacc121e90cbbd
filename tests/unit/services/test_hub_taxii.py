"""The endpoints answer as TAXII 2.1 says, on both databases."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from hub_room import MEDIA, Room, indicator, opened

LATER = "2026-02-01T00:00:00.000Z"


def ids(answer: object) -> list[str]:
    """The ids of an envelope or a manifest."""
    return [one["id"] for one in answer.json().get("objects", [])]  # type: ignore[attr-defined]


def test_discovery_leads_to_the_collections(room: Room) -> None:
    """From the well-known address to a circle that the member may read and write."""
    found = room.get("/taxii2/").json()
    assert found["api_roots"] == [found["default"]] == ["http://localhost/api/"]
    root = room.get("/api/").json()
    assert root["versions"] == [MEDIA]
    assert root["max_content_length"] == room.hub.limits.content_bytes
    listed = room.get("/api/collections/").json()["collections"]
    assert [one["alias"] for one in listed] == ["open", "signed"]
    assert room.get(f"/api/collections/{listed[0]['id']}/").json() == listed[0]
    assert room.get("/api/collections/open/").json() == listed[0]
    assert listed[0]["can_read"]
    assert listed[0]["can_write"]


def test_what_was_added_is_read_back_as_it_was(room: Room) -> None:
    """Every property, in the order of arrival, with a status that says so."""
    sent = [indicator(n, name="naïve ✓", confidence=n) for n in range(5)]
    told = room.post(*sent)
    assert told.status_code == 202
    assert told.headers["content-type"] == MEDIA
    status = told.json()
    assert (status["status"], status["total_count"], status["success_count"]) == ("complete", 5, 5)
    assert [one["id"] for one in status["successes"]] == [one["id"] for one in sent]
    assert room.get(f"/api/status/{status['id']}/").json() == status
    assert room.get(f"/api/status/{status['id']}/", member="b").status_code == 404
    assert room.get(room.url()).json() == {"more": False, "objects": sent}


def test_pages_join_to_the_whole(room: Room) -> None:
    """`next` goes on where the page ended; the headers say when its ends were added."""
    room.post(*[indicator(n) for n in range(23)])
    whole = ids(room.get(room.url()))
    seen, given, last = [], {"limit": "5"}, ""
    while True:
        page = room.get(room.url(), params=given)
        seen += ids(page)
        assert page.headers["x-taxii-date-added-first"] > last
        last = page.headers["x-taxii-date-added-last"]
        if not page.json()["more"]:
            break
        given["next"] = page.json()["next"]
    assert seen == whole
    assert len(set(whole)) == 23
    assert room.get(room.url(), params={"added_after": last}).json() == {}


def test_added_after_leaves_out_what_was_there(room: Room) -> None:
    """Objects come later than the time by which the first ones had come, and are alone."""
    room.post(indicator(1))
    last = room.get(room.url()).headers["x-taxii-date-added-last"]
    room.post(indicator(2))
    assert ids(room.get(room.url(), params={"added_after": last})) == [indicator(2)["id"]]


def test_a_next_that_was_not_given_is_refused(room: Room) -> None:
    """Changed, made up, of another collection or of other filters: 400."""
    room.post(*[indicator(n) for n in range(4)])
    next_ = room.get(room.url(), params={"limit": 2}).json()["next"]
    flipped = next_[:-2] + ("A" if next_[-2] != "A" else "B") + next_[-1]
    for url, given in (
        (room.url(), {"next": flipped}),
        (room.url(), {"next": "made-up"}),
        (room.url(), {"next": ""}),
        (room.url("signed"), {"next": next_}),
        (room.url(rest="manifest/"), {"next": next_}),
        (room.url(), {"next": next_, "match[type]": "indicator"}),
    ):
        assert room.get(url, params={"limit": 2} | given).status_code == 400


def test_versions_and_which_of_them_are_given(room: Room) -> None:
    """The last by default; first, all or one time where asked, in any order of arrival."""
    new, old = indicator(1, modified=LATER), indicator(1)
    room.post(new)
    room.post(old)
    url = room.url(rest=f"objects/{old['id']}/")

    def given(version: str | None) -> list[str]:
        params = {} if version is None else {"match[version]": version}
        return [one["modified"] for one in room.get(url, params=params).json()["objects"]]

    assert given(None) == given("last") == [LATER]
    assert given("first") == [old["modified"]]
    assert given("all") == given("first,last") == [LATER, old["modified"]]
    assert given("2026-01-01T00:00:00Z") == [old["modified"]]
    assert room.get(url + "versions/").json()["versions"] == [LATER, old["modified"]]
    records = room.get(room.url(rest="manifest/"), params={"match[version]": "all"}).json()
    assert [one["version"] for one in records["objects"]] == [LATER, old["modified"]]
    assert {one["media_type"] for one in records["objects"]} == {
        "application/stix+json;version=2.1"
    }


def test_filters_of_id_type_and_specification(room: Room) -> None:
    """Values with commas are alternatives, fields together must all hold."""
    address = {
        "type": "ipv4-addr", "id": "ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd",
        "spec_version": "2.1", "value": "198.51.100.3",
        "object_marking_refs": indicator(0)["object_marking_refs"],
    }  # fmt: skip
    assert room.post(indicator(1), indicator(2), address).json()["failure_count"] == 0
    for given, found in (
        ({"match[type]": "ipv4-addr"}, [address]),
        ({"match[type]": "ipv4-addr,indicator"}, [indicator(1), indicator(2), address]),
        ({"match[id]": f"{address['id']},{indicator(2)['id']}"}, [indicator(2), address]),
        ({"match[id]": address["id"], "match[type]": "indicator"}, []),
        ({"match[spec_version]": "2.1"}, [indicator(1), indicator(2), address]),
        ({"match[spec_version]": "2.0"}, []),
        ({"match[version]": "1970-01-01T00:00:00.000Z"}, [address]),
    ):
        assert room.get(room.url(), params=given).json().get("objects", []) == found


def test_the_author_deletes_and_nobody_else(room: Room) -> None:
    """The last version without a filter, all where asked; 403 for others, 404 when it is gone."""
    room.post(indicator(1), indicator(1, modified=LATER))
    url = room.url(rest=f"objects/{indicator(1)['id']}/")

    def delete(member: str, **params: str) -> int:
        given = {key.replace("_", "[") + "]": value for key, value in params.items()}
        told = room.client.delete(
            url, auth=room.auth(member), headers={"accept": MEDIA}, params=given
        )
        return int(told.status_code)

    assert delete("b") == 403
    assert delete("a") == 200
    assert room.get(url).json()["objects"] == [indicator(1)]
    assert delete("a", match_version="all") == 200
    assert room.get(url).status_code == delete("a") == 404


def test_revocation_comes_to_who_read_before(room: Room) -> None:
    """The revoked version is new after the time read up to, and nothing can follow it."""
    room.post(indicator(1))
    last = room.get(room.url(), member="b").headers["x-taxii-date-added-last"]
    gone = indicator(1, modified=LATER, revoked=True)
    assert room.post(gone).json()["success_count"] == 1
    news = room.get(room.url(), member="b", params={"added_after": last}).json()
    assert news["objects"] == [gone]
    back = room.post(indicator(1, modified="2026-03-01T00:00:00.000Z")).json()
    assert "revoked" in back["failures"][0]["message"]


def test_the_same_request_again_changes_nothing(room: Room) -> None:
    """A replay succeeds and stores nothing; other content under the same version fails."""
    room.post(indicator(1))
    before = room.get(room.url(rest="manifest/")).json()
    again = room.post(indicator(1)).json()
    assert (again["success_count"], again["successes"][0]["message"]) == (1, "already here")
    assert room.get(room.url(rest="manifest/")).json() == before
    other = room.post(indicator(1, confidence=1)).json()
    assert other["failures"][0]["message"] == "another object with this id and version is here"
    twice = room.post(indicator(2), indicator(2), indicator(2, confidence=1)).json()
    assert (twice["success_count"], twice["failure_count"]) == (2, 1)


@pytest.mark.parametrize(
    "accept",
    [MEDIA, "*/*", "text/html, */*;q=0.1", MEDIA.replace(";", "; "), "application/taxii+json"],
)
def test_media_types_that_are_taken(small: Room, accept: str) -> None:
    """TAXII 2.1 under each of its names, and anything."""
    told = small.get("/taxii2/", headers={"accept": accept})
    assert (told.status_code, told.headers["content-type"]) == (200, MEDIA)


@pytest.mark.parametrize("accept", ["application/json", "application/taxii+json;version=2.0",
                                    "text/html", "*/*;q=0"])  # fmt: skip
def test_media_types_that_are_not_taken(small: Room, accept: str) -> None:
    """406, as TAXII's error message."""
    told = small.get("/taxii2/", headers={"accept": accept})
    assert told.status_code == 406
    assert told.json()["http_status"] == "406"
    assert told.headers["content-type"] == MEDIA


def test_only_the_plain_page_is_read_where_it_holds_up_others(small: Room) -> None:
    """A filter may look through the whole circle, so its page is read in a thread of its own."""
    small.post(indicator(1), indicator(2))
    readers: list[str] = []

    @sa.event.listens_for(small.hub.engine, "before_cursor_execute")
    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if "FROM objects" in statement:
            readers.append(threading.current_thread().name)

    def is_in_a_thread(rest: str, **params: str) -> bool:
        readers.clear()
        assert small.get(small.url(rest=rest), params=params).status_code == 200
        assert len(set(readers)) == 1
        return readers[0].startswith("AnyIO worker")

    assert not is_in_a_thread("objects/", limit="1")
    assert not is_in_a_thread("manifest/", limit="1")
    assert not is_in_a_thread("objects/", limit="1", added_after="2020-01-01T00:00:00Z")
    assert is_in_a_thread("objects/", limit="1", **{"match[version]": "2020-01-01T00:00:00Z"})
    assert is_in_a_thread("objects/", limit="1", **{"match[type]": "malware"})
    assert is_in_a_thread("manifest/", limit="1", **{"match[id]": indicator(2)["id"]})
    assert is_in_a_thread(f"objects/{indicator(2)['id']}/", limit="1")
    assert is_in_a_thread("objects/", limit="201")


def test_objects_by_id_are_looked_up_and_not_searched_for(tmp_path: Path) -> None:
    """In a big circle SQLite would go through all of it in order of arrival to find one."""
    with opened(f"sqlite:///{tmp_path / 'hub.sqlite'}") as room:
        room.post(*[indicator(n) for n in range(50)])
        wanted = indicator(7)["id"]
        asked: list[tuple[str, object]] = []

        def note(_c: object, _u: object, statement: str, given: object, *_: object) -> None:
            asked.append((statement, given))

        sa.event.listen(room.hub.engine, "before_cursor_execute", note)
        for query in ("", "?match[version]=all"):
            assert ids(room.get(room.url(rest=f"objects/{wanted}/{query}"))) == [wanted]
        assert ids(room.get(room.url(), params={"match[id]": wanted})) == [wanted]
        sa.event.remove(room.hub.engine, "before_cursor_execute", note)
        pages = [one for one in asked if "objects.body" in one[0]]
        assert len(pages) == 3
        with room.hub.engine.connect() as connection:
            for statement, given in pages:
                plan = connection.exec_driver_sql(f"explain query plan {statement}", given).all()
                assert any("objects_by_id" in row[-1] for row in plan), plan
