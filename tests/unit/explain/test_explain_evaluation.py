"""The benchmark's page is whole in itself, and says first what went wrong."""

import io
import re

from rich.console import Console

from evaluated import figures
from stillwatch.explain.evaluation import evaluation_page, negative
from stillwatch.explain.evaluation_tables import tables


def test_the_page_asks_for_nothing_outside_itself() -> None:
    """No address, no script, and a policy that admits none; what it is given stays text."""
    page = evaluation_page(figures())
    assert not re.search(r"https?://|@import|url\((?!#)|<script|<link|<img", page)
    assert "default-src &#39;none&#39;" in page
    assert "script-src" not in page
    assert "<b>own</b>" not in page
    assert "&lt;b&gt;own&lt;/b&gt;" in page


def test_every_picture_and_every_bar_is_on_the_page() -> None:
    """Rates, reliability, time, methods; the bars with what was measured."""
    told = figures()
    page = evaluation_page(told).replace("\N{NO-BREAK SPACE}", " ")
    assert page.count('<svg class="plot"') == 5
    assert all(bar["name"] in page for bar in told["bars"])
    assert page.count('class="q') == sum(
        len(cares) for cares in told["accounts"]["recall_by_kind"].values()
    )


def test_negative_results_are_said() -> None:
    """Kinds below the bar, classes above it, methods that are as good, bars missed."""
    said = negative(figures())
    assert said["kinds"] == ["rubric reward: careful 50.0%, adaptive 0.0%"]
    assert {line.split(":")[0] for line in said["classes"]} == {
        "llm judge", "red team", "student class"
    }  # fmt: skip
    assert said["rivals"] == []


def test_a_part_that_was_not_run_is_left_out() -> None:
    """Page and tables do without the kinds that were held out."""
    told = figures() | {"held_out": None}
    assert "nothing was learnt from</h3>" not in evaluation_page(told)
    console = Console(width=160, file=io.StringIO())
    console.print(tables(told))
    assert "Kinds that nothing was learnt from" not in console.file.getvalue()


def test_the_terminal_shows_what_the_page_shows() -> None:
    """Bars with their verdicts, kinds, classes, languages."""
    console = Console(width=160, file=io.StringIO())
    console.print(tables(figures()))
    said = console.file.getvalue()
    for word in ("MISSED", "met", "rubric_reward", "student_class", "ja", "hidden_work"):
        assert word in said, word
