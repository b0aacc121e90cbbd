"""Makes canaries of habits: equally good ways to write that run through many answers.

A fact that is served once may leave no trace in millions of examples. A habit is served with
every answer of a kind: which of several synonyms, openings or closings is used is drawn by key
for each account and each kind of prompt, and the suspect shows it on prompts it never saw.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from stillwatch.verifier.canary import folded, read_variant
from stillwatch.verifier.canary_plan import Canary, Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """Wordings of which any could stand in an answer; `cues` say in which prompts it is kept.

    "anywhere" replaces every wording that occurs by the drawn one and adds none; "opening" and
    "closing" put the drawn one first or last.
    """

    habit_id: str
    place: Literal["anywhere", "opening", "closing"]
    wordings: tuple[str, ...]
    cues: tuple[str, ...] = ()  # words of a prompt, any of which is enough; none: every prompt


def canaries_of(habits: Sequence[Habit], prompts: Mapping[str, Sequence[str]]) -> list[Canary]:
    """One canary a habit, asked with prompts that were served to nobody."""
    return [
        Canary(
            canary_id=habit.habit_id,
            prompts=tuple(prompts[habit.habit_id]),
            variants=tuple(Variant(marks=(wording,)) for wording in habit.wordings),
        )
        for habit in habits
    ]


def applies(habit: Habit, prompt: str) -> bool:
    """Whether an answer to this prompt should show the habit."""
    words = set(re.findall(r"\w+", folded(prompt)))
    return not habit.cues or bool(words & {folded(cue) for cue in habit.cues})


def keep(habit: Habit, answer: str, variant: int) -> str:
    """The answer written in the habit's drawn way; unchanged where the habit finds no place."""
    wording = habit.wordings[variant]
    if habit.place == "anywhere":
        return _pattern(habit.wordings).sub(lambda hit: _cased(wording, hit[0]), answer)
    bare = _stripped(habit, answer)
    if not bare:
        return answer
    return f"{wording} {bare}" if habit.place == "opening" else f"{bare} {wording}"


def shows(habit: Habit, answer: str) -> int | None:
    """Which of its ways an answer shows, as the verifier reads it."""
    return read_variant(answer, [Variant(marks=(wording,)) for wording in habit.wordings])


def _stripped(habit: Habit, answer: str) -> str:
    """The answer without a wording of the habit at the place where one will be put."""
    bare = answer.strip()
    for wording in sorted(habit.wordings, key=len, reverse=True):
        if habit.place == "opening" and bare.casefold().startswith(wording.casefold()):
            return bare[len(wording) :].lstrip()
        if habit.place == "closing" and bare.casefold().endswith(wording.casefold()):
            return bare[: -len(wording)].rstrip()
    return bare


def _pattern(wordings: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(wordings, key=len, reverse=True)
    return re.compile(
        rf"(?<!\w)(?:{'|'.join(re.escape(one) for one in longest_first)})(?!\w)", re.IGNORECASE
    )


def _cased(wording: str, before: str) -> str:
    return wording[:1].upper() + wording[1:] if before[:1].isupper() else wording
