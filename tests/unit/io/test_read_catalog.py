"""The package's cards, and those of a user beside them."""

from pathlib import Path

import pytest

from stillwatch.io.cards import read_catalog
from stillwatch.model.errors import CardError, SourceError

CARD = 'id = "{id}"\ntitle = "theirs"\nlooks_like = "a"\ntells_apart = "b"\n'


def folder_with(folder: Path, id_: str) -> Path:
    """A folder of one card."""
    (folder / "alternatives").mkdir(parents=True)
    (folder / "alternatives" / f"{id_}.toml").write_text(CARD.format(id=id_), "utf-8")
    return folder


def test_a_users_cards_are_added_and_replace_ours(tmp_path: Path) -> None:
    """By id; and the digest of the catalogue is another."""
    ours = read_catalog()
    added = read_catalog(folder_with(tmp_path / "one", "zzz"))
    assert len(added.alternatives) == len(ours.alternatives) + 1
    replaced = read_catalog(folder_with(tmp_path / "two", ours.alternatives[0].id))
    assert replaced.alternatives[0].title == "theirs"
    assert len(replaced.alternatives) == len(ours.alternatives)
    assert len({ours.digest, added.digest, replaced.digest}) == 3


def test_the_same_cards_have_the_same_digest() -> None:
    """Read twice."""
    assert read_catalog().digest == read_catalog().digest


def test_a_users_bits_take_the_place_of_ours(tmp_path: Path) -> None:
    """Whole, not mixed; and they count in the digest."""
    path = tmp_path / "bits.json"
    path.write_text('{"measured_on": "here"}')
    catalog = read_catalog(bits=path)
    assert catalog.bits.measured_on == "here"
    assert not catalog.bits.level
    assert catalog.digest != read_catalog().digest


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A folder that is none, a file that is absent, a card that is no text, a stray card."""
    with pytest.raises(SourceError, match=r"absent: is not a folder"):
        read_catalog(tmp_path / "absent")
    with pytest.raises(SourceError, match=r"absent\.json"):
        read_catalog(bits=tmp_path / "absent.json")
    (tmp_path / "stray.toml").write_text('id = "stray"')
    with pytest.raises(CardError, match=r"stray\.toml: no such kind of card"):
        read_catalog(tmp_path)
    (tmp_path / "stray.toml").write_bytes(b"\xff")
    with pytest.raises(SourceError, match=r"stray\.toml"):
        read_catalog(tmp_path)
