"""Reads the cards: those that come with the package, then those of a folder of the user's."""

import hashlib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from stillwatch.catalog.load import Catalog, load_catalog
from stillwatch.model.errors import SourceError


def read_catalog(extra: Path | None = None, *, bits: Path | None = None) -> Catalog:
    """The package's catalogue, with the user's cards added or in place of equal ids.

    `bits` replaces the measured worth of evidence. The digest is of what a scan looks for; how
    much of it is found, in coverage.json, is not part of it. Raises SourceError when a folder or
    file is absent, and CardError or Faults when cards are wrong.
    """
    root = resources.files("stillwatch.catalog")
    files = [
        (f"{kind.name}/{card.name}", card.read_text("utf-8"))
        for kind in root.iterdir()
        if kind.is_dir()
        for card in kind.iterdir()
        if card.name.endswith(".toml")
    ]
    files += _single(root, "atlas.toml")
    if bits is None:
        files += [*_single(root, "bits.json"), *_single(root, "peers.json")]
    else:  # the user's take the place of all of ours
        files.append(("bits.json", _text(bits)))
    if extra is not None:
        if not extra.is_dir():
            raise SourceError(str(extra), "is not a folder", "name a folder of cards")
        files += [
            (path.relative_to(extra).as_posix(), _text(path)) for path in extra.rglob("*.toml")
        ]
    digest = hashlib.sha256()
    for name, text in sorted(files):
        digest.update(f"{name}\n{len(text)}\n{text}".encode())
    measured = [*_single(root, "coverage.json"), *_single(root, "wronged.json")]
    return load_catalog([*files, *measured], digest.hexdigest())


def _single(root: Traversable, name: str) -> list[tuple[str, str]]:
    """A file of the package that may be absent."""
    file = root / name
    return [(name, file.read_text("utf-8"))] if file.is_file() else []


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(str(path), str(error), "give a readable text file") from error
