"""Writes the techniques as a STIX 2.1 bundle of attack patterns.

What STIX has no property for stands in a property extension, whose definition with its JSON Schema
is in the bundle (STIX 2.1, 7.3). Ids are UUIDv5 of what an object is about, so that the same
technique has the same id in every bundle.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

import msgspec

from stillwatch.catalog.load import Catalog
from stillwatch.model.atlas import mitigation_page, technique_page
from stillwatch.model.cards import Evasion, LookAlike, Observation, TechniqueCard, Telltale
from stillwatch.model.errors import SettingError

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_OID, "stillwatch")
EXTENSION = f"extension-definition--{uuid.uuid5(NAMESPACE, 'extension-definition/technique')}"
EXTENSION_VERSION = "1.0.0"
SOURCE, ATLAS, OWASP = "stillwatch", "mitre-atlas", "owasp-top-10-for-llm"

# TLP 2.0 as FIRST and OASIS published it; the library knows TLP 1 alone.
TLP_CLEAR = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"
TLP_2 = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"


@dataclass(frozen=True, slots=True, kw_only=True)
class TechniqueFacts:
    """What a technique card says that a STIX attack pattern has no property for."""

    extension_type: Literal["property-extension"] = "property-extension"
    technique_id: str
    group: str
    capability: str
    leaves_traffic: bool
    evidence: list[str] = field(default_factory=list)
    training_use: list[str] = field(default_factory=list)
    observed: list[Observation] = field(default_factory=list)
    telltales: list[Telltale] = field(default_factory=list)
    detectors: list[str] = field(default_factory=list)
    evasions: list[Evasion] = field(default_factory=list)
    look_alikes: list[LookAlike] = field(default_factory=list)
    blind_spots: list[str] = field(default_factory=list)


def stix_bundle(catalog: Catalog, *, created: datetime, modified: datetime) -> str:
    """The bundle as JSON; the times are those of every object.

    Raises SettingError when the `sharing` extra is not installed, or when `modified` lies before
    `created`.
    """
    try:
        import stix2.v21 as stix
    except ImportError as error:
        need = "needs the package stix2"
        raise SettingError("export stix", need, "install stillwatch[sharing]") from error
    if modified < created:
        wrong = f"{modified:%Y-%m-%d} lies before {created:%Y-%m-%d}, when the objects were made"
        raise SettingError("export stix", wrong, "give a later time")
    write = _Writer(stix, created, modified)
    objects = [*write.about_us(), *write.techniques(catalog)]
    about = f"bundle/{catalog.digest}/{modified.isoformat()}"
    whole = stix.Bundle(objects, id=f"bundle--{uuid.uuid5(NAMESPACE, about)}")
    return json.dumps(json.loads(whole.serialize()), indent=1, ensure_ascii=False) + "\n"


class _Writer:
    """Makes objects that carry the same times, author and marking."""

    def __init__(self, stix: Any, created: datetime, modified: datetime) -> None:
        self.stix = stix
        self.times = {"created": created, "modified": modified}
        self.author = f"identity--{uuid.uuid5(NAMESPACE, 'identity/stillwatch')}"

    def made(self, kind: Any, about: str, **entries: Any) -> Any:
        """An object of a class of the library; `about` says what its id is of."""
        type_ = kind._type  # noqa: SLF001 - the library's own name for the type of a class
        return kind(
            id=f"{type_}--{uuid.uuid5(NAMESPACE, f'{type_}/{about}')}",
            created_by_ref=self.author,
            object_marking_refs=[TLP_CLEAR],
            **self.times,
            **entries,
        )

    def about_us(self) -> Iterator[Any]:
        """The marking, the author, and the definition of the extension."""
        yield self.stix.MarkingDefinition(
            id=TLP_CLEAR,
            created="2022-10-01T00:00:00.000Z",
            name="TLP:CLEAR",
            extensions={TLP_2: {"extension_type": "property-extension", "tlp_2_0": "clear"}},
        )
        yield self.stix.Identity(
            id=self.author,
            name="Stillwatch",
            identity_class="system",
            description="Finds adversarial distillation of language models in logs of exchanges.",
            object_marking_refs=[TLP_CLEAR],
            **self.times,
        )
        yield self.stix.ExtensionDefinition(
            id=EXTENSION,
            name="Technique of adversarial distillation",
            description="How a technique is known, what it leaves in traffic, how it is hidden, "
            "and what honest work resembles it.",
            schema=json.dumps(facts_schema()),
            version=EXTENSION_VERSION,
            extension_types=["property-extension"],
            created_by_ref=self.author,
            object_marking_refs=[TLP_CLEAR],
            **self.times,
        )

    def techniques(self, catalog: Catalog) -> Iterator[Any]:
        """Attack patterns, the courses of action against them, and what ties the two."""
        mitigations = {
            id_: self.made(
                self.stix.CourseOfAction,
                id_,
                name=name,
                external_references=[_reference(ATLAS, id_, mitigation_page(id_))],
            )
            for id_, name in catalog.atlas.mitigations.items()
            if any(id_ in card.atlas_mitigations for card in catalog.techniques)
        }
        yield from mitigations.values()
        for card in catalog.techniques:
            pattern = self.pattern(card, catalog)
            yield pattern
            answers = [self.response(card.id, text) for text in card.responses]
            yield from answers
            for action in (*answers, *(mitigations[id_] for id_ in card.atlas_mitigations)):
                yield self.made(
                    self.stix.Relationship,
                    f"{action.id}/mitigates/{pattern.id}",
                    relationship_type="mitigates",
                    source_ref=action.id,
                    target_ref=pattern.id,
                )

    def pattern(self, card: TechniqueCard, catalog: Catalog) -> Any:
        """One technique."""
        facts = TechniqueFacts(
            technique_id=card.id,
            detectors=[detector.id for detector in catalog.detectors_of(card)],
            **{name: getattr(card, name) for name in _TAKEN},
        )
        phases = [
            catalog.atlas.tactics[tactic].lower().replace(" ", "-")
            for tactic in catalog.atlas.tactics_of(card.atlas, card.group)
        ]
        return self.made(
            self.stix.AttackPattern,
            card.id,
            name=card.title,
            description="\n\n".join(text for text in (card.what, card.in_traffic) if text),
            kill_chain_phases=[{"kill_chain_name": ATLAS, "phase_name": phase} for phase in phases],
            external_references=[
                _reference(SOURCE, card.id),
                *(_reference(ATLAS, id_, technique_page(id_)) for id_ in card.atlas),
                *(_reference(OWASP, id_) for id_ in card.owasp),
                *(_observed(one) for one in card.observed),
            ],
            extensions={EXTENSION: _without_empty(asdict(facts))},
        )

    def response(self, technique: str, text: str) -> Any:
        """What to do about a technique: `verb: how`, or a sentence."""
        verb, found, how = text.partition(": ")
        name = verb.capitalize() if found and verb.isalpha() else "Response"
        return self.made(
            self.stix.CourseOfAction,
            f"{technique}/{text}",
            name=f"{name} ({technique})",
            description=how if name != "Response" else text,
        )


def facts_schema() -> dict[str, Any]:
    """The JSON Schema of the extension; lists that would be empty are left out (STIX 2.1, 2.10)."""
    return msgspec.json.schema(TechniqueFacts)


def _reference(source: str, id_: str, url: str | None = None) -> Any:
    return _without_empty({"source_name": source, "external_id": id_, "url": url})


def _observed(one: Observation) -> Any:
    said = f"{one.source} ({one.when}). {one.says}"
    if one.uncertain:
        said += f" Uncertain: {one.uncertain}"
    return _without_empty({"source_name": one.who, "description": said, "url": one.address})


def _without_empty(value: Any) -> Any:
    """The same without empty texts, lists and nothings, which STIX forbids."""
    if isinstance(value, dict):
        return {k: _without_empty(v) for k, v in value.items() if v not in ("", [], None)}
    return [_without_empty(one) for one in value] if isinstance(value, list) else value


_TAKEN = sorted(
    {one.name for one in fields(TechniqueFacts)} & {one.name for one in fields(TechniqueCard)}
)
