"""Techniques leave as STIX 2.1 that others' tools read without a complaint."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest

import technique_cards
from stillwatch.catalog.load import Catalog
from stillwatch.io.cards import read_catalog
from stillwatch.model.errors import SettingError
from stillwatch.sharing.stix import EXTENSION, TLP_CLEAR, stix_bundle

stix2 = pytest.importorskip("stix2", reason="needs the `sharing` extra")

MADE = datetime(2026, 11, 1, tzinfo=UTC)
LATER = datetime(2026, 12, 1, tzinfo=UTC)

# What the validator remarks on, and why it stays. 103: ids are derived (UUIDv5), so that the same
# technique has the same id everywhere. 302: pages at an address change, so there is no hash of one.
ACCEPTED = {"103", "302"}


def written(catalog: Catalog, modified: datetime = LATER) -> list[dict[str, Any]]:
    """The objects of a bundle."""
    value: list[dict[str, Any]] = json.loads(stix_bundle(catalog, created=MADE, modified=modified))[
        "objects"
    ]
    return value


def of(objects: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Those of one type."""
    return [one for one in objects if one["type"] == kind]


def pattern(catalog: Catalog) -> dict[str, Any]:
    """The attack pattern of the first technique."""
    return of(written(catalog), "attack-pattern")[0]


@pytest.mark.parametrize("given", [technique_cards.catalog(), read_catalog()], ids=["two", "ours"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_oasis_validator_finds_no_fault(given: Catalog) -> None:
    """Neither in hand-made cards nor in the package's; its remarks are the accepted ones."""
    validator = pytest.importorskip("stix2validator", reason="needs the `dev` extra")
    options = validator.ValidationOptions(version="2.1")
    text = stix_bundle(given, created=MADE, modified=LATER)
    said = validator.validate_string(text, options)
    assert said.is_valid, said.errors
    codes = {re.search(r"\{(\d+)\}", str(warning))[1] for warning in said.warnings or []}  # type: ignore[index]
    assert codes <= ACCEPTED
    broken = text.replace('"created": "2026', '"created": "once')
    assert not validator.validate_string(broken, options).is_valid


def test_a_technique_is_an_attack_pattern_with_its_names_and_sources() -> None:
    """Title, text, ATLAS ids with their pages, kill chain phases, and each source with address."""
    made = pattern(technique_cards.catalog())
    assert made["name"] == "Forced inline reasoning"
    assert "write down every step" in made["description"]
    assert [phase["phase_name"] for phase in made["kill_chain_phases"]] == [
        "ai-model-access",
        "exfiltration",
    ]
    found = {one.get("external_id", one.get("url")): one for one in made["external_references"]}
    assert found["AD-001"]["source_name"] == "stillwatch"
    assert found["AML.T0040"]["url"] == "https://atlas.mitre.org/techniques/AML.T0040"
    assert "LLM10:2025" in found
    assert found["https://example.com/reports/one"]["source_name"] == "A provider"
    assert "Uncertain: No window" in found["https://example.com/reports/one"]["description"]
    assert "https://arxiv.org/abs/2603.07267" in found


def test_a_technique_unknown_to_atlas_gets_the_tactic_of_its_group() -> None:
    """So that it has a place in the kill chain."""
    bare = of(written(technique_cards.catalog()), "attack-pattern")[1]
    assert [phase["phase_name"] for phase in bare["kill_chain_phases"]] == ["resource-development"]


def test_everything_is_marked_clear_and_names_its_author() -> None:
    """TLP 2.0; the marking and the author are in the bundle."""
    objects = written(technique_cards.catalog())
    marking = next(one for one in objects if one["id"] == TLP_CLEAR)
    assert marking["name"] == "TLP:CLEAR"
    author = of(objects, "identity")[0]
    for one in objects:
        if one is not marking:
            assert one["object_marking_refs"] == [TLP_CLEAR]
        if one not in (marking, author):
            assert one["created_by_ref"] == author["id"]


@pytest.mark.parametrize("given", [technique_cards.catalog(), read_catalog()], ids=["two", "ours"])
def test_what_stix_has_no_property_for_is_in_a_defined_extension(given: Catalog) -> None:
    """Each extension fits the JSON Schema of its definition, and nothing else is custom."""
    objects = written(given)
    schema = json.loads(of(objects, "extension-definition")[0]["schema"])
    validator = jsonschema.Draft202012Validator(schema)
    for one in of(objects, "attack-pattern"):
        assert [e.message for e in validator.iter_errors(one["extensions"][EXTENSION])] == []
        assert not [name for name in one if name.startswith("x_")]
    assert not validator.is_valid({"extension_type": "property-extension"})


def test_the_extension_holds_the_card() -> None:
    """Telltales with detectors, evasions, look-alikes; what is empty is left out."""
    facts, bare = (
        one["extensions"][EXTENSION]
        for one in of(written(technique_cards.catalog()), "attack-pattern")
    )
    assert facts["detectors"] == ["forcing", "template"]
    assert facts["telltales"] == [
        {"sign": "one constant instruction", "detectors": ["template"]},
        {"sign": "answers of one form"},
    ]
    assert facts["evasions"][0]["still_shows"] == "The wish stays."
    assert bare["leaves_traffic"] is False
    assert "observed" not in bare


def test_responses_and_mitigations_are_courses_of_action_against_it() -> None:
    """A response keeps its verb; a mitigation of ATLAS is one object for all techniques."""
    objects = written(technique_cards.with_card(responses=["Watch: keep it.", "Ask him."]))
    actions = {one["id"]: one for one in of(objects, "course-of-action")}
    ties = of(objects, "relationship")
    target = of(objects, "attack-pattern")[0]["id"]
    assert {(tie["relationship_type"], tie["target_ref"]) for tie in ties} == {
        ("mitigates", target)
    }
    said = [(actions[tie["source_ref"]]) for tie in ties]
    assert [(one["name"], one.get("description")) for one in said] == [
        ("Watch (AD-001)", "keep it."),
        ("Response (AD-001)", "Ask him."),
        ("Restrict Number of AI Model Queries", None),
    ]


def test_ids_are_of_what_an_object_is_about_and_times_are_the_callers() -> None:
    """The same technique keeps its id and creation when it is restated; bytes repeat."""
    first = stix_bundle(technique_cards.catalog(), created=MADE, modified=LATER)
    assert first == stix_bundle(technique_cards.catalog(), created=MADE, modified=LATER)
    old = pattern(technique_cards.catalog())
    new = of(
        written(technique_cards.with_card(title="Renamed"), LATER + timedelta(days=1)),
        "attack-pattern",
    )[0]
    assert old["id"] == new["id"]
    assert old["created"] == new["created"] == "2026-11-01T00:00:00.000Z"
    assert old["modified"] < new["modified"]
    ids = [one["id"] for one in written(read_catalog())]
    assert len(ids) == len(set(ids))


def test_the_library_reads_the_bundle_back_without_custom_content() -> None:
    """As a peer with python-stix2 would, who allows nothing custom."""
    text = stix_bundle(technique_cards.catalog(), created=MADE, modified=LATER)
    assert len(stix2.parse(text, allow_custom=False).objects) == len(
        written(technique_cards.catalog())
    )


def test_a_time_before_the_first_statement_is_refused() -> None:
    """An object cannot be changed before it was made."""
    with pytest.raises(SettingError, match="2026-10-31 lies before 2026-11-01"):
        stix_bundle(technique_cards.catalog(), created=MADE, modified=MADE - timedelta(days=1))
