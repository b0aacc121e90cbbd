"""`stillwatch prove bundle` and what follows: keys, signatures, disclosure, the report again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stillwatch.explain.proof import proof_page
from stillwatch.explain.proof_print import proof_print
from stillwatch.forensics.bundle import disclosure, redacted, signed
from stillwatch.io import clock
from stillwatch.io.authority import timestamp
from stillwatch.io.bundles import read_bundle, write_bundle, write_file
from stillwatch.io.keys import make_keys, public_of, read_private, read_public
from stillwatch.io.room import Room
from stillwatch.job.asking import World
from stillwatch.job.proof import Closing, close, report_of
from stillwatch.model.errors import ProofError
from stillwatch.verifier.canonical import Damaged, digest
from stillwatch.verifier.envelope import key_id
from stillwatch.verifier.seal import SEAL, signer

Answer = tuple[Any, str]  # for a machine, and in words


def keys(out: Path) -> Answer:
    """Make a pair of keys."""
    private, public = make_keys(out)
    named = key_id(read_public(public))
    said = (
        f"{private}: keep it to yourself\n{public}: give it to whoever checks\n"
        f"Its name, to be read out: {named}"
    )
    return {"private": str(private), "public": str(public), "keyid": named}, said


def bundle(
    room: Path,
    out: Path,
    *,
    operator: str,
    key: Path,
    witness: str | None,
    witness_key: Path | None,
    authority: str | None,
) -> Answer:
    """Close a room into a bundle with its report, signed by the operator."""
    if (witness is None) != (witness_key is None):
        what = "a witness has a name and a key"
        raise ProofError("bundle", what, "give --witness and --witness-key, or neither")
    private = [read_private(key)]
    signers = [signer("operator", operator, public_of(private[0]))]
    if witness is not None and witness_key is not None:
        if witness_key.suffix == ".key":
            private.append(read_private(witness_key))
            signers.append(signer("witness", witness, public_of(private[1])))
        else:
            signers.append(signer("witness", witness, read_public(witness_key)))
        if signers[0].keyid == signers[1].keyid:
            remedy = "have somebody else witness"
            raise ProofError("bundle", "operator and witness have one key", remedy)
    closing = Closing(
        signers=signers,
        private=private,
        stamp=None if authority is None else lambda data: timestamp(authority, data),
        print_report=proof_print,
    )
    with Room(room) as opened:
        world = World(now=clock.now, salt=clock.salt, actor=operator)
        files = close(opened, closing, world)
    write_bundle(out, files)
    missing = len(signers) - len(private)
    said = f"Bundle: {out}\nSeal:   {digest(files[SEAL])}"
    if missing:
        said += f"\nThe witness signs with: stillwatch prove sign {out} --key WITNESS.key"
    said += f"\nCheck:  stillwatch verify {out}"
    facts = {"bundle": str(out), "seal": digest(files[SEAL]), "signatures_missing": missing}
    return facts, said


def sign(path: Path, key: Path) -> Answer:
    """Add the signature of somebody whom the bundle names."""
    private = read_private(key)
    files = signed(read_bundle(path), private, str(path))
    write_bundle(path, files, replace=True)
    named = key_id(public_of(private))
    return {"bundle": str(path), "keyid": named}, f"Signed {path} with {named}"


def disclose(path: Path, answers: Sequence[str], out: Path) -> Answer:
    """Show some answers and withhold all others; or one alone, with its proof."""
    files = read_bundle(path)
    try:
        if out.suffix == ".json":
            if len(answers) != 1:
                what = "a proof of inclusion shows one answer"
                raise ProofError(str(out), what, "give one --answer, or name a .zip")
            write_file(out, disclosure(files, answers[0], str(path)))
        else:
            write_bundle(out, redacted(files, frozenset(answers), str(path)))
    except (Damaged, KeyError) as damage:
        raise ProofError(str(path), f"is no whole bundle ({damage})", "verify it") from damage
    return {"file": str(out), "answers": list(answers)}, f"{out}: {len(answers)} answers shown"


def report(path: Path, out: Path) -> Answer:
    """Write the report of a bundle again, as a page or as PDF."""
    if out.suffix not in (".html", ".pdf"):
        raise ProofError(str(out), "has no ending that says the form", "use .html or .pdf")
    files = read_bundle(path)
    try:
        told = report_of(files)
    except (Damaged, KeyError) as damage:
        raise ProofError(str(path), f"is no whole bundle ({damage})", "verify it") from damage
    data = proof_print(told) if out.suffix == ".pdf" else proof_page(told).encode()
    write_file(out, data)
    return {"report": str(out)}, f"Report: {out}"
