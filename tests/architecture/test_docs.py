"""The documentation cannot rot: what exists is documented, and what is documented exists."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer
from typer.testing import CliRunner

from stillwatch.catalog.check import check
from stillwatch.catalog.contract import PUBLISHED, read_mappings
from stillwatch.catalog.load import KINDS
from stillwatch.cli import app
from stillwatch.io.cards import read_catalog
from stillwatch.io.rejects import Rejected
from stillwatch.settings import Settings
from stillwatch.tables.schema import schema_of

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def verbs(group: Any, before: str = "") -> dict[str, Any]:
    """Every command by its words."""
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        inner = hasattr(command, "commands")
        found |= verbs(command, f"{before}{name} ") if inner else {f"{before}{name}": command}
    return found


COMMANDS = verbs(typer.main.get_command(app))


@cache
def text(name: str) -> str:
    """A page of docs/."""
    return (DOCS / name).read_text("utf-8")


@cache
def tracked() -> tuple[Path, ...]:
    """Files that git knows, or would add."""
    found = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    paths = (ROOT / line for line in found.stdout.decode().splitlines())
    return tuple(path for path in paths if path.is_file())


def test_every_command_and_option_is_on_its_page() -> None:
    """A command or option without a word on docs/commands.md fails."""
    page = text("commands.md")
    for name, command in COMMANDS.items():
        assert f"## {name}\n" in page
        section = page.split(f"## {name}\n")[1].split("\n## ")[0]
        for option in command.params:
            assert f"`{' / '.join([*option.opts, *option.secondary_opts])}`" in section
            assert option.help, f"{name} {option.opts} has no help"


def test_every_setting_is_on_its_page() -> None:
    """A setting stands with its meaning and its environment variable."""
    for entry in dataclasses.fields(Settings):
        row = next(line for line in text("commands.md").splitlines() if f"| `{entry.name}`" in line)
        assert entry.metadata["meaning"] in row
        assert f"STILLWATCH_{entry.name.upper()}" in row


def test_every_card_is_on_the_cards_page() -> None:
    """A card of any kind is there by id and title."""
    page = text("cards.md")
    catalog = read_catalog()
    for kind in KINDS:
        for card in getattr(catalog, kind):
            assert re.search(rf"(`{card.id}`|\| {card.id} \||### {card.id}\n)", page), card.id
            assert card.title in page


def test_every_table_and_column_is_on_a_page() -> None:
    """What a card may read is on the tables page; what goes in and out is in the contract."""
    for name, schema in check(read_catalog()).items():
        assert f"## {name}\n" in text("tables.md")
        section = text("tables.md").split(f"## {name}\n")[1].split("\n## ")[0]
        assert [column for column in schema.names if f"`{column}`" not in section] == []
    for one in PUBLISHED:
        section = text("contract.md").split(f"columns: {one.name} -->")[1].split("<!-- end")[0]
        assert [name for name in schema_of(one.noun).names if f"`{name}`" not in section] == []
        if one.side == "output":
            assert all(f"`{file}`" in text("contract.md") for file in one.where.split(", "))


def test_the_contract_names_the_fields_of_a_rejected_line() -> None:
    """rejected.jsonl is documented by its own entries."""
    row = next(line for line in text("contract.md").splitlines() if "`rejected.jsonl` |" in line)
    assert [f.name for f in msgspec.structs.fields(Rejected) if f"`{f.name}`" not in row] == []


def test_generated_files_are_what_the_commands_write(tmp_path: Path) -> None:
    """`stillwatch docs` and `stillwatch schemas` change nothing; run them when this fails."""
    (tmp_path / "contract.md").write_text(text("contract.md"), "utf-8")
    runner = CliRunner()
    assert runner.invoke(app, ["docs", "--out", str(tmp_path)]).exit_code == 0
    assert runner.invoke(app, ["schemas", "--out", str(tmp_path / "schemas")]).exit_code == 0
    made = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*.*") if path.is_file()}
    stale = [name for name, path in made.items() if path.read_bytes() != (DOCS / name).read_bytes()]
    assert stale == []
    assert {path.name for path in (DOCS / "schemas").iterdir()} == {
        name.name for name in made if name.parent.name == "schemas"
    }


def _commands_in(page: str) -> list[list[str]]:
    """Lines of code that call stillwatch or start.py, as words."""
    blocks = re.findall(r"^(?: {4}|\t)(\S.*)$", page, re.MULTILINE)
    blocks += [
        line
        for block in re.findall(r"```\n(.*?)```", page, re.DOTALL)
        for line in block.splitlines()
    ]
    blocks += re.findall(r"`((?:stillwatch|python3 start\.py) [a-z][^`]*)`", page)
    found = []
    for line in blocks:
        for part in line.split("#")[0].split("&&"):
            words = part.replace("python3 start.py", "stillwatch").split()
            if words[:1] == ["stillwatch"] and len(words) > 1:
                found.append(words[1:])
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_commands_on_a_page_exist(path: Path) -> None:
    """Each command shown is one of ours, and so is each of its options."""
    for words in _commands_in(path.read_text("utf-8")):
        if words == ["test"]:  # start.py's own word
            continue
        verb = next((v for n in (3, 2, 1) if (v := " ".join(words[:n])) in COMMANDS), "none")
        assert verb in COMMANDS, words
        known = {opt for p in COMMANDS[verb].params for opt in (*p.opts, *p.secondary_opts)}
        assert [w for w in words if w.startswith("--") and w not in known] == []


def test_the_readme_fits_one_screen_and_shows_how_to_begin() -> None:
    """A reader sees the picture and both commands without turning a page."""
    page = (ROOT / "README.md").read_text("utf-8")
    assert len(page.splitlines()) <= 50
    assert "docs/images/report.png" in page
    assert _commands_in(page)[:2] == [["demo"], ["test"]]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    """A relative link names a file or folder that is there."""
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text("utf-8")):
        if target == "docs/images/report.png":
            continue  # held by the test of the picture, which says how to make it
        assert (path.parent / target).exists(), target


def test_the_picture_of_the_report_is_there() -> None:
    """README shows a real report."""
    picture = DOCS / "images" / "report.png"
    assert picture.is_file(), "take a picture of the demo's report"
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_context_choice_and_cost(path: Path) -> None:
    """Half a page, three headings, in that order, none of them empty."""
    page = path.read_text("utf-8")
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == ["Context", "Choice", "What we gave up"]
    assert all(part.strip() for part in re.split(r"^## .+$", page, flags=re.MULTILINE))
    assert len(page.split()) < 300


def test_decisions_are_numbered_without_gaps() -> None:
    """A number names one decision for good."""
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


# Written in pieces, so that this file does not hold what it looks for.
FORBIDDEN = (
    r"/(?:work|root)/[a-z]",  # a made-up /home may stand in made-up prompts
    r"(?:pypi|pypi\.python|files\.pythonhosted|registry\.npmjs|npmjs)\." + r"(?:org|com)",
    r"artifac" + r"tory|/simple/" + r"?\b",
)


def test_no_tracked_file_names_a_machine_or_a_registry() -> None:
    """Paths of somebody's machine and hosts of package registries stay out."""
    found = []
    for path in tracked():
        if path.suffix in (".png", ".gz", ".zst") or path == Path(__file__):
            continue
        content = path.read_text("utf-8", errors="replace")
        found += [
            f"{path.relative_to(ROOT)}: {hit}"
            for bad in FORBIDDEN
            for hit in re.findall(bad, content)
        ]
    assert found == []


# A word we do not use, and the one we use in its place.
OTHER_WORDS = {
    "victim": "teacher",
    "student model": "suspect",
    "false positive rate of 0": "an interval",
    "threat actor": "operator",
    "api call": "exchange",
}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_pages_use_the_words_of_the_glossary(path: Path) -> None:
    """Words that the glossary replaces are not used."""
    page = path.read_text("utf-8").lower()
    assert [f"{bad} → {good}" for bad, good in OTHER_WORDS.items() if bad in page] == []


def test_the_glossary_has_the_words_that_the_code_is_built_of() -> None:
    """Stages' nouns, subjects and rooms' words are explained."""
    words = set(re.findall(r"\*\*([a-z_ -]+)\*\*", text("glossary.md")))
    needed = {one.name.split("_")[-1] for one in PUBLISHED} - {"event", "release", "activity"}
    needed |= {kind.rstrip("s") for kind in KINDS} - {"policie"} | {"policy", "subject", "family"}
    needed |= {"bits", "posterior", "cluster", "standing", "history", "run", "window", "card"}
    assert needed - words == set()


def test_every_dependency_is_argued() -> None:
    """Each package that pyproject names, and each vendored library, has a row."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    names = [re.split(r"[<>=\[; ]", one)[0] for one in wanted]
    vendored = (resources.files("stillwatch.explain") / "static" / "vendor.json").read_text("utf-8")
    names += sorted({entry["name"] for entry in msgspec.json.decode(vendored)})
    rows = re.findall(r"^\| ([\w-]+) \|", text("dependencies.md").lower(), re.MULTILINE)
    assert [name for name in names if name.lower() not in rows] == []


def test_mappings_name_each_column_once_and_ours_alone() -> None:
    """Each column of a mapped noun is standard, extension or none; other names are a mistake."""
    by_name = {one.name: one.noun for one in PUBLISHED}
    mappings = (resources.files("stillwatch.catalog") / "mappings.toml").read_text("utf-8")
    for vocabulary in read_mappings(mappings).values():
        for noun, names in vocabulary.nouns.items():
            placed = [*names.standard, *names.extension, *names.none]
            assert sorted(placed) == sorted(schema_of(by_name[noun]).names), noun
            assert {*names.legacy, *names.notes} <= set(placed)


def test_the_opentelemetry_mapping_is_what_the_reader_reads() -> None:
    """Every attribute on the page is one that `--format otlp` looks at."""
    mappings = (resources.files("stillwatch.catalog") / "mappings.toml").read_text("utf-8")
    names = read_mappings(mappings)["otel"].nouns["exchange"]
    card = next(card for card in read_catalog().providers if card.id == "otlp")
    read = {path.removeprefix("attributes.") for paths in card.fields.values() for path in paths}
    spans = (ROOT / "src/stillwatch/stages/normalize/spans.py").read_text("utf-8")
    for group in (names.standard, names.legacy, names.extension):
        for column, attribute in group.items():
            assert attribute in read or f'"{attribute}"' in spans, (column, attribute)


def test_every_room_is_on_the_architecture_page() -> None:
    """A reader finds each room, and no room that is gone."""
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8").split("## The rooms")[1].split("\n## ")[0]
    named = set(
        re.findall(r"`([a-z]+)`", " ".join(re.findall(r"^\| \d+ \| (.+?) \|", page, re.MULTILINE)))
    )
    package = ROOT / "src/stillwatch"
    rooms = {path.parent.name for path in package.glob("*/__init__.py")}
    assert named == rooms | {path.stem for path in package.glob("*.py")} - {"__init__"}
