"""The catalogue and the words of a share are written as MISP reads them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from stillwatch.io.cards import read_catalog
from stillwatch.sharing import profile as stix
from stillwatch.sharing.misp import EVENT, NEEDED, SEVERAL, WORDS, misp_files

CHECKOUT = os.environ.get("STILLWATCH_MISP_SCHEMAS", "")
CATALOG = read_catalog()
FILES = {path: json.loads(text) for path, text in misp_files(CATALOG).items()}
SCHEMAS = {
    "galaxies": "misp-galaxy/schema_galaxies.json",
    "clusters": "misp-galaxy/schema_clusters.json",
    "taxonomies": "misp-taxonomies/schema.json",
    "objects": "misp-objects/schema_objects.json",
}


def of(kind: str) -> Any:
    """The file of one kind."""
    return next(value for path, value in FILES.items() if path.startswith(kind))


def test_every_technique_is_a_cluster_with_the_id_of_its_attack_pattern() -> None:
    """Who has both formats knows that they speak of the same thing."""
    values = of("clusters")["values"]
    assert [one["meta"]["external_id"] for one in values] == [one.id for one in CATALOG.techniques]
    for one in values:
        pattern = stix.derived("attack-pattern", one["meta"]["external_id"])
        assert pattern == f"attack-pattern--{one['uuid']}"
    assert len({one["value"] for one in values}) == len(values)
    assert of("clusters")["type"] == of("galaxies")["type"]


def test_the_template_holds_every_fact_of_an_event() -> None:
    """A fact that is added to the event is missing here until the template has it too."""
    facts = {one.replace("_", "-") for one in stix.Event.__struct_fields__}
    told = {"behaviours": "behaviour"}
    assert {told.get(one, one) for one in facts - {"extension-type", "seal"}} <= set(EVENT)
    assert set(NEEDED) | set(SEVERAL) | set(WORDS) <= set(of("objects")["attributes"])


def test_the_taxonomy_holds_the_words_of_the_profile() -> None:
    """No word may be shared that has no tag, and none is made up."""
    said = {
        one["predicate"]: {e["value"] for e in one["entry"]} for one in of("taxonomies")["values"]
    }
    assert said == {
        "service": set(stix.SERVICES),
        "response": set(stix.RESPONSES),
        "legal-basis": set(stix.BASES),
        "permitted-use": set(stix.USES),
    }


@pytest.mark.skipif(not CHECKOUT, reason="name a folder of MISP's checkouts")
@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_files_fit_the_schemas_of_misp(kind: str) -> None:
    """And a file with a property that MISP does not know does not."""
    schema = json.loads((Path(CHECKOUT) / SCHEMAS[kind]).read_text("utf-8"))
    jsonschema.Draft4Validator(schema).validate(of(kind))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(schema).validate(of(kind) | {"version": "one"})
