"""What a card's query may not be, told before anything runs."""

import re
from dataclasses import replace
from functools import cache

import pytest

from fakes import detector_card, feature_card, link_card
from stillwatch.catalog.check import check
from stillwatch.catalog.load import Catalog
from stillwatch.io.cards import read_catalog
from stillwatch.model.cards import DetectorCard
from stillwatch.model.errors import CardError, Faults

GOOD = "select subject_id, exchange_count as value, 1 as support from account_total"


@cache
def ours() -> Catalog:
    """The package's own catalogue."""
    return read_catalog()


def with_detector(**changes: object) -> Catalog:
    """Our catalogue and one more detector of accounts, good but for the changes."""
    card = detector_card(
        "tried",
        subject=["account"],
        reads=["account_total"],
        query=GOOD,
    )
    tried: DetectorCard = replace(card, **changes)  # type: ignore[arg-type]
    return replace(ours(), detectors=(*ours().detectors, tried))


def test_our_own_cards_have_no_fault() -> None:
    """And the tables that cards read have known columns."""
    schemas = check(ours())
    assert "exchange_count" in schemas["account_day"].names
    assert "subject_id" in schemas["subject_day"].names
    check(with_detector())


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select", "cannot be read|not one SELECT|mend"),
        ("", "not one SELECT"),
        ("select 1 as subject_id; select 2", "not one SELECT"),
        ("drop table account_total", "not one SELECT"),
        ("select * from account_total", r"selects \*"),
        ("select max(columns('n')) from account_total", r"selects \*"),
        ("select t.* from account_total t", r"selects \*"),
        ("select account_id as subject_id from members", "reads 'members' without"),
        ("select subject_id, country as value from account_total", "reads 'country'"),
        ('select subject_id, "Language" as value from account_total', "reads 'language'"),
        ("select subject_id, random() as value from account_total", r"calls rand"),
        ("select subject_id, now() as value from account_total", r"calls "),
        ("select subject_id, nothing as value from account_total", "nothing"),
        ("select content as subject_id from read_text('/etc/hosts')", "reads "),
        ("select name as subject_id from duckdb_settings()", "reads "),
    ],
)
def test_a_wrong_query_is_told_with_its_card(query: str, said: str) -> None:
    """One SELECT over declared tables and known columns, repeatable and fair."""
    with pytest.raises((CardError, Faults)) as caught:
        check(with_detector(query=query))
    faults = caught.value.exceptions if isinstance(caught.value, Faults) else [caught.value]
    assert all("detectors/tried.toml" in str(fault) for fault in faults)
    assert any(re.search(said, str(fault)) for fault in faults)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"technique": "AD-999"}, "unknown technique 'AD-999'"),
        ({"explains": "magic"}, "explains 'magic'"),
        ({"sentence": "{shares} of it"}, "the sentence has {shares}, which nothing fills"),
        ({"bands": []}, "bands do not rise"),
        ({"bands": [0.5, 0.5]}, "bands do not rise"),
        ({"bands": [0.9, 0.5]}, "bands do not rise"),
        ({"blind_spots": []}, "no blind spots"),
        ({"false_positives": []}, "no blind spots or false positives"),
        ({"reads": ["account_total", "wishes"]}, "unknown tables wishes"),
    ],
)
def test_a_wrong_detector_is_told(changes: dict[str, object], said: str) -> None:
    """References, bands and honesty about limits."""
    with pytest.raises(CardError, match=said):
        check(with_detector(**changes))


def test_all_faults_of_all_cards_come_together() -> None:
    """A feature, a link and a detector at once."""
    catalog = with_detector(technique="AD-999")
    catalog = replace(
        catalog,
        features=(*catalog.features, feature_card("f", "select * from given", ["given"])),
        links=(*catalog.links, link_card("l", column=None)),
    )
    with pytest.raises(Faults) as caught:
        check(catalog)
    files = {str(fault).split(":")[0] for fault in caught.value.exceptions}
    assert files == {"features/f.toml", "links/l.toml", "detectors/tried.toml"}


def test_a_feature_that_reads_an_unknown_table_is_told() -> None:
    """Its card is named."""
    lost = feature_card("lost", "select id from wishes", ["wishes"])
    with pytest.raises(CardError, match=r"features/lost\.toml: reads .*wishes"):
        check(replace(ours(), features=(*ours().features, lost)))
