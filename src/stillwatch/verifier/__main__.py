"""Checks a bundle from the command line: `python -m stillwatch.verifier BUNDLE`."""

import argparse
import json
import os
import sys
from pathlib import Path

# Before numpy is loaded: matrices here are small, and more threads cost memory and wait.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from stillwatch.verifier.canonical import LINE_LIMIT, Damaged
from stillwatch.verifier.check import check, check_disclosure
from stillwatch.verifier.container import read
from stillwatch.verifier.found import Found, Trust

SOUND, BROKEN, USAGE = 0, 1, 2


def verify(path: Path, trust: Trust) -> Found:
    """Check a bundle, packed or as a folder, or a single answer that was disclosed."""
    if path.is_file() and path.suffix == ".json":
        if path.stat().st_size > LINE_LIMIT:
            found = Found()
            found.fails("disclosure", f"is larger than {LINE_LIMIT:,} bytes")
            return found
        return check_disclosure(path.read_bytes(), trust)
    try:
        files = read(path)
    except Damaged as damage:
        found = Found()
        found.fails("bundle", str(damage))
        return found
    return check(files, trust)


def public_key(path: Path) -> bytes:
    """The 32 bytes of an Ed25519 key in PEM form. Raises Damaged when there is none."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Damaged(str(path), f"is no public key ({error})") from error
    if not isinstance(key, Ed25519PublicKey):
        raise Damaged(str(path), "is not an Ed25519 key")
    return key.public_bytes_raw()


def in_words(found: Found) -> str:
    """A line a check, and what it comes to."""
    marks = {"holds": "ok  ", "fails": "FAIL", "not checked": "?   "}
    lines = [f"{marks[one.outcome]}  {one.name}: {one.sentence}" for one in found.checks]
    open_ = sum(one.outcome == "not checked" for one in found.checks)
    end = "What was checked holds" if found.is_sound else "THE BUNDLE IS NOT SOUND"
    unchecked = "1 thing" if open_ == 1 else f"{open_} things"
    return "\n".join([*lines, "", f"{end}; {unchecked} could not be checked."])


def main(words: list[str]) -> int:
    """Exit codes: 0 what was checked holds, 1 something failed, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m stillwatch.verifier", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--operator-key", type=Path, help="public key of the operator (PEM)")
    parser.add_argument("--witness-key", type=Path, help="public key of the witness (PEM)")
    parser.add_argument("--authority", type=Path, help="certificates of a time authority (PEM)")
    parser.add_argument("--json", action="store_true", dest="as_json")
    given = parser.parse_args(words)
    try:
        trust = Trust(
            operator=public_key(given.operator_key) if given.operator_key else None,
            witness=public_key(given.witness_key) if given.witness_key else None,
            authorities=given.authority.read_bytes() if given.authority else None,
        )
    except (Damaged, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return USAGE
    found = verify(given.bundle, trust)
    told = json.dumps(found.as_json(), indent=1) if given.as_json else in_words(found)
    sys.stdout.write(told + "\n")
    return SOUND if found.is_sound else BROKEN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
