"""The STIX 2.1 profile of adversarial distillation: which objects there are and what they hold.

One definition serves writing, reading and the published JSON Schemas. What STIX has no property
for stands in one property extension, whose facts are an event (on a grouping), a trace (on an
indicator) or a volume (on a campaign). Ids are UUIDv5 of what an object is about.
"""

import re
import uuid
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from stillwatch.model.circle import Tlp
from stillwatch.sharing.stix import NAMESPACE, TLP_2

PROFILE = f"extension-definition--{uuid.uuid5(NAMESPACE, 'extension-definition/sharing')}"
PROFILE_VERSION = "1.0.0"
PROFILE_PAGE = "urn:stillwatch:sharing-profile:1"
TOKEN_PATTERN = "stillwatch-token"  # noqa: S105 - a pattern type, no secret
# TLP 2.0 as FIRST and OASIS published it.
TLP_IDS: dict[Tlp, str] = {
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
TLP_OF = {id_: tlp for tlp, id_ in TLP_IDS.items()}
STATED = "2026-01-01T00:00:00.000Z"  # when the profile was stated
SERVICES = ("api", "subscription", "cloud", "aggregator", "several")
USES = ("detect", "defend", "investigate", "research")
NOT_STATED = "not-stated"  # in a dry run; nothing leaves so
BASES = (NOT_STATED, "legitimate-interest", "legal-obligation", "contract", "public-interest")
RESPONSES = ("none", "watch", "alert", "challenge", "throttle", "suspend")

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
Id = Annotated[str, Meta(pattern=f"^[a-z0-9-]{{3,40}}--{_UUID}$", max_length=90)]
MarkingId = Annotated[str, Meta(pattern=f"^marking-definition--{_UUID}$", max_length=90)]
IdentityId = Annotated[str, Meta(pattern=f"^identity--{_UUID}$", max_length=90)]
IndicatorId = Annotated[str, Meta(pattern=f"^indicator--{_UUID}$", max_length=90)]
_SECOND = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
Stamp = Annotated[str, Meta(pattern=rf"^{_SECOND}\.\d{{3}}Z$", max_length=24)]
Moment = Annotated[str, Meta(pattern=rf"^{_SECOND}(\.\d{{1,9}})?Z$", max_length=30)]
Label = Annotated[str, Meta(max_length=200)]
Words = Annotated[str, Meta(max_length=2_000)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Refs = Annotated[list[Id], Meta(min_length=1, max_length=10_000)]
Markings = Annotated[list[MarkingId], Meta(min_length=1, max_length=8)]
Pseudonym = Annotated[str, Meta(pattern="^p1_[a-z2-7]{20}$")]
Band = Annotated[str, Meta(pattern="^[0-9]{1,15}(-[0-9]{1,15})?$", max_length=31)]
TechniqueId = Annotated[str, Meta(pattern="^[A-Z]{2,4}-[0-9]{3}$")]
KindName = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{1,31}$")]
CircleName = Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,62}$")]
Hex64 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Base64 = Annotated[str, Meta(pattern="^[A-Za-z0-9+/]{86}==$")]


class Seal(Struct, frozen=True, kw_only=True):
    """A member's signature over every object of a share, and over the event itself."""

    keyid: Hex64
    root: Hex64
    object_count: Annotated[int, Meta(ge=1, le=100_000)]
    signature: Base64


class Event(Struct, frozen=True, kw_only=True, tag_field="facts", tag="event"):
    """The minimal event: what one lab tells the others of one campaign."""

    extension_type: Literal["property-extension"]
    circle: CircleName
    cluster: Pseudonym
    behaviours: Annotated[list[TechniqueId], Meta(max_length=50)]
    service: Literal["api", "subscription", "cloud", "aggregator", "several"]
    response: Literal["none", "watch", "alert", "challenge", "throttle", "suspend"]
    confidence: Percent
    window_start: Moment
    window_end: Moment
    expires_at: Moment
    legal_basis: Literal[
        "not-stated", "legitimate-interest", "legal-obligation", "contract", "public-interest"
    ]
    permitted_use: Annotated[
        list[Literal["detect", "defend", "investigate", "research"]],
        Meta(min_length=1, max_length=4),
    ]
    seal: Seal | msgspec.UnsetType = msgspec.UNSET


class Volume(Struct, frozen=True, kw_only=True, tag_field="facts", tag="volume"):
    """How big a campaign is, in bands."""

    extension_type: Literal["property-extension"]
    accounts: Band
    exchanges: Band
    evidence_families: Annotated[list[KindName], Meta(max_length=40)]


class Trace(Struct, frozen=True, kw_only=True, tag_field="facts", tag="trace"):
    """A thing that accounts of a campaign share, as a token that the circle's members can make."""

    extension_type: Literal["property-extension"]
    circle: CircleName
    kind: KindName
    epoch: Annotated[int, Meta(ge=0, le=100_000)]
    token: Pseudonym
    accounts: Band


Facts = Event | Volume | Trace


class Extensions(Struct, frozen=True, rename={"facts": PROFILE}, omit_defaults=True):
    """The profile's own extension; others are let through unread."""

    facts: Facts | None = None


class Reference(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where an object is described."""

    source_name: Label
    external_id: Label | None = None
    url: Label | None = None


class Phase(Struct, frozen=True, kw_only=True):
    """Where in a chain of steps a technique stands."""

    kill_chain_name: Label
    phase_name: Label


def _stix_name(name: str) -> str:
    """`CourseOfAction` is a course-of-action."""
    return re.sub("(?<=[a-z])(?=[A-Z])", "-", name).lower()


class Stix(
    Struct,
    frozen=True,
    kw_only=True,
    tag_field="type",
    omit_defaults=True,
    tag=_stix_name,
):
    """What every object of the profile has."""

    id: Id
    spec_version: Literal["2.1"]
    created: Stamp
    modified: Stamp
    created_by_ref: IdentityId | None = None
    object_marking_refs: Markings
    revoked: bool = False
    confidence: Percent | None = None
    lang: Literal["en"] | None = None
    external_references: Annotated[list[Reference], Meta(max_length=50)] = []
    extensions: Extensions = Extensions()


class Identity(Stix, frozen=True, kw_only=True):
    """A member, by the key it signs with."""

    name: Label
    identity_class: Label = ""
    description: Words = ""


class AttackPattern(Stix, frozen=True, kw_only=True):
    """A technique of the catalogue."""

    name: Label
    description: Words = ""
    kill_chain_phases: Annotated[list[Phase], Meta(max_length=20)] = []


class Campaign(Stix, frozen=True, kw_only=True):
    """Linked accounts that act for one operator, without the accounts."""

    name: Label
    description: Words = ""
    first_seen: Moment | None = None
    last_seen: Moment | None = None
    objective: Label = ""


class CourseOfAction(Stix, frozen=True, kw_only=True):
    """What was or may be done."""

    name: Label
    description: Words = ""


class Grouping(Stix, frozen=True, kw_only=True):
    """A share: everything that was said at once, with the minimal event."""

    name: Label = ""
    description: Words = ""
    context: Label
    object_refs: Refs


class Indicator(Stix, frozen=True, kw_only=True):
    """Something by which a campaign can be known again."""

    name: Label = ""
    description: Words = ""
    indicator_types: Annotated[list[Label], Meta(max_length=10)] = []
    pattern: Annotated[str, Meta(min_length=1, max_length=4_000)]
    pattern_type: Label
    pattern_version: Label = ""
    valid_from: Moment
    valid_until: Moment | None = None


class ObservedData(Stix, frozen=True, kw_only=True):
    """That observables were seen, when and how often (the lower end of a band)."""

    first_observed: Moment
    last_observed: Moment
    number_observed: Annotated[int, Meta(ge=1, le=999_999_999)]
    object_refs: Refs


class Sighting(Stix, frozen=True, kw_only=True):
    """That a peer's indicator was seen here."""

    sighting_of_ref: Id
    where_sighted_refs: Annotated[list[IdentityId], Meta(max_length=20)] = []
    first_seen: Moment | None = None
    last_seen: Moment | None = None
    count: Annotated[int, Meta(ge=0, le=999_999_999)] | None = None
    summary: bool = False


class Opinion(Stix, frozen=True, kw_only=True):
    """Whether a peer's object is believed."""

    opinion: Literal["strongly-disagree", "disagree", "neutral", "agree", "strongly-agree"]
    explanation: Words = ""
    object_refs: Refs


class Relationship(Stix, frozen=True, kw_only=True):
    """How two objects belong together."""

    relationship_type: Annotated[str, Meta(pattern="^[a-z0-9-]{2,60}$")]
    source_ref: Id
    target_ref: Id


class Definition(Struct, frozen=True, kw_only=True, tag_field="type", tag="extension-definition"):
    """The definition of the extension, as it travels with a share."""

    id: Id
    spec_version: Literal["2.1"]
    created: Stamp
    modified: Stamp
    created_by_ref: IdentityId
    object_marking_refs: Markings
    name: Label
    description: Words
    schema: Annotated[str, Meta(max_length=200_000)]
    version: Label
    extension_types: list[Label]


class Marking(
    Struct,
    frozen=True,
    kw_only=True,
    tag_field="type",
    tag="marking-definition",
    omit_defaults=True,
):
    """A TLP 2.0 marking, as published; others are let through and mean nothing."""

    id: MarkingId
    spec_version: Literal["2.1"]
    created: Stamp
    name: Label = ""
    extensions: dict[Id, dict[str, Any]] = {}


SharedObject = (
    Identity | AttackPattern | Campaign | CourseOfAction | Grouping | Indicator | ObservedData
    | Sighting | Opinion | Relationship | Definition | Marking
)  # fmt: skip
DATED = (
    Identity, AttackPattern, Campaign, CourseOfAction, Grouping, Indicator, ObservedData,
    Sighting, Opinion, Relationship,
)  # fmt: skip


def stamp(moment: datetime) -> str:
    """A time as STIX writes it: UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def derived(kind: str, about: str) -> str:
    """The id of an object of this type, from what it is about."""
    return f"{kind}--{uuid.uuid5(NAMESPACE, f'{kind}/{about}')}"


def token_pattern(trace: Trace) -> str:
    """The pattern of a token: opaque to other tools, which cannot take it for anything else."""
    return f"t1:{trace.circle}:{trace.epoch}:{trace.kind}:{trace.token}"


def member_identity(keyid: str) -> str:
    """The id of the identity of who signs with this key."""
    return derived("identity", f"member/{keyid}")


def tlp_marking(tlp: Tlp) -> Marking:
    """The marking object of TLP 2.0."""
    return Marking(
        id=TLP_IDS[tlp],
        spec_version="2.1",
        created="2022-10-01T00:00:00.000Z",
        name=f"TLP:{tlp.upper()}",
        extensions={TLP_2: {"extension_type": "property-extension", "tlp_2_0": tlp}},
    )


def member(keyid: str) -> Identity:
    """Who signs with this key; a circle knows which lab that is, and others need not.

    It is the same in every share, whatever that is marked: one version cannot say two things.
    """
    return Identity(
        id=member_identity(keyid),
        spec_version="2.1",
        created=STATED,
        modified=STATED,
        object_marking_refs=[TLP_IDS["clear"]],
        name=f"Member {keyid[:12]}",
        identity_class="organization",
    )


def public_objects(tlp: Tlp) -> list[Any]:
    """What stands beside a share in a file and is nobody's: the marking and the definition."""
    author = f"identity--{uuid.uuid5(NAMESPACE, 'identity/stillwatch')}"
    clear = [TLP_IDS["clear"]]
    us = Identity(
        id=author,
        spec_version="2.1",
        created=STATED,
        modified=STATED,
        object_marking_refs=clear,
        name="Stillwatch",
        identity_class="system",
        description="Finds adversarial distillation of language models in logs of exchanges.",
    )
    definition = Definition(
        id=PROFILE,
        spec_version="2.1",
        created=STATED,
        modified=STATED,
        created_by_ref=author,
        object_marking_refs=clear,
        name="Sharing of adversarial distillation",
        description="The minimal event, volumes in bands, and traces as tokens of a circle.",
        schema=msgspec.json.encode(facts_schema()).decode(),
        version=PROFILE_VERSION,
        extension_types=["property-extension"],
    )
    markings = [tlp_marking(one) for one in dict.fromkeys(("clear", tlp))]
    return [*markings, us, definition]


def facts_schema() -> dict[str, Any]:
    """The JSON Schema of the extension."""
    return msgspec.json.schema(Facts)


def profile_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of every object of the profile, by type."""
    return {
        kind.__struct_config__.tag: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"{kind.__struct_config__.tag} of the sharing profile {PROFILE_VERSION}",
            **msgspec.json.schema(kind),
        }
        for kind in SharedObject.__args__
    }


ENCODER = msgspec.json.Encoder()


def emit(objects: list[Any]) -> bytes:
    """Objects as the bytes of a TAXII envelope, or the inside of a bundle."""
    return ENCODER.encode({"objects": objects})
