"""Reads the cards: those that come with the package, then those of a folder of the user's."""

import hashlib
from importlib import resources
from pathlib import Path

from stillwatch.catalog.load import Catalog, load_catalog
from stillwatch.model.errors import SourceError


def read_catalog(extra: Path | None = None, *, bits: Path | None = None) -> Catalog:
    """The package's catalogue, with the user's cards added or in place of equal ids.

    `bits` replaces the measured worth of evidence. Raises SourceError when a folder or file is
    absent, and CardError or Faults when cards are wrong.
    """
    root = resources.files("stillwatch.catalog")
    files = [
        (f"{kind.name}/{card.name}", card.read_text("utf-8"))
        for kind in root.iterdir()
        if kind.is_dir()
        for card in kind.iterdir()
        if card.name.endswith(".toml")
    ]
    measured = root / "bits.json"
    if bits is not None:
        files.append(("bits.json", _text(bits)))
    elif measured.is_file():
        files.append(("bits.json", measured.read_text("utf-8")))
    if extra is not None:
        if not extra.is_dir():
            raise SourceError(str(extra), "is not a folder", "name a folder of cards")
        files += [
            (path.relative_to(extra).as_posix(), _text(path)) for path in extra.rglob("*.toml")
        ]
    digest = hashlib.sha256()
    for name, text in sorted(files):
        digest.update(f"{name}\n{len(text)}\n{text}".encode())
    return load_catalog(files, digest.hexdigest())


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(str(path), str(error), "give a readable text file") from error
