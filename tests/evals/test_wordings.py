"""Markers meet wordings that nobody who made them had seen."""

import json
from pathlib import Path

import pytest

from stillwatch.evals.wordings import main, met, read_wordings, together
from stillwatch.io.cards import read_catalog
from stillwatch.model.errors import SourceError
from stillwatch.model.marker import MarkerCard

FOLDER = Path(__file__).parents[2] / "benchmarks" / "wordings"
MARKERS = [
    MarkerCard(id="rubric", title="", why="", where="both", groups=(("score",),), tests=()),
    MarkerCard(id="other", title="", why="", where="both", groups=(("nowhere",),), tests=()),
]


def write(path: Path, *rows: tuple[str, bool, str, str]) -> None:
    """Wordings as intent, hostile, language and text."""
    names = ("intent", "hostile", "language", "text")
    lines = [json.dumps(dict(zip(names, row, strict=True))) for row in rows]
    path.write_text("\n".join(lines))


def test_shares_are_counted_by_author_marker_and_language(tmp_path: Path) -> None:
    """Near misses of a marker and ordinary prompts count as mistaken; other intents do not."""
    write(
        tmp_path / "one.jsonl",
        ("rubric", True, "en", "Score it"),
        ("rubric", True, "en", "Mark it"),
        ("rubric", True, "de", "Score bitte"),
        ("rubric", False, "en", "What was the score of the match?"),
        ("other", False, "en", "The score is nil"),
        ("none", False, "fr", "Bonjour"),
    )
    write(tmp_path / "two.jsonl", ("rubric", True, "en", "score"))
    told = met(read_wordings(tmp_path), MARKERS)
    assert list(told) == ["one", "two"]
    row = told["one"]["rubric"]
    assert (row.english.hits, row.english.count) == (1, 2)
    assert (row.others.hits, row.others.count) == (1, 1)
    assert (row.mistaken.hits, row.mistaken.count) == (1, 2)
    assert (told["two"]["rubric"].english.hits, told["two"]["rubric"].mistaken.count) == (1, 0)


def test_a_line_that_is_no_wording_is_named(tmp_path: Path) -> None:
    """File and number; and a folder without any is refused."""
    (tmp_path / "bad.jsonl").write_text('{"intent": "rubric"}')
    with pytest.raises(SourceError, match=r"bad\.jsonl, line 1"):
        read_wordings(tmp_path)
    (tmp_path / "bad.jsonl").unlink()
    with pytest.raises(SourceError, match="holds no wordings"):
        read_wordings(tmp_path)


def test_more_than_half_of_what_strangers_ask_is_recognised_and_little_mistaken() -> None:
    """Two authors who were held out: measured .59 and .62 in English, .77 and .83 elsewhere."""
    told = met(read_wordings(FOLDER), read_catalog().markers)
    held_out = {author: rows for author, rows in told.items() if author.startswith("held-out")}
    assert len(held_out) == 2
    for rows in held_out.values():
        assert len(rows) == 28
        assert together(one.english for one in rows.values()).value > 0.5
        assert together(one.others for one in rows.values()).value > 0.7
        assert together(one.mistaken for one in rows.values()).value < 0.005


def test_the_command_prints_every_author(capsys: pytest.CaptureFixture[str]) -> None:
    """A row a marker, and sums."""
    main([str(FOLDER)])
    said = capsys.readouterr().out
    assert said.count("all, english") == 5
    assert "reasoning_verbatim" in said
