"""`stillwatch techniques`: the catalogue, to read and to hand on."""

from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from stillwatch import __version__
from stillwatch.catalog.check import technique_faults
from stillwatch.catalog.load import Catalog
from stillwatch.explain import techniques as views
from stillwatch.io.cards import read_catalog
from stillwatch.io.pages import write_pages
from stillwatch.model.errors import SettingError, raise_faults
from stillwatch.sharing.atlas import atlas_yaml
from stillwatch.sharing.misp import misp_files
from stillwatch.sharing.navigator import navigator_layer
from stillwatch.sharing.stix import stix_bundle

FORMATS = ("stix", "atlas", "navigator", "misp")
# STIX objects keep the time they were first stated; only `modified` moves.
FIRST_STATED = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is printed, for a person and for a machine."""

    picture: RenderableType
    as_json: Any


def techniques(
    action: str,
    what: str | None,
    *,
    cards: Path | None = None,
    out: Path | None = None,
    as_of: datetime | None = None,
) -> View:
    """List, show or export the techniques, or say how well each is covered."""
    catalog = read_catalog(cards)
    if action == "list" and what is None:
        return View(picture=views.listing(catalog), as_json=views.listing_facts(catalog))
    if action == "coverage" and what is None:
        return View(picture=views.coverage(catalog), as_json=views.coverage_facts(catalog))
    if action == "show" and what is not None:
        return _shown(catalog, what)
    if action == "export" and what is not None:
        return _exported(catalog, what, out, as_of)
    said = f"unknown action '{' '.join(word for word in (action, what) if word)}'"
    remedy = "use `list`, `show ID`, `coverage` or `export FORMAT --out FILE`"
    raise SettingError("techniques", said, remedy)


def _shown(catalog: Catalog, id_: str) -> View:
    card = catalog.technique(id_)
    if card is None:
        near = get_close_matches(id_, [one.id for one in catalog.techniques], 1)
        remedy = f"did you mean {near[0]}?" if near else "see `techniques list`"
        raise SettingError("techniques", f"unknown technique '{id_}'", remedy)
    return View(picture=views.card(catalog, card), as_json=views.card_facts(catalog, card))


def _exported(catalog: Catalog, form: str, out: Path | None, as_of: datetime | None) -> View:
    if form not in FORMATS:
        remedy = f"use one of {', '.join(FORMATS)}"
        raise SettingError("techniques", f"unknown format '{form}'", remedy)
    if out is None:
        raise SettingError("techniques", "no file to write", "give --out FILE")
    raise_faults("techniques", technique_faults(catalog))
    folder, pages = out.parent, {}
    if form == "stix":
        if as_of is None:
            remedy = "give --as-of DATE, the time from which they stand as they are"
            raise SettingError("techniques", "STIX objects carry a time", remedy)
        pages[out.name] = stix_bundle(catalog, created=FIRST_STATED, modified=as_of)
    elif form == "atlas":
        pages[out.name] = atlas_yaml(catalog, f"{__version__}+{catalog.digest[:12]}")
    elif form == "navigator":
        pages[out.name] = navigator_layer(catalog)
    else:
        folder, pages = out, misp_files(catalog)
    write_pages(folder, pages)
    count = len(catalog.techniques)
    return View(
        picture=Text(f"{count} techniques written for {form}: {out}"),
        as_json={"format": form, "file": str(out), "technique_count": count},
    )
