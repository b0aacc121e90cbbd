"""What ATLAS calls things, and how much is found, are read beside the cards."""

import json
import re

import pytest

import technique_cards
from stillwatch.catalog.check import technique_faults
from stillwatch.catalog.load import load_catalog
from stillwatch.io.cards import read_catalog
from stillwatch.model.errors import CardError

ATLAS = read_catalog().atlas
RECORD = {
    "technique": "AD-001", "kind": "forced_reasoning", "care": "naive", "accounts": 100,
    "found": 97, "recall": 0.97, "low": 0.9, "high": 0.99, "seeds": [821],
}  # fmt: skip


def test_coverage_is_a_list_of_records() -> None:
    """Absent is empty; another shape is a fault like any other."""
    (row,) = load_catalog([("coverage.json", json.dumps([RECORD]))], "").coverage
    assert (row.technique, row.recall, row.seeds, row.holds) == ("AD-001", 0.97, [821], True)
    assert load_catalog([], "").coverage == ()
    with pytest.raises(CardError, match=r"coverage\.json: cannot be read"):
        load_catalog([("coverage.json", '[{"technique": 1}]')], "")


@pytest.mark.parametrize(("recall", "holds"), [(0.9, True), (0.8999, False)])
def test_a_technique_holds_from_the_bar_of_evaluate_on(recall: float, *, holds: bool) -> None:
    """Nine accounts of ten."""
    text = json.dumps([RECORD | {"recall": recall}])
    assert load_catalog([("coverage.json", text)], "").coverage[0].holds is holds


def test_the_extract_of_atlas_is_whole_in_itself() -> None:
    """Ids of ATLAS's form; tactics that techniques and groups point to are there."""
    served = {tactic for one in ATLAS.techniques.values() for tactic in one.tactics}
    assert served | {ATLAS.otherwise, *ATLAS.groups.values()} <= ATLAS.tactics.keys()
    for ids, form in (
        (ATLAS.tactics, r"AML\.TA\d{4}"),
        (ATLAS.techniques, r"AML\.T\d{4}(\.\d{3})?"),
        (ATLAS.mitigations, r"AML\.M\d{4}"),
    ):
        assert ids
        assert [id_ for id_ in ids if not re.fullmatch(form, id_)] == []
    for id_, one in ATLAS.techniques.items():
        parent = ATLAS.techniques.get(id_.rpartition(".")[0])
        if id_.count(".") == 2 and parent:
            assert one.tactics == parent.tactics, id_
    assert {card.group for card in read_catalog().techniques} >= ATLAS.groups.keys()


def test_tactics_come_in_the_order_of_atlas_and_from_the_group_when_none_is_cited() -> None:
    """Each once."""
    cited = ["AML.T0024.002", "AML.T0040", "AML.T0024"]
    assert ATLAS.tactics_of(cited, "any") == ["AML.TA0000", "AML.TA0010"]
    assert ATLAS.tactics_of([], "access and supply chain") == ["AML.TA0003"]
    assert ATLAS.tactics_of([], "a user's own") == ["AML.TA0010"]


def test_what_cards_cite_exists() -> None:
    """ATLAS ids are in the extract and detectors in the catalogue."""
    assert technique_faults(read_catalog()) == []
    wrong = technique_cards.with_card(atlas=["AML.T9"], atlas_mitigations=["AML.M9"])
    assert [fault.what for fault in technique_faults(wrong)] == ["cites 'AML.T9'", "cites 'AML.M9'"]
    blind = technique_cards.catalog(detectors=())
    assert [fault.what for fault in technique_faults(blind)] == [
        "names unknown detector 'template'"
    ]


def test_a_detector_belongs_to_its_technique_and_to_whose_telltale_names_it() -> None:
    """Each once, in order of id."""
    given = technique_cards.catalog()
    full, bare = given.techniques
    assert [one.id for one in given.detectors_of(full)] == ["forcing", "template"]
    assert given.detectors_of(bare) == []
    assert given.technique("AD-042") is bare
    assert given.technique("AD-999") is None
