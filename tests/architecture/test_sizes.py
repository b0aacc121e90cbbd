"""Rooms stay readable: modules, functions and cards are small, and each says what it is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
CARDS = sorted((ROOT / "src/stillwatch/catalog").rglob("*.toml"))
VAGUE = {"utils", "util", "helpers", "core", "common", "base", "manager", "misc"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def named(path: Path) -> str:
    """A path as it is said."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> list[Function]:
    """Every function of a module, inner ones too."""
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, Function)]


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_is_under_400_lines(path: Path) -> None:
    """What does not fit a sitting is two modules."""
    assert len(path.read_text("utf-8").splitlines()) < 400


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_function_is_under_60_lines(path: Path) -> None:
    """A command may list its options: only lines after the signature count."""
    long = {
        one.name: one.end_lineno - one.body[0].lineno
        for one in functions(path)
        if one.end_lineno is not None and one.end_lineno - one.body[0].lineno >= 60
    }
    assert long == {}


@pytest.mark.parametrize("path", CARDS, ids=named)
def test_a_card_is_under_120_lines(path: Path) -> None:
    """A card fits a screen or two; tables of other vocabularies' names are no card.

    The phrases of a marker are data, like the rows of a table, and do not count (decision 0034).
    """
    if path.name != "mappings.toml":
        written = re.sub(
            r"^groups = \[\n.*?^\]$", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE
        )
        assert len(written.splitlines()) < 120


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=named)
def test_a_module_says_in_one_sentence_what_it_does(path: Path) -> None:
    """The first line finishes "this file …"; an empty `__init__` has nothing to say."""
    content = path.read_text("utf-8")
    if path.name == "__init__.py" and not content.strip():
        return
    first = (ast.get_docstring(ast.parse(content)) or "").splitlines()[:1]
    assert first, "no docstring"
    assert re.search(r"[.:;,…`'a-z]$", first[0])


@pytest.mark.parametrize("path", [p for p in TESTS if p.name.startswith("test_")], ids=named)
def test_a_test_states_the_behaviour(path: Path) -> None:
    """Every test has a docstring."""
    mute = [
        f.name for f in functions(path) if f.name.startswith("test_") and not ast.get_docstring(f)
    ]
    assert mute == []


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_is_named_after_what_it_does(path: Path) -> None:
    """No name that means anything."""
    assert not VAGUE & {*path.with_suffix("").relative_to(ROOT).parts}
