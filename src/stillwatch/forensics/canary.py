"""Plans, issues and scores canaries: keyed choices among equally good answers.

Nothing here reads a clock or throws dice: key, nonce and times are arguments. The statistics are
those of the verifier, so that what is reported is what the other side recomputes.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from stillwatch.model.errors import SourceError, StillwatchError, raise_faults
from stillwatch.verifier.canary import CanaryResult, Reply, folded, read_variant, score
from stillwatch.verifier.canary_plan import (
    NO_SERVING,
    Canary,
    Commitment,
    Plan,
    Serving,
    Unit,
    check_servings,
    commitment_digest,
    digest_of,
    draw,
    plan_digest,
)

LEAST_CANARIES = 2
LEAST_VARIANTS = 2
MOST_REPLIES = 1_000  # to each prompt; repeats of a question add little


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What to answer, and the line that must be in the log before the answer leaves."""

    answer: str  # empty for a habit: write the answer in the variant's way
    marks: tuple[str, ...]
    serving: Serving


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The result, in numbers and in sentences, and what weakens it."""

    result: CanaryResult
    sentences: tuple[str, ...]
    limits: tuple[str, ...]


def plan(canaries: Sequence[Canary], units: Sequence[Unit], *, replies: int, alpha: float) -> Plan:
    """A checked plan. Raises every fault of it at once."""
    faults = _plan_faults(canaries, units, replies, alpha)
    raise_faults("the canary plan cannot be used", faults)
    return Plan(canaries=tuple(canaries), units=tuple(units), replies=replies, alpha=alpha)


def commit(made: Plan, key: bytes, at: str) -> Commitment:
    """What to publish before the first serving, and before a witness adds the nonce."""
    digest = commitment_digest(made, key)
    return Commitment(plan_digest=plan_digest(made), digest=digest, committed_at=at)


def issue(
    made: Plan,
    key: bytes,
    nonce: str,
    log: Sequence[Serving],
    *,
    account_id: str,
    canary_id: str,
    at: str,
    answer: str = "",
) -> Issued:
    """The answer for one account, and the next line of the log.

    `answer` is what a habit was worked into; a canary's own answer stands in the plan. Raises
    SourceError for accounts that are not in the plan: nobody else is ever given a variant.
    """
    unit = next((one for one in made.units if account_id in one.account_ids), None)
    canary = next((one for one in made.canaries if one.canary_id == canary_id), None)
    if unit is None:
        raise SourceError(account_id, "is in no unit of the plan", "answer as usual")
    if canary is None:
        raise SourceError(canary_id, "is no canary of the plan", "name one of the plan's")
    if log and at < log[-1].served_at:
        raise SourceError(at, "is earlier than the log's last line", "check the clock")
    drawn = draw(plan_digest(made), key, nonce, unit.unit_id, canary)
    variant = canary.variants[drawn]
    text = variant.text or answer
    if read_variant(text, canary.variants) != drawn:
        raise SourceError(canary_id, "the answer does not show its variant", "write it anew")
    line = Serving(
        number=len(log),
        previous=digest_of(asdict(log[-1])) if log else NO_SERVING,
        served_at=at,
        account_id=account_id,
        unit_id=unit.unit_id,
        canary_id=canary_id,
        variant=drawn,
        answer_digest=hashlib.sha256(text.encode()).hexdigest(),
    )
    return Issued(answer=text, marks=variant.marks, serving=line)


def log_end(log: Sequence[Serving]) -> str:
    """The digest of the last line: publish it, so that the log cannot be cut or written anew."""
    return digest_of(asdict(log[-1])) if log else NO_SERVING


def judge(
    made: Plan,
    key: bytes,
    nonce: str,
    commitment: Commitment,
    log: Sequence[Serving],
    head: str,
    replies: Sequence[Reply],
) -> Scored:
    """Check the log, then score the suspect's replies. A log that was touched is not scored."""
    broken = check_servings(made, key, nonce, commitment, log, head)
    raise_faults(
        "the serving log cannot be used",
        [SourceError("serving log", fault, "use the log that was published") for fault in broken],
    )
    result = score(made, key, nonce, log, replies)
    limits = _limits(made, nonce, result, replies)
    return Scored(result=result, sentences=_sentences(result), limits=limits)


def _plan_faults(
    canaries: Sequence[Canary], units: Sequence[Unit], replies: int, alpha: float
) -> list[StillwatchError]:
    faults: list[StillwatchError] = []
    if len(canaries) < LEAST_CANARIES:
        what = f"has {len(canaries)} canaries"
        faults.append(SourceError("plan", what, f"write at least {LEAST_CANARIES}"))
    if not units:
        faults.append(SourceError("plan", "names no account", "name the suspected accounts"))
    if not 1 <= replies <= MOST_REPLIES or not 0 < alpha < 1:
        what = f"needs 1 to {MOST_REPLIES} replies to each prompt and an alpha between 0 and 1"
        faults.append(SourceError("plan", what, "set both"))
    for noun, names in (
        ("canaries", [one.canary_id for one in canaries]),
        ("prompts", [folded(prompt) for one in canaries for prompt in one.prompts]),
        ("units", [one.unit_id for one in units]),
        ("accounts", [account for one in units for account in one.account_ids]),
    ):
        faults += [
            SourceError(name, f"is there {count} times among the {noun}", "name each once")
            for name, count in Counter(names).items()
            if count > 1 and name.strip()
        ]
        blank = sum(not name.strip() for name in names)
        if blank:
            what = f"has {blank} empty among its {noun}"
            faults.append(SourceError("plan", what, "give each a name or a text"))
    return faults + [fault for canary in canaries for fault in _canary_faults(canary)]


def _canary_faults(canary: Canary) -> list[StillwatchError]:
    where, faults = canary.canary_id, list[StillwatchError]()
    if len(canary.variants) < LEAST_VARIANTS or not canary.prompts:
        faults.append(SourceError(where, "needs a prompt and two variants", "write them"))
    for number, variant in enumerate(canary.variants):
        for text in [variant.text] if variant.text else variant.marks:
            if read_variant(text, canary.variants) != number:
                what = f"variant {number} is not read back as itself"
                remedy = "give each variant a mark that no other variant shows"
                faults.append(SourceError(where, what, remedy))
    return faults


def _sentences(result: CanaryResult) -> tuple[str, ...]:
    best = sorted(result.names, key=lambda one: (one.p_value, one.name))[:3]
    said = [
        f"{one.name}: {one.agreeing} of {one.readable} readable replies show the variant that was "
        f"served to it; chance alone would give {one.expected:.1f}. p = {one.p_value:.2g}, "
        f"{one.adjusted_p:.2g} after Holm over {len(result.names)} names; highest e-value "
        f"{one.e_highest:.3g}."
        for one in best
    ]
    if result.named:
        said.append(
            f"Named at alpha {result.alpha:g}: {', '.join(result.named)}. The chance of naming "
            f"anyone wrongly is at most {result.alpha:g}, whatever the suspect prefers."
        )
    else:
        said.append(f"Nobody is named at alpha {result.alpha:g}. That is no proof of innocence.")
    return tuple(said)


def _limits(
    made: Plan, nonce: str, result: CanaryResult, replies: Sequence[Reply]
) -> tuple[str, ...]:
    limits = []
    if not nonce:
        limits.append(
            "No witness added a nonce: that the key was not tried against a suspect that was "
            "already public rests on the operator's word and on the time of the commitment."
        )
    asked = Counter(reply.canary_id for reply in replies)
    short = [
        one.canary_id
        for one in made.canaries
        if asked[one.canary_id] != made.replies * len(one.prompts)
    ]
    if short:
        limits.append(
            f"{len(short)} canaries have another number of replies than planned: unless the "
            "stopping rule said so, read the e-value and not the p-value."
        )
    if result.replies and result.unread * 2 > result.replies:
        limits.append(
            f"{result.unread} of {result.replies} replies show no variant (refusals, empty or "
            "other answers): the test is valid and weaker than planned."
        )
    limits.append(
        "The test shows that the suspect depends on answers served to the named accounts, not by "
        "which way they came to it, nor how much of its training they were."
    )
    return tuple(limits)
