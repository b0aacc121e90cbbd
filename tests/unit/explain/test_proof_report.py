"""The report of a proof: page one says everything, no answer is quoted, markup is escaped."""

from __future__ import annotations

import html
import io
import re
from dataclasses import replace
from functools import cache

import pytest

from proof_room import LONG, draft, make_bundle
from stillwatch.explain.proof import proof_page
from stillwatch.explain.proof_print import proof_print
from stillwatch.job.proof import report_of
from stillwatch.model.forensic import PROOF, ProofReport

Bundle = dict[str, bytes]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> ProofReport:
    """The report of a suspect that copies."""
    return report_of(make_bundle(tmp_path_factory.mktemp("report") / "room"))


@cache
def text(page: str) -> str:
    """What a reader sees."""
    return re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))


PAGE_ONE = (
    *("The question", "What was done", "What was looked for and not found", "How often this errs"),
    *("What was not observed", "What else could explain it", "Limits"),
)


def test_page_one_has_every_part(told: ProofReport) -> None:
    """Before the first section of details, on the page and in print."""
    pypdf = pytest.importorskip("pypdf", reason="needs the `dev` extra")
    first = text(proof_page(told).split('<section id="findings">')[0])
    printed = pypdf.PdfReader(io.BytesIO(proof_print(told))).pages[0].extract_text()
    assert [part for part in PAGE_ONE if part not in first] == []
    assert [part for part in PAGE_ONE if part not in printed] == []
    assert "teacher 8" in first  # answers that nobody saw being given


def test_both_forms_say_the_same(told: ProofReport) -> None:
    """Every sentence of the page is in the print."""
    pypdf = pytest.importorskip("pypdf", reason="needs the `dev` extra")
    pages = pypdf.PdfReader(io.BytesIO(proof_print(told))).pages
    printed = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    page = text(proof_page(told))
    for line in (*told.limits, *told.method, *told.error_rates, *told.findings[0].text):
        assert line.replace("'", "&#39;") in page.replace("\N{NO-BREAK SPACE}", " ")
        assert line in printed


def test_equal_reports_are_equal_bytes(told: ProofReport) -> None:
    """No time of day and no chance in either form."""
    assert proof_page(told) == proof_page(told)
    assert proof_print(told) == proof_print(told)


def test_no_answer_is_quoted(told: ProofReport) -> None:
    """A report can be shown where the answers cannot."""
    assert LONG not in proof_page(told)
    assert LONG.encode() not in proof_print(told)


def test_the_page_is_one_file_that_talks_to_nobody(told: ProofReport) -> None:
    """No script, no address to load from, and a policy that admits none."""
    page = proof_page(told)
    assert "<script" not in page
    assert "default-src 'none'" in html.unescape(page)
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"', page) == []


def test_strings_from_outside_stay_strings(told: ProofReport) -> None:
    """Markup is shown as it is, and characters that turn text round are spelt out."""
    nasty = "<img src=x onerror=alert(1)>\u202efdp.exe & <b>"
    page = proof_page(replace(told, title=nasty, question=nasty, notes={nasty: nasty}))
    assert "<img" not in page
    assert "\u202e" not in page
    assert "&lt;img" in page
    assert proof_print(replace(told, title=nasty, question=nasty, notes={nasty: nasty}))


def test_leads_and_proofs_stand_apart(told: ProofReport) -> None:
    """Each kind under its own heading, with what it is worth."""
    lead = told.findings[0]
    both = replace(told, findings=(lead, replace(lead, kind=PROOF, title="another test")))
    page = text(proof_page(both))
    assert page.index("exact by design") < page.index("another test") < page.index("prove nothing")
    assert "exact by design" not in text(proof_page(told))


def test_a_test_that_could_not_run_says_why(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing is claimed, and the first heading says so."""
    folder = tmp_path_factory.mktemp("refused")
    few = draft()
    bundle = make_bundle(folder / "room", plan=few, say=lambda name, n: f"{name} {n}")
    told = report_of(bundle)
    assert told.headline == "The test could not be carried out, so nothing is said"
    assert "only 0 prompts" in text(proof_page(told))
