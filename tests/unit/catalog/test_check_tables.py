"""What cards make of each other's tables, told before anything runs."""

from dataclasses import replace

import pytest

from fakes import detector_card, feature_card, link_card
from stillwatch.catalog.check import check
from stillwatch.catalog.load import Catalog
from stillwatch.io.cards import read_catalog
from stillwatch.model.errors import CardError, Faults
from technique_cards import BARE

OURS = read_catalog()
SAYS = "select subject_id, value, support from measured"


def faults(**more: list[object]) -> list[str]:
    """What is said of our catalogue with more cards."""
    try:
        check(replace(OURS, **{kind: (*getattr(OURS, kind), *new) for kind, new in more.items()}))
    except CardError as fault:
        return [str(fault)]
    except Faults as group:
        return sorted(str(fault) for fault in group.exceptions)
    return []


@pytest.mark.parametrize("name", ["subject_total", "members", "account_total", "subject_day"])
def test_a_detector_may_not_bear_the_name_of_a_table(name: str) -> None:
    """Its findings would be read in the table's place by the detectors after it."""
    card = detector_card(
        name,
        reads=["subject_total"],
        query="select 1 as subject_id, 1 as value, 1 as support from subject_total",
    )
    assert faults(detectors=[card]) == [
        f"detectors/{name}.toml: '{name}' is the name of a table; rename the card"
    ]


def test_a_feature_may_not_take_the_place_of_what_is_given() -> None:
    """Neither may a link."""
    feature = feature_card("releases", "select 1 as id from members", ["members"])
    link = link_card(
        "members", column=None, reads=["account_day"],
        query="select account_id, 'x' as trait_id, 1 as exchange_count from account_day",
    )  # fmt: skip
    told = faults(features=[feature], links=[link])
    assert [line.partition(":")[0] for line in told] == [
        "features/releases.toml",
        "links/members.toml",
    ]


def test_a_broken_feature_is_the_only_fault_of_what_reads_it() -> None:
    """One fault, one sentence: readers of its table are not blamed."""
    broken = feature_card("measured", "select lost as id from subject_total", ["subject_total"])
    reader = feature_card("read_on", "select id from measured", ["measured"])
    told = faults(features=[broken, reader], detectors=[detector_card("tried", query=SAYS)])
    assert len(told) == 1
    assert told[0].startswith("features/measured.toml: ")
    assert "lost" in told[0]


def test_two_broken_cards_of_one_stage_are_both_told() -> None:
    """Though the whole stage is tried at one go."""
    cards = [
        detector_card(
            id_, reads=["subject_total"], query=f"select {id_} as value from subject_total"
        )
        for id_ in ("first_fault", "second_fault")
    ]
    told = faults(detectors=cards)
    assert [line.partition(":")[0] for line in told] == [
        "detectors/first_fault.toml",
        "detectors/second_fault.toml",
    ]


def test_a_result_without_its_columns_is_told() -> None:
    """A detector without a method says subject, value and support; a link its trait."""
    detector = detector_card(
        "mute", reads=["subject_total"], query="select subject_id from subject_total"
    )
    link = link_card(
        "odd", column=None, reads=["account_day"], query="select account_id from account_day"
    )
    assert faults(detectors=[detector], links=[link]) == [
        "detectors/mute.toml: gives no column support, value; name it in the query",
        "links/odd.toml: gives no column exchange_count, trait_id; name it in the query",
    ]


def test_a_catalogue_without_features_has_faults_and_no_crash() -> None:
    """Detectors then read tables that nobody makes."""
    technique = replace(BARE, id="AD-001")
    bare = Catalog(techniques=(technique,), detectors=(detector_card("tried", query=SAYS),))
    with pytest.raises(CardError, match="reads unknown tables measured"):
        check(bare)
