"""The published examples are what the code writes, and hold by everybody's rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stillwatch.evals.sharing.example import NOW, examples
from stillwatch.sharing.entry import enter

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", ["share.json", "share-answered.json", "share-withdrawn.json"])
def test_an_example_is_written_and_right(name: str) -> None:
    """The same bytes, taken in whole, and valid by our schemas and OASIS's validator."""
    jsonschema = pytest.importorskip("jsonschema", reason="needs the `dev` extra")
    validator = pytest.importorskip("stix2validator", reason="needs the `dev` extra")
    written = (ROOT / "examples" / name).read_text("utf-8")
    assert examples()[name] == written
    entered = enter(written.encode(), name, NOW.replace(day=12))
    assert not entered.refused
    for one in json.loads(written)["objects"]:
        schema = ROOT / f"docs/schemas/sharing-{one['type']}.schema.json"
        jsonschema.validate(one, json.loads(schema.read_bytes()))
    said = validator.validate_string(written, validator.ValidationOptions(version="2.1"))
    assert said.is_valid, said.errors
