"""What we look for leaves as a layer over the matrix of MITRE ATLAS."""

from __future__ import annotations

import json
from typing import Any

import technique_cards
from stillwatch.catalog.load import Catalog
from stillwatch.io.cards import read_catalog
from stillwatch.sharing.navigator import layer, navigator_layer

# Layer format 4.5: the entries of each object, and which must be there.
ENTRIES = {
    "name", "versions", "domain", "description", "sorting", "layout", "hideDisabled", "techniques",
    "gradient", "legendItems", "metadata",
}  # fmt: skip
OF_TECHNIQUE = {"techniqueID", "score", "comment", "metadata", "links", "showSubtechniques"}


def entries(catalog: Catalog) -> dict[str, dict[str, Any]]:
    """Techniques of the layer by id."""
    return {one["techniqueID"]: one for one in layer(catalog)["techniques"]}


def test_a_technique_is_coloured_by_how_many_detectors_look_for_it() -> None:
    """Detectors of all our techniques that map to it, each once; none is a score of 0."""
    found = entries(technique_cards.catalog())
    assert found["AML.T0024.002"]["score"] == 2
    assert found["AML.T0024.002"]["comment"] == "AD-001 Forced inline reasoning"
    assert found["AML.T0040"]["metadata"] == [{"name": "AD-001", "value": "forcing, template"}]
    unseen = entries(technique_cards.catalog(detectors=()))
    assert unseen["AML.T0040"]["score"] == 0


def test_two_techniques_of_ours_share_a_detector_once() -> None:
    """The score counts detectors, not mappings."""
    given = technique_cards.catalog()
    twin = technique_cards.with_card(id="AD-002").techniques[0]
    both = technique_cards.catalog(techniques=(*given.techniques, twin))
    assert entries(both)["AML.T0040"]["score"] == 2
    assert [one["name"] for one in entries(both)["AML.T0040"]["metadata"]] == ["AD-001", "AD-002"]


def test_the_parent_of_a_coloured_technique_is_opened() -> None:
    """A parent that no card cites is there without a score, so that its child is seen."""
    assert entries(technique_cards.catalog())["AML.T0024"] == {
        "techniqueID": "AML.T0024",
        "showSubtechniques": True,
    }
    cited = technique_cards.with_card(atlas=["AML.T0024", "AML.T0024.002"])
    assert entries(cited)["AML.T0024"]["showSubtechniques"]
    assert entries(cited)["AML.T0024"]["score"] == 2


def test_the_layer_has_the_form_of_version_4_5() -> None:
    """Entries the format knows, with its types, for the package's own cards too."""
    for given in (technique_cards.catalog(), read_catalog()):
        made = json.loads(navigator_layer(given))
        assert set(made) == ENTRIES
        assert made["versions"] == {"navigator": "4.9.0", "layer": "4.5"}
        assert made["gradient"]["minValue"] < made["gradient"]["maxValue"]
        assert all(set(one) == {"label", "color"} for one in made["legendItems"])
        for one in made["techniques"]:
            assert set(one) <= OF_TECHNIQUE
            assert all(isinstance(m["value"], str) and m["value"] for m in one.get("metadata", []))
            assert all(link["url"].startswith("https://") for link in one.get("links", []))
        scores = [one["score"] for one in made["techniques"] if "score" in one]
        assert all(0 <= score <= made["gradient"]["maxValue"] for score in scores)


def test_what_atlas_has_no_technique_for_is_named() -> None:
    """A gap of the matrix is not hidden."""
    told = {one["name"]: one["value"] for one in layer(technique_cards.catalog())["metadata"]}
    assert told["without a technique of ATLAS"] == "AD-042"
    assert told["atlas_data_version"] == read_catalog().atlas.version
