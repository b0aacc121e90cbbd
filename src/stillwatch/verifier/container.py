"""Reads a bundle from a folder or a file, and writes the one file that a set of files makes."""

import re
import stat
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path

from stillwatch.verifier.canonical import Damaged

SIZE_LIMIT = 2**31 - 1  # bytes, all files together
FILE_LIMIT = 1000
# Plain names, at most one folder deep: nothing can climb out, hide or be read two ways.
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)*(/[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)*)?")
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_MIDNIGHT = (0, (0 << 9) | (1 << 5) | 1)  # 1980-01-01 00:00, the first time that ZIP can say


def read(path: Path) -> dict[str, bytes]:
    """Every file of a bundle by its name. Raises Damaged for what no bundle contains."""
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise Damaged(str(path), "is neither a file nor a folder")
    if path.stat().st_size > SIZE_LIMIT:
        raise Damaged(str(path), f"is larger than {SIZE_LIMIT:,} bytes")
    return unpack(path.read_bytes(), str(path))


def _folder(path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    total = 0
    for one in sorted(path.rglob("*")):
        name = one.relative_to(path).as_posix()
        mode = one.lstat().st_mode
        if stat.S_ISDIR(mode) and "/" not in name:
            continue
        if not stat.S_ISREG(mode) or not NAME.fullmatch(name):
            raise Damaged(f"{path}/{name}", "does not belong into a bundle")
        total += one.lstat().st_size
        if total > SIZE_LIMIT or len(found) >= FILE_LIMIT:
            raise Damaged(str(path), "holds more than a bundle may")
        found[name] = one.read_bytes()
    return found


def pack(files: Mapping[str, bytes]) -> bytes:
    """One ZIP file without compression; equal files give equal bytes on every machine."""
    body, directory = bytearray(), bytearray()
    for name, data in sorted(files.items()):
        if not NAME.fullmatch(name):
            raise Damaged(name, "is no name of a file in a bundle")
        raw = name.encode()
        facts = struct.pack(
            "<HHHHHIIIHH", 20, 0, 0, *_MIDNIGHT, zlib.crc32(data), len(data), len(data), len(raw), 0
        )
        directory += _CENTRAL + struct.pack("<H", 20) + facts
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + raw
        body += _LOCAL + facts + raw + data
    end = struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return bytes(body + directory + _END + end)


def unpack(data: bytes, where: str) -> dict[str, bytes]:
    """The files in a packed bundle.

    Nothing is decompressed, and the whole must be what `pack` makes of the files in it: no byte
    between, before or behind them can be changed.
    """
    found: dict[str, bytes] = {}
    at = 0
    while data[at : at + 4] == _LOCAL:
        header = data[at + 4 : at + 30]
        if len(found) >= FILE_LIMIT:
            raise Damaged(where, "is no packed bundle")
        if len(header) < 26:
            raise Damaged(where, "ends within a header: the file was cut off")
        size, name_size = struct.unpack("<18xIH2x", header)
        start = at + 30 + name_size
        name = data[at + 30 : start].decode("ascii", errors="replace")
        if start + size > len(data):
            raise Damaged(where, f"ends within {name!r}: the file was cut off")
        if not NAME.fullmatch(name) or name in found:
            raise Damaged(where, f"holds {name!r}, which does not belong into a bundle")
        found[name] = data[start : start + size]
        at = start + size
    if found and _END not in data[at:]:
        raise Damaged(where, "ends before its list of files: the file was cut off")
    if not found or pack(found) != data:
        raise Damaged(where, "is not the packed form of the files in it")
    return found
