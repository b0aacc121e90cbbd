"""Reads how a hub is reached: its address, and where the key is that opens it."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from stillwatch.io.taxii import Credentials, TaxiiClient
from stillwatch.model.errors import PeerError, SharingError


class _File(msgspec.Struct, forbid_unknown_fields=True):
    address: str
    collection: str | None = None
    key: str | None = None
    key_variable: str | None = None
    user: str | None = None
    token_url: str | None = None
    certificate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A hub and what opens it. Without a collection, the one named like the circle is meant."""

    address: str
    collection: str | None
    credentials: Credentials | None
    certificate: tuple[str, str] | None

    def open(self) -> TaxiiClient:
        """A client of it."""
        try:
            return TaxiiClient(self.address, self.credentials, certificate=self.certificate)
        except OSError as error:
            what = f"the certificate cannot be used ({error})"
            raise PeerError(
                self.address, what, "name a PEM file with certificate and key"
            ) from error


def read_door(path: Path) -> Door:
    """The hub of a TOML file. A key stands in a file beside it or in an environment variable."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SharingError(str(path), str(error), "name a hub file (TOML)") from error
    except msgspec.ValidationError as error:
        raise SharingError(str(path), str(error), "see docs/how-to/share.md") from error
    key = _key(found, path)
    if key is None and (found.user or found.token_url):
        raise SharingError(str(path), "names no key", "name key or key_variable")
    pem = str(path.parent / found.certificate) if found.certificate else None
    return Door(
        address=found.address,
        collection=found.collection,
        credentials=None
        if key is None
        else Credentials(name=found.user, key=key, token_url=found.token_url),
        certificate=(pem, pem) if pem else None,
    )


def _key(found: _File, path: Path) -> str | None:
    if found.key is not None and found.key_variable is not None:
        raise SharingError(str(path), "names two keys", "name key or key_variable")
    if found.key_variable is not None:
        value = os.environ.get(found.key_variable, "").strip()
        if not value or not value.isascii() or not value.isprintable():
            what = f"the environment variable {found.key_variable} holds no key"
            raise SharingError(str(path), what, "put the key into it")
        return value
    if found.key is None:
        return None
    try:
        value = (path.parent / found.key).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SharingError(str(path), f"the key cannot be read ({error})", "check it") from error
    if not value or not value.isascii() or not value.isprintable():
        raise SharingError(str(path.parent / found.key), "holds no key", "put the key into it")
    return value
