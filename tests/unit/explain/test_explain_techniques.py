"""Techniques as a person reads them, in the terminal and on the page."""

import io
import re

import pytest
from rich.console import Console

import technique_cards
from stillwatch.explain import techniques
from stillwatch.explain.technique_pages import techniques_page
from technique_cards import FULL, coverage

MEASURED = (
    coverage("forced_reasoning", "naive", 0.97),
    coverage("another_kind", "naive", 0.95),
    coverage("forced_reasoning", "careful", 0.93),
    coverage("another_kind", "careful", 0.4),
)


def printed(view):
    """What a person sees."""
    out = io.StringIO()
    Console(file=out, width=140, force_terminal=False).print(view)
    return out.getvalue()


def test_the_list_goes_group_by_group():
    """A technique stands with its group, wherever its id would put it."""
    late = technique_cards.with_card(id="AD-044").techniques[0]
    given = technique_cards.catalog(techniques=(*technique_cards.catalog().techniques, late))
    lines = [
        line.split()[0]
        for line in printed(techniques.listing(given)).splitlines()[3:]
        if line.strip()
    ]
    assert lines == ["AD-001", "AD-044", "AD-042"]


def test_a_card_is_shown_whole():
    """Every text of the card, what reads each telltale, and what others call it."""
    said = printed(techniques.card(technique_cards.catalog(), FULL))
    for words in (
        "known from: research, wild", "«write down every step»", "supervised fine-tuning",
        "A provider, 2026-02-23 (primary): Saw it", "Source: A report, example.com/reports/one",
        "Uncertain: No window is given.", "ever different questions", "→ template",
        "→ no detector", "forcing: forcing", "Reword it.", "→ The wish stays.", "Tutors",
        "→ One known owner.", "Ask the owner", "MITRE ATLAS AML.T0024.002 Extract AI Model",
        "MITRE ATLAS mitigation AML.M0004 Restrict Number of AI Model Queries",
        "OWASP LLM10:2025", "instructions reworded", "forced_reasoning",
    ):  # fmt: skip
        assert words in said


def test_a_bare_card_shows_no_empty_sections():
    """Only what it says, and that it leaves no traffic and has no detector."""
    given = technique_cards.catalog()
    said = printed(techniques.card(given, given.techniques[1]))
    assert "leaves no traffic" in said
    assert "none yet" in said
    for title in ("Observed", "Telltales", "Evasions", "Responses", "Called elsewhere"):
        assert title not in said


@pytest.mark.parametrize("text", ["[bold]x[/bold]", "[red]"])
def test_text_of_a_card_is_not_markup(text):
    """A user's card cannot colour or break the terminal."""
    given = technique_cards.with_card(what=text)
    assert text in printed(techniques.card(given, given.techniques[0]))


def test_coverage_says_that_nothing_is_measured():
    """Without coverage.json."""
    given = technique_cards.catalog()
    said = printed(techniques.coverage(given))
    assert techniques.NOTHING_MEASURED in said
    assert "not measured" in said
    assert [row["measured"] for row in techniques.coverage_facts(given)] == [[], []]


def test_a_technique_holds_at_a_care_when_each_of_its_kinds_does():
    """One kind that is missed is enough to fail."""
    given = technique_cards.catalog(coverage=MEASURED)
    assert techniques.held(given, "AD-001") == "naive"
    assert techniques.held(given, "AD-042") == "not measured"
    missed = technique_cards.catalog(coverage=MEASURED[3:])
    assert techniques.held(missed, "AD-001") == "none"


def test_coverage_shows_the_numbers():
    """Found of how many, recall with its interval, and whether that reaches the bar."""
    given = technique_cards.catalog(coverage=MEASURED)
    said = printed(techniques.coverage(given))
    assert re.search(r"careful\s+400\s+1,000\s+40\.0%\s+35\.0% to 45\.0%\s+3\s+missed", said)
    assert re.search(r"naive\s+970\s+1,000\s+97\.0%.*holds", said)
    first = techniques.coverage_facts(given)[0]
    assert first["detectors"] == ["forcing", "template"]
    assert [(row["care"], row["holds"]) for row in first["measured"]] == [
        ("naive", True), ("naive", True), ("careful", True), ("careful", False),
    ]  # fmt: skip


def test_the_page_has_a_section_for_each_and_links_to_it():
    """The anchors of the table are the headings of the page, as Markdown makes them."""
    page = techniques_page(technique_cards.catalog(coverage=MEASURED))
    heads = re.findall(r"^## (AD-.+)$", page, re.MULTILINE)
    assert heads == ["AD-001 Forced inline reasoning", "AD-042 Transcript purchase"]
    assert re.findall(r"\]\(#(.+?)\)", page) == [h.lower().replace(" ", "-") for h in heads]
    assert "| AD-001 | forced_reasoning | careful | 930 | 1,000 | 93.0% |" in page
    assert "| one constant instruction | `template` |" in page
    assert "[A paper, arXiv:2603.07267](https://arxiv.org/abs/2603.07267)" in page
    assert techniques.NOTHING_MEASURED not in page
    assert techniques.NOTHING_MEASURED in techniques_page(technique_cards.catalog())
