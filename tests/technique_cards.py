"""Technique cards that tests of exports and views are given: one filled to the brim, one bare."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fakes import detector_card
from stillwatch.catalog.load import Catalog
from stillwatch.io.cards import read_catalog
from stillwatch.model.cards import Evasion, LookAlike, Observation, TechniqueCard, Telltale
from stillwatch.model.evidence import Coverage

FULL = TechniqueCard(
    id="AD-001",
    title="Forced inline reasoning",
    group="reasoning extraction",
    capability="reasoning",
    what="One instruction: «write down every step», and a | pipe.",
    training_use=["supervised fine-tuning"],
    evidence=["research", "wild"],
    in_traffic="One long instruction around ever different questions.",
    observed=[
        Observation(
            who="A provider",
            when="2026-02-23",
            says="Saw it on many accounts.",
            source="A report, example.com/reports/one",
            standing="primary",
            uncertain="No window is given.",
        ),
        Observation(
            who="A university",
            when="2025",
            says="Showed it.",
            source="A paper, arXiv:2603.07267",
            standing="academic",
        ),
    ],
    telltales=[
        Telltale(sign="one constant instruction", detectors=["template"]),
        Telltale(sign="answers of one form"),
    ],
    evasions=[Evasion(move="Reword it.", still_shows="The wish stays.")],
    look_alikes=[LookAlike(who="Tutors", tells_apart="One known owner.")],
    responses=["Watch: keep the template.", "Ask the owner what it is for."],
    blind_spots=["instructions reworded for every request"],
    generators=["forced_reasoning"],
    atlas=["AML.T0024.002", "AML.T0040"],
    atlas_mitigations=["AML.M0004"],
    owasp=["LLM10:2025"],
)
BARE = TechniqueCard(
    id="AD-042",
    title="Transcript purchase",
    group="access and supply chain",
    capability="any",
    what="Logs are bought.",
    leaves_traffic=False,
)


def catalog(**changes: Any) -> Catalog:
    """Both cards, two detectors of the first, and ATLAS as the package knows it."""
    given: dict[str, Any] = {
        "techniques": (FULL, BARE),
        "detectors": (
            detector_card("forcing", technique="AD-001"),
            detector_card("template", technique="AD-034"),
            detector_card("unrelated", technique="AD-034"),
        ),
        "atlas": read_catalog().atlas,
        "digest": "0123456789abcdef",
    }
    return Catalog(**(given | changes))


def with_card(**changes: Any) -> Catalog:
    """The same with the full card changed."""
    return catalog(techniques=(replace(FULL, **changes), BARE))


def coverage(kind: str, care: str, recall: float) -> Coverage:
    """A measurement of the full card."""
    return Coverage(
        technique="AD-001", kind=kind, care=care, accounts=1_000, found=round(1_000 * recall),
        recall=recall, low=recall - 0.05, high=recall + 0.05, seeds=[1, 2, 3],
    )  # fmt: skip
