"""A bundle is read whole or refused: hostile names, bombs and links never reach anything."""

from __future__ import annotations

import contextlib
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import proof_extra  # noqa: F401 - skips these tests without the extra
from stillwatch.verifier.canonical import Damaged
from stillwatch.verifier.container import pack, read, unpack

FILES = {"plan.json": b"{}", "materials/a.jsonl": b"1\n", "log.jsonl": b""}


def test_a_packed_bundle_is_a_zip_that_anybody_opens() -> None:
    """Another reader of ZIP files finds the same files."""
    with zipfile.ZipFile(io.BytesIO(pack(FILES))) as found:
        assert found.testzip() is None
        assert {name: found.read(name) for name in found.namelist()} == FILES


def test_packing_does_not_depend_on_order() -> None:
    """Equal files give equal bytes."""
    assert pack(dict(reversed(FILES.items()))) == pack(FILES)
    assert unpack(pack(FILES), "here") == FILES


@given(st.data())
def test_no_byte_of_a_packed_bundle_is_idle(data: st.DataObject) -> None:
    """Header, name, content, directory or end: an edit changes a file or is refused."""
    packed = bytearray(pack(FILES))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(Damaged):
        assert unpack(bytes(packed), "here") != FILES


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Rubbish ends in a sentence."""
    with pytest.raises(Damaged):
        unpack(data, "here")


def test_a_file_that_was_cut_off_is_called_so() -> None:
    """Half a download is no forgery: the sentence says what to do about it."""
    packed = pack(FILES)
    first_ends = packed.index(b"PK\x03\x04", 4)
    for length in (first_ends // 2, first_ends + 10, packed.index(b"PK\x01\x02"), len(packed) - 30):
        with pytest.raises(Damaged, match="cut off"):
            unpack(packed[:length], "here")


@pytest.mark.parametrize("name", ["../etc/passwd", "/abs", "a/../b", "a\\b", "C:x", "a//b", ".x"])
def test_names_that_climb_out_are_refused(name: str, tmp_path: Path) -> None:
    """Neither packing nor reading accepts them."""
    with pytest.raises(Damaged):
        pack({name: b""})
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(Damaged):
        unpack(made.getvalue(), "here")


def test_a_bomb_is_refused_before_it_is_opened() -> None:
    """Nothing is decompressed, so a file that would grow cannot."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("plan.json", b"0" * 10_000_000)
    assert len(made.getvalue()) < 20_000
    with pytest.raises(Damaged):
        unpack(made.getvalue(), "here")


def test_a_folder_is_read_and_a_link_in_it_is_not(tmp_path: Path) -> None:
    """A link could show a file of the reader's own machine as if it were evidence."""
    folder = tmp_path / "bundle"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    assert read(folder) == FILES
    (folder / "seal.json").symlink_to("/etc/hostname")
    with pytest.raises(Damaged, match="does not belong"):
        read(folder)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    """A wrong path is a sentence."""
    with pytest.raises(Damaged, match="neither a file nor a folder"):
        read(tmp_path / "nothing")
