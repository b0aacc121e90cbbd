"""A round of the threshold reveal opens what k laboratories hold, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

pytest.importorskip("voprf")

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
