"""Scores a room and closes it into a bundle with its report."""

import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from stillwatch import __version__
from stillwatch.explain.proof import proof_page
from stillwatch.forensics.account import account
from stillwatch.forensics.bundle import Gathered, seal, signed, unsealed
from stillwatch.forensics.journal import following, tasks_done
from stillwatch.io.room import FINDINGS, Room
from stillwatch.job.asking import Tell, World
from stillwatch.model.errors import ProofError
from stillwatch.model.forensic import ProofReport
from stillwatch.verifier.canonical import digest
from stillwatch.verifier.order import ANSWERED, SCORED
from stillwatch.verifier.recompute import current_versions, gather
from stillwatch.verifier.score import score
from stillwatch.verifier.seal import SEAL, TOKEN, Signer, read_seal

REPORT, PRINTED = "report.html", "report.pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Who signs a bundle, who stamps it, and how its report is printed."""

    signers: Sequence[Signer]
    private: Sequence[bytes]  # keys that are at hand now; others sign later
    stamp: Callable[[bytes], bytes] | None = None
    print_report: Callable[[ProofReport], bytes] | None = None


def versions() -> dict[str, str]:
    """What made the findings."""
    return {"stillwatch": __version__, "python": platform.python_version(), **current_versions()}


def gathered(room: Room) -> Gathered:
    """The room as a bundle takes it."""
    return Gathered(
        plan=room.plan_bytes,
        prompts=room.prompts,
        entries=room.entries,
        exchanges=room.exchanges,
        materials=room.materials,
        plan_token=room.plan_token,
    )


def score_room(
    room: Room,
    world: World,
    *,
    incomplete: bool = False,
    tell: Tell = lambda *_: None,
) -> bytes:
    """Compute the findings and note them in the log.

    A fixed plan is scored once it was asked to its end; stopping when the numbers please would
    undo its error rate. `incomplete` scores all the same, and the report says what is missing.
    """
    missing = _missing(room)
    if missing and room.plan.stopping == "fixed" and not incomplete:
        raise ProofError(
            str(room.path),
            f"lacks {missing:,} planned answers",
            "ask on, or use --incomplete and have the report say so",
        )
    files = unsealed(gathered(room))
    found = score(gather(room.plan, room.prompts, room.exchanges, files), tell)
    body = {"findings": digest(found), "missing": missing}
    room.append(following(room.entries, world.now(), world.actor, SCORED, body))
    room.keep(FINDINGS, found)
    return found


def _missing(room: Room) -> int:
    plan = room.plan
    asked = sum(one.is_asked for one in plan.respondents)
    planned = asked * len(plan.conditions) * plan.prompt_count * plan.repeats
    return planned - len(tasks_done(room.entries))


def close(room: Room, closing: Closing, world: World) -> dict[str, bytes]:
    """The whole bundle. Raises ProofError when answers came in after the last scoring."""
    findings = room.findings()
    places = {one["action"]: at for at, one in enumerate(room.entries)}  # the last of each
    if room.entries[places.get(SCORED, 0)]["body"].get("findings") != digest(findings):
        raise ProofError(str(room.path), "has findings that the log does not name", "score again")
    if places.get(ANSWERED, 0) > places[SCORED]:
        raise ProofError(str(room.path), "has answers that were not scored", "score again")
    whole = gathered(room)
    files = {**unsealed(whole), FINDINGS: findings}
    report = account(files, closing.signers, versions())
    files[REPORT] = proof_page(report).encode()
    if closing.print_report is not None:
        files[PRINTED] = closing.print_report(report)
    files[SEAL] = seal(files, whole, closing.signers, versions(), world.now())
    if closing.stamp is not None:
        files[TOKEN] = closing.stamp(files[SEAL])
    for private in closing.private:
        files = signed(files, private, str(room.path))
    return files


def report_of(files: Mapping[str, bytes]) -> ProofReport:
    """The report of a bundle, gathered again from what the bundle holds."""
    found = read_seal(files[SEAL])
    return account(files, found.signers, found.versions)
