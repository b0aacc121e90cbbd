"""Techniques leave as a matrix that tools of MITRE ATLAS read."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import technique_cards
from stillwatch.catalog.load import Catalog
from stillwatch.io.cards import read_catalog
from stillwatch.model.errors import CardError
from stillwatch.sharing.atlas import atlas_data, atlas_yaml

CHECKOUT = os.environ.get("STILLWATCH_ATLAS_SCHEMA", "")


def matrix(catalog: Catalog) -> dict[str, Any]:
    """The one matrix."""
    (found,) = atlas_data(catalog, "1")["matrices"]
    value: dict[str, Any] = found
    return value


@pytest.mark.skipif(not CHECKOUT, reason="STILLWATCH_ATLAS_SCHEMA names no checkout of atlas-data")
@pytest.mark.parametrize("given", [technique_cards.catalog(), read_catalog()], ids=["two", "ours"])
def test_the_matrix_fits_the_schemas_of_atlas(given: Catalog) -> None:
    """The file the schema of ATLAS.yaml, and each technique that of a contribution to ATLAS."""
    yaml = pytest.importorskip("yaml", reason="needs the `sharing` extra")
    value = yaml.safe_load(atlas_yaml(given, "1"))
    schemas = Path(CHECKOUT) / "dist" / "schemas"
    whole = json.loads((schemas / "atlas_output_schema.json").read_text("utf-8"))
    validator = jsonschema.Draft7Validator(whole)
    assert [error.message for error in validator.iter_errors(value)] == []
    assert not validator.is_valid(value | {"matrices": [{"id": "x"}]})
    given_in = json.loads((schemas / "atlas_contribution_schema.json").read_text("utf-8"))
    contribution = {
        "contact": {"name": None, "emails": None},
        "additional-info": "",
        "submissions": value["matrices"][0]["techniques"],
    }
    errors = jsonschema.Draft7Validator(given_in).iter_errors(contribution)
    assert [error.message for error in errors] == []


def test_a_technique_has_the_entries_of_atlas() -> None:
    """An id of ATLAS's form, tactics by id, maturity of the strongest evidence, sources."""
    made = matrix(technique_cards.catalog())["techniques"][0]
    assert made["id"] == "AD.T0001"
    assert made["object-type"] == "technique"
    assert made["tactics"] == ["AML.TA0000", "AML.TA0010"]
    assert made["maturity"] == "realized"
    assert made["references"][0] == {
        "title": "A provider (2026-02-23): A report, example.com/reports/one",
        "url": "https://example.com/reports/one",
    }


def test_the_description_holds_the_card() -> None:
    """Telltales, evasions, look-alikes, blind spots, responses, and ATLAS's own techniques."""
    said = matrix(technique_cards.catalog())["techniques"][0]["description"]
    for words in (
        "write down every step",
        "- one constant instruction",
        "- Reword it. What still shows: The wish stays.",
        "- Tutors: One known owner.",
        "- instructions reworded for every request",
        "- Watch: keep the template.",
        "[Extract AI Model](/techniques/AML.T0024.002)",
    ):
        assert words in said


def test_a_bare_card_leaves_out_what_it_does_not_say() -> None:
    """No maturity without evidence, no references without sources; a tactic all the same."""
    made = matrix(technique_cards.catalog())["techniques"][1]
    assert made["tactics"] == ["AML.TA0003"]
    assert "maturity" not in made
    assert "references" not in made
    assert "It leaves nothing in the provider's traffic." in made["description"]


@pytest.mark.parametrize("given", [technique_cards.catalog(), read_catalog()], ids=["two", "ours"])
def test_what_is_referred_to_is_in_the_matrix(given: Catalog) -> None:
    """Each tactic that a technique serves, each technique that a mitigation is used against."""
    made = matrix(given)
    served = {tactic for one in made["techniques"] for tactic in one["tactics"]}
    assert {tactic["id"] for tactic in made["tactics"]} == served
    ids = [one["id"] for one in made["techniques"]]
    assert len(ids) == len(set(ids)) == len(given.techniques)
    assert all(re.fullmatch(r"AD\.T\d{4}", id_) for id_ in ids)
    for mitigation in made["mitigations"]:
        assert mitigation["techniques"]
        assert {use["id"] for use in mitigation["techniques"]} <= set(ids)


def test_the_text_reads_back_as_it_was_meant() -> None:
    """Quotes, pipes and other scripts survive YAML; the bytes repeat."""
    yaml = pytest.importorskip("yaml", reason="needs the `sharing` extra")
    given = technique_cards.with_card(what="yes: 'no' # «так»\n\n- 1e3")
    text = atlas_yaml(given, "0.1")
    assert yaml.safe_load(text) == atlas_data(given, "0.1")
    assert text == atlas_yaml(given, "0.1")
    assert "«так»" in text


def test_an_id_without_a_form_that_atlas_has_is_refused() -> None:
    """With the card's name."""
    with pytest.raises(CardError, match=r"techniques/mine\.toml: has no id of ATLAS's form"):
        atlas_data(technique_cards.with_card(id="mine"), "1")
