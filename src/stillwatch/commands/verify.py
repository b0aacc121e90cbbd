"""`stillwatch verify`: what the verifier says of a bundle, and whether its report is its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stillwatch.explain.proof import proof_page
from stillwatch.io.bundles import read_file
from stillwatch.io.keys import read_public
from stillwatch.job.proof import REPORT, report_of, versions
from stillwatch.verifier.__main__ import in_words
from stillwatch.verifier.__main__ import verify as check
from stillwatch.verifier.canonical import Damaged
from stillwatch.verifier.container import read
from stillwatch.verifier.found import Found, Trust
from stillwatch.verifier.seal import SEAL, read_seal


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found, for a machine and for a person."""

    as_json: dict[str, Any]
    in_words: str
    is_sound: bool


def verify(
    bundle: Path, operator_key: Path | None, witness_key: Path | None, authority: Path | None
) -> Verified:
    """Check a bundle with the verifier that the other side runs, and write its report again."""
    trust = Trust(
        operator=None if operator_key is None else read_public(operator_key),
        witness=None if witness_key is None else read_public(witness_key),
        authorities=None if authority is None else read_file(authority),
    )
    found = check(bundle, trust)
    if bundle.suffix != ".json":
        _check_report(bundle, found)
    return Verified(as_json=found.as_json(), in_words=in_words(found), is_sound=found.is_sound)


def _check_report(bundle: Path, found: Found) -> None:
    """The report must be what this version writes from the bundle, byte for byte."""
    try:
        files = read(bundle)
        made_by = read_seal(files[SEAL]).versions.get("stillwatch")
        if made_by != versions()["stillwatch"]:
            found.unchecked("report", f"was written by version {made_by}; compare with that one")
            return
        is_same = proof_page(report_of(files)).encode() == files.get(REPORT)
    except (Damaged, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        found.unchecked("report", "the bundle it belongs to cannot be read")
        return
    if is_same:
        found.holds("report", "written again from the bundle, it is the same to the byte")
    else:
        found.fails("report", "is not what the bundle says")
