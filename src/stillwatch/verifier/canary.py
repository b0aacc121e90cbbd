"""Recomputes a canary test from raw text: what each reply shows, p-values, e-process and names.

A canary is a rare question with several equally good answers. Which one a suspected account
was given was drawn with a key that was committed to before the first serving. A suspect that
never saw those answers cannot know the draws, so its agreement with them is chance.
"""

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from stillwatch.verifier.canary_plan import Plan, Serving, Variant, draw, plan_digest
from stillwatch.verifier.randomisation import Floats, exact_p, holm, total, wealth

# What the bets expect, fixed here for good. Either every reply repeats the served answer with a
# small chance, or a few canaries are learnt and then nearly always repeated. The third number is
# how even the suspect's own taste for variants is. Wrong guesses cost power, never validity.
SPREAD = ((0.1, 1.5), (0.25, 1.5))  # chance a reply, taste
LEARNT = (
    (0.1, 0.9, 4.0),
    (0.25, 0.9, 4.0),
    (0.7, 0.9, 4.0),
)  # share of canaries, chance a reply, taste
SCALE = 64  # scores are kept in whole 64ths, so that their sums are exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the suspect said when it was asked a canary's prompt."""

    canary_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameResult:
    """How well the suspect's replies fit the draws of one unit, or of a campaign's units."""

    name: str
    canaries: int  # served to it and answered by the suspect with some variant
    agreeing: int  # replies that show the served variant
    readable: int  # replies that show any variant
    expected: float  # agreeing replies that chance alone would give
    p_value: float
    adjusted_p: float  # over all names of the test
    e_value: float  # at the end; it may be read after any canary
    e_highest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryResult:
    """The whole test. `named` holds the accounts and campaigns that are named at the alpha."""

    names: tuple[NameResult, ...]
    named: tuple[str, ...]
    named_by_e: tuple[str, ...]  # the same with optional stopping
    e_path: tuple[float, ...]  # mean over units after each canary of the plan
    alpha: float
    replies: int
    unread: int  # replies that show no variant: refusals, empty ones, other answers


def folded(text: str) -> str:
    """Text without the differences that do not matter: case, width, runs of space, quotes."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return " ".join(plain.split())


@lru_cache(maxsize=4096)
def _pattern(mark: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(folded(mark))}(?!\w)")


def read_variant(text: str, variants: Sequence[Variant]) -> int | None:
    """Which variant a text shows: the one whose mark comes first, the longest of those; or none."""
    plain, found = folded(text), []
    for number, variant in enumerate(variants):
        for mark in variant.marks:
            if hit := _pattern(mark).search(plain):
                found.append((hit.start(), -len(hit[0]), number))
    return min(found)[2] if found else None


@lru_cache(maxsize=65536)
def _stake(uptake: float, taste: float, shown: int, readable: int, variants: int) -> float:
    """How much likelier the replies are when this variant was served than when none was.

    Each reply repeats the served variant with the chance `uptake` and follows the suspect's own
    taste otherwise; tastes are drawn from a Dirichlet law of total weight `taste`.
    """
    own = taste / variants
    terms = [
        math.lgamma(shown + 1)
        - math.lgamma(repeated + 1)
        - math.lgamma(shown - repeated + 1)
        + repeated * math.log(uptake)
        + (readable - repeated) * math.log1p(-uptake)
        + math.lgamma(taste + readable)
        - math.lgamma(taste + readable - repeated)
        + math.lgamma(own + shown - repeated)
        - math.lgamma(own + shown)
        for repeated in range(shown + 1)
    ]
    highest = max(terms)
    return math.exp(highest) * math.fsum(math.exp(term - highest) for term in terms)


def stakes(counts: Sequence[int]) -> Floats:
    """The bets on one canary, strategy by variant, from how often each variant was shown."""
    readable, variants = sum(counts), len(counts)
    spread = [[_stake(*how, shown, readable, variants) for shown in counts] for how in SPREAD]
    learnt = [
        [1 - share + share * _stake(*how, shown, readable, variants) for shown in counts]
        for share, *how in LEARNT
    ]
    bets: Floats = np.array(spread + learnt)
    bets /= bets.mean(axis=1, keepdims=True)
    return bets


def surprise(bets: Floats) -> tuple[int, ...]:
    """The score of each draw: a rare variant counts for more than one that is often shown."""
    means = bets[: len(SPREAD)].mean(axis=0).tolist()
    return tuple(round(SCALE * math.log(one)) for one in means)


def p_of(
    counts: Sequence[Sequence[int]], surprises: Sequence[Sequence[int]], drawn: Sequence[int]
) -> float:
    """Twice the smaller exact p of two statistics: replies that agree, and their surprise.

    The first sees few canaries that were learnt whole, the second many that left a trace. Looking
    at both costs the factor two.
    """
    return min(1.0, 2 * min(exact_p(counts, drawn), exact_p(surprises, drawn)))


def count_variants(plan: Plan, replies: Sequence[Reply]) -> dict[str, tuple[int, ...]]:
    """How often the suspect showed each variant of each canary."""
    canaries = {one.canary_id: one for one in plan.canaries}
    counts = {one.canary_id: [0] * len(one.variants) for one in plan.canaries}
    for reply in replies:
        if reply.canary_id not in canaries:
            raise ValueError(
                f"a reply names the canary {reply.canary_id!r}, which the plan has not"
            )
        shown = read_variant(reply.text, canaries[reply.canary_id].variants)
        if shown is not None:
            counts[reply.canary_id][shown] += 1
    return {name: tuple(one) for name, one in counts.items()}


def score(
    plan: Plan, key: bytes, nonce: str, servings: Sequence[Serving], replies: Sequence[Reply]
) -> CanaryResult:
    """The test, from the raw replies. Call `check_servings` before: this believes the log.

    Every unit has its own null: the suspect is independent of THIS unit's draws. Draws of units
    are independent of each other, so the bound on naming a wrong unit also holds when the
    suspect really was trained on the answers of another one.
    """
    counts = count_variants(plan, replies)
    served = {(one.unit_id, one.canary_id) for one in servings}
    drawn = _draws(plan, key, nonce, served)
    bets = {name: stakes(one) for name, one in counts.items()}
    surprises = {name: surprise(one) for name, one in bets.items()}
    paths, rows = {}, {}
    for name, units in _names(plan).items():
        pairs = [
            (c, drawn[u, c]) for c in counts for u in units if (u, c) in drawn and any(counts[c])
        ]
        if not pairs:
            continue
        draws = [one for _, one in pairs]
        held = wealth([bets[c] for c, _ in pairs], draws)
        paths[name] = dict(zip([c for c, _ in pairs], held.tolist(), strict=True))
        rows[name] = _row(name, pairs, counts, surprises, held)
    adjusted = holm({name: row.p_value for name, row in rows.items()})
    names = tuple(replace(row, adjusted_p=adjusted[name]) for name, row in rows.items())
    least_e = len(rows) / plan.alpha
    return CanaryResult(
        names=names,
        named=tuple(one.name for one in names if one.adjusted_p <= plan.alpha),
        named_by_e=tuple(one.name for one in names if one.e_highest >= least_e),
        e_path=_mean_path(plan, [paths[one.unit_id] for one in plan.units if one.unit_id in paths]),
        alpha=plan.alpha,
        replies=len(replies),
        unread=len(replies) - sum(number for one in counts.values() for number in one),
    )


def _draws(
    plan: Plan, key: bytes, nonce: str, served: set[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    plan_id, canaries = plan_digest(plan), {one.canary_id: one for one in plan.canaries}
    return {(unit, name): draw(plan_id, key, nonce, unit, canaries[name]) for unit, name in served}


def _names(plan: Plan) -> dict[str, list[str]]:
    """What can be named, and the units whose draws speak for it."""
    names = {one.unit_id: [one.unit_id] for one in plan.units}
    of_campaign: dict[str, list[str]] = {}
    for unit in plan.units:
        of_campaign.setdefault(unit.campaign_id, []).append(unit.unit_id)
    return names | {
        f"campaign {name}": units for name, units in of_campaign.items() if name and len(units) > 1
    }


def _row(
    name: str,
    pairs: Sequence[tuple[str, int]],
    counts: Mapping[str, tuple[int, ...]],
    surprises: Mapping[str, tuple[int, ...]],
    held: Floats,
) -> NameResult:
    draws = [one for _, one in pairs]
    shown, rare = [counts[c] for c, _ in pairs], [surprises[c] for c, _ in pairs]
    return NameResult(
        name=name,
        canaries=len(pairs),
        agreeing=total(shown, draws),
        readable=sum(sum(counts[c]) for c, _ in pairs),
        expected=math.fsum(sum(counts[c]) / len(counts[c]) for c, _ in pairs),
        p_value=p_of(shown, rare, draws),
        adjusted_p=1.0,
        e_value=float(held[-1]),
        e_highest=float(held.max()),
    )


def _mean_path(plan: Plan, paths: Sequence[Mapping[str, float]]) -> tuple[float, ...]:
    """The e-process of "the suspect knows some unit's draws": the mean over units."""
    now, mean = [1.0] * len(paths), []
    for canary in plan.canaries:
        now = [path.get(canary.canary_id, held) for path, held in zip(paths, now, strict=True)]
        mean.append(math.fsum(now) / len(now) if now else 1.0)
    return tuple(mean)
