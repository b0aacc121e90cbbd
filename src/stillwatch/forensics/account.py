"""Gathers what the report says out of plan, log and findings, and out of nothing else."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from stillwatch.forensics.findings import findings
from stillwatch.forensics.first_page import Part, families, first_page, headline, some
from stillwatch.forensics.journal import FAILED, HANDED_OVER, RECEIVED, REPAIRED, STAMPED
from stillwatch.forensics.phrases import figure
from stillwatch.forensics.sentences import COMPUTED, METHODS
from stillwatch.model.forensic import LEAD, PROOF, AnswerCount, Finding, ProofReport, Step
from stillwatch.verifier import merkle
from stillwatch.verifier.canonical import decode, decode_lines, digest
from stillwatch.verifier.chain import entry_hash
from stillwatch.verifier.leaves import read_leaves
from stillwatch.verifier.order import ANSWERED, PLANNED, SCORED
from stillwatch.verifier.plan import Plan, read_plan
from stillwatch.verifier.seal import EXCHANGES, PROMPTS, Signer
from stillwatch.verifier.times import PLAN_STAMP

Log = Sequence[Mapping[str, Any]]
ALTERNATIVES = {
    LEAD: (
        "The suspect was trained on answers of the teacher that a third party had published.",
        "Teacher and suspect were trained on the same public or purchased data.",
        "The same contractors wrote for both.",
        "The teacher learnt from the suspect, or both from a third model.",
        "Both converged on the same style without contact.",
        "The address asked as the suspect serves the teacher itself.",
        "Chance: see how often this errs.",
    ),
    PROOF: (
        "Somebody who knew the secret key, or the answers given to the account, passed them on.",
        "The marked answers became public and reached the suspect from there.",
        "The address asked as the suspect serves the teacher itself.",
        "Chance: see how often this errs.",
    ),
}
ASSUMED = {
    LEAD: "the suspect is like a random one of the reference lineages, which nobody can check",
    PROOF: "the suspect could not know what was drawn",
}
NOTHING_FOUND = (
    "Suspect and teacher had no contact.",
    "The suspect copied more rarely than a test of this size can see, or reworded what it copied.",
    "The suspect used the teacher in ways that leave no wording: as a judge, or for single steps.",
)


def account(
    files: Mapping[str, bytes], signers: Sequence[Signer], versions: Mapping[str, str]
) -> ProofReport:
    """The report of a proof from its plan, log and findings; no answer is quoted."""
    plan = read_plan(files["plan.json"])
    scored = decode(files["findings.json"], "findings.json")
    log = decode_lines(files["log.jsonl"], "log.jsonl")
    found = findings(scored)
    counts = tuple(AnswerCount(**row) for row in scored["answers"])
    return ProofReport(
        title=plan.title,
        question=plan.question,
        headline=headline(found),
        first_page=first_page(plan, found, counts),
        hypotheses=plan.hypotheses,
        method=_method(plan, found),
        data=_data(plan, log, counts, found),
        findings=found,
        error_rates=_error_rates(found),
        limits=_limits(found),
        alternatives=_alternatives(found),
        unobserved=_unobserved(plan, log, counts, stamped=PLAN_STAMP in files),
        answers=counts,
        custody=tuple(_steps(log)),
        identity=_identity(files, log, signers, versions),
        notes=plan.notes,
        materials=plan.materials,
    )


def _method(plan: Plan, found: Sequence[Finding]) -> tuple[str, ...]:
    kinds = {one.test: one.kind for one in found}
    ways = ", ".join(
        f"{one.name} ({'no system prompt' if one.system is None else 'a system prompt'})"
        for one in plan.conditions
    )
    return (
        *(
            f"{METHODS.get(one.name, f'Test: {one.name}.')} {COMPUTED.get(one.name, '')}".strip()
            for one in plan.tests
        ),
        *(
            f"{name} gives a {kind}: its error rate is exact by design."
            if kind == PROOF
            else f"{name} gives a {kind}: it points somewhere and rests on the panel."
            for name, kind in kinds.items()
        ),
        (
            f"Every prompt was put {some(plan.repeats, 'time')} in "
            f"{some(len(plan.conditions), 'way')}: {ways}."
        ),
        "The number of questions was fixed beforehand."
        if plan.stopping == "fixed"
        else "The test allows to stop at any time; when to stop was not fixed.",
        "All p-values are corrected by Holm's method over suspects, teachers and tests.",
        "Leads and proofs are corrected each for themselves.",
    )


def _data(
    plan: Plan, log: Log, counts: Sequence[AnswerCount], found: Sequence[Finding]
) -> tuple[str, ...]:
    references = plan.of_role("reference")
    times = [one["body"]["sent_at"] for one in log if one["action"] == ANSWERED]
    said = [
        (
            f"{some(plan.prompt_count, 'prompt')}, "
            f"{some(len(plan.of_role('suspect')), 'suspect')}, "
            f"{some(len(plan.of_role('teacher')), 'teacher')}, "
            f"{some(len(references), 'reference model')} asked beside them, of "
            f"{some(len({one.lineage for one in references}), 'lineage')}."
        ),
        *dict.fromkeys(
            f"{one.title}: a panel of {some(one.shared['panel_models'], 'model')} of "
            f"{some(one.shared['panel_lineages'], 'lineage')}, fixed by its hash; who is unrelated "
            "to whom is what its table says."
            for one in found
            if "panel_models" in one.shared
        ),
    ]
    if times:
        said.append(f"Answers from {min(times)} to {max(times)}.")
    for name in ("empty", "refused", "truncated", "error"):
        many = {one.respondent: getattr(one, name) for one in counts if getattr(one, name)}
        if many:
            listed = ", ".join(f"{who} {count:,}" for who, count in many.items())
            said.append(f"Not used, {name}: {listed}.")
    coy = {one.respondent: one.opens_like_refusal for one in counts if one.opens_like_refusal}
    if coy:
        listed = ", ".join(f"{who} {count:,}" for who, count in coy.items())
        said.append(f"Used, but opening like a refusal: {listed}.")
    return tuple(said)


def _error_rates(found: Sequence[Finding]) -> tuple[str, ...]:
    said = []
    for kind, alpha in families(found):
        count = sum(one.kind == kind for one in found)
        said.append(
            f"Chance of even one wrong {kind} among {some(count, 'comparison')}: at most "
            f"{figure(alpha)}, if {ASSUMED[kind]}."
        )
    for one in found:
        if one.p_value is not None:
            ratio = (
                "no likelihood ratio is computed"
                if one.likelihood_ratio is None
                else f"likelihood ratio {figure(one.likelihood_ratio)}, which {one.n} {one.unit} "
                f"cannot support beyond {figure(one.likelihood_ratio_bound or 0)}"
            )
            said.append(
                f"{one.test}, {one.suspect} against {one.teacher}: p {figure(one.p_value)} from "
                f"{one.n} {one.unit}; {ratio}."
            )
    return tuple(said)


def _limits(found: Sequence[Finding]) -> tuple[str, ...]:
    own = dict.fromkeys(limit for one in found for limit in one.limits)
    return (
        *own,
        "A result that finds nothing exonerates nobody.",
        "Reference models are believed to be unrelated; nobody outside can know it.",
        "The numbers hold for these prompts, these versions and these days.",
    )


def _alternatives(found: Sequence[Finding]) -> tuple[Part, ...]:
    """What else explains a lead may not explain a proof, so that each kind has its own."""
    kinds = {one.kind for one in found if one.is_below_alpha}
    if not kinds:
        return (("What else could explain it", NOTHING_FOUND),)
    return tuple(
        (f"What else could explain the {kind}", ALTERNATIVES[kind])
        for kind in (PROOF, LEAD)
        if kind in kinds
    )


def _unobserved(
    plan: Plan, log: Log, counts: Sequence[AnswerCount], *, stamped: bool
) -> tuple[str, ...]:
    said = [
        "Nobody saw how any suspect was trained, or on what.",
        (
            "Questions that were asked outside of this log cannot be seen in it, nor other plans, "
            "of which this may be the one that came out best."
        ),
    ]
    received = {one.respondent: one.received for one in counts if one.received}
    if received:
        listed = ", ".join(f"{who} {count:,}" for who, count in received.items())
        said.append(f"Answers that were received as files, and not seen being given: {listed}.")
    missing = {o.respondent: o.planned - o.answered for o in counts if o.answered < o.planned}
    if missing:
        listed = ", ".join(f"{who} {count:,}" for who, count in missing.items())
        said.append(f"Planned questions without an answer: {listed}.")
    failed = Counter(one["body"]["respondent"] for one in log if one["action"] == FAILED)
    if failed:
        listed = ", ".join(f"{who} {count:,}" for who, count in sorted(failed.items()))
        said.append(f"Attempts that failed before an answer came: {listed}.")
    if not stamped:
        said.append("No authority stamped the plan; that it came first rests on the log alone.")
    if not plan.notes.get("terms"):
        said.append("The plan does not state under which terms of service the models were asked.")
    return tuple(said)


def _steps(log: Log) -> list[Step]:
    """The log in sentences; runs of answers of one respondent are one line."""
    steps: list[Step] = []
    run: list[Mapping[str, Any]] = []
    for one in [*log, None]:
        is_more = (
            one is not None
            and one["action"] in (ANSWERED, FAILED)
            and (not run or one["body"]["respondent"] == run[0]["body"]["respondent"])
        )
        if not is_more and run:
            steps.append(_run(run))
            run = []
        if one is None:
            break
        if one["action"] in (ANSWERED, FAILED):
            run.append(one)
        else:
            steps.append(Step(at=one["at"], actor=one["actor"], sentence=_sentence(one)))
    return steps


def _run(run: Log) -> Step:
    answered = sum(one["action"] == ANSWERED for one in run)
    failed = f", {len(run) - answered:,} attempts failed" if answered < len(run) else ""
    return Step(
        at=run[0]["at"],
        actor=run[0]["actor"],
        sentence=f"{answered:,} answers of {run[0]['body']['respondent']} until "
        f"{run[-1]['at']}{failed}",
    )


def _sentence(one: Mapping[str, Any]) -> str:
    body = one["body"]
    if one["action"] == HANDED_OVER:
        return f"Handed over from {body['from']} to {body['to']}: {body['reason']}"
    told = {
        PLANNED: "Plan fixed, SHA-256 {plan}",
        STAMPED: "Plan stamped by the authority at {authority}",
        RECEIVED: "File {file} with answers of {respondent} received, SHA-256 {sha256}: {note}",
        REPAIRED: "A half-written line of {bytes} bytes removed after an interruption",
        SCORED: "Findings computed, SHA-256 {findings}",
    }
    return told.get(str(one["action"]), str(one["action"])).format_map(_Told(body))


class _Told(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def _identity(
    files: Mapping[str, bytes],
    log: Log,
    signers: Sequence[Signer],
    versions: Mapping[str, str],
) -> dict[str, str]:
    return {
        "plan": digest(files["plan.json"]),
        "findings": digest(files["findings.json"]),
        "last log entry": entry_hash(log[-1]),
        "root of the prompts": _root(files, PROMPTS),
        "root of the answers": _root(files, EXCHANGES),
        **{f"key of the {one.role}": f"{one.keyid} ({one.name})" for one in signers},
        **{f"version of {name}": value for name, value in sorted(versions.items())},
    }


def _root(files: Mapping[str, bytes], name: str) -> str:
    return merkle.root([bytes.fromhex(one.hash) for one in read_leaves(files[name], name)]).hex()
