"""Labs share over a hub: sent, read on from the last time, answered, taken back, never doubled."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import hub_extra  # noqa: F401 - skips these tests without the extra
import sharing_room
from hub_room import Room, opened
from sharing_run import LISTED, Lab, labs, run_folder
from stillwatch.cli import app
from stillwatch.io import doors
from stillwatch.io.egress import read_log
from stillwatch.io.inbox import read_inbox, take_in
from stillwatch.io.keys import read_public
from stillwatch.io.taxii import Limits, TaxiiClient
from stillwatch.model.errors import SettingError, SharingError
from stillwatch.sharing.belief import believe

BASIS = ["--legal-basis", "contract"]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    """A hub in this process, to which every door leads."""
    with opened(f"sqlite:///{tmp_path / 'hub.db'}") as found:
        carried = partial(TaxiiClient, transport=found.transport)
        monkeypatch.setattr(doors, "TaxiiClient", carried)
        yield found


def said(*words: str) -> Any:
    """What a verb answers."""
    done = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert done.exit_code == 0
    return json.loads(done.stdout)


def share(lab: Lab, run: Path, campaign: str = "C-0123456789ab") -> Any:
    """A campaign of a run, shared over the hub."""
    names = ["--names", str(lab.folder / "names.secret")]
    return said("share", str(run), "--campaign", campaign, *names, *lab.words(*BASIS))


def receive(lab: Lab, *more: str) -> Any:
    """What has come since the last time."""
    into = ["--circle", str(lab.folder / "circle.toml"), "--into", str(lab.folder / "peers")]
    return said("receive", str(lab.folder / "hub.toml"), *into, *more)


def answer(lab: Lab, run: Path) -> Any:
    """Sightings of what peers told of."""
    rest = ["--names", str(lab.folder / "names.secret"), "--into", str(lab.folder / "peers")]
    return said("receive", "sightings", str(run), *rest, *lab.words(*BASIS))


def test_a_share_reaches_a_peer_once_and_is_logged(room: Room, tmp_path: Path) -> None:
    """What the hub holds is what the log holds; reading again brings nothing twice."""
    first, second = labs(room, tmp_path)
    told = share(first, run_folder(tmp_path / "run"))
    assert told["sent"]["accepted"] == told["objects"]
    (entry,) = read_log(first.folder / "egress", read_public(first.folder / "me.pub"))
    assert entry["body"]["to"] == str(first.folder / "hub.toml")
    got = receive(second)
    assert (got["members"], got["unsigned"], got["refused"]) == ({"share-x": 1}, 0, [])
    assert receive(second)["entered"] == 0
    assert receive(second, "--again")["entered"] == told["objects"]
    assert len(read_inbox(second.folder / "peers").indicators) == 1


def test_a_later_share_counts_though_its_author_is_not_sent_again(
    room: Room, tmp_path: Path
) -> None:
    """The hub gives an identity once; the seal of the next share covers it all the same."""
    first, second = labs(room, tmp_path)
    share(first, run_folder(tmp_path / "run"))
    receive(second)
    other = sharing_room.trace(trait=8)
    object.__setattr__(other, "campaign_id", "C-later")
    share(first, run_folder(tmp_path / "later", other, campaign_id="C-later"), "C-later")
    got = receive(second)
    assert (got["members"], got["refused"], got["indicators"]) == ({"share-x": 1}, [], 2)


def test_a_later_share_of_the_same_campaign_hides_no_token(room: Room, tmp_path: Path) -> None:
    """Every version is asked for: the first share's tokens count beside those of the second."""
    first, second = labs(room, tmp_path)
    share(first, run_folder(tmp_path / "run"))
    time.sleep(1.1)  # versions are told apart by the second in which they were made
    share(first, run_folder(tmp_path / "later", sharing_room.trace(trait=8)))
    got = receive(second)
    assert got["refused"] == []
    found = read_inbox(second.folder / "peers").indicators
    assert len({one.token for one in found}) == 2
    assert all(one.is_signed for one in found)


def test_nothing_leaves_in_the_name_of_nobody(room: Room, tmp_path: Path) -> None:
    """A blank name signs nothing; the log of what left stays empty."""
    (lab, _), run = labs(room, tmp_path), run_folder(tmp_path / "run")
    names = ["--names", str(lab.folder / "names.secret")]
    with pytest.raises(SettingError, match="--person"):
        said(
            "share", str(run), "--campaign", "C-0123456789ab", *names,
            *lab.words(*BASIS, person="  "),
        )  # fmt: skip
    assert not (lab.folder / "egress").exists()


def test_an_indicator_that_nobody_told_of_cannot_be_disputed(room: Room, tmp_path: Path) -> None:
    """A wrong id is said before anything leaves."""
    first, second = labs(room, tmp_path)
    run = run_folder(tmp_path / "run")
    share(first, run)
    receive(second)
    rest = ["--names", str(second.folder / "names.secret"), "--into", str(second.folder / "peers")]
    with pytest.raises(SharingError, match="holds no indicator 'indicator--9'"):
        said(
            "receive", "sightings", str(run), "--dispute", "indicator--9", *rest,
            *second.words(*BASIS),
        )  # fmt: skip
    assert not (second.folder / "egress").exists()


def test_a_share_that_ends_on_the_next_page_counts(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stops between two pages goes on where he was and has the whole share."""
    first, second = labs(room, tmp_path)
    share(first, run_folder(tmp_path / "run"))
    monkeypatch.setattr("stillwatch.commands.receive.PAGE", 2)
    limits = partial(doors.TaxiiClient, limits=_pages_of(2))
    monkeypatch.setattr(doors, "TaxiiClient", limits)
    got = receive(second)
    assert (got["refused"], got["entered"]) == ([], 6)
    (row,) = read_inbox(second.folder / "peers").indicators
    assert row.is_signed
    assert row.member_id == "share-x"


def test_interrupted_receiving_goes_on(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The place is kept after the objects, page by page."""
    first, second = labs(room, tmp_path)
    share(first, run_folder(tmp_path / "run"))
    monkeypatch.setattr("stillwatch.commands.receive.PAGE", 2)
    monkeypatch.setattr(doors, "TaxiiClient", partial(doors.TaxiiClient, limits=_pages_of(2)))
    monkeypatch.setattr("stillwatch.commands.receive.take_in", _fails_the(2))
    with pytest.raises(OSError, match="the disk is full"):
        receive(second)
    monkeypatch.undo()
    monkeypatch.setattr(doors, "TaxiiClient", partial(TaxiiClient, transport=room.transport))
    got = receive(second)
    assert (got["entered"], got["refused"]) == (4, [])
    assert [one.is_signed for one in read_inbox(second.folder / "peers").indicators] == [True]


def test_our_own_words_come_back_and_corroborate_nothing(room: Room, tmp_path: Path) -> None:
    """What we said stands in our own inbox too; it is not a second witness to itself."""
    first, second = labs(room, tmp_path)
    run = run_folder(tmp_path / "run")
    share(first, run)
    share(second, run_folder(tmp_path / "empty", sharing_room.trace(trait=9)))
    receive(first)
    assert answer(first, run) == []  # it has no indicator of a peer to answer, its own least of all
    receive(first)
    inbox = read_inbox(first.folder / "peers")
    assert {one.member_id for one in inbox.indicators} == {"share-x", "share-y"}
    now = max(one.received_at for one in inbox.indicators)
    believed, worth = believe(inbox.indicators, inbox.opinions, now, ourselves="share-x")
    assert [(one.member_count, one.is_corroborated) for one in believed] == [(1, False)]
    assert [one.member_id for one in worth] == ["share-y"]


def test_an_answer_reaches_who_shared_and_is_one_voice_however_often_it_comes(
    room: Room, tmp_path: Path
) -> None:
    """A sighting counts for whom it is not from, once; the peer's own share is not confirmed."""
    first, second = labs(room, tmp_path)
    run = run_folder(tmp_path / "run")
    share(first, run)
    receive(second)
    (answered,) = answer(second, run)
    assert answered["sightings"] == 1
    assert answered["sent"]["accepted"] == 3
    for lab in (first, second):
        receive(lab)
        receive(lab, "--again")
    told = {lab.name: read_inbox(lab.folder / "peers") for lab in (first, second)}
    now = max(one.received_at for one in told["share-y"].indicators)
    ours = believe(told["share-x"].indicators, told["share-x"].opinions, now, ourselves="share-x")
    assert ours == ((), ())
    theirs, _ = believe(
        told["share-y"].indicators, told["share-y"].opinions, now, ourselves="share-y"
    )
    assert [(one.member_count, one.is_corroborated) for one in theirs] == [(1, True)]


def test_what_was_withdrawn_is_gone_at_every_receiver(room: Room, tmp_path: Path) -> None:
    """It is shown first; then every object is revoked, sealed and logged, for good."""
    first, second = labs(room, tmp_path)
    share(first, run_folder(tmp_path / "run"))
    receive(second)
    shown = said("withdraw", str(first.shared), *first.known())
    assert shown["left"] is False
    assert shown["withdrawn"]["indicator"] == 1
    assert receive(second)["entered"] == 0
    said("withdraw", str(first.shared), *first.words())
    got = receive(second)
    assert (got["revoked"], got["refused"]) == (1, [])
    inbox = read_inbox(second.folder / "peers")
    now = max(one.received_at for one in inbox.indicators)
    assert believe(inbox.indicators, inbox.opinions, now, ourselves="share-y") == ((), ())
    actions = [
        one["action"]
        for one in read_log(first.folder / "egress", read_public(first.folder / "me.pub"))
    ]
    assert actions == ["shared", "withdrew"]


def test_nobody_withdraws_what_is_not_his_or_was_changed(room: Room, tmp_path: Path) -> None:
    """A share is taken back by its author, whole, as it left."""
    first, second = labs(room, tmp_path)
    share(first, run_folder(tmp_path / "run"))
    with pytest.raises(SharingError, match="not a share that this key sealed"):
        said("withdraw", str(first.shared), *second.words())
    changed = tmp_path / "changed.json"
    changed.write_text(first.shared.read_text().replace('"confidence": 90', '"confidence": 50'))
    assert changed.read_text() != first.shared.read_text()
    with pytest.raises(SharingError, match="not a share that this key sealed"):
        said("withdraw", str(changed), *first.words())


def test_what_the_hub_refuses_is_said_and_can_be_sent_again(room: Room, tmp_path: Path) -> None:
    """It was logged; the words say what did not arrive, and `send` gives it later, once."""
    first, _ = labs(room, tmp_path)
    run = run_folder(tmp_path / "run")
    key = first.folder / "hub.key"
    right = key.read_text()
    key.write_text("no key of anybody")
    with pytest.raises(SharingError, match=r"has not arrived.*401.*stillwatch send"):
        share(first, run)
    key.write_text(right)
    rest = ["--log", str(first.folder / "egress"), "--member", str(first.folder / "me.pub")]
    words = ["send", str(first.shared), *rest, "--to", str(first.folder / "hub.toml")]
    assert said(*words)["sent"]["accepted"] == 6
    assert said(*words)["sent"]["accepted"] == 6
    other = tmp_path / "other.json"
    other.write_text(first.shared.read_text() + " ")
    with pytest.raises(SharingError, match="nobody let it leave"):
        said("send", str(other), *words[2:])


def test_objects_that_the_hub_refuses_are_named(room: Room, tmp_path: Path) -> None:
    """A share stricter than the collection takes does not enter, and every reason is given."""
    first, _ = labs(room, tmp_path)
    with first.folder.joinpath("hub.toml").open("a") as file:
        file.write('collection = "open"\n')
    with pytest.raises(SharingError, match=r"404|403|has 0 collections"):
        share(first, run_folder(tmp_path / "run"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("address = 3", "Expected `str`"),
        ('address = "https://a.example/"\nsecret = "x"', "unknown field"),
        ('address = "https://a.example/"\nkey = "a"\nkey_variable = "B"', "names two keys"),
        ('address = "https://a.example/"\nkey_variable = "NOT_SET_ANYWHERE"', "holds no key"),
        ('address = "https://a.example/"\nkey = "nowhere.key"', "cannot be read"),
        ('address = "https://a.example/"\nuser = "me"', "names no key"),
    ],
)
def test_a_hub_file_that_says_too_little_or_too_much(tmp_path: Path, text: str, says: str) -> None:
    """A key is named, never written on a command line, and has no default."""
    (tmp_path / "hub.toml").write_text(text)
    with pytest.raises(SharingError, match=says):
        doors.read_door(tmp_path / "hub.toml")


def test_nothing_is_sent_that_nobody_signed(room: Room, tmp_path: Path) -> None:
    """`--to` alone is a slip, not a wish."""
    first, _ = labs(room, tmp_path)
    run = run_folder(tmp_path / "run")
    words = ["share", str(run), "--campaign", "C-0123456789ab", *first.known()]
    words += ["--names", str(first.folder / "names.secret"), "--to", str(run)]
    with pytest.raises(SettingError, match="nobody signed"):
        said(*words)


def test_a_door_takes_a_bought_token_and_a_key_of_the_environment(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OAuth2 client credentials open the hub as the key itself does."""
    first, _ = labs(room, tmp_path)
    monkeypatch.setenv("HUB_KEY_OF_A_TEST", (first.folder / "hub.key").read_text())
    (first.folder / "hub.toml").write_text(
        'address = "http://localhost/taxii2/"\nkey_variable = "HUB_KEY_OF_A_TEST"\n'
        f'user = "{first.name}"\ntoken_url = "/oauth2/token"\n'
    )
    assert share(first, run_folder(tmp_path / "run"))["sent"]["accepted"] == 6


def _pages_of(size: int) -> Any:
    return Limits(page_objects=size)


def _fails_the(number: int) -> Callable[..., Any]:
    calls = iter(range(1, 100))

    def taken(*given: Any) -> Any:
        if next(calls) == number:
            raise OSError("the disk is full")
        return take_in(*given)

    return taken


def test_a_listed_group_is_shared_as_suspected(room: Room, tmp_path: Path) -> None:
    """By its id, as a campaign is; who receives it sees how sure the sender is."""
    first, second = labs(room, tmp_path)
    share(first, run_folder(tmp_path / "run"), LISTED)
    receive(second)
    (row,) = read_inbox(second.folder / "peers").indicators
    assert row.confidence == 40
    assert "Suspected campaign" in first.shared.read_text("utf-8")


def test_an_unknown_id_is_told_with_the_known_ones(room: Room, tmp_path: Path) -> None:
    """Campaigns first, then listed groups."""
    (lab, _), run = labs(room, tmp_path), run_folder(tmp_path / "run")
    with pytest.raises(
        SharingError, match=rf"no campaign or group 'C-9'.*C-0123456789ab, {LISTED}"
    ):
        share(lab, run, "C-9")
