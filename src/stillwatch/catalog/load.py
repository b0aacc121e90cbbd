"""Turns the text of cards into a catalogue; every fault of every card is reported at once."""

import dataclasses
import difflib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from stillwatch.model.atlas import Atlas
from stillwatch.model.cards import (
    AlternativeCard,
    DetectorCard,
    FeatureCard,
    LinkCard,
    PolicyCard,
    TechniqueCard,
)
from stillwatch.model.errors import CardError, StillwatchError, raise_faults
from stillwatch.model.evidence import Bits, Coverage, Wronged
from stillwatch.model.marker import MarkerCard
from stillwatch.model.provider import ProviderCard

Card = TypeVar("Card")

KINDS: dict[str, type] = {
    "techniques": TechniqueCard,
    "providers": ProviderCard,
    "markers": MarkerCard,
    "features": FeatureCard,
    "links": LinkCard,
    "detectors": DetectorCard,
    "alternatives": AlternativeCard,
    "policies": PolicyCard,
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Everything that is looked for, and what each finding is worth. Ordered by card id."""

    techniques: tuple[TechniqueCard, ...] = ()
    providers: tuple[ProviderCard, ...] = ()
    markers: tuple[MarkerCard, ...] = ()
    features: tuple[FeatureCard, ...] = ()
    links: tuple[LinkCard, ...] = ()
    detectors: tuple[DetectorCard, ...] = ()
    alternatives: tuple[AlternativeCard, ...] = ()
    policies: tuple[PolicyCard, ...] = ()
    bits: Bits = dataclasses.field(default_factory=Bits)
    peer_bits: Bits = dataclasses.field(default_factory=Bits)  # measured by worlds of two labs
    coverage: tuple[Coverage, ...] = ()
    wronged: tuple[Wronged, ...] = ()
    atlas: Atlas = dataclasses.field(default_factory=Atlas)
    digest: str = ""

    def technique(self, id_: str) -> TechniqueCard | None:
        """The technique of that id."""
        return next((card for card in self.techniques if card.id == id_), None)

    def detectors_of(self, technique: TechniqueCard) -> list[DetectorCard]:
        """The detectors that stand for a technique, and those that its telltales name."""
        named = {id_ for telltale in technique.telltales for id_ in telltale.detectors}
        return [d for d in self.detectors if d.technique == technique.id or d.id in named]


def load_catalog(files: Iterable[tuple[str, str]], digest: str) -> Catalog:
    """The catalogue from `(kind/name.toml, text)` pairs; later files replace earlier ones.

    Raises Faults (or the one CardError) with every fault of every card.
    """
    faults: list[StillwatchError] = []
    found: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    single: dict[str, Any] = {}
    for path, text in files:
        try:
            kind, _, name = path.partition("/")
            if path in _SINGLE:
                field, read = _SINGLE[path]
                single[field] = read(text)
                continue
            card: Any = _convert(path, tomllib.loads(text), KINDS[kind])
            if card.id != name.removesuffix(".toml"):
                wrong = f"the id is '{card.id}'"
                faults.append(CardError(path, wrong, "give card and file one name"))
            found[kind][card.id] = card
        except (tomllib.TOMLDecodeError, msgspec.MsgspecError) as error:
            faults.append(CardError(path, f"cannot be read: {error}", "mend the line"))
        except KeyError:
            faults.append(CardError(path, "no such kind of card", f"use one of {', '.join(KINDS)}"))
        except CardError as error:
            faults.append(error)
    raise_faults("the catalogue has faults", faults)
    for id_, card in found["features"].items():
        try:
            query = expand(card.query, [found["markers"][m] for m in sorted(found["markers"])])
        except ValueError:
            where = f"features/{id_}.toml"
            raise CardError(where, "'{each marker:' has no '}'", "close it") from None
        found["features"][id_] = dataclasses.replace(card, query=query)
    ordered: dict[str, Any] = {
        kind: tuple(cards[id_] for id_ in sorted(cards)) for kind, cards in found.items()
    }
    return _with_peers(Catalog(**ordered, **single, digest=digest))


def _with_peers(catalog: Catalog) -> Catalog:
    """What peers' words are worth, beside what our own evidence is worth."""
    level = [*catalog.bits.level, *catalog.peer_bits.level]
    return dataclasses.replace(catalog, bits=dataclasses.replace(catalog.bits, level=level))


_SINGLE: dict[str, tuple[str, Callable[[str], Any]]] = {  # files that are no cards
    "bits.json": ("bits", msgspec.json.Decoder(Bits).decode),
    "peers.json": ("peer_bits", msgspec.json.Decoder(Bits).decode),
    "coverage.json": ("coverage", msgspec.json.Decoder(tuple[Coverage, ...]).decode),
    "wronged.json": ("wronged", msgspec.json.Decoder(tuple[Wronged, ...]).decode),
    "atlas.toml": ("atlas", lambda text: msgspec.convert(tomllib.loads(text), Atlas)),
}


def _convert(path: str, value: Mapping[str, Any], card: type[Card]) -> Card:
    known = {field.name for field in dataclasses.fields(card)}  # type: ignore[arg-type]
    if "tests" in known and "test" in value:  # TOML writes one [[test]] after another
        value = {**value, "tests": value["test"]}
        del value["test"]
    for key in value:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1)
            hint = f"did you mean '{near[0]}'?" if near else f"use one of {', '.join(known)}"
            raise CardError(path, f"unknown entry '{key}'", hint)
    try:
        return msgspec.convert(value, card)
    except msgspec.ValidationError as error:
        raise CardError(path, str(error), "mend the entry") from error


def expand(sql: str, markers: Iterable[MarkerCard]) -> str:
    """A query with `{each marker: … <m> …}` written out once for every marker, in id order."""
    ids = [marker.id for marker in markers]
    while "{each marker:" in sql:
        start = sql.index("{each marker:")
        end = sql.index("}", start)
        pattern = sql[start + len("{each marker:") : end].strip()
        written = ",\n    ".join(pattern.replace("<m>", id_) for id_ in ids)
        sql = sql[:start] + written + sql[end + 1 :]
    return sql
