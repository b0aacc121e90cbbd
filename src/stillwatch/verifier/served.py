"""Recomputes from raw text whether a suspect reproduces what a campaign was really served.

Three designs, from the strongest to the weakest:

- twin answers: each prompt has several answers of the same teacher, made in the same way, of
  which one was served. Either a key chose it, or the others were sampled later in the same
  setting; both make every answer equally likely to have been the served one. Exact.
- withheld prompts: a key decided which of the campaign's prompts got no real answer. Exact.
- matched prompts: twins that nobody was served, chosen by likeness. Nothing was drawn, so that the
  suspect is ranked among independent reference models. A lead, never a proof.

Replies of reference models take out what any model would say. They never carry an exact test.
"""

import hmac
import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stillwatch.verifier.canary import folded
from stillwatch.verifier.canonical import encode
from stillwatch.verifier.randomisation import Floats, exact_p, total, wealth
from stillwatch.verifier.watermark import words

VERSION = "stillwatch served 1"
LONGEST = 4  # words of a run that two texts may share
SCALE = 200  # resemblance is kept in whole 200ths, so that sums are exact
TILTS = (0.5, 1.5, 4.0)  # how strongly the bets of the e-process trust a resemblance
LEAST_LINEAGES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinAnswers:
    """One prompt that was served, its equally likely answers, and what was said to it since."""

    prompt: str
    answers: tuple[str, ...]
    served: int
    replies: tuple[str, ...]  # of the suspect
    reference_replies: tuple[str, ...] = ()  # one of each reference model


@dataclass(frozen=True, slots=True, kw_only=True)
class CoinPrompt:
    """One prompt of the campaign; one slot of `slots` withheld the teacher's answer from it."""

    prompt: str
    answer: str  # the teacher's, served or not
    slot: int  # what the key drew; 0 withholds
    slots: int
    replies: tuple[str, ...]
    reference_replies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedPair:
    """A served prompt and a twin that nobody was served, with one reply of every model to both."""

    answer: str
    twin_answer: str  # the teacher's to the twin, kept back
    replies: Mapping[str, str]  # by model
    twin_replies: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactResult:
    """How much more the suspect resembles what was served than what might have been."""

    trials: int
    telling: int  # trials whose replies tell the draws apart at all
    statistic: float  # mean resemblance to what was served, less its mean over all draws
    p_value: float
    e_value: float
    e_highest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RankResult:
    """Where the suspect stands among reference models; `p_value` is null with too few lineages."""

    pairs: int
    statistic: float
    lineages: int
    p_value: float | None
    nearest: tuple[str, ...]  # reference models that resemble most, highest first


def slot_of(key: bytes, nonce: str, campaign_id: str, prompt: str, slots: int) -> int:
    """What the key draws for a prompt of a campaign: the answer to serve, or 0 to withhold.

    One prompt has one draw in a campaign, however often and by whichever account it is sent.
    """
    message = encode([VERSION, nonce, campaign_id, folded(prompt)])
    return int.from_bytes(hmac.digest(key, message, "sha256")) % slots


def runs(text: str) -> Counter[tuple[str, ...]]:
    """Runs of one to four words, each once; longer ones weigh more."""
    said = words(text)
    return Counter(
        {
            tuple(said[at : at + length]): length
            for length in range(1, LONGEST + 1)
            for at in range(len(said) - length + 1)
        }
    )


def resemblances(reply: str, answers: Sequence[str]) -> list[float]:
    """How much of what sets each answer apart from the others the reply repeats, in [0, 1]."""
    of_reply, of_answers = runs(reply), [runs(one) for one in answers]
    holders = Counter(run for one in of_answers for run in one)
    scores = []
    for one in of_answers:
        apart = {
            run: weight / holders[run] for run, weight in one.items() if holders[run] < len(answers)
        }
        repeated = math.fsum(weight for run, weight in apart.items() if run in of_reply)
        scores.append(repeated / math.fsum(apart.values()) if apart else 0.0)
    return scores


def agreement(reply: str, answer: str) -> float:
    """Share of an answer's runs of words that the reply repeats, in [0, 1]."""
    of_reply, of_answer = runs(reply), runs(answer)
    whole = sum(of_answer.values())
    return (
        sum(weight for run, weight in of_answer.items() if run in of_reply) / whole
        if whole
        else 0.0
    )


def twin_table(trial: TwinAnswers) -> list[int]:
    """The score of each answer of a trial, made without knowing which was served."""
    suspect = [resemblances(reply, trial.answers) for reply in trial.replies]
    others = [resemblances(reply, trial.answers) for reply in trial.reference_replies]
    return [
        round(SCALE * (_mean([one[v] for one in suspect]) - _mean([one[v] for one in others])))
        for v in range(len(trial.answers))
    ]


def twin_test(trials: Sequence[TwinAnswers]) -> ExactResult:
    """Exact: given all texts, each answer of a trial was equally likely to be the served one."""
    return _exact([twin_table(one) for one in trials], [one.served for one in trials])


def coin_tables(prompts: Sequence[CoinPrompt]) -> list[list[int]]:
    """The score of each draw of each prompt: nothing where it withholds.

    The agreements are centred over all prompts, served or not, which costs no validity since the
    mean does not know the draws.
    """
    agreed = [
        _mean([agreement(reply, one.answer) for reply in one.replies])
        - _mean([agreement(reply, one.answer) for reply in one.reference_replies])
        for one in prompts
    ]
    middle = _mean(agreed)
    return [
        [0] + [round(SCALE * (value - middle))] * (one.slots - 1)
        for value, one in zip(agreed, prompts, strict=True)
    ]


def coin_test(prompts: Sequence[CoinPrompt]) -> ExactResult:
    """Exact: which prompts were withheld was drawn by key."""
    return _exact(coin_tables(prompts), [one.slot for one in prompts])


def rank_test(
    pairs: Sequence[MatchedPair], suspect: str, lineage_of: Mapping[str, str]
) -> RankResult:
    """The suspect's rank among reference models; a lineage counts once, however many its models.

    Assumes that an innocent suspect and the lineages are exchangeable: that nothing but training
    on the served answers makes a model fare better on the served prompts than on the twins.
    """
    names = [suspect, *sorted(lineage_of)]
    gain = {
        name: _mean(
            [
                agreement(one.replies[name], one.answer)
                - agreement(one.twin_replies[name], one.twin_answer)
                for one in pairs
            ]
        )
        for name in names
    }
    of_lineage: dict[str, list[bool]] = {}
    for name, lineage in lineage_of.items():
        of_lineage.setdefault(lineage, []).append(gain[name] >= gain[suspect])
    above = math.fsum(sum(one) / len(one) for one in of_lineage.values())
    enough = len(of_lineage) >= LEAST_LINEAGES
    return RankResult(
        pairs=len(pairs),
        statistic=gain[suspect],
        lineages=len(of_lineage),
        p_value=(1 + above) / (1 + len(of_lineage)) if enough else None,
        nearest=tuple(sorted(lineage_of, key=lambda name: (-gain[name], name))[:3]),
    )


def _exact(tables: Sequence[Sequence[int]], drawn: Sequence[int]) -> ExactResult:
    trials = len(tables)
    telling = [place for place, table in enumerate(tables) if len(set(table)) > 1]
    tables, drawn = [tables[at] for at in telling], [drawn[at] for at in telling]
    held = wealth([_bets(one) for one in tables], drawn)
    centre = math.fsum(sum(one) / len(one) for one in tables)
    return ExactResult(
        trials=trials,
        telling=len(telling),
        statistic=(total(tables, drawn) - centre) / (SCALE * max(1, len(tables))),
        p_value=exact_p(tables, drawn),
        e_value=float(held[-1]) if len(held) else 1.0,
        e_highest=float(held.max()) if len(held) else 1.0,
    )


def _bets(table: Sequence[int]) -> Floats:
    scores = np.array(table) / SCALE
    stakes: Floats = np.exp(np.outer(TILTS, scores - scores.max()))
    return stakes


def _mean(values: Sequence[float]) -> float:
    return statistics.fmean(values) if values else 0.0
