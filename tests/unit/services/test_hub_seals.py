"""A circle that asks for seals takes whole shares of their own sender, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import sharing_room
from hub_room import Room, indicator, opened
from stillwatch.evals.sharing.labs import private_key, public_key
from stillwatch.services.hub.people import add_member, seat
from stillwatch.services.hub.turn import turn
from stillwatch.sharing import profile as stix
from stillwatch.sharing.entry import enter
from stillwatch.sharing.inward import rows_of
from stillwatch.sharing.seal import is_sealed_by, sealed
from stillwatch.verifier.envelope import key_id

Objects = list[dict[str, Any]]


def share(member: str = "a", **campaign: Any) -> Objects:
    """A sealed share as values, its grouping last."""
    found: Objects = msgspec.json.decode(sharing_room.sent(f"lab-{member}", **campaign))["objects"]
    return found


def resealed(objects: list[Any], member: str = "a") -> Objects:
    """Objects of the profile under a new seal, as values."""
    found: Objects = [msgspec.to_builtins(o) for o in sealed(objects, private_key(f"lab-{member}"))]
    return found


def held(room: Room) -> Objects:
    """What the circle holds, every version."""
    query = {"match[version]": "all"}
    found: Objects = room.get(room.url("signed"), params=query).json().get("objects", [])
    return found


def check_out(room: Room, sent: Objects, *reasons: str, member: str = "a") -> None:
    """Every object is refused, with one of these reasons each; all of the reasons are given."""
    before = held(room)
    told = room.post(*sent, circle="signed", member=member).json()
    assert (told["success_count"], told["failure_count"]) == (0, len(sent)), told
    said = [one["message"] for one in told["failures"]]
    assert [one for one in said if not any(reason in one for reason in reasons)] == []
    assert [reason for reason in reasons if not any(reason in one for one in said)] == []
    assert held(room) == before


def test_a_sealed_share_enters_whole_and_its_receiver_can_check_it(room: Room) -> None:
    """What the hub hands on is what was sealed, on either database."""
    mine = share()
    assert room.post(*mine, circle="signed").json()["success_count"] == len(mine)
    assert held(room) == mine
    now = datetime.fromtimestamp(room.clock() / 1_000_000, UTC)
    found = enter(room.get(room.url("signed"), member="b").content, "hub", now)
    rows = rows_of(found.entered, sharing_room.CIRCLE, now)
    assert [(one.member_id, one.is_signed) for one in rows.indicators] == [("lab-a", True)]
    again = room.post(*mine[::-1], circle="signed").json()
    assert {one["message"] for one in again["successes"]} == {"already here"}


def test_whatever_a_seal_does_not_cover_exactly_stays_out(small: Room) -> None:
    """No seal, another's, an object less, more, or changed: each object says why."""
    mine, bare = share(), [msgspec.to_builtins(one) for one in sharing_room.made().objects]
    share_refused = f"its share {mine[-1]['id']} is refused"
    check_out(small, [indicator(1, tlp="amber")], "no seal of yours covers")
    check_out(small, bare, "bears no seal", share_refused)
    check_out(small, mine[:-1], "no seal of yours covers")
    check_out(small, mine[1:], "1 of its objects are not here", share_refused)
    other = sealed(sharing_room.made().objects, private_key("lab-b"))
    check_out(
        small, [msgspec.to_builtins(o) for o in other], "another key than yours", share_refused
    )
    for place in range(1, len(mine)):
        changed = [one | ({"confidence": 10} if at == place else {}) for at, one in enumerate(mine)]
        check_out(small, changed, "not what you sealed", share_refused)
    told = small.post(*mine, indicator(1), circle="signed").json()
    assert (told["success_count"], told["failure_count"]) == (len(mine), 1)
    assert held(small) == mine


def test_one_object_that_may_not_enter_keeps_its_whole_share_out(small: Room) -> None:
    """Whether it is wrong by itself or against what the circle holds."""
    parts = list(sharing_room.made().objects)
    red = msgspec.structs.replace(parts[1], object_marking_refs=[stix.TLP_IDS["red"]])
    check_out(
        small, resealed([parts[0], red, *parts[2:]]), "TLP:RED", "are not here or may not enter"
    )
    assert small.post(*resealed(parts), circle="signed").json()["failure_count"] == 0
    other = msgspec.structs.replace(parts[1], confidence=10)
    fresh = msgspec.structs.replace(
        parts[-1], id=stix.derived("grouping", "another"), object_refs=parts[-1].object_refs
    )
    told = small.post(*resealed([parts[0], other, *parts[2:-1], fresh]), circle="signed").json()
    assert (told["success_count"], told["failure_count"]) == (0, len(parts))
    said = [one["message"] for one in told["failures"]]
    assert said.count("another object with this id and version is here") == 1
    assert sum("another of its objects may not enter" in one for one in said) == len(parts) - 1


def test_a_broken_share_costs_another_of_the_same_request_nothing(small: Room) -> None:
    """Even where the two have objects together."""
    first, second = share(), share(campaign_id="C-ba9876543210")
    together = [one for one in second if one in first]
    assert together
    broken = [one | ({"confidence": 10} if one["type"] == "campaign" else {}) for one in first]
    told = small.post(*broken, *second, circle="signed").json()
    assert told["success_count"] == len(second) + len(together)  # the shared ones came twice
    assert sorted(one["id"] for one in held(small)) == sorted(one["id"] for one in second)


def test_a_member_may_share_again_under_another_marking(small: Room) -> None:
    """Its identity is the same in both, so the second share does not contradict the first."""
    from dataclasses import replace

    from stillwatch.sharing.disclose import disclose

    for tlp, day in (("amber", 10), ("green", 11)):
        made = disclose(
            sharing_room.campaign(), [sharing_room.trace()], "alert", sharing_room.CATALOG,
            sharing_room.CIRCLE, replace(sharing_room.TERMS, tlp=tlp),
            sharing_room.sender_of("lab-a"), datetime(2026, 3, day, tzinfo=UTC),
        )  # fmt: skip
        told = small.post(*resealed(list(made.objects)), circle="signed").json()
        assert told["failure_count"] == 0, told


def test_what_is_published_needs_no_seal_and_is_nobodys(small: Room) -> None:
    """Markings, the extension and who states it enter as they were published, and not otherwise."""
    public = [msgspec.to_builtins(one) for one in stix.public_objects("amber")]
    assert {one["type"] for one in public} == {
        "marking-definition", "identity", "extension-definition",
    }  # fmt: skip
    for member, circle in (("a", "signed"), ("b", "signed"), ("b", "open")):
        told = small.post(*public, member=member, circle=circle).json()
        assert told["success_count"] == len(public), told
    told = small.post(*[one | {"name": "other"} for one in public], circle="signed").json()
    assert told["failure_count"] == len(public)


def test_without_a_registered_key_nothing_can_be_sealed(small: Room) -> None:
    """The member is told whom to ask."""
    identity = stix.member_identity(key_id(public_key("lab-d")))
    with turn(small.hub.engine, small.clock) as ours:
        from stillwatch.services.hub.credentials import make_key

        add_member(ours, "lab-d", identity, None, "member")
        small.secrets["d"] = make_key(ours, "lab-d", small.hub.entropy)[1]
        seat(ours, "signed", "lab-d", can_read=True, can_write=True)
    check_out(small, share("d"), "your public key is not registered", member="d")


def test_the_largest_share_of_the_profile_fits_into_one_request(tmp_path: Path) -> None:
    """Ten thousand objects beside a grouping that names them all, under our own limits."""
    from stillwatch.services.hub.limits import Limits

    parts = list(sharing_room.made().objects)
    token = next(one for one in parts if isinstance(one, stix.Indicator))
    many = [
        msgspec.structs.replace(token, id=stix.derived("indicator", str(n)))
        for n in range(10_000 - len(parts) + 1)
    ]
    whole = [*parts[:-1], *many]
    grouping = msgspec.structs.replace(parts[-1], object_refs=[one.id for one in whole])
    with opened(f"sqlite:///{tmp_path / 'hub.sqlite'}", Limits()) as room:
        sent = resealed([*whole, grouping])
        assert len(sent) == 10_001
        told = room.post(*sent, circle="signed").json()
        assert (told["success_count"], told["failure_count"]) == (10_001, 0)


CHANGES = [
    {}, {"confidence": 10}, {"object_refs": []}, {"revoked": True}, {"type": 7}, {"modified": None},
    {"extensions": {stix.PROFILE: {"facts": "event"}}}, {"x": 2**70}, {"id": "grouping--1"},
]  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.integers(0, 10**9),
    times=st.lists(st.sampled_from([1, 1, 1, 1, 0, 2]), min_size=12, max_size=12),
    at=st.integers(0, 11),
    change=st.sampled_from(CHANGES),
    order=st.permutations(range(12)),
)
def test_no_half_of_a_share_is_ever_stored(
    small: Room, name: int, times: list[int], at: int, change: dict[str, Any], order: list[int]
) -> None:
    """However objects of two shares are dropped, doubled, changed and mixed."""
    both = [one for which in "xy" for one in share(campaign_id=f"C-{name:011}{which}")]
    both[at] |= change
    sent = [both[place] for place in order for _ in range(times[place])]
    before = held(small)
    told = small.post(*sent, circle="signed")
    assert told.status_code == 202 if sent else 422
    assert not sent or told.json()["total_count"] == len(sent)
    new = [one for one in held(small) if one not in before]
    covered: set[str] = set()
    for one in new:
        if one["type"] == "grouping":
            parts = [other for other in held(small) if other["id"] in one["object_refs"]]
            assert is_sealed_by(one, parts, public_key("lab-a"))
            covered |= {one["id"], *one["object_refs"]}
    assert {one["id"] for one in new} <= covered
