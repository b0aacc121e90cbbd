"""What may leave is decided in one place, field by field, and nobody is alone behind it."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sharing_room
from stillwatch.evals.sharing.labs import TERMS, circle_of, sender_of
from stillwatch.model.errors import Faults, SharingError
from stillwatch.sharing import profile as stix
from stillwatch.sharing.bands import band, lower_end
from stillwatch.sharing.disclose import disclose, refuse, why
from stillwatch.sharing.leaks import leaks


def test_every_field_that_leaves_has_a_reason() -> None:
    """All leaves of all objects are listed, none without words."""
    share = sharing_room.made()
    assert len(share.leaving) > 40
    assert all(one.reason for one in share.leaving)
    named = {(one.object_type, one.path.split(".")[-1]) for one in share.leaving}
    assert {("grouping", "window_start"), ("indicator", "token"), ("campaign", "accounts")} <= named


def test_a_listed_group_leaves_as_suspected() -> None:
    """Its own confidence, another kind of indicator, and nowhere a word of malice."""
    share = sharing_room.made(is_listed=True, posterior=0.4)
    (token,) = [one for one in share.objects if isinstance(one, stix.Indicator)]
    assert token.indicator_types == ["anomalous-activity"]
    assert token.confidence == 40
    (named,) = [one.name for one in share.objects if isinstance(one, stix.Campaign)]
    assert named.startswith("Suspected campaign ")
    assert share.event.name.startswith("Share of suspected campaign ")
    assert "malicious" not in str(share.objects)
    called = sharing_room.made(posterior=0.4)
    assert "malicious-activity" in str(called.objects)
    assert "uspected" not in str(called.objects)


def test_a_field_that_is_not_on_the_list_stops_the_share() -> None:
    """A description on a campaign was argued by nobody."""
    bad = [
        msgspec.structs.replace(one, description="acct-0001")
        for one in sharing_room.made().objects
        if isinstance(one, stix.Campaign)
    ]
    with pytest.raises(SharingError, match="not on the list"):
        list(why(bad))


def test_an_object_without_a_marking_does_not_leave() -> None:
    """TLP is enforced on every object, not on the bundle."""
    one = sharing_room.made().objects[-1]
    bad = msgspec.structs.replace(
        one,
        object_marking_refs=[stix.PROFILE.replace("extension-definition", "marking-definition")],
    )
    with pytest.raises(SharingError, match="TLP"):
        list(why([bad]))


@pytest.mark.parametrize(
    ("kind", "ours", "everybody"), [("payment", 40, 40), ("template", 4, 4), ("template", 40, 81)]
)
def test_what_others_have_or_cannot_meet_stays(kind: str, ours: int, everybody: int) -> None:
    """Cards are each lab's own, four are persons, and what others mostly have speaks of them."""
    share = sharing_room.made(traces=[sharing_room.trace(kind, 7, ours, everybody)])
    assert not [one for one in share.objects if isinstance(one, stix.Indicator)]
    assert any(what == "traces" for what, _ in share.withheld)


def test_a_small_campaign_does_not_leave() -> None:
    """Fewer than five accounts stand behind nothing."""
    with pytest.raises(SharingError, match="4 accounts"):
        sharing_room.made(account_count=4)


def test_markings_and_circles_are_held_together() -> None:
    """A marking stricter than the circle's, red among many, a stranger: all are said at once."""
    terms = replace(TERMS, tlp="red", expires_after_days=900)
    with pytest.raises(Faults) as raised:
        refuse(sharing_room.CIRCLE, terms, sender_of("nobody"))
    assert len(raised.value.exceptions) == 4
    two = replace(circle_of(("lab-a", "lab-b")), tlp="red")
    refuse(two, replace(TERMS, tlp="red"), sender_of("lab-a"))


def test_a_campaign_has_another_name_in_another_epoch_and_for_another_sender() -> None:
    """Nobody without the secret can join what was shared in two epochs."""
    month = 30 * 86_400
    later = sharing_room.campaign().last_seen_at.timestamp() + month
    moved = sharing_room.campaign().last_seen_at.fromtimestamp(later, sharing_room.NOW.tzinfo)
    names = {
        share.event.extensions.facts.cluster  # type: ignore[union-attr]
        for share in (
            sharing_room.made(),
            sharing_room.made("lab-b"),
            sharing_room.made(last_seen_at=moved),
        )
    }
    assert len(names) == 3


identifiers = st.from_regex(r"[a-z0-9._-]{4,12}@[a-z0-9._-]{8,12}", fullmatch=True)


@given(
    accounts=st.lists(identifiers, min_size=5, max_size=30, unique=True),
    campaign_id=identifiers,
    trait=st.integers(-(2**63), 2**63 - 1),
    exchanges=st.integers(10_001, 10**9),
)
def test_no_identifier_and_no_exact_figure_of_an_input_leaves(
    accounts: list[str], campaign_id: str, trait: int, exchanges: int
) -> None:
    """Whatever accounts are called, no byte that leaves names one, nor a key, nor a count."""
    data = sharing_room.sent(
        account_ids=tuple(accounts),
        account_count=len(accounts),
        campaign_id=campaign_id,
        exchange_count=exchanges,
        input_tokens=exchanges + 3,
        traces=[sharing_room.trace(trait=trait)],
    )
    assert leaks(data, [*accounts, campaign_id]) == []
    assert b"@" not in data
    told = re.findall(r"\d{5,}", data.decode())
    bands = set(band(exchanges).split("-"))
    assert not ({str(exchanges), str(exchanges + 3)} - bands) & set(told)
    if abs(trait) > 10**9:
        assert str(trait) not in data.decode()
        assert f"{trait & (2**64 - 1):016x}" not in data.decode()


def test_the_last_lock_sees_what_the_first_would_let_through() -> None:
    """Long identifiers are found inside words, short ones as words."""
    data = b'{"a": "xaccount-0001x", "b": "is u123", "c": "du1234", "d": 9999}'
    assert leaks(data, ["account-0001", "u123", "u1234", "9999"]) == ["account-0001", "u123"]


@given(st.integers(1, 10**12))
def test_a_band_holds_its_count(count: int) -> None:
    """Between its ends, and wide enough to hide it."""
    low, _, high = band(count).partition("-")
    assert int(low) == lower_end(count) <= count <= int(high or low)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_oasis_validator_finds_no_fault_in_a_share() -> None:
    """It remarks that ids are derived (103) and that tokens are a pattern type of ours (245)."""
    validator = pytest.importorskip("stix2validator", reason="needs the `dev` extra")
    whole = [*stix.public_objects("amber"), *sharing_room.made().objects]
    bundle = {"type": "bundle", "id": stix.derived("bundle", "test"), "objects": whole}
    text = msgspec.json.encode(bundle).decode()
    said = validator.validate_string(text, validator.ValidationOptions(version="2.1"))
    assert said.is_valid, said.errors
    codes = {re.search(r"\{(\d+)\}", str(one))[1] for one in said.warnings or []}  # type: ignore[index]
    assert codes <= {"103", "245"}
    assert {one["type"] for one in json.loads(text)["objects"]} >= {
        "grouping",
        "indicator",
        "campaign",
    }


def test_without_a_campaigns_techniques_nothing_is_made_up() -> None:
    """A technique that the catalogue does not know is not told."""
    share = disclose(
        sharing_room.campaign(techniques=("XX-999",)), [], "none", sharing_room.CATALOG,
        sharing_room.CIRCLE, TERMS, sender_of("lab-a"), sharing_room.NOW,
    )  # fmt: skip
    assert share.event.extensions.facts.behaviours == []  # type: ignore[union-attr]
