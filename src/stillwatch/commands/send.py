"""`stillwatch send`: gives a hub what was signed and logged earlier."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stillwatch.io.egress import read_log
from stillwatch.io.keys import read_public
from stillwatch.job.leaving import arrived, refuse_withdrawn_file
from stillwatch.job.sending import send as give
from stillwatch.model.errors import SharingError
from stillwatch.verifier.canonical import digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the command says."""

    as_json: Mapping[str, Any]
    in_words: str


def send(file: Path, *, log: Path, member: Path, to: Path) -> Told:
    """Send a file that stands in the log of what may leave; nothing else is sent."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise SharingError(str(file), str(error), "name a file that share wrote") from error
    name = digest(data)
    entries = read_log(log, read_public(member))
    if all(one["body"].get("sha256") != name for one in entries):
        what = f"does not stand in {log}: nobody let it leave"
        raise SharingError(str(file), what, "sign it with `stillwatch share --sign`")
    refuse_withdrawn_file(data, log, entries)
    told = {"file": str(file), "sent": give(data, to)}
    return Told(as_json=told, in_words=arrived(told))
