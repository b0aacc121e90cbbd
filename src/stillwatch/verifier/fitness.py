"""Says why answers cannot carry a lineage score: each reason has a name and a number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stillwatch.verifier.likeness import Model
from stillwatch.verifier.openings import Hashes, Openings, common_tokens

LEAST_PROMPTS = 100
LEAST_LINEAGES = 16
LEAST_SOURCES = 4
MOST_REPEATED = 0.02  # prompts that are asked twice
MOST_EMPTY = 0.10
MOST_DECLINED = 0.30
MOST_CUT = 0.60  # answers that stop within a sentence
MOST_MATHS = 0.50
LEAST_DISTINCT = 0.15  # different first four tokens, over answers
LEAST_FAMILIAR = 0.70  # of the panel's share of common tokens
LEAST_FITTING = 0.40  # of the panel's share of the prompt's words that the answer takes up
MOST_OTHER_SCRIPT = 0.05
MOST_STRANGE = 0.10  # answers that open with hardly a token common in the panel
FEW_COMMON, LEAST_TOKENS = 0.25, 6  # of an opening, and for it to be looked at
TWIN = 0.30  # equal first eight tokens: two lineages that are one
SAME = 0.50  # the suspect is a model of the panel
REPEATED, LEAST_WORDS = 0.10, 12  # or hands on so long answers, above what others have in common
FEW_LONG = 50  # longer answers below which nothing is said of these

_DECLINED = re.compile(
    r"\s*(i'?m (really |very |deeply )?sorry|sorry\b|i can(no|')t|i am (not able|unable|sorry)"
    r"|i'm (unable|not able)|i apologi[sz]e|unfortunately, i"
    r"|as an? (large |responsible )?(ai|language)\b|(i'm|i am) (just )?an ai\b)",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[^\w\s,]\s*$")
_COUNTED = re.compile(
    r"\d\s*[-+*/=^%<>]|\\[a-z]+|\$|how (many|much)|calculate|solve|integer|equation", re.IGNORECASE
)
_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True)
class Refusal:
    """Why nothing is said, and what to do about it."""

    reason: str  # a name that does not change
    text: str


def is_maths(prompt: str) -> bool:
    """Whether a prompt asks for a calculation."""
    return len(re.findall(r"\d", prompt)) >= 2 and bool(_COUNTED.search(prompt))


def is_foreign_script(text: str) -> bool:
    """Whether most letters at the start are not Latin."""
    letters = [one for one in text[:200] if one.isalpha()]
    return sum(ord(one) >= 0x250 for one in letters) * 2 > len(letters)


def uptake(prompts: Sequence[str], answers: Sequence[str]) -> float:
    """Mean share of a prompt's longer words that its answer takes up."""
    shares = []
    for prompt, answer in zip(prompts, answers, strict=True):
        asked = set(_WORD.findall(prompt.lower()[:2000]))
        said = set(_WORD.findall(answer[:600].lower()))
        if asked and said:
            shares.append(len(asked & said) / len(asked))
    return float(np.mean(shares)) if shares else 0.0


def _share(flags: Sequence[bool]) -> float:
    return float(np.mean(flags)) if flags else 0.0


def prompt_refusals(prompts: Sequence[str]) -> list[Refusal]:
    """What is wrong with the questions themselves."""
    found = []
    distinct = {" ".join(one.split()).lower() for one in prompts}
    repeated = 1 - len(distinct) / max(len(prompts), 1)
    if repeated > MOST_REPEATED:
        found.append(
            Refusal(
                "duplicated prompts",
                f"{repeated:.0%} of the prompts repeat another; ask each prompt once",
            )
        )
    if len(distinct) < LEAST_PROMPTS:
        found.append(
            Refusal(
                "too few prompts",
                f"{len(distinct)} different prompts answered by suspect and panel; "
                f"{LEAST_PROMPTS} are needed",
            )
        )
    maths = _share([is_maths(one) for one in prompts])
    if maths > MOST_MATHS:
        found.append(
            Refusal(
                "maths prompts",
                f"{maths:.0%} of the prompts ask for a calculation; all models begin those alike, "
                "so ask general questions",
            )
        )
    foreign = _share([is_foreign_script(one) for one in prompts])
    if MOST_OTHER_SCRIPT < foreign < 1 - MOST_OTHER_SCRIPT:
        found.append(
            Refusal(
                "mixed languages",
                f"{foreign:.0%} of the prompts are in another script than the rest; "
                "ask in one language",
            )
        )
    return found


def answer_refusals(answers: Sequence[str]) -> list[Refusal]:
    """What is wrong with one model's answers, whatever was asked."""
    full = [one for one in answers if one.strip()]
    empty = 1 - len(full) / max(len(answers), 1)
    found = []
    if empty > MOST_EMPTY:
        found.append(Refusal("empty answers", f"{empty:.0%} of the answers are empty; ask again"))
    declined = _share([bool(_DECLINED.match(one.replace("\u2019", "'"))) for one in full])
    if declined > MOST_DECLINED:
        found.append(
            Refusal(
                "declined answers",
                f"{declined:.0%} of the answers decline; a refusal's wording says little",
            )
        )
    cut = _share([not _ENDED.search(one) for one in full])
    if cut > MOST_CUT:
        found.append(
            Refusal(
                "truncated answers",
                f"{cut:.0%} of the answers stop within a sentence; ask with a higher limit",
            )
        )
    return found


def form_refusals(one: Openings) -> list[Refusal]:
    """What is wrong with one model's openings."""
    heads = {row.tobytes() for row in one.words[:, :4] if row[0]}
    full = int((one.words[:, 0] > 0).sum())
    distinct = len(heads) / max(full, 1)
    if full and distinct < LEAST_DISTINCT:
        return [
            Refusal(
                "degenerate answers",
                f"only {distinct:.0%} of the answers begin differently; ask without a fixed form",
            )
        ]
    return []


def familiarity(one: Openings, background: Sequence[Openings]) -> float:
    """Share of opening tokens that are common in the panel, over the panel's median."""
    common = common_tokens(background)
    shares = [_familiar(other, common) for other in (one, *background)]
    return shares[0] / max(float(np.median(shares[1:])), 1e-9)


def _familiar(one: Openings, common: Hashes) -> float:
    full = one.words > 0
    return float(np.isin(one.words, common)[full].mean()) if full.any() else 0.0


def language_refusals(one: Openings, common: Hashes) -> list[Refusal]:
    """Answers in another language than the panel's, in the same letters."""
    full = one.words > 0
    tokens = full.sum(1)
    known = (np.isin(one.words, common) & full).sum(1)
    looked_at = tokens >= LEAST_TOKENS
    strange = _share((known < FEW_COMMON * tokens)[looked_at].tolist())
    if strange <= MOST_STRANGE:
        return []
    return [
        Refusal(
            "mixed languages",
            f"{strange:.0%} of the answers begin with hardly a word that is common in the panel; "
            "ask in the panel's language, and keep answers in it",
        )
    ]


def suspect_refusals(
    prompts: Sequence[str],
    answers: Sequence[str],
    openings: Openings,
    panel_answers: Sequence[Sequence[str]],
    panel_openings: Sequence[Openings],
    models: Sequence[Model],
) -> list[Refusal]:
    """What is wrong with the suspect's answers beside those of the panel."""
    found = answer_refusals(answers) + form_refusals(openings)
    behind = [row for row, model in enumerate(models) if model.is_background]
    fit = uptake(prompts, answers)
    usual = float(np.median([uptake(prompts, panel_answers[row]) for row in behind]))
    if usual > 0.1 and fit < LEAST_FITTING * usual:
        found.append(
            Refusal(
                "mismatched prompts",
                f"answers take up {fit:.0%} of their prompts' words, the panel's {usual:.0%}; "
                "they belong to other prompts",
            )
        )
    other = _share([is_foreign_script(a) for a in answers if a.strip()])
    asked = _share([is_foreign_script(p) for p in prompts])
    familiar = familiarity(openings, [panel_openings[row] for row in behind])
    if abs(other - asked) > MOST_OTHER_SCRIPT + 0.05 or familiar < LEAST_FAMILIAR:
        found.append(
            Refusal(
                "mixed languages",
                "the suspect answers in another language or form than the panel "
                f"({familiar:.0%} of its usual common words)",
            )
        )
    elif behind:
        found += language_refusals(openings, common_tokens([panel_openings[row] for row in behind]))
    same = in_panel(openings, panel_openings, models)
    return found + (same or handed_on(answers, panel_answers, models))


def sameness(one: Openings, other: Openings) -> float:
    """Share of answers whose first eight tokens are equal."""
    equal = (one.words[:, :8] == other.words[:, :8]).all(1) & (one.words[:, 5] > 0)
    return float(equal.mean()) if len(equal) else 0.0


def in_panel(one: Openings, panel: Sequence[Openings], models: Sequence[Model]) -> list[Refusal]:
    """Whether the suspect is a model of the panel under another name."""
    same = [(sameness(one, other), model.name) for other, model in zip(panel, models, strict=True)]
    share, name = max(same, default=(0.0, ""))
    if share < SAME:
        return []
    return [
        Refusal(
            "suspect in panel",
            f"{share:.0%} of its answers begin as {name}'s do; take {name} out of the panel first",
        )
    ]


def handed_on(
    answers: Sequence[str], panel_answers: Sequence[Sequence[str]], models: Sequence[Model]
) -> list[Refusal]:
    """Whether the suspect gives a panel model's whole answers to some of the prompts.

    Public models of different lineages had less than 1 % of such answers in common, those that
    correct other models' answers up to 7 % (docs/forensics-lineage.md).
    """
    mine = [_words(one) for one in answers]
    same = [_repeated(mine, theirs) for theirs in panel_answers]
    near = int(np.argmax(same)) if same else 0
    if not same or same[near] < REPEATED:
        return []
    name, lineage = models[near].name, models[near].lineage
    theirs = [_words(one) for one in panel_answers[near]]
    usual = max(
        (
            _repeated(theirs, other)
            for other, model in zip(panel_answers, models, strict=True)
            if model.lineage != lineage
        ),
        default=0.0,
    )
    share = same[near]
    if share < REPEATED + usual:
        return []
    return [
        Refusal(
            "suspect in panel",
            f"{share:.0%} of its longer answers are {name}'s, word for word: it hands on what "
            f"{name} says, or both repeat a public text. Take {name} out of the panel, or ask with "
            "the test exact_copies how often it copies",
        )
    ]


def _words(text: str) -> list[str]:
    return text.lower().split()


def _repeated(words: Sequence[Sequence[str]], answers: Sequence[str]) -> float:
    """Share of the longer answers that another model gives in the same words."""
    pairs = zip(words, answers, strict=True)
    same = [one == _words(other) for one, other in pairs if len(one) >= LEAST_WORDS]
    return _share(same) if len(same) >= FEW_LONG else 0.0


def twins(openings: Sequence[Openings], models: Sequence[Model]) -> list[tuple[str, str, float]]:
    """Models of different lineages that answer as one: their lineages are not independent."""
    kept = [
        row for row, one in enumerate(models[: len(openings)]) if one.is_control or one.is_column
    ]
    found = []
    for place, row in enumerate(kept):
        for other in kept[:place]:
            if models[row].lineage != models[other].lineage:
                share = sameness(openings[row], openings[other])
                if share >= TWIN:
                    found.append((models[other].name, models[row].name, round(share, 6)))
    return sorted(found)


def panel_refusals(
    models: Sequence[Model], openings: Sequence[Openings], null_lineages: int
) -> list[Refusal]:
    """What is wrong with the panel."""
    found = []
    if null_lineages < LEAST_LINEAGES:
        found.append(
            Refusal(
                "too few lineages",
                f"{null_lineages} independent lineages are documented unrelated; "
                f"{LEAST_LINEAGES} are needed, 32 are better",
            )
        )
    sources = {model.source for model in models if model.is_column}
    if len(sources) < LEAST_SOURCES:
        found.append(
            Refusal(
                "too few vendors",
                f"{len(sources)} vendors in the panel; {LEAST_SOURCES} are needed to tell what "
                "is common",
            )
        )
    for one, other, share in twins(openings, models):
        found.append(
            Refusal(
                "near-duplicate models",
                f"{one} and {other} begin {share:.0%} of their answers alike but stand as two "
                "lineages; give them one lineage",
            )
        )
    return found
