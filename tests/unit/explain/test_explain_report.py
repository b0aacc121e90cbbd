"""The report says what was found, how sure, what was not checked, and is complete in itself."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import explained_run
import pytest

from stillwatch.explain.campaigns import ACCOUNTS_EMBEDDED, CAMPAIGNS_SHOWN
from stillwatch.explain.network import ACCOUNTS_DRAWN
from stillwatch.explain.page import LookAlike, SkippedDetector, TechniqueText
from stillwatch.explain.report import report


class Reader(HTMLParser):
    """What a browser would find: elements, attributes, text outside scripts and styles, data."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text, self.data, self.inside = [], [], {}, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """Note the element and its attributes."""
        self.tags.append((tag, dict(attrs)))
        self.inside.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        """Leave the element, and with it those that need no end."""
        while self.inside and self.inside.pop()[0] != tag:
            pass

    def handle_data(self, data):
        """Keep text that is shown, and data that scripts read."""
        tag, attributes = self.inside[-1] if self.inside else ("", {})
        if tag not in {"script", "style"}:
            self.text.append(data)
        elif attributes.get("type") == "application/json":
            self.data[attributes["id"]] = json.loads(data)

    @property
    def said(self):
        """All text that is shown, in one line."""
        return " ".join(" ".join(self.text).split())


@pytest.fixture(scope="module")
def html(three):
    """The report of three campaigns."""
    return report(three)


@pytest.fixture(scope="module")
def read(html):
    """The same, as a browser finds it."""
    return Reader(html)


def test_the_first_screen_says_what_how_sure_and_what_not(read):
    """Headline, three groups of sentences, before anything else."""
    assert "3 campaigns found in 16 million exchanges" in read.said
    for words in ("What was found", "How sure", "What was not checked"):
        assert words in read.said[:1200]
    assert "2 of 31 detectors could not run." in read.said
    assert "1,221 input lines could not be read." in read.said


def test_a_run_without_campaigns_has_a_page_of_its_own(none):
    """Finding nothing is said plainly, with what was looked at and what cannot be seen."""
    read = Reader(report(none))
    assert "No campaign was found in 16 million exchanges" in read.said
    assert "29 detectors looked at 2,000 accounts" in read.said
    assert "No finding is not proof of absence" in read.said
    assert "Transcripts that were bought or stolen" in read.said
    assert not [tag for tag, attributes in read.tags if attributes.get("class") == "campaign"]


def test_a_run_without_anything_has_a_page(none):
    """No accounts, no timeline, no cards: still a page that says so."""
    empty = replace(
        none,
        verdicts=none.verdicts.slice(0, 0),
        timeline=none.timeline.slice(0, 0),
        skipped=(),
        rejected=(),
        techniques=(),
        look_alikes=(),
    )
    said = Reader(report(empty)).said
    assert "All 31 detectors could run." in said
    assert "Every line of the input could be read." in said
    assert "No timeline was kept for this run." in said


def test_groups_below_the_alert_level_are_listed_with_what_may_explain_them(doubtful):
    """The most probable first: what speaks for it, the best honest explanations, some accounts."""
    read = Reader(report(doubtful))
    said = read.said
    assert "3 more groups of 716 accounts are below the alert level" in said
    assert said.index("62 %") < said.index("44 %") < said.index("31 %")
    assert "Nobody in them is flagged" in said
    assert "Accounts share payment, client and rhythm, and split the work." in said
    assert said.count("Labelling team 2.6 for, 3.9 against") == 3
    assert "Authorised distillation" not in said.split("Below the alert level", 1)[1][:3000]
    assert explained_run.HOSTILE in read.said
    assert "and 580 more in candidates.parquet" in said
    assert not [tag for tag, attributes in read.tags if attributes.get("class") == "campaign"]


def test_without_such_groups_nothing_is_said_of_them(read, none):
    """Neither a heading nor a link to one."""
    for page in (read, Reader(report(none))):
        assert "worth a look" not in page.said.lower()
        assert "#candidates" not in [attributes.get("href") for _, attributes in page.tags]


def test_nothing_is_loaded_from_anywhere(read):
    """No element has an address outside the page."""
    for tag, attributes in read.tags:
        for name in ("src", "href", "srcset", "action", "data", "poster"):
            value = attributes.get(name)
            assert value is None or value.startswith("#"), (tag, name, value)


def test_no_element_carries_its_own_style_or_handler(read):
    """The content policy would refuse both; so none is written."""
    for tag, attributes in read.tags:
        assert "style" not in attributes, tag
        assert not [name for name in attributes if name.startswith("on")], tag


def test_every_link_in_the_page_leads_somewhere(read):
    """Each address after # is the id of an element, and no id stands twice."""
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in read.tags:
        if "href" in attributes:
            assert attributes["href"][1:] in ids
        if "aria-labelledby" in attributes:
            assert attributes["aria-labelledby"] in ids


def test_an_account_id_that_is_a_script_stays_text(html, read):
    """It is escaped in the page and in the data, and comes back as it went in."""
    assert explained_run.HOSTILE not in html
    assert "window.stolen" in html
    ids = [
        name for key in read.data if key != "time-data" for name in read.data[key]["accounts"]["id"]
    ]
    assert explained_run.HOSTILE in ids
    assert len([tag for tag, _ in read.tags if tag == "script"]) == html.count("<script")


def test_an_account_id_cannot_turn_the_line_around(html):
    """A direction override is spelt out wherever it would be shown."""
    assert "\u202e" not in html
    assert "\\u202e" not in html
    assert "acct-⟨U+202E⟩gnp.exe" in html or "acct-\\u27e8U+202E\\u27e9gnp.exe" in html


@pytest.mark.parametrize("hostile", ['"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "a\x1b[2Jb"])
def test_hostile_words_are_shown_as_words(three, hostile):
    """Titles, reasons, inputs and techniques of a hostile catalogue stay text."""
    page = replace(
        three,
        facts=replace(three.facts, input_names=(hostile,), settings=((hostile, hostile),)),
        skipped=(SkippedDetector(detector_id="x", title=hostile, reason=hostile),),
        techniques=(TechniqueText(technique_id=hostile, title=hostile, why=hostile),),
        look_alikes=(LookAlike(title=hostile, what=hostile, tells_apart=hostile),),
    )
    read = Reader(report(page))
    assert not [tag for tag, _ in read.tags if tag == "img"]
    assert "49" not in {text.strip() for text in read.text}
    assert "\x1b" not in read.said
    assert len(re.findall(re.escape(hostile.replace("\x1b", "⟨U+001B⟩")), read.said)) >= 6


def test_each_campaign_names_its_evidence_for_and_against(read):
    """Reasons, correction, factors, honest explanations and next steps stand without scripts."""
    for words in (
        "Template share",
        "Starting odds and calibration",
        "Posterior: 99.7 %, odds of 340 to 1",
        "Capability concentration",
        "Labelling team",
        "2.6 for, 3.9 against",
        "Rule out “Labelling team” first",
    ):
        assert words in read.said


def test_the_network_says_how_much_of_it_is_drawn(read):
    """The cap on accounts drawn is in the page, and the data keeps to it."""
    assert f"Showing {ACCOUNTS_DRAWN} of 620 accounts" in read.said
    assert len(read.data["campaign-1-data"]["nodes"]) == ACCOUNTS_DRAWN


def test_the_account_list_says_how_much_of_it_is_carried():
    """Above the cap the page says how many accounts it holds and where all of them are."""
    size = ACCOUNTS_EMBEDDED + 5
    read = Reader(report(explained_run.page(1, (size,), population=10)))
    assert "holds the 1,000 accounts with the most evidence of 1,005" in read.said
    assert "all are in verdicts.parquet" in read.said
    assert len(read.data["campaign-1-data"]["accounts"]["id"]) == ACCOUNTS_EMBEDDED


def test_campaigns_beyond_the_cap_are_counted_not_shown():
    """A run with very many campaigns makes a page that still opens, and says so."""
    read = Reader(report(explained_run.page(CAMPAIGNS_SHOWN + 3, (2,), population=10)))
    assert f"Showing the {CAMPAIGNS_SHOWN} most probable of {CAMPAIGNS_SHOWN + 3}" in read.said
    assert sum(attributes.get("class") == "campaign" for _, attributes in read.tags) == (
        CAMPAIGNS_SHOWN
    )


def test_every_drawn_link_joins_two_accounts_of_the_data(read):
    """Places in the data point at accounts, words at words."""
    for key, data in read.data.items():
        if key == "time-data":
            continue
        size = len(data["accounts"]["id"])
        for one, other, bits, reasons in data["links"]:
            assert {one, other} <= set(data["nodes"])
            assert max(one, other) < size
            assert bits == pytest.approx(sum(reason[2] for reason in reasons), abs=0.05)
            assert all(reason[3] < len(data["words"]) for reason in reasons)
        assert set(map(str, data["nodes"])) <= set(data["reasons"])


def test_a_campaign_without_verdicts_links_or_explanations_is_still_shown(three):
    """Missing parts are said to be missing."""
    bare = three.campaigns.to_pylist()[:1]
    bare[0] |= {"alternatives": [], "factors": [], "techniques": [], "capabilities": []}
    page = replace(
        three,
        campaigns=type(three.campaigns).from_pylist(bare, schema=three.campaigns.schema),
        verdicts=three.verdicts.slice(0, 0),
        links=three.links.slice(0, 0),
    )
    said = Reader(report(page)).said
    assert "No honest explanation was tried" in said
    assert "No purpose factor was weighed" in said
    assert "Linked accounts, by 620 accounts" in said


def test_the_same_run_gives_the_same_page(three, html):
    """No clock and no dice: equal inputs, equal bytes."""
    assert report(three) == html
