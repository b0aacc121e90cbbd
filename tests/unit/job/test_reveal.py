"""A round of the threshold reveal opens what k laboratories hold, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("voprf")

from stillwatch.commands.reveal import reveal_key, reveal_of
from stillwatch.crypto.oprf import MOST_INPUTS, public_key
from stillwatch.crypto.threshold import Opened
from stillwatch.io.exchange import Exchange, spend
from stillwatch.job.reveal import POINTS, Table, reveal
from stillwatch.model.errors import SharingError

EPOCH = "2026-W12"
SEEDS = {f"lab-{name}": bytes([number + 1]) * 32 for number, name in enumerate("abc")}
KEYS = {lab: public_key(seed, EPOCH) for lab, seed in SEEDS.items()}


def table(lab: str, folder: Path, keys: Mapping[str, bytes] = KEYS) -> Table:
    """One laboratory's view of a round in which two must hold a thing."""
    return Table(
        me=lab, keys=keys, seed=SEEDS[lab], epoch=EPOCH, least=2, ledger=folder / f"{lab}.json"
    )


def played(folder: Path, held: Mapping[str, Sequence[bytes]]) -> dict[str, list[Opened]]:
    """A round of all laboratories at one time."""

    def one(lab: str) -> list[Opened]:
        return reveal(table(lab, folder), held[lab], Exchange(folder / "round", lab, 60))

    with ThreadPoolExecutor(len(held)) as pool:
        return dict(zip(held, pool.map(one, held), strict=True))


def test_what_two_hold_opens_for_all_and_the_rest_stays_closed(tmp_path: Path) -> None:
    """Every laboratory learns the same; what one alone holds stands in no message."""
    held = {"lab-a": [b"ip 1", b"ip 2"], "lab-b": [b"ip 2", b"ip 3"], "lab-c": []}
    found = played(tmp_path, held)
    for some in found.values():
        assert [one.indicator for one in some] == [b"ip 2"]
    assert found["lab-c"][0].members == ("lab-a", "lab-b")
    said = b"".join(path.read_bytes() for path in (tmp_path / "round").rglob("*.json"))
    assert b"ip 1" not in said


def test_a_round_has_a_place_of_its_own(tmp_path: Path) -> None:
    """Messages of an earlier round are never taken for an answer."""
    Exchange(tmp_path, "lab-a", 1).put("ask.json", b"[]")
    with pytest.raises(SharingError, match="earlier round"):
        Exchange(tmp_path, "lab-a", 1)


def test_who_does_not_come_is_named(tmp_path: Path) -> None:
    """After the time that was agreed the round ends, and says whom it lacked."""
    with pytest.raises(SharingError, match="what lab-b has to say, what lab-c has to say"):
        reveal(table("lab-a", tmp_path), [b"x"], Exchange(tmp_path / "round", "lab-a", 0.5))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("ask.json", b"{", "cannot be read"),
        ("ask.json", msgspec.json.encode([b"no point"]), "no point of the group"),
        ("answer-lab-a.json", msgspec.json.encode([b"x"] * 32), "published key"),
        (
            POINTS,
            msgspec.json.encode([{"member": "lab-c", "tag": b"t", "share": b"s", "closed": b"c"}]),
            "another's name",
        ),
    ],
)
def test_what_does_not_fit_ends_the_round(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    """Malformed questions, answers under another key and points in another's name are refused."""
    Exchange(tmp_path / "round", "lab-b", 1).put(name, data)
    with pytest.raises(SharingError, match=said):
        reveal(table("lab-a", tmp_path), [b"x"], Exchange(tmp_path / "round", "lab-a", 5))


def test_nobody_gets_more_values_than_the_budget(tmp_path: Path) -> None:
    """Guessing takes a laboratory's function, and it is lent for so many inputs an epoch."""
    ledger = tmp_path / "ledger.json"
    spend(ledger, "lab-b 2026-W12", MOST_INPUTS, MOST_INPUTS)
    spend(ledger, "lab-b 2026-W13", 1, MOST_INPUTS)
    with pytest.raises(SharingError, match="budget"):
        spend(ledger, "lab-b 2026-W12", 1, MOST_INPUTS)


def test_a_broken_ledger_gives_no_budget_anew(tmp_path: Path) -> None:
    """An empty or broken file is an error that names it; what was refused leaves none behind."""
    ledger = tmp_path / "ledger.json"
    with pytest.raises(SharingError, match="budget"):
        spend(ledger, "lab-b 2026-W12", MOST_INPUTS + 1, MOST_INPUTS)
    spend(ledger, "lab-b 2026-W12", 1, MOST_INPUTS)
    for data in (b"", b"{", b"[]", b'{"lab-b 2026-W12": "many"}', b"\xff"):
        ledger.write_bytes(data)
        with pytest.raises(SharingError, match=r"ledger\.json: ") as caught:
            spend(ledger, "lab-b 2026-W12", 1, MOST_INPUTS)
        assert caught.value.remedy
        assert ledger.read_bytes() == data


@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "a b", "\x1b[2J"])
def test_a_list_of_laboratories_names_no_other_folder(tmp_path: Path, name: str) -> None:
    """Their names are folders of the round's place."""
    file, secret = tmp_path / "labs.toml", tmp_path / "secret"
    rows = [("lab-a", KEYS["lab-a"]), (name, KEYS["lab-b"])]
    file.write_text(
        "".join(f"[[lab]]\nname = {json.dumps(n)}\nkey = '{k.hex()}'\n" for n, k in rows)
    )
    secret.write_bytes(SEEDS["lab-a"])
    with pytest.raises(SharingError, match="by no short name"):
        reveal_of(
            tmp_path / "run", tmp_path / "history", "C-1", accounts=None, me="lab-a", labs=file,
            secret=secret, epoch=EPOCH, least=2, place=tmp_path / "round",
            ledger=tmp_path / "ledger.json", minutes=1,
        )  # fmt: skip


@pytest.mark.parametrize("size", [31, 33, 64])
def test_a_secret_of_another_length_is_told(tmp_path: Path, size: int) -> None:
    """The function needs 32 bytes."""
    (tmp_path / "secret").write_bytes(b"s" * size)
    with pytest.raises(SharingError, match=f"{size} bytes"):
        reveal_key(tmp_path / "secret", EPOCH)


@pytest.mark.parametrize("blank", [b"\n", b" ", b"\t", b"\x0b", b"\x0c", b"\r"])
def test_random_bytes_may_begin_and_end_like_blanks(tmp_path: Path, blank: bytes) -> None:
    """One documented secret in twenty-one does, and is as good as the others."""
    (tmp_path / "secret").write_bytes(blank + b"s" * 30 + blank)
    expected = public_key(blank + b"s" * 30 + blank, EPOCH).hex()
    assert reveal_key(tmp_path / "secret", EPOCH).as_json["key"] == expected
