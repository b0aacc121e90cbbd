"""Links a scan's campaign to what it was served, and asks which campaign fed the suspect.

Reads the run's tables of campaigns and flagged exchanges, and the provider's vault: the prompts
and answers themselves, which a scan forgets.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from stillwatch.model.errors import SchemaError, SourceError
from stillwatch.verifier.canary import folded
from stillwatch.verifier.randomisation import holm
from stillwatch.verifier.served import CoinPrompt, ExactResult, TwinAnswers, coin_test, twin_test

VAULT = ("exchange_id", "account_id", "prompt_text", "response_text")
LEAST_TRIALS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedAnswer:
    """An answer to a prompt that one campaign alone asked."""

    exchange_id: str
    prompt: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Haul:
    """What one campaign was served, and what of it cannot speak for this campaign alone."""

    campaign_id: str
    answers: tuple[ServedAnswer, ...]
    not_in_vault: int
    empty: int
    asked_again: int  # the same prompt again; only its first answer is used
    asked_elsewhere: int  # the prompt was also sent from outside the campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignResult:
    """One campaign's test; `is_named` at the alpha of the family of campaigns."""

    campaign_id: str
    result: ExactResult
    adjusted_p: float
    is_named: bool
    sentences: tuple[str, ...]
    limits: tuple[str, ...]


def hauls(
    campaigns: pa.Table, flagged: pa.Table, vault: pa.Table, *, flagged_only: bool = True
) -> dict[str, Haul]:
    """The answers that each campaign of a run was served, by campaign.

    With `flagged_only`, exchanges that carried evidence themselves; otherwise all exchanges of
    the campaign's accounts, which holds more and is less sure to be the collector's work.
    """
    missing = [name for name in VAULT if name not in vault.column_names]
    if missing:
        raise SchemaError("vault", f"lacks {', '.join(missing)}", "add the columns")
    rows = vault.select(VAULT).to_pylist()
    askers = _askers(rows)
    of_campaign = {row["campaign_id"]: set(row["account_ids"]) for row in campaigns.to_pylist()}
    wanted: dict[str, set[str]] = {name: set() for name in of_campaign}
    for row in flagged.to_pylist():
        if row["campaign_id"] in wanted:
            wanted[row["campaign_id"]].add(row["exchange_id"])
    found = {}
    for name, accounts in of_campaign.items():
        chosen = [
            row
            for row in rows
            if (
                row["exchange_id"] in wanted[name]
                if flagged_only
                else row["account_id"] in accounts
            )
        ]
        lost = len(wanted[name]) - len(chosen) if flagged_only else 0
        found[name] = _haul(name, accounts, chosen, askers, lost)
    return found


def _askers(rows: Sequence[Mapping[str, str]]) -> dict[str, set[str]]:
    """Who sent each prompt.

    Prompts that others sent too are left out whole. Leaving out answers that others got would
    look at what was drawn, and the draws that remain would no longer be equally likely.
    """
    askers: dict[str, set[str]] = {}
    for row in rows:
        askers.setdefault(folded(row["prompt_text"] or ""), set()).add(row["account_id"])
    return askers


def _haul(
    name: str,
    accounts: set[str],
    rows: Sequence[Mapping[str, str]],
    askers: Mapping[str, set[str]],
    lost: int,
) -> Haul:
    answers: dict[str, ServedAnswer] = {}
    empty = again = elsewhere = 0
    for row in rows:
        prompt, answer = row["prompt_text"] or "", row["response_text"] or ""
        key = folded(prompt)
        if not key or not folded(answer):
            empty += 1
        elif askers[key] - accounts:
            elsewhere += 1
        elif key in answers:
            again += 1
        else:
            answers[key] = ServedAnswer(
                exchange_id=row["exchange_id"], prompt=prompt, answer=answer
            )
    return Haul(
        campaign_id=name,
        answers=tuple(answers.values()),
        not_in_vault=lost,
        empty=empty,
        asked_again=again,
        asked_elsewhere=elsewhere,
    )


def twin_answers(
    served: ServedAnswer,
    others: Sequence[str],
    replies: Sequence[str],
    reference_replies: Sequence[str] = (),
) -> TwinAnswers:
    """A trial. The answers are put in the order of their digests, so that place says nothing.

    Others that are empty are left out, since an empty served answer is left out too.
    """
    whole = [one for one in others if folded(one)]
    answers = sorted((served.answer, *whole), key=lambda one: hashlib.sha256(one.encode()).digest())
    return TwinAnswers(
        prompt=served.prompt,
        answers=tuple(answers),
        served=answers.index(served.answer),
        replies=tuple(replies),
        reference_replies=tuple(reference_replies),
    )


def judge(
    trials: Mapping[str, Sequence[TwinAnswers] | Sequence[CoinPrompt]], alpha: float
) -> list[CampaignResult]:
    """Which campaigns fed the suspect; the chance of any wrong name is at most alpha.

    Each campaign's null is its own: a suspect that was trained on what one campaign was served
    is still independent of the draws of the others.
    """
    results = {}
    for name, of_name in trials.items():
        if len(of_name) < LEAST_TRIALS:
            what = f"has {len(of_name)} trials"
            raise SourceError(f"campaign {name}", what, f"give at least {LEAST_TRIALS}")
        twins = [one for one in of_name if isinstance(one, TwinAnswers)]
        coins = [one for one in of_name if isinstance(one, CoinPrompt)]
        if twins and coins:
            raise SourceError(f"campaign {name}", "mixes two designs", "judge each by itself")
        results[name] = twin_test(twins) if twins else coin_test(coins)
    adjusted = holm({name: one.p_value for name, one in results.items()})
    return [
        CampaignResult(
            campaign_id=name,
            result=one,
            adjusted_p=adjusted[name],
            is_named=adjusted[name] <= alpha,
            sentences=_sentences(name, one, adjusted[name], len(results), alpha),
            limits=_limits(isinstance(trials[name][0], TwinAnswers)),
        )
        for name, one in results.items()
    ]


def _sentences(
    name: str, one: ExactResult, adjusted: float, family: int, alpha: float
) -> tuple[str, ...]:
    verdict = (
        f"The suspect depends on what campaign {name} was served (alpha {alpha:g})."
        if adjusted <= alpha
        else f"Nothing shows that campaign {name} fed the suspect. That is no proof of innocence."
    )
    numbers = (
        f"On {one.telling} of {one.trials} prompts the replies tell the possible draws apart; "
        f"they resemble what was served by {one.statistic:+.4f} more than the mean draw. "
        f"p = {one.p_value:.2g}, {adjusted:.2g} after Holm over {family} campaigns; highest "
        f"e-value {one.e_highest:.3g}."
    )
    return (numbers, verdict)


def _limits(is_twins: bool) -> tuple[str, ...]:  # noqa: FBT001
    drawn = (
        "Where the key did not choose the served answer, the other answers must come from the "
        "same model in the same setting; a model that changed since breaks the test."
        if is_twins
        else "An operator who sent a withheld prompt again by other ways lowers the power."
    )
    return (
        drawn,
        "Whoever republished the served answers may stand between the campaign and the suspect.",
        "A suspect that was trained on rewritten answers, or on few of them, is missed.",
    )
