"""What `stillwatch techniques` prints and writes."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from stillwatch.cli import app
from stillwatch.commands.techniques import FIRST_STATED, FORMATS, techniques
from stillwatch.io.cards import read_catalog
from stillwatch.model.errors import CardError, SettingError

LATER = datetime(2026, 12, 1, tzinfo=UTC)
CARD = """id = "AD-001"
title = "Theirs"
group = "reasoning extraction"
capability = "reasoning"
what = "Another text."
atlas = ["{atlas}"]
telltales = [{{ sign = "a sign", detectors = ["{detector}"] }}]
"""


def folder_with(folder: Path, atlas: str, detector: str) -> Path:
    """A folder with one technique card in place of ours."""
    (folder / "techniques").mkdir(parents=True)
    text = CARD.format(atlas=atlas, detector=detector)
    assert tomllib.loads(text)["id"] == "AD-001"
    (folder / "techniques" / "AD-001.toml").write_text(text, "utf-8")
    return folder


def words(told: Any) -> str:
    """What a person sees."""
    out = io.StringIO()
    Console(file=out, width=140, force_terminal=False).print(told.picture)
    return out.getvalue()


def test_every_technique_can_be_listed_and_shown() -> None:
    """The list has each with its group and detectors; each can be shown with its detectors."""
    told = techniques("list", None)
    cards = read_catalog().techniques
    assert sorted(entry["id"] for entry in told.as_json) == [card.id for card in cards]
    lines = words(told).splitlines()
    for entry in told.as_json:
        (line,) = [one for one in lines if one.startswith(f" {entry['id']} ")]
        assert entry["group"] in line
        assert f" {len(entry['detectors'])} " in line
        shown = techniques("show", entry["id"])
        assert shown.as_json == entry
        assert f"{entry['id']}  {entry['title']}" in words(shown)
        assert all(detector in words(shown) for detector in entry["detectors"])


def test_coverage_names_each_technique_with_what_plays_and_what_looks() -> None:
    """In both shapes."""
    told = techniques("coverage", None)
    assert [entry["technique"] for entry in told.as_json] == [
        card.id for card in read_catalog().techniques
    ]
    assert all(entry["technique"] in words(told) for entry in told.as_json)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("sing", None), "unknown action 'sing'"),
        (("show", None), "unknown action 'show'; use .*show ID"),
        (("list", "AD-001"), "unknown action 'list AD-001'"),
        (("show", "AD-999"), "unknown technique 'AD-999'; did you mean AD-0"),
        (("show", "wishes"), "unknown technique 'wishes'; see `techniques list`"),
        (("export", "pdf"), "unknown format 'pdf'; use one of stix, atlas, navigator"),
        (("export", "atlas"), "no file to write; give --out FILE"),
    ],
)
def test_what_techniques_cannot_do_is_told(given: tuple[str, str | None], said: str) -> None:
    """Unknown words and absent ones, with what to do."""
    with pytest.raises(SettingError, match=f"techniques: {said}"):
        techniques(*given)


def test_a_stix_export_needs_its_time(tmp_path: Path) -> None:
    """No clock is read: the same cards and time give the same bytes."""
    with pytest.raises(SettingError, match="STIX objects carry a time; give --as-of DATE"):
        techniques("export", "stix", out=tmp_path / "out")


@pytest.mark.parametrize(("form", "package"), [("stix", "stix2"), ("atlas", "yaml")])
def test_an_export_without_the_extra_names_it(form: str, package: str, tmp_path: Path) -> None:
    """Everything else works without; the sentence says what to install."""
    absent = f"import sys; sys.modules['{package}'] = None; from stillwatch.cli import main; main()"
    line = ["techniques", "export", form, "--as-of", "2026-12-01", "--out", str(tmp_path / "out")]
    found = subprocess.run([sys.executable, "-c", absent, *line], capture_output=True, check=False)
    assert found.returncode == 1
    said = found.stderr.decode()
    assert re.fullmatch(rf"error: export {form}: needs .*; install stillwatch\[sharing\]\n", said)


def files_of(out: Path) -> list[Path]:
    """What was written: one file, or a folder of them."""
    return sorted(one for one in out.rglob("*") if one.is_file()) if out.is_dir() else [out]


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_is_written_with_all_techniques(form: str, tmp_path: Path) -> None:
    """And what was written is told."""
    if form != "navigator":
        pytest.importorskip("stix2", reason="needs the `sharing` extra")
    out = tmp_path / "made" / "techniques.out"
    told = techniques("export", form, out=out, as_of=LATER)
    text = "".join(one.read_text("utf-8") for one in files_of(out))
    count = len(read_catalog().techniques)
    assert told.as_json == {"format": form, "file": str(out), "technique_count": count}
    assert f"{count} techniques written for {form}" in words(told)
    if form != "navigator":  # a layer holds what maps to ATLAS alone
        assert all(card.title in text for card in read_catalog().techniques)
    again = tmp_path / "again"
    techniques("export", form, out=again, as_of=LATER)
    assert [one.read_bytes() for one in files_of(again)] == [
        one.read_bytes() for one in files_of(out)
    ]


def test_a_users_cards_are_shown_and_exported(tmp_path: Path) -> None:
    """In place of ours of the same id, with what ATLAS calls what they cite."""
    mine = folder_with(tmp_path, "AML.T0040", read_catalog().detectors[0].id)
    assert "AI Model Inference API Access" in words(techniques("show", "AD-001", cards=mine))
    techniques("export", "navigator", cards=mine, out=tmp_path / "layer.json")
    layer = json.loads((tmp_path / "layer.json").read_text("utf-8"))
    entry = next(one for one in layer["techniques"] if one["techniqueID"] == "AML.T0040")
    assert "AD-001 Theirs" in entry["comment"]


@pytest.mark.parametrize(
    ("atlas", "detector", "said"),
    [
        ("AML.T9999", "token_ceiling", "cites 'AML.T9999'; ATLAS ids stand in atlas.toml"),
        ("AML.T0040", "wishes", "names unknown detector 'wishes'"),
    ],
)
def test_what_nobody_has_is_not_told_to_others(
    tmp_path: Path, atlas: str, detector: str, said: str
) -> None:
    """A made-up ATLAS id or detector stops an export, not a look at the card."""
    mine = folder_with(tmp_path, atlas, detector)
    assert "Another text." in words(techniques("show", "AD-001", cards=mine))
    with pytest.raises(CardError, match=rf"techniques/AD-001\.toml: {said}"):
        techniques("export", "navigator", cards=mine, out=tmp_path / "layer.json")
    assert not (tmp_path / "layer.json").exists()


def test_the_command_line_reads_the_words(tmp_path: Path) -> None:
    """JSON for machines, a table for people, cards and time as given."""
    runner = CliRunner()
    listed = json.loads(runner.invoke(app, ["techniques", "--json"]).stdout)
    assert len(listed) == len(read_catalog().techniques)
    assert "AD-007" in runner.invoke(app, ["techniques", "show", "AD-007"]).stdout
    pytest.importorskip("stix2", reason="needs the `sharing` extra")
    out = tmp_path / "bundle.json"
    line = ["techniques", "export", "stix", "--as-of", "2026-12-01", "--out", str(out)]
    assert runner.invoke(app, line).exit_code == 0
    objects = json.loads(out.read_text("utf-8"))["objects"]
    assert {one["modified"] for one in objects if "modified" in one} == {"2026-12-01T00:00:00.000Z"}
    assert {one["created"][:10] for one in objects} == {"2022-10-01", f"{FIRST_STATED:%Y-%m-%d}"}
