"""Reads and writes bundles and the files that a plan names."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stillwatch.model.errors import ProofError
from stillwatch.verifier.canonical import Damaged, loose
from stillwatch.verifier.container import pack, read


def write_bundle(out: Path, files: Mapping[str, bytes], *, replace: bool = False) -> None:
    """Write a bundle as one file, or as a folder where the name has no ending."""
    if out.exists() and not replace:
        raise ProofError(str(out), "is there already", "name another file")
    if out.suffix:
        _write(out, pack(files))
        return
    for name, data in files.items():
        _write(out / name, data)


def read_bundle(path: Path) -> dict[str, bytes]:
    """The files of a bundle."""
    try:
        return read(path)
    except Damaged as damage:
        raise ProofError(damage.where, damage.what, "ask for the bundle again") from damage


def write_file(out: Path, data: bytes) -> None:
    """Write one file, whole or not at all."""
    _write(out, data)


def read_file(path: Path) -> bytes:
    """The bytes of a file that the caller named."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ProofError(str(path), f"cannot be read ({error.strerror})", "name a file") from error


def read_toml(path: Path) -> dict[str, Any]:
    """A plan file."""
    try:
        return tomllib.loads(read_file(path).decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProofError(str(path), f"is no TOML ({error})", "mend the file") from error


def read_json_lines(path: Path) -> list[tuple[bytes, Any]]:
    """Each line of a file, as its bytes and as its value."""
    found = []
    for number, line in enumerate(read_file(path).split(b"\n"), 1):
        if line.strip():
            try:
                found.append((line, loose(line, f"{path} line {number}")))
            except Damaged as damage:
                raise ProofError(damage.where, damage.what, "mend the line") from damage
    return found


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(data)
    os.replace(partial, path)
