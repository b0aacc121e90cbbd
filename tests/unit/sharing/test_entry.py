"""What peers send is hostile until it was read; nobody speaks in another's name."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sharing_room
from stillwatch.model.errors import SharingError
from stillwatch.sharing.entry import EntryLimits, enter
from stillwatch.sharing.inward import rows_of

NOW = sharing_room.NOW + timedelta(hours=1)


def objects(**change: Any) -> list[dict[str, Any]]:
    """A share as values, its indicators changed."""
    found: list[dict[str, Any]] = json.loads(sharing_room.sent())["objects"]
    return [one | change if one["type"] == "indicator" else one for one in found]


def entered(values: list[Any]) -> Any:
    """What comes in of these values."""
    return enter(json.dumps({"objects": values}).encode(), "test", NOW)


def test_a_share_comes_in_whole_and_signed() -> None:
    """Every object is sound, and the indicator is its sender's."""
    found = enter(sharing_room.sent(), "test", NOW)
    rows = rows_of(found.entered, sharing_room.CIRCLE, NOW)
    assert found.refused == [] == rows.refused
    assert [(one.member_id, one.is_signed) for one in rows.indicators] == [("lab-a", True)]


def test_order_does_not_matter() -> None:
    """A hub hands objects out as it likes."""
    rows = rows_of(entered(objects()[::-1]).entered, sharing_room.CIRCLE, NOW)
    assert [one.is_signed for one in rows.indicators] == [True]


@pytest.mark.parametrize(
    "change",
    [
        {"confidence": 10},
        {"name": "Shared other"},
        {"valid_until": "2026-05-01T00:00:00.000Z"},
        {"revoked": True},
    ],
)
def test_a_changed_object_breaks_the_seal(change: dict[str, Any]) -> None:
    """It is kept as unsigned, which never counts."""
    rows = rows_of(entered(objects(**change)).entered, sharing_room.CIRCLE, NOW)
    assert [one.is_signed for one in rows.indicators] == [False]
    assert "not what was sealed" in rows.refused[0].reason


def test_a_missing_object_breaks_the_seal() -> None:
    """Half a share counts for nothing."""
    rows = rows_of(entered(objects()[1:]).entered, sharing_room.CIRCLE, NOW)
    assert [one.is_signed for one in rows.indicators] == [False]
    assert "lacks 1" in rows.refused[0].reason


def test_a_seal_over_a_marking_covers_no_members_words() -> None:
    """A marking has neither author nor version; one in a share breaks the seal and nothing else."""
    from stillwatch.sharing import profile as stix

    mine, marking = objects(), json.loads(stix.ENCODER.encode(stix.tlp_marking("green")))
    mine[-1]["object_refs"].append(marking["id"])
    rows = rows_of(entered([marking, *mine]).entered, sharing_room.CIRCLE, NOW)
    assert [one.is_signed for one in rows.indicators] == [False]
    assert "lacks 1" in rows.refused[0].reason


def test_a_stranger_is_nobody() -> None:
    """A key that the circle does not know signs for nobody."""
    from stillwatch.evals.sharing.labs import circle_of

    found = enter(sharing_room.sent(), "test", NOW)
    rows = rows_of(found.entered, circle_of(("lab-b", "lab-c")), NOW)
    assert [one.is_signed for one in rows.indicators] == [False]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"modified": "2027-01-01T00:00:00.000Z"}, "future"),
        ({"modified": "2025-01-01T00:00:00.000Z"}, "before it was made"),
        ({"created": "2026-02-30T00:00:00.000Z"}, "time that there is not"),
        ({"created": "yesterday"}, "regex"),
        ({"object_marking_refs": []}, "length"),
        (
            {"object_marking_refs": ["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]},
            "RED",
        ),
        ({"pattern": "t1:made-up:0:template:p1_aaaaaaaaaaaaaaaaaaaa"}, "not the token"),
        ({"confidence": 101}, "100"),
        ({"spec_version": "2.0"}, "spec_version"),
        ({"valid_until": "2026-01-01T00:00:00.000Z"}, "expires before"),
        ({"valid_until": "2029-01-01T00:00:00.000Z"}, "400 days"),
        ({"name": "x" * 1_100_000}, "bytes"),
        ({"id": "campaign--00000000-0000-4000-8000-000000000000"}, "another type"),
    ],
)
def test_a_wrong_object_is_refused_alone(change: dict[str, Any], said: str) -> None:
    """With its reason and its id, and the others come in."""
    found = entered(objects(**change))
    assert [said in one.reason for one in found.refused] == [True], found.refused
    assert len(found.entered) == len(objects()) - 1


def test_doubles_are_one_and_contradictions_are_refused() -> None:
    """The same twice is harmless; two things under one id and time are not."""
    mine = objects()
    assert len(entered([*mine, mine[1]]).entered) == len(mine)
    assert len(entered([*mine, mine[1] | {"name": "other"}]).refused) == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b"\xff\xfe", b'{"objects": 1}', b'{"objects":' + b"[" * 100_000],
)
def test_what_is_no_envelope_is_said_so(data: bytes) -> None:
    """Also when it is nested so deep that a reader could fall."""
    with pytest.raises(SharingError, match="no envelope"):
        enter(data, "test", NOW)


def test_envelopes_have_limits() -> None:
    """Of bytes and of objects."""
    with pytest.raises(SharingError, match="bytes"):
        enter(sharing_room.sent(), "test", NOW, EntryLimits(bytes=10))
    with pytest.raises(SharingError, match="objects"):
        enter(sharing_room.sent(), "test", NOW, EntryLimits(objects=2))


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)
    )
)
def test_anything_at_all_is_refused_or_passed_over(value: Any) -> None:
    """No value of JSON raises anything but our own error."""
    found = entered([value, {"type": "malware", "x": value}])
    assert len(found.refused) + sum(found.passed_over.values()) == 2
