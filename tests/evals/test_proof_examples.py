"""The two worked examples: the same bytes each time, sound, one of guilt and one of innocence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import proof_extra  # noqa: F401 - skips these tests without the extra
from stillwatch.evals.proof_examples import CASES, Case, make_example
from stillwatch.io.keys import read_public
from stillwatch.job.proof import REPORT, versions
from stillwatch.verifier.check import check
from stillwatch.verifier.container import pack, read
from stillwatch.verifier.found import Trust
from stillwatch.verifier.recompute import first_difference
from stillwatch.verifier.seal import read_seal

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_example_is_what_the_command_makes(case: Case) -> None:
    """Run `stillwatch prove example --out examples` when this fails."""
    kept = read(EXAMPLES / f"{case.name}.zip")
    files, keys = make_example(case)
    assert kept[REPORT].count(b"<section") == files[REPORT].count(b"<section")
    if read_seal(kept["seal.json"]).versions == versions():
        assert pack(files) == pack(kept)
    assert {name: (EXAMPLES / f"{name}.pub").read_bytes() for name in keys} == keys


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_example_is_sound(case: Case) -> None:
    """With the keys beside it, and every number computed again."""
    trust = Trust(
        operator=read_public(EXAMPLES / "operator.pub"),
        witness=read_public(EXAMPLES / "witness.pub"),
    )
    found = check(read(EXAMPLES / f"{case.name}.zip"), trust)
    assert found.is_sound
    assert any(one.name == "findings" and one.outcome == "holds" for one in found.checks)


def test_one_is_of_guilt_and_one_of_innocence() -> None:
    """A lead and a proof that name the account that leaked; and nothing at all."""
    said = {case.name: read(EXAMPLES / f"{case.name}.zip") for case in CASES}
    found = {
        name: {
            one["test"]: (one["kind"], one["is_below_alpha"], one["refused"])
            for one in json.loads(files["findings.json"])["findings"]
        }
        for name, files in said.items()
    }
    assert found["guilt"] == {
        "style_lineage": ("lead", True, None),
        "canaries": ("proof", True, None),
    }
    assert found["innocence"] == {
        "style_lineage": ("lead", False, None),
        "canaries": ("proof", False, None),
    }
    assert b"Proof that suspect-birch depends" in said["guilt"][REPORT]
    assert b"a lead, which is no proof: suspect-birch resembles" in said["guilt"][REPORT]
    assert b"account-17" in said["guilt"][REPORT]
    assert b"account-23, " not in said["guilt"][REPORT]
    assert b"No finding" in said["innocence"][REPORT]
    assert b"Proof that" not in said["innocence"][REPORT]


def test_a_verifier_with_other_statistics_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A difference that nobody forged is told from one that somebody did."""
    for module in ("score", "recompute"):
        monkeypatch.setattr(f"stillwatch.verifier.{module}.METHODS", 99)
    found = check(read(EXAMPLES / "innocence.zip"), Trust())
    (failed,) = [one for one in found.checks if one.outcome == "fails"]
    assert "first in methods" in failed.sentence
    assert "they say methods 3, here are 99" in failed.sentence


def test_the_first_difference_is_named() -> None:
    """Where to look, in the findings' own words."""
    assert first_difference({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}) == "a[1].b"
    assert first_difference({"a": 1}, {"a": 1, "c": 1}) == "c"
    assert first_difference({"a": [1]}, {"a": [1, 2]}) == "a"
    assert first_difference({"a": 1}, {"a": 1}) == "how they are written"
